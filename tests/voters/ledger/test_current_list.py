"""The list of a moment: frozen lines, with what was recorded until then, in one statement."""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from core.tenancy import tenant
from tests.personas import NOW
from tests.voters.ledger.town import LATER, LedgerTown
from voters.models import Effect, ListDecision
from voters.rules.ledger import NoCard
from voters.selectors import ledger as selectors
from voters.sql.ledger import COLUMNS


def test_a_list_without_events_is_the_frozen_one(halle: LedgerTown, horebeke: LedgerTown) -> None:
    found = halle.list_at(LATER)

    assert len(found) == 40
    assert sorted(entry.list_number for entry in found.values()) == list(range(1, 41))
    assert {entry.station_number for entry in found.values()} == {1, 2, 3}
    assert all(entry.mailing and not entry.struck and entry.no_card is None for entry in found.values())
    assert not set(found) & set(horebeke.list_at(LATER))


@pytest.mark.parametrize("no_card", [None, NoCard.TO_TRACE])
def test_a_row_is_read_by_place_as_its_columns_are_named(no_card: NoCard | None) -> None:
    names = ("street_name", "house_number", "box_number", "postcode", "country", "address_id")

    entry = selectors.as_entry([no_card if name == "no_card" else name for name in COLUMNS])

    own = {field.name: getattr(entry, field.name) for field in fields(entry)}
    mailing, listed, reason = (own.pop(name) for name in ("mailing", "list_address", "no_card"))
    assert own == {name: name for name in own}
    assert reason is no_card
    assert (mailing is None) is (no_card is not None)
    if mailing is not None:
        assert [getattr(mailing, name) for name in names] == [f"mail_{name}" for name in names]
    assert [getattr(listed, name) for name in names] == [*(f"list_{name}" for name in names[:4]), "", None]
    with pytest.raises(ValueError, match="mail_country"):
        selectors.as_entry(COLUMNS[:-1])


def test_an_election_without_a_final_list_has_none(halle: LedgerTown) -> None:
    halle.town.election.pk += 1_000_000

    with tenant(halle.municipality.pk), pytest.raises(selectors.NoFinalListError):
        list(selectors.current_entries(halle.town.election, LATER))


def test_a_decision_counts_from_its_moment_until_it_is_taken_back(halle: LedgerTown, horebeke: LedgerTown) -> None:
    person = halle.persons()[0]
    with tenant(halle.municipality.pk):
        strike = halle.decide(person, "strike", at=LATER)
        halle.effect(strike, "list", "struck")
        back = halle.decide(person, "withdraw", at=LATER + timedelta(days=1), withdraws=strike)
        halle.effect(back, "list", "withdrawn")

    assert halle.list_at(LATER - timedelta(seconds=1))[person.pk].struck is False
    struck = halle.list_at(LATER)[person.pk]
    assert (struck.struck, struck.no_card, struck.mailing) == (True, NoCard.STRUCK_BY_DECISION, None)
    assert halle.list_at(LATER + timedelta(days=1))[person.pk].struck is False
    assert not any(entry.struck for entry in horebeke.list_at(LATER).values())


def test_later_corrections_win_field_by_field(halle: LedgerTown) -> None:
    person = halle.persons()[1]
    with tenant(halle.municipality.pk):
        first = halle.decide(person, "correct", at=LATER)
        halle.effect(first, "list", "corrected", last_name="Eerste", ballots=8, compulsory=0)
        second = halle.decide(person, "correct", at=LATER + timedelta(hours=1))
        halle.effect(second, "list", "corrected", last_name="Tweede")

    entry = halle.list_at(LATER + timedelta(hours=2))[person.pk]

    assert (entry.last_name, entry.first_names, entry.ballots, entry.corrected) == ("Tweede", person.first_names, 8, True)


@pytest.mark.parametrize(
    "statement", ["UPDATE voters_effect SET outcome = 'stays'", "DELETE FROM voters_effect", "DELETE FROM voters_listdecision"]
)
def test_the_ledger_is_only_added_to(halle: LedgerTown, statement: str) -> None:
    person = halle.persons()[0]
    with tenant(halle.municipality.pk):
        strike = halle.decide(person, "strike", at=NOW)
        halle.effect(strike, "list", "struck")

        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

        assert Effect.objects.filter(municipality=halle.municipality, outcome="struck").count() == 1
        assert ListDecision.objects.filter(municipality=halle.municipality).count() == 1
