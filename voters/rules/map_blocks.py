"""Blocks of the map of a city, drawn together into larger ones."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Block(NamedTuple):
    """Houses near each other, in one district and one station: what a city is drawn of. ``y``, ``x``: their middle."""

    y: int
    x: int
    district_id: int | None
    station_id: int | None
    before_id: int | None
    houses: int
    voters: int


def merged(blocks: Iterable[Block], step: int) -> list[Block]:
    """The blocks of each square of ``step`` hundred-thousandths of a degree as one, a district and a station apart, from the south-west."""
    squares: defaultdict[tuple[int, ...], list[Block]] = defaultdict(list)
    for one in blocks:
        squares[one.y // step, one.x // step, one.district_id or 0, one.station_id or 0, one.before_id or 0].append(one)
    return [_as_one(own) for _key, own in sorted(squares.items())]


def _as_one(blocks: list[Block]) -> Block:
    houses = sum(one.houses for one in blocks)
    return blocks[0]._replace(
        y=round(sum(one.y * one.houses for one in blocks) / houses),
        x=round(sum(one.x * one.houses for one in blocks) / houses),
        houses=houses,
        voters=sum(one.voters for one in blocks),
    )
