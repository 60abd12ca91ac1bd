"""The page of bpost: everybody who works here reads it, a head changes it, nobody of another municipality sees it."""

import pytest
from django.test import Client

from core.models import AuditEvent
from core.tenancy import tenant
from delivery import services
from delivery.models import BpostSettings, MailIdRange
from delivery.rules import BpostValues
from delivery.words import SETTINGS_PROBLEMS
from municipalities import services as municipalities
from municipalities.models import Municipality
from tests.personas import NOW, World, sign_in

PAGE, SAVE = "/23027/bpost/", "/23027/bpost/save/"
DATA = {
    "prs_id": "40312",
    "account_id": "77120",
    "customer_id": "",
    "barcode_customer_id": "00721",
    "piece_digits": "9",
    "first_number": "5000",
    "last_number": "",
}


def _kept(municipality: Municipality) -> tuple[list[str], list[tuple[str, int, int]], int]:
    with tenant(municipality.pk):
        return (
            list(BpostSettings.objects.values_list("prs_id", flat=True)),
            list(MailIdRange.objects.values_list("barcode_customer_id", "first_number", "last_number")),
            AuditEvent.objects.filter(kind="bpost.settings_changed").count(),
        )


def test_a_head_fills_in_what_is_agreed(client: Client, world: World) -> None:
    sign_in(client, world.henk)

    answer = client.post(SAVE, DATA, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert _kept(world.halle) == (["40312"], [("00721", 5000, 999_999_999)], 1)
    assert _kept(world.horebeke) == ([], [], 0)
    assert 'value="40312"' in answer.content.decode()
    assert answer.context["form"].initial["last_number"] is None  # the highest there is
    assert answer.context["form"].initial["first_number"] == 5000


def test_a_range_of_its_own_is_shown_with_its_end(client: Client, world: World) -> None:
    sign_in(client, world.henk)

    answer = client.post(SAVE, DATA | {"last_number": "5999"}, follow=True)

    assert 'value="5999"' in answer.content.decode()
    assert _kept(world.halle)[1] == [("00721", 5000, 5999)]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"prs_id": "12a"}, "prs_id"),
        ({"account_id": ""}, "account_id"),
        ({"customer_id": "40313"}, "customer_id"),
        ({"barcode_customer_id": "72"}, "barcode_customer_id"),
        ({"piece_digits": "8"}, "piece_digits"),
        ({"first_number": "-1"}, "first_number"),
        ({"last_number": "4999"}, "last_number"),
        ({"last_number": "1000000000"}, "last_number"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(
    client: Client, world: World, other: dict[str, str], field: str
) -> None:
    sign_in(client, world.henk)

    answer = client.post(SAVE, DATA | other)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert _kept(world.halle) == ([], [], 0)


def test_every_problem_has_words(client: Client, world: World) -> None:
    sign_in(client, world.henk)

    answer = client.post(SAVE, DATA | {"prs_id": "01", "barcode_customer_id": "1", "last_number": "1"})

    assert list(answer.context["form"].errors) == ["prs_id", "barcode_customer_id", "last_number"]
    assert {str(SETTINGS_PROBLEMS[code]) for code in ("number", "five_figures", "fits")} == {
        text for texts in answer.context["form"].errors.values() for text in texts
    }


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_others_of_the_municipality_read_and_do_not_change(client: Client, world: World, person: str) -> None:
    values = BpostValues("40312", "77120", "", "00721", 9)
    services.save_bpost_settings(municipality=world.halle, values=values, by=world.actor(world.henk), at=NOW)
    services.take_mail_ids(municipality_id=world.halle.pk, count=12, purpose="oproepingen", by=world.actor(world.alice), at=NOW)
    sign_in(client, getattr(world, person))

    page = client.get(PAGE).content.decode()

    assert "40312" in page
    assert "77120" in page
    assert "oproepingen" in page
    assert "<form" not in page.split('<main id="main"')[1].split("</main>")[0]
    assert client.post(SAVE, DATA | {"prs_id": "5"}).status_code == 403
    assert _kept(world.halle) == (["40312"], [("00721", 0, 999_999_999)], 1)


@pytest.mark.parametrize("person", ["charlie", "hilde", "dora"])
def test_nobody_of_another_municipality_sees_or_changes_it(client: Client, world: World, person: str) -> None:
    sign_in(client, getattr(world, person))

    assert client.get(PAGE).status_code == 404
    assert client.post(SAVE, DATA).status_code == 404
    assert _kept(world.halle) == ([], [], 0)


def test_platform_staff_look_on_in_a_support_session(client: Client, world: World) -> None:
    sign_in(client, world.dora)
    reason = "vraag over bpost"
    from django.utils import timezone

    municipalities.open_support_session(
        municipality=world.halle, user=world.dora, reason=reason, by=world.actor(world.henk), at=timezone.now()
    )

    assert client.get(PAGE).status_code == 200
    assert client.post(SAVE, DATA).status_code == 403
    assert _kept(world.halle) == ([], [], 0)


def test_without_numbers_of_its_own_bpost_numbers_the_letters(client: Client, world: World) -> None:
    sign_in(client, world.henk)
    client.post(SAVE, DATA)

    client.post(SAVE, DATA | {"barcode_customer_id": ""})
    sign_in(client, world.bob)
    page = client.get(PAGE).content.decode()

    with tenant(world.halle.pk):
        assert not MailIdRange.objects.filter(closed_at=None).exists()
    assert "00721" not in page
