"""The scenes of the guide about the map of the districts: streets are picked there and given to another district."""

from pathlib import Path

from tests.browser.camera import take
from tests.browser.station_scenes import DRAWN, HOME
from tests.browser.visitor import PHONE, Visitor

STREET = "Basiliekstraat"
PICKED = "#map-picked .pieces li"


def play(clerk: Visitor, file: Path) -> None:
    """The whole town, a street that is picked, where its voters go, and what that changes; ``file``: the districts."""
    page = clerk.page
    clerk.go(f"{HOME}districts/import/")
    clerk.attach(file=file)
    clerk.press("Check and compare")
    clerk.press("Bring in")
    clerk.page.wait_for_load_state("networkidle")
    clerk.go(f"{HOME}districts/map/")
    page.wait_for_selector(DRAWN)
    page.wait_for_timeout(800)
    take(clerk, "kieswijken-kaart")
    pick(clerk)
    page.locator("#id_target").select_option(index=3)
    page.wait_for_selector("#preview h2")
    page.wait_for_timeout(500)
    take(clerk, "kieswijken-kaart-kiezen", at=".map-page")
    take(clerk, "kieswijken-kaart-gevolg", at="#preview")
    clerk.press("See what changes")
    take(clerk, "kieswijken-kaart-verschillen")
    page.set_viewport_size(PHONE)
    clerk.go(f"{HOME}districts/map/")
    page.wait_for_selector(DRAWN)
    pick(clerk)
    take(clerk, "kieswijken-kaart-telefoon", size=PHONE)


def pick(clerk: Visitor) -> None:
    """A street found by its name."""
    page = clerk.page
    page.locator("#map-form [name=q]").fill(STREET)
    page.locator("#map-form [name=q]").press("Enter")
    page.get_by_role("button", name="De hele straat kiezen").first.click()
    page.wait_for_selector(PICKED)
    page.wait_for_timeout(500)
