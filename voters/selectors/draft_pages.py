"""Reads for the pages of drafts: their work, their second person, their districts, what was done by hand, and what lacks for a draft."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F

from core.models import Approval, Job
from districts.models import Address, Building, Station, Street
from districts.rules.station_findings import DistrictFacts
from districts.selectors.stations import districts
from elections.models import Election
from voters.models import Draft, Extraction, HandMove, Person, Pin
from voters.rules.assignment import APPROVAL_KIND, CURVE
from voters.selectors.draft_basis import by_alphabet, is_split
from voters.selectors.drafts import StationLoad
from voters.sql import draft_lists, placements
from voters.sql.draft_lists import Apart, HouseholdFilter, HouseholdRow, StreetFilter
from voters.sql.placements import DistrictLoad

PAGE = 50
STREETS = 30
"""Streets a page: some sixty ranges."""


def job_of(draft: Draft) -> Job | None:
    """The last work on the draft itself: placing or freezing."""
    if draft.job_id is None:
        return None
    return Job.objects.filter(municipality_id=draft.municipality_id, pk=draft.job_id).first()


def curve_job(draft: Draft) -> Job | None:
    """The last work on what other settings would give."""
    rows = Job.objects.filter(municipality_id=draft.municipality_id, kind=CURVE, params__draft=draft.pk)
    return rows.order_by("-pk").first()


def approval_of(draft: Draft) -> Approval | None:
    """The newest request for a second person's decision about it."""
    rows = Approval.objects.filter(municipality_id=draft.municipality_id, kind=APPROVAL_KIND, object_id=draft.pk)
    return rows.order_by("-requested_at", "-pk").first()


def lacking(election: Election) -> list[str]:
    """What must be there before a draft can be made: codes of ``services.drafts.DraftRefusedError``."""
    own = {"municipality_id": election.municipality_id, "election": election}
    found = []
    if not Extraction.objects.filter(**own, state=Extraction.State.DONE).exists():
        found.append("no_extraction")
    if not is_split(election):
        found.append("no_districts")
    if not Station.objects.filter(**own).exists():
        found.append("no_stations")
    return found


def standing(election: Election) -> Draft | None:
    """The draft that was frozen, or that somebody asked to freeze."""
    live = (Draft.State.REQUESTED, Draft.State.FROZEN)
    return Draft.objects.filter(municipality_id=election.municipality_id, election=election, state__in=live).first()


def newest_extraction(election: Election) -> Extraction | None:
    """The list that a draft made now would place: the final one, else the newest trial."""
    done = Extraction.objects.filter(municipality_id=election.municipality_id, election=election, state=Extraction.State.DONE)
    return done.order_by("kind", "-number").first()


def stations(*, election: Election) -> list[Station]:
    """The stations of an election by number, with their buildings and districts."""
    rows = Station.objects.filter(municipality_id=election.municipality_id, election=election)
    return list(rows.select_related("building", "district").order_by("number"))


def all_districts(*, municipality_id: int) -> list[DistrictFacts]:
    """The districts by code, closed ones too."""
    return districts(municipality_id=municipality_id)


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district of a draft: its voters, its stations, and how full the emptiest and the fullest are."""

    pk: int
    code: str
    name: str
    load: DistrictLoad
    stations: int
    load_min: int
    load_max: int
    seats: int | None
    gap: float | None


def district_rows(*, draft: Draft, stations: list[StationLoad]) -> list[DistrictRow]:
    """The districts that have voters or stations in a draft, by code. ``stations``: those of the draft."""
    loads = placements.district_loads(municipality_id=draft.municipality_id, draft_id=draft.pk, by_building=by_alphabet(draft))
    gaps = {row["district"]: row.get("gap") for row in draft.districts}
    own: dict[int, list[StationLoad]] = defaultdict(list)
    for one in stations:
        own[one.station.district_id].append(one)
    return [
        DistrictRow(
            one.pk,
            one.code,
            one.name,
            loads.get(one.pk, DistrictLoad(one.pk, 0, 0, 0, None, 0, 0)),
            len(own[one.pk]),
            min((station.load.voters for station in own[one.pk]), default=0),
            max((station.load.voters for station in own[one.pk]), default=0),
            None if any(station.most is None for station in own[one.pk]) else sum(station.most or 0 for station in own[one.pk]),
            gaps.get(one.pk),
        )
        for one in districts(municipality_id=draft.municipality_id)
        if one.pk in loads or own[one.pk]
    ]


def hand_moves(*, draft: Draft, newest: int = 10) -> list[HandMove]:
    """The last moves by hand, the newest first, undone ones too."""
    rows = HandMove.objects.filter(municipality_id=draft.municipality_id, draft=draft).select_related("station").defer("before")
    return list(rows.order_by("-number")[:newest])


def apart(*, draft: Draft) -> Apart:
    """What no street range holds."""
    return draft_lists.apart(municipality_id=draft.municipality_id, draft_id=draft.pk)


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """Households of one page, and whether more follow."""

    rows: list[HouseholdRow]
    more: bool


def households(*, draft: Draft, chosen: HouseholdFilter, page: int) -> HouseholdPage:
    """One page (from 1) of the households that are meant."""
    place = {"municipality_id": draft.municipality_id, "draft_id": draft.pk}
    rows = draft_lists.households(**place, chosen=chosen, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return HouseholdPage(rows[:PAGE], len(rows) > PAGE)


def streets(*, draft: Draft, chosen: StreetFilter, page: int) -> tuple[list[tuple[int, str]], int]:
    """One page (from 1) of the streets that are meant, as (id, postcode), and how many there are."""
    return draft_lists.streets(
        municipality_id=draft.municipality_id,
        draft_id=draft.pk,
        by_building=by_alphabet(draft),
        chosen=chosen,
        limit=STREETS,
        offset=(page - 1) * STREETS,
    )


def pins(*, election: Election) -> list[Pin]:
    """What is pinned and banned, by street and number, then households."""
    rows = Pin.objects.filter(municipality_id=election.municipality_id, election=election)
    return list(
        rows.select_related("station__building", "building", "street", "person").order_by(
            F("street__name_key").asc(nulls_last=True), "postcode", "number_from", "pk"
        )
    )


def buildings(*, election: Election) -> list[Building]:
    """The buildings in which stations of an election are, by name."""
    own = Station.objects.filter(municipality_id=election.municipality_id, election=election).values("building_id")
    return list(Building.objects.filter(municipality_id=election.municipality_id, pk__in=own).order_by("name", "pk"))


def streets_of(*, election: Election) -> list[tuple[Street, str]]:
    """The streets of the municipality with their postcodes, by name: where somebody may live."""
    own = {"municipality_id": election.municipality_id}
    pairs = Address.objects.filter(**own).order_by("street__name_key", "street_id", "postcode").values_list("street_id", "postcode")
    streets = Street.objects.filter(**own, closed_at=None).in_bulk()
    return [(streets[street], postcode) for street, postcode in pairs.distinct() if street in streets]


def heads(persons: list[int], *, municipality_id: int) -> dict[int, Person]:
    """Persons by their ids."""
    return Person.objects.filter(municipality_id=municipality_id).in_bulk(persons)
