"""Values of the register as the tables of changes show them."""

from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override

from demo.drift import truncate
from tests.personas import World, sign_in
from voters.models import RegisterStaging
from voters.words.imports import address_text, shown


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("suspension", "excluded", "uitgesloten van het kiesrecht"),
        ("suspension", "", "–"),
        ("deceased_on", date(2024, 8, 20), "20/08/2024"),
        ("last_name", "excluded", "excluded"),
    ],
)
def test_codes_of_the_register_are_shown_in_words(column: str, value: object, text: str) -> None:
    with override("nl"):
        assert shown(column, value) == text


@pytest.mark.parametrize(("box", "text"), [("0102", "Beertsestraat 115 bus 0102, 1500"), ("", "Beertsestraat 115, 1500")])
def test_a_box_is_no_part_of_a_house_number(box: str, text: str) -> None:
    row = RegisterStaging(postcode="1500", street_name="Beertsestraat", house_number="115", box_number=box)
    with override("nl"):
        assert address_text(row) == text


def test_whoever_approves_reads_why_the_file_was_held_before_the_button(halle, horebeke, halle_file, tmp_path, world: World) -> None:
    halle.bring_in(halle_file)
    sent = halle.send(truncate(halle_file, out=tmp_path / "cut"))
    halle.ask(sent, accepted=["removals", "streets"])
    address = f"/23027/register/{sent.pk}/"

    page = sign_in(Client(), world.henk).get(address).content.decode()

    assert page.count("Aanvaard door de aanvrager:") == 2
    assert page.index("staan niet meer in het bestand. Meer dan") < page.index('value="approve"')
    assert sign_in(Client(), world.hilde).get(address).status_code == 404


def test_a_refusal_is_told_once_with_its_reason(halle, halle_file, tmp_path, world: World) -> None:
    halle.bring_in(halle_file)
    sent = halle.send(truncate(halle_file, out=tmp_path / "cut"))
    halle.ask(sent, accepted=["removals", "streets"])
    client = sign_in(Client(), world.henk, confirmed=True)

    answer = client.post(f"/23027/register/{sent.pk}/approve/", {"decision": "refuse", "reason": "Het is afgebroken."}, follow=True)

    page = answer.content.decode()
    assert halle.fresh(sent).state == "refused"
    assert page.count("Deze inlezing werd geweigerd.") == 1
    assert page.count("Het is afgebroken.") == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"national_number;last_name\n85073003328;Peeters\n", "puntkomma\u2019s of tabs in plaats van komma\u2019s"),
        (b"%PDF-1.7\nx\n", "geen enkele kolom van het formaat"),
    ],
)
def test_a_file_of_another_kind_has_one_problem_on_the_page(halle, horebeke, world: World, data: bytes, said: str) -> None:
    sent = halle.send(data, as_of=date(2024, 8, 1))

    page = sign_in(Client(), world.alice).get(f"/23027/register/{sent.pk}/").content.decode()

    assert sent.counts["problems"] == 1
    assert said in page
    assert sign_in(Client(), world.charlie).get(f"/23027/register/{sent.pk}/").status_code == 404
