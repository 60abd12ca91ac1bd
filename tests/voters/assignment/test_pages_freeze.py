"""The freeze on the pages: asked, decided by somebody else, and what it closes."""

import pytest
from django.test import Client

from core.models import Job
from core.tenancy import tenant
from districts.models import Station
from tests.personas import NOW, World, sign_in
from tests.voters.assignment.pages import A, station, text
from tests.voters.assignment.town import AssignmentTown, run, two_schools
from voters.models import HandMove
from voters.services import draft_freeze, draft_moves
from voters.services.drafts import DraftRefusedError
from voters.sql.moves import Moved


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


def test_once_it_stands_the_other_drafts_are_only_looked_at(clerk: Client, halle: AssignmentTown) -> None:
    halle.town.final()
    other, draft = halle.draft(), halle.draft()
    with tenant(halle.municipality.pk):
        before = draft_moves.move_households(
            draft=other,
            station=Station.objects.get(number=2, election=halle.election),
            what=Moved(street_id=halle.streets["Kerkstraat"].pk, postcode="1500", number_from=1, number_to=1),
            by=halle.town.clerk,
            at=NOW,
        )
    halle.freeze(draft)
    places = halle.places(other)
    move = {"street": halle.streets["Kerkstraat"].pk, "postcode": "1500", "station": station(halle, 2), "confirmed": "1"}

    page = text(clerk.get(f"{A}1/"))
    assert "is vastgesteld, met een ander ontwerp" in page
    assert "Maak het opnieuw" not in page
    assert "Ongedaan maken" not in page
    assert f'href="{A}1/freeze/"' not in page
    assert "<form" not in text(clerk.get(f"{A}new/")).partition("<main")[2]
    assert "<form" not in text(clerk.get(f"{A}fixed/new/")).partition("<main")[2]
    streets = text(clerk.get(f"{A}1/streets/"))
    assert f"{A}1/move/" not in streets
    assert f"{A}fixed/new/" not in streets
    assert clerk.post(f"{A}1/move/", move).headers["Location"] == f"{A}1/"
    clerk.post(f"{A}1/undo/")
    assert halle.places(other) == places
    with tenant(halle.municipality.pk):
        assert HandMove.objects.get(pk=before.pk).undone_at is None
        with pytest.raises(DraftRefusedError, match="frozen_exists"):
            draft_moves.undo_move(draft=other, by=halle.town.clerk, at=NOW)
