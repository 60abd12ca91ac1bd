"""What stands on a stage before the first click.

`python -m tests.browser.prepare --until addresses|final|frozen|cards|all --town herstappe --persons 600`.

``addresses``: the town with its people and its addresses, and two registers on the disk. ``final``: its register and its final list
too, with files of districts and stations on the disk; ``buildings``, on such a stage where these were brought in: what a clerk fills in
of the buildings afterwards. ``frozen``: districts, stations and the final list, with everybody assigned to a station; ``cards``: that, and print runs, cards and a counter in every state that a page shows. ``all``: the
steps of the demo's main job with a second register and trial in between, and then what makes every page have something to show: a
third register that waits for approval, a file with faults, a column map, a file that was taken out, a second town, platform staff.
"""

import argparse
import contextlib
import io
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from demo.main_job import MainJob
    from demo.stations import Site
    from elections.models import Election
    from voters.models import Draft, RegisterImport

PASSWORD = "demo-verkiezingen"


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--until", choices=["addresses", "final", "buildings", "frozen", "cards", "all"], default="all")
    parser.add_argument("--town", default="herstappe")
    parser.add_argument("--persons", type=int, default=600)
    options = parser.parse_args()
    django.setup()

    from core import jobs
    from demo.drift import mutate
    from demo.main_job import MainJob
    from demo.towns import TOWNS
    from tests.browser import prepare_cards

    out = Path(settings.VAR_DIR) / "demo"
    out.mkdir(parents=True, exist_ok=True)
    job = MainJob(town=TOWNS[options.town], persons=options.persons, seed=1, out=out, tell=print)
    with jobs.inline():
        job.municipality = job._municipality()
        job.clerk, job.head = job._actor("an"), job._actor("lies")
        if options.until == "buildings":
            _fill_in_buildings(job)
            return
        job._addresses()
        first = job._population()
        mutate(first, seed=1, out=out / "next")
        _people(job)
        if options.until == "final":
            _until_final(job, first)
        if options.until in {"frozen", "cards"}:
            election = _until_frozen(job, first)
        if options.until == "cards":
            prepare_cards.make(election, by=job.clerk, second=job.head, out=out)
        if options.until == "all":
            job._register(first)
            election = job._election()
            job._districts()
            job._stations(election, first)
            _photo(job)
            _district_files(job)
            job._trial(election)
            _bring_in(job, out / "next" / "register.csv")
            _second_trial(job, election)
            job._final(election)
            _drafts(job, election)
            _papers(job)
            _lists(job, election)
            _export(job)
            _after_the_list_date(job, election)
            _column_map(job)
            _faulty_register(job)
            mutate(out / "next" / "register.csv", seed=2, out=out / "third")
            _ask(job, _send(job, out / "third" / "register.csv"))


def _until_final(job: "MainJob", register: Path) -> None:
    from demo import districts, stations

    job._register(register)
    election = job._election()
    districts.write(job.town, job.out / "kieswijken.csv")
    stations.write_file(job.town, _sites(job, register), job.out / "stembureaus.csv")
    job._trial(election)
    job._final(election)


def _until_frozen(job: "MainJob", register: Path) -> "Election":
    job._register(register)
    election = job._election()
    job._districts()
    job._stations(election, register)
    job._trial(election)
    job._final(election)
    job._frozen(election)
    return election


def _fill_in_buildings(job: "MainJob") -> None:
    from core.tenancy import tenant

    sites = _sites(job, job._population())
    with tenant(job.municipality.pk):
        for site in sites:
            job._fill_in(site)


def _sites(job: "MainJob", register: Path) -> "list[Site]":
    from demo import districts, stations
    from demo.main_job import ELECTION_DAY

    return stations.sites(job.town, districts.districts(job.town), register, election_day=ELECTION_DAY, seed=job.seed)


def _people(job: "MainJob") -> None:
    """A second head, a second municipality in which the first head works too, and platform staff."""
    from core.actor import SYSTEM
    from municipalities import services
    from municipalities.models import User
    from municipalities.rules import Role

    now = timezone.now()
    mia = services.create_user(username="mia", first_name="Mia", last_name="Jans", email="", password=PASSWORD, by=SYSTEM, at=now)
    services.grant(municipality=job.municipality, user=mia, role=Role.HEAD, by=SYSTEM, at=now)
    second = services.create_municipality(nis_code="45062", name="Horebeke", by=SYSTEM, at=now)
    services.grant(municipality=second, user=User.objects.get(username="lies"), role=Role.HEAD, by=SYSTEM, at=now)
    services.create_user(
        username="dora", first_name="Dora", last_name="Steun", email="", password=PASSWORD, is_staff=True, by=SYSTEM, at=now
    )


def _send(job: "MainJob", file: Path) -> "RegisterImport":
    """Bring a register file in as the clerk: checked and compared."""
    from core.tenancy import tenant
    from voters.services import imports

    manifest = json.loads(file.with_name("register.csv.manifest.json").read_text())
    with tenant(job.municipality.pk), file.open("rb") as stream:
        sent = imports.request_register_import(
            municipality=job.municipality,
            file=stream,
            file_name=f"bevolking_{manifest['as_of']}.csv",
            manifest=manifest,
            as_of=date.fromisoformat(manifest["as_of"]),
            column_map=None,
            by=job.clerk,
            at=timezone.now(),
        )
    with tenant(job.municipality.pk):
        sent.refresh_from_db()
    return sent


def _ask(job: "MainJob", sent: "RegisterImport") -> None:
    from core.tenancy import tenant
    from voters.services import imports

    with tenant(job.municipality.pk):
        accepted = [guard["code"] for guard in sent.guards]
        imports.request_import_approval(register_import=sent, accepted_guards=accepted, by=job.clerk, at=timezone.now())


def _bring_in(job: "MainJob", file: Path) -> None:
    from core.tenancy import tenant
    from voters.services import imports

    sent = _send(job, file)
    _ask(job, sent)
    with tenant(job.municipality.pk):
        sent.refresh_from_db()
        imports.approve_import(register_import=sent, by=job.head, at=timezone.now())


def _second_trial(job: "MainJob", election: "Election") -> None:
    from core.tenancy import tenant
    from voters.services import extractions

    with tenant(job.municipality.pk):
        extractions.request_trial(election=election, by=job.clerk, at=timezone.now())


def _drafts(job: "MainJob", election: "Election") -> None:
    """A second room, and drafts on the final list: one with other settings tried, two to compare, one that waits for the second person."""
    from core.tenancy import tenant
    from districts.models import Station
    from districts.services.stations import StationData, make_station
    from voters.models import Draft
    from voters.rules.assignment import DraftSettings, ListOrder
    from voters.services import draft_freeze, drafts

    by, now = job.clerk, timezone.now()
    with tenant(job.municipality.pk):
        room = Station.objects.select_related("district", "building").get(municipality=job.municipality, election=election)
        data = StationData(number=room.number + 1, district=room.district, building=room.building, room="Zaal 2")
        make_station(election=election, data=data, by=by, at=now)
        for name, order in (("Op naam", ListOrder.NAME), ("Op straat", ListOrder.STREET), ("Voor de burgemeester", ListOrder.NAME)):
            settings = DraftSettings(order=order, rest=room.number)
            drafts.request_draft(election=election, name=name, settings=settings, with_curve=name == "Op naam", by=by, at=now)
    with tenant(job.municipality.pk):
        first, _second, third = Draft.objects.filter(municipality=job.municipality).order_by("number")
        draft_freeze.request_freeze(draft=third, by=by, at=now)
        _by_hand(job, first)


def _by_hand(job: "MainJob", draft: "Draft") -> None:
    """A household of a draft moved to the other station, and its street fixed there."""
    from districts.models import Station
    from voters.models import Pin, Placement
    from voters.services import draft_moves, pins
    from voters.sql.moves import Moved

    by, now = job.clerk, timezone.now()
    placed = (
        Placement.objects.filter(municipality=job.municipality, draft=draft, address__isnull=False)
        .select_related("address__street", "head")
        .order_by("pk")[0]
    )
    assert placed.address is not None
    other = Station.objects.exclude(pk=placed.station_id or 0).get(municipality=job.municipality, election_id=draft.election_id)
    moved = Moved(household=placed.household)
    draft_moves.move_households(draft=draft, station=other, what=moved, person=placed.head, by=by, at=now)
    where = pins.PinData(kind=Pin.Kind.HERE, station=other, street=placed.address.street, postcode=placed.address.postcode, note="Overleg")
    pins.add_pin(election=draft.election, data=where, by=by, at=now)


def _papers(job: "MainJob") -> None:
    """The papers of the stations as one file."""
    from core.tenancy import tenant
    from voters.models import Draft
    from voters.services.served import request_papers

    with tenant(job.municipality.pk):
        draft = Draft.objects.select_related("election__municipality").filter(municipality=job.municipality).order_by("number")[0]
        request_papers(draft=draft, counts=True, language="nl", by=job.clerk, at=timezone.now())


def _lists(job: "MainJob", election: "Election") -> None:
    """A copy of the list for inspection, and one for a party that waits for the second person."""
    from core.tenancy import tenant
    from voters.rules.list_copies import Kind, Order, Wish
    from voters.services.list_copies import request_copy

    with tenant(job.municipality.pk):
        for kind, made_for in ((Kind.PUBLIC, "Inzage door het publiek"), (Kind.PARTY, "Jan Voorbeeld, lijst 3")):
            wish = Wish(kind, "pdf", Order.NAME, "nl", None, apart=False, made_for=made_for)
            request_copy(election=election, wish=wish, by=job.clerk, at=timezone.now(), purpose="Formulier A00a van 26 augustus")


def _after_the_list_date(job: "MainJob", election: "Election") -> None:
    """A file of mutations that was checked, and two decisions: one recorded, one that waits for the second person."""
    from core.tenancy import tenant
    from voters.models import Entry, ListDecision, Person, RegisterImport
    from voters.services import decisions, imports

    moment = timezone.make_aware(datetime.combine(election.date - timedelta(days=5), time(10)))
    new = decisions.NewDecision(
        kind=ListDecision.Kind.STRIKE, authority="college", decided_on=moment.date(), reference="CBS/12", reason="Bezwaar gegrond"
    )
    with tenant(job.municipality.pk):
        listed = Entry.objects.filter(municipality=job.municipality, extraction__kind="final").order_by("list_number")
        first, second, third = Person.objects.filter(pk__in=[entry.person_id for entry in listed[:3]]).order_by("pk")
        for person in (first, second):
            asked = decisions.request_decision(election=election, person=person, new=new, by=job.clerk, at=moment)
            if person == first:
                decisions.approve_decision(decision=asked, by=job.head, at=moment)
        rows = f"sequence,national_number,event,effective_on\n1,{third.national_number},death,2024-09-02\n"
        imports.request_register_import(
            municipality=job.municipality,
            file=io.BytesIO(rows.encode()),
            file_name="mutaties_2024-09.csv",
            manifest=None,
            as_of=None,
            column_map=None,
            by=job.clerk,
            at=timezone.now(),
            kind=RegisterImport.Kind.MUTATIONS,
        )


def _photo(job: "MainJob") -> None:
    """A photo of the first building, so that there is one to look at."""
    from PIL import Image

    from core.tenancy import tenant
    from districts.models import Building
    from districts.services.photos import set_photo

    drawn = io.BytesIO()
    Image.new("RGB", (640, 400), "#c9d6de").save(drawn, "PNG")
    with tenant(job.municipality.pk):
        building = Building.objects.filter(municipality=job.municipality).order_by("name").first()
        assert building is not None
        set_photo(building=building, file=io.BytesIO(drawn.getvalue()), by=job.clerk, at=timezone.now())


def _district_files(job: "MainJob") -> None:
    """A level above districts, a file of districts that waits for a decision, and one with faults."""
    from core.tenancy import tenant
    from districts.services.district_imports import request_district_import
    from districts.services.districts import save_area

    waiting = (job.out / "districts.csv").read_bytes()
    faulty = waiting + b"9,Nergens,3717,Bestaat niet,links,9,3\n"
    with tenant(job.municipality.pk):
        save_area(municipality=job.municipality, area=None, kind="canton", code="T", name="Tongeren", by=job.clerk, at=timezone.now())
        for content in (waiting.replace(b",all,", b",even,", 1), faulty):
            request_district_import(
                municipality=job.municipality,
                content=content,
                file_name="kieswijken.csv",
                valid_from=date(2025, 1, 1),
                by=job.clerk,
                at=timezone.now(),
            )


def _faulty_register(job: "MainJob") -> None:
    from core.jobs import JobRefusedError
    from demo.defects import spoil

    broken = spoil("many_at_once", job.out / "register" / "register.csv", job.out / "faulty")
    with contextlib.suppress(JobRefusedError):
        _send(job, broken.path)


def _column_map(job: "MainJob") -> None:
    from core.tenancy import tenant
    from voters.services.column_maps import save_column_map

    columns = {"RRNR": "national_number", "NAAM": "last_name", "VOORNAMEN": "first_names", "GEBDAT": "birth_date", "KODE": ""}
    with tenant(job.municipality.pk):
        save_column_map(
            municipality=job.municipality, column_map=None, name="Leverancier", columns=columns, by=job.clerk, at=timezone.now()
        )


def _export(job: "MainJob") -> None:
    from core.tenancy import tenant
    from voters.models import Extraction
    from voters.services.exports import request_export

    with tenant(job.municipality.pk):
        final = Extraction.objects.get(municipality=job.municipality, kind="final")
        request_export(extraction=final, file_format="pdf", order="name", values={}, selection="", by=job.head, at=timezone.now())


if __name__ == "__main__":
    main()
