# ruff: noqa: S608  # pieces of our own text are put together here; values are always parameters
"""Two extractions side by side: who came, who went and why, and what changed in whoever stayed.

Lines are joined on the person. The list number is left out: one voter more renumbers all who follow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from voters.rules.eligibility import Verdict
from voters.sql.plans import whole_lists

FIELDS = ("name", "birth_date", "address", "ballots", "compulsory", "mark")
"""What is compared, in the order of the bits of ``changed``."""

# Rows: person, kind (1 added, 2 gone, 3 changed), changed fields as bits, reason. The reason of who went is the verdict now, of who came
# the verdict before: the first that is not "eligible" among the ballots; -1 when the other extraction does not know the person.
_DIFFERENCES = """
SELECT coalesce(a.person_id, b.person_id) AS person_id,
       CASE WHEN a.person_id IS NULL THEN 1 WHEN b.person_id IS NULL THEN 2 ELSE 3 END AS kind,
       CASE WHEN a.person_id IS NULL OR b.person_id IS NULL THEN 0 ELSE
            CASE WHEN (a.last_name, a.first_names) IS DISTINCT FROM (b.last_name, b.first_names) THEN 1 ELSE 0 END
          + CASE WHEN a.birth_date IS DISTINCT FROM b.birth_date THEN 2 ELSE 0 END
          + CASE WHEN (a.street_name, a.house_number, a.box_number, a.postcode)
                      IS DISTINCT FROM (b.street_name, b.house_number, b.box_number, b.postcode) THEN 4 ELSE 0 END
          + CASE WHEN a.ballots IS DISTINCT FROM b.ballots THEN 8 ELSE 0 END
          + CASE WHEN a.compulsory IS DISTINCT FROM b.compulsory THEN 16 ELSE 0 END
          + CASE WHEN a.mark IS DISTINCT FROM b.mark THEN 32 ELSE 0 END END AS changed,
       coalesce(b.street_name, a.street_name) AS street_name, coalesce(b.postcode, a.postcode) AS postcode,
       coalesce(b.name_key, a.name_key) AS name_key,
       a.list_number AS number_before, b.list_number AS number_after,
       a.last_name AS last_name_before, b.last_name AS last_name_after, a.first_names AS first_names_before, b.first_names AS first_names_after,
       a.birth_date AS birth_date_before, b.birth_date AS birth_date_after,
       a.street_name AS street_before, b.street_name AS street_after, a.house_number AS house_before, b.house_number AS house_after,
       a.box_number AS box_before, b.box_number AS box_after, a.postcode AS postcode_before, b.postcode AS postcode_after,
       a.ballots AS ballots_before, b.ballots AS ballots_after, a.mark AS mark_before, b.mark AS mark_after
  FROM (SELECT * FROM voters_entry WHERE municipality_id = %(municipality_id)s AND extraction_id = %(before)s) a
  FULL JOIN (SELECT * FROM voters_entry WHERE municipality_id = %(municipality_id)s AND extraction_id = %(after)s) b
       ON b.person_id = a.person_id
 WHERE a.person_id IS NULL OR b.person_id IS NULL
    OR a.last_name <> b.last_name OR a.first_names <> b.first_names OR a.birth_date <> b.birth_date
    OR a.street_name <> b.street_name OR a.house_number <> b.house_number OR a.box_number <> b.box_number OR a.postcode <> b.postcode
    OR a.ballots <> b.ballots OR a.compulsory <> b.compulsory OR a.mark <> b.mark
"""

_REASONED = f"""
WITH differences AS MATERIALIZED ({_DIFFERENCES}),
reasoned AS (
    SELECT d.*,
           CASE d.kind WHEN 3 THEN NULL
                       ELSE coalesce((SELECT min(v.verdict)
                                        FROM voters_verdict v
                                       WHERE v.municipality_id = %(municipality_id)s
                                         AND v.extraction_id = CASE d.kind WHEN 1 THEN %(before)s ELSE %(after)s END
                                         AND v.person_id = d.person_id AND v.verdict > 0), -1) END AS reason
      FROM differences d)
"""

COUNT_DIFFERENCES = f"""{_REASONED}
SELECT kind, changed, reason, street_name, count(*)
  FROM reasoned
 GROUP BY kind, changed, reason, street_name
"""

LIST_DIFFERENCES = f"""{_REASONED}
SELECT person_id, kind, changed, reason, number_before, number_after, last_name_before, last_name_after, first_names_before,
       first_names_after, birth_date_before, birth_date_after, postcode_before, postcode_after, street_before, street_after, house_before,
       house_after, box_before, box_after, ballots_before, ballots_after, mark_before, mark_after
  FROM reasoned
 WHERE (%(kind)s::integer IS NULL OR kind = %(kind)s)
   AND (%(field_bit)s::integer IS NULL OR changed & %(field_bit)s > 0)
   AND (%(reason)s::integer IS NULL OR reason = %(reason)s)
   AND (%(street)s::text IS NULL OR street_name = %(street)s)
 ORDER BY kind, name_key, person_id
 LIMIT %(limit)s OFFSET %(offset)s
"""

KINDS = {1: "added", 2: "gone", 3: "changed"}
NOT_IN_REGISTER = "not_in_register"
REASONS = {-1: NOT_IN_REGISTER, **{int(verdict): verdict.code for verdict in Verdict if verdict}}


@dataclass(slots=True)
class ComparisonCounts:
    """How many came, went and changed; by field of whoever changed, by reason of whoever came or went, by street of all."""

    added: int = 0
    gone: int = 0
    changed: int = 0
    by_field: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    added_by_reason: dict[str, int] = field(default_factory=dict)
    gone_by_reason: dict[str, int] = field(default_factory=dict)
    by_street: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One voter who came (``added``), went (``gone``) or changed. ``reason`` is a verdict's code or ``not_in_register``.

    Values are pairs: before and after; ``None`` where the voter was not on that list.
    """

    person_id: int
    kind: str
    fields: tuple[str, ...]
    reason: str
    list_number: tuple[int | None, int | None]
    last_name: tuple[str | None, str | None]
    first_names: tuple[str | None, str | None]
    birth_date: tuple[str | None, str | None]
    postcode: tuple[str | None, str | None]
    street_name: tuple[str | None, str | None]
    house_number: tuple[str | None, str | None]
    box_number: tuple[str | None, str | None]
    ballots: tuple[int | None, int | None]
    mark: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class DifferenceFilter:
    """Which differences are meant; empty: all."""

    kind: str = ""
    field: str = ""
    reason: str = ""
    street: str = ""

    def parameters(self) -> dict[str, Any]:
        """As the statement takes them. An unknown word finds nothing."""
        return {
            "kind": {name: number for number, name in KINDS.items()}.get(self.kind, 0) if self.kind else None,
            "field_bit": (1 << FIELDS.index(self.field) if self.field in FIELDS else 0) if self.field else None,
            "reason": {name: number for number, name in REASONS.items()}.get(self.reason, 0) if self.reason else None,
            "street": self.street or None,
        }


def compare(*, municipality_id: int, before: int, after: int) -> ComparisonCounts:
    """Count the differences between two extractions of a municipality."""
    counts = ComparisonCounts()
    for kind, changed, reason, street, number in _rows(COUNT_DIFFERENCES, municipality_id, before, after):
        name = KINDS[kind]
        setattr(counts, name, getattr(counts, name) + number)
        for bit, changed_field in enumerate(FIELDS):
            counts.by_field[changed_field] += number if changed >> bit & 1 else 0
        if reason is not None:
            by_reason = counts.added_by_reason if kind == 1 else counts.gone_by_reason
            by_reason[REASONS[reason]] = by_reason.get(REASONS[reason], 0) + number
        on_street = counts.by_street.setdefault(street, dict.fromkeys(KINDS.values(), 0))
        on_street[name] += number
    return counts


def list_differences(
    *, municipality_id: int, before: int, after: int, chosen: DifferenceFilter, limit: int | None = None, offset: int = 0
) -> Iterator[Difference]:
    """The differences that ``chosen`` means, by kind and name; all of them without a limit."""
    more = {**chosen.parameters(), "limit": limit, "offset": offset}
    for person_id, kind, changed, reason, *values in _rows(LIST_DIFFERENCES, municipality_id, before, after, **more):
        pairs = [tuple(values[at : at + 2]) for at in range(0, len(values), 2)]
        fields = tuple(name for bit, name in enumerate(FIELDS) if changed >> bit & 1)
        yield Difference(person_id, KINDS[kind], fields, "" if reason is None else REASONS[reason], *pairs)


def _rows(statement: str, municipality_id: int, before: int, after: int, **more: Any) -> Sequence[Sequence[Any]]:
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(statement, {"municipality_id": municipality_id, "before": before, "after": after, **more})
        rows: Sequence[Sequence[Any]] = cursor.fetchall()
    return rows
