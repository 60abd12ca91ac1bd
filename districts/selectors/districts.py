"""Districts and the levels above them, as screens and forms show them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from districts.models import Address, Area, District, DistrictImport, Station, Street, StreetRange
from districts.rules.district_file import without_zeros
from districts.selectors.split import holding
from districts.selectors.stations import natural
from districts.sql import districts as placing
from districts.sql import streets as street_sql
from districts.sql.streets import Run
from elections.models import Election


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """A district in the list, with what is counted quickly."""

    district: District
    areas: list[Area]
    rows: int
    streets: int
    stations: int


def districts(*, municipality_id: int, day: date, election: Election | None, text: str = "", state: str = "open") -> list[DistrictLine]:
    """The districts by code, with how many rows and streets they have on a day and stations in an election.

    ``text``: part of the code or name; ``state``: open, closed, or empty for both.
    """
    counts = placing.counts(municipality_id=municipality_id, day=day)
    stations = Counter(
        Station.objects.filter(municipality_id=municipality_id, election=election).values_list("district_id", flat=True) if election else ()
    )
    areas = Area.objects.filter(municipality_id=municipality_id).in_bulk()
    sought = text.strip().casefold()
    return [
        DistrictLine(
            district=row,
            areas=[areas[pk] for pk in (row.urban_district_id, row.canton_id, row.former_municipality_id) if pk],
            rows=counts.get(row.pk, (0, 0))[0],
            streets=counts.get(row.pk, (0, 0))[1],
            stations=stations[row.pk],
        )
        for row in all_districts(municipality_id=municipality_id)
        if sought in f"{row.code} {row.name}".casefold() and state in {"", "closed" if row.closed_at else "open"}
    ]


def all_districts(*, municipality_id: int) -> list[District]:
    """Every district by code, closed ones too."""
    return sorted(District.objects.filter(municipality_id=municipality_id), key=lambda row: natural(row.code))


def open_districts(*, municipality_id: int, also: Collection[int] = ()) -> list[District]:
    """The districts that streets can be given to; ``also`` some that are closed, because streets belong to them already."""
    return [row for row in all_districts(municipality_id=municipality_id) if row.closed_at is None or row.pk in also]


def look_alike(*, municipality_id: int, code: str) -> District | None:
    """Another district whose code differs from this one in zeros before it only."""
    known = all_districts(municipality_id=municipality_id)
    return next((row for row in known if row.code != code and without_zeros(row.code) == without_zeros(code)), None)


def areas(*, municipality_id: int) -> list[tuple[Area, int]]:
    """The levels above districts by kind and code, each with how many districts belong to it."""
    counts: Counter[int] = Counter()
    own = District.objects.filter(municipality_id=municipality_id)
    for kind in Area.Kind:
        counts.update(pk for pk in own.values_list(kind, flat=True) if pk is not None)
    rows = Area.objects.filter(municipality_id=municipality_id)
    return [(row, counts[row.pk]) for row in sorted(rows, key=lambda row: (list(Area.Kind).index(Area.Kind(row.kind)), natural(row.code)))]


def areas_by_kind(*, municipality_id: int) -> dict[str, list[Area]]:
    """What a district can belong to: for each kind its areas by code."""
    found: dict[str, list[Area]] = {kind.value: [] for kind in Area.Kind}
    for row, _count in areas(municipality_id=municipality_id):
        found[row.kind].append(row)
    return found


def addresses_of_rows(*, municipality_id: int, day: date, rows: Iterable[StreetRange]) -> dict[int, int]:
    """How many addresses in use lie in each of some rows."""
    return street_sql.addresses_of_rows(municipality_id=municipality_id, day=day, streets={row.street_id for row in rows})


@dataclass(slots=True)
class StreetSplit:
    """A street in districts on a day: its rows, and its houses by postcode and side in runs of one district (``None``: in none)."""

    rows: list[StreetRange]
    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)
    lost: int = 0


def street_split(*, street: Street, day: date) -> StreetSplit:
    """The rows of a street and where its houses lie."""
    found = StreetSplit(holding(municipality_id=street.municipality_id, day=day, streets=[street.pk]))
    runs: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in street_sql.runs(municipality_id=street.municipality_id, day=day, street_id=street.pk):
        runs[run.postcode, run.side].append(run)
    found.runs = dict(runs)
    found.lost = sum(run.addresses for side in runs.values() for run in side if run.district_id is None)
    return found


def postcodes_of(street: Street) -> list[str]:
    """The postcodes in which a street has addresses or rows, else all of the municipality's."""
    own = {"municipality_id": street.municipality_id}
    here = Address.objects.filter(street=street, **own).values_list("postcode", flat=True).order_by().distinct()
    rows = StreetRange.objects.filter(street=street, removed_at=None, **own).values_list("postcode", flat=True).order_by().distinct()
    return sorted({*here, *rows}) or street_sql.postcodes(municipality_id=street.municipality_id)


def next_start(*, street: Street, day: date) -> date | None:
    """The first day after ``day`` from which another row of a street holds: what is added before it ends there."""
    later = StreetRange.objects.filter(municipality_id=street.municipality_id, street=street, removed_at=None, valid_from__gt=day)
    return later.order_by("valid_from").values_list("valid_from", flat=True).first()


def prepared_streets(*, municipality_id: int) -> list[Street]:
    """Streets that no address file has brought yet, by name."""
    return list(Street.objects.filter(municipality_id=municipality_id, best_id=None, closed_at=None).order_by("name_key", "pk"))


def may_be_dropped(street: Street) -> bool:
    """Whether a prepared street never had a row."""
    return street.best_id is None and not StreetRange.objects.filter(municipality_id=street.municipality_id, street=street).exists()


def imports(*, municipality_id: int, newest: int = 20) -> list[DistrictImport]:
    """The last files that were sent, newest first."""
    return list(DistrictImport.objects.filter(municipality_id=municipality_id).order_by("-sent_at", "-pk")[:newest])


def elections_with_split(*, municipality_id: int, but: date) -> list[date]:
    """Days of elections, newest first, on which a split held that can be copied."""
    held = Election.objects.filter(municipality_id=municipality_id).exclude(date=but).order_by("-date").values_list("date", flat=True)
    first = placing.days_of_change(municipality_id=municipality_id)[:1]
    return [day for day in held if first and day >= first[0]]
