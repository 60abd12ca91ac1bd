"""Reads for decisions about voters: where a person stands with the list now, and the decisions that were taken."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from core.models import Approval
from districts.models import Station
from elections.models import Election
from voters.models import ListDecision, Person
from voters.rules.ledger import DECISION_APPROVAL, Standing
from voters.selectors.ledger import CurrentEntry, FrozenList, as_entry, parameters
from voters.sql import added
from voters.sql import ledger as sql


def line_of(frozen: FrozenList, *, person_id: int, at: datetime) -> CurrentEntry | None:
    """The person's line on the list at a moment; ``None`` when it never had one."""
    with connection.cursor() as cursor:
        cursor.execute(sql.current(among="AND e.person_id = %(person_id)s"), {**parameters(frozen), "person_id": person_id, "at": at})
        row = cursor.fetchone()
    return as_entry(row) if row else None


def standing_of(frozen: FrozenList, *, person_id: int, at: datetime) -> Standing:
    """Whether the list has a line of this person, and whether it is struck."""
    line = line_of(frozen, person_id=person_id, at=at)
    return Standing(has_line=line is not None, struck=line.struck if line else False)


@dataclass(frozen=True, slots=True)
class ProposedStation:
    """Where an added voter would vote by their address; ``same_house``: voters of that very house vote there."""

    station: Station
    same_house: bool


def proposed_station(frozen: FrozenList, *, person: Person) -> ProposedStation | None:
    """The station that goes with a person's address; ``None`` when nobody of the list lives in that street, or nothing is frozen yet."""
    if frozen.draft_id is None:
        return None
    found = added.station_by_address(
        municipality_id=frozen.municipality_id, extraction_id=frozen.extraction_id, draft_id=frozen.draft_id, person_id=person.pk
    )
    if found is None:
        return None
    station = Station.objects.select_related("building").get(municipality_id=frozen.municipality_id, pk=found[0])
    return ProposedStation(station, found[1])


def decisions(*, election: Election) -> QuerySet[ListDecision]:
    """Every decision of an election, the newest first."""
    found = ListDecision.objects.filter(municipality_id=election.municipality_id, election=election)
    return found.select_related("person", "station", "withdraws").order_by("-requested_at", "-pk")


def withdrawal_of(decision: ListDecision) -> ListDecision | None:
    """The counter-decision that takes this one back, asked or recorded."""
    live = [ListDecision.State.REQUESTED, ListDecision.State.RECORDED]
    return ListDecision.objects.filter(municipality_id=decision.municipality_id, withdraws=decision, state__in=live).first()


def approval_of(decision: ListDecision) -> Approval | None:
    """The question to a second person about it."""
    asked = Approval.objects.filter(municipality_id=decision.municipality_id, kind=DECISION_APPROVAL, object_id=decision.pk)
    return asked.order_by("-pk").first()


def stations(*, election: Election) -> QuerySet[Station]:
    """The polling stations of an election by number."""
    return Station.objects.filter(municipality_id=election.municipality_id, election=election).select_related("building").order_by("number")
