"""What happens to many cards at once: their state, and a line in the history of each. And the list that goes with their file."""

import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.db import connection

from convocations.rules.runs import clock

# One statement each: the state changes and the event is written, or neither.
ADD = """
WITH card AS (
    UPDATE convocations_card SET state = %(state)s WHERE municipality_id = %(municipality_id)s AND id = ANY (%(cards)s) RETURNING id)
INSERT INTO convocations_cardevent (municipality_id, card_id, kind, details, at, by_name)
SELECT %(municipality_id)s, id, %(kind)s, %(details)s::jsonb, %(at)s, %(by)s FROM card
"""
RELEASE = """
WITH card AS (
    UPDATE convocations_card SET state = 'released'
     WHERE municipality_id = %(municipality_id)s AND run_id = %(run_id)s AND state = 'made' RETURNING id)
INSERT INTO convocations_cardevent (municipality_id, card_id, kind, details, at, by_name)
SELECT %(municipality_id)s, id, 'released', '{}', %(at)s, %(by)s FROM card
"""
# Earlier cards of the same voters are worth nothing from now on; whoever scans one is told so. A spoiled card too: the printer may
# make it again, and that must not bring it back.
REPLACE_EARLIER = """
WITH card AS (
    UPDATE convocations_card c SET state = 'replaced'
      FROM convocations_card n
     WHERE n.municipality_id = %(municipality_id)s AND n.run_id = %(run_id)s AND n.state = 'made'
       AND c.municipality_id = %(municipality_id)s AND c.election_id = n.election_id AND c.person_id = n.person_id AND c.issue < n.issue
       AND c.state NOT IN ('withdrawn', 'replaced')
    RETURNING c.id, n.token, n.issue)
INSERT INTO convocations_cardevent (municipality_id, card_id, kind, details, at, by_name)
SELECT %(municipality_id)s, id, 'replaced', jsonb_build_object('issue', issue), %(at)s, %(by)s FROM card
"""

MANIFEST_COLUMNS = ("file", "page", "token", "issue", "list_number", "station_number", "slot", "mail_id", "paper", "back")
_MANIFEST = """
SELECT c.position, c.token, c.issue, c.list_number, s.number, c.slot, c.mail_id, c.template
  FROM convocations_card c JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = c.station_id
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND (c.state = 'withdrawn') = %(withdrawn)s
 ORDER BY c.position
"""


class CardFile(NamedTuple):
    """A file of cards: its name, its paper, and the position in the run of its first page."""

    name: str
    paper: str
    first: int


class Target(Protocol):
    """Whatever takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Take them."""
        ...


def add(*, municipality_id: int, cards: Collection[int], kind: str, details: dict[str, Any], state: str, by: str, at: datetime) -> int:
    """Give cards a state, with a line in their history. Returns how many there were."""
    values = {
        "municipality_id": municipality_id,
        "cards": list(cards),
        "kind": kind,
        "details": json.dumps(details),
        "state": state,
        "by": by,
        "at": at,
    }
    return _run(ADD, values)


def release(*, municipality_id: int, run_id: int, by: str, at: datetime) -> int:
    """Release the cards of a run that were not withdrawn."""
    return _run(RELEASE, {"municipality_id": municipality_id, "run_id": run_id, "by": by, "at": at})


def replace_earlier(*, municipality_id: int, run_id: int, by: str, at: datetime) -> int:
    """Replace the earlier cards of the voters of a run; called before its own are released."""
    return _run(REPLACE_EARLIER, {"municipality_id": municipality_id, "run_id": run_id, "by": by, "at": at})


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def copy_manifest(
    target: Target, *, municipality_id: int, run_id: int, files: Sequence[CardFile], backs: Mapping[str, int], withdrawn: bool
) -> int:
    """Write the list of the cards (docs/formats/convocations.md) as CSV. Returns the rows.

    ``backs``: template → page of the file of the back sides; ``withdrawn``: of the cards that are to be taken out.
    """
    values: dict[str, Any] = {"municipality_id": municipality_id, "run_id": run_id, "withdrawn": withdrawn}
    target.write((",".join(MANIFEST_COLUMNS) + "\n").encode())
    count, firsts = 0, [file.first for file in files]
    with connection.chunked_cursor() as cursor:
        cursor.execute(_MANIFEST, values)
        while rows := cursor.fetchmany(2000):
            count += len(rows)
            target.write("".join([_line(files[bisect_right(firsts, row[0]) - 1], backs, row) for row in rows]).encode())
    return count


def _line(file: CardFile, backs: Mapping[str, int], row: tuple[Any, ...]) -> str:
    """No value can hold a comma or a quote: names of our own, figures and tokens."""
    position, *first, slot, mail_id, template = row
    page, hour = position - file.first + 1, "" if slot is None else clock(slot)
    return f"{file.name},{page},{','.join(map(str, first))},{hour},{mail_id},{file.paper},{backs.get(template, '')}\n"
