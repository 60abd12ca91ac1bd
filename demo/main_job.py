"""The main job on a real town, as its clerks would do it: from address file and register to a frozen voters list and who votes where.

Every step goes through the same services as the screens and through the real worker; what is done already is not done
again, so that a second start takes seconds. `tell` is called with one line a step.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.utils import timezone

from convocations.models import PrintRun
from core.actor import SYSTEM, Actor
from core.models import Job
from core.tenancy import tenant
from demo import assignment, cards, counter, lists
from demo import districts as made_districts
from demo import stations as made_stations
from demo.population import generate
from demo.register import AS_OF
from demo.towns import Town
from districts.models import AddressImport, Building, DistrictImport, Station
from districts.selectors.buildings import address_of
from districts.services import station_import
from districts.services.addresses import request_address_import
from districts.services.buildings import BuildingData, change_building, set_accessibility
from districts.services.district_imports import import_districts
from elections.models import Election
from elections.services import create_election
from municipalities import access, services
from municipalities.models import Municipality, User
from municipalities.rules import Role
from voters.models import Draft, Extraction, RegisterImport
from voters.services import extractions, imports

ELECTION_DAY = date(2024, 10, 13)
LIST_DATE = AS_OF
BALLOTS = ["municipal", "provincial"]
DISTRICTS_FROM = date(2018, 1, 1)
PASSWORD = "demo-verkiezingen"  # noqa: S105 - shown to everybody who starts the demo
PATIENCE = 600.0  # seconds for one step of the worker

PEOPLE: tuple[tuple[str, str, str, Role], ...] = (
    ("an", "An", "Peeters", Role.CLERK),
    ("jan", "Jan", "Maes", Role.CLERK),
    ("lies", "Lies", "Claes", Role.HEAD),
    ("rik", "Rik", "De Smet", Role.READER),
)

Tell = Callable[[str], None]
T = TypeVar("T")


class DemoError(Exception):
    """The worker did not finish a step, or refused it."""


@dataclass(slots=True)
class Done:
    """What the demo did: figures by step, seconds by step, and the files it wrote."""

    figures: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


@dataclass(slots=True)
class MainJob:
    """One town, one register, one election."""

    town: Town
    persons: int
    seed: int
    out: Path
    tell: Tell
    done: Done = field(default_factory=Done)
    municipality: Municipality = field(init=False)
    clerk: Actor = field(init=False)
    head: Actor = field(init=False)

    def run(self) -> Done:
        """Do what is not done yet, in order."""
        self.out.mkdir(parents=True, exist_ok=True)
        self.municipality = self._municipality()
        self.clerk, self.head = self._actor("an"), self._actor("lies")
        self._timed("addresses", self._addresses)
        self._timed("districts", self._districts)
        register = self._timed("population", self._population)
        self._timed("register", lambda: self._register(register))
        election = self._election()
        self._timed("stations", lambda: self._stations(election, register))
        self._timed("trial", lambda: self._trial(election))
        self._timed("final", lambda: self._final(election))
        self._timed("drafts", lambda: self._drafts(election))
        self._timed("frozen", lambda: self._frozen(election))
        self._timed("papers", lambda: self._papers(election))
        self._timed("lists", lambda: self._lists(election))
        self._timed("cards", lambda: self._cards(election))
        self._timed("counter", lambda: self._counter(election))
        return self.done

    # ------------------------------------------------------------------------------------------------- people
    def _municipality(self) -> Municipality:
        now = timezone.now()
        found = Municipality.objects.filter(nis_code=self.town.nis).first()
        municipality = found or services.create_municipality(nis_code=self.town.nis, name=self.town.name, by=SYSTEM, at=now)
        for username, first_name, last_name, role in PEOPLE:
            user = User.objects.filter(username=username).first() or services.create_user(
                username=username, first_name=first_name, last_name=last_name, email="", password=PASSWORD, by=SYSTEM, at=now
            )
            services.grant(municipality=municipality, user=user, role=role, by=SYSTEM, at=now)
        return municipality

    def _actor(self, username: str) -> Actor:
        with tenant(self.municipality.pk):
            found = access.actor_in(
                municipality=self.municipality, user=User.objects.get(username=username), address="demo", at=timezone.now()
            )
        if found is None:
            raise DemoError(f"{username} has no role in {self.town.name}")
        return found[0]

    # -------------------------------------------------------------------------------------------------- steps
    def _addresses(self) -> None:
        with tenant(self.municipality.pk):
            done = AddressImport.objects.filter(municipality=self.municipality, finished_at__isnull=False).order_by("pk").last()
            if done is not None:
                self._figures("addresses", done.counts)
                return
            with self.town.address_file.open("rb") as file:
                started = request_address_import(
                    municipality=self.municipality, file=file, file_name=self.town.address_file.name, by=self.clerk, at=timezone.now()
                )
        self._wait(started.job_id)
        with tenant(self.municipality.pk):
            started.refresh_from_db()
        self._figures("addresses", started.counts)

    def _districts(self) -> None:
        path = self.out / "districts.csv"
        made_districts.write(self.town, path)
        with tenant(self.municipality.pk):
            done = DistrictImport.objects.filter(municipality=self.municipality, state="done").order_by("pk").last()
            if done is None:
                done, _warnings = import_districts(
                    municipality=self.municipality,
                    content=path.read_bytes(),
                    file_name=path.name,
                    valid_from=DISTRICTS_FROM,
                    by=self.clerk,
                    at=timezone.now(),
                )
        self._figures("districts", done.counts)

    def _population(self) -> Path:
        folder = self.out / "register"
        wanted = {"town": self.town.nis, "persons": self.persons, "seed": self.seed}
        stamp = folder / "made.json"
        if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            generate(town=self.town.name.lower(), persons=self.persons, seed=self.seed, out=folder)
            stamp.write_text(json.dumps(wanted))
        return folder / "register.csv"

    def _register(self, register: Path) -> None:
        digest = hashlib.sha256(register.read_bytes()).hexdigest()
        with tenant(self.municipality.pk):
            merged = RegisterImport.objects.filter(municipality=self.municipality, state="merged").order_by("pk").last()
            if merged is not None and merged.sha256 != digest and Extraction.objects.filter(kind="final", state="done").exists():
                raise DemoError("The demo's list is frozen already for another register: ./run db-reset starts again.")
            if merged is not None and merged.sha256 == digest:
                self._figures("register", merged.counts)
                return
            manifest = json.loads(register.with_name("register.csv.manifest.json").read_text())
            with register.open("rb") as file:
                started = imports.request_register_import(
                    municipality=self.municipality,
                    file=file,
                    file_name=register.name,
                    manifest=manifest,
                    as_of=LIST_DATE,
                    column_map=None,
                    by=self.clerk,
                    at=timezone.now(),
                )
        self._wait(started.job_id)
        with tenant(self.municipality.pk):
            started.refresh_from_db()
            if started.state != RegisterImport.State.COMPARED:
                raise DemoError(f"The register file was not accepted: {started.state} {started.counts}")
            accepted = [guard["code"] for guard in started.guards]
            imports.request_import_approval(register_import=started, accepted_guards=accepted, by=self.clerk, at=timezone.now())
            started.refresh_from_db()
            imports.approve_import(register_import=started, by=self.head, at=timezone.now())
            started.refresh_from_db()
        self._wait(started.job_id)
        with tenant(self.municipality.pk):
            started.refresh_from_db()
        self._figures("register", started.counts)

    def _election(self) -> Election:
        with tenant(self.municipality.pk):
            found = Election.objects.filter(municipality=self.municipality, date=ELECTION_DAY).first()
            return found or create_election(
                municipality=self.municipality,
                date=ELECTION_DAY,
                list_date=LIST_DATE,
                ballots=BALLOTS,
                by=self.clerk,
                at=timezone.now(),
            )

    def _stations(self, election: Election, register: Path) -> None:
        """The file as a clerk would bring it in, and what a clerk would fill in of each building afterwards."""
        districts = made_districts.districts(self.town)
        sites = made_stations.sites(self.town, districts, register, election_day=ELECTION_DAY, seed=self.seed)
        path = self.out / "stations.csv"
        made_stations.write_file(self.town, sites, path)
        with tenant(self.municipality.pk):
            if Station.objects.filter(municipality=self.municipality, election=election).exists():
                self._figures("stations", {"stations": Station.objects.filter(municipality=self.municipality, election=election).count()})
                return
            counts = station_import.bring_in(
                election=election, content=path.read_bytes(), file_name=path.name, by=self.clerk, at=timezone.now()
            )
            for site in sites:
                self._fill_in(site)
        self._figures("stations", asdict(counts))

    def _fill_in(self, site: made_stations.Site) -> None:
        building = Building.objects.get(municipality=self.municipality, name=site.name)
        data = BuildingData(
            name=site.name,
            address=address_of(building),
            rooms=building.rooms,
            entrance=site.entrance,
            opening=site.opening,
            keys=site.keys,
            contact_name=site.contact,
            contact_phone=site.phone,
        )
        change_building(building=building, data=data, by=self.clerk, at=timezone.now())
        set_accessibility(building=building, answers=site.accessibility, by=self.clerk, at=timezone.now())

    def _trial(self, election: Election) -> None:
        with tenant(self.municipality.pk):
            done = Extraction.objects.filter(election=election, kind="trial", state="done").order_by("pk").last()
            started = done or extractions.request_trial(election=election, by=self.clerk, at=timezone.now())
        self._finish_extraction("trial", started)

    def _final(self, election: Election) -> None:
        with tenant(self.municipality.pk):
            started = Extraction.objects.filter(election=election, kind="final", state__in=["requested", "running", "done"]).first()
            if started is None:
                started = extractions.request_final(election=election, by=self.clerk, at=timezone.now())
            if started.state == Extraction.State.REQUESTED:
                extractions.approve_final(extraction=started, by=self.head, at=timezone.now())
        self._finish_extraction("final", started)

    def _drafts(self, election: Election) -> None:
        made = assignment.make_drafts(election=election, by=self.clerk, wait=self._wait)
        if any(draft.state not in {Draft.State.READY, Draft.State.FROZEN, Draft.State.REQUESTED} for draft in made):
            raise DemoError(f"Drafts of the assignment ended as {[draft.state for draft in made]}")
        self._figures("drafts", assignment.figures(made))

    def _frozen(self, election: Election) -> None:
        draft = assignment.make_drafts(election=election, by=self.clerk, wait=self._wait)[0]
        frozen = assignment.freeze(draft=draft, by=self.clerk, second=self.head, wait=self._wait)
        if frozen.state != Draft.State.FROZEN:
            raise DemoError(f"The assignment was not frozen: {frozen.state}")
        self._figures("frozen", {"draft": frozen.number, "voters": frozen.figures["voters"], "stations": frozen.figures["stations"]})

    def _papers(self, election: Election) -> None:
        with tenant(self.municipality.pk):
            draft = Draft.objects.select_related("election__municipality", "extraction").get(election=election, state=Draft.State.FROZEN)
        files = assignment.write_papers(draft=draft, out=self.out, by=self.clerk, wait=self._wait)
        self.done.files += files
        self._figures("papers", {"files": len(files)})

    def _lists(self, election: Election) -> None:
        """Made by the worker, which reads every page back before it counts."""
        files, figures = lists.write_lists(election=election, out=self.out, by=self.clerk, second=self.head, wait=self._wait)
        self.done.files += [path for path in files if not path.stem[-3:].isdecimal()]  # those of one station are too many to name
        self._figures("lists", figures)

    def _cards(self, election: Election) -> None:
        run = cards.release(election=election, by=self.clerk, second=self.head, rest=self._rest)
        if run.state != PrintRun.State.RELEASED:
            raise DemoError(f"The cards were not released: {run.state} {run.problems[:3]} {run.readback.get('counts')}")
        self.done.files += cards.write(run=run, out=self.out, by=self.clerk)
        self._figures(
            "cards", {"cards": run.cards_made, "without_card": run.cards_none, "lines": run.lines, "pages": run.readback["pages"]}
        )

    def _counter(self, election: Election) -> None:
        files, figures = counter.hand_out(election=election, out=self.out, by=self.clerk)
        self.done.files += files
        self._figures("counter", figures)

    def _rest(self, run: PrintRun) -> PrintRun:
        """Wait until nothing is being done for a print run."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with tenant(self.municipality.pk):
                run = PrintRun.objects.select_related("election__municipality").get(municipality=self.municipality, pk=run.pk)
                busy = Job.objects.filter(
                    municipality_id=self.municipality.pk, params__run=run.pk, state__in=["queued", "running"]
                ).exists()
            if not busy and run.state != PrintRun.State.MAKING:
                return run
            time.sleep(0.1)
        raise DemoError(f"print run {run.number} did not come to rest within {PATIENCE:.0f} seconds; is the worker running?")

    def _finish_extraction(self, name: str, extraction: Extraction) -> None:
        with tenant(self.municipality.pk):
            extraction.refresh_from_db()
        if extraction.state != Extraction.State.DONE:
            self._wait(extraction.job_id)
            with tenant(self.municipality.pk):
                extraction.refresh_from_db()
        self._figures(name, extraction.counts)

    # ------------------------------------------------------------------------------------------------ machinery
    def _timed(self, name: str, step: Callable[[], T]) -> T:
        started = time.monotonic()
        result = step()
        self.done.seconds[name] = round(time.monotonic() - started, 2)
        return result

    def _figures(self, name: str, counts: dict[str, Any]) -> None:
        self.done.figures[name] = counts
        figures = ", ".join(f"{key} {value}" for key, value in counts.items() if isinstance(value, int))
        self.tell(f"  {name:<10} {figures}")

    def _wait(self, job_id: int | None) -> None:
        """Wait until the worker has ended a job; a worker that is not there is said so, not waited for in silence."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with tenant(self.municipality.pk):
                job = Job.objects.get(pk=job_id or 0, municipality_id=self.municipality.pk)
            if job.state == Job.State.DONE:
                return
            if job.finished:
                raise DemoError(f"{job.kind} ended as {job.state}: {job.error}")
            time.sleep(0.1)
        raise DemoError(f"job {job_id} did not end within {PATIENCE:.0f} seconds; is the worker running?")
