"""Why a household votes where it does in a draft: its own building, the nearer ones, and what speaks against each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from districts.models import Building
from districts.rules.street_ranges import NumberRange, Side, contains
from elections.models import Election
from voters.models import Draft, EntryPlace, Person, Pin, Placement
from voters.rules.assignment import DraftSettings
from voters.selectors.drafts import StationLoad, drafts, stations
from voters.sql.households import household_of

EARTH = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Alternative:
    """A building of the household's district: how far it is (metres), who votes there and how many could, and why it is not the one.

    ``reasons`` are codes of ``voters.words.why``; none for the building that was chosen.
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody votes in an election: by the frozen assignment, with their number, or by the newest draft (no number yet)."""

    draft: Draft
    why: Why
    list_number: int | None


def place_of(*, person: Person, election: Election) -> Place | None:
    """Where somebody votes; ``None`` while there is no draft, or when they are not on its list."""
    placed = drafts(election=election).filter(state__in=[Draft.State.FROZEN, Draft.State.REQUESTED, Draft.State.READY])
    rows = list(placed.select_related("election__municipality")[:20])
    draft = next((row for row in rows if row.state == Draft.State.FROZEN), rows[0] if rows else None)
    found = why(draft=draft, person=person) if draft else None
    if draft is None or found is None:
        return None
    number = None
    if draft.state == Draft.State.FROZEN:
        places = EntryPlace.objects.filter(municipality_id=person.municipality_id, draft=draft, person=person)
        number = places.values_list("list_number", flat=True).first()
    return Place(draft, found, number)


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
    banned = _banned(draft, placement)
    prices = {int(key): value for key, value in draft.settings.get("prices", {}).items()}
    price_of = {pk: max(prices.get(load.station.pk, 0.0) for load in loads) for pk, loads in by_building.items()}
    found = [_alternative(draft, placement, loads, price_of, banned) for loads in by_building.values()]
    found.sort(key=lambda one: (one.distance is None, one.distance, one.building.pk))
    return Why(placement, found)


def _banned(draft: Draft, placement: Placement) -> set[int]:
    """The buildings in which the municipality does not want this household, by what stands now."""
    rows = Pin.objects.filter(municipality_id=draft.municipality_id, election_id=draft.election_id, kind=Pin.Kind.NOT_HERE)
    return {row.building_id for row in rows if row.building_id and _means(row, placement)}


def _means(pin: Pin, placement: Placement) -> bool:
    address = placement.address
    if pin.street_id is None:
        return pin.household == placement.household or (pin.person_id is not None and pin.person_id == placement.head_id)
    if address is None or (pin.street_id, pin.postcode or address.postcode) != (address.street_id, address.postcode):
        return False
    return contains(NumberRange(Side(pin.side), pin.number_from, pin.number_to), address.number)


def _alternative(
    draft: Draft, placement: Placement, loads: Sequence[StationLoad], price_of: Mapping[int, float], banned: set[int]
) -> Alternative:
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
        () if chosen else ("banned",) if building.pk in banned else _reasons(draft, placement, building, distance, price_of),
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
    move = DraftSettings.of(draft.settings).metres_of_a_move
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
