"""Why a household votes where it does: distance, the nearer building and why not; and the overview that leads there."""

from datetime import date

import pytest
from django.utils import translation

from core.tenancy import tenant
from tests.personas import NOW, World
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.models import Draft, Pin
from voters.selectors.draft_why import place_of, why
from voters.selectors.overview import overview
from voters.services import draft_moves, pins
from voters.services.pins import PinData
from voters.sql.moves import Moved
from voters.words import why as words


@pytest.fixture(autouse=True)
def _dutch():
    with translation.override("nl"):
        yield


def told(town: AssignmentTown, draft: Draft, person) -> list[str]:
    with tenant(town.municipality.pk):
        draft = Draft.objects.select_related("election__municipality").get(pk=draft.pk)
        found = why(draft=draft, person=person)
        assert found is not None
        return words.sentences(found, draft)


def reasons(town: AssignmentTown, draft: Draft, person) -> dict[str, tuple[str, ...]]:
    with tenant(town.municipality.pk):
        found = why(draft=draft, person=person)
        assert found is not None
        return {one.building.name: one.reasons for one in found.alternatives}


def plain(sentences: list[str]) -> list[str]:
    return [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in sentences]


def test_the_nearest_building_needs_no_excuse(halle: AssignmentTown) -> None:
    person = halle.household("Kerkstraat", 3, 1, key="gezin")[0]
    halle.town.trial()
    draft = halle.draft()

    assert plain(told(halle, draft, person)) == ["200 m in vogelvlucht: geen gebouw van de kieswijk ligt dichter."]
    assert reasons(halle, draft, person) == {"West": (), "Oost": ("further",)}


def test_a_full_building_is_named(world: World) -> None:
    town = two_schools(world, world.halle, most=100)
    with tenant(town.municipality.pk):
        town.buildings["West"].stations.update(maximum=10)
    person = town.household("Kerkstraat", 9, 1, key="gezin")[0]
    town.town.trial()
    draft = town.draft(row=0)

    assert reasons(town, draft, person)["West"] == ("full",)
    assert plain(told(town, draft, person))[1].startswith("West ligt dichter (800 m), maar zit vol")


def test_whole_streets_are_named_when_neighbours_keep_a_household(halle: AssignmentTown) -> None:
    person = halle.household("Kerkstraat", 3, 1, key="gezin")[0]
    halle.town.trial()
    with tenant(halle.municipality.pk):
        halle.buildings["West"].stations.update(maximum=100)
    draft = halle.draft(row=1_000_000)
    place = halle.places(draft)["hgezin"]

    found = reasons(halle, draft, person)
    assert found["Oost" if place == 1 else "West"] in {("further",), ("street",)}


def test_a_place_given_by_hand_says_so(halle: AssignmentTown) -> None:
    person = halle.household("Kerkstraat", 3, 1, key="gezin")[0]
    halle.town.trial()
    draft = halle.draft()
    with tenant(halle.municipality.pk):
        east = halle.buildings["Oost"].stations.get()
        draft_moves.move_households(draft=draft, station=east, what=Moved(household="hgezin"), person=person, by=halle.town.clerk, at=NOW)

    assert plain(told(halle, draft, person)) == ["1,7 km in vogelvlucht.", "De gemeente plaatste dit gezin zelf hier."]


def test_a_building_that_is_closed_to_a_household_says_so(halle: AssignmentTown) -> None:
    person = halle.household("Kerkstraat", 3, 1, key="gezin")[0]
    halle.town.trial()
    with tenant(halle.municipality.pk):
        data = PinData(
            kind=Pin.Kind.NOT_HERE,
            building=halle.buildings["West"],
            street=halle.streets["Kerkstraat"],
            postcode="1500",
            number_from=3,
            number_to=3,
        )
        pins.add_pin(election=halle.election, data=data, by=halle.town.clerk, at=NOW)
    draft = halle.draft()

    assert reasons(halle, draft, person)["West"] == ("banned",)
    assert plain(told(halle, draft, person))[1] == "West ligt dichter (200 m), maar de gemeente sloot het voor dit gezin."


def test_who_has_no_station_is_told_why_not(halle: AssignmentTown) -> None:
    person = halle.household("Nergensstraat", 3, 1, known=False)[0]
    halle.town.trial()

    assert told(halle, halle.draft(), person) == ["Het is niet gekend in welke kieswijk dit gezin woont; het heeft nog geen stembureau."]


def test_who_is_not_on_the_list_has_no_place(halle: AssignmentTown, world: World) -> None:
    child = halle.household("Kerkstraat", 3, 1, birth_date="2015-01-01")[0]
    halle.town.trial()
    halle.draft()
    with tenant(halle.municipality.pk):
        assert place_of(person=child, election=halle.election) is None


def test_the_frozen_place_goes_before_a_newer_draft_and_has_the_number(halle: AssignmentTown) -> None:
    person = halle.household("Kerkstraat", 3, 1, key="gezin", last_name="Aaaa")[0]
    halle.town.final()
    first = halle.draft()
    halle.draft()
    halle.freeze(first)
    with tenant(halle.municipality.pk):
        found = place_of(person=person, election=halle.election)
    assert found is not None
    assert (found.draft.pk, found.list_number) == (first.pk, 1)


@pytest.mark.parametrize(("states", "step"), [((), "make_draft"), (("draft",), "request_freeze"), (("draft", "frozen"), "done")])
def test_the_overview_leads_to_the_assignment_after_the_final_list(halle: AssignmentTown, states, step) -> None:
    halle.town.final()
    if "draft" in states:
        draft = halle.draft()
        if "frozen" in states:
            halle.freeze(draft)
    with tenant(halle.municipality.pk):
        found = overview(election=halle.election, today=date(2024, 8, 19))
    assert found.step == step
    assert (found.draft is not None) == bool(states)
