"""What surrounds every page: the transaction, acts that ask who you are once more, work, approvals, the trail."""

import csv
import io
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from core import approvals, audit
from core.models import AuditEvent, Job
from core.pages import EVENTS
from core.tenancy import tenant
from municipalities.access import WAITING, recently_authenticated
from municipalities.models import Membership
from tests.personas import NOW, World, sign_in


def test_a_page_that_fails_undoes_what_it_wrote(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    sign_in(client, world.henk, confirmed=True)
    client.raise_request_exception = False
    monkeypatch.setattr("municipalities.views.people.messages.success", fail)

    assert client.post("/23027/people/roles/", {"username": "bob", "role": "clerk"}).status_code == 500

    with tenant(world.halle.pk):
        assert Membership.objects.filter(user=world.bob, role="clerk").count() == 0
        assert AuditEvent.objects.filter(kind="membership.granted").count() == 3
        assert audit.verify(municipality_id=world.halle.pk) == []


def test_the_client_behind_a_trusted_proxy_is_the_one_it_saw(client: Client, world: World, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    sign_in(client, world.henk, confirmed=True)

    client.post("/23027/people/roles/", {"username": "bob", "role": "clerk"}, headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.9"})

    with tenant(world.halle.pk):
        assert AuditEvent.objects.latest("seq").address == "198.51.100.9"


def test_without_a_trusted_proxy_nobody_chooses_their_own_address(client: Client, world: World) -> None:
    sign_in(client, world.henk, confirmed=True)

    client.post("/23027/people/roles/", {"username": "bob", "role": "clerk"}, headers={"X-Forwarded-For": "6.6.6.6"})

    with tenant(world.halle.pk):
        assert AuditEvent.objects.latest("seq").address == "127.0.0.1"


@pytest.fixture
def act(world: World, client: Client):
    """Press a button whose view is guarded, on a page of ours or of somebody else.

    Returns the answer, whether it was done, and the page to which one comes back when one does not say who one is.
    """
    done: list[bool] = []

    @recently_authenticated
    def view(request: HttpRequest) -> HttpResponse:
        done.append(True)
        return HttpResponse("done")

    def press(*, confirmed: bool, referer: str, method: str = "post") -> tuple[HttpResponseBase, bool, str]:
        sign_in(client, world.henk, confirmed=confirmed)
        request = getattr(RequestFactory(), method)("/23027/register/1/approve/", headers={"Referer": referer})
        request.user, request.session = world.henk, client.session
        answer = view(request)
        waiting = request.session.get(WAITING)
        return answer, bool(done), waiting["page"] if waiting else ""

    return press


def test_an_irreversible_act_asks_once_more_who_you_are_and_does_nothing(act) -> None:
    answer, done, page = act(confirmed=False, referer="http://testserver/23027/register/1/?tab=diff")

    assert not done
    assert answer.headers["Location"].startswith("/account/reauthenticate/?next=%2Fagain%2F")
    assert page == "/23027/register/1/?tab=diff"


def test_whoever_just_said_who_they_are_is_not_asked_again(act) -> None:
    assert act(confirmed=True, referer="http://testserver/23027/register/1/")[1]


def test_looking_is_not_acting(act) -> None:
    assert act(confirmed=False, referer="", method="get")[1]


def test_the_way_back_never_leads_to_another_site(act) -> None:
    assert act(confirmed=False, referer="https://elsewhere.example/23027/register/1/")[2] == "/23027/"


def _job(world: World, **fields: object) -> Job:
    with tenant(world.halle.pk):
        return Job.objects.create(municipality_id=world.halle.pk, kind="test.nothing", requested_by_name="Alice", created_at=NOW, **fields)


def test_a_running_job_is_polled_and_one_that_ended_is_not(client: Client, world: World) -> None:
    sign_in(client, world.bob)
    running, ended = _job(world, state="running", done=3, total=9), _job(world, state="done", finished_at=NOW)

    first, second = (client.get(f"/23027/jobs/{job.pk}/", headers={"HX-Request": "true"}) for job in (running, ended))

    assert (first.status_code, second.status_code) == (200, 286)
    assert "hx-get" in first.content.decode()
    assert "hx-get" not in second.content.decode()
    assert "<html" not in first.content.decode()


def test_an_error_of_ours_is_not_shown_in_its_own_words(client: Client, world: World) -> None:
    sign_in(client, world.bob)
    failed = _job(world, state="failed", error="internal:KeyError", finished_at=NOW)

    assert "KeyError" not in client.get(f"/23027/jobs/{failed.pk}/").content.decode()


def test_a_clerk_stops_work_and_a_reader_does_not(client: Client, world: World) -> None:
    job = _job(world)

    assert sign_in(client, world.bob).post(f"/23027/jobs/{job.pk}/cancel/").status_code == 403
    assert sign_in(client, world.alice).post(f"/23027/jobs/{job.pk}/cancel/").status_code == 302

    with tenant(world.halle.pk):
        assert Job.objects.get(pk=job.pk).state == "cancelled"
        assert AuditEvent.objects.get(kind="job.cancel_requested").actor_id == world.alice.pk


def test_a_job_of_the_other_municipality_is_not_there(client: Client, world: World) -> None:
    job = _job(world)

    assert sign_in(client, world.charlie).get(f"/45062/jobs/{job.pk}/").status_code == 404
    client.post(f"/45062/jobs/{job.pk}/cancel/")

    with tenant(world.halle.pk):
        assert Job.objects.get(pk=job.pk).state == "queued"


def test_what_waits_for_a_decision_is_counted_for_whoever_may_decide_it(client: Client, world: World) -> None:
    with tenant(world.halle.pk):
        approvals.request(
            municipality_id=world.halle.pk, kind="register_import", object_id=1, summary={"added": 12}, by=world.actor(world.henk), at=NOW
        )

    own = sign_in(client, world.henk).get("/23027/approvals/")
    clerk = sign_in(client, world.alice).get("/23027/approvals/")
    with tenant(world.halle.pk):
        Membership.objects.filter(user=world.alice).update(role="head")
    second = sign_in(client, world.alice).get("/23027/approvals/")

    assert [page.context["frame"].pending_approvals for page in (own, clerk, second)] == [0, 0, 1]
    assert "/23027/approvals/" in second.content.decode()


def test_a_request_for_approval_leads_to_the_page_of_its_object(client: Client, world: World) -> None:
    with tenant(world.halle.pk):
        asked = approvals.request(
            municipality_id=world.halle.pk, kind="register_import", object_id=7, summary={}, by=world.actor(world.alice), at=NOW
        )

    answer = sign_in(client, world.henk).get(f"/23027/approvals/{asked.pk}/")

    assert answer.headers["Location"] == "/23027/register/7/"


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ({"file_name": "<b>mei.csv", "rows": 3}, "<small>&lt;b&gt;mei.csv</small>"),
        ({"number": 4, "cards": 28_000}, "<small>nr. 4</small>"),
        ({"election": "2024-10-13"}, "<small>13/10/2024</small>"),
    ],
)
def test_requests_of_one_kind_are_told_apart(client: Client, world: World, summary: dict[str, Any], said: str) -> None:
    for municipality, asker in ((world.halle, world.alice), (world.horebeke, world.charlie)):
        with tenant(municipality.pk):
            by = world.actor(asker)
            approvals.request(municipality_id=municipality.pk, kind="register_import", object_id=7, summary=summary, by=by, at=NOW)

    page = sign_in(client, world.henk).get("/23027/approvals/").content.decode()

    assert page.count(said) == 1


def _read(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_what_the_trail_can_be_narrowed_to_is_in_the_order_of_the_words_shown(client: Client, world: World) -> None:
    with tenant(world.halle.pk):
        for kind in ("addresses.imported", "approval.approved", "membership.granted"):
            by = world.actor(world.alice)
            audit.record(municipality_id=world.halle.pk, kind=kind, by=by, at=NOW)

    page = sign_in(client, world.henk).get("/23027/audit/").content.decode()
    shown = re.findall(r"<option[^>]*>([^<]+)</option>", re.findall(r'<select name="kind".*?</select>', page, re.DOTALL)[0])

    assert len(shown) > 3
    assert shown[0] == "Alles"
    assert shown[1:] == sorted(shown[1:], key=str.casefold)
    assert shown[1:] != [str(label) for _kind, label in sorted(EVENTS.items()) if str(label) in shown]


def test_the_trail_is_filtered_and_taken_out_as_shown(client: Client, world: World) -> None:
    sign_in(client, world.henk, confirmed=True)
    client.post("/23027/people/roles/", {"username": "bob", "role": "clerk"})

    ever = {"from_date": "01/01/0001", "until_date": "31/12/9999"}
    shown = client.get("/23027/audit/", {"kind": "membership.granted", "person": "henk", **ever}).content.decode()
    answer = client.get("/23027/audit/export.csv", {"kind": "membership.granted", "person": "henk"})

    assert shown.count("<tr") == 2  # the header and one event
    assert "Henk Test" in shown
    rows = list(csv.DictReader(io.StringIO(_read(answer).decode("utf-8-sig")), delimiter=";"))
    assert [(row["kind"], row["person"]) for row in rows] == [("membership.granted", "Henk Test")]
    with tenant(world.halle.pk):
        exported = AuditEvent.objects.get(kind="audit.exported")
    assert exported.after == {"kind": "membership.granted", "person": "henk"}


def test_a_cell_that_a_spreadsheet_would_calculate_is_made_a_text(client: Client, world: World) -> None:
    with tenant(world.halle.pk):
        audit.record(municipality_id=world.halle.pk, kind="test.event", by=world.actor(world.henk), at=NOW, target="=1+1")
    sign_in(client, world.henk)

    assert b";'=1+1;" in _read(client.get("/23027/audit/export.csv"))


def test_checking_the_trail_is_itself_recorded(client: Client, world: World) -> None:
    sign_in(client, world.henk)

    page = client.post("/23027/audit/verify/", follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["success"]
    with tenant(world.halle.pk):
        assert AuditEvent.objects.get(kind="audit.verified").after == {"flaws": 0}
