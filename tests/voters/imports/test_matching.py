"""Which address a spelling of the register means; the made-up population says what each of its spellings must give."""

from random import Random

from core.tenancy import tenant
from demo.register import COLUMNS
from demo.towns import CANNOT_MATCH, SPELLINGS, TOWNS, Spelling, dwellings
from demo.towns import Address as Dwelling
from districts.models import Address, Street, StreetLink
from districts.services.links import link_street
from tests.personas import NOW
from tests.voters.imports.conftest import person_rows
from voters.models import Person


def test_every_spelling_gives_what_it_must(halle, halle_addresses):
    random = Random(3)
    homes = [address for address in dwellings(TOWNS["halle"]) if address.street]
    wanted: list[tuple[Spelling | None, Dwelling, Dwelling]] = []
    for way in SPELLINGS:
        changed = ((home, way.write(home, random)) for home in random.sample(homes, 4000))
        wanted += [(way, home, written) for home, written in changed if written != home][:12]
    wanted += [(None, home, home) for home in random.sample(homes, 100)]

    halle.bring_in(person_rows(len(wanted), [written for _s, _h, written in wanted]))

    with tenant(halle.municipality.pk):
        persons = list(Person.objects.filter(municipality=halle.municipality).order_by("national_number").select_related("address__street"))
        assert len(persons) == len(wanted)
        for person, (spelling, home, _written) in zip(persons, wanted, strict=True):
            found = person.address
            if spelling is not None and spelling.outcome == CANNOT_MATCH and spelling.name != "unknown_box":
                assert found is None, spelling
                continue
            assert found is not None, spelling
            if spelling is not None and spelling.name in {"unknown_box", "missing_box"}:
                assert (found.street.name, found.house_number, found.postcode) == (home.street, home.number, home.postcode), spelling
            else:
                assert (found.postcode, found.street.name, found.house_number, found.box_number) == tuple(home), spelling


def test_a_street_linked_by_hand_is_known_in_the_next_file(halle, halle_addresses):
    with tenant(halle.municipality.pk):
        street = Street.objects.filter(municipality=halle.municipality, name="Basiliekstraat").get()
        address = Address.objects.filter(municipality=halle.municipality, street=street, box_number="").order_by("number").first()
    assert address is not None
    spelled = [(address.postcode, "Oude Kerkweg", address.house_number, "")]
    first = halle.bring_in(person_rows(1, spelled))
    with halle.at_work():
        link_street(
            municipality=halle.municipality, postcode=address.postcode, street_key="oudekerkweg", street=street, by=halle.clerk, at=NOW
        )

    second = halle.bring_in(person_rows(1, spelled))

    assert (first.counts["unmatched_addresses"], second.counts["unmatched_addresses"]) == (1, 0)
    assert (second.counts["changed"], second.counts["rematched"]) == (0, 1)
    with tenant(halle.municipality.pk):
        assert StreetLink.objects.filter(municipality=halle.municipality).count() == 1
        person = Person.objects.get(municipality=halle.municipality)
        assert (person.address_id, person.version, person.street_name) == (address.pk, 1, "Oude Kerkweg")


def test_addresses_of_another_municipality_are_never_meant(halle, horebeke, halle_addresses):
    homes = Random(1).sample(dwellings(TOWNS["halle"]), 20)

    merged = horebeke.bring_in(person_rows(20, homes))

    assert merged.counts["unmatched_addresses"] == 20
    assert len(COLUMNS) == 26
