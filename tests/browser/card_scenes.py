"""The scenes of the guide about cards: the letterhead, a text that is changed and approved."""

from pathlib import Path

from tests.browser.camera import take
from tests.browser.stage import Stage
from tests.browser.station_scenes import ELECTION, HOME
from tests.browser.visitor import Visitor

TEXTS = f"{ELECTION}card-texts/"
FACILITIES = "73028"
PREVIEW = "#preview img"
# Nobody's arms.
ARMS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 120"><path d="M4 4h92v60q0 36-46 52Q4 100 4 64z" fill="#1d4e89"/>'
    '<path d="M4 40h92v24q0 6-2 12H6q-2-6-2-12z" fill="#f4c95d"/><circle cx="50" cy="22" r="10" fill="#f4c95d"/></svg>'
)


def write_texts(clerk: Visitor, head: Visitor, folder: Path) -> None:
    """How the town signs its cards, and a sentence of theirs that is changed and approved."""
    arms = folder / "wapenschild.svg"
    arms.write_text(ARMS, encoding="utf-8")
    sign(head, arms)
    clerk.go(TEXTS)
    take(clerk, "teksten")
    clerk.page.locator("main tbody th a").first.click()
    clerk.page.wait_for_load_state("networkidle")
    where = clerk.path
    take(clerk, "tekst")
    take(clerk, "tekst-herkomst", at="main section.panel:has(table)")
    change(clerk)
    take(clerk, "tekst-vragen")
    clerk.insist("Ask a second person")
    clerk.page.locator("form[action$='/withdraw/']").wait_for()
    head.go(where)
    take(head, "tekst-beslissen")
    head.insist("Approve")
    head.press("What changed")
    take(head, "tekst-verschillen")
    clerk.go(where)
    take(clerk, "tekst-versies")
    clerk.go(f"{TEXTS}settings/")
    take(clerk, "papier-en-teksten")


def sign(head: Visitor, arms: Path) -> None:
    """The letterhead."""
    head.go(f"{HOME}letterhead/")
    head.fill(
        lines_nl="Oudstrijdersplein 18\n1500 Halle\nburgerzaken@halle.example · 02 000 00 00",
        foot_nl="Vragen? Dienst Burgerzaken, Oudstrijdersplein 18, elke werkdag van 9 tot 12 uur.",
    )
    head.attach(arms=arms)
    take(head, "briefhoofd")
    head.press("Keep")


def change(clerk: Visitor) -> None:
    """One sentence, first so that the card would not be right."""
    clerk.press("Change the text")
    page = clerk.page
    page.locator(PREVIEW).wait_for()
    text = page.locator("textarea[name=html]")
    good = text.input_value()
    take(clerk, "tekst-wijzigen")
    text.fill(good.replace('data-slot="station_name"', ""))
    clerk.press("Keep")
    take(clerk, "tekst-geweigerd")
    text.fill(good.replace("Zo stemt u", "Zo stemt u in Halle"))
    clerk.fill(note="Titel aangepast aan onze stad")
    clerk.press("Keep")


def choose_french(stage: Stage, clerk: Visitor) -> None:
    """In a municipality with facilities: a voter asked for letters in French."""
    person = stage.rows("SELECT person_id FROM voters_entry ORDER BY list_number LIMIT 1 OFFSET 7", nis=FACILITIES)[0][0]
    clerk.go(f"/{FACILITIES}/persons/{person}/language/")
    clerk.fill(received_on="12/08/2024", source="E-mail van 12 augustus 2024, post 2024/311")
    take(clerk, "brief-in-het-frans")
