"""The map of the districts: what lies where on a day, and what was picked on it as pieces of streets."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from districts.models import Street, StreetRange
from districts.rules.giving import Piece, give, of_houses
from districts.rules.split import SplitRow
from districts.rules.street_ranges import NumberRange, Side
from districts.selectors.districts import postcodes_of
from districts.selectors.split import SplitDay, holding, split_row
from municipalities.models import Municipality
from voters.models import Extraction
from voters.selectors.districts import counted_extraction
from voters.selectors.map import MapDistrict, districts_of
from voters.selectors.map_data import first_view
from voters.sql import map as sql
from voters.sql.map import Box, Missing, Shown

MOST_PICKED: Final = 3_000
"""Houses that a rectangle may hold: more is a slip of the hand, or a task for a file."""


@dataclass(frozen=True, slots=True)
class SplitMap:
    """Everything of the map but its houses; ``extraction``: whose voters are counted."""

    shown: Shown
    extraction: Extraction | None
    districts: list[MapDistrict]
    outside: sql.DistrictTotal
    missing: Missing


def shown_split(*, municipality: Municipality, split: SplitDay, today: date) -> tuple[Shown, Extraction | None]:
    """What the map shows of a day: its districts, and the voters that previews count too."""
    extraction = counted_extraction(municipality=municipality, election=split.election, today=today)
    return Shown(municipality.pk, split.day, extraction_id=extraction.pk if extraction else None), extraction


def split_map(*, municipality: Municipality, split: SplitDay, today: date) -> SplitMap:
    """The districts of a day with their figures and colours."""
    shown, extraction = shown_split(municipality=municipality, split=split, today=today)
    view = first_view(shown)
    return SplitMap(
        shown,
        extraction,
        districts_of(municipality.pk, view.totals),
        view.totals.get(None, sql.DistrictTotal(None, 0, 0, 0, 0)),
        view.missing,
    )


class TooManyPickedError(Exception):
    """A rectangle holds more houses than may be picked at once."""


def pieces_in(shown: Shown, box: Box) -> list[Piece]:
    """The houses of a rectangle as pieces of their streets. Raises ``TooManyPickedError``."""
    found = sql.houses(shown, box=box)
    if len(found) > MOST_PICKED:
        raise TooManyPickedError
    return pieces_of_houses(shown, {(house.street_id, house.postcode, house.number) for house in found})


def pieces_of_houses(shown: Shown, houses: Collection[tuple[int, str, int]]) -> list[Piece]:
    """Houses picked one by one as pieces of their streets; those that the municipality does not have are left out."""
    used: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    picked: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for street, postcode, number, in_use in sql.numbers_of(shown.municipality_id, {street for street, _postcode, _number in houses}):
        if in_use:
            used[street, postcode].add(number)
        if (street, postcode, number) in houses:
            picked[street, postcode].add(number)
    return [Piece(*place, numbers) for place, own in sorted(picked.items()) for numbers in of_houses(own, used[place])]


def pieces_of_street(municipality_id: int, street_id: int, postcode: str = "", side: Side = Side.ALL) -> list[Piece]:
    """A whole street or side: in one postcode, else in each that it has; nothing where the municipality has no such street."""
    street = Street.objects.filter(municipality_id=municipality_id, pk=street_id).first()
    if street is None:
        return []
    return [Piece(street.pk, one, NumberRange(side)) for one in postcodes_of(street) if postcode in {"", one}]


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Each piece once, in the order in which they were picked; what lies within a whole street picked too is left out."""
    found = list(dict.fromkeys(pieces))
    whole = {piece.place for piece in found if piece.numbers == NumberRange(Side.ALL)}
    return [piece for piece in found if piece.place not in whole or piece.numbers == NumberRange(Side.ALL)]


def street_names(municipality_id: int, pieces: Iterable[Piece]) -> dict[int, str]:
    """The names of the streets of pieces."""
    wanted = {piece.street_id for piece in pieces}
    return dict(Street.objects.filter(municipality_id=municipality_id, pk__in=wanted).values_list("pk", "name"))


def giving(
    *, municipality_id: int, split: SplitDay, pieces: Sequence[Piece], target: int | None, valid_from: date
) -> tuple[list[int], list[SplitRow]]:
    """The rows that go and come, for ``districts.services.split.change_rows``, so that the pieces lie in a district (``None``: in none)."""
    day = max(split.day, valid_from)
    streets = {piece.street_id for piece in pieces}
    rows = {row.pk: split_row(row) for row in holding(municipality_id=municipality_id, day=day, streets=streets)}
    return give(rows, pieces, target=target, valid_from=valid_from, until=_next_starts(municipality_id, streets, day))


def _next_starts(municipality_id: int, streets: Collection[int], day: date) -> dict[int, date]:
    """The first later day from which another row of a street holds."""
    later = StreetRange.objects.filter(municipality_id=municipality_id, street__in=streets, removed_at=None, valid_from__gt=day)
    return dict(later.order_by("-valid_from").values_list("street_id", "valid_from"))
