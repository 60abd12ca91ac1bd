"""A register file from upload to merge, beside the least that any import has to do with the same file.

Floor: a bare COPY of the file into a table of typed columns, then INSERT … SELECT into a table with the columns, indexes
and row-level security of the register's own. Both in one run, in turns, each round into a municipality of its own, of which
the planner has heard nothing yet. Then the same file again, which writes nothing, and the file of a month later.
"""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import connection, connections
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks.measure import Cost, measure, summary
from benchmarks.scratch import scratch_database
from core import jobs
from core.actor import SYSTEM, Actor
from core.tenancy import tenant
from demo.drift import mutate
from demo.population import generate
from demo.towns import TOWNS
from districts.services.addresses import request_address_import
from municipalities import services
from municipalities.models import Municipality
from voters.models import RegisterImport
from voters.rules.register_columns import COLUMNS, NAMES, NULLABLE, Kind
from voters.services import imports

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = {"small": 10_000, "town": 35_000, "large": 100_000, "million": 1_000_000}
ROUNDS = 3
BLOCK = 1 << 18
CLERK, HEAD = Actor(user_id=1, name="clerk"), Actor(user_id=2, name="head")


def run(size: str | None = None) -> dict[str, Any]:
    """Measure; ``size`` is one of SIZES or a number of persons (default 100,000; also BENCH_PERSONS)."""
    wanted = size or os.environ.get("BENCH_PERSONS", "large")
    persons = SIZES.get(wanted) or int(wanted)
    rounds = ROUNDS if persons <= SIZES["large"] else 1
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), scratch_database("register_import"):
        generate(town="halle", persons=persons, seed=1, out=Path(folder))
        file, later = Path(folder) / "register.csv", Path(folder) / "later" / "register.csv"
        mutate(file, seed=1, out=later.parent)
        _make_floor()
        floors: list[Cost] = []
        ours: list[Cost] = []
        unchanged: list[Cost] = []
        month: list[Cost] = []
        for number in range(rounds + 1):  # the first round warms up
            municipality = _municipality(90001 + number)
            work: list[tuple[list[Cost], Callable[[], object]]] = [
                (floors, lambda m=municipality: _floor(m, file)),  # type: ignore[misc]  # bound now
                (ours, lambda m=municipality: _import(m, file)),  # type: ignore[misc]
                (unchanged, lambda m=municipality: _import(m, file)),  # type: ignore[misc]
            ]
            for costs, step in work:
                _empty_floor_file()
                cost = measure(step)
                if number or rounds == 1:
                    costs.append(cost)
            _check(municipality, persons)
            month.append(measure(lambda m=municipality: _import(m, later)))  # type: ignore[misc]
            if rounds == 1:
                break
        floor, own = summary(floors), summary(ours)
        return {
            "persons": persons,
            "floor": floor,
            "import": own,
            "unchanged_again": summary(unchanged),
            "month_later": summary(month),
            "month_ratio": round(summary(month)["wall_s"] / own["wall_s"], 2),
            "ratio": round(own["wall_s"] / floor["wall_s"], 2),
            "ratio_cpu": round((own["client_cpu_s"] + own["server_cpu_s"]) / (floor["client_cpu_s"] + floor["server_cpu_s"]), 2),
            "goal": 3,
        }


def _municipality(nis: int) -> Municipality:
    """A municipality with Halle's addresses."""
    municipality = services.create_municipality(nis_code=str(nis), name=f"Town {nis}", by=SYSTEM, at=timezone.now())
    rows = TOWNS["halle"].address_file.read_bytes().replace(b"23027", str(nis).encode())
    with tempfile.TemporaryFile() as file, jobs.inline(), tenant(municipality.pk):
        file.write(rows)
        file.seek(0)
        request_address_import(municipality=municipality, file=file, file_name="addresses.csv", by=CLERK, at=timezone.now())
    return municipality


def _type(name: str, kind: Kind) -> str:
    return f"{name} {({Kind.DATE: 'date', Kind.WHOLE: 'smallint'}).get(kind, 'text')}"


def _make_floor() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE floor_file ({', '.join(_type(c.name, c.kind) for c in COLUMNS)})")
        cursor.execute("CREATE TABLE floor_person (LIKE voters_person INCLUDING ALL)")
        policy = "(municipality_id = (SELECT NULLIF(current_setting('app.municipality', true), '')::bigint))"
        cursor.execute("ALTER TABLE floor_person ENABLE ROW LEVEL SECURITY")
        cursor.execute("ALTER TABLE floor_person FORCE ROW LEVEL SECURITY")
        cursor.execute(f"CREATE POLICY municipality ON floor_person USING {policy} WITH CHECK {policy}")


def _empty_floor_file() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE floor_file")


# Keys of the same length and spread as the register's own, so that the indexes have the same work.
FILL = f"""
INSERT INTO floor_person (municipality_id, {", ".join(NAMES)}, name_key, born_on, address_id, version, created_import_id, changed_import_id)
SELECT %(municipality_id)s, {", ".join(NAMES)}, lower(last_name || '  ' || first_names), registered_on, hashtext(street_name || house_number), 1, 1, 1
  FROM floor_file
"""


def _floor(municipality: Municipality, file: Path) -> None:
    texts = ", ".join(name for name in NAMES if name not in NULLABLE)
    with tenant(municipality.pk), connection.cursor() as cursor, file.open("rb") as stream:
        with cursor.copy(f"COPY floor_file FROM STDIN WITH (FORMAT csv, HEADER, FORCE_NOT_NULL ({texts}))") as copy:
            while block := stream.read(BLOCK):
                copy.write(block)
        cursor.execute(FILL, {"municipality_id": municipality.pk})


def _import(municipality: Municipality, file: Path) -> None:
    """Upload, check, compare, ask, approve, merge: what a person does, without the person."""
    now = timezone.now()
    with jobs.inline():
        with tenant(municipality.pk), file.open("rb") as stream:
            sent = imports.request_register_import(
                municipality=municipality, file=stream, file_name=file.name, manifest=None, as_of=None, column_map=None, by=CLERK, at=now
            )
        with tenant(municipality.pk):
            imports.request_import_approval(register_import=sent, accepted_guards=[], by=CLERK, at=now)
            imports.approve_import(register_import=sent, by=HEAD, at=now)


def _check(municipality: Municipality, persons: int) -> None:
    """Both hold the same persons, ours with every name findable, and no file is left."""
    values = {"municipality_id": municipality.pk}
    both_ways = """
        SELECT count(*) FROM (
            (SELECT national_number, last_name, birth_date FROM voters_person WHERE municipality_id = %(municipality_id)s
             EXCEPT SELECT national_number, normalize(last_name), birth_date FROM floor_person WHERE municipality_id = %(municipality_id)s) UNION ALL
            (SELECT national_number, normalize(last_name), birth_date FROM floor_person WHERE municipality_id = %(municipality_id)s
             EXCEPT SELECT national_number, last_name, birth_date FROM voters_person WHERE municipality_id = %(municipality_id)s)) d"""
    with tenant(municipality.pk), connection.cursor() as cursor:
        for statement, expected in (
            (both_ways, 0),
            ("SELECT count(*) FROM voters_person WHERE municipality_id = %(municipality_id)s", persons),
            ("SELECT count(DISTINCT person_id) FROM voters_nametoken WHERE municipality_id = %(municipality_id)s", persons),
            ("SELECT count(*) FROM voters_personversion WHERE municipality_id = %(municipality_id)s", 0),
        ):
            cursor.execute(statement, values)
            if (found := cursor.fetchone()[0]) != expected:
                raise AssertionError(f"{found} instead of {expected}: {statement}")
        states = set(RegisterImport.objects.filter(municipality=municipality).values_list("state", flat=True))
    left = default_storage.listdir(f"{municipality.nis_code}/register")[1]
    if states != {"merged"} or left:
        raise AssertionError(f"{states} {left}")
