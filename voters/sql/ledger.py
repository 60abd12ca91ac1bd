"""The list of a moment: the frozen lines, those that decisions added, and every effect recorded until then. One statement, no loops.

Parameters everywhere: ``municipality_id``, ``extraction_id``, ``draft_id`` (of the frozen assignment, or NULL), ``at`` (the moment).
An effect counts from the moment on which it was recorded until the moment on which the decision behind it was taken back.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from voters.rules.ledger import CHANGING_ADDRESS, CHANGING_LIST, NO_CARD_BY_RULE, NoCard, Outcome

# Alias of a moment → the name of its parameter; two moments may stand in one statement.
_ACTIVE = """
    SELECT f.id, f.person_id, f.kind, f.outcome, f.rule, f.values, f.decision_id, f.recorded_at
      FROM voters_effect f
     WHERE f.municipality_id = %(municipality_id)s AND f.extraction_id = %(extraction_id)s AND f.recorded_at <= %({at})s
       AND f.outcome <> '{withdrawn}'
       AND NOT EXISTS (SELECT FROM voters_effect w
                        WHERE w.municipality_id = %(municipality_id)s AND w.extraction_id = %(extraction_id)s
                          AND w.withdraws_id = f.decision_id AND w.recorded_at <= %({at})s)"""


def _codes(outcomes: tuple[Outcome, ...]) -> str:
    return ", ".join(f"'{outcome}'" for outcome in outcomes)


_REASONS = " ".join(f"WHEN '{rule}' THEN '{reason}'" for rule, reason in NO_CARD_BY_RULE.items())

# Of every person with effects: the last that changed their place on the list, the last that changed where the card goes, and what
# decisions corrected (a later one wins, column by column).
_CHANGES = f"""
    SELECT a.person_id,
           (array_agg(a.outcome ORDER BY a.id DESC) FILTER (WHERE a.kind = 'list' AND a.outcome IN ({_codes(CHANGING_LIST)})))[1] AS list_outcome,
           (array_agg(a.rule ORDER BY a.id DESC) FILTER (WHERE a.kind = 'list' AND a.outcome IN ({_codes(CHANGING_LIST)})))[1] AS list_rule,
           (array_agg(a.outcome ORDER BY a.id DESC) FILTER (WHERE a.kind = 'address' AND a.outcome IN ({_codes(CHANGING_ADDRESS)})))[1] AS address_outcome,
           (array_agg(a.values ORDER BY a.id DESC) FILTER (WHERE a.kind = 'address' AND a.outcome IN ({_codes(CHANGING_ADDRESS)})))[1] AS address,
           max(a.recorded_at) FILTER (WHERE a.kind = 'address' AND a.outcome IN ({_codes(CHANGING_ADDRESS)})) AS address_at
      FROM ({{active}}) a
     GROUP BY a.person_id"""  # noqa: S608  # codes of voters.rules only

_CORRECTIONS = """
    SELECT a.person_id, jsonb_object_agg(v.key, v.value ORDER BY a.id) AS said
      FROM ({active}) a, jsonb_each(a.values) v
     WHERE a.kind = 'list' AND a.outcome = 'corrected'
     GROUP BY a.person_id"""

_SHARED = """e.person_id, e.national_number, e.last_name, e.first_names, e.name_key, e.birth_date, e.born_on, e.sex, e.nationality, e.language,
           e.mark, e.minor, e.ballots, e.compulsory, e.postcode, e.street_name, e.house_number, e.box_number, e.address_id, e.household_id"""

_LINES = f"""
    SELECT e.id AS entry_id, NULL::bigint AS added_entry_id, coalesce(p.list_number, e.list_number) AS list_number, p.station_id, {_SHARED}
      FROM voters_entry e
      LEFT JOIN voters_entryplace p ON p.municipality_id = %(municipality_id)s AND p.draft_id = %(draft_id)s AND p.person_id = e.person_id
     WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s {{among}}
     UNION ALL
    SELECT NULL, e.id, e.list_number, e.station_id, {_SHARED}
      FROM voters_addedentry e
     WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s AND e.recorded_at <= %({{at}})s {{among}}"""  # noqa: S608  # fixed column names

# A line that a decision added is on the list by its own effect: without it (the decision was taken back) it is struck.
_STRUCK = f"""(c.list_outcome IS NOT DISTINCT FROM '{Outcome.STRUCK}' OR l.entry_id IS NULL AND c.list_outcome IS NULL)"""
_NO_CARD = f"""CASE WHEN c.list_outcome IS NOT DISTINCT FROM '{Outcome.STRUCK}' THEN CASE c.list_rule {_REASONS} END
                WHEN l.entry_id IS NULL AND c.list_outcome IS NULL THEN '{NoCard.STRUCK_BY_DECISION}'
                WHEN c.address_outcome = '{Outcome.TO_TRACE}' THEN '{NoCard.TO_TRACE}'
                WHEN coalesce(c.address ->> 'street_name', k.said ->> 'street_name', l.street_name) = '' THEN '{NoCard.NO_ADDRESS}' END"""

COLUMNS = (
    "entry_id",
    "added_entry_id",
    "person_id",
    "list_number",
    "station_id",
    "station_number",
    "last_name",
    "first_names",
    "birth_date",
    "sex",
    "language",
    "mark",
    "minor",
    "ballots",
    "compulsory",
    "household_id",
    "struck",
    "added_later",
    "corrected",
    "no_card",
    "mail_street_name",
    "mail_house_number",
    "mail_box_number",
    "mail_postcode",
    "mail_country",
    "mail_address_id",
    "moved",
    "list_postcode",
    "list_street_name",
    "list_house_number",
    "list_box_number",
    "national_number",
    "name_key",
    "mail_municipality",
)
"""Of ``current``, in this order. ``mail_municipality``: NIS code of the one for which the voter left, where the new address came with that."""


def _mail(name: str) -> str:
    return f"coalesce(c.address ->> '{name}', k.said ->> '{name}', l.{name})"


def current(at: str = "at", among: str = "") -> str:
    """The statement without an order: ``COLUMNS`` of every line there ever was until the moment named by the parameter ``at``.

    ``among`` narrows the persons: a condition on ``e.person_id``, beginning with AND.
    """
    active = _ACTIVE.format(at=at, withdrawn=Outcome.WITHDRAWN)
    return f"""
SELECT l.entry_id, l.added_entry_id, l.person_id, l.list_number, l.station_id, s.number AS station_number,
       coalesce(k.said ->> 'last_name', l.last_name) AS last_name, coalesce(k.said ->> 'first_names', l.first_names) AS first_names,
       l.birth_date, l.sex, l.language, l.mark, l.minor,
       coalesce((k.said ->> 'ballots')::smallint, l.ballots) AS ballots,
       coalesce((k.said ->> 'compulsory')::smallint, l.compulsory) AS compulsory, l.household_id,
       {_STRUCK} AS struck, l.entry_id IS NULL AS added_later, k.said IS NOT NULL AS corrected, {_NO_CARD} AS no_card,
       {_mail("street_name")} AS mail_street_name, {_mail("house_number")} AS mail_house_number, {_mail("box_number")} AS mail_box_number,
       {_mail("postcode")} AS mail_postcode, coalesce(c.address ->> 'country', '') AS mail_country,
       CASE WHEN c.address IS NOT NULL THEN (c.address ->> 'address_id')::bigint
            WHEN k.said ->> 'street_name' IS NOT NULL THEN (k.said ->> 'address_id')::bigint ELSE l.address_id END AS mail_address_id,
       c.address IS NOT NULL AND c.address_outcome <> '{Outcome.TO_TRACE}' AS moved,
       coalesce(k.said ->> 'postcode', l.postcode) AS list_postcode, coalesce(k.said ->> 'street_name', l.street_name) AS list_street_name,
       coalesce(k.said ->> 'house_number', l.house_number) AS list_house_number,
       coalesce(k.said ->> 'box_number', l.box_number) AS list_box_number, l.national_number, l.name_key,
       coalesce(c.address ->> 'municipality', '') AS mail_municipality
  FROM ({_LINES.format(at=at, among=among)}) l
  LEFT JOIN ({_CHANGES.format(active=active)}) c ON c.person_id = l.person_id
  LEFT JOIN ({_CORRECTIONS.format(active=active)}) k ON k.person_id = l.person_id
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = l.station_id
"""  # noqa: S608  # fixed column names and codes


CURRENT = current()

SUMMARY = f"""
SELECT station_number, count(*) FILTER (WHERE NOT struck), count(*) FILTER (WHERE struck), count(*) FILTER (WHERE added_later AND NOT struck),
       count(*) FILTER (WHERE corrected AND NOT struck), count(*) FILTER (WHERE moved AND NOT struck)
  FROM ({CURRENT}) l
 GROUP BY station_number ORDER BY station_number NULLS FIRST
"""  # noqa: S608  # built of fixed parts


def summary(*, municipality_id: int, extraction_id: int, draft_id: int | None, at: datetime) -> list[tuple[Any, ...]]:
    """By station number: voters, struck, added, corrected, with another mailing address."""
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, {"municipality_id": municipality_id, "extraction_id": extraction_id, "draft_id": draft_id, "at": at})
        return list(cursor.fetchall())
