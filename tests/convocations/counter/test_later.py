"""What happened after the list date: added, moved, left, corrected voters at the counter, and a printer that makes a spoiled card again."""

from typing import Any

from convocations.models import Card, PrintRun
from convocations.rules.counter import read_code
from convocations.selectors import counter as selectors
from convocations.services import paper
from convocations.sql import history
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.convocations.counter.test_duplicates import code_of, text_of
from tests.voters.ledger.test_decisions import MUNICIPAL, newcomer
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import a_decision, events_csv


def test_who_was_added_by_decision_gets_the_first_card_with_the_text_of_now(desk: Desk) -> None:
    town = desk.town.ledger
    person = newcomer(town)
    town.record(person, a_decision("add", ballots=MUNICIPAL))

    issued = desk.issue(person)

    (card,) = desk.cards(person)
    assert (card.issue, card.list_number, card.entry_id, card.state) == (1, 41, None, "printed")
    assert "/cards/counter/form-" in issued.duplicate.frozen_file
    assert "DUPLICAAT" not in text_of(issued.pdf)  # it is the only one
    assert code_of(issued.pdf) == [f"{card.token}-01"]
    with tenant(desk.town.pk):
        assert paper.draw(issued.duplicate, card, station_number=card.station.number) == issued.pdf

    again = desk.issue(person)

    assert "DUPLICAAT" in text_of(again.pdf)
    assert again.duplicate.frozen_file == issued.duplicate.frozen_file


def test_the_form_is_that_of_the_run_of_the_former_card(desk: Desk) -> None:
    issued = desk.issue(desk.town.ledger.persons()[0])

    with tenant(desk.town.pk):
        former = Card.objects.select_related("run").get(pk=issued.duplicate.replaces_id or 0)
    assert former.run is not None
    assert issued.duplicate.frozen_file == former.run.frozen_file
    assert issued.duplicate.template_digest == former.run.templates[former.template]


def test_movers_get_their_new_address_and_whoever_left_without_one_still_gets_a_card(desk: Desk) -> None:
    town = desk.town.ledger
    mover, left = town.persons()[:2]
    town.bring_in(
        events_csv(
            one(mover, 1, "move", postcode="1500", street_name="Zinkstraat", house_number="7"), one(left, 2, "departure", departed_to="FR")
        )
    )
    stations = {card.person_id: card.station_id for card in desk.town.cards()}

    moved, traced = desk.issue(mover), desk.issue(left)

    assert (moved.card.street_name, moved.card.house_number, moved.card.moved) == ("Zinkstraat", "7", True)
    assert "Zinkstraat 7" in text_of(moved.pdf)
    assert moved.card.station_id == stations[mover.pk]
    assert traced.card.issue == 2


def test_a_spoiled_card_that_the_printer_makes_again_is_worth_nothing_after_a_duplicate(desk: Desk) -> None:
    person = desk.town.ledger.persons()[0]
    (card,) = desk.cards(person)
    own: dict[str, Any] = {"municipality_id": desk.town.pk, "by": "x", "at": desk.town.now}
    with tenant(desk.town.pk):
        history.add(**own, cards=[card.pk], kind="spoiled", details={}, state="spoiled")

    desk.issue(person)

    assert [one.state for one in desk.cards(person)] == ["replaced", "printed"]


def test_a_spoiled_card_that_the_printer_makes_again_is_worth_nothing_after_a_newer_run(desk: Desk, horebeke: CardTown) -> None:
    town, theirs = desk.town, horebeke.cards()
    card, *others = town.cards()
    said(town, card, "spoiled", "2024-09-24T08:00:00")
    newer = town.make()
    assert [one.state for one in town.cards(person_id=card.person_id)] == ["spoiled", "made"]

    town.release(newer)
    said(town, card, "printed", "2024-09-25T08:00:00")

    assert [one.state for one in town.cards(person_id=card.person_id)] == ["replaced", "released"]
    assert town.events(card) == ["released", "spoiled", "replaced", "printed"]
    with tenant(town.pk):
        checked = selectors.check(election=town.election, code=read_code(f"{card.token}-01"), at=town.now, now=town.now)
    assert (checked.state, checked.by and checked.by.details) == ("replaced", {"issue": 2})
    assert {one.state for one in town.cards() if one.pk in {other.pk for other in others}} == {"released"}
    assert horebeke.cards() == theirs


def said(town: CardTown, card: Card, result: str, at: str) -> None:
    """What the printer reports of a card."""
    assert card.run_id is not None
    with tenant(town.pk):
        run = PrintRun.objects.select_related("election__municipality").get(municipality=town.municipality, pk=card.run_id)
    town.report(run, f"{card.token}-{card.issue:02d},{result},{at}")


def test_a_card_of_a_run_that_came_out_wrong_does_not_keep_anybody_from_a_duplicate(halle: CardTown, horebeke: CardTown) -> None:
    run, theirs = halle.make(), horebeke.release(horebeke.make())
    with tenant(halle.pk):
        PrintRun.objects.filter(municipality=halle.municipality, pk=run.pk).update(state="refused", readback_ok=False)
    person = halle.ledger.persons()[0]

    issued = open_desk(halle).issue(person)

    assert issued.card.issue == 2
    assert [(card.issue, card.state) for card in halle.cards(person=person)] == [(1, "made"), (2, "printed")]
    assert len(horebeke.cards(theirs, state="released")) == 40
