"""The code of an app at login: which half minutes it may be of, and that it opens once."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from time_machine import travel

from tests.personas import PASSWORD, World

SECRET = "JBSWY3DPEHPK3PXP"
NOON = datetime(2024, 10, 1, 12, 0, 10, tzinfo=UTC)


def _code(at: datetime = NOON) -> str:
    return format_hotp_value(hotp_value(SECRET, int(at.timestamp()) // 30))


@pytest.fixture
def app(world: World) -> Authenticator:
    return Authenticator.objects.create(user=world.alice, type="totp", data={"secret": SECRET})


def _opens(code: str, at: datetime = NOON) -> bool:
    """Whether a person who gives name, password and ``code`` is in."""
    client = Client()
    with travel(at, tick=False):
        client.post("/account/login/", {"login": "alice", "password": PASSWORD})
        client.post("/account/2fa/authenticate/", {"code": code})
        return client.get("/23027/").status_code == 200


@pytest.mark.parametrize(
    ("seconds", "right"), [(-61, False), (-40, True), (-11, True), (0, True), (19, True), (20, True), (49, True), (50, False)]
)
def test_a_code_of_the_half_minute_before_or_after_is_right(app: Authenticator, seconds: int, right: bool) -> None:
    assert _opens(_code(NOON + timedelta(seconds=seconds))) is right


@pytest.mark.parametrize("written", ["{} {}", " {}{} ", "{}-{}"])
def test_a_code_is_read_as_people_write_it(app: Authenticator, written: str) -> None:
    code = _code()

    assert _opens(written.format(code[:3], code[3:]))
    assert not _opens(code), "the same code"


@pytest.mark.parametrize("later", [0, 15, 45, 75])
def test_a_code_opens_once_also_in_another_process(app: Authenticator, later: int) -> None:
    code = _code(NOON + timedelta(seconds=30))  # of a telephone that is ahead: it stays right the longest
    assert _opens(code)

    cache.clear()  # another process of the web server has a memory of its own

    assert not _opens(code, NOON + timedelta(seconds=later - 10))


def test_a_code_before_one_that_opened_does_not_open_any_more_and_the_next_does(app: Authenticator) -> None:
    assert _opens(_code())
    assert not _opens(_code(NOON - timedelta(seconds=30)))
    assert _opens(_code(NOON + timedelta(seconds=30)), NOON + timedelta(seconds=30))


def test_a_code_of_somebody_else_opens_nothing_and_leaves_theirs_unused(app: Authenticator, world: World) -> None:
    other = Authenticator.objects.create(user=world.bob, type="totp", data={"secret": SECRET[::-1]})

    assert not _opens(format_hotp_value(hotp_value(SECRET[::-1], int(NOON.timestamp()) // 30)))

    other.refresh_from_db()
    assert other.data == {"secret": SECRET[::-1]}


def test_the_code_of_the_login_does_not_confirm_what_cannot_be_undone(app: Authenticator) -> None:
    client = Client()
    with travel(NOON, tick=False):
        client.post("/account/login/", {"login": "alice", "password": PASSWORD})
        client.post("/account/2fa/authenticate/", {"code": _code()})
        refused = client.post("/account/2fa/reauthenticate/?next=/23027/", {"code": _code()})
    with travel(NOON + timedelta(seconds=30), tick=False):
        confirmed = client.post("/account/2fa/reauthenticate/?next=/23027/", {"code": _code(NOON + timedelta(seconds=30))})

    assert refused.status_code == 200
    assert refused.context["form"].errors
    assert confirmed.headers["Location"] == "/23027/"
