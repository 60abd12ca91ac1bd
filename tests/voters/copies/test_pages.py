"""The page *Lijsten*: what can be made, the form, the two persons, the list of what was made, the file."""

import re
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from core.models import AuditEvent, Job
from core.tenancy import tenant
from districts.models import Station
from tests.personas import World, sign_in
from tests.voters.copies.town import CopyTown, pages, table
from tests.voters.ledger.town import SEPTEMBER
from tests.voters.lists import make_election, make_list
from voters.models import ListCopy
from voters.rules.list_copies import Kind


@pytest.fixture(autouse=True)
def _september():
    with travel(SEPTEMBER, tick=False):
        yield


@pytest.fixture
def clerk(world: World, halle: CopyTown) -> Client:
    return sign_in(Client(), world.alice, confirmed=True)


@pytest.fixture
def head(world: World, halle: CopyTown) -> Client:
    return sign_in(Client(), world.henk, confirmed=True)


@pytest.fixture
def reader(world: World, halle: CopyTown) -> Client:
    return sign_in(Client(), world.bob, confirmed=True)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def form(**more: str) -> dict[str, str]:
    return {"scope": "all", "order": "name", "format": "csv", "made_for": "Jan Janssens", "language": "nl", "as_of": "", **more}


def post(town: CopyTown, client: Client, kind: str, **more: str) -> Any:
    with town.ledger.capture(execute=True):
        return client.post(f"{town.url}new/{kind}/", form(**more))


def copies(town: CopyTown) -> list[ListCopy]:
    with tenant(town.municipality.pk):
        return list(ListCopy.objects.order_by("number"))


@pytest.fixture(autouse=True)
def _eager(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True


def test_before_the_final_list_the_page_says_what_to_do(world: World) -> None:
    client = sign_in(Client(), world.alice)
    election = make_election(world.halle)
    page = text(client.get("/23027/2024-10-13/lists/"))

    assert "Nog geen definitieve lijst" in page
    assert "/23027/2024-10-13/extractions/" in page
    assert client.get("/23027/2024-10-13/lists/new/public/").status_code == 302
    make_list(world, election)
    page = text(client.get("/23027/2024-10-13/lists/"))
    assert "/lists/new/public/" in page
    assert "/lists/new/president/" not in page
    assert client.get("/23027/2024-10-13/lists/new/president/").headers["Location"] == "/23027/2024-10-13/lists/"


def test_the_page_offers_every_kind_and_is_empty_at_first(halle: CopyTown, clerk: Client) -> None:
    page = text(clerk.get(halle.url))

    assert all(f"{halle.url}new/{kind.value}/" in page for kind in Kind)
    assert "Er is nog niets gemaakt." in page
    assert "2024-10-13/lists/" in text(clerk.get(halle.ledger.town.url))


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_the_form_says_what_it_holds_and_how_many_pages_it_takes(halle: CopyTown, clerk: Client, kind: str) -> None:
    page = text(clerk.get(f"{halle.url}new/{kind}/"))

    assert re.search(r"Op naam, ongeveer \d+ bladzijden?", page)
    assert "Hoofdverblijfplaats" in page.title() or "hoofdverblijfplaats" in page
    assert ('name="as_of"' in page) == (kind != "public")
    assert ('name="purpose"' in page) == (kind == "party")
    assert ('name="format"' in page) == (kind != "package")
    assert ('value="apart"' in page) == (kind in {"station", "president", "governor", "package"})


def test_stations_of_one_building_are_told_apart_by_name(halle: CopyTown, clerk: Client) -> None:
    page = text(clerk.get(f"{halle.url}new/president/"))
    with tenant(halle.ledger.municipality.pk):
        found = Station.objects.filter(municipality=halle.ledger.municipality, election=halle.ledger.town.election)
        stations = list(found.select_related("building"))

    assert len(stations) == 3
    assert all(f"{one.number} · {one.name} (" in page for one in stations)
    assert any(one.name != one.building.name for one in stations)


def test_a_list_is_made_shown_and_fetched(halle: CopyTown, clerk: Client) -> None:
    answer = post(halle, clerk, "president", format="pdf", scope="2")
    (copy,) = copies(halle)
    detail = text(clerk.get(answer.headers["Location"]))
    fetched = clerk.get(f"{halle.url}{copy.pk}/download/")
    data = b"".join(fetched.streaming_content)  # type: ignore[attr-defined]

    assert answer.headers["Location"] == f"{halle.url}{copy.pk}/"
    assert copy.sha256 in detail
    assert "Jan Janssens" in detail
    assert fetched.headers["Content-Disposition"] == 'attachment; filename="voorzitter-002-23027-2024-10-13-1.pdf"'
    assert all("Stembureau 2 ·" in page for page in pages(data))
    with tenant(halle.municipality.pk):
        assert AuditEvent.objects.filter(kind="list_copy.downloaded", target=f"list_copy:{copy.pk}").count() == 1
    assert "Jan Janssens" in text(clerk.get(halle.url))


def test_a_package_of_all_stations_is_an_archive(halle: CopyTown, clerk: Client) -> None:
    post(halle, clerk, "package", scope="apart")
    (copy,) = copies(halle)
    fetched = clerk.get(f"{halle.url}{copy.pk}/download/")

    assert (copy.format, copy.split) == ("pdf", True)
    assert fetched.headers["Content-Type"] == "application/zip"
    assert b"".join(fetched.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_a_party_s_copy_goes_through_two_persons(halle: CopyTown, clerk: Client, head: Client) -> None:
    assert post(halle, clerk, "party").status_code == 422
    assert copies(halle) == []
    post(halle, clerk, "party", purpose="Formulier A00a van 26 augustus")
    (copy,) = copies(halle)
    here = f"{halle.url}{copy.pk}/"

    assert copy.state == "requested"
    assert clerk.get(f"{here}download/").status_code == 404
    assert clerk.post(f"{here}decide/", {"decision": "approve"}).status_code == 403
    page = text(head.get(here))
    assert "Formulier A00a van 26 augustus" in page
    assert head.post(f"{here}decide/", {"decision": "refuse"}).status_code == 422
    assert "Een lijst afgeven" in text(head.get("/23027/approvals/"))
    with halle.ledger.capture(execute=True):
        assert head.post(f"{here}decide/", {"decision": "approve"}).headers["Location"] == here
    assert copies(halle)[0].state == "made"
    rows = table(b"".join(clerk.get(f"{here}download/").streaming_content))  # type: ignore[attr-defined]
    assert len(rows) == 39


def test_who_asked_cannot_decide_and_can_take_it_back(halle: CopyTown, head: Client) -> None:
    post(halle, head, "party", purpose="A00a")
    (copy,) = copies(halle)
    here = f"{halle.url}{copy.pk}/"

    assert head.post(f"{here}decide/", {"decision": "approve"}).status_code == 409
    assert copies(halle)[0].state == "requested"
    assert head.post(f"{here}withdraw/").headers["Location"] == here
    assert copies(halle)[0].state == "withdrawn"
    assert head.post(f"{here}withdraw/").status_code == 302
    assert head.post(f"{here}decide/", {"decision": "refuse", "reason": "x"}).status_code == 409
    assert copies(halle)[0].state == "withdrawn"


def test_after_the_election_both_persons_are_told(halle: CopyTown, clerk: Client, world: World) -> None:
    post(halle, clerk, "party", purpose="A00a")
    here = f"{halle.url}{copies(halle)[0].pk}/"
    told = "De verkiezing is voorbij: een partij mag de lijst niet meer gebruiken."

    assert told not in text(clerk.get(f"{halle.url}new/party/"))
    with travel("2024-10-14T09:00:00+02:00", tick=False):
        for client, address in ((world.alice, f"{halle.url}new/party/"), (world.henk, here)):
            assert told in text(sign_in(Client(), client).get(address))


def test_a_refusal_gives_its_reason(halle: CopyTown, clerk: Client, head: Client) -> None:
    post(halle, clerk, "party", purpose="A00a")
    (copy,) = copies(halle)
    here = f"{halle.url}{copy.pk}/"
    head.post(f"{here}decide/", {"decision": "refuse", "reason": "Geen lijst ingediend"})

    assert copies(halle)[0].state == "refused"
    assert "Geen lijst ingediend" in text(clerk.get(here))


def test_asking_for_a_party_and_approving_want_the_password_once_more(halle: CopyTown, world: World, clerk: Client) -> None:
    unsure = sign_in(Client(), world.alice)
    answer = unsure.post(f"{halle.url}new/party/", form(purpose="A00a"))

    assert "/account/reauthenticate/" in answer.headers["Location"]
    assert copies(halle) == []
    post(halle, clerk, "party", purpose="A00a")
    answer = sign_in(Client(), world.henk).post(f"{halle.url}{copies(halle)[0].pk}/decide/", {"decision": "approve"})
    assert "/account/reauthenticate/" in answer.headers["Location"]
    assert copies(halle)[0].state == "requested"


def test_a_reader_sees_what_was_made_and_fetches_nothing(halle: CopyTown, clerk: Client, reader: Client) -> None:
    post(halle, clerk, "public")
    (copy,) = copies(halle)
    page = text(reader.get(halle.url))

    assert "Jan Janssens" in page
    assert "/lists/new/" not in page
    assert "/download/" not in text(reader.get(f"{halle.url}{copy.pk}/"))
    assert reader.get(f"{halle.url}{copy.pk}/download/").status_code == 403
    assert reader.get(f"{halle.url}new/public/").status_code == 403
    assert reader.post(f"{halle.url}new/public/", form()).status_code == 403
    assert len(copies(halle)) == 1


@pytest.mark.parametrize(
    "values", [{"as_of": "2024-09-23T23:00"}, {"scope": "9"}, {"order": "number"}, {"made_for": ""}, {"format": "docx"}]
)
def test_what_makes_no_sense_is_said_and_nothing_is_made(halle: CopyTown, clerk: Client, values: dict[str, str]) -> None:
    answer = post(halle, clerk, "president", **values)

    assert answer.status_code == 422
    assert copies(halle) == []
    with tenant(halle.municipality.pk):
        assert not Job.objects.filter(kind="voters.make_list_copy").exists()


def test_a_foreign_copy_is_not_there(halle: CopyTown, world: World, clerk: Client) -> None:
    post(halle, clerk, "public")
    (copy,) = copies(halle)
    foreign = sign_in(Client(), world.charlie, confirmed=True)

    assert foreign.get(f"{halle.url}{copy.pk}/").status_code == 404
    assert foreign.get(f"/45062/2024-10-13/lists/{copy.pk}/").status_code == 404
    assert foreign.get(f"/45062/2024-10-13/lists/{copy.pk}/download/").status_code == 404
    assert "Jan Janssens" not in text(foreign.get("/45062/2024-10-13/lists/"))
    assert clerk.get(f"{halle.url}new/nobody/").status_code == 404


def test_the_page_shows_how_far_the_work_is_and_then_the_file(halle: CopyTown, clerk: Client, reader: Client, settings) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    with halle.ledger.capture() as waiting:
        page = clerk.post(f"{halle.url}new/president/", form())["Location"]
        again = clerk.post(f"{halle.url}new/president/", form())
    [copy] = copies(halle)
    part = clerk.get(page, headers={"HX-Request": "true"})

    assert again["Location"] == page
    assert "<html" not in text(part)
    assert f'hx-get="{page}"' in text(part)
    assert f"/jobs/{copy.job_id}/cancel/" in text(part)
    assert f"/jobs/{copy.job_id}/cancel/" not in text(reader.get(page))

    settings.CELERY_TASK_ALWAYS_EAGER = True
    for begin in waiting:
        begin()

    ended = clerk.get(page, headers={"HX-Request": "true"})
    assert (ended["HX-Refresh"], ended.content) == ("true", b"")
    assert "download/" in text(clerk.get(page))
    assert f'href="{page}"' in text(reader.get(f"/23027/jobs/{copy.job_id}/"))
