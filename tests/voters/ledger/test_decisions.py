"""Decisions of the college and the Court of Appeal: two people, three effects, a number at the end, and a counter-decision instead of deletion."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core import approvals
from core.models import AuditEvent
from core.tenancy import tenant
from tests.voters.ledger.test_mutations import ARRIVAL, number
from tests.voters.ledger.town import LedgerTown, a_decision, events_csv
from voters.models import AddedEntry, Effect, Entry, ListDecision, Person
from voters.rules.ledger import NoCard, Refusal
from voters.services import decisions
from voters.services.decisions import DecisionRefusedError

MUNICIPAL = 8
DAY_BEFORE = datetime(2024, 10, 12, 20, 0, tzinfo=UTC)
DAY = datetime(2024, 10, 13, 6, 0, tzinfo=UTC)


def newcomer(town: LedgerTown, serial: int = 900, sequence: int = 1) -> Person:
    row = {"sequence": sequence, "national_number": number(serial), "event": "arrival", "effective_on": "2024-09-01", **ARRIVAL}
    town.bring_in(events_csv(row))
    return next(person for person in town.persons() if person.national_number == number(serial))


def test_who_is_added_gets_the_next_number_and_the_station_of_the_street(halle: LedgerTown, horebeke: LedgerTown) -> None:
    first, second = newcomer(halle), newcomer(halle, 901, 2)

    halle.record(first, a_decision("add", ballots=MUNICIPAL))
    halle.record(second, a_decision("add", ballots=MUNICIPAL, station_id=halle.town.stations[1].pk))

    found = halle.list_at(halle.now)
    assert (found[first.pk].list_number, found[first.pk].station_number, found[first.pk].added_later) == (41, 3, True)
    assert (found[second.pk].list_number, found[second.pk].station_number) == (42, 1)
    assert found[first.pk].mailing is not None
    assert len(found) == 42
    assert len(horebeke.list_at(horebeke.now)) == 40
    with tenant(halle.municipality.pk):
        assert Entry.objects.filter(municipality=halle.municipality).count() == 40
        kinds = Effect.objects.filter(municipality=halle.municipality, person=first, decision__isnull=False).order_by("pk")
        assert list(kinds.values_list("kind", "outcome")) == [("address", "card"), ("list", "added"), ("right", "given")]


def test_a_number_is_never_used_again(halle: LedgerTown) -> None:
    first = newcomer(halle)
    decision = halle.record(first, a_decision("add", ballots=MUNICIPAL))
    with tenant(halle.municipality.pk):
        back = decisions.request_withdrawal(decision=decision, new=a_decision("withdraw"), by=halle.clerk, at=halle.now)
        decisions.approve_decision(decision=back, by=halle.head, at=halle.now + timedelta(hours=1))

    second = newcomer(halle, 901, 2)
    halle.record(second, a_decision("add", ballots=MUNICIPAL), at=halle.now + timedelta(hours=2))

    found = halle.list_at(halle.now + timedelta(hours=3))
    assert (found[first.pk].struck, found[first.pk].no_card) == (True, NoCard.STRUCK_BY_DECISION)
    assert found[second.pk].list_number == 42
    again = halle.record(first, a_decision("add", ballots=MUNICIPAL), at=halle.now + timedelta(hours=3))
    assert again.station_id is None
    back_on = halle.list_at(halle.now + timedelta(hours=3))[first.pk]
    assert (back_on.struck, back_on.list_number) == (False, 41)


def test_strike_and_correct(halle: LedgerTown) -> None:
    struck, corrected = halle.persons()[:2]
    halle.record(struck, a_decision("strike"))
    halle.record(
        corrected, a_decision("correct", last_name="Juist", street_name="Zinkstraat", house_number="1", box_number="", postcode="1500")
    )

    found = halle.list_at(halle.now)
    assert (found[struck.pk].struck, found[struck.pk].no_card) == (True, NoCard.STRUCK_BY_DECISION)
    entry = found[corrected.pk]
    assert (entry.last_name, entry.list_address.street_name, entry.corrected, entry.moved) == ("Juist", "Zinkstraat", True, False)
    assert entry.mailing is not None
    assert entry.mailing.street_name == "Zinkstraat"


def test_taking_a_strike_back_does_not_raise_the_dead(halle: LedgerTown) -> None:
    person = halle.persons()[0]
    strike = halle.record(person, a_decision("strike"))
    halle.bring_in(events_csv({"sequence": 1, "national_number": person.national_number, "event": "death", "effective_on": "2024-09-21"}))
    with tenant(halle.municipality.pk):
        back = decisions.request_withdrawal(decision=strike, new=a_decision("withdraw"), by=halle.clerk, at=halle.now)
        decisions.approve_decision(decision=back, by=halle.head, at=halle.now)

    found = halle.list_at(halle.now)[person.pk]
    assert (found.struck, found.no_card) == (True, NoCard.DECEASED)


@pytest.mark.parametrize(("at", "kind", "refusal"), [
    (DAY_BEFORE, "add", None), (DAY, "add", Refusal.TOO_LATE), (DAY + timedelta(days=1), "add", Refusal.TOO_LATE),
    (DAY, "strike", None), (DAY + timedelta(days=1), "strike", Refusal.TOO_LATE),
    (DAY, "correct", None), (DAY + timedelta(days=1), "correct", Refusal.TOO_LATE),
])  # fmt: skip
def test_until_when(halle: LedgerTown, at: datetime, kind: str, refusal: Refusal | None) -> None:
    person = newcomer(halle) if kind == "add" else halle.persons()[0]
    new = a_decision(kind, ballots=MUNICIPAL, last_name="Juist")

    if refusal is None:
        halle.record(person, new, at=at)
    else:
        with pytest.raises(DecisionRefusedError) as caught:
            halle.record(person, new, at=at)
        assert caught.value.refusal is refusal
        with tenant(halle.municipality.pk):
            assert not ListDecision.objects.filter(municipality=halle.municipality).exists()
            assert not Effect.objects.filter(municipality=halle.municipality, decision__isnull=False).exists()


def test_what_was_asked_in_time_is_not_recorded_too_late(halle: LedgerTown) -> None:
    person = newcomer(halle)
    with tenant(halle.municipality.pk):
        asked = decisions.request_decision(
            election=halle.town.election, person=person, new=a_decision("add", ballots=MUNICIPAL), by=halle.clerk, at=DAY_BEFORE
        )

        with pytest.raises(DecisionRefusedError):
            decisions.approve_decision(decision=asked, by=halle.head, at=DAY)

        assert not AddedEntry.objects.filter(municipality=halle.municipality).exists()
        asked.refresh_from_db()
        assert asked.state == "requested"


def test_two_people_decide(halle: LedgerTown) -> None:
    person = halle.persons()[0]
    with tenant(halle.municipality.pk):
        asked = decisions.request_decision(
            election=halle.town.election, person=person, new=a_decision("strike"), by=halle.head, at=halle.now
        )

        with pytest.raises(approvals.SamePersonError):
            decisions.approve_decision(decision=asked, by=halle.head, at=halle.now)

    assert not halle.list_at(halle.now)[person.pk].struck


def test_refused_and_cancelled_decisions_do_nothing(halle: LedgerTown) -> None:
    a, b = halle.persons()[:2]
    with tenant(halle.municipality.pk):
        for person, end in ((a, "refuse"), (b, "cancel")):
            asked = decisions.request_decision(
                election=halle.town.election, person=person, new=a_decision("strike"), by=halle.clerk, at=halle.now
            )
            if end == "refuse":
                decisions.refuse_decision(decision=asked, reason="nee", by=halle.head, at=halle.now)
            else:
                decisions.cancel_decision(decision=asked, by=halle.clerk, at=halle.now)

        assert not Effect.objects.filter(municipality=halle.municipality).exists()
        kinds = AuditEvent.objects.filter(municipality_id=halle.municipality.pk, kind__startswith="list_decision.").order_by("seq")
        assert list(kinds.values_list("kind", flat=True)) == [
            "list_decision.requested", "list_decision.refused", "list_decision.requested", "list_decision.cancelled",
        ]  # fmt: skip


@pytest.mark.parametrize(("kind", "values", "refusal"), [
    ("add", {"ballots": MUNICIPAL}, Refusal.ON_LIST), ("correct", {}, Refusal.NOTHING_CORRECTED), ("correct", {"ballots": 1}, Refusal.NO_BALLOT),
])  # fmt: skip
def test_refusals_on_a_voter_of_the_list(halle: LedgerTown, kind: str, values: dict, refusal: Refusal) -> None:
    with pytest.raises(DecisionRefusedError) as caught:
        halle.record(halle.persons()[0], a_decision(kind, **values))

    assert caught.value.refusal is refusal
    with tenant(halle.municipality.pk):
        assert not ListDecision.objects.filter(municipality=halle.municipality).exists()


@pytest.mark.parametrize(("kind", "values", "refusal"), [
    ("strike", {}, Refusal.NOT_ON_LIST), ("correct", {"last_name": "X"}, Refusal.NOT_ON_LIST), ("add", {}, Refusal.NO_BALLOT),
])  # fmt: skip
def test_refusals_on_somebody_who_is_not(halle: LedgerTown, kind: str, values: dict, refusal: Refusal) -> None:
    person = newcomer(halle)

    with pytest.raises(DecisionRefusedError) as caught:
        halle.record(person, a_decision(kind, **values))

    assert caught.value.refusal is refusal


def test_without_a_street_on_the_list_the_station_is_chosen(halle: LedgerTown) -> None:
    person = newcomer(halle)
    with tenant(halle.municipality.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE voters_person SET street_name = 'Nergens', address_id = NULL WHERE id = %s", [person.pk])

    with pytest.raises(DecisionRefusedError) as caught:
        halle.record(person, a_decision("add", ballots=MUNICIPAL))
    assert caught.value.refusal is Refusal.NO_STATION

    halle.record(person, a_decision("add", ballots=MUNICIPAL, station_id=halle.town.stations[2].pk))
    assert halle.list_at(halle.now)[person.pk].station_number == 2


def test_one_open_question_a_voter(halle: LedgerTown) -> None:
    person = halle.persons()[0]
    with tenant(halle.municipality.pk):
        decisions.request_decision(election=halle.town.election, person=person, new=a_decision("strike"), by=halle.clerk, at=halle.now)

        with pytest.raises(DecisionRefusedError) as caught:
            decisions.request_decision(election=halle.town.election, person=person, new=a_decision("strike"), by=halle.clerk, at=halle.now)

        assert caught.value.refusal is Refusal.OPEN_ALREADY
        assert ListDecision.objects.filter(municipality=halle.municipality).count() == 1
