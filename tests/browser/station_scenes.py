"""The scenes of the guide about districts, polling stations, the assignment and the map: a clerk and two heads of Halle do the work."""

from pathlib import Path

from tests.browser.camera import keep_page, take
from tests.browser.stage import Stage
from tests.browser.visitor import PHONE, Visitor
from tests.browser.words import nl

NIS = "23027"
HOME, ELECTION = f"/{NIS}/", f"/{NIS}/2024-10-13/"
DRAFTS, STREETS = f"{ELECTION}assignment/", f"{ELECTION}station-streets/"
DRAWN = "#map[data-ready]"
TOWN = ("--town", "halle", "--persons", "40000")


def one(stage: Stage, query: str) -> object:
    """The first value of a query in the town."""
    rows = stage.rows(query, nis=NIS)
    assert rows, f"nothing on the stage for: {query}"
    return rows[0][0]


def spoiled(districts: Path) -> Path:
    """A file of districts with three faults."""
    wrong = districts.with_name("kieswijken_met_fouten.csv")
    lines = districts.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[4] = lines[4].replace("1500,", "15000,", 1)
    lines[9] = lines[9].replace(",all,", ",links,", 1).replace(",even,", ",links,", 1).replace(",odd,", ",links,", 1)
    lines.insert(30, lines[29])
    wrong.write_text("".join(lines), encoding="utf-8")
    return wrong


def play(stage: Stage, clerk: Visitor, lies: Visitor, mia: Visitor, files: Path) -> None:
    """All scenes in the order of the work; ``files`` holds kieswijken.csv and stembureaus.csv."""
    bring_in_districts(clerk, files / "kieswijken.csv")
    change_districts(stage, clerk)
    look_up_districts(clerk)
    bring_in_stations(stage, clerk, files / "stembureaus.csv")
    look_at_buildings(stage, clerk)
    check_beforehand(clerk)
    draw_up(stage, clerk)
    work_on_a_draft(stage, clerk)
    compare_drafts(stage, clerk)
    freeze(clerk, lies, mia)
    look_at_a_voter(stage, clerk)
    look_at_the_map(clerk)
    hand_out(clerk)


# -------------------------------------------------------------------------------------------------------------- districts
def bring_in_districts(clerk: Visitor, file: Path) -> None:
    """No districts yet; a file with faults, and one that is brought in."""
    clerk.go(f"{HOME}districts/")
    take(clerk, "kieswijken-leeg")
    clerk.go(f"{HOME}districts/import/")
    clerk.attach(file=spoiled(file))
    clerk.press("Check and compare")
    take(clerk, "kieswijken-fouten")
    clerk.go(f"{HOME}districts/import/")
    clerk.attach(file=file)
    take(clerk, "kieswijken-inlezen")
    clerk.press("Check and compare")
    take(clerk, "kieswijken-verschillen")
    clerk.press("Bring in")


SPLIT_STREET = """
SELECT r.street_id FROM districts_streetrange r JOIN districts_street s ON s.id = r.street_id
WHERE r.removed_at IS NULL GROUP BY r.street_id, s.name HAVING count(DISTINCT r.district_id) = 2 ORDER BY count(*), s.name LIMIT 1
"""


def change_districts(stage: Stage, clerk: Visitor) -> None:
    """The list, a district, a street that is changed, a street that is given away, and the history of it all."""
    clerk.go(f"{HOME}districts/")
    take(clerk, "kieswijken")
    clerk.page.locator("#results tbody a").first.click()
    take(clerk, "kieswijk")
    clerk.go(f"{HOME}districts/street/{one(stage, SPLIT_STREET)}/")
    first, second = (clerk.page.locator(f"main [name=rows-{place}-district]") for place in (0, 1))
    with clerk.page.expect_response("**/districts/street/**"):
        first.select_option(second.input_value())
    take(clerk, "kieswijken-straat")
    clerk.press("See what changes")
    take(clerk, "kieswijken-straat-verschillen")
    clerk.press("Keep this change")
    clerk.go(f"{HOME}districts/changes/")
    take(clerk, "kieswijken-geschiedenis")
    clerk.page.locator("main tbody a").first.click()
    take(clerk, "kieswijken-wijziging")
    clerk.press("Undo this change")
    clerk.press("Keep this change")


def look_up_districts(clerk: Visitor) -> None:
    """What is wrong with the split, in which district an address lies, and a street that is to come."""
    clerk.go(f"{HOME}districts/where/")
    with clerk.page.expect_response("**/districts/where/?**"):
        clerk.page.locator("#id_q").fill("basilikstraat 12")
    take(clerk, "kieswijk-zoeken")
    clerk.go(f"{HOME}addresses/prepare/")
    clerk.fill(name="Zennehof")
    take(clerk, "straat-voorbereiden")
    clerk.go(f"{HOME}districts/findings/")
    take(clerk, "kieswijken-controle")


# --------------------------------------------------------------------------------------------------- buildings and stations
def bring_in_stations(stage: Stage, clerk: Visitor, file: Path) -> None:
    """Stations from a file; then what a building and a station tell."""
    clerk.go(f"{ELECTION}stations/")
    take(clerk, "stembureaus-leeg")
    clerk.go(f"{ELECTION}stations/import/")
    clerk.attach(file=file)
    clerk.press("Check and compare")
    take(clerk, "stembureaus-verschillen")
    clerk.press("Bring in")
    stage.program("tests.browser.prepare", "--until", "buildings", *TOWN)
    clerk.go(f"{ELECTION}stations/")
    take(clerk, "stembureaus")
    take(clerk, "stembureaus-grenzen", at=".two")
    clerk.page.locator("#results tbody th a, #results tbody td a").first.click()
    take(clerk, "stembureau")
    clerk.press("Change")
    take(clerk, "stembureau-wijzigen")
    clerk.go(f"{ELECTION}stations/numbers/")
    take(clerk, "stembureaus-hernummeren")


def look_at_buildings(stage: Stage, clerk: Visitor) -> None:
    """The list of buildings, one of them, and its checklist."""
    clerk.go(f"{HOME}buildings/")
    take(clerk, "gebouwen")
    building = one(stage, "SELECT id FROM districts_building WHERE NOT accessibility @> '{\"door_width\": false}' ORDER BY name LIMIT 1")
    clerk.go(f"{HOME}buildings/{building}/")
    take(clerk, "gebouw")
    clerk.go(f"{HOME}buildings/{building}/edit/")
    take(clerk, "gebouw-wijzigen")
    clerk.go(f"{HOME}buildings/{building}/accessibility/")
    take(clerk, "gebouw-toegankelijk")


def check_beforehand(clerk: Visitor) -> None:
    """What stands in the way of placing everybody."""
    clerk.go(f"{ELECTION}checks/")
    take(clerk, "controles-vooraf")
    take(clerk, "controles-vooraf-verder", at="main section.panel:nth-of-type(2)")


# -------------------------------------------------------------------------------------------------------------- the drafts
def draw_up(stage: Stage, clerk: Visitor) -> None:
    """A first draft with its settings and what others would give, somebody without a station, and a draft that is not possible."""
    clerk.go(DRAFTS)
    take(clerk, "indeling-leeg")
    clerk.go(f"{DRAFTS}new/")
    clerk.fill(name="In evenwicht")
    take(clerk, "ontwerp-nieuw")
    clerk.page.locator("main details summary").first.click()
    take(clerk, "ontwerp-instellingen", at="main details")
    clerk.press("Make the draft")
    take(clerk, "ontwerp")
    clerk.press("Place them")
    take(clerk, "ontwerp-zonder-bureau")
    clerk.page.locator("main select[name=station]").select_option(index=1)
    clerk.press("Place all of them there")
    clerk.press("Move them")
    clerk.go(f"{DRAFTS}1/")
    take(clerk, "ontwerp-klaar")
    take(clerk, "ontwerp-afweging", at="#tradeoff")
    take(clerk, "ontwerp-stembureaus", at="#stations")


PINNED = """
SELECT a.street_id, a.postcode, min(s.id), count(*) FROM voters_placement p JOIN districts_address a ON a.id = p.address_id
JOIN districts_station s ON s.id = p.station_id JOIN voters_draft d ON d.id = p.draft_id
WHERE d.number = 1 GROUP BY a.street_id, a.postcode
HAVING count(DISTINCT s.building_id) = 2 AND count(DISTINCT p.district_id) = 1 AND sum(p.voters) BETWEEN 40 AND 80 ORDER BY 4 LIMIT 1
"""
# Somebody who lives nearer another building of the district than the one where they vote.
FAR_PERSON = """
SELECT p.head_id FROM voters_placement p JOIN voters_draft d ON d.id = p.draft_id JOIN districts_address a ON a.id = p.address_id
JOIN districts_station s ON s.district_id = p.district_id JOIN districts_building b ON b.id = s.building_id
WHERE d.number = 1 AND p.voters BETWEEN 2 AND 4 AND p.distance > 120 + sqrt(
  ((b.latitude - a.latitude) * 111195) ^ 2 + ((b.longitude - a.longitude) * 70400) ^ 2) ORDER BY p.id LIMIT 1
"""


def work_on_a_draft(stage: Stage, clerk: Visitor) -> None:
    """Its streets, why somebody votes there, households moved by hand, and what is fixed for the drafts to come."""
    clerk.go(f"{DRAFTS}1/streets/?split=yes")
    take(clerk, "ontwerp-straten")
    person = one(stage, FAR_PERSON)
    clerk.go(f"{DRAFTS}1/persons/{person}/")
    take(clerk, "waarom-daar")
    clerk.press("Move this household")
    clerk.page.locator("main select[name=station]").select_option(index=2)
    clerk.press("Look what changes")
    take(clerk, "ontwerp-verplaatsen")
    clerk.press("Move them")
    clerk.go(f"{DRAFTS}1/")
    take(clerk, "ontwerp-met-de-hand", at="section:has(> .moves)")
    clerk.press("Undo")
    street, postcode, station, _households = stage.rows(PINNED, nis=NIS)[0]
    clerk.go(f"{DRAFTS}fixed/new/?street={street}&postcode={postcode}")
    clerk.page.locator("main select[name=place]").select_option(f"station-{station}")
    clerk.fill(note="Overleg met de school: klas 3B op de benedenverdieping")
    take(clerk, "vaste-plaats-nieuw")
    clerk.press("Keep")
    clerk.go(f"{DRAFTS}fixed/")
    take(clerk, "vaste-plaatsen")


def compare_drafts(stage: Stage, clerk: Visitor) -> None:
    """Two drafts more, one of them not possible, side by side."""
    make_another(clerk, name="Hele straten", wishes="row,distance,move")
    key = one(stage, "SELECT id FROM districts_station WHERE number = 3")
    stage.rows("UPDATE districts_station SET maximum = maximum - 400 WHERE id = %s RETURNING id", key, nis=NIS)
    make_another(clerk, name="Bureau 3 kleiner", wishes="prices")
    take(clerk, "ontwerp-onmogelijk")
    stage.rows("UPDATE districts_station SET maximum = maximum + 400 WHERE id = %s RETURNING id", key, nis=NIS)
    clerk.go(DRAFTS)
    take(clerk, "ontwerpen")
    clerk.press("Compare")
    take(clerk, "ontwerpen-vergelijken")
    clerk.press("All streets with voters who change")
    take(clerk, "ontwerpen-verschillen")


def make_another(clerk: Visitor, *, name: str, wishes: str) -> None:
    """A draft with everything else as usual; whose street nobody knows goes to the first station."""
    clerk.go(f"{DRAFTS}new/")
    clerk.page.locator("main details summary").first.click()
    clerk.fill(name=name)
    clerk.choose(wishes=wishes)
    clerk.page.locator("main select[name=rest]").select_option(index=1)
    clerk.press("Make the draft")


def freeze(clerk: Visitor, lies: Visitor, mia: Visitor) -> None:
    """Asked for by one, decided by another."""
    clerk.go(ELECTION)
    take(clerk, "overzicht-indeling-vaststellen")
    lies.go(f"{DRAFTS}1/freeze/")
    lies.fill(word=nl("freeze"))
    take(lies, "indeling-vaststellen")
    lies.insist("Ask for it")
    take(lies, "indeling-gevraagd")
    mia.go(f"{DRAFTS}1/")
    take(mia, "indeling-beslissen")
    mia.insist("Approve")
    take(mia, "indeling-vastgesteld")


def look_at_a_voter(stage: Stage, clerk: Visitor) -> None:
    """Where somebody votes, on their own page."""
    clerk.go(f"{HOME}persons/{one(stage, FAR_PERSON)}/")
    take(clerk, "dossier-stembureau")


# --------------------------------------------------------------------------------------------------- the map and the papers
def look_at_the_map(clerk: Visitor) -> None:
    """The whole town, a street, a polling station, two drafts beside each other, and on a phone."""
    page = clerk.page
    clerk.go(f"{ELECTION}map/")
    page.wait_for_selector(DRAWN)
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    take(clerk, "kaart")
    page.locator(".map-marker").first.click()
    take(clerk, "kaart-stembureau")
    page.locator("#map-form [name=q]").fill("Basiliekstraat")
    page.locator("#map-form [name=q]").press("Enter")
    page.wait_for_timeout(500)
    take(clerk, "kaart-straat")
    clerk.go(f"{ELECTION}map/?q=Basiliekstraat")
    page.wait_for_selector(DRAWN)
    take(clerk, "kaart-tabel", at="#street")
    clerk.go(f"{ELECTION}map/?draft=1&before=2")
    page.wait_for_selector(DRAWN)
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(800)
    take(clerk, "kaart-vergelijken")
    page.set_viewport_size(PHONE)
    clerk.go(f"{ELECTION}map/")
    page.wait_for_selector(DRAWN)
    take(clerk, "kaart-telefoon", size=PHONE)


def hand_out(clerk: Visitor) -> None:
    """Which streets each station serves, on the screen and on paper."""
    clerk.go(STREETS)
    take(clerk, "straten-per-stembureau")
    clerk.page.locator("main tbody th a").first.click()
    take(clerk, "straten-van-stembureau")
    keep_page(clerk.download("For the door"), "blad-deur")
    keep_page(clerk.download("For the office, with numbers"), "blad-dienst")
    clerk.go(f"{STREETS}streets/")
    take(clerk, "straten-van-a-tot-z")
    clerk.go(STREETS)
    keep_page(clerk.download("Where do you vote? The notice"), "bericht")
    clerk.press("Papers of all polling stations")
    take(clerk, "bladen")
    clerk.press("Make the file")
    take(clerk, "bladen-klaar")
