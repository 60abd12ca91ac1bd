"""The scenes of the guide about print runs: cards made, looked at, released by a second person, sent to bpost, and what came back."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.camera import keep_page, take
from tests.browser.stage import Stage
from tests.browser.station_scenes import ELECTION, HOME, NIS, one
from tests.browser.visitor import Visitor
from tests.browser.words import nl

if TYPE_CHECKING:
    from playwright.sync_api import Locator

RUNS, CARDS = f"{ELECTION}card-runs/", f"{ELECTION}cards/"
RUN = f"{RUNS}1/"
CARD = "SELECT token || '-' || to_char(issue, 'FM00') FROM convocations_card ORDER BY list_number OFFSET {} LIMIT 1"
LIST_AT = "2024-09-16T10:00:00+02:00"
KEPT, DESTROYED = CARD.format(700), CARD.format(1200)
BUSIEST = """SELECT token || '-' || to_char(issue, 'FM00') FROM convocations_card
 WHERE (postcode, street_name) = (SELECT postcode, street_name FROM convocations_card GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 1)
 ORDER BY list_number OFFSET {} LIMIT 1"""


ANSWER = """<?xml version="1.0" encoding="ISO-8859-1"?>
<MailingResponse><Context requestName="MailingResponse" version="0200"/><Header><Files><RequestProps customerFileRef="{ref}"/></Files></Header>
<MailingCreate seq="1"><Status code="100"/><Replies>{replies}</Replies></MailingCreate></MailingResponse>
"""
REPLY = """<Reply seq="1"><XPath>/MailingRequest/MailingCreate[@seq="1"]/Items/Item[@seq="{seq}"]</XPath>
<Messages><Message code="MID-4010" severity="ERROR"><Description>No match</Description></Message></Messages></Reply>
"""


def play(stage: Stage, clerk: Visitor, head: Visitor) -> None:
    """All scenes in the order of the work."""
    fill_in_bpost(head)
    make(stage, clerk)
    release(clerk, head)
    send(clerk)
    come_back(stage, clerk)
    look_up(stage, clerk)


def fetch(visitor: Visitor, link: "Locator") -> bytes:
    """What a link leads to, without going there."""
    answer = visitor.page.context.request.get(visitor.url + str(link.get_attribute("href")))
    assert answer.ok, f"{answer.status} {answer.url}"
    return answer.body()


def fill_in_bpost(head: Visitor) -> None:
    """The numbers that bpost gave; these are nobody's."""
    head.go(f"{HOME}bpost/")
    head.fill(prs_id="12345678", account_id="87654321")
    head.press("Keep")


def make(stage: Stage, clerk: Visitor) -> None:
    """The cards are made and read back; the list is that of the database's clock, which is not on the stage."""
    clerk.go(RUNS)
    take(clerk, "drukgangen-leeg")
    clerk.go(f"{RUNS}new/")
    clerk.fill(posting="30/09/2024")
    take(clerk, "drukgang-nieuw")
    clerk.press("Make the cards")
    clerk.page.locator("#proof").wait_for()
    stage.rows("UPDATE convocations_printrun SET list_at = %s RETURNING id", LIST_AT, nis=NIS)
    clerk.go(RUN)
    take(clerk, "drukgang")
    keep_page(fetch(clerk, clerk.page.locator("#proof .panel-head a")), "drukgang-kaart")
    clerk.page.locator("#proof summary").click()
    take(clerk, "drukgang-proef", at="#proof")


def release(clerk: Visitor, head: Visitor) -> None:
    """Asked for by one, decided by another."""
    clerk.press("Ask to release")
    clerk.fill(word=nl("release"))
    take(clerk, "vrijgave-vragen")
    clerk.insist("Ask for it")
    clerk.page.locator(".approval, form[action$='/take-back/']").first.wait_for()
    head.go(RUN)
    take(head, "vrijgave-beslissen")
    head.insist("Approve")
    head.page.locator("#files").wait_for()
    clerk.go(RUN)
    take(clerk, "drukgang-vrijgegeven")


def send(clerk: Visitor) -> None:
    """The list for bpost, in production."""
    clerk.press("List for bpost")
    take(clerk, "lijst-bpost")
    clerk.choose(mode="P")
    clerk.press("Make the list")
    clerk.page.locator(".document").wait_for()
    take(clerk, "lijst-bpost-klaar")
    name = clerk.page.locator(".document h2").inner_text()
    clerk.press("To the print run")
    clerk.page.locator("#files").wait_for()
    take(clerk, "drukgang-bestanden", at="#files")
    answer(clerk, name)


def answer(clerk: Visitor, name: str) -> None:
    """bpost answers: first a file that is about other letters, then the right one, which speaks of one more."""
    ref = name.split("_")[3]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name.replace("_0RQ", "_2RS")
        for letters in ((4001, 4002), (7, 12, 4001)):
            file.write_text(ANSWER.format(ref=ref, replies="".join(REPLY.format(seq=seq) for seq in letters)), encoding="iso-8859-1")
            clerk.press("Answer of bpost")
            clerk.attach(file=file)
            clerk.press("Bring in")
            clerk.page.locator(".figures, table").first.wait_for()
            take(clerk, "antwoord-bpost" if 7 in letters else "antwoord-bpost-geweigerd")
            clerk.page.locator("nav a", has_text=nl("Print run %(number)s") % {"number": 1}).first.click()
            clerk.page.locator("#files").wait_for()


def come_back(stage: Stage, clerk: Visitor) -> None:
    """Letters come back: one is destroyed, one is kept for the voter and stays open, three are of one street."""
    street = [(BUSIEST.format(place), "unknown", "kept") for place in range(3)]
    for query, cause, action in ((DESTROYED, "unknown", "destroyed"), *street, (KEPT, "no_box", "kept")):
        clerk.go(f"{CARDS}returned/")
        clerk.fill(code=str(one(stage, query)))
        for name, value in (("cause", cause), ("action", action)):
            clerk.page.locator(f"main input[name={name}][value={value}]").check()
        if query == KEPT:
            take(clerk, "teruggekeerd")
        clerk.press("Note this letter")
        clerk.page.locator(".note-ok").wait_for()
    refused_file(stage, clerk)
    clerk.go(f"{CARDS}cases/")
    take(clerk, "open-gevallen")
    clerk.page.locator("main table a[href*='street=']").first.click()
    clerk.page.locator(".chip").first.wait_for()
    take(clerk, "open-gevallen-straat")


def refused_file(stage: Stage, clerk: Visitor) -> None:
    """A file of codes of which two rows are wrong."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "teruggekeerd.csv"
        file.write_text(
            f"code;cause\n{one(stage, DESTROYED)};moved\n7K2M9PQ4R8TX-01;moved\n{one(stage, KEPT)};verhuisd\n", encoding="utf-8"
        )
        clerk.go(f"{CARDS}returned/file/")
        clerk.attach(file=file)
        clerk.press("Note these letters")
        clerk.page.locator("main table").wait_for()
    take(clerk, "teruggekeerd-bestand")


def look_up(stage: Stage, clerk: Visitor) -> None:
    """All cards, and one of them."""
    clerk.go(f"{CARDS}?q={one(stage, KEPT)}")
    clerk.page.locator("#results tbody a").first.click()
    clerk.page.wait_for_load_state()
    take(clerk, "brief")
    clerk.go(CARDS)
    take(clerk, "brieven")
    clerk.go(f"{HOME}places/")
    take(clerk, "plaatsnamen")
