"""Places that a municipality puts by hand: its own only, told in its trail, forgotten when it says so."""

import pytest
from django.test import Client

from core.models import AuditEvent
from core.tenancy import tenant
from municipalities import place_services, selectors
from municipalities.models import PlaceByHand
from tests.personas import NOW, World, sign_in


def put(world: World, municipality, name: str = "Gent", *, postcode: str = "9000", country: str = "") -> PlaceByHand:
    with tenant(municipality.pk):
        return place_services.put_place(
            municipality=municipality, country=country, postcode=postcode, name=name, by=world.actor(world.henk), at=NOW
        )


def names(municipality) -> list[tuple[str, str, str]]:
    with tenant(municipality.pk):
        return [(place.country, place.postcode, place.name) for place in selectors.places_by_hand(municipality_id=municipality.pk)]


def events(municipality) -> list[tuple]:
    with tenant(municipality.pk):
        found = AuditEvent.objects.filter(municipality_id=municipality.pk, kind__startswith="place.").order_by("seq")
        return list(found.values_list("kind", "before", "after"))


def test_each_municipality_has_its_own_names(world: World) -> None:
    put(world, world.halle)
    put(world, world.horebeke, "Ledeberg")

    assert (names(world.halle), names(world.horebeke)) == ([("", "9000", "Gent")], [("", "9000", "Ledeberg")])
    with tenant(world.horebeke.pk):
        found = selectors.places_known(municipality_id=world.halle.pk, postcodes=["9000"])
    assert found == {}


def test_the_last_name_counts_and_the_trail_says_what_it_was(world: World) -> None:
    gent = {"country": "", "postcode": "9000", "name": "Gent"}
    put(world, world.halle)
    put(world, world.halle)
    put(world, world.halle, "Gent-Zuid")

    assert names(world.halle) == [("", "9000", "Gent-Zuid")]
    assert events(world.halle) == [("place.put", None, gent), ("place.put", gent, {**gent, "name": "Gent-Zuid"})]
    assert events(world.horebeke) == []


def test_a_clerk_puts_and_removes_a_name(client: Client, world: World) -> None:
    other = put(world, world.horebeke, "Ledeberg")
    sign_in(client, world.alice)
    assert 'value="9000"' in client.get("/23027/places/?postcode=9000").content.decode()

    answer = client.post("/23027/places/put/", {"postcode": " 75001 ", "country": "fr", "name": " Parijs  (Parijs) "}, follow=True)

    page = answer.content.decode()
    assert names(world.halle) == [("FR", "75001", "Parijs (Parijs)")]
    assert "Parijs (Parijs)" in page
    assert "Ledeberg" not in page
    with tenant(world.halle.pk):
        own = PlaceByHand.objects.get()
    client.post(f"/23027/places/{other.pk}/remove/")
    assert names(world.horebeke) == [("", "9000", "Ledeberg")]
    client.post(f"/23027/places/{own.pk}/remove/")
    client.post(f"/23027/places/{own.pk}/remove/")
    assert names(world.halle) == []
    assert [kind for kind, _before, _after in events(world.halle)] == ["place.put", "place.removed"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"postcode": "900", "name": "Gent"}, "postcode"),
        ({"postcode": "٩٠٠٠", "name": "Gent"}, "postcode"),
        ({"postcode": "9000", "name": "  "}, "name"),
        ({"postcode": "9000", "name": "Ge\x07nt"}, "name"),
        ({"postcode": "9000", "name": "n" * 81}, "name"),
        ({"postcode": "75001", "name": "Parijs", "country": "QQ"}, "country"),
        ({"postcode": "", "name": "Gent"}, "postcode"),
    ],
)
def test_what_is_no_place_is_refused(client: Client, world: World, values: dict, field: str) -> None:
    sign_in(client, world.alice)

    answer = client.post("/23027/places/put/", values)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert (names(world.halle), events(world.halle)) == ([], [])


def test_a_reader_looks_and_changes_nothing(client: Client, world: World) -> None:
    place = put(world, world.halle)
    sign_in(client, world.bob)

    assert client.get("/23027/places/").status_code == 200
    assert client.post("/23027/places/put/", {"postcode": "9000", "name": "X"}).status_code == 403
    assert client.post(f"/23027/places/{place.pk}/remove/").status_code == 403
    assert names(world.halle) == [("", "9000", "Gent")]
