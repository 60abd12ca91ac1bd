"""Lists for bpost and its answers by page: work that goes on by itself, what came of it, and everything that is wrong."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override
from time_machine import travel

from convocations.models import Card, CardCase, CardEvent, PrintRun, RunFile
from convocations.services import answers, bpost_answers, mailing
from core import jobs
from core.models import Job
from core.tenancy import tenant
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from delivery.rules import BpostValues
from delivery.services import save_bpost_settings
from municipalities.models import User
from tests.convocations.cards import CardTown
from tests.convocations.letters import reply, response
from tests.personas import sign_in


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


@pytest.fixture
def released(halle: CardTown) -> PrintRun:
    with tenant(halle.pk):
        values = BpostValues("12345678", "87654321", "12345678", "12345", 9, 100, 999)
        save_bpost_settings(municipality=halle.municipality, values=values, by=halle.head, at=halle.now)
    return halle.release(halle.make())


def client_of(user: User) -> Client:
    return sign_in(Client(), user, confirmed=True)


@pytest.fixture
def alice(halle: CardTown) -> Client:
    return client_of(halle.ledger.town.world.alice)


def url(town: CardTown, rest: str = "") -> str:
    return f"{town.ledger.town.url}card-runs/1/{rest}"


def word(text: str) -> str:
    with override("nl"):
        return gettext(text)


def figures(page: str) -> dict[str, str]:
    """What a page says came of it."""
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd></div>", page))


def jobs_of(town: CardTown, kind: str) -> list[Job]:
    with tenant(town.pk):
        return list(Job.objects.filter(municipality_id=town.pk, kind=kind).order_by("pk"))


def the_list(town: CardTown, run: PrintRun) -> RunFile:
    with tenant(town.pk):
        sender = Sender("12345678", "87654321")
        return mailing.write_list(run=run, sender=sender, mode=Mode.PRODUCTION, form=Form.XML, by=town.clerk, at=town.now)


@pytest.mark.parametrize("form", list(Form))
def test_a_list_is_made_by_work_and_its_page_leads_to_the_file(
    halle: CardTown, released: PrintRun, alice: Client, form: Form, django_capture_on_commit_callbacks, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    assert alice.get(url(halle, "bpost/")).status_code == 200
    with django_capture_on_commit_callbacks() as waiting:
        asked = alice.post(url(halle, "bpost/"), {"mode": "P", "form": form.value})
        again = alice.post(url(halle, "bpost/"), {"mode": "P", "form": form.value})
    [job] = jobs_of(halle, mailing.KIND)
    page = asked.headers["Location"]
    assert again.headers["Location"] == page == url(halle, f"work/{job.pk}/")
    assert f"job-{job.pk}" in alice.get(page).content.decode()
    assert f'id="job-{job.pk}"' in alice.get(url(halle)).content.decode()  # shown on the page of the run as well
    assert f'hx-get="{page}"' in alice.get(page, headers={"HX-Request": "true"}).content.decode()
    assert {card.state for card in halle.cards()} == {Card.State.RELEASED}

    for begin in waiting:
        begin()

    with tenant(halle.pk):
        kept = RunFile.objects.get(municipality=halle.municipality, kind=RunFile.Kind.BPOST)
    assert alice.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    text = alice.get(page).content.decode()
    assert kept.name in text
    assert url(halle, f"files/{kept.pk}/") in text
    assert "job_result" not in text
    assert alice.get(f"/23027/jobs/{job.pk}/result/").headers["Location"] == page
    assert {card.state for card in halle.cards() if card.place} == {Card.State.ANNOUNCED}


def test_work_on_a_list_that_is_taken_up_again_makes_no_other(halle: CardTown, released: PrintRun) -> None:
    with halle.ledger.at_work():
        sender, mode = Sender("12345678", "87654321"), Mode.PRODUCTION
        asked = mailing.request_list(run=released, sender=sender, mode=mode, form=Form.XML, by=halle.clerk, at=halle.now)
    [job] = jobs_of(halle, mailing.KIND)
    assert (job.pk, job.state) == (asked.pk, "done")
    events = halle.count(CardEvent)

    again = jobs.JobRun(job.pk, halle.pk, job.params, halle.clerk, job.lease_token)  # type: ignore[arg-type]  # kept after the end
    assert mailing.make_list(run=again, at=halle.now) == job.result

    assert halle.count(CardEvent) == events
    with tenant(halle.pk):
        assert RunFile.objects.filter(kind=RunFile.Kind.BPOST).count() == 1


def test_a_list_that_bpost_would_refuse_is_refused_with_all_that_is_wrong(halle: CardTown, released: PrintRun, alice: Client) -> None:
    with halle.ledger.at_work():
        sender, mode = Sender("x", "y"), Mode.PRODUCTION
        job = mailing.request_list(run=released, sender=sender, mode=mode, form=Form.TXT, by=halle.clerk, at=halle.now)

    [job] = jobs_of(halle, mailing.KIND)
    assert (job.state, [row["column"] for row in (job.result or {})["errors"]]) == ("failed", ["prs_id", "account_id", "customer_id"])
    page = alice.get(url(halle, f"work/{job.pk}/")).content.decode()
    assert page.count("<tr>") == 4
    assert {card.state for card in halle.cards()} == {Card.State.RELEASED}


def test_an_answer_is_brought_in_by_work(
    halle: CardTown, horebeke: CardTown, released: PrintRun, alice: Client, django_capture_on_commit_callbacks, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    kept = the_list(halle, released)
    position = next(card.position for card in halle.cards() if card.place)

    def send(content: bytes):
        file = io.BytesIO(content)
        file.name = "antwoord.xml"
        with django_capture_on_commit_callbacks(execute=True):
            return alice.post(url(halle, "answer/"), {"file": file})

    wrong = send(response(kept, reply(5000)))
    page = alice.get(wrong.headers["Location"]).content.decode()
    assert "5.000" in page
    [job] = jobs_of(halle, bpost_answers.KIND)
    assert job.error == "rows"
    assert word("The answer does not fit the list that it answers.") in page
    assert word("The answer does not fit the list that it answers.") in alice.get(f"/23027/jobs/{job.pk}/").content.decode()
    assert halle.count(CardCase) == kept.details["left_out"]

    rate = '<Reply><Messages><Message code="MID-4040" severity="INFO"><MessageContents><MessageContent key="complianceRate" value="97.25%"/></MessageContents></Message></Messages></Reply>'
    good = send(response(kept, reply(position), reply(0), reply(5001), rate))
    page = alice.get(good.headers["Location"]).content.decode()
    assert kept.name in page
    assert "figure-warn" in page
    assert "97,25 %" in page
    assert word("Left out: letters that are not in the list") in page
    assert word("Everything that is wrong") not in page
    assert re.findall(r'<td class="r num"[^>]*>([^<]*)</td>', page) == ["0", "5.001"]
    assert halle.count(CardCase) == kept.details["left_out"] + 1
    twice = send(response(kept, reply(position), reply(0), reply(5001), rate))
    assert twice.status_code == 422
    assert [job.state for job in jobs_of(halle, bpost_answers.KIND)] == ["failed", "done"]
    assert horebeke.count(CardCase) == 0


def test_what_the_printer_says_is_brought_in_by_work(
    halle: CardTown, horebeke: CardTown, released: PrintRun, alice: Client, django_capture_on_commit_callbacks, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    first, second, *_others = halle.cards()
    files = halle.count(RunFile)

    def send(*rows: str) -> Any:
        file = io.BytesIO(("token,result,at\n" + "".join(f"{row},2024-09-24T08:00:00\n" for row in rows)).encode())
        file.name = "drukker.csv"
        with django_capture_on_commit_callbacks(execute=True):
            return alice.post(url(halle, "printer/"), {"file": file})

    wrong = alice.get(send(f"{first.token},printed", "ABCDEFGHJKMN,printed", f"{first.token},lost")["Location"]).content.decode()
    assert (halle.count(CardEvent), halle.count(RunFile)) == (40, files)
    [job] = jobs_of(halle, answers.REPORT)
    assert (job.state, job.error, [row["row"] for row in (job.result or {})["errors"]]) == ("failed", "rows", [3, 4])
    assert word("Some rows are wrong. Nothing has been brought in.") in wrong

    page = alice.get(send(f"{first.token}-01,printed", f"{second.token},spoiled")["Location"]).content.decode()
    assert [halle.events(card) for card in (first, second)] == [["released", "printed"], ["released", "spoiled"]]
    assert figures(page) == {word("printed"): "1", word("spoiled in printing"): "1", word("not reported yet"): "38"}
    assert send(f"{first.token}-01,printed", f"{second.token},spoiled").status_code == 422
    [_failed, job] = jobs_of(halle, answers.REPORT)
    again = jobs.JobRun(job.pk, halle.pk, job.params, halle.clerk, job.lease_token)  # type: ignore[arg-type]  # kept after the end
    assert answers.bring_in_report(run=again, at=halle.now) == job.result
    assert halle.count(CardEvent) == 42
    assert horebeke.count(CardEvent) == 0


def test_a_report_with_a_nul_in_its_head_is_refused_as_any_other(
    halle: CardTown, released: PrintRun, django_capture_on_commit_callbacks, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    with django_capture_on_commit_callbacks(execute=True), tenant(halle.pk):
        file = io.BytesIO(b"tok\0en,result,at\n")
        answers.request_report(run=released, file=file, file_name="drukker.csv", by=halle.clerk, at=halle.now)

    [job] = jobs_of(halle, answers.REPORT)
    assert (job.state, job.error) == ("failed", "columns")
    assert (job.result or {})["errors"] == [{"row": 1, "column": "tok en,result,at", "value": "", "problem": "columns"}]


def test_two_works_on_the_same_report_bring_it_in_once(
    halle: CardTown, horebeke: CardTown, released: PrintRun, django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    theirs = horebeke.release(horebeke.make())

    def enqueue(*, asked: dict[str, Any], besides: Callable[[], dict[str, Any]], **given: Any) -> Job:
        return jobs.enqueue(**given, **asked, **besides())

    monkeypatch.setattr(jobs, "enqueue_once", enqueue)  # as for two requests that did not see each other

    def ask(town: CardTown, run: PrintRun) -> Job:
        card = town.cards()[0]
        file = io.BytesIO(f"token,result,at\n{card.token},printed,2024-09-24T08:00:00\n".encode())
        with tenant(town.pk):
            return answers.request_report(run=run, file=file, file_name="drukker.csv", by=town.clerk, at=town.now)

    with django_capture_on_commit_callbacks(execute=True):
        first, second = ask(halle, released), ask(halle, released)
        assert [job.state for job in jobs_of(halle, answers.REPORT)] == ["queued", "queued"]
        ask(horebeke, theirs)

    done, again = jobs_of(halle, answers.REPORT)
    assert [(done.pk, done.state), (again.pk, again.state)] == [(first.pk, "done"), (second.pk, "failed")]
    assert again.error == "brought_in_already"
    assert (default_storage.exists(done.params["file"]), default_storage.exists(again.params["file"])) == (True, False)
    with tenant(halle.pk):
        assert RunFile.objects.filter(municipality=halle.municipality, kind=RunFile.Kind.PRINTER).count() == 1
    assert [job.state for job in jobs_of(horebeke, answers.REPORT)] == ["done"]
    for town in (halle, horebeke):
        assert town.events(town.cards()[0]) == ["released", "printed"]
        assert town.count(CardCase) == 0


def test_a_request_waits_for_another_before_it_looks_for_the_same_work(halle: CardTown, horebeke: CardTown, released: PrintRun) -> None:
    with tenant(halle.pk), CaptureQueriesContext(connection) as captured:
        asked = [
            answers.request_report(run=released, file=io.BytesIO(b"x"), file_name="drukker.csv", by=halle.clerk, at=halle.now)
            for _time in range(2)
        ]

    assert asked[0].pk == asked[1].pk
    texts = [query["sql"] for query in captured]
    locks = [place for place, text in enumerate(texts) if "pg_advisory_xact_lock" in text]
    works = [place for place, text in enumerate(texts) if text.startswith("SELECT") and 'FROM "core_job"' in text]
    looks = [place for place, text in enumerate(texts) if text.startswith("SELECT") and 'FROM "convocations_runfile"' in text]
    assert (len(locks), len(works), len(looks)) == (2, 2, 1)
    assert locks[0] < works[0] < looks[0] < locks[1] < works[1]
    assert jobs_of(horebeke, answers.REPORT) == []


def test_the_work_of_one_run_is_not_that_of_another_municipality_or_kind(
    halle: CardTown, horebeke: CardTown, released: PrintRun, alice: Client
) -> None:
    horebeke.release(horebeke.make())
    with tenant(halle.pk):
        sender = Sender("12345678", "87654321")
        job = mailing.request_list(run=released, sender=sender, mode=Mode.TEST, form=Form.XML, by=halle.clerk, at=halle.now)
        other = jobs.enqueue(kind="voters.export_list", municipality_id=halle.pk, by=halle.clerk, at=halle.now, run=released.pk)
    with tenant(horebeke.pk):
        run = horebeke.fresh(PrintRun.objects.get(municipality=horebeke.municipality))
        theirs = mailing.request_list(run=run, sender=sender, mode=Mode.TEST, form=Form.XML, by=horebeke.clerk, at=horebeke.now)

    assert alice.get(url(halle, f"work/{job.pk}/")).status_code == 200
    assert alice.get(url(halle, f"work/{other.pk}/")).status_code == 404
    assert alice.get(url(halle, f"work/{theirs.pk}/")).status_code == 404
    assert theirs.pk != job.pk
