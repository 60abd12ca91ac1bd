"""The split in districts as a set of rows that each hold for a time, and what a change of it takes away and makes.

What a row says never changes. A row that ends, and one that is put right, is taken away and another made in its place, so
that the split of any day, as it was known at any moment, can be told (docs/adr/0010-districts.md).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from districts.rules.street_ranges import NumberRange, normalised

Key = tuple[int, int, str, NumberRange]


@dataclass(frozen=True, slots=True)
class SplitRow:
    """House numbers of a street, in one postcode, that belong to a district from a day on, and until another day (not included)."""

    district_id: int
    street_id: int
    postcode: str
    numbers: NumberRange
    valid_from: date
    valid_until: date | None = None

    @property
    def key(self) -> Key:
        """What it says, whenever it holds."""
        return self.district_id, self.street_id, self.postcode, normalised(self.numbers) or self.numbers


@dataclass(frozen=True, slots=True)
class Plan:
    """A change: the numbers of the rows to take away, and the rows to make. ``ended``: how many of these are what is left of one."""

    valid_from: date
    removed: tuple[int, ...] = ()
    made: tuple[SplitRow, ...] = ()
    ended: int = 0
    unchanged: int = 0

    @property
    def nothing(self) -> bool:
        """Whether it changes nothing."""
        return not self.removed and not self.made

    @property
    def counts(self) -> dict[str, int]:
        """added: new rows; removed: rows that no longer hold from its day on."""
        return {"added": len(self.made) - self.ended, "removed": len(self.removed), "unchanged": self.unchanged}


def plan_rows(*, removed: dict[int, SplitRow], added: Iterable[SplitRow], valid_from: date) -> Plan:
    """Take some rows away from a day on and put others in their place. A row that is to come back as it is stays."""
    wanted = Counter(added)
    gone: dict[int, SplitRow] = {}
    for pk, row in removed.items():
        same = replace(row, numbers=row.key[3], valid_from=valid_from)
        if row.valid_from <= valid_from and wanted[same] > 0:
            wanted[same] -= 1
        else:
            gone[pk] = row
    rests = _rests(gone.values(), valid_from)
    return Plan(valid_from, tuple(sorted(gone)), (*rests, *wanted.elements()), ended=len(rests))


def plan_split(*, current: dict[int, SplitRow], wanted: Sequence[SplitRow], valid_from: date) -> Plan:
    """Make ``wanted`` the whole split from a day on, for good. ``current``: every row that holds then or later."""
    open_keys = Counter(row.key for row in wanted)
    gone: dict[int, SplitRow] = {}
    unchanged = 0
    for pk, row in sorted(current.items()):
        if row.valid_from <= valid_from and row.valid_until is None and open_keys[row.key] > 0:
            open_keys[row.key] -= 1
            unchanged += 1
        else:
            gone[pk] = row
    made = []
    for row in wanted:
        if open_keys[row.key] > 0:
            open_keys[row.key] -= 1
            made.append(replace(row, valid_from=valid_from, valid_until=None))
    rests = _rests(gone.values(), valid_from)
    return Plan(valid_from, tuple(sorted(gone)), (*rests, *made), ended=len(rests), unchanged=unchanged)


def plan_undo(*, made: Collection[int], removed: Iterable[SplitRow], valid_from: date) -> Plan:
    """Take away what a change made and put back, as it was, what it took away."""
    return Plan(valid_from, tuple(sorted(made)), tuple(removed))


def _rests(rows: Iterable[SplitRow], until: date) -> list[SplitRow]:
    """What stays of rows that end: the days before."""
    return [replace(row, valid_until=until) for row in rows if row.valid_from < until]
