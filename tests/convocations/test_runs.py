"""From the frozen list to released cards: who gets one, that all are accounted for, and what keeps a run back."""

from convocations.models import PrintRun
from tests.convocations.cards import CardTown


def test_everybody_on_the_list_gets_one_card_and_the_neighbour_none(halle: CardTown, horebeke: CardTown, monkeypatch) -> None:
    monkeypatch.setattr("convocations.services.finishing.SAMPLE", 200)
    made = halle.make()

    assert made.state == PrintRun.State.READY, (made.problems, made.readback)
    cards = halle.cards(made)
    listed = halle.ledger.list_at(halle.now)
    assert {card.person_id for card in cards} == set(listed)
    assert len({card.token for card in cards}) == len(cards) == made.cards_made == made.lines == 40
    assert [card.position for card in cards] == list(range(1, 41))
    assert made.readback["ok"]
    assert made.readback["decoded"] == made.readback["sampled"] == 40
    assert horebeke.cards() == []


def test_a_released_run_has_its_files(halle: CardTown, horebeke: CardTown) -> None:
    made = halle.release(halle.make())

    assert made.state == PrintRun.State.RELEASED
    manifest = halle.file(made, "manifest").decode().splitlines()
    assert manifest[0] == "file,page,token,issue,list_number,station_number,slot,mail_id,paper"
    first = halle.cards(made)[0]
    assert manifest[1].split(",")[1:4] == ["1", first.token, "1"]
    assert len(manifest) == 41
    assert halle.events(first) == ["released"]
