"""Every address there is, seen by everybody: nothing can be forgotten, since the list is the resolver's own."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.models import AuditEvent, Job
from core.tenancy import tenant
from municipalities.models import Membership
from municipalities.rules import PERMISSIONS, Role
from tests.personas import World, sign_in

# What somebody who is not signed in may ask for. Everything else leads them to the login page.
PUBLIC = {
    "health_live",
    "health_ready",
    "metrics",  # answers the loopback address and the holder of the token
    "set_language",
    "account_login",
    "account_logout",
    "account_signup",  # says that nobody signs up
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_login_by_code",
    "mfa_authenticate",  # the second half of a login
    "mfa_trust",
    "mfa_login_webauthn",
    "mfa_signup_webauthn",
    "admin:login",  # leads to the login page
    "admin:jsi18n",
}
SAMPLES = {
    "nis": "23027",
    "pk": "1",
    "election_date": "2024-10-13",
    "object_id": "1",
    "app_label": "municipalities",
    "content_type_id": "1",
    "uidb36": "1",
    "key": "abc-def",
    "url": "nothing",
}


def _routes(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, object]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", route, pattern.callback


def _address(route: str) -> str:
    def sample(match: re.Match[str]) -> str:
        return SAMPLES.get(match["name"], "1")

    text = re.sub(r"<(?:\w+:)?(?P<name>\w+)>", sample, re.sub(r"\(\?P<(?P<name>\w+)>(?:[^()]|\([^()]*\))*\)", sample, route))
    return "/" + re.sub(r"[\^$]|\\Z", "", text).replace(r"\.", ".").replace("\\", "")


ALL = list(_routes(get_resolver()))
ROUTES = {name: _address(route) for name, route, _ in ALL}
MUNICIPAL = {name: address for name, address in ROUTES.items() if address.startswith("/23027/")}


def test_the_resolver_gives_what_we_think_it_gives() -> None:
    assert ROUTES["job_detail"] == "/23027/jobs/1/"
    assert ROUTES["municipality_home"] == "/23027/"
    assert len(MUNICIPAL) > 15


def test_every_view_of_ours_names_a_permission_or_is_marked_as_public() -> None:
    unmarked = [
        name
        for name, route, view in ALL
        if not view.__module__.startswith(("allauth.", "django."))
        and not name.startswith("admin:")  # closed by the site itself: test_platform_admin.py
        and not hasattr(view, "permission")
        and not (getattr(view, "public", False) and "<str:nis>" not in route)
    ]

    assert unmarked == []


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete", "options"])
def test_nobody_gets_further_than_the_login_page(client: Client, world: World, method: str) -> None:
    answers = {name: getattr(client, method)(address) for name, address in ROUTES.items() if name not in PUBLIC}

    assert {
        name: (answer.status_code, answer.headers.get("Location"))
        for name, answer in answers.items()
        if not (answer.status_code == 302 and answer.headers["Location"].startswith(("/account/login/", "/admin/login/")))
        and answer.status_code not in {404, 405}  # an address that takes no such thing
    } == {}


def test_the_public_addresses_work_for_everybody(client: Client, world: World) -> None:
    answers = {name: client.get(ROUTES[name]).status_code for name in PUBLIC & set(ROUTES)}

    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert PUBLIC - set(ROUTES) <= {
        "account_login_by_code",
        "account_request_login_code",
        "mfa_login_webauthn",
        "mfa_signup_webauthn",
        "mfa_trust",
    }


def test_nobody_sees_more_of_an_existing_municipality_than_of_one_that_is_not_there(client: Client, world: World) -> None:
    for address in MUNICIPAL.values():
        there, elsewhere = client.get(address), client.get(address.replace("23027", "99999"))

        assert (there.status_code, there.headers.get("Location")) == (
            elsewhere.status_code,
            (elsewhere.headers.get("Location") or "").replace("99999", "23027") or None,
        )


def _counts(world: World) -> tuple[int, ...]:
    with tenant(world.halle.pk):
        return tuple(model.objects.count() for model in (Membership, Job, AuditEvent))


@pytest.mark.parametrize("person", ["charlie", "hilde", "dora"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("nis", ["23027", "99999"])
def test_a_foreign_municipality_is_not_there(client: Client, world: World, person: str, method: str, nis: str) -> None:
    sign_in(client, getattr(world, person), confirmed=True)
    before = _counts(world)

    answers = {name: getattr(client, method)(address.replace("23027", nis)).status_code for name, address in MUNICIPAL.items()}
    without_slash = {name: client.get(address.replace("23027", nis).rstrip("/")).status_code for name, address in MUNICIPAL.items()}

    assert {name: status for name, status in answers.items() if status != 404} == {}
    assert {name: status for name, status in without_slash.items() if status != 404} == {}
    assert _counts(world) == before


@pytest.mark.parametrize(("person", "role"), [("bob", Role.READER), ("alice", Role.CLERK), ("henk", Role.HEAD)])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_role_gets_what_it_grants_and_403_for_the_rest(client: Client, world: World, person: str, role: Role, method: str) -> None:
    sign_in(client, getattr(world, person), confirmed=True)
    needed = {name: getattr(view, "permission", None) for name, _, view in ALL}

    answers = {name: getattr(client, method)(address).status_code for name, address in MUNICIPAL.items()}

    refused = {name for name, status in answers.items() if status in {403, 405}}  # 405: takes no such method from anybody
    assert refused >= {name for name in MUNICIPAL if needed[name] not in PERMISSIONS[role]}
    assert {name: status for name, status in answers.items() if status >= 500} == {}


def test_a_reader_changes_nothing_whatever_they_send(client: Client, world: World) -> None:
    sign_in(client, world.bob, confirmed=True)
    before = _counts(world)

    for address in MUNICIPAL.values():
        client.post(address, {"decision": "approve", "reason": "x", "username": "bob", "role": "head"})

    with tenant(world.halle.pk):
        assert Membership.objects.filter(user=world.bob).count() == 1
        assert Job.objects.count() == before[1]


def test_a_form_without_its_token_is_refused(world: World) -> None:
    client = sign_in(Client(enforce_csrf_checks=True), world.henk, confirmed=True)
    before = _counts(world)

    answers = {name: client.post(address).status_code for name, address in MUNICIPAL.items()}

    assert {name: status for name, status in answers.items() if status not in {403, 405}} == {}
    assert _counts(world) == before


@pytest.mark.parametrize("person", [None, "bob", "henk"])
def test_every_answer_carries_the_headers_that_protect_it(client: Client, world: World, person: str | None) -> None:
    if person:
        sign_in(client, getattr(world, person))

    for name, address in ROUTES.items():
        if name in {"metrics", "account_logout"}:
            continue
        answer = client.get(address)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "script-src 'self';" in policy + ";", name
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert answer.headers["X-Frame-Options"] == "DENY", name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            page = answer.content.decode()
            assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\son\w+=|\sstyle=|javascript:", page), name
            assert "{{" not in page, name
            assert "no-store" in answer.headers["Cache-Control"] or "max-age=0" in answer.headers["Cache-Control"], name
