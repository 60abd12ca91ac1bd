"""The scenes of the guide about the counter: a voter is found, gets a duplicate, and a card is checked."""

from base64 import b64decode

from tests.browser.camera import keep_page, take
from tests.browser.run_scenes import fetch
from tests.browser.stage import Stage
from tests.browser.station_scenes import ELECTION, NIS, one
from tests.browser.visitor import PHONE, Visitor

COUNTER = f"{ELECTION}counter/"
VOTER = "SELECT {} FROM convocations_card WHERE state = 'announced' AND last_name = 'Peeters' ORDER BY list_number LIMIT 1"
# What the form gives, as a browser would show it in a new tab.
SUBMIT = """async form => {
  const bytes = new Uint8Array(await (await fetch(form.action, { method: 'POST', body: new FormData(form) })).arrayBuffer());
  return btoa(Array.from(bytes, one => String.fromCharCode(one)).join(''));
}"""


def play(stage: Stage, clerk: Visitor) -> None:
    """All scenes in the order of the work."""
    furnish(clerk, blank=f"{one(stage, VOTER.format('template'))} white")
    person, code = one(stage, VOTER.format("person_id")), one(stage, VOTER.format("token || '-' || to_char(issue, 'FM00')"))
    clerk.go(COUNTER)
    take(clerk, "loket")
    clerk.page.locator("main input[name=q]").fill("peeters")
    clerk.page.locator("main input[name=q]").press("Enter")
    clerk.page.locator("main tbody").wait_for()
    take(clerk, "loket-zoeken")
    hand_out(clerk, str(person))
    clerk.go(f"{COUNTER}check/")
    clerk.fill(code=str(code))
    clerk.press("Check this card")
    clerk.page.locator(".verdict").wait_for()
    take(clerk, "kaart-controleren")
    clerk.go(f"{COUNTER}reissue/")
    street = one(stage, "SELECT id FROM districts_street WHERE name = 'Basiliekstraat'")
    clerk.choose(street=str(street))
    clerk.fill(note="Niet bedeeld op 2 oktober")
    take(clerk, "nieuwe-kaarten")
    assert stage.rows("SELECT 1 FROM convocations_duplicate", nis=NIS)


def furnish(clerk: Visitor, *, blank: str) -> None:
    """A printer that is a little off, a counter, and blank cards of a kind."""
    clerk.go(f"{COUNTER}printers/new/")
    clerk.fill(name="Printer onthaal", right="1,5", up="-0,5")
    take(clerk, "printer")
    clerk.press("Keep")
    clerk.go(f"{COUNTER}desks/new/")
    clerk.fill(name="Loket 2")
    clerk.choose(printer="Printer onthaal")
    clerk.press("Keep")
    clerk.go(f"{COUNTER}printers/")
    take(clerk, "loketten")
    keep_page(fetch(clerk, clerk.page.locator("main a[href$='/page/']").first), "ijkblad")
    for kind, quantity, note in (("delivered", "200", ""), ("spoiled", "2", "Vast in de printer"), ("counted", "197", "")):
        clerk.go(f"{COUNTER}blanks/")
        clerk.choose(blank=blank, kind=kind)
        clerk.fill(quantity=quantity, note=note)
        clerk.press("Note these cards")
        clerk.page.locator(".note-ok").wait_for()
    clerk.go(f"{COUNTER}blanks/")
    take(clerk, "blanco-kaarten")


def hand_out(clerk: Visitor, person: str) -> None:
    """A duplicate for somebody whose letter did not come."""
    where = f"{COUNTER}voters/{person}/"
    clerk.go(where)
    take(clerk, "loket-kiezer")
    clerk.page.locator("main input[name=identity]").check()
    take(clerk, "loket-duplicaat", at="#print")
    keep_page(b64decode(clerk.page.locator("#print form").evaluate(SUBMIT)), "duplicaat")
    clerk.go(where)
    take(clerk, "loket-daarna")
    take(clerk, "loket-telefoon", size=PHONE)
