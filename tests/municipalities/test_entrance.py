"""Coming in: login recorded, second factor asked, lock-out, language, the choice of a municipality, support sessions."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from core.actor import PLATFORM
from core.models import AuditEvent
from core.tenancy import tenant
from municipalities import services
from municipalities.adapters import SecondFactorAdapter
from municipalities.models import Membership, SupportSession
from municipalities.rules import Role
from tests.personas import NOW, PASSWORD, World, sign_in


def _platform_events(*kinds: str) -> list[tuple[str, int | None, str]]:
    with tenant(PLATFORM):
        return list(AuditEvent.objects.filter(kind__in=kinds).order_by("seq").values_list("kind", "actor_id", "target"))


def _log_in(client: Client, username: str, password: str = PASSWORD):
    return client.post("/account/login/", {"login": username, "password": password})


def test_login_and_logout_are_recorded(client: Client, world: World) -> None:
    _log_in(client, "alice")
    client.post("/account/logout/")

    target = f"user:{world.alice.pk}"
    assert _platform_events("login", "logout") == [("login", world.alice.pk, target), ("logout", world.alice.pk, target)]


def test_a_refused_login_is_recorded_and_the_name_of_nobody_is_not_kept(client: Client, world: World) -> None:
    _log_in(client, "alice", "wrong")
    _log_in(client, "93051822361", "wrong")

    assert _platform_events("login.failed") == [("login.failed", world.alice.pk, f"user:{world.alice.pk}"), ("login.failed", None, "")]
    with tenant(PLATFORM):
        assert not AuditEvent.objects.filter(actor_name__contains="93051822361").exists()


def test_eight_wrong_passwords_close_the_account_to_that_address_only(client: Client, world: World) -> None:
    for _ in range(8):
        answer = _log_in(client, "alice", "wrong")
    assert answer.status_code == 429

    assert _log_in(client, "alice").status_code == 429
    assert _log_in(client, "bob").status_code == 302
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert _log_in(elsewhere, "alice").status_code == 302


def test_the_count_of_attempts_holds_no_name_and_no_password(client: Client, world: World) -> None:
    _log_in(client, "alice", "a-secret-typed-wrong")

    (attempt,) = AccessAttempt.objects.all()
    kept = " ".join(str(value) for value in vars(attempt).values())
    assert "alice" not in kept
    assert "a-secret-typed-wrong" not in kept


def test_without_a_second_factor_one_gets_no_further_than_setting_one_up(client: Client, world: World, settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, world.alice)

    for address in ("/", "/23027/", "/23027/jobs/", "/account/password/change/"):
        assert client.get(address).headers["Location"] == "/account/2fa/totp/activate/"
    assert client.get("/account/2fa/").status_code == 200


@pytest.mark.parametrize(("factor", "enough"), [("totp", True), ("webauthn", True), ("recovery_codes", False)])
def test_recovery_codes_alone_are_no_second_factor(client: Client, world: World, settings, factor: str, enough: bool) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    Authenticator.objects.create(user=world.alice, type=factor, data={})
    sign_in(client, world.alice)

    assert (client.get("/23027/").status_code == 200) is enough


def test_a_second_factor_that_is_set_up_is_asked_for_at_login(client: Client, world: World) -> None:
    Authenticator.objects.create(user=world.alice, type="totp", data={"secret": "x"})

    answer = _log_in(client, "alice")

    assert answer.headers["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/23027/").status_code == 302
    assert _platform_events("login") == []


def test_the_language_somebody_chose_stays_whatever_the_browser_prefers(client: Client, world: World) -> None:
    sign_in(client, world.alice)
    assert '<html lang="nl">' in client.get("/23027/", headers={"Accept-Language": "en"}).content.decode()

    client.post("/language/", {"language": "fr", "next": "/23027/"})

    client.cookies.pop("django_language", None)
    assert '<html lang="fr">' in client.get("/23027/", headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("language", ["", "xx", "nl; DROP"])
def test_a_language_that_is_not_spoken_here_changes_nothing(client: Client, world: World, language: str) -> None:
    sign_in(client, world.alice)

    client.post("/language/", {"language": language, "next": "https://elsewhere.example/"})

    world.alice.refresh_from_db()
    assert world.alice.language == "nl"


def test_the_way_back_after_a_language_never_leads_elsewhere(client: Client, world: World) -> None:
    answer = client.post("/language/", {"language": "fr", "next": "https://elsewhere.example/"})

    assert "elsewhere" not in answer.headers["Location"]


def test_the_only_municipality_is_not_asked_for(client: Client, world: World) -> None:
    sign_in(client, world.alice)

    assert client.get("/").headers["Location"] == "/23027/"


def test_of_several_municipalities_exactly_ones_own_are_shown(client: Client, world: World) -> None:
    services.grant(municipality=world.horebeke, user=world.alice, role=Role.READER, by=world.actor(world.hilde), at=NOW)
    sign_in(client, world.alice)

    assert [one.nis_code for one in client.get("/").context["municipalities"]] == ["23027", "45062"]


def test_whoever_works_nowhere_reads_what_to_do(client: Client, world: World) -> None:
    nobody = services.create_user(
        username="niels", first_name="N", last_name="N", email="", password="x", by=world.actor(world.henk), at=NOW
    )
    sign_in(client, nobody)

    page = client.get("/")

    assert page.status_code == 200
    assert "niels" in page.content.decode()


def test_a_support_session_opens_one_municipality_for_a_reason_and_an_hour(client: Client, world: World) -> None:
    sign_in(client, world.dora)
    assert client.get("/23027/").status_code == 404

    client.post("/support/", {"municipality": "23027", "reason": "question 123 about the list"})

    assert client.get("/23027/").status_code == 200
    assert client.get("/45062/").status_code == 404
    assert client.post("/23027/people/roles/", {"username": "bob", "role": "head"}).status_code == 403
    with tenant(world.halle.pk):
        event = AuditEvent.objects.get(kind="support.opened")
        assert event.after == {"reason": "question 123 about the list"}
        SupportSession.objects.update(opened_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1))
    assert client.get("/23027/").status_code == 404


def test_a_support_session_ends_when_its_holder_says_so(client: Client, world: World) -> None:
    sign_in(client, world.dora)
    client.post("/support/", {"municipality": "23027", "reason": "question 123 about the list"})

    client.post("/23027/support/close/")

    assert client.get("/23027/").status_code == 404
    with tenant(world.halle.pk):
        assert AuditEvent.objects.filter(kind="support.closed").count() == 1


def test_a_support_session_of_somebody_who_left_the_platform_opens_nothing(client: Client, world: World) -> None:
    sign_in(client, world.dora)
    client.post("/support/", {"municipality": "23027", "reason": "question 123 about the list"})
    world.dora.is_staff = False
    world.dora.save()

    assert client.get("/23027/").status_code == 404


@pytest.mark.parametrize("person", ["alice", "henk", "bob"])
def test_only_platform_staff_open_support_sessions(client: Client, world: World, person: str) -> None:
    sign_in(client, getattr(world, person))

    assert client.post("/support/", {"municipality": "45062", "reason": "curious about the neighbours"}).status_code == 404

    with pytest.raises(services.NotPlatformStaffError):
        services.open_support_session(
            municipality=world.horebeke, user=getattr(world, person), reason="x", by=world.actor(getattr(world, person)), at=NOW
        )
    with tenant(world.horebeke.pk):
        assert SupportSession.objects.count() == 0


@pytest.mark.parametrize(
    "data", [{"municipality": "23027", "reason": "short"}, {"municipality": "99999", "reason": "long enough a reason"}, {}]
)
def test_a_support_session_without_a_reason_or_a_place_is_refused(client: Client, world: World, data: dict[str, str]) -> None:
    sign_in(client, world.dora)

    assert client.post("/support/", data).status_code == 422

    with tenant(world.halle.pk):
        assert SupportSession.objects.count() == 0


def test_a_security_key_is_named_in_dutch_and_told_from_the_next(client: Client, world: World) -> None:
    sign_in(client, world.alice, confirmed=True)

    page = client.get("/account/2fa/webauthn/add/")

    assert page.context["form"].initial["name"] == "Beveiligingssleutel"
    assert "Naam van de sleutel" in page.content.decode()
    key = Authenticator.objects.create(user=world.alice, type="webauthn", data={"name": "Beveiligingssleutel", "credential": {}})
    with override("nl"):
        assert SecondFactorAdapter().generate_authenticator_name(world.alice, Authenticator.Type.WEBAUTHN) == "Beveiligingssleutel 2"
    assert "Naam van de sleutel" in client.get(f"/account/2fa/webauthn/keys/{key.pk}/edit/").content.decode()


def test_the_page_of_people_names_the_system_in_words(client: Client, world: World) -> None:
    sign_in(client, world.henk)

    page = client.get("/23027/people/").content.decode()

    assert "het systeem" in page
    assert ">system<" not in page
    assert "Diensthoofd burgerzaken" in page
    assert "Hoofd burgerzaken" not in page


def test_what_is_sent_after_the_session_ended_is_not_done_and_that_is_said(client: Client, world: World) -> None:
    page = "/23027/people/"
    here = {"Referer": f"http://testserver{page}?q=bob"}

    answer = client.post("/23027/people/roles/", {"username": "bob", "role": "clerk"}, headers=here)

    assert answer.status_code == 302
    assert answer["Location"] == f"/account/login/?next={page}%3Fq%3Dbob"
    assert "niets mee gedaan" in client.get(answer["Location"]).content.decode()
    with tenant(world.halle.pk):
        assert Membership.objects.filter(user=world.bob, role="clerk").count() == 0


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/23027/people/"])
def test_nobody_is_led_elsewhere_by_what_was_sent(client: Client, world: World, referer: str) -> None:
    answer = client.post("/23027/people/roles/", {}, headers={"Referer": referer})

    assert answer["Location"] == "/account/login/?next=/23027/"


def test_a_list_does_not_get_the_login_form_as_its_rows(client: Client, world: World) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/23027/jobs/?page=2"}

    answer = client.get("/23027/jobs/?page=3", headers=headers)

    assert answer["HX-Redirect"] == "/account/login/?next=/23027/jobs/%3Fpage%3D2"
    assert "HX-Redirect" not in client.get("/23027/jobs/?page=3")
    assert client.get("/23027/jobs/?page=3")["Location"] == "/account/login/?next=/23027/jobs/%3Fpage%3D3"


def test_an_address_that_takes_only_what_is_sent_shows_a_page(client: Client, world: World) -> None:
    sign_in(client, world.henk)

    answer = client.get("/23027/people/roles/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Hier is geen pagina" in answer.content.decode()
    assert client.get("/23027/people/roles/", headers={"HX-Request": "true"}).content == b""
    assert sign_in(Client(), world.charlie).get("/23027/people/roles/").status_code == 404
