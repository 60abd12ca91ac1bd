"""What a clerk and two heads of Halle do from the first register to the frozen list, for the pictures of the guide."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from demo.defects import spoil
from demo.drift import mutate, truncate
from demo.population import generate
from demo.towns import TOWNS
from tests.browser.camera import keep_page, take
from tests.browser.stage import Stage
from tests.browser.station_scenes import ELECTION, HOME, NIS, one
from tests.browser.visitor import PHONE, Visitor
from tests.browser.words import nl

TOWN, PERSONS = "halle", 3000
SUPPLIER = "RRNR,NAAM,VOORNAMEN,GEBDAT,GESLACHT,NAT,REGISTER,INSCHRIJVINGSDATUM,STRAAT,HUISNR,BUS,POSTCODE,GEZINSNR,TAAL,KODE\n"


def make_files(folder: Path) -> None:
    """Registers of July and August, one with faults, one that was cut off; a supplier's file; address files that go wrong."""
    generate(town=TOWN, persons=PERSONS, seed=1, out=folder / "july", as_of=date(2024, 7, 1))
    july = folder / "july" / "register.csv"
    mutate(july, seed=1, out=folder / "august")
    made = {
        "bevolking_2024-07": july,
        "bevolking_2024-08": folder / "august" / "register.csv",
        "bevolking_2024-08_afgebroken": truncate(july, out=folder / "short", keep=0.9),
        "bevolking_2024-08_met_fouten": spoil("many_at_once", folder / "august" / "register.csv", folder / "faulty").path,
    }
    for name, path in made.items():
        for end in (".csv", ".csv.manifest.json"):
            path.with_name(f"register{end}").rename(folder / f"{name}{end}")
    (folder / "supplier.csv").write_text(SUPPLIER, encoding="utf-8")
    lines = TOWNS[TOWN].address_file.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "openaddress_onvolledig.csv").write_text("".join(lines[: len(lines) * 4 // 5]), encoding="utf-8")
    wrong = [*lines[:20], lines[20].replace(",1500,", ",15000,"), *lines[21:40], lines[40].replace("current", "actueel"), *lines[41:]]
    (folder / "openaddress_met_fouten.csv").write_text("".join(wrong), encoding="utf-8")


def send(clerk: Visitor, file: Path, *, shown: str = "") -> None:
    """Fill in the form of a register file and send it."""
    clerk.go(f"{HOME}register/import/")
    clerk.attach(file=file, manifest=file.with_name(f"{file.name}.manifest.json"))
    if shown:
        take(clerk, shown)
    clerk.press("Send and check")


def ask(clerk: Visitor) -> None:
    """Accept what has to be accepted and ask a second person."""
    for box in clerk.page.locator("input[name=guard]").all():
        box.check()
    clerk.press("Ask for approval")


def settle_times(stage: Stage) -> None:
    """Work begins by the clock of the database, which is not on the stage."""
    stage.rows("UPDATE core_job SET started_at = created_at WHERE started_at > finished_at RETURNING id", nis=NIS)


def begin(files: Path, clerk: Visitor, head: Visitor) -> None:
    """July: addresses, the first register, the election and a first trial."""
    head.go("/")
    take(head, "gemeente-kiezen")
    clerk.go(f"{HOME}register/")
    take(clerk, "register-leeg")
    send(clerk, files / "bevolking_2024-07.csv")
    ask(clerk)
    where = clerk.path
    head.go(where)
    head.insist("Approve")
    clerk.go(HOME)
    take(clerk, "begin")
    clerk.go(f"{HOME}elections/new/")
    take(clerk, "verkiezing-nieuw")
    clerk.fill(date="13/10/2024", list_date="01/08/2024")
    clerk.press("Make the election")
    take(clerk, "overzicht-nieuw")
    clerk.go(f"{ELECTION}rules/")
    take(clerk, "wie-mag-stemmen")
    clerk.go(f"{ELECTION}extractions/")
    take(clerk, "extracties-leeg")
    clerk.press("Make a trial extraction")
    clerk.go(ELECTION)
    take(clerk, "overzicht-proef")


def manage_people(head: Visitor, dora: Visitor) -> None:
    """People and roles, and somebody of the platform who looks on."""
    head.go(f"{HOME}people/new/")
    head.fill(first_name="Tom", last_name="Wouters", username="tom.wouters", email="tom.wouters@halle.example")
    take(head, "persoon-toevoegen")
    head.insist("Make this person")
    take(head, "persoon-toegevoegd")
    dora.go("/")
    take(dora, "hulpsessie-begin")
    dora.go("/support/")
    dora.choose(municipality=NIS)
    dora.fill(reason="Vraag 2024-118: waarom staat de Beestenmarkt niet op de lijst?")
    take(dora, "hulpsessie-openen")
    dora.press("Open the support session")
    take(dora, "hulpsessie")
    head.go(f"{HOME}people/")
    take(head, "mensen")
    take(head, "mensen-hulpsessie", at=".timeline")


def bring_in(stage: Stage, files: Path, clerk: Visitor, head: Visitor) -> None:
    """August: files that are stopped, and the register of the list date."""
    clerk.go(ELECTION)
    take(clerk, "overzicht-register-vernieuwen")
    address_files(stage, files, clerk)
    send(clerk, files / "bevolking_2024-08_met_fouten.csv")
    take(clerk, "register-fouten")
    clerk.press("See every problem")
    take(clerk, "register-fouten-lijst")
    send(clerk, files / "bevolking_2024-08_afgebroken.csv")
    take(clerk, "register-grens")
    clerk.press("Stop this import")
    take(clerk, "register-gestopt")
    send(clerk, files / "bevolking_2024-08.csv", shown="register-kiezen")
    where = clerk.path
    with at_work(stage):
        clerk.go(where)
        take(clerk, "register-controleren")
        clerk.go(f"{HOME}jobs/")
        take(clerk, "werk")
        clerk.page.locator("#results tbody a").first.click()
        take(clerk, "werk-bezig")
    clerk.go(where)
    take(clerk, "register-verschillen")
    take(clerk, "register-verschillen-verder", at=".two")
    clerk.press("See every difference")
    clerk.choose(change="changed")
    clerk.page.wait_for_url("**change=changed**")
    take(clerk, "register-verschillen-lijst")
    clerk.go(where)
    ask(clerk)
    take(clerk, "register-gevraagd")
    head.go(HOME)
    head.go(f"{HOME}approvals/")
    take(head, "goedkeuringen")
    head.go(where)
    take(head, "register-goedkeuren")
    head.insist("Approve")
    take(head, "register-klaar")
    clerk.go(f"{HOME}register/")
    take(clerk, "register-lijst")


def address_files(stage: Stage, files: Path, clerk: Visitor) -> None:
    """Address files: one that is whole, one with faults, one that would close too much; and what the streets look like."""
    for name, shown in (("openaddress_met_fouten", "adressen-fouten"), ("openaddress_onvolledig", "adressen-sluiten")):
        clerk.go(f"{HOME}addresses/import/")
        clerk.attach(file=files / f"{name}.csv")
        clerk.press("Check and bring in")
        take(clerk, shown)
    clerk.page.locator("button[value=drop]").click()
    clerk.go(f"{HOME}addresses/import/")
    clerk.attach(file=TOWNS[TOWN].address_file)
    take(clerk, "adressen-kiezen")
    clerk.press("Check and bring in")
    settle_times(stage)
    clerk.go(clerk.path)
    take(clerk, "adressen-klaar")
    clerk.go(f"{HOME}addresses/")
    take(clerk, "straten")
    street = one(stage, "SELECT id FROM districts_street WHERE name = 'Basiliekstraat'")
    clerk.go(f"{HOME}addresses/{street}/")
    take(clerk, "straat")


@contextmanager
def at_work(stage: Stage) -> Iterator[None]:
    """The newest file as it is while it is being checked: on the stage that takes no time."""
    before = stage.rows(
        "UPDATE voters_registerimport i SET state = 'checking', counts = '{}', guards = '[]' FROM voters_registerimport b "
        "WHERE b.id = i.id AND i.id = (SELECT max(id) FROM voters_registerimport) RETURNING b.counts::text, b.guards::text, i.id, i.job_id",
        nis=NIS,
    )[0]
    counts, guards, key, job = before
    stage.rows(
        "UPDATE core_job SET state = 'running', done = total * 0.6, stage = 'Reading the file', started_at = NULL WHERE id = %s RETURNING id",
        job,
        nis=NIS,
    )
    yield
    stage.rows(
        "UPDATE voters_registerimport SET state = 'compared', counts = %s, guards = %s WHERE id = %s RETURNING id",
        counts,
        guards,
        key,
        nis=NIS,
    )
    stage.rows("UPDATE core_job SET state = 'done', done = total, started_at = created_at WHERE id = %s RETURNING id", job, nis=NIS)


def link(files: Path, clerk: Visitor) -> None:
    """Names of columns, and spellings of addresses."""
    clerk.go(f"{HOME}register/columns/new/")
    clerk.fill(name="Leverancier")
    clerk.attach(file=files / "supplier.csv")
    take(clerk, "kolommen-nieuw")
    clerk.press("Read the columns")
    take(clerk, "kolommen-koppelen")
    clerk.press("Keep")
    take(clerk, "kolommen")
    clerk.go(f"{HOME}register/unmatched/")
    take(clerk, "adressen-te-koppelen")
    clerk.page.locator("main tbody a").first.click()
    take(clerk, "adres-koppelen")
    clerk.go(f"{HOME}register/unmatched/")
    clerk.page.get_by_role("link", name="Oude Halleweg").click()
    with clerk.page.expect_response("**/register/unmatched/streets/**"):
        clerk.page.locator("#street-q").fill("halleweg")
    take(clerk, "straat-koppelen")
    clerk.press("Link")
    take(clerk, "adressen-gekoppeld")


def list_voters(clerk: Visitor, lies: Visitor, mia: Visitor) -> None:
    """A second trial, its checks, the comparison, the final list by two persons, and the files."""
    clerk.go(f"{ELECTION}extractions/")
    clerk.press("Make a trial extraction")
    take(clerk, "proefextractie")
    take(clerk, "controles", at="table.list")
    clerk.page.locator("main td a[href*='/checks/']").first.click()
    take(clerk, "controle")
    clerk.go(f"{ELECTION}extractions/")
    take(clerk, "extracties")
    clerk.press("Compare")
    take(clerk, "vergelijken")
    clerk.page.locator("main .kpis a").last.click()
    take(clerk, "vergelijken-kiezers")
    clerk.go(ELECTION)
    take(clerk, "overzicht-definitief-vragen")
    lies.go(f"{ELECTION}extractions/final/")
    lies.fill(word=nl("final"))
    take(lies, "definitief-vragen")
    lies.insist("Ask for it")
    where = lies.path
    take(lies, "definitief-gevraagd")
    mia.go(where)
    take(mia, "definitief-beslissen")
    mia.insist("Approve")
    take(mia, "definitief")
    keep_page(mia.download("Report (PDF)"), "verslag")
    take_list(clerk)


def take_list(clerk: Visitor) -> None:
    """The list on the screen, filtered, and as files."""
    clerk.go(ELECTION)
    take(clerk, "overzicht")
    take(clerk, "overzicht-aandacht", at=".panel:has(.steps)")
    take(clerk, "overzicht-telefoon", size=PHONE)
    clerk.go(f"{ELECTION}voters/")
    take(clerk, "kiezerslijst")
    clerk.choose(mark="yes")
    clerk.page.wait_for_url("**mark=yes**")
    take(clerk, "kiezerslijst-gefilterd")
    take(clerk, "kiezerslijst-telefoon", size=PHONE)
    clerk.go(f"{ELECTION}voters/")
    clerk.press("Take out as a file")
    take(clerk, "kiezerslijst-uitvoeren")
    clerk.press("Make the file")
    take(clerk, "kiezerslijst-bestand")
    keep_page(clerk.download("Download"), "kiezerslijst-pdf")


VOTER = """
SELECT person_id FROM voters_personversion v JOIN voters_entry e USING (municipality_id, person_id)
WHERE v.kind = 'changed' AND v.before ? 'street_name' AND e.extraction_id = (SELECT id FROM voters_extraction WHERE kind = 'final')
ORDER BY e.list_number LIMIT 1
"""
NO_VOTER = """
SELECT person_id FROM voters_verdict v JOIN voters_person p ON p.id = v.person_id
WHERE verdict = 8 AND ballot = 3 AND fact_date IS NULL AND v.extraction_id = (SELECT id FROM voters_extraction WHERE kind = 'final')
ORDER BY p.name_key LIMIT 1
"""


def look_around(stage: Stage, clerk: Visitor, head: Visitor) -> None:
    """Persons, work, decisions and the trail."""
    clerk.go(f"{HOME}persons/")
    take(clerk, "personen-leeg")
    clerk.page.locator("main input[name=q]").fill("van den jan")
    clerk.page.locator("main input[name=q]").press("Enter")
    clerk.page.wait_for_url("**q=**")
    take(clerk, "personen")
    for query, name in ((VOTER, "dossier-kiezer"), (NO_VOTER, "dossier-geen-kiezer")):
        clerk.go(f"{HOME}persons/{one(stage, query)}/")
        take(clerk, name)
    take(clerk, "dossier-verder", at=".two")
    take(clerk, "dossier-telefoon", size=PHONE)
    clerk.press("show")
    clerk.page.locator("#national-number", has_not_text="***").wait_for()
    take(clerk, "rijksregisternummer")
    clerk.go(HOME)
    clerk.page.keyboard.press("/")
    clerk.page.keyboard.type("peeters")
    clerk.page.locator("#search-results a").first.wait_for()
    take(clerk, "zoeken")
    clerk.page.locator("details.menu-end summary").click()
    take(clerk, "persoonsmenu")
    head.go(f"{HOME}audit/")
    take(head, "logboek")
    head.press("Check the whole trail now")
    take(head, "logboek-nagekeken")
