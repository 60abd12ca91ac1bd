"""Who comes in, and how: name and password, the second factor, the wrong password."""

import base64
import hmac
import struct
import time

from tests.browser.audit import faults
from tests.browser.conftest import Enter, Served
from tests.browser.prepare import PASSWORD
from tests.browser.routes import NIS
from tests.browser.stage import Stage
from tests.browser.words import nl


def code_of(secret: str) -> str:
    """The six digits that the app shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_a_second_factor_is_set_up_first_and_asked_from_then_on(town_with_addresses: Stage, served: Served, enter: Enter) -> None:
    stage = served(town_with_addresses, SECOND_FACTOR_REQUIRED="1")
    clerk = enter(stage, "an", fresh=True)
    clerk.go(f"/{NIS}/register/")
    assert "2fa" in clerk.path, "no page before there is a second factor"
    assert not faults(clerk)
    clerk.page.locator("input[name=password]").fill(PASSWORD)
    clerk.press("Confirm")
    assert not faults(clerk)
    secret = clerk.page.locator("code.secret").inner_text()
    clerk.fill(code="000000")
    clerk.press("Finish")
    assert stage.rows("SELECT count(*) FROM mfa_authenticator") == [(0,)]
    secret = clerk.page.locator("code.secret").inner_text()
    clerk.fill(code=code_of(secret))
    clerk.press("Finish")
    clerk.go("/account/2fa/recovery-codes/")
    recovery = clerk.page.locator("ul.codes li").first.inner_text()
    for path in ("/account/2fa/", "/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/generate/", "/account/2fa/totp/deactivate/"):
        assert clerk.go(path) == 200
        assert not faults(clerk), path
    assert clerk.go(f"/{NIS}/register/") == 200
    clerk.go("/account/logout/")
    clerk.page.locator("main form button, .entrance form button").first.click()

    again = enter(stage, "an", fresh=True)
    assert "2fa/authenticate" in again.path
    assert not faults(again)
    again.go(f"/{NIS}/register/")
    assert "/account/" in again.path, "half a sign-in opens nothing"
    again.go("/account/2fa/authenticate/")
    again.page.locator("input[name=code]").fill(recovery)
    again.press("Log in")
    assert again.path == f"/{NIS}/"


def test_a_wrong_password_lets_nobody_in_and_is_said_in_words(town: Stage, enter: Enter) -> None:
    nobody = enter(town)
    nobody.sign_in("an", "verkeerd-wachtwoord")
    assert "login" in nobody.path
    assert not faults(nobody)
    nobody.go(f"/{NIS}/")
    assert "login" in nobody.path


def test_who_works_in_two_municipalities_chooses_one(town: Stage, enter: Enter) -> None:
    head = enter(town, "lies")
    head.go("/")
    assert head.path == "/"
    head.page.locator("main").get_by_role("link", name="Herstappe").first.click()
    assert head.path == f"/{NIS}/"


def test_the_language_stays_with_the_person(town_with_addresses: Stage, served: Served, enter: Enter) -> None:
    stage = served(town_with_addresses)
    clerk = enter(stage, "an")
    clerk.page.locator("details.menu-end summary").click()
    clerk.page.get_by_role("button", name="Français").click()
    clerk.page.wait_for_load_state()
    assert clerk.page.locator("html").get_attribute("lang") == "fr"
    assert not faults(clerk, language="fr")
    again = enter(stage, "an", fresh=True)
    assert again.page.locator("html").get_attribute("lang") == "fr"
    assert nl("Log out") not in again.text
