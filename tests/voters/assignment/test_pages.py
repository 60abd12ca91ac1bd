"""The pages of drafts as clerk, head and reader see them: what they say, what they do, and how many queries they take."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent, Job
from core.tenancy import tenant
from districts.models import Station
from tests.personas import NOW, World, sign_in
from tests.voters.assignment.town import AssignmentTown, make_assignment_town, run, two_schools
from voters.models import Draft, HandMove, Pin
from voters.services import draft_freeze, drafts

A = "/23027/2024-10-13/assignment/"


@pytest.fixture
def clerk(client: Client, world: World) -> Client:
    return sign_in(client, world.alice, confirmed=True)


@pytest.fixture
def head(world: World) -> Client:
    return sign_in(Client(), world.henk, confirmed=True)


@pytest.fixture
def reader(world: World) -> Client:
    return sign_in(Client(), world.bob)


def text(answer) -> str:
    return answer.content.decode()


def station(town: AssignmentTown, number: int) -> int:
    with tenant(town.municipality.pk):
        return Station.objects.get(election=town.election, number=number).pk


def test_without_anything_the_list_says_what_is_lacking_and_where_to_make_it(clerk: Client, world: World) -> None:
    make_assignment_town(world, world.halle)

    page = text(clerk.get(A))

    for link in ("/23027/2024-10-13/extractions/", "/23027/2024-10-13/stations/"):
        assert f'href="{link}"' in page
    assert "Er ontbreekt nog iets" in page
    assert f'href="{A}new/"' not in page


def test_with_all_that_is_needed_the_list_offers_a_first_draft(clerk: Client, halle: AssignmentTown, reader: Client) -> None:
    halle.town.trial()

    assert f'href="{A}new/"' in text(clerk.get(A))
    assert f'href="{A}new/"' not in text(reader.get(A))


def test_drafts_stand_side_by_side_with_the_best_of_each_column(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    halle.draft(name="Kort", row=0)
    halle.draft(name="Heel", row=1_000_000)

    page = text(clerk.get(A))

    assert page.index("Heel") < page.index("Kort")
    kort = page[page.index("Kort") :]
    assert '<td data-label="Gemiddelde afstand" class="r num best">' in kort
    assert '<td data-label="Gesplitste straatkanten" class="r num best">' in page[: page.index("Kort")]


def test_a_new_draft_is_asked_with_its_settings_and_its_page_follows_the_work(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()

    answer = clerk.post(
        f"{A}new/",
        {
            "name": "Eerste",
            "numbering": "district",
            "order": "street",
            "wishes": "prices",
            "row": "500",
            "balance": "20",
            "rooms": "streets",
            "rest": "2",
        },
    )

    assert answer.headers["Location"] == f"{A}1/"
    with tenant(halle.municipality.pk):
        draft = Draft.objects.get()
    assert (draft.state, draft.name, draft.made_by_name) == ("running", "Eerste", "Alice Test")
    assert {name: draft.settings[name] for name in ("numbering", "order", "row", "balance", "rest")} == {
        "numbering": "district", "order": "street", "row": 500, "balance": 20, "rest": 2,
    }  # fmt: skip
    page = text(clerk.get(f"{A}1/"))
    assert f'hx-get="{A}1/job/"' in page
    assert "Stoppen" in page
    halle.run(draft)
    assert clerk.get(f"{A}1/job/").headers["HX-Refresh"] == "true"
    assert "Iedereen heeft een stembureau" in text(clerk.get(f"{A}1/"))


def test_a_form_that_is_not_right_keeps_what_was_typed_and_makes_nothing(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()

    answer = clerk.post(
        f"{A}new/", {"name": "Eerste", "numbering": "district", "order": "street", "wishes": "prices", "row": "-5", "rooms": "streets"}
    )

    assert answer.status_code == 422
    assert 'value="Eerste"' in text(answer)
    assert "<details" in text(answer)
    with tenant(halle.municipality.pk):
        assert not Draft.objects.exists()


def test_a_draft_begins_with_the_settings_of_another_and_the_prices_of_a_point(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    halle.draft(row=70, rest=2, order="street")

    page = text(clerk.get(f"{A}new/?from=1&row=900"))

    assert 'name="row" value="900"' in page
    assert '<option value="2" selected>' in page


def test_an_impossible_draft_says_why_and_what_would_mend_it(clerk: Client, world: World) -> None:
    town = two_schools(world, world.halle, most=15)
    town.town.trial()
    town.draft()

    page = text(clerk.get(f"{A}1/"))

    assert "Zo is het niet mogelijk" in page
    assert "Kieswijk 01 Wijk 01: 40 kiezers voor 30 plaatsen, dus 10 plaatsen te weinig." in page
    assert '<a href="/23027/2024-10-13/stations/?district=01">Laat elk van haar stembureaus minstens 21 kiezers toe.</a>' in page
    assert '<a href="/23027/2024-10-13/stations/?district=01">Voeg 1 stembureau toe.</a>' in page
    assert "Vaststelling vragen" not in page


def test_a_failed_draft_says_so_in_a_sentence_and_can_be_made_again(
    clerk: Client, halle: AssignmentTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from districts.assignment.run import SolverFailed
    from voters.services import draft_work

    def fail(*_):
        raise SolverFailed("signal 9")

    halle.town.trial()
    monkeypatch.setattr(draft_work, "solve_apart", fail)
    halle.draft()

    page = text(clerk.get(f"{A}1/"))

    assert "De berekening stopte zonder resultaat." in page
    assert "solver_failed" not in page
    assert f'href="{A}new/?from=1"' in page


def test_a_newer_list_and_changed_stations_are_told_on_the_draft(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    halle.draft()
    with tenant(halle.municipality.pk):
        halle.buildings["West"].stations.update(maximum=99)
    assert "Er zijn stembureaus gewijzigd" in text(clerk.get(f"{A}1/"))

    halle.town.final()

    page = text(clerk.get(f"{A}1/"))
    assert "Er is intussen een nieuwere lijst: de definitieve lijst." in page
    assert "Alleen een ontwerp van de definitieve lijst kan vastgesteld worden." in page


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


def test_a_freeze_goes_through_two_persons_and_then_the_dossier_knows_the_station_and_the_number(
    clerk: Client, head: Client, halle: AssignmentTown
) -> None:
    halle.town.final()
    draft = halle.draft()
    with tenant(halle.municipality.pk):
        from voters.models import Entry

        person = Entry.objects.filter(extraction=draft.extraction).earliest("list_number")
    assert "nog niet vastgesteld: Ontwerp 1" in text(clerk.get(f"/23027/persons/{person.person_id}/"))

    assert "1 tot 40" in text(clerk.get(f"{A}1/freeze/"))
    assert clerk.post(f"{A}1/freeze/", {"word": "ja"}).status_code == 422
    assert clerk.post(f"{A}1/freeze/", {"word": "vaststellen"}).headers["Location"] == f"{A}1/"
    assert "Intrekken" in text(clerk.get(f"{A}1/")) or "intrekken" in text(clerk.get(f"{A}1/"))
    assert clerk.post(f"{A}1/decide/", {"decision": "approve"}).status_code == 403
    page = text(head.get(f"{A}1/"))
    assert "Dit kan niet ongedaan gemaakt worden." in page
    assert head.post(f"{A}1/decide/", {"decision": "refuse"}).status_code == 422
    assert head.post(f"{A}1/decide/", {"decision": "approve"}).headers["Location"] == f"{A}1/"
    halle.run(halle.reload(draft), draft_freeze.FREEZE)

    assert "Iedereen heeft een stembureau en een nummer" in text(clerk.get(f"{A}1/"))
    assert "De bureau-indeling is op" in text(clerk.get(A))
    dossier = text(clerk.get(f"/23027/persons/{person.person_id}/"))
    assert "nog niet vastgesteld" not in dossier
    assert "Nummer op de lijst" in dossier


def test_the_one_who_asked_cannot_decide_and_can_take_it_back(head: Client, halle: AssignmentTown) -> None:
    halle.town.final()
    draft = halle.draft()
    head.post(f"{A}1/freeze/", {"word": "vaststellen"})

    assert head.post(f"{A}1/decide/", {"decision": "approve"}).status_code == 409
    assert halle.reload(draft).state == "requested"
    with tenant(halle.municipality.pk):
        assert not Job.objects.filter(kind=draft_freeze.FREEZE).exists()
    assert head.post(f"{A}1/withdraw/").headers["Location"] == f"{A}1/"
    assert halle.reload(draft).state == "ready"


def test_asking_and_approving_want_the_password_once_more(world: World, halle: AssignmentTown) -> None:
    halle.town.final()
    draft = halle.draft()
    stale = sign_in(Client(), world.alice)

    answer = stale.post(f"{A}1/freeze/", {"word": "vaststellen"})

    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert halle.reload(draft).state == "ready"
    with tenant(halle.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=halle.town.clerk, at=NOW)
    answer = sign_in(Client(), world.henk).post(f"{A}1/decide/", {"decision": "approve"})
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert halle.reload(draft).approved_by_id is None


def test_a_freeze_that_failed_is_told_on_the_draft(clerk: Client, world: World) -> None:
    town = two_schools(world, world.halle)
    town.district("02")
    town.town.final()
    draft = town.draft()
    with tenant(town.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=town.town.clerk, at=NOW)
        draft_freeze.approve_freeze(draft=draft, by=town.town.head, at=NOW)
        draft.refresh_from_db()
        town.buildings["Oost"].stations.update(district=town.districts["02"])
        run(draft_freeze.FREEZE, draft.job_id, town.municipality.pk)

    assert "sommige gezinnen zouden buiten hun kieswijk stemmen" in text(clerk.get(f"{A}1/"))


def test_other_settings_are_tried_at_a_press_and_lead_to_a_draft(clerk: Client, halle: AssignmentTown) -> None:
    from voters.rules.assignment import CURVE

    halle.town.trial()
    halle.draft()

    assert "Reken het uit" in text(clerk.get(f"{A}1/"))
    clerk.post(f"{A}1/tradeoff/")
    with tenant(halle.municipality.pk):
        job = Job.objects.get(kind=CURVE)
    assert f'hx-get="{A}1/job/?what=curve"' in text(clerk.get(f"{A}1/"))
    run(CURVE, job.pk, halle.municipality.pk)

    page = text(clerk.get(f"{A}1/"))
    assert '<svg class="tradeoff"' in page
    assert f'href="{A}new/?from=1&amp;move=300&amp;row=10000"' in page
    assert 'cx="' in page
    assert "style=" not in page


def test_a_draft_is_renamed_and_deleted_by_pages_that_ask_first(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    halle.draft()

    clerk.post(f"{A}1/name/", {"name": "Korte afstanden"})
    assert "Korte afstanden" in text(clerk.get(A))
    assert "ongedaan" in text(clerk.get(f"{A}1/delete/"))
    with tenant(halle.municipality.pk):
        assert Draft.objects.count() == 1
    assert clerk.post(f"{A}1/delete/").headers["Location"] == A
    with tenant(halle.municipality.pk):
        assert not Draft.objects.exists()


def test_what_is_not_there_is_not_there(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.trial()
    draft = halle.draft()
    for path in ("9/", "9/streets/", "9/move/", "1/persons/999999/", f"compare/?before={draft.pk}&after=999999", "fixed/999/remove/"):
        answer = clerk.post(A + path) if "remove" in path else clerk.get(A + path)
        assert answer.status_code == 404, path


PAGES = ("", "1/", "1/streets/", "1/unplaced/", "fixed/")


def queries(client: Client, path: str) -> int:
    client.get(A + path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(A + path).status_code == 200
    return len(captured)


def test_pages_take_as_many_queries_for_a_long_street_as_for_a_short_one(clerk: Client, halle: AssignmentTown) -> None:
    halle.household("Nergensstraat", 1, 1, known=False)
    halle.town.trial()
    halle.draft()
    few = {path: queries(clerk, path) for path in PAGES}
    for number in range(3, 12):
        halle.station(number, "West" if number % 2 else "Oost", maximum=50)
    halle.street("Zinkstraat", range(1, 31), north=40)
    with tenant(halle.municipality.pk):
        halle._range(halle.districts["01"], "Zinkstraat", "all", None, None)
    halle.fill("Zinkstraat", 1)
    for number in range(2, 12):
        halle.household("Nergensstraat", number, 1, known=False)
    halle.town.trial()
    with tenant(halle.municipality.pk):
        drafts.delete_draft(draft=Draft.objects.get(), by=halle.town.clerk, at=NOW)
    halle.draft()
    halle.draft()
    halle.draft()

    assert {path: queries(clerk, path) for path in PAGES} == few
    assert max(few.values()) <= 45
