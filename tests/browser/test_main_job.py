"""From a register file to the frozen list, as a clerk and two heads do it, with JavaScript and without."""

import pytest

from demo.main_job import BALLOTS, ELECTION_DAY, LIST_DATE
from tests.browser.audit import faults
from tests.browser.conftest import Enter, Served
from tests.browser.routes import NIS
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor
from tests.browser.words import nl

HOME = f"/{NIS}/"
ELECTION = f"/{NIS}/{ELECTION_DAY}/"


@pytest.mark.slow
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no_javascript"])
def test_from_register_file_to_frozen_list(town_with_addresses: Stage, served: Served, enter: Enter, javascript: bool) -> None:
    stage = served(town_with_addresses)
    clerk, lies, mia = (enter(stage, name, javascript=javascript) for name in ("an", "lies", "mia"))

    register = bring_in(stage, clerk, lies, "register")
    assert stage.rows("SELECT count(*) FROM voters_person", nis=NIS) == [(register,)]
    make_election(clerk)
    trial(clerk)
    change_election(stage, clerk)
    bring_in(stage, clerk, lies, "next")
    trial(clerk)
    trial(clerk)
    compare(clerk)
    delete_trial(stage, clerk)

    lies.go(f"{ELECTION}extractions/")
    lies.press("Ask for the final list")
    lies.fill(word="iets anders")
    lies.press("Ask for it")
    assert stage.rows("SELECT count(*) FROM voters_extraction WHERE kind = 'final'", nis=NIS) == [(0,)]
    lies.fill(word=nl("final"))
    lies.insist("Ask for it")
    withdraw(stage, lies)
    lies.go(f"{ELECTION}extractions/")
    lies.press("Ask for the final list")
    lies.fill(word=nl("final"))
    lies.insist("Ask for it")
    where = lies.path
    lies.sees("You asked for this yourself: somebody else decides.")
    assert not lies.offers("Approve")

    mia.go(where)
    mia.insist("Approve")
    mia.press("To the voters list")
    assert stage.rows("SELECT state, approved_by_name FROM voters_extraction WHERE kind = 'final' AND state <> 'cancelled'", nis=NIS) == [
        ("done", "Mia Jans")
    ]
    look_at_list(stage, clerk, javascript=javascript)


def sound(visitor: Visitor) -> None:
    """Nothing is wrong with the page as it stands."""
    if visitor.javascript:
        assert not faults(visitor)


def bring_in(stage: Stage, clerk: Visitor, head: Visitor, name: str) -> int:
    """Send a file, look at the differences, ask; the head approves. Returns the persons in the file."""
    file = stage.folder / "demo" / name / "register.csv"
    clerk.go(f"/{NIS}/register/")
    clerk.press("Bring in a register file")
    clerk.attach(file=file, manifest=file.with_name("register.csv.manifest.json"))
    clerk.press("Send and check")
    clerk.sees("What would change")
    where = clerk.path
    clerk.press("See every difference")
    assert clerk.page.locator("#results tbody tr").count() > 1
    clerk.go(where)
    for box in clerk.page.locator("input[name=guard]").all():
        box.check()
    clerk.press("Ask for approval")
    clerk.sees("You asked for this yourself: somebody else decides.")
    assert not clerk.offers("Approve")
    merged = "SELECT count(*) FROM voters_registerimport WHERE state = 'merged'"
    before = stage.rows(merged, nis=NIS)[0][0]

    head.go(f"/{NIS}/approvals/")
    head.page.locator("#results tbody a").first.click()
    assert head.path == where
    head.insist("Approve")
    assert stage.rows(merged, nis=NIS) == [(before + 1,)]
    head.sees("What was brought in")
    return len(file.read_text().splitlines()) - 1


def make_election(clerk: Visitor) -> None:
    """A local election, from the first page."""
    clerk.go(f"/{NIS}/elections/new/")
    clerk.fill(date=f"{ELECTION_DAY:%d/%m/%Y}", list_date=f"{LIST_DATE:%d/%m/%Y}")
    for ballot in clerk.page.locator("input[name=ballots]").all():
        ballot.set_checked(ballot.get_attribute("value") in BALLOTS)
    clerk.press("Make the election")
    assert clerk.path == ELECTION


def change_election(stage: Stage, clerk: Visitor) -> None:
    """Another list date, and the right one again; a wrong word removes nothing."""
    list_date = "SELECT list_date::text FROM elections_election"
    for day in (f"{LIST_DATE:%d}/07/{LIST_DATE:%Y}", f"{LIST_DATE:%d/%m/%Y}"):
        clerk.go(ELECTION)
        clerk.press("Change the election")
        sound(clerk)
        clerk.fill(list_date=day)
        clerk.press("Keep the changes")
        assert clerk.path == ELECTION
        assert stage.rows(list_date, nis=NIS) == [("-".join(reversed(day.split("/"))),)]
    clerk.press("Change the election")
    clerk.press("Remove this election")
    assert not clerk.offers("Remove"), "an extraction rests on it"
    sound(clerk)


def delete_trial(stage: Stage, clerk: Visitor) -> None:
    """The newest trial, with its figures in view."""
    count = "SELECT count(*) FROM voters_extraction"
    before = stage.rows(count, nis=NIS)[0][0]
    clerk.go(f"{ELECTION}extractions/")
    clerk.page.locator("main tbody th a").first.click()
    clerk.press("Delete this trial")
    sound(clerk)
    clerk.press("Delete")
    clerk.fill(word=nl("delete"))
    clerk.press("Delete")
    assert clerk.path == f"{ELECTION}extractions/"
    assert stage.rows(count, nis=NIS) == [(before - 1,)]


def withdraw(stage: Stage, head: Visitor) -> None:
    """Take back what was just asked; a page asks first."""
    head.press("Withdraw the request")
    sound(head)
    head.press("Withdraw the request")
    assert stage.rows("SELECT state FROM voters_extraction WHERE kind = 'final'", nis=NIS) == [("cancelled",)]


def trial(clerk: Visitor) -> None:
    """A trial extraction, and its figures."""
    clerk.go(f"{ELECTION}extractions/")
    clerk.press("Make a trial extraction")
    clerk.sees("What the checks found", "Voters by ballot")


def compare(clerk: Visitor) -> None:
    """The second trial beside the first."""
    clerk.go(f"{ELECTION}extractions/")
    clerk.press("Compare")
    assert "before=" in clerk.path
    assert clerk.page.locator("main table tbody tr").count() > 0


def look_at_list(stage: Stage, clerk: Visitor, *, javascript: bool) -> None:
    """Filter the list, and take out exactly what is shown."""
    clerk.go(f"{ELECTION}voters/")
    clerk.choose(mark="yes")
    if not javascript:
        clerk.press("Search")
    clerk.page.wait_for_url("**mark=yes**")
    marked = stage.rows(
        "SELECT count(*) FROM voters_entry WHERE mark = 'V' AND extraction_id = "
        "(SELECT id FROM voters_extraction WHERE kind = 'final' AND state = 'done')",
        nis=NIS,
    )[0][0]
    assert marked > 0
    assert clerk.page.locator("#results tbody tr").count() == min(marked, 50)
    clerk.press("Take out as a file")
    clerk.page.locator("input[name=format][value=csv]").check()
    clerk.press("Make the file")
    lines = clerk.download("Download").decode("utf-8-sig").splitlines()
    assert lines[0].startswith("list_number,last_name,first_names,birth_date")
    assert len(lines) == 1 + marked
