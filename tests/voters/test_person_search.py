"""A person is found by whatever is known of them, in their own municipality only."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.tenancy import tenant
from districts.models import Address, Street
from tests.personas import NOW
from tests.voters.people import make_person, make_town
from voters.models import NameToken
from voters.selectors import persons
from voters.sql import persons as sql

pytestmark = pytest.mark.django_db


def inhabitant(town, last_name, first_names, *, at=None, **values):
    with tenant(town.municipality.pk):
        key = sql.fold(f"{last_name}  {first_names}")
        person = make_person(
            town.municipality, town.register, last_name=last_name, first_names=first_names, name_key=key, address=at, **values
        )
        for word in set(key.replace("-", " ").replace("'", " ").split()):
            NameToken.objects.create(municipality=town.municipality, token=word, person=person)
    return person


def house(town, name, number, best_id):
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        cursor.execute("SELECT districts_street_key(%s)", [name])
        street, _made = Street.objects.get_or_create(
            municipality=town.municipality, name=name, defaults={"name_key": cursor.fetchone()[0], "best_id": best_id}
        )
        return Address.objects.create(
            municipality=town.municipality, street=street, best_id=best_id, postcode="1500", postname="Halle", house_number=str(number),
            number=number, opened_at=NOW,
        )  # fmt: skip


@pytest.fixture
def towns(world):
    return make_town(world, world.halle), make_town(world, world.horebeke)


@pytest.fixture
def people(towns):
    found = []
    for town in towns:
        at = house(town, "Basiliekstraat", 12, 1)
        next_door = house(town, "Basiliekstraat", 14, 2)
        found.append(
            {
                "zoe": inhabitant(town, "Van den Broeck", "Zoë Maria", at=at, house_number="12", national_number="86050412345",
                                  born_on=date(1986, 5, 4)),
                "jean": inhabitant(town, "D'Hondt", "Jean-Pierre", at=next_door, house_number="14", national_number="62000012399",
                                   birth_date="1962-00-00"),
                "an": inhabitant(town, "Peeters", "An", at=at, house_number="12", national_number="90210112345", born_on=date(1990, 1, 1)),
                "anna": inhabitant(town, "An", "Peeterke", national_number="55010112345", born_on=date(1955, 1, 1)),
            }
        )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zoë van den broeck", ["zoe"]),
        ("ZOE broeck", ["zoe"]),
        ("mar bro", ["zoe"]),
        ("broeck", ["zoe"]),
        ("dhondt", []),
        ("d'hondt", ["jean"]),
        ("pierre jean", ["jean"]),
        ("peeters an", ["an"]),
        ("peeter", ["an", "anna"]),
        ("an", ["anna", "an"]),
        ("an peeter", ["anna", "an"]),
        ("8605", ["zoe"]),
        ("86.05.04-123.45", ["zoe"]),
        ("86050412346", []),
        ("zoe 860504", ["zoe"]),
        ("an 860504", []),
        ("4/5/1986", ["zoe"]),
        ("1/1/1962", ["jean"]),
        ("1/1/1990", ["an"]),
        ("broeck 4/5/1986", ["zoe"]),
        ("peeters 4/5/1986", []),
        ("basiliekstr. 12", ["an", "zoe"]),
        ("basiliek 14", ["jean"]),
        ("basiliekstraat", ["an", "zoe", "jean"]),
        ("peeters basiliekstraat", ["an"]),
        ("basiliekstraat 13", []),
        ("12", []),
        ("_%", []),
        ("zzz", []),
    ],
)
def test_a_search_finds_who_is_meant_in_a_stable_order(people, towns, typed, expected):
    for town, known in zip(towns, people, strict=True):
        with tenant(town.municipality.pk):
            found = persons.search(municipality_id=town.municipality.pk, query=persons.understand(typed))
        assert [person.pk for person in found.persons] == [known[name].pk for name in expected]
        assert not found.more


def test_no_more_than_the_limit_is_given_and_that_there_are_more_is_said(towns):
    town = towns[0]
    for number in range(6):
        inhabitant(town, "Maes", f"Jan{number}")

    with tenant(town.municipality.pk):
        found = persons.search(municipality_id=town.municipality.pk, query=persons.understand("maes"), limit=4)

    assert [person.first_names for person in found.persons] == ["Jan0", "Jan1", "Jan2", "Jan3"]
    assert found.more


def test_common_words_find_the_same_people_as_rare_ones(people, towns, monkeypatch):
    town, known = towns[0], people[0]
    monkeypatch.setattr(sql, "LOOKED_AT", 3)
    for number in range(9):
        inhabitant(town, f"Anders{number}", "Bert")
    both = inhabitant(town, "Zwart", "Anders Peer")

    with tenant(town.municipality.pk):
        found = persons.search(municipality_id=town.municipality.pk, query=persons.understand("be an"))
        rare = persons.search(municipality_id=town.municipality.pk, query=persons.understand("anders peer"))

    assert len(found.persons) == 9
    assert [person.pk for person in rare.persons] == [both.pk]
    assert known["zoe"] not in found.persons


@pytest.mark.parametrize("leaps", [3, 300])
def test_parts_of_both_names_are_found_in_every_last_name_that_begins_so(towns, monkeypatch, leaps):
    """All words are common here; the leaps from one last name to the next end early or not, and nobody is left out."""
    monkeypatch.setattr(sql, "LOOKED_AT", 0)
    monkeypatch.setattr(sql, "LEAPS", leaps)
    last_names = ["De Smet", "De", "Desmet", "De Smet-Maes", "D'Ende", "Deë", "Van De", "Maes"]
    first_names = ["Marie", "Jan Marie", "Maarten", "Jan", "Demi", ""]
    names = [(last, first) for last in last_names for first in first_names]
    for town in towns:
        for last_name, first in names:
            inhabitant(town, last_name, first)

    def begins(word, name):
        return f" {word}" in " " + sql.fold(name).replace("-", " ").replace("'", " ")

    for town in towns:
        for typed in ("ma de", "de ma", "de smet mar", "mar de smet", "jan de", "d m"):
            with tenant(town.municipality.pk):
                found = persons.search(municipality_id=town.municipality.pk, query=persons.understand(typed))
                expected = {name for name in names if all(begins(word, " ".join(name)) for word in typed.split())}
            assert not found.more
            assert {(person.last_name, person.first_names) for person in found.persons} == expected
            assert {person.municipality_id for person in found.persons} == {town.municipality.pk}


def test_both_names_narrowed_by_a_house_and_no_more_than_the_limit(towns):
    for town in towns:
        for number in range(9):
            inhabitant(town, f"Maes{number}", "Jan", house_number=str(number))
    with tenant(towns[0].municipality.pk):
        asked = {"municipality_id": towns[0].municipality.pk, "last_name": "mae", "first_names": "ja"}
        assert len(sql.by_both_names(**asked, limit=4)) == 4
        assert len(sql.by_both_names(**asked, limit=20)) == 9
        assert len(sql.by_both_names(**asked, house="7", limit=20)) == 1
        assert sql.by_both_names(**{**asked, "first_names": "jb"}, limit=20) == []


def test_every_statement_names_its_municipality(people, towns):
    town = towns[0]
    with (
        tenant(town.municipality.pk),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        for typed in ("zoe broeck", "8605", "4/5/1986", "basiliekstraat 12", "an"):
            persons.search(municipality_id=town.municipality.pk, query=persons.understand(typed))

    tables = [query["sql"] for query in queries if "voters_" in query["sql"] or "districts_" in query["sql"]]
    assert len(tables) > 10
    assert [statement for statement in tables if "municipality_id" not in statement] == []
    assert [statement for statement in tables if " LIKE " in statement.upper()] == []
