"""A file of districts against what is known: what is wrong with it, and what it would change. And the file of what is known."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from districts.models import District, StreetRange
from districts.rules.address_file import Problem
from districts.rules.district_file import COLUMNS, DistrictFile, DistrictLine, read, without_zeros, write, written
from districts.rules.split import Plan, SplitRow, plan_split
from districts.rules.street_ranges import NumberRange, Side, clashes
from districts.selectors.split import current_rows, holding
from districts.selectors.stations import natural
from districts.selectors.where import similar_streets
from districts.sql import district_file as sql
from districts.sql.district_file import NamedStreet


@dataclass(slots=True)
class Comparison:
    """What a file says against what is known. With problems there is no plan.

    ``made``: codes of districts that the file makes, with their names; in the plan they have the numbers -1, -2 … in this order.
    ``renamed``: code → (name now, name in the file). ``reopened``: codes of closed districts.
    """

    rows: int
    problems: list[Problem]
    problem_count: int
    warnings: list[Problem]
    codes: list[str] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    reopened: list[str] = field(default_factory=list)
    plan: Plan | None = None

    @property
    def counts(self) -> dict[str, int]:
        """districts, rows, added, removed, unchanged, districts_added, districts_renamed, warnings."""
        if self.plan is None:
            return {"rows": self.rows, "problems": self.problem_count}
        return {
            "districts": len(self.codes),
            "rows": self.rows,
            **self.plan.counts,
            "districts_added": len(self.made),
            "districts_renamed": len(self.renamed),
            "warnings": len(self.warnings),
        }

    @property
    def nothing(self) -> bool:
        """Whether the file says what is known already."""
        return self.plan is not None and self.plan.nothing and not (self.made or self.renamed or self.reopened)

    @property
    def fingerprint(self) -> str:
        """By which is seen whether it would still change the same."""
        told = repr((self.plan, sorted(self.made.items()), sorted(self.renamed.items()), self.reopened))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def compare(content: bytes, *, municipality_id: int, valid_from: date) -> Comparison:
    """Read a file and compare it with the split that holds from a day on."""
    file = read(content)
    streets = sql.find_streets(sorted({(line.postcode, line.street_name) for line in file.lines}), municipality_id=municipality_id)
    _check_streets(file, streets, municipality_id=municipality_id)
    _check_clashes(file, streets)
    known = {row.code: row for row in District.objects.filter(municipality_id=municipality_id)}
    _check_codes(file, known)
    table = file.table
    comparison = Comparison(
        rows=len(table.rows),
        problems=sorted(
            table.problems, key=lambda problem: (problem.row, COLUMNS.index(problem.column) if problem.column in COLUMNS else 0)
        ),
        problem_count=table.count,
        warnings=sorted(file.warnings, key=lambda warning: warning.row),
    )
    if not table.count:
        _fill(comparison, file.lines, streets, known, municipality_id=municipality_id, valid_from=valid_from)
    return comparison


def _check_streets(file: DistrictFile, streets: Mapping[NamedStreet, object], *, municipality_id: int) -> None:
    lost = [line for line in file.lines if (line.postcode, line.street_name) not in streets]
    names = sorted({line.street_name for line in lost})
    elsewhere = sql.postcodes_of(names, municipality_id=municipality_id)
    strange = [name for name in names if name not in elsewhere]
    similar = dict(zip(strange, similar_streets(strange, municipality_id=municipality_id), strict=True))
    for line in lost:
        if line.street_name in elsewhere:
            file.table.report(line.row, "postcode", line.postcode, "not_in_postcode", elsewhere[line.street_name])
        else:
            likely = similar[line.street_name]
            file.table.report(line.row, "street_name", line.street_name, "street_unknown", likely.name if likely else "")


def _check_clashes(file: DistrictFile, streets: Mapping[NamedStreet, list[tuple[int, bool]]]) -> None:
    """Rows of one street that hold the same number; streets by what they are, not by how they are spelled."""
    rows = [
        (line, (line.postcode, street))
        for line in file.lines
        for street, _closed in streets.get((line.postcode, line.street_name), [(line.street_name, False)])
    ]
    told: set[int] = set()
    for clash in clashes([(street, line.numbers) for line, street in rows]):
        earlier, later = rows[clash.earlier][0], rows[clash.later][0]
        if later.row in told or later.row == earlier.row:
            continue
        told.add(later.row)
        same = (earlier.code, earlier.numbers) == (later.code, later.numbers)
        expected = f"{earlier.row}: {written(earlier.numbers)}, {earlier.code} {earlier.name}"
        file.table.report(later.row, "number_from", written(later.numbers), "row_twice" if same else "overlap", expected)


def _check_codes(file: DistrictFile, known: Mapping[str, District]) -> None:
    """A code that is new, and differs from a known one in nothing but zeros before it."""
    alike = {without_zeros(code): code for code in known}
    told = {warning.value for warning in file.warnings if warning.code == "code_zeros"}
    for line in file.lines:
        other = alike.get(without_zeros(line.code))
        if other is not None and line.code not in known and line.code not in told:
            told.add(line.code)
            file.warnings.append(Problem(line.row, "district_code", line.code, "code_zeros_known", other))


def _fill(
    comparison: Comparison,
    lines: Sequence[DistrictLine],
    streets: Mapping[NamedStreet, list[tuple[int, bool]]],
    known: Mapping[str, District],
    *,
    municipality_id: int,
    valid_from: date,
) -> None:
    names = {line.code: line.name for line in lines}
    comparison.codes = list(names)
    comparison.made = {code: name for code, name in names.items() if code not in known}
    comparison.renamed = {code: (known[code].name, name) for code, name in names.items() if code in known and known[code].name != name}
    comparison.reopened = [code for code in names if code in known and known[code].closed_at is not None]
    numbers = {code: row.pk for code, row in known.items()} | {code: -1 - place for place, code in enumerate(comparison.made)}
    wanted = [
        SplitRow(numbers[line.code], street, line.postcode, line.numbers, valid_from)
        for line in lines
        for street, _closed in streets[line.postcode, line.street_name]
    ]
    for line in lines:
        if any(closed for _street, closed in streets[line.postcode, line.street_name]):
            comparison.warnings.append(Problem(line.row, "street_name", line.street_name, "street_closed"))
    current = current_rows(municipality_id=municipality_id, day=valid_from)
    comparison.plan = plan_split(current=current, wanted=wanted, valid_from=valid_from)


def lines(*, municipality_id: int, day: date) -> list[DistrictLine]:
    """The rows of a day as those of the file: by district, street and number."""
    rows = holding(municipality_id=municipality_id, day=day)
    found = dict.fromkeys(_line(row) for row in rows)
    return sorted(found, key=lambda line: (natural(line.code), line.name))


def _line(row: StreetRange) -> DistrictLine:
    numbers = NumberRange(Side(row.side), row.number_from, row.number_to)
    return DistrictLine(0, row.district.code, row.district.name, row.postcode, row.street.name, numbers)


def csv_of(rows: Iterable[DistrictLine]) -> str:
    """The file."""
    return write(rows)
