"""For machines: alive, ready, measured; and what stops a deployment."""

import pytest
from django.http import HttpRequest
from django.test import Client

from core import metrics
from electionadmin import checks, health
from municipalities.models import User
from tests.personas import World, sign_in


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}  # no `db` fixture: a query would fail


def test_ready_names_what_does_not_answer_and_says_no_more(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ConnectionError("redis://:secret@10.0.0.9")

    monkeypatch.setattr(health, "CHECKS", {**health.CHECKS, "broker": fail})

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "ok", "migrations": "ok", "broker": "ConnectionError", "storage": "ok"}


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("192.0.2.7", {"Authorization": "Bearer wrong"}, 404),
        ("192.0.2.7", {"Authorization": "Bearer the-token"}, 200),
    ],
)
def test_figures_are_for_the_machine_itself_and_the_holder_of_the_token(
    client: Client, db: None, settings, address: str, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = "the-token"

    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == status


def test_without_a_token_no_header_opens_the_figures(client: Client, db: None) -> None:
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"Authorization": "Bearer "}).status_code == 404


def test_ended_jobs_are_counted_and_timed(client: Client, db: None) -> None:
    metrics.count_job(kind="voters.extract", state="done", seconds=4.0)
    metrics.count_job(kind="voters.extract", state="done", seconds=0.4)
    metrics.count_job(kind="voters.extract", state="cancelled", seconds=None)

    text = client.get("/metrics").content.decode()

    assert 'electionadmin_jobs_total{kind="voters.extract",state="done"} 2.0' in text
    assert 'electionadmin_job_seconds_bucket{kind="voters.extract",le="0.5",state="done"} 1.0' in text
    assert 'electionadmin_job_seconds_bucket{kind="voters.extract",le="5.0",state="done"} 2.0' in text
    assert 'electionadmin_job_seconds_sum{kind="voters.extract",state="done"} 4.4' in text
    assert 'electionadmin_job_seconds_count{kind="voters.extract",state="cancelled"} 0.0' in text


def test_what_eases_a_demonstration_stops_a_deployment(db: None, settings) -> None:
    settings.DEMO, settings.SECOND_FACTOR_REQUIRED, settings.CELERY_TASK_ALWAYS_EAGER = True, False, True
    assert {problem.id for problem in checks.check_made_for_use()} == {"electionadmin.E005", "electionadmin.E006", "electionadmin.E007"}

    settings.DEMO, settings.SECOND_FACTOR_REQUIRED, settings.CELERY_TASK_ALWAYS_EAGER = False, True, False
    assert checks.check_made_for_use() == []


def test_the_application_role_of_the_tests_is_fit_for_use(db: None) -> None:
    assert checks.check_application_role() == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_as_application_role_stops_a_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    monkeypatch.setattr(checks, "connection", connections["owner"])

    assert {problem.id for problem in checks.check_application_role()} == {"electionadmin.E002", "electionadmin.E004"}


@pytest.mark.parametrize("person", ["alice", "henk", "dora"])
def test_platform_administration_is_not_there_for_anybody_else(client: Client, world: World, person: str) -> None:
    sign_in(client, getattr(world, person))

    assert client.get("/admin/", follow=True).status_code == 404
    assert client.get("/admin/municipalities/user/", follow=True).status_code == 404


def test_platform_administrators_need_a_second_factor(client: Client, world: World, settings) -> None:
    User.objects.filter(pk=world.dora.pk).update(is_superuser=True)
    sign_in(client, world.dora)
    assert client.get("/admin/").status_code == 200

    settings.SECOND_FACTOR_REQUIRED = True

    assert client.get("/admin/").headers["Location"] == "/account/2fa/totp/activate/"


def test_platform_administration_holds_nothing_of_a_municipality(client: Client, world: World) -> None:
    from django.contrib import admin

    assert {model._meta.label for model in admin.site._registry} <= {
        "municipalities.Municipality",
        "municipalities.MunicipalityName",
        "municipalities.PostalPlace",
        "municipalities.User",
        "elections.EligibilityRule",
        "elections.UnionMember",
    }
    assert not any(model_admin.has_delete_permission(HttpRequest()) for model_admin in admin.site._registry.values())
