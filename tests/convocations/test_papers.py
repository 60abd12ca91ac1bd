"""A run divided by paper: one file a colour, never mixed, the same bytes however often a part is drawn."""

import csv
import hashlib
import io
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from convocations.cards.card import TemplateKey, VoterType
from convocations.cards.papers import Paper, paper_of, suggestions
from convocations.models import CardSettings, PrintRun, RunFile
from convocations.rules.stacks import Stack, divide, named, stack_at, together
from convocations.services import preparing, runs
from convocations.services.card_settings import keep_settings
from convocations.sql.preparing import Bundle
from core.models import AuditEvent, Job
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.test_parts import redrawn

BLUE = {VoterType.LOCAL_FOREIGNER: Paper.BLUE}


def choose(town: CardTown, papers: dict[VoterType, Paper], text_set: Any = None) -> CardSettings:
    """Say on which paper cards are printed."""
    with tenant(town.pk):
        return keep_settings(election=town.election, papers=papers, text_set=text_set, by=town.clerk, at=town.now)


def card_files(town: CardTown, run: PrintRun) -> dict[str, bytes]:
    """Name → bytes of the files of the cards."""
    with tenant(town.pk):
        rows = list(RunFile.objects.filter(municipality=town.municipality, run=run, kind="cards").order_by("name"))
    found = {}
    for row in rows:
        with default_storage.open(row.file) as stream:
            found[row.name] = stream.read()
        assert hashlib.sha256(found[row.name]).hexdigest() == row.sha256
    return found


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def manifest(town: CardTown, run: PrintRun, kind: str = "manifest") -> list[dict[str, str]]:
    """Its rows."""
    return list(csv.DictReader(io.StringIO(town.file(run, kind).decode())))


def test_by_default_everything_is_one_white_file(halle: CardTown, horebeke: CardTown) -> None:
    choose(horebeke, BLUE)
    made = halle.release(halle.make())

    assert list(card_files(halle, made)) == [f"oproepingsbrieven-23027-2024-10-13-{made.number}.pdf"]
    assert {row["paper"] for row in manifest(halle, made)} == {"white"}
    assert made.figures["stacks"] == [{"paper": "white", "first": 1, "cards": 40}]


@pytest.mark.parametrize("most", [10_000, 10])
def test_each_paper_is_a_file_and_the_manifest_names_file_page_and_paper(
    halle: CardTown, horebeke: CardTown, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(preparing, "FILE_PAGES", most)
    choose(halle, BLUE)

    made = halle.release(halle.make())

    files = {name: pages_of(pdf) for name, pdf in card_files(halle, made).items()}
    tail = f"23027-2024-10-13-{made.number}.pdf"
    if most > 40:
        assert sorted(files) == [f"oproepingsbrieven-blauw-{tail}", f"oproepingsbrieven-wit-{tail}"]
    else:
        assert len(files) > 3
    cards = {card.token: card for card in halle.cards(made)}
    rows = manifest(halle, made)
    assert len(rows) == len(cards) == sum(map(len, files.values())) == 40
    for row in rows:
        card = cards[row["token"]]
        blue = TemplateKey.of(card.template).voter_type == VoterType.LOCAL_FOREIGNER
        assert row["paper"] == ("blue" if blue else "white")
        assert ("blauw" in row["file"]) == blue
        assert f"{card.token}-01" in files[row["file"]][int(row["page"]) - 1]
    assert 0 < sum(row["paper"] == "blue" for row in rows) < 40
    assert made.readback["ok"]
    assert made.readback["pages"] == 40
    with tenant(halle.pk):
        asked = AuditEvent.objects.filter(municipality_id=halle.pk, kind="approval.requested").order_by("-seq")[0]
    told = (asked.after or {})["papers"]
    assert set(told) == {"white", "blue"}
    assert sum(told.values()) == 40


def test_a_run_with_two_papers_that_is_drawn_again_has_the_same_bytes(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FILE_PAGES", 10)
    choose(halle, BLUE)
    made = halle.make()
    before = card_files(halle, made)
    assert redrawn(halle, made) == {name: hashlib.sha256(data).hexdigest() for name, data in before.items()}
    assert {"wit" in name for name in before} == {True, False}


def test_all_on_one_other_paper_is_one_file_that_says_so(halle: CardTown) -> None:
    choose(halle, dict.fromkeys(VoterType, Paper.YELLOW))

    made = halle.release(halle.make())

    assert list(card_files(halle, made)) == [f"oproepingsbrieven-geel-23027-2024-10-13-{made.number}.pdf"]
    assert {row["paper"] for row in manifest(halle, made)} == {"yellow"}


def test_a_run_keeps_the_papers_with_which_it_was_made_and_one_made_anew_takes_those_of_now(halle: CardTown) -> None:
    made = halle.make()
    choose(halle, BLUE)

    assert halle.fresh(made).settings["papers"] == {}
    with halle.ledger.at_work():
        anew = runs.begin_anew(run=made, by=halle.clerk, at=halle.now)
    assert halle.fresh(anew).settings["papers"] == {"local_foreigner": "blue"}
    with tenant(halle.pk):
        assert Job.objects.filter(state="failed").count() == 0


def test_the_choice_is_of_one_election_and_municipality_and_is_recorded(halle: CardTown, horebeke: CardTown) -> None:
    choose(halle, {**BLUE, VoterType.LOCAL: Paper.WHITE})

    assert halle.count(CardSettings) == 1
    assert horebeke.count(CardSettings) == 0
    with tenant(halle.pk):
        row = CardSettings.objects.get()
        event = AuditEvent.objects.filter(municipality_id=halle.pk, kind="card_settings.changed").get()
    assert row.papers == {"local_foreigner": "blue"}
    assert event.after == {"papers": {"local_foreigner": "blue"}, "text_set": ""}


def test_bundles_are_divided_where_the_paper_changes() -> None:
    local, other = "invitation-local-paper-nl", "invitation-local_foreigner-paper-nl"
    bundles = [
        Bundle(n, 1, first, cards, "1500", template)
        for n, (first, cards, template) in enumerate([(1, 3, local), (4, 2, local), (6, 5, other)])
    ]

    stacks = divide(bundles, {"local_foreigner": "blue"}, most=100)

    assert stacks == [Stack(Paper.WHITE, 1, 5), Stack(Paper.BLUE, 6, 5)]
    assert [stack_at(stacks, position).paper for position in (1, 5, 6, 10)] == ["white", "white", "blue", "blue"]
    assert [name for _stack, name in named(stacks)] == ["oproepingsbrieven-wit", "oproepingsbrieven-blauw"]
    assert [name for _stack, name in named(divide(bundles, {}, most=100))] == ["oproepingsbrieven"]
    assert [Stack.of(stack.as_json()) for stack in stacks] == stacks
    assert Stack.of({**stacks[0].as_json(), "first_bundle": 0, "bundles": 2}) == stacks[0], "as runs of before have it"


def test_a_file_has_so_many_pages_at_most_and_says_which_it_is() -> None:
    bundles = [
        Bundle(n, 1, first, cards, "1500", "invitation-local-paper-nl")
        for n, (first, cards) in enumerate([(1, 3), (4, 2), (6, 9), (15, 1)])
    ]

    stacks = divide(bundles, {}, most=5)

    assert stacks == [Stack(Paper.WHITE, 1, 5), Stack(Paper.WHITE, 6, 9), Stack(Paper.WHITE, 15, 1)]
    assert together(stacks) == 15
    assert together(stacks[1:]) == together([stacks[0], stacks[2]]) == 0
    assert [name for _stack, name in named(stacks)] == [f"oproepingsbrieven-{number}van3" for number in (1, 2, 3)]
    assert [name for _stack, name in named([*stacks, Stack(Paper.BLUE, 16, 1)])][2:] == [
        "oproepingsbrieven-wit-3van4",
        "oproepingsbrieven-blauw-4van4",
    ]


def test_suggestions_name_every_type_and_never_decide() -> None:
    assert {one.voters for one in suggestions()} >= {one.value for one in VoterType}
    assert all(one.source and one.certainty in {"H", "M", "L"} for one in suggestions())
    assert paper_of("convocation-european-paper-nl", {}) == Paper.WHITE
