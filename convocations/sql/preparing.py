"""From the list of a moment to the cards of a run, in four statements: who gets one, at which hour, in which order, and under which number.

Parameters everywhere: ``municipality_id``, ``election_id``. The temporary table ``convocations_line`` holds every line of the list, with the
reason why it gets no card in this run, or NULL.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from convocations.cards.card import CODE_ALPHABET, PARLIAMENTS, TOKEN_LENGTH
from convocations.cards.papers import Paper
from convocations.rules.runs import Order, RunSettings, slots
from convocations.rules.stacks import RANKS
from convocations.sql.languages import FRENCH
from delivery.bpost.print_order import print_order_sql
from elections.rules import BALLOT_NUMBERS
from voters.sql.plans import whole_lists

DEAD_STATES = "'withdrawn', 'replaced', 'spoiled'"
"""A card in one of these is none: its voter gets another one."""
_PARLIAMENTS = sum(1 << BALLOT_NUMBERS[ballot] for ballot in PARLIAMENTS)
_EUROPEAN = 1 << BALLOT_NUMBERS["european"]

# What a card says and what the list says of the same voter; a place that is only known under another name is no difference.
DIFFERS = """(c.last_name, c.first_names, c.ballots, c.street_name, c.house_number, c.box_number, c.postcode, c.country, c.station_id)
    IS DISTINCT FROM (l.last_name, l.first_names, l.ballots, l.mail_street_name, l.mail_house_number, l.mail_box_number, l.mail_postcode,
                      l.mail_country, l.station_id)"""

# Of a household whose register knows no number: whoever shares the address on the list.
_HOUSEHOLD = """CASE WHEN l.household_id <> '' THEN 'h' || l.household_id
         WHEN l.list_street_name <> '' THEN 'a' || md5(concat_ws('|', l.list_postcode, core_fold(l.list_street_name), l.list_house_number, l.list_box_number))
         ELSE 'p' || l.person_id END"""

_TEMPLATE = f"""CASE WHEN l.compulsory <> 0 THEN 'convocation' ELSE 'invitation' END
      || CASE WHEN l.ballots = {_EUROPEAN} THEN CASE WHEN l.minor THEN '-european_minor' ELSE '-european' END
              WHEN l.ballots & {_PARLIAMENTS} <> 0 THEN '-belgian'
              WHEN l.mark = 'V' THEN '-local_foreigner' ELSE '-local' END
      || CASE WHEN s.electronic THEN '-electronic' ELSE '-paper' END
      || CASE WHEN r.person_id IS NOT NULL THEN '-fr' ELSE '-nl' END"""

# What the place of an address is called, the surest first (docs/operations/places.md, "Where they are used"); NULL where nobody knows.
_FRENCH = "r.person_id IS NOT NULL"
_PLACE = f"""CASE WHEN l.mail_country <> '' THEN y.name ELSE coalesce(
           CASE WHEN {_FRENCH} THEN (SELECT nullif(o.name_fr, '') FROM municipalities_postalplace o
                                      WHERE o.postcode = a.postcode AND core_fold(o.name_nl) = core_fold(a.postname) LIMIT 1) END,
           nullif(a.postname, ''), y.name,
           CASE WHEN {_FRENCH} THEN nullif(m.name_fr, '') END, nullif(m.name_nl, ''), nullif(m.name_fr, ''),
           nullif(p.name, ''),
           CASE WHEN {_FRENCH} THEN nullif(j.name_fr, '') END, nullif(j.name_nl, ''), nullif(j.name_fr, ''), left(g.name, 80)) END"""  # noqa: S608  # fixed expressions
LINES = f"""
WITH places AS (
    SELECT postcode, mode() WITHIN GROUP (ORDER BY postname) AS name
      FROM districts_address WHERE municipality_id = %(municipality_id)s AND closed_at IS NULL GROUP BY postcode),
held AS (
    SELECT person_id, max(issue) AS issue, max(id) FILTER (WHERE state NOT IN ({DEAD_STATES})) AS live_id
      FROM convocations_card WHERE municipality_id = %(municipality_id)s AND election_id = %(election_id)s GROUP BY person_id),
wishes AS (
    SELECT person_id, wish, recorded_at FROM convocations_hourwish
     WHERE municipality_id = %(municipality_id)s AND election_id = %(election_id)s),
-- On the day on which the cards are made, and only where French is a choice.
french AS ({FRENCH} AND %(french)s),
again AS (SELECT person_id FROM convocations_reissuevoter WHERE municipality_id = %(municipality_id)s AND reissue_id = %(reissue)s)
SELECT l.*, coalesce(h.issue, 0) + 1 AS issue, ({_HOUSEHOLD}) COLLATE "C" AS household, w.wish, w.recorded_at AS wished_at,
       ({_TEMPLATE}) COLLATE "C" AS template, s.electronic,
       coalesce({_PLACE}, '') AS place,
       core_fold(l.mail_street_name) COLLATE "C" AS street_key, replace(gen_random_uuid()::text, '-', '') AS random,
       CASE WHEN l.no_card IS NOT NULL THEN l.no_card
            WHEN l.station_id IS NULL THEN 'no_station'
            WHEN %(reissue)s > 0 AND n.person_id IS NULL THEN CASE WHEN h.live_id IS NULL THEN 'not_asked' ELSE 'has_card' END
            WHEN %(reissue)s > 0 THEN NULL
            WHEN h.live_id IS NOT NULL AND NOT (%(reissue_changed)s AND {DIFFERS}) THEN 'has_card' END AS reason
  FROM ({{current}}) l
  LEFT JOIN held h ON h.person_id = l.person_id
  LEFT JOIN convocations_card c ON c.municipality_id = %(municipality_id)s AND c.id = h.live_id
  LEFT JOIN wishes w ON w.person_id = l.person_id
  LEFT JOIN french r ON r.person_id = l.person_id
  LEFT JOIN again n ON n.person_id = l.person_id
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = l.station_id
  LEFT JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = l.mail_address_id
  LEFT JOIN places p ON p.postcode = l.mail_postcode
  LEFT JOIN municipalities_placebyhand y
    ON y.municipality_id = %(municipality_id)s AND y.country = l.mail_country AND y.postcode = l.mail_postcode
  LEFT JOIN municipalities_postalplace m ON m.main AND m.postcode = l.mail_postcode
  LEFT JOIN municipalities_municipalityname j ON j.nis_code = l.mail_municipality
  LEFT JOIN municipalities_municipality g ON g.nis_code = l.mail_municipality
"""  # noqa: S608  # fixed expressions and codes

# convocations.rules.hours.spread for the whole list at once; who lives with somebody who has a card already comes at the same hour.
_HOURS = """
CREATE TEMP TABLE convocations_hour ON COMMIT DROP AS
WITH known AS (
    SELECT DISTINCT ON (station_id, household) station_id, household, slot FROM convocations_card
     WHERE municipality_id = %(municipality_id)s AND election_id = %(election_id)s AND slot IS NOT NULL
     ORDER BY station_id, household, id DESC),
household AS (
    SELECT station_id, household, bool_or(electronic) AS electronic, count(*) AS voters,
           coalesce((array_agg(wish ORDER BY wished_at DESC) FILTER (WHERE wish IS NOT NULL))[1], 0) AS wish
      FROM convocations_line WHERE reason IS NULL GROUP BY station_id, household),
standing AS (
    SELECT *, (sum(voters) OVER (PARTITION BY station_id ORDER BY wish, md5(household) COLLATE "C", household) - voters)::bigint AS before,
           (sum(voters) OVER (PARTITION BY station_id))::bigint AS total
      FROM household)
SELECT r.station_id, r.household,
       coalesce(k.slot, CASE WHEN r.electronic THEN %(electronic_opening)s + %(step)s * (r.before * %(electronic_slots)s / r.total)
                             ELSE %(paper_opening)s + %(step)s * (r.before * %(paper_slots)s / r.total) END)::smallint AS slot
  FROM standing r LEFT JOIN known k ON k.station_id = r.station_id AND k.household = r.household
"""

_BITS = "('x' || substr(l.random, 1, 12) || substr(l.random, 29, 3))::bit(60)::bigint"
_TOKEN = " || ".join(f"substr('{CODE_ALPHABET}', ((b.bits >> {5 * n}) & 31)::integer + 1, 1)" for n in range(TOKEN_LENGTH))
_POST = print_order_sql(postcode="l.mail_postcode", street_key="l.street_key", number="l.mail_house_number", box="l.mail_box_number")
# A printer never mixes papers: each lies together, in the order of ``convocations.rules.stacks``.
_ORDERS = {
    Order.POST: f"l.paper, l.mail_country, {_POST}, l.list_number",
    Order.STATION: f"l.paper, l.station_number, l.mail_country, {_POST}, l.list_number",
}

_CARDS = f"""
INSERT INTO convocations_card (municipality_id, election_id, run_id, person_id, entry_id, added_entry_id, token, issue, list_number, station_id,
    template, household, last_name, first_names, ballots, street_name, house_number, box_number, postcode, place, country, moved, slot,
    mail_id, position, bundle, state)
WITH sheet AS (
    SELECT l.*, coalesce((%(papers)s::jsonb ->> split_part(l.template, '-', 2))::integer, 0) AS paper
      FROM convocations_line l WHERE l.reason IS NULL),
placed AS (
    SELECT l.*, row_number() OVER (ORDER BY {{order}}) AS position,
           (lag(l.station_id) OVER (ORDER BY {{order}}), lag(l.paper) OVER (ORDER BY {{order}}))
               IS DISTINCT FROM (l.station_id, l.paper) AS begins,
           count(*) FILTER (WHERE l.mail_country = '') OVER (ORDER BY {{order}} ROWS UNBOUNDED PRECEDING) AS piece
      FROM sheet l)
SELECT %(municipality_id)s, %(election_id)s, %(run_id)s, l.person_id, l.entry_id, l.added_entry_id, {_TOKEN}, l.issue, l.list_number, l.station_id,
       l.template, l.household, l.last_name, l.first_names, l.ballots, l.mail_street_name, l.mail_house_number, l.mail_box_number,
       l.mail_postcode, l.place, l.mail_country, l.moved, h.slot,
       CASE WHEN %(mail_prefix)s = '' OR l.mail_country <> '' THEN ''
            ELSE %(mail_prefix)s || lpad((%(mail_first)s + l.piece - 1)::text, %(mail_digits)s, '0') END,
       l.position, sum(l.begins::integer) OVER (ORDER BY l.position) - 1, 'made'
  FROM placed l
 CROSS JOIN LATERAL (SELECT {_BITS} AS bits) b
  LEFT JOIN convocations_hour h ON h.station_id = l.station_id AND h.household = l.household AND %(step)s > 0
 ORDER BY l.position
"""  # noqa: S608  # fixed expressions


@dataclass(frozen=True, slots=True)
class Counted:
    """Lines of the list, and how many get no card by reason; ``mailable``: cards with an address in Belgium."""

    lines: int
    cards: int
    none_by_reason: dict[str, int]
    mailable: int
    moved: int
    without_place: int

    @property
    def none(self) -> int:
        """All of them."""
        return sum(self.none_by_reason.values())


def read_lines(
    *, statement: str, params: Mapping[str, Any], election_id: int, french: bool, today: date, reissue_changed: bool, reissue: int = 0
) -> Counted:
    """Read the list of the moment (``voters.selectors.ledger.current_statement``) into ``convocations_line`` and count it.

    ``reissue``: nobody but the voters of this reissue gets a card, and whoever of them has one gets another (``RunSettings``).
    """
    values = {
        **params,
        "election_id": election_id,
        "french": french,
        "today": today,
        "reissue_changed": reissue_changed,
        "reissue": reissue,
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS convocations_line")
        with whole_lists():
            cursor.execute("CREATE TEMP TABLE convocations_line ON COMMIT DROP AS" + LINES.format(current=statement), values)
        cursor.execute("ANALYZE convocations_line")
        cursor.execute(
            """SELECT count(*), count(*) FILTER (WHERE reason IS NULL), count(*) FILTER (WHERE reason IS NULL AND mail_country = ''),
                      count(*) FILTER (WHERE reason IS NULL AND moved),
                      count(*) FILTER (WHERE reason IS NULL AND mail_country = '' AND place = '') FROM convocations_line"""
        )
        lines, cards, mailable, moved, without_place = cursor.fetchone()
        cursor.execute("SELECT reason, count(*) FROM convocations_line WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason")
        return Counted(lines, cards, dict(cursor.fetchall()), mailable, moved, without_place)


def templates() -> list[str]:
    """The templates that ``convocations_line`` needs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT template FROM convocations_line WHERE reason IS NULL ORDER BY template")
        return [name for (name,) in cursor.fetchall()]


def give_hours(*, municipality_id: int, election_id: int, settings: RunSettings) -> None:
    """Decide at what hour each household is advised to come."""
    values = {
        "municipality_id": municipality_id,
        "election_id": election_id,
        "step": settings.step,
        "paper_opening": settings.paper.opening,
        "paper_slots": len(slots(settings.paper, settings.step)),
        "electronic_opening": settings.electronic.opening,
        "electronic_slots": len(slots(settings.electronic, settings.step)),
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS convocations_hour")
        cursor.execute(_HOURS, values)


def make_cards(
    *, municipality_id: int, election_id: int, run_id: int, settings: RunSettings, mail_prefix: str, mail_first: int, mail_digits: int
) -> int:
    """Write the cards; return how many."""
    values: dict[str, Any] = {
        "municipality_id": municipality_id,
        "election_id": election_id,
        "run_id": run_id,
        "step": settings.step,
        "mail_prefix": mail_prefix,
        "mail_first": mail_first,
        "mail_digits": mail_digits,
        "papers": json.dumps({voters: RANKS[Paper(paper)] for voters, paper in settings.papers}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CARDS.format(order=_ORDERS[settings.order]), values)
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Consecutive cards of one station, on one paper. ``template``: of one of them."""

    number: int
    station_id: int
    first: int
    cards: int
    postcode: str
    template: str


LAST = 2**31 - 1
"""A position behind every other."""
BUNDLES = """
SELECT bundle, min(station_id), min(position), count(*), min(postcode), min(template) FROM convocations_card
 WHERE municipality_id = %(municipality_id)s AND run_id = %(run_id)s AND position BETWEEN %(first)s AND %(last)s
 GROUP BY bundle ORDER BY bundle
"""


def bundles(*, municipality_id: int, run_id: int, first: int = 1, last: int = LAST) -> list[Bundle]:
    """The bundles of a run, or of its positions ``first`` to ``last``, in order."""
    with connection.cursor() as cursor:
        cursor.execute(BUNDLES, {"municipality_id": municipality_id, "run_id": run_id, "first": first, "last": last})
        return [Bundle(*row) for row in cursor.fetchall()]
