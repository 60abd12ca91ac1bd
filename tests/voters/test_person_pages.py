"""The pages of persons: found, read, and a national number that stands nowhere until somebody asks for it."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import sign_in
from tests.voters.people import make_town
from tests.voters.test_person_search import house, inhabitant
from voters.models import PersonVersion

pytestmark = pytest.mark.django_db
NUMBER = "86050412345"


@pytest.fixture
def town(world):
    return make_town(world, world.halle)


@pytest.fixture
def zoe(town):
    at = house(town, "Basiliekstraat", 12, 1)
    return inhabitant(town, "Van den Broeck", "Zoë", at=at, house_number="12", national_number=NUMBER, household_id="h1")


@pytest.fixture
def alice(client, world):
    sign_in(client, world.alice)
    return client


def events(town, kind):
    with tenant(town.municipality.pk):
        return list(AuditEvent.objects.filter(kind=kind).order_by("seq").values_list("target", "after"))


SEARCH = reverse("person_search", kwargs={"nis": "23027"})
HTMX = {"HX-Request": "true"}


def test_a_search_for_a_name_gets_an_address_that_can_be_kept(alice, zoe, town):
    sent = alice.post(SEARCH, {"q": "broeck zoe"})
    assert (sent.status_code, sent.headers["Location"]) == (302, f"{SEARCH}?q=broeck+zoe")

    page = alice.get(sent.headers["Location"])
    assert "Van den Broeck, Zoë" in page.content.decode()
    assert NUMBER not in page.content.decode()
    assert events(town, "person.searched") == [("", {"words": "broeck zoe", "number_figures": 0, "birth_date": False, "found": 1})]


def test_a_search_for_a_number_stands_in_no_address_and_in_no_trail(alice, zoe, town):
    page = alice.post(SEARCH, {"q": "86.05.04-123.45"})
    typed = alice.post(SEARCH, {"q": NUMBER}, headers=HTMX)

    assert page.status_code == typed.status_code == 200
    assert "Van den Broeck, Zoë" in page.content.decode()
    assert typed.headers["HX-Replace-Url"] == SEARCH
    assert alice.get(SEARCH, {"q": NUMBER}).headers["Location"] == SEARCH
    assert [after["number_figures"] for _target, after in events(town, "person.searched")] == [11, 11]
    assert NUMBER not in str(events(town, "person.searched"))


def test_the_field_at_the_top_finds_persons_and_streets(alice, zoe):
    url = reverse("search", kwargs={"nis": "23027"})

    found = alice.post(url, {"q": "basiliek"}, headers=HTMX).content.decode()

    assert reverse("person_detail", kwargs={"nis": "23027", "pk": zoe.pk}) in found
    assert "/23027/addresses/" in found
    assert alice.post(url, {"q": "zoe"}).headers["Location"] == f"{SEARCH}?q=zoe"
    assert "er zijn er meer" not in found
    said_back = alice.post(url, {"q": "99999999999"}, headers=HTMX).content.decode()
    assert "99999999999" not in said_back


def test_the_field_at_the_top_says_that_there_are_more_than_it_shows(alice, town):
    for number in range(12):
        inhabitant(town, "Peeters", f"Jan {'abcdefghijkl'[number]}")

    found = alice.post(reverse("search", kwargs={"nis": "23027"}), {"q": "peeters"}, headers=HTMX).content.decode()

    assert found.count("Peeters, Jan") == 8
    assert found.count("er zijn er meer") == 2  # shown, and read aloud
    assert ">8<" not in found


def test_a_dossier_says_everything_but_the_number(alice, zoe, town):
    other = inhabitant(town, "Maes", "Piet", at=zoe.address, household_id="h1", national_number="70010112345")
    with tenant(town.municipality.pk):
        PersonVersion.objects.create(
            municipality=town.municipality, person=zoe, version=2, register_import=town.register, kind="changed", at=town.register.created_at,
            before={"last_name": "Broeck", "name_key": "broeck"}, after={"last_name": "Van den Broeck", "name_key": "van den broeck"},
        )  # fmt: skip

    page = alice.get(reverse("person_detail", kwargs={"nis": "23027", "pk": zoe.pk})).content.decode()

    assert NUMBER not in page
    assert "86.05.04-***.**" in page
    assert "Maes, Piet" in page
    assert reverse("person_detail", kwargs={"nis": "23027", "pk": other.pk}) in page
    assert "Naam: van Broeck naar Van den Broeck" in page
    assert "Mag stemmen voor de gemeenteraad" in page


def test_showing_the_number_is_recorded(alice, zoe, town):
    url = reverse("person_number", kwargs={"nis": "23027", "pk": zoe.pk})

    piece = alice.post(url, headers=HTMX)
    page = alice.post(url)

    assert "86.05.04-123.45" in piece.content.decode()
    assert "86.05.04-123.45" in page.content.decode()
    assert piece.headers["Cache-Control"] == page.headers["Cache-Control"] == "no-store"
    assert events(town, "person.number_revealed") == [(f"person:{zoe.pk}", None)] * 2
    assert alice.get(url).status_code == 405


def test_who_may_not_see_a_number_does_not(client, world, zoe, town):
    sign_in(client, world.bob)

    answer = client.post(reverse("person_number", kwargs={"nis": "23027", "pk": zoe.pk}))
    page = client.get(reverse("person_detail", kwargs={"nis": "23027", "pk": zoe.pk})).content.decode()

    assert answer.status_code == 403
    assert "reveal-number" not in page
    assert events(town, "person.number_revealed") == []


def test_somebody_of_another_municipality_is_not_there(client, world, zoe, town):
    sign_in(client, world.charlie)

    for name in ("person_detail", "person_number"):
        for nis in ("23027", "45062"):
            assert client.post(reverse(name, kwargs={"nis": nis, "pk": zoe.pk})).status_code in {404, 405}
            assert client.get(reverse(name, kwargs={"nis": nis, "pk": zoe.pk})).status_code in {404, 405}
    assert "Broeck" not in client.get("/45062/persons/?q=broeck").content.decode().replace("q=broeck", "")
    assert events(town, "person.number_revealed") == []


def test_a_removed_person_is_shown_as_such(alice, zoe, town):
    with tenant(town.municipality.pk):
        zoe.removed_import = town.register
        zoe.save()

    page = alice.get(reverse("person_detail", kwargs={"nis": "23027", "pk": zoe.pk})).content.decode()
    found = alice.get(SEARCH, {"q": "broeck"}).content.decode()

    assert "Niet meer in het register" in page
    assert "niet meer in het register" in found
