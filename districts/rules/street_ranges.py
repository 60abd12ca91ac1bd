"""Ranges of house numbers on one side of a street or on both: what they hold, whether they meet, how they merge.

A house number counts by the whole number it begins with: ``12A``, ``12/0301`` and ``12-14`` lie where 12 lies
(``districts_number`` in the database). An address without a number counts as 0.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

HIGHEST: Final = 99_999
"""No street has a higher house number; an open end reaches further than that."""
BEGINNING: Final = date(1900, 1, 1)
"""The day from which the first split of a municipality holds: earlier than every election of ours."""
OPEN: Final = 1 << 40


class Side(StrEnum):
    """Which numbers of a street: both sides, or the one with the even or odd ones."""

    ALL = "all"
    EVEN = "even"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """House numbers from and to, both included; ``None`` is an open end."""

    side: Side
    number_from: int | None = None
    number_to: int | None = None

    @property
    def lowest(self) -> int:
        """The first number that it can hold."""
        return self.number_from or 0

    @property
    def highest(self) -> int:
        """The last number that it can hold."""
        return OPEN if self.number_to is None else self.number_to


def side_of(number: int) -> Side:
    """The side on which a number stands."""
    return Side.ODD if number % 2 else Side.EVEN


def contains(numbers: NumberRange, number: int) -> bool:
    """Whether a house number lies in the range."""
    return numbers.lowest <= number <= numbers.highest and numbers.side in (Side.ALL, side_of(number))


def normalised(numbers: NumberRange) -> NumberRange | None:
    """The same numbers said in one way, or ``None`` when there are none.

    The ends of a side are numbers of that side (*3 to 9 even* is 4 to 8), and one number is of its own side. Only ranges said
    like this meet exactly when the database's constraint says that they do.
    """
    first, last, side = numbers.number_from, numbers.number_to, numbers.side
    if side is Side.ALL and first is not None and first == last:
        side = side_of(first)
    if side is not Side.ALL:
        odd = side is Side.ODD
        first = None if first is None else first + (first % 2 != odd)
        last = None if last is None else last - (last % 2 != odd)
    found = NumberRange(side, first, last)
    if found.highest < max(found.lowest, 1 if side is Side.ODD else 0) or found.lowest > HIGHEST:
        return None
    if side is Side.ALL and found.highest == 0:
        return NumberRange(Side.EVEN, first, last)  # nothing but the addresses without a number
    return found


def _halves(numbers: NumberRange) -> list[tuple[int, int, int]]:
    """The even and the odd numbers of a range as (0 or 1, lowest, highest), each end a number of that half; none if empty."""
    halves = []
    for parity, side in ((0, Side.EVEN), (1, Side.ODD)):
        if numbers.side in (Side.ALL, side):
            low = numbers.lowest + (numbers.lowest % 2 != parity)
            high = numbers.highest if numbers.highest == OPEN else numbers.highest - (numbers.highest % 2 != parity)
            if low <= high:
                halves.append((parity, low, high))
    return halves


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rows, by their places in what was given, that hold the same house number; ``later`` is the one to complain of."""

    earlier: int
    later: int


def clashes(rows: Sequence[tuple[Hashable, NumberRange]], *, most: int = 1000) -> list[Clash]:
    """Rows of the same street (the first of each pair) that meet: each that meets an earlier one, with the first it meets."""
    lines: dict[tuple[Hashable, int], list[tuple[int, int, int]]] = defaultdict(list)
    for place, (street, numbers) in enumerate(rows):
        for parity, low, high in _halves(numbers):
            lines[street, parity].append((low, high, place))
    found: dict[int, int] = {}
    for line in lines.values():
        open_rows: list[tuple[int, int]] = []
        for low, high, place in sorted(line):
            open_rows = [(end, other) for end, other in open_rows if end >= low]
            for _end, other in open_rows:
                later, earlier = max(place, other), min(place, other)
                found[later] = min(earlier, found.get(later, earlier))
            if len(found) >= most:
                break
            open_rows.append((high, place))
    return [Clash(earlier, later) for later, earlier in sorted(found.items())]


def merged(ranges: Iterable[NumberRange]) -> list[NumberRange]:
    """The same numbers in as few ranges as come of it, in order: neighbours become one, and two sides that match become both."""
    given = [clean for one in ranges if (clean := normalised(one))]
    plain = _join_neighbours(given)
    by_side = _join_sides(given)
    return sorted(by_side if len(by_side) < len(plain) else plain, key=order)


def order(numbers: NumberRange) -> tuple[int, int, str]:
    """By number, as people read them."""
    return numbers.lowest, numbers.highest, numbers.side


def without(numbers: NumberRange, taken: Iterable[NumberRange]) -> list[NumberRange]:
    """What is left of a range when others are taken out of it, in as few ranges as come of it."""
    gone = [half for one in taken for half in _halves(one)]
    left = []
    for parity, low, high in _halves(numbers):
        spans = [(low, high)]
        for parity_, low_, high_ in gone:
            if parity_ == parity:
                spans = [span for one in spans for span in _outside(one, low_, high_)]
        left += [_half(parity, *span) for span in spans]
    return merged(left)


def shared(numbers: NumberRange, others: Iterable[NumberRange]) -> list[NumberRange]:
    """What a range has in common with others."""
    found = [
        _half(parity, max(low, low_), min(high, high_))
        for parity, low, high in _halves(numbers)
        for one in others
        for parity_, low_, high_ in _halves(one)
        if parity == parity_ and max(low, low_) <= min(high, high_)
    ]
    return merged(found)


def _outside(span: tuple[int, int], low: int, high: int) -> list[tuple[int, int]]:
    """A span of every second number without another."""
    if high < span[0] or low > span[1]:
        return [span]
    pieces = [(span[0], low - 2), (high + 2, span[1])]
    return [piece for piece in pieces if piece[0] <= piece[1]]


def _half(parity: int, low: int, high: int) -> NumberRange:
    # The first number of a side is an open end: nothing lies below it.
    return _range(Side.ODD if parity else Side.EVEN, 0 if low == parity else low, high)


def _join_neighbours(ranges: list[NumberRange]) -> list[NumberRange]:
    """Join ranges of the same side that touch."""
    found: list[NumberRange] = []
    for side, step in ((Side.ALL, 1), (Side.EVEN, 2), (Side.ODD, 2)):
        current: NumberRange | None = None
        for numbers in sorted((one for one in ranges if one.side is side), key=order):
            if current and numbers.lowest <= current.highest + step:
                if numbers.highest > current.highest:
                    current = replace(current, number_to=numbers.number_to)
                continue
            if current:
                found.append(current)
            current = numbers
        if current:
            found.append(current)
    return found


def _join_sides(ranges: list[NumberRange]) -> list[NumberRange]:
    """Join what touches on each side of the street, then both sides where they begin and end beside each other."""
    sides = {parity: _spans([(low, high) for one in ranges for half, low, high in _halves(one) if half == parity]) for parity in (0, 1)}
    found = []
    odd = sides[1]
    for low, high in sides[0]:
        twin = next((one for one in odd if abs(one[0] - low) == 1 and (one[1] == high == OPEN or abs(one[1] - high) == 1)), None)
        if twin:
            odd.remove(twin)
            found.append(_range(Side.ALL, min(low, twin[0]), max(high, twin[1])))
        else:
            found.append(_range(Side.EVEN, low, high))
    return found + [_range(Side.ODD, low, high) for low, high in odd]


def _spans(halves: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for low, high in sorted(halves):
        if found and low <= found[-1][1] + 2:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _range(side: Side, low: int, high: int) -> NumberRange:
    return NumberRange(side, low or None, None if high == OPEN else high)
