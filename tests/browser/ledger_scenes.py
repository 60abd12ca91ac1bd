"""The scenes of the guide about what changes after the list date: mutations, the ledger, a decision, the change sheet."""

from pathlib import Path

from tests.browser.camera import keep_page, take
from tests.browser.stage import Stage
from tests.browser.station_scenes import ELECTION, HOME, NIS
from tests.browser.visitor import Visitor

EVENTS = (
    "death,2024-08-20,,,,,,",
    "move,2024-08-21,1500,Basiliekstraat,12,,,",
    "departure,2024-08-22,1040,Wetstraat,16,,21004,",
    "departure,2024-08-22,,,,,FR,",
    "strike_off,2024-08-23,,,,,,",
    "suspension,2024-08-23,,,,,,excluded",
)
# Voters of the final list who live here still.
LISTED = (
    "SELECT p.id, p.national_number FROM voters_entry e JOIN voters_extraction x ON x.id = e.extraction_id AND x.kind = 'final' "
    "JOIN voters_person p ON p.id = e.person_id WHERE coalesce(p.deceased_on, p.struck_on, p.departed_on) IS NULL AND p.suspension = '' "
    "ORDER BY e.list_number LIMIT 20 OFFSET 40"
)


def write(stage: Stage, folder: Path) -> tuple[Path, Path]:
    """A file of six events, and one with faults."""
    numbers = [str(number) for _pk, number in stage.rows(LISTED, nis=NIS)]
    header = "sequence,national_number,event,effective_on,postcode,street_name,house_number,box_number,departed_to,suspension"
    rows = []
    for place, (number, event) in enumerate(zip(numbers, EVENTS, strict=False), 1):
        name, day, postcode, street, house, box, to, *suspension = event.split(",")
        rows.append(",".join([str(place), number, name, day, postcode, street, house, box, to, *suspension]))
    good, bad = folder / "mutaties_2024-08.csv", folder / "mutaties_met_fouten.csv"
    good.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    wrong = [rows[0], rows[1].replace(",Basiliekstraat,", ",,"), rows[3].replace("4,", "7,", 1), rows[4].replace("strike_off", "afgevoerd")]
    bad.write_text("\n".join([header, *wrong, ""]), encoding="utf-8")
    return good, bad


def play(stage: Stage, clerk: Visitor, head: Visitor, folder: Path) -> None:
    """All scenes in the order of the work."""
    good, bad = write(stage, folder)
    clerk.go(f"{ELECTION}ledger/")
    take(clerk, "na-de-lijstdatum-leeg")
    clerk.go(f"{HOME}mutations/new/")
    clerk.attach(file=bad)
    clerk.press("Send and check")
    take(clerk, "mutaties-fouten")
    clerk.go(f"{HOME}mutations/new/")
    clerk.attach(file=good)
    take(clerk, "mutaties-kiezen")
    clerk.press("Send and check")
    take(clerk, "mutaties-nagekeken")
    where = clerk.path
    clerk.press("See every event")
    take(clerk, "mutaties-gebeurtenissen")
    clerk.go(where)
    clerk.press("Ask for approval")
    head.go(where)
    take(head, "mutaties-beslissen")
    head.insist("Approve")
    clerk.go(f"{ELECTION}ledger/")
    take(clerk, "na-de-lijstdatum")
    decide(stage, clerk, head)
    clerk.go(f"{ELECTION}ledger/sheet/?since=01/08/2024&until=13/10/2024")
    take(clerk, "wijzigingsblad")
    keep_page(clerk.download("PDF: a page a polling station"), "wijzigingsblad-pdf")


def decide(stage: Stage, clerk: Visitor, head: Visitor) -> None:
    """A voter is struck by a decision of the college."""
    person = stage.rows(LISTED, nis=NIS)[10][0]
    clerk.go(f"{ELECTION}decisions/new/{person}/?kind=strike")
    clerk.fill(decided_on="16/08/2024", reference="CBS/2024/118", reason="Bezwaar gegrond: woont sinds 2023 in Brussel.")
    take(clerk, "beslissing-vragen")
    clerk.press("Ask a colleague to record it")
    head.go(clerk.path)
    take(head, "beslissing-optekenen")
    head.insist("Approve")
    clerk.go(f"{HOME}persons/{person}/")
    take(clerk, "beslissing-dossier")
