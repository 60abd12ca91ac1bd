"""Municipalities of six thousand persons that all have the same two register files, so the same national numbers."""

import csv
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from core import audit
from core.actor import SYSTEM, Actor
from core.models import AuditEvent, Job
from core.tenancy import tenant
from demo.drift import mutate
from demo.population import generate
from demo.register import AS_OF
from demo.towns import TOWNS
from districts.services.addresses import request_address_import
from elections.services import create_election
from municipalities import services
from municipalities.models import Municipality, User
from municipalities.rules import Grant, Role
from voters.models import Extraction, RegisterImport
from voters.rules.register_columns import NAMES
from voters.services import extractions, imports

ELECTION_DAY = date(2024, 10, 13)
# How a job stands changes while it runs, and what is staged is unlogged: a crash of the server empties it. Everything else counts.
PASSING = {"core_job", "voters_registerstaging"}

TABLES = """
SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = 'public' AND c.column_name = 'municipality_id' AND t.table_type = 'BASE TABLE' ORDER BY 1
"""
PERSONS = f"""
SELECT {", ".join(NAMES)}, name_key, born_on, version, removed_import_id IS NOT NULL AS gone, created_import_id = changed_import_id AS unchanged,
       (SELECT (a.house_number, a.box_number, a.best_id) FROM districts_address a WHERE a.municipality_id = %(place)s AND a.id = p.address_id)
  FROM voters_person p WHERE p.municipality_id = %(place)s
"""
VERSIONS = """
SELECT p.national_number, v.version, v.kind, v.before, v.after
  FROM voters_personversion v JOIN voters_person p ON p.municipality_id = %(place)s AND p.id = v.person_id WHERE v.municipality_id = %(place)s
"""
WORDS = """
SELECT p.national_number, t.token
  FROM voters_nametoken t JOIN voters_person p ON p.municipality_id = %(place)s AND p.id = t.person_id WHERE t.municipality_id = %(place)s
"""
ENTRIES = """
SELECT x.kind, e.list_number, e.national_number, e.last_name, e.first_names, e.birth_date, e.mark, e.minor, e.ballots, e.compulsory,
       e.postcode, e.street_name, e.house_number, e.box_number
  FROM voters_entry e JOIN voters_extraction x ON x.id = e.extraction_id WHERE e.municipality_id = %(place)s
"""
VERDICTS = """
SELECT x.kind, p.national_number, v.ballot, v.verdict, v.fact, v.fact_date
  FROM voters_verdict v
  JOIN voters_extraction x ON x.id = v.extraction_id
  JOIN voters_person p ON p.municipality_id = %(place)s AND p.id = v.person_id WHERE v.municipality_id = %(place)s
"""
Sum = tuple[int, str]


@dataclass(frozen=True)
class Files:
    """The register of a month and the one of the month after."""

    first: Path
    second: Path


def make_files(folder: Path, *, persons: int) -> Files:
    """The same on every machine."""
    generate(town="halle", persons=persons, seed=1, out=folder / "first")
    mutate(folder / "first" / "register.csv", seed=1, out=folder / "second")
    return Files(folder / "first" / "register.csv", folder / "second" / "register.csv")


@dataclass(frozen=True)
class Town:
    """One municipality, its files, and the two who decide there."""

    municipality: Municipality
    files: Files
    clerk: Actor
    head: Actor

    @property
    def pk(self) -> int:
        """The number of the municipality."""
        return self.municipality.pk

    # ------------------------------------------------------------------------------------- what its people do
    def ask_for_addresses(self) -> int:
        """Bring the addresses in. Answers the job's number, as all of these do."""
        text = TOWNS["halle"].address_file.read_text(encoding="utf-8").replace(",23027,", f",{self.municipality.nis_code},")
        with tenant(self.pk):
            sent = request_address_import(
                municipality=self.municipality, file=BytesIO(text.encode()), file_name="addresses.csv", by=self.clerk, at=timezone.now()
            )
        return sent.job_id or 0

    def ask_for_check(self, file: Path) -> int:
        """Send a register file in."""
        with tenant(self.pk), file.open("rb") as opened:
            sent = imports.request_register_import(
                municipality=self.municipality,
                file=opened,
                file_name=f"{file.parent.name}.csv",
                manifest=None,
                as_of=AS_OF,
                column_map=None,
                by=self.clerk,
                at=timezone.now(),
            )
        return sent.job_id or 0

    def ask_for_merge(self) -> int:
        """Ask for the last file that was compared, and agree."""
        self.ask_for_approval()
        with tenant(self.pk):
            imports.approve_import(register_import=self.last_import(), by=self.head, at=timezone.now())
        return self.last_import().job_id or 0

    def ask_for_approval(self) -> None:
        """Ask the second person."""
        found = self.last_import()
        accepted = [guard["code"] for guard in found.guards]
        with tenant(self.pk):
            imports.request_import_approval(register_import=found, accepted_guards=accepted, by=self.clerk, at=timezone.now())

    def ask_for_final(self) -> int:
        """Make the election, ask for the final extraction, and agree."""
        with tenant(self.pk):
            election = create_election(
                municipality=self.municipality,
                date=ELECTION_DAY,
                list_date=AS_OF,
                ballots=["municipal", "provincial"],
                by=self.clerk,
                at=timezone.now(),
            )
            asked = extractions.request_final(election=election, by=self.clerk, at=timezone.now())
            extractions.approve_final(extraction=asked, by=self.head, at=timezone.now())
        return self.final().job_id or 0

    # --------------------------------------------------------------------------------------- what stands there
    def job(self, number: int) -> Job:
        """A job as it stands."""
        with tenant(self.pk):
            return Job.objects.get(municipality_id=self.pk, pk=number)

    def ended(self, number: int) -> Callable[[], bool]:
        """Whether a job has ended, to be asked again and again."""
        return lambda: self.job(number).finished

    def last_import(self) -> RegisterImport:
        """The file that was sent last."""
        with tenant(self.pk):
            return RegisterImport.objects.filter(municipality=self.municipality).latest("pk")

    def final(self) -> Extraction:
        """The final extraction."""
        with tenant(self.pk):
            return Extraction.objects.get(municipality=self.municipality, kind=Extraction.Kind.FINAL)

    def stored_files(self, folder: Path) -> list[str]:
        """What of register files lies in the storage."""
        return sorted(path.name for path in (folder / self.municipality.nis_code / "register").glob("*"))

    def events(self, kind: str) -> int:
        """How many events of a kind the trail holds, whose chain must hold."""
        with tenant(self.pk):
            assert audit.verify(municipality_id=self.pk) == []
            return AuditEvent.objects.filter(municipality_id=self.pk, kind=kind).count()

    def everything(self, *, but: set[str] = PASSING) -> dict[str, Sum]:
        """Rows and digest of each table that has rows of municipalities."""
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            tables = [name for (name,) in cursor.fetchall() if name not in but]
        return {name: self._sum(f'SELECT * FROM "{name}" WHERE municipality_id = %(place)s') for name in tables}

    def register(self) -> dict[str, Sum]:
        """Rows and digest of the register, without the numbers that the database gives: the same in every undisturbed town."""
        return {"persons": self._sum(PERSONS), "versions": self._sum(VERSIONS), "words": self._sum(WORDS)}

    def lists(self) -> dict[str, Sum]:
        """The same of the voters lists."""
        return {"entries": self._sum(ENTRIES), "verdicts": self._sum(VERDICTS)}

    def _sum(self, query: str) -> Sum:
        digest = f"SELECT count(*), md5(coalesce(string_agg(md5(q::text), '' ORDER BY md5(q::text)), '')) FROM ({query}) q"
        [(count, text)] = self.rows(digest)
        return count, text

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, in which ``%(place)s`` is the municipality."""
        with tenant(self.pk), connection.cursor() as cursor:
            cursor.execute(query, {"place": self.pk})
            return cursor.fetchall()


def people() -> dict[Role, User]:
    """The two who decide, the same in every municipality."""
    found = {}
    for name, role in (("alice", Role.CLERK), ("henk", Role.HEAD)):
        user = User.objects.filter(username=name).first()
        found[role] = user or services.create_user(
            username=name, first_name=name.title(), last_name="Test", email="", password=None, by=SYSTEM, at=timezone.now()
        )
    return found


def make_town(nis_code: str, files: Files) -> Town:
    """An empty municipality."""
    municipality = services.create_municipality(nis_code=nis_code, name=f"Town {nis_code}", by=SYSTEM, at=timezone.now())
    actors = []
    for role, user in people().items():
        services.grant(municipality=municipality, user=user, role=role, by=SYSTEM, at=timezone.now())
        actors.append(Actor(user_id=user.pk, name=user.full_name, role=role.value, permissions=Grant((role,)).permissions))
    return Town(municipality, files, *actors)


def persons_of(file: Path) -> list[tuple[str, ...]]:
    """What the register must hold after a file, row by row: the file's own words, accents in one character."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [tuple(unicodedata.normalize("NFC", row[name]) for name in NAMES) for row in csv.DictReader(opened)]
    return sorted(rows)


def persons_in(town: Town) -> list[tuple[str, ...]]:
    """What the register holds, in the words of a file."""
    columns = ", ".join(f"coalesce({name}::text, '')" for name in NAMES)
    return sorted(town.rows(f"SELECT {columns} FROM voters_person WHERE municipality_id = %(place)s AND removed_import_id IS NULL"))


def line_of_a_change(files: Files) -> int:
    """The record, the header being 1, of a row in the middle of those that the second file changes."""
    known = set(files.first.read_text(encoding="utf-8").splitlines())
    lines = files.second.read_text(encoding="utf-8").splitlines()
    changed = [number for number, line in enumerate(lines, 1) if line not in known]
    return changed[len(changed) // 2]


def number_of_an_arrival(files: Files) -> str:
    """The national number of somebody in the middle of those whom the second file adds."""
    known = {row[0] for row in persons_of(files.first)}
    added = [row[0] for row in persons_of(files.second) if row[0] not in known]
    return added[len(added) // 2]
