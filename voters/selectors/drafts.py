"""Drafts of the assignment as screens and files show them: side by side, by station, by street, compared, and for one household."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from django.db.models import QuerySet

from districts.models import Building, Station
from elections.models import Election
from voters.models import Draft, EntryPlace, Person, Placement
from voters.rules.assignment import DraftSettings, HouseRun, house_runs
from voters.sql import placements
from voters.sql.households import household_of
from voters.sql.placements import Load

EARTH = 6_371_008.8


def drafts(*, election: Election) -> QuerySet[Draft]:
    """All drafts of an election, the newest first."""
    return (
        Draft.objects.filter(municipality_id=election.municipality_id, election=election)
        .select_related("extraction", "previous__election")
        .order_by("-number")
    )


def draft_of(*, election: Election, number: int) -> Draft | None:
    """One draft by its number."""
    return drafts(election=election).filter(number=number).select_related("election__municipality").first()


def frozen(*, election: Election) -> Draft | None:
    """The assignment that stands, if there is one."""
    return drafts(election=election).filter(state=Draft.State.FROZEN).first()


def earlier(*, election: Election) -> list[Draft]:
    """Frozen assignments of earlier elections, the newest first: what a draft can be compared with."""
    return list(
        Draft.objects.filter(municipality_id=election.municipality_id, state=Draft.State.FROZEN, election__date__lt=election.date)
        .select_related("election")
        .order_by("-election__date")
    )


@dataclass(frozen=True, slots=True)
class StationLoad:
    """A station of a draft with its voters; ``least`` and ``most`` as they held when the draft was made."""

    station: Station
    load: Load
    least: int | None
    most: int | None

    @property
    def over(self) -> int:
        """How many voters too many."""
        return max(0, self.load.voters - self.most) if self.most is not None else 0

    @property
    def under(self) -> int:
        """How many voters too few."""
        return max(0, self.least - self.load.voters) if self.least is not None else 0

    @property
    def share(self) -> float | None:
        """How full it is: 1 is full; without a size unknown."""
        return self.load.voters / self.most if self.most else None


def stations(*, draft: Draft) -> list[StationLoad]:
    """Every station of the election with what the draft gives it, by number."""
    loads = placements.loads(municipality_id=draft.municipality_id, draft_id=draft.pk)
    sizes = {int(key): value for key, value in draft.settings.get("sizes", {}).items()}
    rows = (
        Station.objects.filter(municipality_id=draft.municipality_id, election_id=draft.election_id)
        .select_related("building", "district")
        .order_by("number")
    )
    return [
        StationLoad(
            station, loads.get(station.pk, Load(station.pk, 0, 0, None, 0)), *sizes.get(station.pk, (station.minimum, station.maximum))
        )
        for station in rows
    ]


def runs(*, draft: Draft, street_id: int | None = None) -> list[HouseRun]:
    """The streets of a draft as ranges of house numbers with their station, in the order of names."""
    return list(house_runs(placements.houses(municipality_id=draft.municipality_id, draft_id=draft.pk, street_id=street_id)))


def runs_by_station(*, draft: Draft) -> dict[int, list[HouseRun]]:
    """The same, for each station (by its id): what hangs at the door and stands in the notice."""
    found: dict[int, list[HouseRun]] = defaultdict(list)
    for run in runs(draft=draft):
        found[run.station_id].append(run)
    return found


def places_of(*, person: Person) -> list[EntryPlace]:
    """Where somebody votes, in every frozen assignment that has them; the newest election first."""
    return list(
        EntryPlace.objects.filter(municipality_id=person.municipality_id, person=person)
        .select_related("station__building", "station__district", "draft__election")
        .order_by("-draft__election__date")
    )


@dataclass(frozen=True, slots=True)
class Alternative:
    """A building of the household's district: how far it is (metres), who votes there and how many could, and why it is not the one.

    ``reasons`` are codes of ``voters.words.drafts``; none for the building that was chosen.
    """

    building: Building
    distance: float | None
    voters: int
    most: int | None
    chosen: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Where a household votes in a draft, and the buildings of its district, the nearest first."""

    placement: Placement
    alternatives: list[Alternative]


def why(*, draft: Draft, person: Person) -> Why | None:
    """Why the household of a person votes where it does: every building of its district, and what speaks against it.

    ``None`` when the person is not on the list that the draft places.
    """
    key = household_of(municipality_id=draft.municipality_id, extraction_id=draft.extraction_id, person_id=person.pk)
    placement = (
        Placement.objects.filter(municipality_id=draft.municipality_id, draft=draft, household=key)
        .select_related("address__street", "district", "station__building", "previous_building")
        .first()
        if key
        else None
    )
    if placement is None:
        return None
    by_building: dict[int, list[StationLoad]] = defaultdict(list)
    for load in stations(draft=draft):
        if load.station.district_id == placement.district_id:
            by_building[load.station.building_id].append(load)
    prices = {int(key): value for key, value in draft.settings.get("prices", {}).items()}
    price_of = {pk: max(prices.get(load.station.pk, 0.0) for load in loads) for pk, loads in by_building.items()}
    found = [_alternative(draft, placement, loads, price_of) for loads in by_building.values()]
    found.sort(key=lambda one: (one.distance is None, one.distance, one.building.pk))
    return Why(placement, found)


def _alternative(draft: Draft, placement: Placement, loads: Sequence[StationLoad], price_of: Mapping[int, float]) -> Alternative:
    building = loads[0].station.building
    distance = distance_to(placement, building)
    chosen = placement.station is not None and placement.station.building_id == building.pk
    most = [load.most for load in loads]
    return Alternative(
        building,
        distance,
        sum(load.load.voters for load in loads),
        None if None in most else sum(size or 0 for size in most),
        chosen,
        () if chosen else _reasons(draft, placement, building, distance, price_of),
    )


def _reasons(
    draft: Draft, placement: Placement, building: Building, distance: float | None, price_of: Mapping[int, float]
) -> tuple[str, ...]:
    """Why not this building. ``price_of``: metres per voter that a seat there is worth to others, by building.

    The same weighing as districts.assignment.reasons: what alone would have kept the household away is named, else all that does.
    """
    if placement.by_hand:
        return ("by_hand",)
    if distance is None or placement.distance is None or placement.station is None:
        return ("no_position",)
    if distance >= placement.distance:
        return ("further",)
    own, before = placement.station.building_id, placement.previous_building_id
    move = DraftSettings.of(draft.settings).move
    gain = placement.distance - distance + (move if before == building.pk else 0)
    against = {
        "full": max(price_of.get(building.pk, 0.0), 0.0),
        "move": float(move) if before == own else 0.0,
        "minimum": max(-price_of.get(own, 0.0), 0.0),
    }
    net = gain - price_of.get(building.pk, 0.0) + price_of.get(own, 0.0) - against["move"]
    if net > 0:  # it would go, but for its neighbours, who stay in one row with it
        return ("street",)
    decisive = tuple(code for code, price in against.items() if net + price > 0)
    return decisive or tuple(code for code, price in against.items() if price > 0) or ("street",)


def distance_to(placement: Placement, building: Building) -> float | None:
    """Metres in a straight line; ``None`` when either has no position."""
    address = placement.address
    if address is None or address.latitude is None or address.longitude is None or building.latitude is None or building.longitude is None:
        return None
    north = radians(address.latitude - building.latitude)
    east = radians(address.longitude - building.longitude) * cos(radians((address.latitude + building.latitude) / 2))
    return EARTH * hypot(north, east)
