"""Letters that came back, one or thousands: which cards they are, and what becomes of each. One statement each, over arrays."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

FIND = """
SELECT u.line, c.id, c.issue, c.state
  FROM unnest(%(lines)s::integer[], %(tokens)s::text[]) AS u (line, token)
  JOIN convocations_card c ON c.municipality_id = %(municipality_id)s AND c.election_id = %(election_id)s AND c.token = u.token
"""
LOCK = """
SELECT id FROM convocations_card WHERE municipality_id = %(municipality_id)s AND id = ANY (%(cards)s) ORDER BY id FOR NO KEY UPDATE
"""
_SAID = "unnest(%(cards)s::bigint[], %(causes)s::text[], %(actions)s::text[], %(notes)s::text[]) AS u (card_id, cause, action, note)"
# The last that happened to the card is the same, by the same person, a moment ago.
SEEN = f"""
SELECT u.card_id FROM {_SAID}
  JOIN LATERAL (SELECT e.kind, e.details, e.by_name, e.at FROM convocations_cardevent e
                 WHERE e.municipality_id = %(municipality_id)s AND e.card_id = u.card_id ORDER BY e.id DESC LIMIT 1) e ON true
 WHERE e.kind = 'returned' AND e.by_name = %(by)s AND %(at)s::timestamptz - e.at < %(within)s
   AND e.details = jsonb_build_object('cause', u.cause, 'action', u.action, 'note', u.note)
"""  # noqa: S608  # fixed parts
MARK = """
UPDATE convocations_card SET state = 'returned'
 WHERE municipality_id = %(municipality_id)s AND id = ANY (%(cards)s) AND state <> 'replaced'
"""
TELL = f"""
INSERT INTO convocations_cardevent (municipality_id, card_id, kind, details, at, by_name)
SELECT %(municipality_id)s, u.card_id, 'returned', jsonb_build_object('cause', u.cause, 'action', u.action, 'note', u.note), %(at)s, %(by)s
  FROM {_SAID} ORDER BY u.card_id
"""  # noqa: S608  # fixed parts
# It was returned for the same cause before: the newer case says what is done with it now.
CLOSE = f"""
UPDATE convocations_cardcase c SET state = 'done', closed_at = %(at)s, closed_by_name = %(by)s
  FROM {_SAID}
 WHERE c.municipality_id = %(municipality_id)s AND c.card_id = u.card_id AND c.kind = 'returned' AND c.code = u.cause AND c.state = 'open'
"""  # noqa: S608  # fixed parts
OPEN = f"""
INSERT INTO convocations_cardcase (municipality_id, card_id, kind, code, detail, note, state, opened_at, closed_at, closed_by_name)
SELECT %(municipality_id)s, u.card_id, 'returned', u.cause, '', u.note, CASE WHEN u.action = 'kept' THEN 'open' ELSE 'done' END, %(at)s,
       CASE WHEN u.action <> 'kept' THEN %(at)s::timestamptz END, CASE WHEN u.action = 'kept' THEN '' ELSE %(by)s END
  FROM {_SAID} ORDER BY u.card_id
"""  # noqa: S608  # fixed parts


class Found(NamedTuple):
    """The card of a token."""

    card_id: int
    issue: int
    state: str


class Said(NamedTuple):
    """What came back: a card, why, what was done with the letter, a note."""

    card_id: int
    cause: str
    action: str
    note: str


def find(*, municipality_id: int, election_id: int, tokens: Sequence[tuple[int, str]]) -> dict[int, Found]:
    """The cards of an election by (line, token): line → card; a line whose token is of none is left out."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "election_id": election_id,
        "lines": [line for line, _token in tokens],
        "tokens": [token for _line, token in tokens],
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, values)
        return {line: Found(*rest) for line, *rest in cursor.fetchall()}


def lock(*, municipality_id: int, cards: Sequence[int]) -> None:
    """Keep everybody else from these cards until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"municipality_id": municipality_id, "cards": list(cards)})


def note(*, municipality_id: int, said: Sequence[Said], within: timedelta, by: str, at: datetime) -> list[int]:
    """Note on locked cards, each at most once, that they came back; one that is kept becomes an open case, any other a closed one.

    What the same person said of the same card ``within`` this time counts once. Returns the cards on which something was noted.
    """
    own: dict[str, Any] = {"municipality_id": municipality_id, "within": within, "by": by, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(SEEN, own | _arrays(said))
        seen = {card_id for (card_id,) in cursor.fetchall()}
        new = [one for one in said if one.card_id not in seen]
        for statement in (MARK, TELL, CLOSE, OPEN):
            cursor.execute(statement, own | _arrays(new))
    return [one.card_id for one in new]


def _arrays(said: Sequence[Said]) -> dict[str, list[Any]]:
    names = ("cards", "causes", "actions", "notes")
    return {name: [one[place] for one in said] for place, name in enumerate(names)}
