"""The pictures of the user guide: `./run test -n 0 tests/browser/pictures.py` makes docs/user/pictures/*.png anew.

No test, and collected only when it is named: a clerk and two heads of Halle, with made-up people, do what the guide describes, and
the screens are kept. The clock of the servers begins on the same days each time, so that only what changed looks changed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import (
    card_scenes,
    counter_scenes,
    district_map_scenes,
    ledger_scenes,
    list_scenes,
    run_scenes,
    station_scenes,
    work_scenes,
)
from tests.browser.camera import take
from tests.browser.prepare import PASSWORD
from tests.browser.stage import ARGUMENTS, Stage
from tests.browser.test_sign_in import code_of
from tests.browser.visitor import Visitor, context_of, visit
from tests.databases import template_name

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CLOCK = Path(__file__).parent / "clock"
JULY, AUGUST, LATE_AUGUST = "2024-07-15T09:30:00+02:00", "2024-08-19T10:00:00+02:00", "2024-08-26T10:00:00+02:00"
SEPTEMBER, OCTOBER = "2024-09-16T10:00:00+02:00", "2024-10-09T10:14:00+02:00"
PATIENCE = 90_000  # milliseconds: here the page itself does what a worker does elsewhere

pytestmark = pytest.mark.browser


@pytest.fixture
def chromium(program: str, django_db_setup: str) -> Iterator["Browser"]:
    """Chromium whose own buttons are Dutch too, where chromium-l10n is installed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, env={**os.environ, "LANGUAGE": "nl"})
        yield browser
        browser.close()


# -------------------------------------------------------------------------------------------------------------- the stage
@contextmanager
def town(
    folder: Path,
    *,
    clock: str = JULY,
    until: str = "addresses",
    of: tuple[str, ...] = ("--town", work_scenes.TOWN, "--persons", "0"),
    **extra: str,
) -> Iterator[Stage]:
    """Halle with its addresses, its people and (``until="addresses"``) nothing else; not served yet."""
    stage = Stage.copy_of(template_name(), "test_electionadmin_pictures", folder, PYTHONPATH=str(CLOCK), STAGE_CLOCK=clock, **extra)
    try:
        stage.program("tests.browser.prepare", "--until", until, *of)
        yield stage
    finally:
        stage.close()


def serve_at(stage: Stage, moment: str) -> None:
    """Serve the stage from a moment on; whoever was signed in is no longer."""
    for process in stage.processes:
        process.terminate()
        process.wait(20)
    stage.processes.clear()
    stage.extra["STAGE_CLOCK"] = moment
    stage.serve()


def enter(chromium: "Browser", stage: Stage, name: str = "") -> Visitor:
    """A window, with somebody signed in."""
    visitor = visit(context_of(chromium), stage.url)
    visitor.page.context.set_default_timeout(PATIENCE)
    visitor.password = PASSWORD
    if name:
        visitor.sign_in(name, PASSWORD)
    return visitor


def test_pictures_of_signing_in(chromium: "Browser", tmp_path: Path) -> None:
    with town(tmp_path, SECOND_FACTOR_REQUIRED="1") as stage:
        serve_at(stage, "")  # the app's codes follow the clock of this machine
        clerk = enter(chromium, stage)
        clerk.go("/account/login/")
        clerk.page.locator("input[name=login]").fill("an")
        take(clerk, "aanmelden")
        clerk.sign_in("an", "verkeerd")
        take(clerk, "aanmelden-fout")
        clerk.sign_in("an", PASSWORD)
        take(clerk, "wachtwoord-opnieuw")
        clerk.page.locator("input[name=password]").fill(PASSWORD)
        clerk.press("Confirm")
        take(clerk, "tweede-factor-app")
        secret = clerk.page.locator("code.secret").inner_text()
        clerk.fill(code=code_of(secret))
        clerk.press("Finish")
        clerk.go("/account/2fa/recovery-codes/")
        take(clerk, "herstelcodes")
        clerk.go("/account/2fa/")
        take(clerk, "tweede-factor")
        clerk.go("/account/2fa/webauthn/add/")
        take(clerk, "beveiligingssleutel")
        clerk.go("/account/password/change/")
        take(clerk, "wachtwoord-wijzigen")
        again = enter(chromium, stage)
        again.go("/account/password/reset/")
        take(again, "wachtwoord-vergeten")
        again.sign_in("an", PASSWORD)
        take(again, "tweede-factor-vragen")
        for visitor in (clerk, again):
            assert not visitor.close()


def test_pictures_of_the_work(chromium: "Browser", tmp_path: Path) -> None:
    files, visitors = tmp_path / "sent", []

    def window(name: str = "") -> Visitor:
        visitors.append(enter(chromium, stage, name))
        return visitors[-1]

    work_scenes.make_files(files)
    with town(tmp_path / "stage") as stage:
        serve_at(stage, JULY)
        work_scenes.begin(files, window("an"), window("lies"))
        work_scenes.manage_people(window("lies"), window("dora"))
        serve_at(stage, AUGUST)
        clerk, lies, mia = window("an"), window("lies"), window("mia")
        work_scenes.bring_in(stage, files, clerk, lies)
        work_scenes.link(files, clerk)
        work_scenes.settle_times(stage)
        work_scenes.list_voters(clerk, lies, mia)
        work_scenes.settle_times(stage)
        work_scenes.look_around(stage, clerk, lies)
        problems = [problem for visitor in visitors for problem in visitor.close()]
    assert not problems, "\n".join(problems)


def test_pictures_of_the_stations(chromium: "Browser", tmp_path: Path) -> None:
    with town(tmp_path, clock=AUGUST, until="final", of=station_scenes.TOWN) as stage:
        serve_at(stage, AUGUST)
        clerk, lies, mia = (enter(chromium, stage, name) for name in ("an", "lies", "mia"))
        station_scenes.play(stage, clerk, lies, mia, tmp_path / "demo")
        problems = [problem for visitor in (clerk, lies, mia) for problem in visitor.close()]
    assert not problems, "\n".join(problems)


def test_pictures_after_the_list_date(chromium: "Browser", tmp_path: Path) -> None:
    with town(tmp_path, clock=AUGUST, until="frozen", of=("--town", work_scenes.TOWN, "--persons", str(work_scenes.PERSONS))) as stage:
        serve_at(stage, LATE_AUGUST)
        clerk, lies = (enter(chromium, stage, name) for name in ("an", "lies"))
        ledger_scenes.play(stage, clerk, lies, tmp_path)
        list_scenes.play(stage, clerk, lies)
        problems = [problem for visitor in (clerk, lies) for problem in visitor.close()]
    assert not problems, "\n".join(problems)


def test_pictures_of_the_district_map(chromium: "Browser", tmp_path: Path) -> None:
    with town(tmp_path, clock=AUGUST, until="final", of=("--town", work_scenes.TOWN, "--persons", str(work_scenes.PERSONS))) as stage:
        serve_at(stage, AUGUST)
        clerk = enter(chromium, stage, "an")
        district_map_scenes.play(clerk, tmp_path / "demo" / "kieswijken.csv")
        problems = clerk.close()
    assert not problems, "\n".join(problems)


def test_pictures_of_a_language(chromium: "Browser", tmp_path: Path) -> None:
    with town(tmp_path, clock=AUGUST, until="final", of=("--town", "herstappe", "--persons", "90")) as stage:
        serve_at(stage, AUGUST)
        clerk = enter(chromium, stage, "an")
        card_scenes.choose_french(stage, clerk)
        problems = clerk.close()
    assert not problems, "\n".join(problems)


def test_pictures_of_the_cards(chromium: "Browser", tmp_path: Path) -> None:
    visitors = []

    def window(name: str) -> Visitor:
        visitors.append(enter(chromium, stage, name))
        return visitors[-1]

    with town(tmp_path, clock=AUGUST, until="frozen", of=("--town", work_scenes.TOWN, "--persons", str(work_scenes.PERSONS))) as stage:
        serve_at(stage, LATE_AUGUST)
        card_scenes.write_texts(window("an"), window("lies"), tmp_path)
        serve_at(stage, SEPTEMBER)
        run_scenes.play(stage, window("an"), window("lies"))
        serve_at(stage, OCTOBER)
        counter_scenes.play(stage, window("an"))
        problems = [problem for visitor in visitors for problem in visitor.close()]
    assert not problems, "\n".join(problems)
