"""From the list of long work to the file that came of it, and how far work is, whatever it counts in."""

import pytest
from django.test import Client

from core.actor import Actor
from core.models import Job
from core.tenancy import tenant
from tests.personas import NOW, World, sign_in
from tests.voters.people import Town, make_town
from voters.services import exports
from voters.sql.voters_list import Order


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def _export(town: Town, **fields: object) -> Job:
    trial = town.trial()
    values = {"state": "done", "finished_at": NOW, "result": {"file": "23027/exports/1.csv", "file_name": "kiezerslijst.csv"}, **fields}
    with tenant(town.municipality.pk):
        return Job.objects.create(
            municipality_id=town.municipality.pk,
            kind=exports.KIND,
            params={"extraction": trial.pk, "format": "csv", "order": "name", "selection": ""},
            requested_by_name="Alice Test",
            created_at=NOW,
            done=3,
            total=3,
            **values,
        )


def test_a_finished_export_leads_to_its_file_from_the_list_and_from_its_page(client: Client, halle: Town) -> None:
    job = _export(halle)
    file = f"/23027/2024-10-13/voters/export/{job.pk}/"
    sign_in(client, halle.world.alice)

    assert f"/23027/jobs/{job.pk}/result/" in client.get("/23027/jobs/").content.decode()
    assert client.get(f"/23027/jobs/{job.pk}/result/").headers["Location"] == file
    assert f'href="{file}"' in client.get(f"/23027/jobs/{job.pk}/").content.decode()
    assert client.get(file).status_code == 200


def test_who_asks_for_the_same_file_while_it_is_written_gets_that_one(halle: Town) -> None:
    trial = halle.trial()

    def ask(*, order: Order = "name", by: Actor | None = None, **values: str) -> Job:
        with tenant(halle.municipality.pk):
            return exports.request_export(extraction=trial, file_format="csv", order=order, values=values, by=by or halle.clerk, at=NOW)

    first = ask()

    assert ask().pk == first.pk
    others = [ask(order="street"), ask(street="1"), ask(by=halle.head)]
    assert len({first.pk, *(job.pk for job in others)}) == 4
    with tenant(halle.municipality.pk):
        Job.objects.filter(pk=first.pk).update(state="done", finished_at=NOW)
    assert ask().pk != first.pk


@pytest.mark.parametrize(
    "fields", [{"result": {"file": ""}}, {"state": "failed", "result": None}, {"state": "running", "finished_at": None, "result": None}]
)
def test_without_a_file_there_is_no_link(client: Client, halle: Town, fields: dict[str, object]) -> None:
    job = _export(halle, **fields)
    sign_in(client, halle.world.alice)

    assert f"/jobs/{job.pk}/result/" not in client.get("/23027/jobs/").content.decode()
    assert client.get(f"/23027/jobs/{job.pk}/result/").status_code == 404


def test_who_takes_nothing_out_is_offered_no_file(client: Client, halle: Town) -> None:
    job = _export(halle)
    sign_in(client, halle.world.bob)

    assert f"/jobs/{job.pk}/result/" not in client.get("/23027/jobs/").content.decode()
    assert "voters/export" not in client.get(f"/23027/jobs/{job.pk}/").content.decode()
    assert client.get(f"/23027/jobs/{job.pk}/result/").status_code == 403


def test_how_far_work_is_stands_there_as_a_share_of_it(client: Client, world: World) -> None:
    with tenant(world.halle.pk):
        job = Job.objects.create(
            municipality_id=world.halle.pk, kind="test.nothing", requested_by_name="Alice", created_at=NOW, state="running",
            done=217_373, total=362_289,
        )  # fmt: skip
    sign_in(client, world.alice)

    for page in (f"/23027/jobs/{job.pk}/", "/23027/jobs/"):
        text = client.get(page).content.decode()
        assert "60\N{NO-BREAK SPACE}%" in text
        assert "217.373" not in text
    with tenant(world.halle.pk):
        Job.objects.filter(municipality_id=world.halle.pk).update(state="done", total=0)
    assert "100\N{NO-BREAK SPACE}%" in client.get("/23027/jobs/").content.decode()
