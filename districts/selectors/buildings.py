"""Buildings as screens, exports and the checks show them."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Final

from django.db.models import Case, Count, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from districts.models import Building, Station, Street
from districts.rules.accessibility import NEEDED, Feature, Verdict
from districts.rules.accessibility import verdict as check
from districts.rules.station_file import BuildingAddress
from districts.rules.station_findings import BuildingFacts
from districts.sql.stations import Box, houses_in
from elections.models import Election


def buildings(*, municipality_id: int, criteria: "BuildingCriteria | None" = None, election: Election | None = None) -> QuerySet[Building]:
    """Buildings by name, with ``verdict`` (accessible or not) and ``station_count``: stations of one election in them."""
    criteria = criteria or BuildingCriteria()
    found = Building.objects.filter(municipality_id=municipality_id).annotate(verdict=verdict())
    if criteria.q:
        found = found.filter(_folded_contains(criteria.q))
    if criteria.state:
        found = found.filter(closed_at__isnull=criteria.state == "open")
    if criteria.accessible:
        found = found.filter(verdict=criteria.accessible)
    if criteria.position:
        found = found.filter(latitude__isnull=criteria.position == "without")
    held = Q(stations__election=election) if election else Q(pk__in=[])
    return found.annotate(station_count=Count("stations", filter=held), name_key=_fold(F("name"))).order_by("name_key", "pk")


@dataclass(frozen=True, slots=True)
class BuildingCriteria:
    """What is asked of the list. ``state``: open, closed or empty for both; ``position``: with or without; empty asks for nothing."""

    q: str = ""
    state: str = ""
    accessible: str = ""
    position: str = ""

    def as_text(self) -> dict[str, str]:
        """What was asked for, as the event of an export keeps it."""
        return {name: value for name, value in asdict(self).items() if value}


def _fold(value: F | Value) -> Func:
    return Func(value, function="core_fold", output_field=TextField())


def _folded_contains(text: str) -> Q:
    """Name, street or place that holds the text, whatever its capitals and accents."""
    wanted = _fold(Value(text))
    return reduce(or_, [Q(GreaterThan(StrIndex(_fold(F(name)), wanted), 0)) for name in ("name", "street_name", "locality")])


def verdict() -> Case:
    """The rule of districts.rules.accessibility as an expression; a test holds the two against each other."""
    met = reduce(and_, [reduce(or_, [_answered(feature, answer=True) for feature in group]) for group in NEEDED])
    failed = reduce(or_, [reduce(and_, [_answered(feature, answer=False) for feature in group]) for group in NEEDED])
    return Case(
        When(met, then=Value(Verdict.YES.value)),
        When(failed, then=Value(Verdict.NO.value)),
        default=Value(Verdict.UNKNOWN.value),
        output_field=TextField(),
    )


def _answered(feature: Feature, *, answer: bool) -> Q:
    return Q(**{f"accessibility__{feature.value}": answer})


def facts_of(building: Building) -> BuildingFacts:
    """A building as the checks see it; its address must have been read along."""
    address = building.address
    known = address is not None and address.closed_at is None
    placed = address is not None and address.latitude is not None and address.longitude is not None
    return BuildingFacts(
        pk=building.pk,
        name=building.name,
        address=address_line(building),
        position=position_of(building),
        address_known=known,
        address_position=(address.latitude, address.longitude) if address and placed else None,  # type: ignore[arg-type]  # placed
        rooms=building.rooms,
        checklist=building.accessibility,
        closed=building.closed_at is not None,
    )


def position_of(building: Building) -> tuple[float, float] | None:
    """Latitude and longitude, if it has a place."""
    return None if building.latitude is None or building.longitude is None else (building.latitude, building.longitude)


def address_line(building: Building) -> str:
    """``Nederhem 1, 1500 Halle``."""
    return f"{building.street_name} {building.house_number}, {building.postcode} {building.locality}".strip()


def address_of(building: Building) -> BuildingAddress:
    """Its address as it is written."""
    return BuildingAddress(building.postcode, building.street_name, building.house_number)


def building(*, municipality_id: int, pk: int) -> Building | None:
    """One building with its address."""
    return Building.objects.filter(municipality_id=municipality_id, pk=pk).select_related("address").first()


@dataclass(frozen=True, slots=True)
class InElection:
    """The stations of one election in a building; ``rooms_lack`` when there are more of them than rooms."""

    election: Election
    stations: list[Station]
    rooms_lack: bool


def in_elections(building: Building) -> list[InElection]:
    """Which stations are in a building, by election, the newest first."""
    stations = (
        Station.objects.filter(municipality_id=building.municipality_id, building=building)
        .select_related("election", "district")
        .prefetch_related("election__ballots")
        .order_by("-election__date", "number")
    )
    groups: dict[int, list[Station]] = {}
    for station in stations:
        groups.setdefault(station.election_id, []).append(station)
    return [InElection(group[0].election, group, rooms_lack=len(group) > building.rooms) for group in groups.values()]


def streets_to_choose(*, municipality_id: int) -> list[str]:
    """Names of the streets in use, for the field in which a street is typed."""
    found = Street.objects.filter(municipality_id=municipality_id, closed_at=None).order_by("name_key", "pk")
    return list(found.values_list("name", flat=True))


def houses_around(building: Building, box: Box) -> list[tuple[float, float, str]]:
    """Latitude, longitude and street of the houses in a rectangle around a building."""
    return houses_in(box, municipality_id=building.municipality_id)


def count(*, municipality_id: int) -> int:
    """How many buildings are in use."""
    return Building.objects.filter(municipality_id=municipality_id, closed_at=None).count()


def coming_stations(building: Building, *, today: date) -> list[Station]:
    """The stations of elections still to come that are in a building."""
    rows = Station.objects.filter(municipality_id=building.municipality_id, building=building, election__date__gte=today)
    return list(rows.select_related("election").order_by("election__date", "number"))


def in_frozen_elections(building: Building) -> bool:
    """Whether a station in it belongs to an election whose assignment is frozen."""
    rows = Station.objects.filter(municipality_id=building.municipality_id, building=building)
    return rows.exclude(election__stations_frozen_at=None).exists()


FILE_COLUMNS: Final = (
    "name",
    "street_name",
    "house_number",
    "postcode",
    "locality",
    "latitude",
    "longitude",
    "rooms",
    "entrance",
    "opening",
    "keys",
    "contact_name",
    "contact_phone",
    "contact_email",
)


def as_rows(rows: Iterable[Building]) -> Iterator[list[object]]:
    """Buildings as rows of a file, a header first: what is known of each, the checklist, and since when it is closed."""
    yield [*FILE_COLUMNS, "accessible", *(feature.value for feature in Feature), "closed_on"]
    for row in rows:
        values = [getattr(row, name) for name in FILE_COLUMNS]
        answers = [{True: "yes", False: "no", None: ""}[row.accessibility.get(feature.value)] for feature in Feature]
        closed = timezone.localdate(row.closed_at).isoformat() if row.closed_at else ""
        yield ["" if value is None else value for value in values] + [check(row.accessibility).value, *answers, closed]


def to_choose(*, municipality_id: int, also: int | None = None) -> list[Building]:
    """The buildings that a station can be put in, by name; ``also`` one that is closed, because a station is in it already."""
    rows = buildings(municipality_id=municipality_id)
    return [row for row in rows if row.closed_at is None or row.pk == also]
