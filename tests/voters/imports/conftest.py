"""A small made-up town whose register can be sent, approved and merged in a few lines."""

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from core import jobs
from core.tenancy import tenant
from demo.population import generate
from demo.register import COLUMNS, Manifest, Person, as_row, national_number, read_manifest
from demo.towns import TOWNS
from districts.services.addresses import request_address_import
from municipalities.models import Municipality
from tests.personas import NOW, World
from voters import models
from voters.models import RegisterImport, RegisterStaging
from voters.services import imports


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Any:
    """Uploads of a test go with the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture(scope="session")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good registers of Halle and Horebeke, with their manifests: the awkward persons (the same in both) and some more."""
    folder = tmp_path_factory.mktemp("registers")
    generate(town="halle", persons=700, seed=1, out=folder / "23027")
    generate(town="horebeke", persons=500, seed=1, out=folder / "45062")
    return folder


@pytest.fixture
def halle_file(registers: Path) -> Path:
    return registers / "23027" / "register.csv"


@pytest.fixture
def horebeke_file(registers: Path) -> Path:
    return registers / "45062" / "register.csv"


class Clerk:
    """Sends files and has them decided; what is enqueued runs at once."""

    def __init__(self, world: World, municipality: Municipality, run: Callable) -> None:
        self.world, self.municipality, self.capture = world, municipality, run
        halle = municipality == world.halle
        self.clerk = world.actor(world.alice if halle else world.charlie)
        self.head = world.actor(world.henk if halle else world.hilde)

    @contextmanager
    def at_work(self):
        """In the municipality; what is enqueued runs at once when the block ends."""
        with suppress(jobs.JobRefusedError), jobs.inline(), self.capture(execute=True), tenant(self.municipality.pk):
            yield

    def send(self, data: Path | bytes, *, manifest: Any = "beside", as_of=None, column_map=None) -> RegisterImport:
        if manifest == "beside":
            beside = isinstance(data, Path) and data.with_name(data.name + ".manifest.json").exists()
            manifest = _as_dict(read_manifest(data)) if isinstance(data, Path) and beside else None
        content = data.read_bytes() if isinstance(data, Path) else data
        with self.at_work():
            sent = imports.request_register_import(
                municipality=self.municipality, file=io.BytesIO(content), file_name="register.csv", manifest=manifest,
                as_of=as_of, column_map=column_map, by=self.clerk, at=NOW,
            )  # fmt: skip
        return self.fresh(sent)

    def fresh(self, register_import: RegisterImport) -> RegisterImport:
        with tenant(self.municipality.pk):
            return RegisterImport.objects.get(municipality=self.municipality, pk=register_import.pk)

    def ask(self, register_import: RegisterImport, *, accepted=()) -> None:
        with tenant(self.municipality.pk):
            imports.request_import_approval(register_import=register_import, accepted_guards=accepted, by=self.clerk, at=NOW)

    def approve(self, register_import: RegisterImport) -> RegisterImport:
        with self.at_work():
            imports.approve_import(register_import=register_import, by=self.head, at=NOW)
        return self.fresh(register_import)

    def bring_in(self, data: Path | bytes, *, accepted=(), **options) -> RegisterImport:
        sent = self.send(data, **options)
        assert sent.state == "compared", list(problems(sent))
        self.ask(sent, accepted=accepted)
        return self.approve(sent)


def _as_dict(manifest: Manifest) -> dict:
    return {name: getattr(manifest, name) for name in ("rows", "sha256", "municipality", "as_of")}


def problems(register_import: RegisterImport) -> list[tuple]:
    with tenant(register_import.municipality_id):
        found = register_import.problems.filter(municipality_id=register_import.municipality_id).order_by("row", "pk")
        return list(found.values_list("row", "column", "value", "code"))


@pytest.fixture
def halle(world: World, django_capture_on_commit_callbacks: Callable) -> Clerk:
    return Clerk(world, world.halle, django_capture_on_commit_callbacks)


@pytest.fixture
def horebeke(world: World, django_capture_on_commit_callbacks: Callable) -> Clerk:
    return Clerk(world, world.horebeke, django_capture_on_commit_callbacks)


@pytest.fixture
def halle_addresses(halle: Clerk) -> None:
    with TOWNS["halle"].address_file.open("rb") as file, halle.at_work():
        request_address_import(municipality=halle.municipality, file=file, file_name="halle.csv", by=halle.clerk, at=NOW)


def stored_files() -> list[str]:
    try:
        folders, _ = default_storage.listdir("")
    except FileNotFoundError:
        return []
    return [name for folder in folders for name in default_storage.listdir(f"{folder}/register")[1]]


def person_rows(count: int, places: Sequence[tuple[str, str, str, str]]) -> bytes:
    """A register of ``count`` persons at these places (postcode, street, number, box)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, place in zip(range(count), places, strict=True):
        person = Person(
            national_number("1980-01-01", number + 1),
            f"Naam{'abcdefghij'[number % 10]}",
            "An",
            "1980-01-01",
            "F",
            registered_on="2010-01-01",
        )
        person.postcode, person.street_name, person.house_number, person.box_number = place
        writer.writerow(as_row(person))
    return text.getvalue().encode()


def contents(municipality: Municipality) -> dict[str, list[Any]]:
    """Every row of the register of one municipality, as PostgreSQL has it, with the version of the row itself."""
    with tenant(municipality.pk), connection.cursor() as cursor:
        result: dict[str, list[Any]] = {}
        for model in (models.Person, models.PersonVersion, models.NameToken):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT t.xmin::text, t.ctid::text, t::text FROM {table} t WHERE municipality_id = %s ORDER BY t::text", [municipality.pk]
            )
            result[table] = cursor.fetchall()
        return result


def staged(municipality: Municipality) -> int:
    with tenant(municipality.pk):
        return RegisterStaging.objects.filter(municipality=municipality).count()


def encoded(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
