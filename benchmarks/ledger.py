"""Reading the list of a moment after the list date, beside a bare read of the frozen lines, in the same order and the same run.

A made-up frozen list with a frozen assignment, of whose voters some have moved, died, left or were corrected by decision. Both
statements are counted (``count``: the server alone, which leaves out columns that nobody asks for), sent out whole as CSV (``copy``:
what a file costs), and ours is read line by line as objects as well (``objects``: what cards cost). In turns, as the application's role with the
municipality in the setting; the middle of several rounds.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from benchmarks.population import analyze, make_municipality
from benchmarks.scratch import scratch_database
from core.actor import SYSTEM
from core.tenancy import tenant
from districts.models import Building, District, Station
from elections.models import Election
from elections.services import create_election
from municipalities.models import Municipality
from voters.models import Draft, Extraction
from voters.selectors.ledger import current_entries, current_statement

SIZES = {"town": 100_000, "city": 400_000}
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FROZEN = datetime(2024, 8, 20, 8, 0, tzinfo=UTC)
NOW = FROZEN + timedelta(days=30)
STATIONS = 40

ENTRIES = """
INSERT INTO voters_entry (municipality_id, extraction_id, list_number, person_id, national_number, last_name, first_names, name_key, birth_date,
            born_on, sex, nationality, language, mark, minor, ballots, compulsory, postcode, street_name, house_number, box_number, household_id)
SELECT %(municipality_id)s, %(extraction_id)s, row_number() OVER (ORDER BY name_key, born_on, national_number), id, national_number, last_name,
       first_names, name_key, birth_date, born_on, sex, nationality, language, '', false, 40, 0, postcode, street_name, house_number, box_number,
       household_id
  FROM voters_person WHERE municipality_id = %(municipality_id)s
"""
PLACES = """
INSERT INTO voters_entryplace (municipality_id, draft_id, list_number, person_id, station_id)
SELECT %(municipality_id)s, %(draft_id)s, list_number, person_id, %(first_station)s + person_id / 50 %% %(stations)s
  FROM voters_entry WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s
"""
# Of a hundred voters two moved, one died, one in two hundred left without an address, one in five hundred was corrected.
EFFECTS = """
INSERT INTO voters_effect (municipality_id, extraction_id, person_id, kind, outcome, rule, mutation_id, decision_id, "values", effective_on,
            recorded_at, recorded_by_name)
SELECT %(municipality_id)s, %(extraction_id)s, person_id, kind, outcome, rule, CASE WHEN rule = 'decision_correct' THEN NULL ELSE e.id END,
       CASE WHEN rule = 'decision_correct' THEN e.id END, said, date '2024-09-01', %(frozen)s + interval '1 hour' * (e.id %% 600), 'a, b'
  FROM voters_entry e,
       LATERAL (SELECT CASE WHEN e.id %% 50 = 0 THEN 'move' WHEN e.id %% 100 = 1 THEN 'death' WHEN e.id %% 200 = 3 THEN 'departure_unknown'
                            WHEN e.id %% 500 = 7 THEN 'decision_correct' END AS rule) r,
       LATERAL (VALUES
           ('address', CASE rule WHEN 'move' THEN 'new_address' WHEN 'death' THEN 'no_card' WHEN 'departure_unknown' THEN 'to_trace' ELSE 'new_issue' END,
            CASE rule WHEN 'move' THEN jsonb_build_object('street_name', 'Zinkstraat', 'house_number', '7', 'box_number', '', 'postcode', '1500',
                                                          'country', '', 'address_id', NULL) ELSE '{}' END),
           ('list', CASE rule WHEN 'death' THEN 'struck' WHEN 'decision_correct' THEN 'corrected' ELSE 'stays' END,
            CASE rule WHEN 'decision_correct' THEN jsonb_build_object('last_name', 'Juist') ELSE '{}' END),
           ('right', CASE rule WHEN 'death' THEN 'gone' WHEN 'decision_correct' THEN 'as_decided' ELSE 'stays' END, '{}')
       ) k (kind, outcome, said)
 WHERE e.municipality_id = %(municipality_id)s AND e.extraction_id = %(extraction_id)s AND rule IS NOT NULL
"""
BARE = """
SELECT id, person_id, list_number, national_number, last_name, first_names, name_key, birth_date, born_on, sex, nationality, language, mark, minor,
       ballots, compulsory, postcode, street_name, house_number, box_number, address_id, household_id
  FROM voters_entry
 WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s
 ORDER BY list_number
"""


def run(size: str | None) -> dict[str, Any]:
    """Measure at ``town`` or ``city`` size or for a number of voters (default: town and city)."""
    wanted = {size: SIZES.get(size) or int(size)} if size else SIZES
    with scratch_database("ledger"):
        made = {name: frozen_election(str(91001 + place), voters) for place, (name, voters) in enumerate(wanted.items())}
        analyze()
        return {name: _measured(election, wanted[name]) for name, election in made.items()}


def frozen_election(nis_code: str, voters: int) -> Election:
    """An election of a municipality of its own, with so many voters on its frozen list, assigned to stations; some have moved or died since."""
    municipality = make_municipality(nis_code=nis_code, persons=voters)
    with tenant(municipality.pk):
        election = create_election(
            municipality=municipality, date=date(2024, 10, 13), list_date=date(2024, 8, 1), ballots=("municipal",), by=SYSTEM, at=FROZEN
        )
        extraction = Extraction.objects.create(
            municipality=municipality, election=election, number=1, kind="trial", state="done",
            requested_by_id=1, requested_by_name="a", requested_at=FROZEN, finished_at=FROZEN,
        )  # fmt: skip
        draft = Draft.objects.create(
            municipality=municipality, election=election, extraction=extraction, number=1, name="1", state="ready", made_by_name="a",
            made_at=FROZEN, finished_at=FROZEN, requested_by_id=1, approved_by_id=2,
        )  # fmt: skip
        values: dict[str, Any] = {
            "municipality_id": municipality.pk, "extraction_id": extraction.pk, "draft_id": draft.pk,
            "first_station": _stations(municipality, election), "stations": STATIONS, "frozen": FROZEN,
        }  # fmt: skip
        with connection.cursor() as cursor:
            for statement in (ENTRIES, PLACES, EFFECTS):
                cursor.execute(statement, values)
        Draft.objects.filter(municipality=municipality, pk=draft.pk).update(state="frozen", frozen_at=FROZEN)
        Extraction.objects.filter(municipality=municipality, pk=extraction.pk).update(
            kind="final", frozen_at=FROZEN, approved_by_id=2, approved_by_name="b", approved_at=FROZEN
        )
    return election


def _stations(municipality: Municipality, election: Election) -> int:
    """So many stations in one building; returns the first of their ids, which follow each other."""
    district = District.objects.create(municipality=municipality, code="01", name="01")
    building = Building.objects.create(
        municipality=municipality, name="School", postcode="1500", locality="", street_name="Straat 1", house_number="1", rooms=STATIONS
    )
    made = Station.objects.bulk_create(
        Station(municipality=municipality, election=election, number=n, name=str(n), district=district, building=building)
        for n in range(1, STATIONS + 1)
    )
    return min(station.pk for station in made)


def _measured(election: Election, voters: int) -> dict[str, Any]:
    with tenant(election.municipality_id):
        ours, params = current_statement(election, NOW)
        seconds = _seconds(_works(election, ours, params), voters)
        changed = _count(f"SELECT FROM ({ours}) l WHERE struck OR moved OR corrected OR no_card IS NOT NULL", params)
    middle = {name: statistics.median(found) for name, found in seconds.items()}
    return {
        "voters": voters,
        "changed": changed,
        **{f"{name}_s": round(found, 3) for name, found in middle.items()},
        "count_ratio": _ratio(seconds["count"], seconds["bare_count"]),
        "copy_ratio": _ratio(seconds["copy"], seconds["bare_copy"]),
        "objects_us_per_line": round(middle["objects"] / voters * 1e6, 2),
    }


def _works(election: Election, ours: str, params: dict[str, Any]) -> dict[str, Callable[[], int]]:
    """What is timed; each returns how many lines it saw."""
    return {
        "bare_count": lambda: _count(BARE, params),
        "count": lambda: _count(ours, params),
        "bare_copy": lambda: _copy(BARE, params),
        "copy": lambda: _copy(ours, params),
        "objects": lambda: sum(1 for _ in current_entries(election, NOW)),
    }


def _seconds(works: dict[str, Callable[[], int]], voters: int) -> dict[str, list[float]]:
    """Each piece of work in turn; the first round only warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(ROUNDS + 1):
        for name, work in works.items():
            started = time.perf_counter()
            found = work()
            if number:
                seconds[name].append(time.perf_counter() - started)
            if found != voters:
                raise AssertionError(f"{name}: {found} lines instead of {voters}")
    return seconds


def _ratio(ours: list[float], bare: list[float]) -> float:
    """Round by round: what else the machine does meanwhile weighs on both."""
    return round(statistics.median(one / other for one, other in zip(ours, bare, strict=True)), 2)


def _count(statement: str, params: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({statement}) counted", params)
        return int(cursor.fetchone()[0])


def _copy(statement: str, params: dict[str, Any]) -> int:
    with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", params) as lines:
        return sum(1 for _ in lines)
