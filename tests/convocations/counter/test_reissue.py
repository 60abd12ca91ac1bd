"""New cards for a street, a station or a list: those and no others, by two people, and the former ones count until the release."""

import pytest
from django.db import IntegrityError
from django.test import Client
from time_machine import travel

from convocations.models import Card, PrintRun, Reissue
from convocations.rules.counter import BadRow, Cause, Refusal
from convocations.services import reissues, releasing, runs
from convocations.services.reissues import ReissueRefusedError, Rows, Whom, rows_of
from core.approvals import SamePersonError
from core.tenancy import tenant
from districts.models import Street
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk
from tests.personas import sign_in
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import a_decision, events_csv


def ask(town: CardTown, whom: Whom, cause: Cause = Cause.NOT_RECEIVED):
    """Ask, and have the cards made."""
    with town.ledger.at_work():
        run = reissues.request_reissue(election=town.election, whom=whom, cause=cause, note="", by=town.clerk, at=town.now)
    return town.fresh(run)


def of_street(town: CardTown, name: str) -> Whom:
    with tenant(town.pk):
        return Whom(street=Street.objects.get(municipality=town.municipality, name=name))


def test_a_street_gets_new_cards_once_a_second_person_agreed(desk: Desk, horebeke: CardTown) -> None:
    town, theirs = desk.town, horebeke.cards()
    there = {card.person_id for card in town.cards() if card.street_name == "Zinkstraat"}

    run = ask(town, of_street(town, "Zinkstraat"))

    made = town.cards(run)
    assert run.state == "ready", (run.problems, run.readback)
    assert {card.person_id for card in made} == there
    assert {card.issue for card in made} == {2}
    assert run.cards_none == 40 - len(there)
    assert run.none_by_reason == {"has_card": 40 - len(there)}
    assert {card.state for card in town.cards(issue=1)} == {"released"}

    with tenant(town.pk):
        releasing.request_release(run=run, by=town.head, at=town.now)
    with pytest.raises(SamePersonError), tenant(town.pk):
        releasing.approve_release(run=run, by=town.head, at=town.now)
    assert {card.state for card in town.cards(issue=1)} == {"released"}
    with tenant(town.pk):
        releasing.withdraw_request(run=run, by=town.head, at=town.now)
    town.release(run)

    assert {card.person_id for card in town.cards(state="replaced")} == there
    assert {card.state for card in town.cards(run)} == {"released"}
    assert horebeke.cards() == theirs


def test_who_asked_for_the_new_cards_does_not_release_them_whoever_asked_for_the_release(desk: Desk) -> None:
    town = desk.town
    with town.ledger.at_work():
        whom = of_street(town, "Zinkstraat")
        first = reissues.request_reissue(election=town.election, whom=whom, cause=Cause.LOST, note="", by=town.head, at=town.now)
    with town.ledger.at_work():  # whoever has them made anew does not take the place of who asked
        run = runs.begin_anew(run=first, by=town.clerk, at=town.now)
    with tenant(town.pk):
        releasing.request_release(run=run, by=town.clerk, at=town.now)
    before = desk.state()

    with pytest.raises(SamePersonError), tenant(town.pk):
        releasing.approve_release(run=run, by=town.head, at=town.now)
    with pytest.raises(IntegrityError, match="print_run_reissue_other_person"), tenant(town.pk):
        PrintRun.objects.filter(municipality=town.municipality, pk=run.pk).update(approved_by_id=town.head.user_id)
    with travel(town.now, tick=False):
        client = sign_in(Client(), town.ledger.town.world.henk, confirmed=True)
        page = client.get(f"{town.ledger.town.url}card-runs/{run.number}/").content.decode()
        assert 'value="approve"' not in page
        assert client.post(f"{town.ledger.town.url}card-runs/{run.number}/decide/", {"decision": "approve"}).status_code == 409

    assert town.fresh(run).state == "requested"
    assert {card.state for card in town.cards(issue=1)} == {"released"}
    assert desk.state()[:3] == before[:3]


def test_new_cards_say_that_they_are_duplicates_unless_the_former_were_wrong(desk: Desk) -> None:
    town = desk.town
    marked = ask(town, of_street(town, "Zinkstraat"))
    assert b"DUPLICAAT" in _text(town.file(marked, "cards"))
    town.release(marked)

    plain = ask(town, of_street(town, "Basiliekstraat"), Cause.WRONG)

    assert b"DUPLICAAT" not in _text(town.file(plain, "cards"))


def _text(pdf: bytes) -> bytes:
    import pypdfium2  # only here

    document = pypdfium2.PdfDocument(pdf)
    return b"".join(document[number].get_textpage().get_text_range().encode() for number in range(len(document)))


def test_a_list_of_numbers_and_codes_names_its_voters(desk: Desk) -> None:
    town = desk.town
    first, second, third = town.cards()[:3]
    rows = rows_of(f"nummer;naam\n{first.list_number};x\n{second.token}-01;y\n\n{third.token.lower()}\n{third.token}-01\n".encode())

    run = ask(town, Whom(rows=rows, file_name="klachten.csv"))

    assert {card.person_id for card in town.cards(run)} == {first.person_id, second.person_id, third.person_id}


def test_rows_of_the_list_of_cards_of_a_run_name_its_voters(desk: Desk) -> None:
    town = desk.town
    with tenant(town.pk):
        released = PrintRun.objects.get()
    heading, *lines = town.file(released, "manifest").decode().splitlines()
    spoiled = town.cards(released)[3:6]
    chosen = [line for line in lines if any(card.token in line for card in spoiled)]

    run = ask(town, Whom(rows=rows_of("\n".join([heading, *chosen]).encode()), file_name="manifest.csv"))

    assert {card.person_id for card in town.cards(run)} == {card.person_id for card in spoiled}


def test_one_row_that_names_nobody_refuses_the_whole_list(desk: Desk, horebeke: CardTown) -> None:
    town = desk.town
    theirs, own = horebeke.cards()[0], town.cards()[0]
    struck = town.ledger.persons()[5]
    town.ledger.record(struck, a_decision("strike"))
    (gone,) = desk.cards(struck)
    before = desk.state()
    values = [str(own.list_number), "99999", f"{theirs.token}-01", f"{own.token}-07", "Zinkstraat", gone.token]
    rows = Rows("1", list(enumerate(values, 1)))

    with pytest.raises(ReissueRefusedError) as refused, tenant(town.pk):
        reissues.request_reissue(
            election=town.election, whom=Whom(rows=rows, file_name="x.csv"), cause=Cause.LOST, note="", by=town.clerk, at=town.now
        )

    assert refused.value.refusal == Refusal.UNKNOWN_ROWS
    assert refused.value.rows == [
        BadRow(2, "99999", "unknown_number"),
        BadRow(3, f"{theirs.token}-01", "unknown_code"),
        BadRow(4, f"{own.token}-07", "other_issue"),
        BadRow(5, "Zinkstraat", "unreadable"),
        BadRow(6, gone.token, "struck_by_decision"),
    ]
    assert desk.state() == before
    with tenant(town.pk):
        assert not Reissue.objects.exists()


def test_a_duplicate_made_while_a_run_waits_takes_the_place_of_its_card(desk: Desk) -> None:
    town = desk.town
    run = ask(town, of_street(town, "Zinkstraat"))
    person = next(one for one in town.ledger.persons() if one.pk == town.cards(run)[0].person_id)
    with tenant(town.pk):
        releasing.request_release(run=run, by=town.clerk, at=town.now)

    issued = desk.issue(person)

    assert town.fresh(run).state == "ready"  # the second person is to see the new figures
    assert [(card.issue, card.state) for card in desk.cards(person)] == [(1, "replaced"), (2, "withdrawn"), (3, "printed")]
    town.release(run)
    assert [(card.issue, card.state) for card in desk.cards(person)] == [(1, "replaced"), (2, "withdrawn"), (3, "printed")]
    assert issued.card.issue == 3


def test_a_run_that_is_begun_anew_is_still_for_the_sameof_street(desk: Desk) -> None:
    town = desk.town
    run = ask(town, of_street(town, "Zinkstraat"))
    with town.ledger.at_work():
        again = runs.begin_anew(run=run, by=town.clerk, at=town.now)

    assert {card.street_name for card in town.cards(town.fresh(again))} == {"Zinkstraat"}
    with tenant(town.pk):
        assert not Card.objects.filter(run=run).exists()


def test_who_left_for_a_street_of_the_same_name_elsewhere_gets_no_new_card_with_the_street(desk: Desk) -> None:
    town = desk.town
    there = [card.person_id for card in town.cards() if card.street_name == "Zinkstraat"]
    gone = next(person for person in town.ledger.persons() if person.pk not in there)
    moved = {"departed_to": "44021", "postcode": "9000", "street_name": "Zinkstraat", "house_number": "1"}
    town.ledger.bring_in(events_csv(one(gone, 1, "departure", **moved)))

    run = ask(town, of_street(town, "Zinkstraat"))

    assert sorted(card.person_id for card in town.cards(run)) == sorted(there)
