"""What a polling station serves, as people read it: a street, which of its house numbers, how many voters."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from voters.rules.assignment import HouseRun, join_sides

Side = Literal["all", "even", "odd"]


@dataclass(frozen=True, slots=True)
class ServedRow:
    """A street in a postcode, or a part of it. ``first`` and ``last`` are ``None`` where the whole side, or the whole street, is meant.

    ``shared``: a house of which other households vote elsewhere.
    """

    station_id: int
    street_id: int
    street: str
    postcode: str
    side: Side
    first: int | None
    last: int | None
    shared: bool
    households: int
    voters: int


def served_rows(runs: Iterable[HouseRun]) -> list[ServedRow]:
    """Runs drawn together as far as it stays true: a street that votes in one place is one row, so is a side that does.

    In the order of the runs: by street and postcode, within a street by number.
    """
    found = []
    for _key, group in groupby(join_sides(runs), key=lambda run: (run.street_id, run.postcode)):
        street = list(group)
        one_sided = len({run.side for run in street}) == 1 and all(run.whole_side for run in street)
        rows = [_row(run, whole_street=one_sided) for run in street]
        found += sorted(rows, key=lambda row: (row.first or 0, row.side != "odd", row.station_id))
    return found


def _row(run: HouseRun, *, whole_street: bool) -> ServedRow:
    side: Side = "all" if whole_street or run.side == "all" else "odd" if run.side == "odd" else "even"
    return ServedRow(
        station_id=run.station_id,
        street_id=run.street_id,
        street=run.street_name,
        postcode=run.postcode,
        side=side,
        first=None if run.whole_side else run.first,
        last=None if run.whole_side else run.last,
        shared=run.shared,
        households=run.households,
        voters=run.voters,
    )
