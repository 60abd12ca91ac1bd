"""What does not fit in the split of a day: one part of the preparatory checks."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from districts.rules.findings import Finding, Severity
from districts.sql import findings as sql

KINDS: Final[dict[str, Severity]] = {
    "gap": Severity.BAD,
    "street_without_rows": Severity.BAD,
    "postcode_mismatch": Severity.BAD,
    "closed_street_row": Severity.WARN,
    "unused_row": Severity.WARN,
    "single_number": Severity.WARN,
    "district_without_rows": Severity.WARN,
}
"""Every kind, the gravest first. Rows that meet are none: the database refuses them, and a file that holds any."""


@dataclass(frozen=True, slots=True)
class DistrictFindings:
    """All findings of a day; how many addresses are in use, and how many of them lie in no district."""

    day: date
    findings: list[Finding]
    addresses: int
    without_district: int


def district_findings(*, municipality_id: int, day: date) -> DistrictFindings:
    """Look for everything that does not fit, by kind, street and number.

    The values of a finding: ``street, postcode, side, number_from, number_to, district, code`` as far as they apply, and
    ``count``, the addresses that it is about. Targets: ``street:12`` or ``district:3``.
    """
    found = sql.find(municipality_id=municipality_id, day=day)
    addresses, lost = sql.coverage()
    order = list(KINDS)
    findings = [_finding(code, row) for code, row in sorted(found, key=lambda one: order.index(one[0]))]
    return DistrictFindings(day, findings, addresses, lost)


def _finding(code: str, row: sql.Found) -> Finding:
    values = {name: value for name, value in row._asdict().items() if name not in {"street_id", "district_id", "addresses"}}
    target = f"street:{row.street_id}" if row.street_id else f"district:{row.district_id}"
    return Finding(code, KINDS[code], target, {**values, "count": row.addresses})
