"""Who gets no duplicate: refused with the reason, and nothing has changed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from convocations.rules.counter import Refusal
from convocations.services.duplicates import DuplicateRefusedError
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from voters.models import ListDecision, Person
from voters.services.decisions import NewDecision

NOON = datetime(2024, 10, 13, 12, 0, tzinfo=ZoneInfo("Europe/Brussels"))


def refused(desk: Desk, person: Person, **changes: object) -> DuplicateRefusedError:
    """Why nothing is made; nothing may have changed."""
    before = desk.state()
    with pytest.raises(DuplicateRefusedError) as refusal:
        desk.issue(person, **changes)
    assert desk.state() == before
    return refusal.value


@pytest.mark.parametrize("before", [timedelta(minutes=1), timedelta()])
def test_until_noon_of_a_local_election_a_duplicate_is_made(desk: Desk, before: timedelta) -> None:
    assert desk.issue(desk.town.ledger.persons()[0], at=NOON - before).card.issue == 2


@pytest.mark.parametrize("after", [timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)])
def test_after_noon_none_is_made(desk: Desk, after: timedelta) -> None:
    assert refused(desk, desk.town.ledger.persons()[0], at=NOON + after).refusal == Refusal.TOO_LATE


def test_a_voter_who_was_struck_gets_none_and_is_told_why(desk: Desk) -> None:
    person, neighbour = desk.town.ledger.persons()[:2]
    day = desk.town.now.date()
    desk.town.ledger.record(
        person, NewDecision(kind=ListDecision.Kind.STRIKE, authority="college", decided_on=day, reference="B7", reason="x")
    )

    found = refused(desk, person)

    assert (found.refusal, found.reason) == (Refusal.STRUCK, "struck_by_decision")
    assert desk.issue(neighbour).card.issue == 2


def test_whoever_is_not_on_the_list_gets_none(desk: Desk) -> None:
    with tenant(desk.town.pk):
        stranger = Person.objects.filter(municipality=desk.town.municipality).order_by("pk")[0]
        stranger.pk, stranger.national_number = None, "99010100196"
        stranger._state.adding = True  # a copy
        stranger.save()

    assert refused(desk, stranger).refusal == Refusal.NOT_ON_LIST


def test_without_the_identity_document_or_on_an_old_page_none_is_made(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]

    assert refused(desk, person, identity_seen=False).refusal == Refusal.IDENTITY
    assert refused(desk, person, seen_issue=7).refusal == Refusal.MEANWHILE


def test_a_voter_of_the_neighbours_is_on_no_list_here(desk: Desk, horebeke: CardTown) -> None:
    other = open_desk(horebeke)
    before = other.state()

    assert refused(desk, horebeke.ledger.persons()[0]).refusal == Refusal.NOT_ON_LIST
    assert other.state() == before
