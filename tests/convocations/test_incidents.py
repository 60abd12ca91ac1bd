"""What went wrong with cards elsewhere: each line of the catalogue is refused or found here."""

from datetime import timedelta

import pytest
from django.db import connection

from convocations.models import Card, PrintRun
from convocations.services import drawing, releasing, runs
from convocations.services.runs import RunRefusedError
from core.tenancy import tenant
from districts.models import Building, Station
from tests.convocations.cards import SETTINGS, CardTown
from tests.documents.stream.files import texts
from tests.voters.ledger.town import a_decision
from voters.models import Effect


def sql(town: CardTown, statement: str, *values: int) -> None:
    with tenant(town.pk), connection.cursor() as cursor:
        cursor.execute(statement, values)


def pages(town: CardTown, run: PrintRun) -> list[str]:
    return texts(town.file(run, "cards"))


def test_no_card_for_whoever_was_struck_and_they_are_counted(halle: CardTown, horebeke: CardTown) -> None:
    dead = halle.ledger.persons()[3]
    halle.ledger.record(dead, a_decision("strike"))

    made = halle.make()

    assert made.none_by_reason == {"struck_by_decision": 1}
    assert (made.lines, made.cards_made, made.cards_none) == (40, 39, 1)
    assert dead.pk not in {card.person_id for card in halle.cards(made)}
    assert horebeke.make().cards_made == 40


def test_a_mover_gets_the_card_at_the_new_address_for_the_old_station(halle: CardTown) -> None:
    person = halle.ledger.persons()[5]
    before = halle.ledger.list_at(halle.now)[person.pk]
    with tenant(halle.pk):
        decision = halle.ledger.decide(person, "correct", at=halle.now - timedelta(hours=1))
        halle.ledger.effect(
            decision, Effect.Kind.ADDRESS, "new_address",
            street_name="Nieuwe Kaai", house_number="7B", box_number="2", postcode="9000", country="", address_id=None,
        )  # fmt: skip

    made = halle.make()

    assert made.readback["ok"], made.readback
    [card] = halle.cards(made, person_id=person.pk)
    assert (card.street_name, card.house_number, card.station_id, card.moved) == ("Nieuwe Kaai", "7B", before.station_id, True)
    page = pages(halle, made)[card.position - 1]
    assert "Nieuwe Kaai 7B bus 2" in page
    assert made.figures["without_place"] == 1


def test_each_card_shows_its_own_station_whatever_the_order(halle: CardTown) -> None:
    made = halle.make()
    with tenant(halle.pk):
        stations = {one.pk: one for one in Station.objects.filter(election=halle.election).select_related("building")}

    for card, page in zip(halle.cards(made), pages(halle, made), strict=True):
        own = stations[card.station_id]
        assert f"{own.building.street_name} {own.building.house_number}" in page
        assert own.name in page


def test_a_station_without_a_name_stops_the_run(halle: CardTown) -> None:
    sql(halle, "UPDATE districts_station SET name = ' ' WHERE municipality_id = %s AND number = 2", halle.pk)

    made = halle.make()

    assert made.state == PrintRun.State.REFUSED
    assert [(row["column"], row["value"], row["problem"]) for row in made.problems] == [("station", "2", "station_unfinished")]
    assert halle.cards() == []


def test_a_station_that_moved_after_the_drawing_is_found_by_the_reading(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> None:
    write = drawing.Drawer.write

    def meanwhile(*args, **kwargs):
        write(*args, **kwargs)
        Building.objects.filter(municipality_id=halle.pk, stations__number=1).update(house_number="999")

    monkeypatch.setattr(drawing.Drawer, "write", meanwhile)

    made = halle.make()

    assert made.state == PrintRun.State.REFUSED
    assert made.readback["counts"]["text"] > 0
    with tenant(halle.pk), pytest.raises(RunRefusedError, match="wrong_state"):
        releasing.request_release(run=made, by=halle.clerk, at=halle.now)


def test_the_day_of_the_election_stands_once_on_every_page(halle: CardTown) -> None:
    made = halle.make()

    assert {page.count("13 oktober 2024") for page in pages(halle, made)} == {1}


def test_who_lives_where_they_vote_is_told_and_not_refused(halle: CardTown) -> None:
    made = halle.make()
    card = halle.cards(made)[0]
    with tenant(halle.pk):
        runs.cancel_run(run=made, by=halle.clerk, at=halle.now)
        Building.objects.filter(municipality_id=halle.pk, stations__pk=card.station_id).update(
            street_name=card.street_name, house_number=card.house_number, postcode=card.postcode
        )

    again = halle.make()

    assert again.readback["ok"]
    assert again.readback["at_station"] >= 1


def test_what_is_printed_never_changes_and_history_is_only_added_to(halle: CardTown) -> None:
    halle.release(halle.make())

    for statement in (
        "UPDATE convocations_card SET last_name = 'X' WHERE municipality_id = %s",
        "UPDATE convocations_card SET token = 'X' WHERE municipality_id = %s",
        "DELETE FROM convocations_card WHERE municipality_id = %s",
        "UPDATE convocations_cardevent SET by_name = 'X' WHERE municipality_id = %s",
        "DELETE FROM convocations_cardevent WHERE municipality_id = %s",
    ):
        with pytest.raises(Exception, match=r"does not change|never deleted|stays as it was"):
            sql(halle, statement, halle.pk)


def test_the_database_refuses_a_run_that_does_not_add_up_or_was_read_badly(halle: CardTown) -> None:
    halle.make()

    for statement in (
        "UPDATE convocations_printrun SET cards_none = cards_none + 1 WHERE municipality_id = %s",
        "UPDATE convocations_printrun SET state = 'requested', readback_ok = false WHERE municipality_id = %s",
    ):
        with pytest.raises(Exception, match="print_run_"):
            sql(halle, statement, halle.pk)


class TestTheListChangesWhileARunWaits:
    def strike(self, town: CardTown, run: PrintRun) -> Card:
        card = town.cards(run)[7]
        town.ledger.record(next(one for one in town.ledger.persons() if one.pk == card.person_id), a_decision("strike"))
        return card

    def test_the_release_is_refused(self, halle: CardTown, horebeke: CardTown) -> None:
        made = halle.make()
        self.strike(halle, made)

        with tenant(halle.pk), pytest.raises(RunRefusedError, match="stale") as refusal:
            releasing.request_release(run=made, by=halle.clerk, at=halle.now)

        assert refusal.value.figures == {"count": 1}
        assert halle.fresh(made).state == PrintRun.State.READY

    def test_between_request_and_approval_too(self, halle: CardTown) -> None:
        made = halle.make()
        with tenant(halle.pk):
            releasing.request_release(run=made, by=halle.clerk, at=halle.now)
        self.strike(halle, made)

        with tenant(halle.pk), pytest.raises(RunRefusedError, match="stale"):
            releasing.approve_release(run=made, by=halle.head, at=halle.now)

        assert halle.fresh(made).approved_by_id is None
        assert {card.state for card in halle.cards(made)} == {"made"}

    def test_between_approval_and_release_too(self, halle: CardTown) -> None:
        made = halle.make()
        with tenant(halle.pk):
            releasing.request_release(run=made, by=halle.clerk, at=halle.now)
        with halle.ledger.at_work():
            releasing.approve_release(run=made, by=halle.head, at=halle.now)
            card = halle.cards(made)[7]
            halle.ledger.record(next(one for one in halle.ledger.persons() if one.pk == card.person_id), a_decision("strike"))

        assert halle.fresh(made).state == PrintRun.State.READY
        assert {card.state for card in halle.cards(made)} == {"made"}

    def test_withdrawn_they_are_taken_out_by_the_printer_and_the_rest_goes(self, halle: CardTown) -> None:
        made = halle.make()
        card = self.strike(halle, made)
        with tenant(halle.pk):
            assert releasing.withdraw_cards(run=made, by=halle.clerk, at=halle.now) == 1

        released = halle.release(halle.fresh(made))

        assert card.token not in halle.file(released, "manifest").decode()
        assert halle.file(released, "withdrawn").decode().splitlines()[1].split(",")[1:3] == [str(card.position), card.token]
        assert halle.events(card) == ["withdrawn"]
        assert [one.state for one in halle.cards(released) if one.pk == card.pk] == ["withdrawn"]

    def test_made_anew_everybody_else_gets_a_card(self, halle: CardTown) -> None:
        made = halle.make()
        self.strike(halle, made)
        with halle.ledger.at_work():
            again = runs.begin_anew(run=made, by=halle.clerk, at=halle.now)

        released = halle.release(halle.fresh(again))

        assert released.cards_made == 39
        assert halle.fresh(made).state == PrintRun.State.CANCELLED
        assert halle.cards(made) == []


def test_a_second_run_is_for_those_who_have_none_yet(halle: CardTown) -> None:
    first = halle.release(halle.make())
    spoiled, kept = halle.cards(first)[:2]
    sql(halle, "UPDATE convocations_card SET state = 'spoiled' WHERE municipality_id = %s AND id = %s", halle.pk, spoiled.pk)

    second = halle.release(halle.make())

    [again] = halle.cards(second)
    assert (again.person_id, again.issue, again.slot) == (spoiled.person_id, 2, spoiled.slot)
    assert again.token != spoiled.token
    assert second.none_by_reason == {"has_card": 39}
    assert halle.events(kept) == ["released"]


def test_a_changed_card_is_made_anew_when_asked_and_the_former_is_worth_nothing(halle: CardTown) -> None:
    first = halle.release(halle.make())
    card = halle.cards(first)[4]
    person = next(one for one in halle.ledger.persons() if one.pk == card.person_id)
    halle.ledger.record(person, a_decision("correct", last_name="Verbeterd"))
    halle.ledger.now += timedelta(minutes=1)

    second = halle.release(
        halle.make(type(SETTINGS)(**{**{name: getattr(SETTINGS, name) for name in SETTINGS.__slots__}, "reissue_changed": True}))
    )

    [again] = halle.cards(second)
    assert (again.person_id, again.issue, again.last_name) == (person.pk, 2, "Verbeterd")
    assert halle.events(card) == ["released", "replaced"]


def test_two_open_runs_cannot_be(halle: CardTown) -> None:
    halle.make()

    with tenant(halle.pk), pytest.raises(RunRefusedError, match="run_open"):
        runs.request_run(election=halle.election, settings=SETTINGS, by=halle.clerk, at=halle.now)

    with tenant(halle.pk):
        assert PrintRun.objects.count() == 1
