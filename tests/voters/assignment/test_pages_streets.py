"""The pages below a draft: its streets, moves by hand, households, what is fixed, comparisons and files."""

import csv
import io
from typing import Any

from django.test import Client

from core.models import AuditEvent
from core.tenancy import tenant
from tests.voters.assignment.pages import A, station, text
from tests.voters.assignment.town import AssignmentTown
from voters.models import HandMove, Pin


def test_streets_are_searched_filtered_and_answered_as_a_fragment(clerk: Client, halle: AssignmentTown) -> None:
    halle.street("Zinkstraat", [1, 3], north=40, step=100)
    with tenant(halle.municipality.pk):
        halle._range(halle.districts["01"], "Zinkstraat", "all", None, None)
    halle.fill("Zinkstraat")
    halle.town.trial()
    halle.draft()

    page = text(clerk.get(f"{A}1/streets/"))
    assert "even 2 tot 10" in page
    assert "oneven 11 tot 19" in page
    assert "Zinkstraat" in page
    found = text(clerk.get(f"{A}1/streets/?q=zink", headers={"HX-Request": "true"}))
    assert found.lstrip().startswith('<div id="results"')
    assert "Kerkstraat" not in found
    assert "Kerkstraat" in text(clerk.get(f"{A}1/streets/?split=yes"))
    assert "Zinkstraat" not in text(clerk.get(f"{A}1/streets/?split=yes"))
    east = text(clerk.get(f"{A}1/streets/?station={station(halle, 2)}"))
    assert "even 12 tot 20" in east
    assert "even 2 tot 10" not in east


def test_houses_are_moved_after_a_preview_and_moved_back(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    draft = halle.draft()
    east = station(halle, 2)
    query: dict[str, Any] = {
        "street": halle.streets["Kerkstraat"].pk,
        "postcode": "1500",
        "side": "odd",
        "number_from": 1,
        "number_to": 9,
        "at": station(halle, 1),
    }

    page = text(clerk.get(f"{A}1/move/", query | {"station": east}))

    assert "5 gezinnen, 10 kiezers naar stembureau 2 · Oost" in page
    assert halle.loads(draft) == {1: 20, 2: 20}
    answer = clerk.post(f"{A}1/move/", query | {"station": east})
    assert answer.headers["Location"] == f"{A}1/streets/?q=Kerkstraat"
    assert halle.loads(draft) == {1: 10, 2: 30}
    page = text(clerk.get(f"{A}1/"))
    assert "Kerkstraat (1500) oneven 1 tot 9 naar stembureau 2" in page
    assert clerk.post(f"{A}1/undo/").headers["Location"] == f"{A}1/"
    assert halle.loads(draft) == {1: 20, 2: 20}


def test_nobody_is_moved_by_looking_or_by_a_reader(reader: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    draft = halle.draft()
    query: dict[str, Any] = {"street": halle.streets["Kerkstraat"].pk, "postcode": "1500", "side": "odd", "station": station(halle, 2)}

    assert reader.get(f"{A}1/move/", query).status_code == 403
    assert reader.post(f"{A}1/move/", query).status_code == 403
    assert "Verplaats" not in text(reader.get(f"{A}1/streets/"))
    assert halle.loads(draft) == {1: 20, 2: 20}
    with tenant(halle.municipality.pk):
        assert not HandMove.objects.exists()


def test_who_has_no_station_is_listed_with_why_and_placed_together(clerk: Client, halle: AssignmentTown) -> None:
    people = halle.household("Nergensstraat", 3, 3, known=False)
    halle.town.trial()
    draft = halle.draft()

    page = text(clerk.get(f"{A}1/unplaced/"))

    assert "Nergensstraat 3" in page
    assert f'href="/23027/persons/{people[0].pk}/"' in page
    assert 'href="/23027/register/unmatched/"' in page
    assert "1 gezin, 3 kiezers" in text(clerk.get(f"{A}1/move/", {"unplaced": 1, "station": station(halle, 1)}))
    clerk.post(f"{A}1/move/", {"unplaced": 1, "station": station(halle, 1)})
    assert halle.places(draft)["hNergensstraat-3"] == 1
    assert "Iedereen heeft een stembureau" in text(clerk.get(f"{A}1/unplaced/"))


def test_households_lead_to_why_they_vote_there(clerk: Client, halle: AssignmentTown) -> None:
    people = halle.household("Kerkstraat", 1, 2, key="gezin", last_name="Aerts")
    halle.town.trial()
    halle.draft()
    street: Any = halle.streets["Kerkstraat"].pk

    page = text(clerk.get(f"{A}1/households/", {"street": street, "postcode": "1500", "side": "odd", "number_from": 1, "number_to": 1}))
    assert "Aerts, An" in page
    why = text(clerk.get(f"{A}1/persons/{people[1].pk}/"))

    assert "Stembureau 1 · West" in why
    assert "geen gebouw van de kieswijk ligt dichter" in why
    assert clerk.get(f"{A}1/households/").status_code == 404


def test_a_street_is_fixed_closed_and_freed(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    street = f"{halle.streets['Kerkstraat'].pk}|1500"

    answer = clerk.post(
        f"{A}fixed/new/", {"kind": "here", "street": street, "side": "odd", "place": f"station-{station(halle, 2)}", "note": "Werken"}
    )
    refused = clerk.post(f"{A}fixed/new/", {"kind": "not_here", "street": street, "side": "odd", "place": f"station-{station(halle, 2)}"})

    assert answer.headers["Location"] == f"{A}fixed/"
    assert refused.status_code == 422
    page = text(clerk.get(f"{A}fixed/"))
    assert "Kerkstraat (1500), oneven nummers" in page
    assert "Werken" in page
    with tenant(halle.municipality.pk):
        pin = Pin.objects.get()
    clerk.post(f"{A}fixed/{pin.pk}/remove/")
    assert "Niets is vastgezet" in text(clerk.get(f"{A}fixed/"))


def test_a_household_is_fixed_from_its_person(clerk: Client, halle: AssignmentTown) -> None:
    people = halle.household("Kerkstraat", 1, 2, key="gezin")
    stranger = halle.household("Kerkstraat", 2, 1, key="jong", birth_date="2015-01-01")[0]
    halle.town.trial()

    assert clerk.get(f"{A}fixed/new/?person={stranger.pk}").status_code == 404
    clerk.post(
        f"{A}fixed/new/?person={people[1].pk}", {"person": people[1].pk, "kind": "here", "place": f"building-{halle.buildings['Oost'].pk}"}
    )

    assert halle.places(halle.draft())["hgezin"] == 2


def test_two_drafts_are_compared_down_to_the_household_and_as_a_file(clerk: Client, halle: AssignmentTown) -> None:
    people = halle.household("Kerkstraat", 5, 2, key="gezin", last_name="Aerts")
    halle.town.trial()
    before, after = halle.draft(), halle.draft()
    query: dict[str, Any] = {"street": halle.streets["Kerkstraat"].pk, "postcode": "1500", "side": "odd", "number_from": 5, "number_to": 5}
    clerk.post(f"{A}2/move/", query | {"station": station(halle, 2)})
    pair = f"before={before.pk}&after={after.pk}"

    page = text(clerk.get(f"{A}compare/?{pair}"))
    rows = text(clerk.get(f"{A}compare/rows/?{pair}&from={station(halle, 1)}&to={station(halle, 2)}"))
    names = text(clerk.get(f"{A}compare/rows/?{pair}&from=&to=&street={halle.streets['Kerkstraat'].pk}&postcode=1500"))
    file = list(csv.DictReader(io.StringIO(text(clerk.get(f"{A}compare/rows/?{pair}&format=csv")))))

    assert "ander gebouw" in page
    assert ">4<span" in page
    assert "Kerkstraat" in rows
    assert "Aerts, An" in names
    assert f'href="/23027/persons/{people[0].pk}/"' in names
    assert [(row["street_name"], row["station_before"], row["station_after"], row["households"], row["voters"]) for row in file] == [
        ("Kerkstraat", "1", "2", "2", "4")
    ]


def test_files_are_taken_out_and_that_is_recorded(clerk: Client, reader: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    halle.draft()

    stations = list(csv.DictReader(io.StringIO(text(clerk.get(f"{A}1/stations.csv")))))
    streets = list(csv.DictReader(io.StringIO(text(clerk.get(f"{A}1/streets.csv")))))

    assert [(row["station_number"], row["voters"], row["most"]) for row in stations] == [("1", "20", "100"), ("2", "20", "100")]
    assert [
        (row["street_name"], row["side"], row["number_from"], row["number_to"], row["station_number"], row["voters"]) for row in streets
    ] == [
        ("Kerkstraat", "even", "2", "10", "1", "10"),
        ("Kerkstraat", "even", "12", "20", "2", "10"),
        ("Kerkstraat", "odd", "1", "9", "1", "10"),
        ("Kerkstraat", "odd", "11", "19", "2", "10"),
    ]
    assert reader.get(f"{A}1/stations.csv").status_code == 403
    with tenant(halle.municipality.pk):
        found = AuditEvent.objects.filter(kind="assignment.exported").order_by("seq").values_list("after", flat=True)
        assert list(found) == [{"what": "stations", "rows": 2}, {"what": "streets", "rows": 4}]
