"""Back sides: worded with the text, checked as it is, printed once in a file of their own, and on the blank for the printer."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command
from django.db import InternalError, ProgrammingError, transaction
from django.test import Client
from time_machine import travel

from convocations.cards.card import TemplateKey
from convocations.cards.fixed import distinct, pages, without_slots
from convocations.cards.picture import checked_card
from convocations.cards.template import Occasion, TemplateRefusedError, compile_back, standard
from convocations.models import CardTemplate, RunFile
from convocations.selectors import templates as selectors
from convocations.services import templates as services
from convocations.services.blanks import issue_blanks
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.personas import sign_in

LOCAL = TemplateKey.of("invitation-local-paper-nl")
DAY = date(2024, 10, 13)
BACK = "<h1>Wat u moet weten</h1>\n<h2>Artikel 54</h2>\n<p>${municipality} nodigt u uit.</p>"


def occasion(town: CardTown) -> Occasion:
    """Of its election."""
    return selectors.occasion(town.election, "nl")


def approved(town: CardTown, key: TemplateKey, back: str) -> None:
    """A text with a back side that a second person approved."""
    with tenant(town.pk):
        html, css = selectors.built_in(town.election, key)
        own: dict[str, Any] = {"election": town.election, "key": key, "at": town.now}
        services.save_draft(**own, html=html, css=css, back=back, note="", based_on=0, by=town.clerk)
        services.request_approval(**own, by=town.clerk)
        services.approve(municipality=town.municipality, key=key, by=town.head, at=town.now)


def text_of(pdf: bytes) -> list[str]:
    """Of each page."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


@pytest.mark.parametrize(
    ("back", "code"),
    [
        ("<p>${nobody}</p>", "field_unknown"),
        ("<p>op ${date}</p>", "date_twice"),
        ("<p>$</p>", "dollar"),
        ("<script>x</script>", "element"),
        ('<div data-slot="voter" style="width:60mm;height:9mm"></div>', "back_slot"),
        ("<p>" + "Een zin om de bladzijde te vullen. " * 600 + "</p>", "pages"),
    ],
)
def test_a_back_side_that_cannot_be_printed_is_refused_as_such(back: str, code: str) -> None:
    html, css = standard(LOCAL, DAY)

    with pytest.raises(TemplateRefusedError) as caught:
        checked_card(html, css, back, key=LOCAL, occasion=Occasion("Halle", DAY, ()))

    assert [(problem.code, problem.back) for problem in caught.value.problems] == [(code, True)]


def test_front_and_back_are_told_together() -> None:
    place = Occasion("Halle", DAY, ())
    html, css = standard(LOCAL, place.day)

    with pytest.raises(TemplateRefusedError) as caught:
        checked_card(html.replace('data-slot="voter"', ""), css, "<p>${nobody}</p>", key=LOCAL, occasion=place)

    assert {(problem.code, problem.back) for problem in caught.value.problems} == {("slot_missing", False), ("field_unknown", True)}


def test_the_same_back_side_is_one_page_and_another_one_a_second() -> None:
    place = Occasion("Halle", DAY, ())
    one, other = (compile_back(text, key=LOCAL, occasion=place) for text in (BACK, "<p>Iets anders</p>"))

    found, places = distinct({"b": one, "a": one, "c": other})

    assert list(found) == ["a", "c"]
    assert places == {"a": 1, "b": 1, "c": 2}
    made = pages(found, title="Achterzijde", author="Halle", language="nl")
    assert made == pages(found, title="Achterzijde", author="Halle", language="nl")
    assert ["Artikel 54" in text for text in text_of(made)] == [True, False]
    assert without_slots(one).slots == ()


def test_a_run_has_the_back_side_once_and_the_manifest_says_whose_it_is(halle: CardTown, horebeke: CardTown) -> None:
    approved(halle, LOCAL, BACK)
    made, theirs = halle.release(halle.make()), horebeke.release(horebeke.make())

    with tenant(halle.pk):
        file = RunFile.objects.get(municipality=halle.municipality, run=made, kind="back")
    assert (file.name, file.pages) == (f"achterzijde-23027-2024-10-13-{made.number}.pdf", 1)
    (text,) = text_of(halle.file(made, "back"))
    assert "Halle nodigt u uit" in text
    assert f"{file.sha256}  {file.name}" in halle.file(made, "sums").decode()
    rows = list(csv.DictReader(io.StringIO(halle.file(made, "manifest").decode())))
    cards = {card.token: card.template for card in halle.cards(made)}
    assert {row["back"] for row in rows if cards[row["token"]] == LOCAL.name} == {"1"}
    assert {row["back"] for row in rows if cards[row["token"]] != LOCAL.name} == {""}
    assert made.figures["pages"] == 40
    with tenant(horebeke.pk):
        assert not RunFile.objects.filter(municipality=horebeke.municipality, kind="back").exists()
    assert {row["back"] for row in csv.DictReader(io.StringIO(horebeke.file(theirs, "manifest").decode()))} == {""}


def test_a_back_side_waits_and_stays_as_the_front_does(halle: CardTown) -> None:
    approved(halle, LOCAL, BACK)

    with tenant(halle.pk):
        row = CardTemplate.objects.get(municipality=halle.municipality, key=LOCAL.name)
        row.back = "<p>anders</p>"
        with pytest.raises((InternalError, ProgrammingError), match="does not change"), transaction.atomic():
            row.save(update_fields=["back"])
        assert CardTemplate.objects.get(pk=row.pk).back == BACK


def test_the_blank_has_the_back_side_as_its_second_page(halle: CardTown) -> None:
    approved(halle, LOCAL, BACK)

    with tenant(halle.pk):
        (blank,) = issue_blanks(election=halle.election, keys=[LOCAL], by=halle.clerk, at=halle.now)

    front, back = text_of(blank.content)
    assert blank.pages == 2
    assert "Uw stembureau" in front
    assert "Wat u moet weten" in back


def test_the_screen_shows_the_back_side_and_keeps_it(client: Client, halle: CardTown) -> None:
    url = f"/23027/2024-10-13/card-texts/{LOCAL.name}/"
    with travel(halle.now, tick=False):
        sign_in(client, halle.ledger.town.world.henk)
        with tenant(halle.pk):
            html, css = selectors.built_in(halle.election, LOCAL)
        typed = {"html": html, "css": css, "note": "", "based_on": 0}
        preview = client.post(f"{url}preview/", {**typed, "back": BACK}).text
        assert preview.count("data:image/png") == 2
        refused = client.post(f"{url}edit/", {**typed, "back": "<p>${nobody}</p>"})
        assert refused.status_code == 422
        assert halle.count(CardTemplate) == 0
        assert client.post(f"{url}edit/", {**typed, "back": BACK}).status_code == 302
        assert client.get(f"{url}back/1/").status_code == 200
        assert client.get(f"{url}back/0/").status_code == 404
        assert f"{url}back/1/" in client.get(url).text
        assert "Achterzijde" in client.get(f"{url}compare/?before=0&after=1").text


def test_back_sides_are_taken_out_and_brought_in(halle: CardTown, tmp_path: Path) -> None:
    approved(halle, LOCAL, BACK)
    call_command("convocation_template", "23027", "2024-10-13", target=tmp_path, json=True, stdout=io.StringIO())
    file = tmp_path / f"{LOCAL.name}.back.html"
    assert file.read_text() == BACK

    file.write_text(BACK.replace("54", "55"))
    call_command("convocation_template", "23027", "2024-10-13", source=tmp_path, requested_by="henk", json=True, stdout=io.StringIO())

    with tenant(halle.pk):
        opened = selectors.open_version(municipality=halle.municipality, key=LOCAL)
    assert opened is not None
    assert "Artikel 55" in opened.back
