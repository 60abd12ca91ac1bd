"""Giving pieces of streets to a district: which rows go and which come, so that nothing meets and nothing falls out between."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from districts.rules.split import SplitRow
from districts.rules.street_ranges import NumberRange, Side, merged, order, shared, side_of, without

Place = tuple[int, str]
"""A street and a postcode: within it house numbers mean one thing."""


@dataclass(frozen=True, slots=True)
class Piece:
    """House numbers of a street in one postcode."""

    street_id: int
    postcode: str
    numbers: NumberRange

    @property
    def place(self) -> Place:
        """Where its numbers count."""
        return self.street_id, self.postcode


def give(
    rows: Mapping[int, SplitRow],
    pieces: Iterable[Piece],
    *,
    target: int | None,
    valid_from: date,
    until: Mapping[int, date],
) -> tuple[list[int], list[SplitRow]]:
    """The rows to take away and those to make so that all pieces lie in ``target`` (``None``: in no district) from a day on.

    ``rows``: those that hold on that day in these streets. What is left of a row keeps its district and its end. What lies in no
    row ends where a later split of its street begins (``until``). The target's own rows in a street are told anew, as few as
    can be; one that comes out the same is left alone by ``split.plan_rows``.
    """
    wanted: defaultdict[Place, list[NumberRange]] = defaultdict(list)
    for piece in pieces:
        # Each number once, whatever was picked twice.
        wanted[piece.place] += without(piece.numbers, wanted[piece.place])
    removed: list[int] = []
    added: list[SplitRow] = []
    for place, taken in wanted.items():
        own = {pk: row for pk, row in rows.items() if (row.street_id, row.postcode) == place}
        gone, rests, theirs = _cut(own, taken, target)
        removed += gone
        added += [SplitRow(row.district_id, *place, numbers, valid_from, row.valid_until) for row, numbers in rests]
        theirs[until.get(place[0])] += [left for one in taken for left in without(one, [row.numbers for row in own.values()])]
        if target is not None:
            added += [SplitRow(target, *place, one, valid_from, end) for end, numbers in theirs.items() for one in merged(numbers)]
    return removed, added


Ends = defaultdict[date | None, list[NumberRange]]


def _cut(
    rows: Mapping[int, SplitRow], taken: Sequence[NumberRange], target: int | None
) -> tuple[list[int], list[tuple[SplitRow, NumberRange]], Ends]:
    """The rows of one place that go, what is left of them, and by end what the target then has of them."""
    gone, rests, theirs = [], [], Ends(list)
    for pk, row in rows.items():
        common = [row.numbers] if row.district_id == target else shared(row.numbers, taken)
        if not common:
            continue
        gone.append(pk)
        theirs[row.valid_until] += common
        if row.district_id != target:
            rests += [(row, left) for left in without(row.numbers, taken)]
    return gone, rests, theirs


def of_houses(picked: Collection[int], known: Iterable[int]) -> list[NumberRange]:
    """Houses that were picked one by one as ranges: those beside each other together.

    ``known``: the numbers of every house of the street in this postcode. A range that holds the first or the last house of a side
    is open there: a house that is built beyond goes along, and no row without houses is left over.
    """
    found = []
    for side in (Side.ODD, Side.EVEN):
        houses = sorted({number for number in (*known, *picked) if side_of(number) is side})
        for chosen, run in groupby(houses, key=lambda number: number in picked):
            numbers = list(run)
            if chosen:
                first = None if numbers[0] == houses[0] else numbers[0]
                found.append(NumberRange(side, first, None if numbers[-1] == houses[-1] else numbers[-1]))
    return sorted(merged(found), key=order)
