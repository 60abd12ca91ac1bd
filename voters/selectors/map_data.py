"""The houses of a map as the browser takes them; what the whole of a map takes long to find is kept until anything that it rests on is another."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.core.cache import caches

from voters.rules.map_blocks import Block, merged
from voters.sql import map as sql
from voters.sql import placements
from voters.sql.map import Box, DistrictTotal, House, Missing, Move, Shown
from voters.sql.map_state import state
from voters.sql.placements import Load

MOST_HOUSES: Final = 60_000
"""Above it houses are drawn together, and one by one only where somebody has come near."""
MOST_IN_BOX: Final = 20_000
BLOCK: Final = 100
"""Hundred-thousandths of a degree: some 110 by 70 metres."""
MOST_BLOCKS: Final = 12_000
"""Of the first view: above it blocks are drawn together until there are fewer, so that its bytes have a bound."""

Payload = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FirstView:
    """The whole of a map: its houses as JSON, and the figures of the page beside it. ``loads``: of the stations of a draft, by their id."""

    houses: str
    totals: Mapping[int | None, DistrictTotal]
    missing: Missing
    loads: Mapping[int, Load]
    moves: list[Move]


def first_view(shown: Shown) -> FirstView:
    """The whole of a map, made once for all who look at it."""
    return kept(shown, "first view", lambda: _first_view(shown))


def kept(shown: Shown, what: str, make: Callable[[], T]) -> T:
    """What ``make`` gives, from the memory of this process where nothing that the map rests on has changed since.

    The municipality and the state stand in the key. What changed while it was made is given, and not kept.
    """
    before = state(shown)
    key = hashlib.sha256(repr((what, shown, before, MOST_HOUSES, MOST_BLOCKS)).encode()).hexdigest()
    cache = caches["maps"]
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        if state(shown) == before:
            cache.set(key, found)
    return found


def _first_view(shown: Shown) -> FirstView:
    found = sql.overview(shown, step=BLOCK)
    houses = sum(total.houses for total in found.totals.values())
    data = _columns(_fewer(found.blocks), whole=False) if houses > MOST_HOUSES else house_data(shown)
    own = {"municipality_id": shown.municipality_id}
    return FirstView(
        as_text(data),
        found.totals,
        found.missing,
        placements.loads(**own, draft_id=shown.draft_id) if shown.draft_id else {},
        sql.moves(shown) if shown.before_id else [],
    )


def as_text(data: Payload) -> str:
    """JSON without a blank."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def places(shown: Shown) -> Sequence[House] | Sequence[Block]:
    """The houses, in a city blocks of them."""
    many = sql.count_houses(municipality_id=shown.municipality_id) > MOST_HOUSES
    return sql.blocks(shown, step=BLOCK) if many else sql.houses(shown)


def _fewer(found: list[Block]) -> list[Block]:
    """Blocks in squares that grow until they are few enough."""
    step = BLOCK
    while len(found) > MOST_BLOCKS:
        step *= 2
        found = merged(found, step)
    return found


def house_data(shown: Shown, *, box: Box | None = None) -> Payload:
    """Houses one by one as columns of whole numbers, which take little room: all of them, or of a piece of the map if it has not too many.

    ``street`` counts in ``streets``; positions count from ``origin``, in hundred-thousandths of a degree.
    """
    houses = [house for house in sql.houses(shown, box=box) if house.y is not None]
    if box is not None and len(houses) > MOST_IN_BOX:
        return _columns([], whole=False)
    return _columns(houses, whole=box is None)


def _columns(places: Sequence[House] | Sequence[Block], *, whole: bool) -> Payload:
    south, west = (min((getattr(one, name) for one in places), default=0) for name in ("y", "x"))
    streets: dict[tuple[int, str], tuple[int, str]] = {}
    rows: dict[str, list[int | None]] = {
        name: [] for name in ("street", "number", "houses", "y", "x", "district", "station", "before", "voters")
    }
    for one in places:
        if isinstance(one, House):
            key = one.street_id, one.postcode
            rows["street"].append(streets.setdefault(key, (len(streets), one.street))[0])
            rows["number"].append(one.number)
        else:
            rows["houses"].append(one.houses)
        rows["y"].append((one.y or 0) - south)
        rows["x"].append((one.x or 0) - west)
        rows["district"].append(one.district_id)
        rows["station"].append(one.station_id)
        rows["before"].append(one.before_id)
        rows["voters"].append(one.voters)
    if not any(rows["before"]):
        rows["before"] = []
    return {
        "whole": whole,
        "origin": [south, west],
        "streets": [[street, name, postcode] for (street, postcode), (_, name) in streets.items()],
        "rows": {name: values for name, values in rows.items() if values},
    }
