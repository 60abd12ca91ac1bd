"""Drafts of the assignment as screens and files show them: which there are, their stations, and their streets."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from districts.models import Station
from elections.models import Election
from voters.models import Draft, Placement
from voters.rules.assignment import HouseRun, house_runs
from voters.selectors.draft_basis import by_alphabet, sizes
from voters.sql import placements
from voters.sql.placements import Load


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
    """A station of a draft with its voters, and the ``least`` and ``most`` that it may have (of a frozen draft: might have then)."""

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


def stations(*, draft: Draft, loads: Mapping[int, Load] | None = None) -> list[StationLoad]:
    """Every station of the election with what the draft gives it, by number. ``loads``: by its id, where they were read already."""
    loads = placements.loads(municipality_id=draft.municipality_id, draft_id=draft.pk) if loads is None else loads
    limits = sizes(draft)
    rows = Station.objects.filter(municipality_id=draft.municipality_id, election_id=draft.election_id)
    return [
        StationLoad(station, loads.get(station.pk, Load(station.pk, 0, 0, None, 0)), *limits.get(station.pk, (None, None)))
        for station in rows.select_related("building", "district").order_by("number")
    ]


def runs(*, draft: Draft, streets: Collection[int] | None = None) -> list[HouseRun]:
    """The streets of a draft (all, or some by their ids) as ranges of house numbers with their station, in the order of names.

    Where stations of one building are told apart by the alphabet, a range is the building's and comes once for each of them;
    who votes in which stands in ``names_of``.
    """
    found = placements.houses(municipality_id=draft.municipality_id, draft_id=draft.pk, streets=streets)
    return list(house_runs(found, _groups(draft))) if by_alphabet(draft) else list(house_runs(found))


def _groups(draft: Draft) -> Callable[[int], Hashable]:
    rows = Station.objects.filter(municipality_id=draft.municipality_id, election_id=draft.election_id)
    places = {pk: (building, district) for pk, building, district in rows.values_list("pk", "building_id", "district_id")}
    return lambda station_id: places.get(station_id, station_id)


def names_of(draft: Draft) -> dict[int, tuple[str, str]]:
    """Of stations that are told apart by the alphabet, by their id: the first and last reference person, *Peeters, An*; else nothing."""
    return {int(pk): (first, last) for pk, (first, last) in draft.settings.get("names", {}).items()}


def district_of_household(*, draft: Draft, household: str) -> int | None:
    """The district in which a household of a draft lives, if it is known."""
    rows = Placement.objects.filter(municipality_id=draft.municipality_id, draft=draft, household=household)
    return rows.values_list("district_id", flat=True).first()
