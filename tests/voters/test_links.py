"""A spelling linked by hand means a street or an address for everybody who has it, at once, until it is undone."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import AddressLink, StreetLink
from tests.personas import NOW, sign_in
from tests.voters.people import make_town
from tests.voters.test_person_search import house, inhabitant
from voters.models import Person
from voters.selectors import unmatched
from voters.services import links

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns(world):
    return make_town(world, world.halle), make_town(world, world.horebeke)


@pytest.fixture
def doors(towns):
    """The same house and the same three people without an address in both towns."""
    found = []
    for town in towns:
        at = house(town, "Basiliekstraat", 12, 1)
        old = {"street_name": "Oude Basiliekstr.", "postcode": "1500"}
        inhabitant(town, "Een", "A", house_number="12", **old)
        inhabitant(town, "Twee", "B", house_number="12", **{**old, "street_name": "OUDE  BASILIEKSTRAAT"})
        inhabitant(town, "Drie", "C", house_number="99", **old)
        found.append(at)
    return found


def addresses(town):
    with tenant(town.municipality.pk):
        return dict(Person.objects.order_by("name_key").values_list("last_name", "address_id"))


NOBODY = {"Drie": None, "Een": None, "Twee": None}


def test_spellings_are_counted_together_with_the_reason(towns, doors):
    with tenant(towns[0].municipality.pk):
        found = unmatched.spellings(municipality_id=towns[0].municipality.pk)
        suggested = unmatched.suggestions(municipality_id=towns[0].municipality.pk, spelled=found[0])

    assert [(one.postcode, one.street_key, one.persons, one.reason) for one in found] == [
        ("1500", "oudebasiliekstraat", 3, "street_unknown")
    ]
    assert [street.name for street in suggested] == ["Basiliekstraat"]


def test_a_linked_street_gives_everybody_their_address_and_undoing_takes_it_back(towns, doors):
    town, at = towns[0], doors[0]
    with tenant(town.municipality.pk):
        changed = links.link_street(
            municipality=town.municipality, postcode="1500", street_key="oudebasiliekstraat", street=at.street, by=town.clerk, at=NOW
        )
    assert changed == 2
    assert addresses(town) == {"Drie": None, "Een": at.pk, "Twee": at.pk}
    assert addresses(towns[1]) == NOBODY
    with tenant(town.municipality.pk):
        left = unmatched.spellings(municipality_id=town.municipality.pk)
        assert [(one.persons, one.reason) for one in left] == [(1, "number_unknown")]
        assert AuditEvent.objects.filter(kind="street.linked").count() == 1

        assert links.unlink_street(link=StreetLink.objects.get(), by=town.clerk, at=NOW) == 2
    assert addresses(town) == NOBODY


def test_a_linked_address_gives_one_door_its_address(towns, doors):
    town, at = towns[0], doors[0]
    keys = ("oudebasiliekstraat", "99", "")
    with tenant(town.municipality.pk):
        assert links.link_address(municipality=town.municipality, postcode="1500", keys=keys, address=at, by=town.clerk, at=NOW) == 1
    assert addresses(town) == {"Drie": at.pk, "Een": None, "Twee": None}
    with tenant(town.municipality.pk):
        assert links.unlink_address(link=AddressLink.objects.get(), by=town.clerk, at=NOW) == 1
    assert addresses(town) == NOBODY


def test_a_street_without_an_address_in_the_postcode_is_refused(towns, doors):
    town, at = towns[0], doors[0]
    with tenant(town.municipality.pk):
        with pytest.raises(links.NotOfThisStreetError):
            links.link_street(
                municipality=town.municipality, postcode="1501", street_key="oudebasiliekstraat", street=at.street, by=town.clerk, at=NOW
            )
        assert not StreetLink.objects.exists()
        assert not AuditEvent.objects.filter(kind="street.linked").exists()


def test_addresses_that_came_later_are_found_when_compared_anew(towns, doors):
    town = towns[0]
    late = house(town, "Oude Basiliekstraat", 12, 7)
    with tenant(town.municipality.pk):
        assert links.recognise_waiting(municipality=town.municipality, by=town.clerk, at=NOW) == 2
    assert addresses(town) == {"Drie": None, "Een": late.pk, "Twee": late.pk}


def test_the_pages_link_and_undo(client, world, towns, doors):
    town, at = towns[0], doors[0]
    sign_in(client, world.alice)
    spelling = {"postcode": "1500", "street_key": "oudebasiliekstraat"}
    listed, street = reverse("unmatched_list", kwargs={"nis": "23027"}), reverse("unmatched_street", kwargs={"nis": "23027"})

    assert "oude  basiliekstraat" in client.get(listed).content.decode().lower()
    assert "Basiliekstraat" in client.get(street, spelling).content.decode()
    assert (
        "Basiliekstraat"
        in client.get(reverse("unmatched_suggest", kwargs={"nis": "23027"}), {"postcode": "1500", "q": "basil"}).content.decode()
    )
    assert client.post(street, {**spelling, "street": at.street_id}).status_code == 302
    assert addresses(town)["Een"] == at.pk
    door = {**spelling, "number_key": "99", "box_key": "", "address": at.pk}
    assert client.get(street, spelling).content.decode().count("<option") == 2
    assert client.post(reverse("unmatched_address", kwargs={"nis": "23027"}), door).headers["Location"] == listed
    assert addresses(town)["Drie"] == at.pk
    shown = client.get(listed).content.decode()
    assert "OUDE  BASILIEKSTRAAT, 1500" in shown
    assert "Oude Basiliekstr. 99, 1500" in shown
    assert "oudebasiliekstraat," not in shown
    with tenant(town.municipality.pk):
        link = StreetLink.objects.get()
    assert client.post(reverse("unmatched_undo", kwargs={"nis": "23027", "kind": "street", "pk": link.pk})).status_code == 302
    assert addresses(town) == {"Drie": at.pk, "Een": None, "Twee": None}


def test_a_link_that_nobody_needs_any_more_still_shows_what_it_holds(towns, doors):
    town = towns[0]
    with tenant(town.municipality.pk):
        links.link_street(
            municipality=town.municipality, postcode="1500", street_key="oudebasiliekstraat", street=doors[0].street, by=town.clerk, at=NOW
        )
        named = unmatched.links(municipality_id=town.municipality.pk).streets[0].spelling
        Person.objects.all().update(street_name="Basiliekstraat")
        gone = unmatched.links(municipality_id=town.municipality.pk).streets[0].spelling
    assert (named, gone) == ("OUDE  BASILIEKSTRAAT", "oudebasiliekstraat")


def test_who_has_no_street_in_the_register_is_told_and_there_is_nothing_to_link(client, world, towns):
    inhabitant(towns[0], "Zonder", "Straat", street_name="", postcode="")
    sign_in(client, world.alice)

    page = client.get(reverse("unmatched_list", kwargs={"nis": "23027"})).content.decode()

    assert "er staat geen straat in het register" in page
    assert "unmatched/street/" not in page
    assert client.get(reverse("unmatched_street", kwargs={"nis": "23027"}), {"postcode": "", "street_key": ""}).status_code == 404


def test_who_may_not_bring_in_may_not_link(client, world, towns, doors):
    sign_in(client, world.bob)
    spelling = {"postcode": "1500", "street_key": "oudebasiliekstraat", "street": doors[0].street_id}

    assert client.get(reverse("unmatched_list", kwargs={"nis": "23027"})).status_code == 200
    assert client.post(reverse("unmatched_street", kwargs={"nis": "23027"}), spelling).status_code == 403
    assert client.post(reverse("unmatched_again", kwargs={"nis": "23027"})).status_code == 403
    assert addresses(towns[0]) == NOBODY


def test_a_street_of_another_municipality_cannot_be_chosen(client, world, towns, doors):
    sign_in(client, world.alice)
    asked = {"postcode": "1500", "street_key": "oudebasiliekstraat"}

    for street in (doors[1].street_id, "²", "9" * 5000):
        assert client.post(reverse("unmatched_street", kwargs={"nis": "23027"}), {**asked, "street": street}).status_code == 404
    assert addresses(towns[0]) == NOBODY
