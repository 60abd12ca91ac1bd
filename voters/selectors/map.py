"""What the map shows of an election: which drafts can be chosen, districts, stations and houses, as the page, the data and the picture need it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from districts.models import District, Station
from districts.selectors.buildings import address_line
from districts.selectors.stations import natural
from districts.selectors.stations import stations as station_facts
from elections.models import Election
from voters.models import Draft, Extraction
from voters.rules.map_blocks import Block
from voters.rules.map_colours import colours
from voters.rules.map_scene import DistrictSpot, Projection, Spot, StationSpot
from voters.rules.outlines import Ring, outlines
from voters.selectors import drafts as draft_selectors
from voters.selectors.map_data import FirstView, as_text, first_view, kept, places
from voters.selectors.voters_list import shown_extraction
from voters.sql import map as sql
from voters.sql.map import SCALE, House, Missing, Move, Shown

WITH_PLACES = (Draft.State.READY, Draft.State.REQUESTED, Draft.State.FROZEN, Draft.State.INFEASIBLE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was asked for: an election with a draft, or without one; compared with another draft or not."""

    election: Election
    draft: Draft | None = None
    before: Draft | None = None
    extraction: Extraction | None = None
    drafts: Sequence[Draft] = ()
    """All that could have been asked for."""

    @property
    def shown(self) -> Shown:
        """The same for the statements."""
        return Shown(
            municipality_id=self.election.municipality_id,
            day=self.election.date,
            draft_id=self.draft.pk if self.draft else None,
            before_id=self.before.pk if self.before else None,
            extraction_id=self.extraction.pk if self.extraction and not self.draft else None,
        )


def drafts_to_show(*, election: Election) -> list[Draft]:
    """The drafts that have placed their households, the frozen one first, then the newest."""
    found = list(draft_selectors.drafts(election=election).filter(state__in=WITH_PLACES))
    for draft in found:
        draft.election = election
    return sorted(found, key=lambda draft: (draft.state != Draft.State.FROZEN, -draft.number))


def choose(*, election: Election, draft: str = "", before: str = "") -> Chosen | None:
    """What a number, ``none`` or nothing means: the frozen draft, else the newest, else the districts alone. ``None``: no such draft."""
    drafts = drafts_to_show(election=election)
    by_number = {str(one.number): one for one in drafts}
    first = drafts[0] if drafts else None
    chosen = {"": first, "none": None}.get(draft, by_number.get(draft))
    compared = by_number.get(before)
    if (chosen is None and draft not in {"", "none"}) or (compared is None and before):
        return None
    extraction = chosen.extraction if chosen else shown_extraction(election=election)
    return Chosen(election, chosen, compared if chosen and compared != chosen else None, extraction, drafts)


@dataclass(frozen=True, slots=True)
class MapStation:
    """A station: where, for whom, how full. ``voters`` is ``None`` while no draft is shown."""

    pk: int
    number: int
    name: str
    building_pk: int
    building: str
    address: str
    place: tuple[int, int] | None
    district_pk: int
    voters: int | None
    least: int | None
    most: int | None
    mean: float | None
    colour: int = 0

    @property
    def y(self) -> int | None:
        """To the north, in hundred-thousandths of a degree."""
        return self.place[0] if self.place else None

    @property
    def x(self) -> int | None:
        """To the east."""
        return self.place[1] if self.place else None

    @property
    def share(self) -> float | None:
        """How full it is; unknown without a size or a draft."""
        return self.voters / self.most if self.voters is not None and self.most else None


@dataclass(frozen=True, slots=True)
class MapDistrict:
    """A district: what lies in it. ``seats``: the voters that its stations take, ``None`` without a limit."""

    pk: int
    code: str
    name: str
    houses: int
    voters: int
    stations: int
    seats: int | None
    y: int | None = None
    x: int | None = None
    colour: int = 0


@dataclass(frozen=True, slots=True)
class MapFrame:
    """Everything of a map but its houses: districts by code, stations by number, and who is not on it."""

    chosen: Chosen
    districts: list[MapDistrict]
    stations: list[MapStation]
    outside: sql.DistrictTotal
    missing: Missing
    moves: list[Move] = field(default_factory=list)

    @property
    def voters(self) -> int:
        """All of them, on the map or not."""
        return sum(one.voters for one in self.districts) + self.outside.voters + sum(self.missing)


def frame(chosen: Chosen) -> MapFrame:
    """The districts and stations of a map with their figures and colours."""
    view = first_view(chosen.shown)
    stations = _coloured(_stations(chosen, view))
    nobody = sql.DistrictTotal(None, 0, 0, 0, 0)
    return MapFrame(
        chosen,
        _districts(chosen, view.totals, stations),
        stations,
        view.totals.get(None, nobody),
        view.missing,
        view.moves,
    )


def _stations(chosen: Chosen, view: FirstView) -> list[MapStation]:
    if chosen.draft is None:
        return [
            MapStation(
                pk=one.pk,
                number=one.number,
                name=one.name,
                building_pk=one.building.pk,
                building=one.building.name,
                address=one.building.address,
                place=_place(*(one.building.position or (None, None))),
                district_pk=one.district.pk,
                voters=None,
                least=one.sizes.minimum,
                most=one.sizes.maximum,
                mean=None,
            )
            for one in station_facts(chosen.election)
        ]
    return [_loaded(load) for load in draft_selectors.stations(draft=chosen.draft, loads=view.loads)]


def _loaded(load: draft_selectors.StationLoad) -> MapStation:
    station: Station = load.station
    return MapStation(
        pk=station.pk,
        number=station.number,
        name=station.name,
        building_pk=station.building_id,
        building=station.building.name,
        address=address_line(station.building),
        place=_place(station.building.latitude, station.building.longitude),
        district_pk=station.district_id,
        voters=load.load.voters,
        least=load.least,
        most=load.most,
        mean=load.load.mean,
    )


def _place(latitude: float | None, longitude: float | None) -> tuple[int, int] | None:
    return None if latitude is None or longitude is None else (round(latitude * SCALE), round(longitude * SCALE))


def _coloured(stations: list[MapStation]) -> list[MapStation]:
    # Stations in one building stand a little apart, so that they never share a colour.
    near = _projection(stations)
    places = {one.number: near.metres(one.y, one.x) if one.y is not None and one.x is not None else None for one in stations}
    given = colours(places)
    return [replace(one, colour=given[one.number]) for one in stations]


def _projection(places: Sequence[MapStation | MapDistrict | House | Block]) -> Projection:
    known = [(one.y, one.x) for one in places if one.y is not None and one.x is not None]
    return Projection.over([y for y, _ in known], [x for _, x in known])


def _districts(chosen: Chosen, totals: Mapping[int | None, sql.DistrictTotal], stations: Sequence[MapStation]) -> list[MapDistrict]:
    return districts_of(chosen.election.municipality_id, totals, stations)


def districts_of(
    municipality_id: int, totals: Mapping[int | None, sql.DistrictTotal], stations: Sequence[MapStation] = ()
) -> list[MapDistrict]:
    """The districts in use, or with anything in them, by code, each in a colour unlike those near it."""
    own: defaultdict[int, list[MapStation]] = defaultdict(list)
    for station in stations:
        own[station.district_pk].append(station)
    rows = District.objects.filter(municipality_id=municipality_id)
    found = [
        _district(row, totals.get(row.pk), own[row.pk])
        for row in sorted(rows, key=lambda row: natural(row.code))
        if row.closed_at is None or row.pk in totals or row.pk in own
    ]
    near = _projection(found)
    places = {at: near.metres(one.y, one.x) if one.y is not None and one.x is not None else None for at, one in enumerate(found)}
    given = colours(places)
    return [replace(one, colour=given[at]) for at, one in enumerate(found)]


def _district(row: District, total: sql.DistrictTotal | None, stations: Sequence[MapStation]) -> MapDistrict:
    most = [one.most for one in stations]
    return MapDistrict(
        pk=row.pk,
        code=row.code,
        name=row.name,
        houses=total.houses if total else 0,
        voters=total.voters if total else 0,
        stations=len(stations),
        seats=None if None in most else sum(size or 0 for size in most),
        y=total.y if total else None,
        x=total.x if total else None,
    )


# --------------------------------------------------------------------------------------------- for the browser
def area_data(*, municipality_id: int, day: date) -> str:
    """The outline of each district, as rings of positions (y, x, y, x, …) in hundred-thousandths of a degree: JSON."""
    shown = Shown(municipality_id, day)
    return kept(shown, "areas", lambda: as_text({"districts": _areas(shown)}))


def _areas(shown: Shown) -> dict[str, list[list[int]]]:
    near, rings = _district_rings(places(shown))
    return {
        str(key): [[value for point in ring for value in near.degrees(point)] for ring in found] for key, found in sorted(rings.items())
    }


def _district_rings(places: Sequence[House] | Sequence[Block]) -> tuple[Projection, dict[int, list[Ring]]]:
    near = _projection(places)
    points = [
        (*near.metres(one.y, one.x), one.district_id) for one in places if one.y is not None and one.x is not None and one.district_id
    ]
    return near, outlines(points)


# -------------------------------------------------------------------------------------------- for the picture
@dataclass(frozen=True, slots=True)
class Scene:
    """A map in metres, for ``voters.rules.map_scene``. ``rings`` finds the outline of what each station serves."""

    near: Projection
    spots: list[Spot]
    districts: list[DistrictSpot]
    stations: list[StationSpot]

    def station_rings(self) -> dict[int, list[Ring]]:
        """What each station serves, as areas."""
        return outlines([(*spot.place, spot.station) for spot in self.spots if spot.station is not None])


def scene(found: MapFrame) -> Scene:
    """A map for the picture and for paper."""
    return scene_of(found.chosen.shown, found.districts, found.stations)


def scene_of(shown: Shown, districts: Sequence[MapDistrict], stations: Sequence[MapStation] = ()) -> Scene:
    """The same of districts and stations that were read already."""
    drawn = places(shown)
    near, rings = _district_rings(drawn)
    return Scene(
        near,
        _spots(drawn, near),
        [DistrictSpot(one.pk, one.name, one.colour, rings.get(one.pk, [])) for one in districts],
        [
            StationSpot(
                one.pk,
                one.number,
                one.building_pk,
                near.metres(one.y, one.x) if one.y is not None and one.x is not None else None,
                one.colour,
                one.share,
            )
            for one in stations
        ],
    )


def _spots(places: Sequence[House] | Sequence[Block], near: Projection) -> list[Spot]:
    spots = []
    for one in places:
        if one.y is None or one.x is None:
            continue
        place = near.metres(one.y, one.x)
        if isinstance(one, House):
            side = (one.street_id, one.postcode, one.number % 2)
            spots.append(Spot(place, one.street, side, one.district_id, one.station_id, one.voters))
        else:
            spots.append(Spot(place, "", (0, "", 0), one.district_id, one.station_id, one.voters))
    return spots


def street_houses(shown: Shown, *, street_id: int) -> list[House]:
    """The houses of one street with their voters and stations: what a click on the map says, as a table."""
    return sql.houses(shown, street_id=street_id)
