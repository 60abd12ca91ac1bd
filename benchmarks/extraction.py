"""A final extraction from approval to frozen list, beside the least that writing its rows costs; comparing and taking out lists.

Floor: the very verdicts and entries just written, copied by two bare INSERT … SELECT in one transaction into tables with
the same columns, indexes, triggers and row-level security. Peer: the same rules in Python with bulk_create
(``benchmarks.extraction_peers``; at town size, elsewhere with BENCH_PEER=1). All in turns, each round on an election of its
own, in a register that has lived a little since the round before. Both sizes are two municipalities of one database.

``extraction`` is the whole job: verdicts, list, numbers, figures, checks, hash, freezing, audit. ``writing`` is the part
of it that the floor has too. No trial goes before, so that the comparison among the checks is timed by itself (``diff``).
"""

import csv
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from django.db import connection, connections
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks import extraction_peers as peers
from benchmarks.measure import Cost, measure, summary
from benchmarks.population import analyze, make_municipality
from benchmarks.scratch import flush, scratch_database
from benchmarks.search import ADDRESSES, LIVE, STREETS
from core import jobs
from core.actor import Actor
from core.tenancy import EnableRowSecurity, tenant
from elections.services import create_election
from municipalities.models import Municipality
from voters.models import Entry, Extraction, RegisterImport, Verdict
from voters.selectors.law import law_of
from voters.services import exports, extractions
from voters.sql import comparison, entries, verdicts
from voters.sql.voters_list import BALLOT_TEXTS

SIZES = {"town": 40_000, "city": 600_000}
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
LIST_DATE, ELECTION_DAY = date(2024, 8, 1), date(2024, 10, 13)
CLERK, HEAD = Actor(user_id=1, name="clerk"), Actor(user_id=2, name="head")
# How a statement begins → the step that it is.
STEPS = {
    verdicts.INSERT_VERDICTS: "verdicts",
    entries.INSERT_ENTRIES: "entries",
    verdicts.COUNT_VERDICTS: "figures",
    entries.COUNT_ENTRIES: "figures",
    entries.HASH_ENTRIES: "hash",
    "SELECT count(*) FROM (\n": "checks",
    "INSERT INTO floor_verdict": "verdicts",
    "INSERT INTO floor_entry": "entries",
}

PLACE = "municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s"
TABLES = {"verdict": "person_id, ballot", "entry": "list_number"}
VERDICT = ("person_id", "ballot", "verdict", "fact", "fact_date")
# The floor's rows belong to a trial that is not frozen: the guard against changing a frozen list lets them pass, as it did ours.
COLUMN_NAMES = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
  FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'extraction_id')
"""
TRIGGERS = "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
# Between two rounds 0.9 % move, 0.4 % leave the list, and those of the round before come back.
LIFE = """
UPDATE voters_person
   SET house_number = CASE WHEN (id + %(round)s) %% 111 = 0 THEN (%(round)s + id %% 200)::text ELSE house_number END,
       registered_on = CASE (id + %(round)s) %% 250 WHEN 0 THEN date '2024-08-15' WHEN 1 THEN date '2020-01-01' ELSE registered_on END
 WHERE municipality_id = %(municipality_id)s AND ((id + %(round)s) %% 111 = 0 OR (id + %(round)s) %% 250 < 2)
"""


@dataclass
class Town:
    """A municipality and what was measured in it."""

    municipality: Municipality
    persons: int
    peer: bool
    costs: defaultdict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    steps: defaultdict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    last: Extraction | None = None

    def time(self, name: str, work: Callable[[], object], *, counted: bool) -> None:
        """Do it once, noting how long each statement takes; the first round only warms up."""
        steps = dict.fromkeys(STEPS.values(), 0.0)

        def timed(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            started = time.perf_counter()
            try:
                return execute(sql, *rest)
            finally:
                for step in {step for beginning, step in STEPS.items() if sql.startswith(beginning)}:
                    steps[step] += time.perf_counter() - started

        with connection.execute_wrapper(timed):
            cost = measure(work)
        if counted:
            self.costs[name].append(cost)
            for step, seconds in steps.items():
                self.steps[name, step].append(seconds)


@dataclass(frozen=True)
class Floor:
    """The scratch database, and what is copied into each of the floor's tables."""

    database: str
    columns: dict[str, str]


def run(size: str | None) -> dict[str, Any]:
    """Measure at ``town`` or ``city`` size or for a number of persons (default: town and city in one run)."""
    wanted = {size: SIZES.get(size) or int(size)} if size else SIZES
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), scratch_database("extraction") as database:
        floor = Floor(database, _make_floor())
        towns = {name: _town(str(90001 + n), persons) for n, (name, persons) in enumerate(wanted.items())}
        neighbour = _town("99001", 1000)
        analyze()
        # A last municipality: nobody else's rows go in at the very end of an index, where it is cheapest.
        _round(neighbour, floor, 0)
        for number in range(ROUNDS + 1):
            for town in towns.values():
                _round(town, floor, number)
        report: dict[str, Any] = {name: _report(town) for name, town in towns.items()}
    return {**report, "goals": _goals(report)}


def _town(nis_code: str, persons: int) -> Town:
    municipality = make_municipality(nis_code=nis_code, persons=persons)
    values = {"municipality_id": municipality.pk, "streets": max(300, persons // 150), "addresses": persons // 2}
    for statement in (STREETS, ADDRESSES, LIVE):
        # Without statistics the planner takes every table for a small one.
        analyze()
        with tenant(municipality.pk), connection.cursor() as cursor:
            cursor.execute(statement, values)
    with tenant(municipality.pk):
        RegisterImport.objects.create(
            municipality=municipality,
            file_name="register.csv",
            as_of=LIST_DATE,
            state=RegisterImport.State.MERGED,
            requested_by_id=CLERK.user_id,
            approved_by_id=HEAD.user_id,
            created_at=timezone.now(),
            merged_at=timezone.now(),
        )
    return Town(municipality, persons, persons <= SIZES["town"] or bool(os.environ.get("BENCH_PEER")))


def _make_floor() -> dict[str, str]:
    """Make ``floor_verdict`` and ``floor_entry`` exactly as ours, and bare tables to copy from; returns the columns to copy."""
    columns = {}
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            ours, floor = f"voters_{table}", f"floor_{table}"
            cursor.execute(f"CREATE TABLE {floor} (LIKE {ours} INCLUDING ALL)")
            cursor.execute(f"CREATE UNLOGGED TABLE source_{table} (LIKE {ours})")
            cursor.execute(TRIGGERS, [ours])
            for name, definition in cursor.fetchall():
                cursor.execute(definition.replace(ours, floor))
                cursor.execute(f"ALTER TABLE {floor} ENABLE ALWAYS TRIGGER {name}")
            for statement in cast("list[str]", EnableRowSecurity(floor).sql):
                cursor.execute(statement)
            cursor.execute(COLUMN_NAMES, [ours])
            columns[table] = cursor.fetchone()[0]
    return columns


def _round(town: Town, floor: Floor, number: int) -> None:
    final, copied, looped = _begin(town, number)
    flush(floor.database)
    _extract(town, final, counted=number > 0)
    _lay_ready(floor, final)
    town.time("floor", lambda: _copy(floor, copied), counted=number > 0)
    _check_list(final)
    _check_same(floor, final, "floor", copied)
    if town.peer:
        flush(floor.database)
        town.time("orm_loop", lambda: peers.extract_by_loop(looped), counted=number > 0)
        _check_same(floor, final, "voters", looped)
    else:
        _check_sample(final)
    if town.last is not None:
        _differ(town, town.last, final)
        _take_out(town, final)
    town.last = final


def _begin(town: Town, number: int) -> tuple[Extraction, Extraction, Extraction]:
    """An election with a final extraction that waits for the second person, and two unfinished trials for floor and peer."""
    municipality, now = town.municipality, timezone.now()
    with tenant(municipality.pk):
        with connection.cursor() as cursor:
            cursor.execute(LIFE, {"municipality_id": municipality.pk, "round": number})
        election = create_election(
            municipality=municipality,
            date=ELECTION_DAY + timedelta(days=number),
            list_date=LIST_DATE,
            ballots=("municipal", "provincial"),
            by=CLERK,
            at=now,
        )
        final = extractions.request_final(election=election, by=CLERK, at=now)
        copied, looped = (
            Extraction.objects.create(
                municipality=municipality, election=election, number=n, kind="trial", state="running",
                requested_by_id=1, requested_by_name="clerk", requested_at=now,
            )
            for n in (8, 9)
        )  # fmt: skip
    return final, copied, looped


def _extract(town: Town, final: Extraction, *, counted: bool) -> None:
    """Approve: the job runs at once in this process, as the application's role, to the frozen list."""

    def approve() -> None:
        with jobs.inline(), tenant(town.municipality.pk):
            extractions.approve_final(extraction=final, by=HEAD, at=timezone.now())

    town.time("extraction", approve, counted=counted)
    with tenant(town.municipality.pk):
        final.refresh_from_db()
        if final.frozen_at is None:
            raise AssertionError(final.state)


def _where(extraction: Extraction) -> dict[str, int]:
    return {"municipality_id": extraction.municipality_id, "extraction_id": extraction.pk}


def _lay_ready(floor: Floor, final: Extraction) -> None:
    """Put the rows just made into bare tables, in the order in which they were made, to be read from end to end."""
    for table, order in TABLES.items():
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"TRUNCATE source_{table}")
        with tenant(final.municipality_id), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO source_{table} SELECT * FROM voters_{table} WHERE {PLACE} ORDER BY {order}", _where(final))
    with connections["owner"].cursor() as cursor:
        # Whoever reads rows first after a commit notes on them that they are committed: that is not the floor's work.
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE source_{table}")
    flush(floor.database)


def _copy(floor: Floor, copied: Extraction) -> None:
    with tenant(copied.municipality_id), connection.cursor() as cursor:
        for table, columns in floor.columns.items():
            cursor.execute(f"INSERT INTO floor_{table} (extraction_id, {columns}) SELECT %s, {columns} FROM source_{table}", [copied.pk])


def _check_list(final: Extraction) -> None:
    """Every person has every verdict, and the list is numbered in its order without a gap."""
    statement = f"""
        SELECT count(*) FROM (SELECT list_number, row_number() OVER (ORDER BY name_key, born_on, national_number) AS place
                                FROM voters_entry WHERE {PLACE}) numbered WHERE list_number <> place"""
    with tenant(final.municipality_id), connection.cursor() as cursor:
        cursor.execute(statement, _where(final))
        _expect(cursor.fetchone()[0], 0, "list numbers out of order")
        cursor.execute(f"SELECT count(*) FROM voters_verdict WHERE {PLACE}", _where(final))
        _expect(cursor.fetchone()[0], 2 * final.counts["persons"], "verdicts")


def _check_same(floor: Floor, final: Extraction, family: str, other: Extraction) -> None:
    """The other extraction's verdicts and entries equal the final one's, list numbers included: as many rows, and none that is not there."""
    with tenant(final.municipality_id), connection.cursor() as cursor:
        for table, columns in floor.columns.items():
            counts = []
            for name, extraction in ((f"voters_{table}", final), (f"{family}_{table}", other)):
                cursor.execute(f"SELECT count(*) FROM {name} WHERE {PLACE}", _where(extraction))
                counts.append(cursor.fetchone()[0])
            _expect(counts[0], counts[1], f"rows in {family}_{table}")
            cursor.execute(
                f"""SELECT count(*) FROM (SELECT {columns} FROM voters_{table} WHERE {PLACE}
                    EXCEPT SELECT {columns} FROM {family}_{table} WHERE municipality_id = %(municipality_id)s AND extraction_id = %(other)s) d""",
                {**_where(final), "other": other.pk},
            )
            _expect(cursor.fetchone()[0], 0, f"rows that are not in {family}_{table}")


def _check_sample(final: Extraction) -> None:
    """Where no peer judges everybody: every hundredth person is judged by the rules, and stands on the list or not."""
    with tenant(final.municipality_id):
        law = law_of(final.election)
        sample = [p for p in peers.persons_of(final) if p.pk % 100 == 0]
        found = set(Verdict.objects.filter(**_where(final), person_id__in=[p.pk for p in sample]).values_list(*VERDICT))
        listed = set(Entry.objects.filter(**_where(final), person_id__in=[p.pk for p in sample]).values_list("person_id", "ballots"))
    judged = [(p.pk, *peers.judged(p, law, final)) for p in sample]
    _expect(found, {tuple(getattr(v, name) for name in VERDICT) for _, made, _, _ in judged for v in made}, "verdicts")
    _expect(listed, {(pk, ballots) for pk, _, ballots, _ in judged if ballots}, "voters")


def _differ(town: Town, before: Extraction, after: Extraction) -> None:
    found: list[int] = []
    pair = {"municipality_id": town.municipality.pk, "before": before.pk, "after": after.pk}

    def ours() -> None:
        counts = comparison.compare(**pair)
        found.append(counts.added + counts.gone + 2 * counts.changed)

    with tenant(town.municipality.pk):
        town.time("diff", ours, counted=True)
        town.time("diff_by_except", lambda: found.append(peers.differ_by_except(**pair)), counted=True)
        town.time("diff_by_dicts", lambda: found.append(peers.differ_by_dicts(**pair)), counted=True)
    _expect(found, [found[0]] * 3, "lines that differ")


def _take_out(town: Town, final: Extraction) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = Path(folder) / "ours.csv", Path(folder) / "floor.csv"
        town.time("copy_to", lambda: peers.copy_out(**_where(final), file=floor), counted=True)

        def export() -> None:
            with ours.open("wb") as stream:
                exports.export(extraction=final, file_format="csv", order="name", stream=stream, by=CLERK, at=timezone.now())

        town.time("export", export, counted=True)
        with ours.open(newline="") as one, floor.open(newline="") as other:
            rows, copies = csv.reader(one), csv.reader(other)
            next(rows), next(copies)
            for row, copied in zip(rows, copies, strict=True):
                _expect(row, [*copied[:9], BALLOT_TEXTS[int(copied[9])], ""], "a line of the export")
        _expect(rows.line_num, final.counts["voters"] + 1, "lines of the export")


def _expect(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise AssertionError(f"{what}: {found} instead of {expected}")


def _report(town: Town) -> dict[str, Any]:
    costs = {name: summary(found) for name, found in town.costs.items()}
    steps = {
        name: {step: round(statistics.median(found), 3) for (of, step), found in town.steps.items() if of == name and any(found)}
        for name in ("extraction", "floor")
    }
    pair = town.costs["extraction"], town.costs["floor"]
    wall = {name: cost["wall_s"] for name, cost in costs.items()}
    cpu = {name: round(cost["client_cpu_s"] + cost["server_cpu_s"], 3) for name, cost in costs.items()}
    report: dict[str, Any] = {
        "persons": town.persons,
        "voters": town.last.counts["voters"] if town.last else 0,
        **costs,
        "steps_s": steps,
        # Round by round: what else the machine does meanwhile weighs on both.
        "ratio": round(statistics.median(_ratio(a.wall, b.wall) for a, b in zip(*pair, strict=True)), 2),
        "ratio_cpu": _ratio(cpu["extraction"], cpu["floor"]),
        "ratio_writing": _ratio(*(sum(steps[name][step] for step in ("verdicts", "entries")) for name in steps)),
        "us_per_person": round(wall["extraction"] / town.persons * 1e6, 2),
        "cpu_us_per_person": round(cpu["extraction"] / town.persons * 1e6, 2),
        "diff_ratio": _ratio(wall["diff"], min(wall["diff_by_except"], wall["diff_by_dicts"])),
        "export_ratio": _ratio(wall["export"], wall["copy_to"]),
    }
    if town.peer:
        report["orm_loop_ratio"] = _ratio(wall["orm_loop"], wall["extraction"])
    return report


def _ratio(ours: float, other: float) -> float:
    return round(ours / other, 2) if other else 0.0


def _goals(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is asked, what was seen, and whether it is met: by the clock and by the processor (which does not see parallel workers)."""
    goals: dict[str, dict[str, Any]] = {}
    for name, size in report.items():
        seen = max(size["ratio"], size["ratio_cpu"])
        writing = 2 if size["persons"] < SIZES["city"] else 1.5
        goals |= {
            f"{name}: extraction at most 2 x the floor": {"seen": seen, "met": seen <= 2},
            f"{name}: writing at most {writing} x the floor": {"seen": size["ratio_writing"], "met": size["ratio_writing"] <= writing},
            f"{name}: diff at most the faster peer": {"seen": size["diff_ratio"], "met": size["diff_ratio"] <= 1},
            f"{name}: export at most 1.5 x COPY": {"seen": size["export_ratio"], "met": size["export_ratio"] <= 1.5},
        }
        if "orm_loop_ratio" in size:
            goals[f"{name}: the ORM loop takes at least 7 x as long"] = {"seen": size["orm_loop_ratio"], "met": size["orm_loop_ratio"] >= 7}
    if {"town", "city"} <= report.keys():
        # The clock would compare two moments of a shared machine.
        growth = _ratio(report["city"]["cpu_us_per_person"], report["town"]["cpu_us_per_person"])
        goals["linear: a person of the city costs at most 1.3 x one of the town"] = {"seen": growth, "met": growth <= 1.3}
    return goals
