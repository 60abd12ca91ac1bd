"""Why somebody may or may not vote: a sentence for every reason, the same on screen as in the list."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from core.tenancy import tenant
from elections.labels import REGISTER_LABELS
from tests.personas import World
from tests.voters.people import Town, make_town
from voters.models import Person
from voters.selectors.verdicts import explain
from voters.words import explanations as words

LPKD, DUTY = "LPKD 8.7.2011", " [geen opkomstplicht: decreet 16.7.2021]"
EXCLUDED, SUSPENDED = "LPKD 8.7.2011 art. 15; Kieswetboek art. 6", "LPKD 8.7.2011 art. 15; Kieswetboek art. 7"
FOREIGN = "Gemeentekieswet 4.8.1932 art. 1bis [wet 27.1.1999]"

SENTENCES: list[tuple[dict[str, Any], str]] = [
    ({}, f"Mag stemmen voor de gemeenteraad: 18 jaar op 14 mei 1998 ({LPKD}{DUTY})."),
    ({"birth_date": "2006-00-00"}, f"Mag stemmen voor de gemeenteraad: 18 jaar op 1 januari 2024; een deel van de geboortedatum is onbekend en telt als 1 ({LPKD}{DUTY})."),
    ({"deceased_on": date(2024, 3, 1)}, f"Mag niet stemmen voor de gemeenteraad: overleden op 1 maart 2024 ({LPKD})."),
    ({"struck_on": date(2024, 3, 2)}, f"Mag niet stemmen voor de gemeenteraad: ambtshalve afgevoerd op 2 maart 2024 ({LPKD})."),
    ({"departed_on": date(2024, 3, 3)}, f"Mag niet stemmen voor de gemeenteraad: verliet de gemeente op 3 maart 2024 ({LPKD})."),
    ({"registered_on": date(2024, 8, 2)}, f"Mag niet stemmen voor de gemeenteraad: pas ingeschreven in de gemeente op 2 augustus 2024, na de lijstdatum (1 augustus 2024) ({LPKD})."),
    ({"register": "WR"}, f"Mag niet stemmen voor de gemeenteraad: staat sinds 2 maart 2015 in het wachtregister ({LPKD})."),
    ({"register": "VR"}, f"Mag niet stemmen voor de gemeenteraad: sinds 2 maart 2015 ingeschreven in het REGISTER, en dat is niet het register dat de wet vraagt ({LPKD})."),
    ({"nationality": "FR"}, f"Mag niet stemmen voor de gemeenteraad: niet geregistreerd als kiezer ({FOREIGN})."),
    ({"nationality": "FR", "local_voter_since": date(2024, 8, 1)}, f"Mag niet stemmen voor de gemeenteraad: pas geregistreerd als kiezer op 1 augustus 2024, niet vóór de lijstdatum (1 augustus 2024) ({FOREIGN})."),
    ({"nationality": "FR", "local_voter_since": date(2020, 1, 1), "local_voter_until": date(2024, 2, 1)}, f"Mag niet stemmen voor de gemeenteraad: gaf de registratie als kiezer op vanaf 1 februari 2024 ({FOREIGN})."),
    ({"born_on": date(2006, 10, 14)}, f"Mag niet stemmen voor de gemeenteraad: wordt pas 18 jaar op 14 oktober 2024, na de verkiezingsdag ({LPKD})."),
    ({"suspension": "excluded"}, f"Mag niet stemmen voor de gemeenteraad: uitgesloten van het kiesrecht, zonder einddatum ({EXCLUDED})."),
    ({"suspension": "suspended", "suspension_until": date(2024, 10, 13)}, f"Mag niet stemmen voor de gemeenteraad: geschorst in het kiesrecht tot en met 13 oktober 2024 ({SUSPENDED})."),
]  # fmt: skip


@pytest.fixture(autouse=True)
def dutch():
    with translation.override("nl"):
        yield


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def test_every_reason_has_its_sentence_with_fact_date_and_article(halle: Town) -> None:
    people = [halle.person(**values) for values, _ in SENTENCES]
    halle.trial()
    with tenant(halle.municipality.pk):
        for person, (_, expected) in zip(people, SENTENCES, strict=True):
            explained = explain(person=person, election=halle.election)
            assert explained.extraction is not None
            assert explained.lines[0].ballot == "municipal"
            assert words.sentence(explained.lines[0]) == expected.replace("REGISTER", str(REGISTER_LABELS["VR"]))
            assert explained.today == ()


def test_a_nationality_without_a_vote_is_named(halle: Town) -> None:
    person = halle.person(nationality="FR", local_voter_since=date(2020, 1, 1))
    halle.trial()
    with tenant(halle.municipality.pk):
        lines = explain(person=person, election=halle.election).lines
    assert words.sentence(lines[1]) == (
        f"Mag niet stemmen voor de provincieraad: met deze nationaliteit (Frankrijk) is er geen stemrecht voor deze stemming ({LPKD})."
    )
    assert words.headline(lines) == "Mag stemmen voor de gemeenteraad."


def test_the_headline_takes_the_ballots_together(halle: Town) -> None:
    voter, child = halle.person(), halle.person(born_on=date(2015, 1, 1))
    with tenant(halle.municipality.pk):
        assert (
            words.headline(explain(person=voter, election=halle.election).lines) == "Mag stemmen voor de gemeenteraad en de provincieraad."
        )
        assert words.headline(explain(person=child, election=halle.election).lines) == "Mag niet stemmen."


def test_without_an_extraction_the_register_of_today_answers(halle: Town) -> None:
    person = halle.person()
    with tenant(halle.municipality.pk):
        explained = explain(person=person, election=halle.election)
    assert explained.extraction is None
    assert words.source(explained) == "volgens het register zoals het vandaag is"
    assert [line.verdict.code for line in explained.lines] == ["eligible", "eligible"]


def test_the_final_list_goes_before_a_later_trial_and_says_what_changed_since(halle: Town) -> None:
    person = halle.person()
    final = halle.final()
    with tenant(halle.municipality.pk):
        Person.objects.filter(pk=person.pk).update(struck_on=date(2024, 7, 1))
    halle.trial()
    with tenant(halle.municipality.pk):
        person.refresh_from_db()
        explained = explain(person=person, election=halle.election)
    assert explained.extraction == final
    assert [line.verdict.code for line in explained.lines] == ["eligible", "eligible"]
    assert [line.verdict.code for line in explained.today] == ["struck_off", "struck_off"]
    assert words.source(explained).startswith("volgens de definitieve lijst van ")


def test_another_municipality_explains_nothing_of_ours(halle: Town, world: World) -> None:
    horebeke = make_town(world, world.horebeke)
    person = halle.person()
    halle.trial()
    with tenant(horebeke.municipality.pk):
        assert explain(person=person, election=horebeke.election).extraction is None
