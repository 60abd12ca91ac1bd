"""The scenes of the guide about copies of the voters list: a paper package, and a list for a party that a second person decides on."""

from tests.browser.camera import keep_page, take
from tests.browser.stage import Stage
from tests.browser.station_scenes import ELECTION, HOME, one
from tests.browser.visitor import Visitor

LISTS = f"{ELECTION}lists/"
# The station with the voter whom the college struck, so that the list of its president shows one.
STRUCK_AT = (
    "SELECT s.number FROM voters_listdecision d JOIN voters_entry e ON e.person_id = d.person_id "
    "JOIN voters_extraction x ON x.id = e.extraction_id AND x.kind = 'final' "
    "JOIN voters_entryplace p ON p.list_number = e.list_number JOIN districts_station s ON s.id = p.station_id LIMIT 1"
)


def play(stage: Stage, clerk: Visitor, head: Visitor) -> None:
    """All scenes in the order of the guide."""
    make_package(clerk, station=str(one(stage, STRUCK_AT)))
    ask_for_a_party(clerk, head)
    clerk.go(LISTS)
    take(clerk, "lijsten")
    take(clerk, "lijsten-gemaakt", at="main section.panel:nth-of-type(2)")


def make_package(clerk: Visitor, *, station: str) -> None:
    """The papers of one station."""
    clerk.go(f"{LISTS}new/president/")
    clerk.choose(scope=station)
    clerk.fill(made_for=f"Voorzitter van stembureau {station}")
    take(clerk, "lijst-maken")
    clerk.press("Make the list")
    take(clerk, "lijst-klaar")
    keep_page(clerk.download("Download"), "lijst-voorzitter-pdf")
    clerk.go(f"{LISTS}new/public/")
    clerk.fill(made_for="Inzage aan het onthaal van het stadhuis")
    clerk.press("Make the list")


def ask_for_a_party(clerk: Visitor, head: Visitor) -> None:
    """What a party gets, decided by a second person."""
    clerk.go(f"{LISTS}new/party/")
    clerk.fill(made_for="Jan Voorbeeld, lijst 3", purpose="Brief van 20 augustus 2024, verbintenis getekend")
    take(clerk, "lijst-partij")
    clerk.insist("Ask for it")
    where = clerk.path
    head.go(f"{HOME}approvals/")
    head.go(where)
    take(head, "lijst-partij-beslissen")
    head.insist("Approve")
