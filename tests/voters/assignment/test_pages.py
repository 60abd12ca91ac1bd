"""The pages of drafts as clerk and reader see them: what they say, what they do, and how many queries they take."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Job
from core.tenancy import tenant
from tests.personas import NOW, World
from tests.voters.assignment.pages import A, text
from tests.voters.assignment.town import AssignmentTown, make_assignment_town, run, two_schools
from voters.models import Draft
from voters.services import drafts


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
    assert clerk.get(f"{A}new/?from={'9' * 5000}").status_code == 200


def test_an_impossible_draft_says_why_and_what_would_mend_it(clerk: Client, world: World) -> None:
    town = two_schools(world, world.halle, most=15)
    town.town.trial()
    town.draft()

    page = text(clerk.get(f"{A}1/"))

    assert "Zo is het niet mogelijk" in page
    assert "Kieswijk 01 Wijk 01: 40 kiezers voor 30 plaatsen, dus 10 te weinig." in page
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


def test_other_settings_are_tried_at_a_press_and_lead_to_a_draft(clerk: Client, halle: AssignmentTown) -> None:
    from voters.rules.assignment import CURVE

    halle.town.trial()
    halle.draft()

    assert "Uitrekenen" in text(clerk.get(f"{A}1/"))
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
