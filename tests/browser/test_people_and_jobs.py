"""Finding a person, what a reader is not offered, the keyboard, and work that goes on by itself."""

import os

import pytest
from redis import Redis

from demo.main_job import ELECTION_DAY
from tests.browser.conftest import Enter, Served
from tests.browser.routes import NIS
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor
from tests.browser.words import nl

ELECTION = f"/{NIS}/{ELECTION_DAY}/"
ACCENTED = """
SELECT id, last_name, first_names, national_number FROM voters_person
WHERE first_names ~ '[éèëïöüç]' OR last_name ~ '[éèëïöüç]' ORDER BY id LIMIT 1
"""
PLAIN = str.maketrans("éèëïöüç", "eeeiouc")


@pytest.fixture
def somebody(town: Stage) -> tuple[int, str, str, str]:
    """Key, last name, first names and number of a person with an accent in their name."""
    rows = town.rows(ACCENTED, nis=NIS)
    assert rows
    return rows[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no_javascript"])
def test_a_clerk_finds_a_person_and_reveals_the_number(
    town: Stage, enter: Enter, somebody: tuple[int, str, str, str], javascript: bool
) -> None:
    key, last, first, number = somebody
    clerk = enter(town, "an", javascript=javascript)
    clerk.go(f"/{NIS}/persons/")
    words = f"{first.split()[0]} {last}".translate(PLAIN).lower()
    clerk.page.locator("main input[name=q]").fill(words)
    clerk.page.locator("main input[name=q]").press("Enter")
    clerk.page.wait_for_url("**q=**")
    row = clerk.page.locator(f"main a[href$='/persons/{key}/']").first
    row.click()
    clerk.page.wait_for_url(f"**/persons/{key}/")
    assert last in clerk.heading
    shown = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    assert shown not in clerk.text
    revealed = "SELECT count(*) FROM core_auditevent WHERE kind = 'person.number_revealed'"
    before = town.rows(revealed, nis=NIS)[0][0]
    clerk.press("show")
    clerk.page.get_by_text(shown).first.wait_for()
    assert number not in clerk.page.url
    assert town.rows(revealed, nis=NIS) == [(before + 1,)]


def test_a_reader_is_offered_neither_numbers_nor_files(town: Stage, enter: Enter, somebody: tuple[int, str, str, str]) -> None:
    reader = enter(town, "rik")
    reader.go(f"/{NIS}/persons/{somebody[0]}/")
    assert not reader.offers("show")
    reader.go(f"{ELECTION}voters/")
    assert not reader.offers("Take out as a file")
    assert reader.go(f"{ELECTION}voters/export/") == 403
    assert reader.go(f"/{NIS}/people/") == 403
    assert reader.go(f"/{NIS}/register/import/") == 403


def test_the_keyboard_leads_from_any_page_to_a_person(town: Stage, enter: Enter, somebody: tuple[int, str, str, str]) -> None:
    clerk = enter(town, "an")
    clerk.go(f"/{NIS}/jobs/")
    clerk.page.keyboard.press("/")
    assert clerk.page.evaluate("document.activeElement.id") == "search"
    clerk.page.keyboard.type(somebody[1])
    clerk.page.locator("#search-results a").first.wait_for()
    clerk.page.keyboard.press("ArrowDown")
    assert clerk.page.evaluate("document.activeElement.closest('#search-results') !== null")
    clerk.page.keyboard.press("ArrowUp")
    assert clerk.page.evaluate("document.activeElement.id") == "search"
    clerk.page.keyboard.press("ArrowDown")
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_url("**/persons/**")
    clerk.go(f"/{NIS}/jobs/")
    clerk.page.keyboard.press("/")
    clerk.page.keyboard.type(somebody[1])
    clerk.page.locator("#search-results a").first.wait_for()
    clerk.page.keyboard.press("Escape")
    assert clerk.page.locator("#search-results a").count() == 0


def test_a_filter_keeps_the_focus_and_is_said_aloud(town: Stage, enter: Enter) -> None:
    clerk = enter(town, "an")
    clerk.go(f"{ELECTION}voters/")
    clerk.page.locator("main select[name=mark]").focus()
    clerk.choose(mark="yes")
    clerk.page.wait_for_url("**mark=yes**")
    clerk.page.wait_for_function("document.getElementById('announcer').textContent !== ''")
    assert clerk.page.evaluate("document.activeElement.name") == "mark"
    clerk.page.go_back()
    clerk.page.wait_for_url(lambda url: "mark=yes" not in url)


def test_what_is_swapped_never_brings_an_inline_style(town: Stage, enter: Enter) -> None:
    # A password manager, or whoever looks at the page with tools, gives elements a style of their own: htmx would write it back
    # as an attribute while it settles, and the policy would refuse that aloud.
    clerk = enter(town, "an")
    clerk.go(f"/{NIS}/register/unmatched/")
    pages = clerk.page.eval_on_selector_all("main tbody th a", "links => links.map(link => link.href)")
    assert any(_searched(clerk, page, "a") for page in pages), "no page on which a street is chosen"
    for typed in ("s", "st"):
        clerk.page.evaluate("document.querySelectorAll('#choices, #choices *').forEach(e => { e.style.outline = '1px solid'; })")
        with clerk.page.expect_response("**/register/unmatched/streets/**"):
            clerk.page.locator("#street-q").fill(typed)
    clerk.page.wait_for_timeout(300)
    assert clerk.page.locator("#choices input").count() > 0
    assert clerk.page.locator("#choices [style]").count() == 0


def _searched(clerk: Visitor, page: str, text: str) -> bool:
    """Whether streets are found on the page of a spelling."""
    clerk.go(page)
    if not clerk.page.locator("#street-q").count():
        return False
    with clerk.page.expect_response("**/register/unmatched/streets/**"):
        clerk.page.locator("#street-q").fill(text)
    clerk.page.wait_for_timeout(300)
    return clerk.page.locator("#choices input").count() > 0


def test_work_goes_on_when_the_page_is_closed_and_shows_where_it_is(town_with_addresses: Stage, served: Served, enter: Enter) -> None:
    queue = os.environ["REDIS_URL"].rpartition("/")[0] + "/9"
    Redis.from_url(queue).flushdb()  # a database of the broker that nobody else uses
    stage = served(town_with_addresses, TASKS_INLINE="0", REDIS_URL=queue)
    clerk = enter(stage, "an")
    first = _send(stage, clerk)
    clerk.press("Stop")
    clerk.page.get_by_text(nl("This import was stopped. Nothing of the file was brought in and the file was removed.")).wait_for()
    assert clerk.page.locator("h1").count() == 1
    clerk.go(f"/{NIS}/jobs/")
    assert stage.rows("SELECT state FROM core_job ORDER BY id DESC LIMIT 1", nis=NIS) == [("cancelled",)]

    second = _send(stage, clerk)
    assert second != first
    clerk.sees("Waiting for its turn", "You may close this page: the work goes on.")
    job = stage.rows("SELECT id FROM core_job ORDER BY id DESC LIMIT 1", nis=NIS)[0][0]
    clerk.go(f"/{NIS}/jobs/{job}/")
    stage.start("worker", "celery", "--app", "electionadmin.celery", "worker", "--queues", "interactive,bulk,print,delivery",
                "--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")  # fmt: skip
    clerk.page.locator(f"#job-{job}.job-done").wait_for(timeout=30_000)  # the page asks by itself
    clerk.go(second)
    clerk.sees("What would change")


def _send(stage: Stage, clerk: Visitor) -> str:
    file = stage.folder / "demo/register/register.csv"
    clerk.go(f"/{NIS}/register/import/")
    clerk.attach(file=file, manifest=file.with_name("register.csv.manifest.json"))
    clerk.press("Send and check")
    return clerk.path
