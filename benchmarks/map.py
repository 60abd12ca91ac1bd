"""The map of an election: the time to make each of its answers, and their bytes, beside a bare SELECT of the rows that it rests on.

A made-up municipality on a grid: streets of houses with boxes, districts, stations, a voters list and two drafts. Every answer is
made as the page makes it (read, put together, written as JSON, packed) in one process, as the application's role with the
municipality in the setting; what the whole map takes is timed with nothing kept (anew) and a second time (again). Beside it stands what
the database alone needs to hand out the same rows without a question asked.
"""

import gzip
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.cache import caches
from django.db import connection

from benchmarks.population import analyze
from benchmarks.scratch import scratch_database
from core.actor import SYSTEM
from core.tenancy import tenant
from districts.models import Address, Building, District, Station
from elections.models import Election
from municipalities import services
from municipalities.models import Municipality
from voters.models import Draft, Extraction
from voters.rules.assignment import DraftSettings
from voters.selectors import map as selectors
from voters.selectors import map_data
from voters.selectors.map import Chosen
from voters.sql.map import SCALE, Box
from voters.words import map as words

AT = datetime(2024, 8, 2, 6, 0, tzinfo=UTC)
DAY = date(2024, 10, 13)
SOUTH, WEST, UP, ASIDE = 51.15, 4.30, 0.002, 0.0032
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. Every fifth house has two boxes besides its own address."""

    voters: int
    streets: int
    houses: int
    districts: int
    stations: int


SIZES = {
    "town": Size(voters=30_000, streets=600, houses=14_000, districts=12, stations=45),
    "city": Size(voters=400_000, streets=5_000, houses=180_000, districts=90, stations=500),
}

STREETS = """
INSERT INTO districts_street (municipality_id, best_id, name, name_key)
SELECT %(municipality_id)s, n, name, districts_street_key(name)
  FROM (SELECT n, (ARRAY['Kerk', 'Molen', 'Station', 'Berg', 'Veld', 'Dorp', 'Linden', 'Kasteel'])[1 + n %% 8] || chr(97 + n / 8 %% 26)
                  || chr(97 + n / 208 %% 26) || (ARRAY['straat', 'laan', 'weg'])[1 + n %% 3] AS name
          FROM generate_series(0, %(streets)s - 1) n) made
"""
ADDRESSES = """
INSERT INTO districts_address (municipality_id, best_id, street_id, postcode, postname, house_number, number, suffix, box_number, box_key,
                               latitude, longitude, opened_at)
SELECT %(municipality_id)s, n * 3 + box, s.id, '2000', '', number, number, '', CASE box WHEN 0 THEN '' ELSE box::text END,
       CASE box WHEN 0 THEN '' ELSE box::text END, %(south)s + s.best_id / %(across)s * %(up)s + number %% 2 * 0.00012 + n * 7919 %% 97 * 0.000002,
       %(west)s + s.best_id %% %(across)s * %(aside)s + number / 2 * 0.00014 + n * 6007 %% 89 * 0.000001, now()
  FROM (SELECT n, n / %(streets)s + 1 AS number FROM generate_series(0, %(houses)s - 1) n) h
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.best_id = n %% %(streets)s
 CROSS JOIN generate_series(0, 2) box
 WHERE box = 0 OR n %% 5 = 0
"""
RANGES = """
INSERT INTO districts_streetrange (municipality_id, district_id, street_id, postcode, side, valid_from, made_at, made_by_name, removed_by_name)
SELECT %(municipality_id)s, (%(districts)s::bigint[])[1 + s.best_id * %(count)s / %(streets)s], s.id, '2000', 'all', date '1900-01-01', now(), '', ''
  FROM districts_street s WHERE s.municipality_id = %(municipality_id)s
"""
ENTRIES = """
INSERT INTO voters_entry (municipality_id, extraction_id, list_number, person_id, national_number, last_name, first_names, name_key, birth_date,
            born_on, sex, nationality, language, mark, minor, ballots, compulsory, postcode, street_name, house_number, box_number, address_id,
            household_id)
SELECT %(municipality_id)s, %(extraction_id)s, n, n, lpad(n::text, 11, '0'), 'Peeters', 'An', 'peeters  an', '1970-01-01', date '1970-01-01',
       '', 'BE', 'nl', '', false, 40, 0, '2000', '', '', '', a.id, ''
  FROM (SELECT id, row_number() OVER (ORDER BY best_id) - 1 AS place FROM districts_address WHERE municipality_id = %(municipality_id)s) a
  JOIN generate_series(1, %(voters)s) n ON n::bigint * 7919 %% %(addresses)s = a.place
"""
PLACEMENTS = """
INSERT INTO voters_placement (municipality_id, draft_id, household, address_id, district_id, station_id, voters, distance, by_hand)
SELECT %(municipality_id)s, %(draft_id)s, 'a' || e.address_id, e.address_id, r.district_id,
       (%(stations)s::bigint[])[1 + (s.best_id + CASE WHEN a.number > 30 THEN %(shift)s ELSE 0 END) * %(count)s / %(streets)s %% %(count)s],
       e.voters, 400, false
  FROM (SELECT address_id, count(*) AS voters FROM voters_entry
         WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s GROUP BY address_id) e
  JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.id = e.address_id
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = a.street_id
  JOIN districts_streetrange r ON r.municipality_id = %(municipality_id)s AND r.street_id = s.id
"""
BARE = """
SELECT a.street_id, a.number, a.latitude, a.longitude FROM districts_address a
 WHERE a.municipality_id = %(municipality_id)s AND (%(south)s::float IS NULL
       OR a.latitude BETWEEN %(south)s AND %(north)s AND a.longitude BETWEEN %(west)s AND %(east)s)
"""


def run(size: str | None) -> dict[str, Any]:
    """Time every answer of the map at ``town`` and ``city`` size, or at one of them."""
    return {name: _measured(SIZES[name]) for name in ([size] if size else SIZES)}


def _measured(size: Size) -> dict[str, Any]:
    with scratch_database("map"):
        municipality = services.create_municipality(nis_code="11002", name="Grid", by=SYSTEM, at=AT)
        neighbour = services.create_municipality(nis_code="23027", name="Neighbour", by=SYSTEM, at=AT)
        _furnish(neighbour, SIZES["town"])
        draft, before = _furnish(municipality, size)
        analyze()
        with tenant(municipality.pk):
            return {"houses": size.houses, "voters": size.voters, "answers": _answers(municipality, size, draft, before)}


def _furnish(municipality: Municipality, size: Size) -> tuple[Draft, Draft]:
    across = round(size.streets**0.5)
    values: dict[str, Any] = {
        "municipality_id": municipality.pk, "streets": size.streets, "houses": size.houses, "voters": size.voters, "across": across,
        "south": SOUTH, "west": WEST, "up": UP, "aside": ASIDE,
    }  # fmt: skip
    _run(municipality, STREETS, values)
    analyze()
    _run(municipality, ADDRESSES, values)
    with tenant(municipality.pk):
        own = {"municipality": municipality}
        districts = District.objects.bulk_create(District(**own, code=f"{n + 1:02}", name=f"Wijk {n + 1}") for n in range(size.districts))
        election = Election.objects.create(**own, date=DAY, list_date=date(2024, 8, 1), created_at=AT, created_by_name="bench")
        stations = _stations(municipality, election, districts, size, across)
        extraction = Extraction.objects.create(
            **own, election=election, number=1, kind=Extraction.Kind.TRIAL, state=Extraction.State.DONE, requested_by_id=1,
            requested_by_name="bench", requested_at=AT, finished_at=AT, counts={"voters": size.voters},
        )  # fmt: skip
    _run(municipality, RANGES, {**values, "districts": [one.pk for one in districts], "count": size.districts})
    analyze()
    with tenant(municipality.pk):
        addresses = Address.objects.filter(municipality=municipality).count()
    _run(municipality, ENTRIES, {**values, "extraction_id": extraction.pk, "addresses": addresses})
    analyze()
    drafts = []
    for number in (1, 2):
        with tenant(municipality.pk):
            draft = Draft.objects.create(
                **own, election=election, extraction=extraction, number=number, name=f"{number}", state=Draft.State.READY,
                settings=DraftSettings().as_json(), figures={"voters": size.voters, "unplaced": 0}, made_by_name="bench", made_at=AT,
                finished_at=AT,
            )  # fmt: skip
        _run(
            municipality,
            PLACEMENTS,
            {
                **values,
                "draft_id": draft.pk,
                "extraction_id": extraction.pk,
                "stations": stations,
                "count": size.stations,
                "shift": number * 3,
            },
        )
        drafts.append(draft)
    return drafts[1], drafts[0]


def _stations(municipality: Municipality, election: Election, districts: list[District], size: Size, across: int) -> list[int]:
    """One in the middle of every so many streets."""
    streets = [n * size.streets // size.stations for n in range(size.stations)]
    buildings = Building.objects.bulk_create(
        Building(
            municipality=municipality, name=f"School {n}", postcode="2000", street_name="Kerkstraat", house_number=str(n),
            latitude=SOUTH + street // across * UP, longitude=WEST + street % across * ASIDE,
        )
        for n, street in enumerate(streets)
    )  # fmt: skip
    stations = Station.objects.bulk_create(
        Station(
            municipality=municipality, election=election, number=n + 1, name=f"Stembureau {n + 1}", building=building, maximum=1_000,
            district=districts[streets[n] * size.districts // size.streets],
        )
        for n, building in enumerate(buildings)
    )  # fmt: skip
    return [one.pk for one in stations]


def _run(municipality: Municipality, statement: str, values: dict[str, Any]) -> None:
    with tenant(municipality.pk), connection.cursor() as cursor:
        cursor.execute(statement, values)


def _answers(municipality: Municipality, size: Size, draft: Draft, before: Draft) -> dict[str, Any]:
    chosen = Chosen(draft.election, draft, extraction=draft.extraction, drafts=[draft, before])
    compared = Chosen(draft.election, draft, before, draft.extraction, [draft, before])
    alone = Chosen(draft.election, extraction=draft.extraction)
    middle = SOUTH + size.streets**0.5 / 2 * UP, WEST + size.streets**0.5 / 2 * ASIDE
    near = Box(middle[0] - 0.004, middle[1] - 0.009, middle[0] + 0.004, middle[1] + 0.009)  # zoom 16 on a screen, and around it
    wide = Box(middle[0] - 0.008, middle[1] - 0.018, middle[0] + 0.008, middle[1] + 0.018)  # zoom 15: the first that asks
    street = map_data.house_data(chosen.shown, box=near)["streets"][0][0]
    work: dict[str, tuple[Callable[[], Any], Box | None]] = {
        "page of a draft": (lambda: _page(chosen), None),
        "page of two drafts": (lambda: _page(compared), None),
        "houses, first view": (lambda: _whole(chosen), None),
        "houses, first view, two drafts": (lambda: _whole(compared), None),
        "houses, first view, districts only": (lambda: _whole(alone), None),
        "outlines": (lambda: selectors.area_data(municipality_id=municipality.pk, day=DAY), None),
    }
    pieces: dict[str, tuple[Callable[[], Any], Box | None]] = {
        "box at zoom 16": (lambda: map_data.house_data(chosen.shown, box=near), near),
        "box at zoom 15": (lambda: map_data.house_data(chosen.shown, box=wide), wide),
        "box at zoom 15, two drafts": (lambda: map_data.house_data(compared.shown, box=wide), wide),
        "box at zoom 15, districts only": (lambda: map_data.house_data(alone.shown, box=wide), wide),
    }
    found = {f"{name}, anew": _timed(municipality, _anew(make), box) for name, (make, box) in work.items()}
    found |= {f"{name}, again": _timed(municipality, make, box) for name, (make, box) in work.items()}
    found |= {name: _timed(municipality, make, box) for name, (make, box) in pieces.items()}
    found["table of a street"] = _timed(
        municipality, lambda: [list(one) for one in selectors.street_houses(chosen.shown, street_id=street)], near
    )
    _check(size, chosen, found, near)
    return found


def _anew(make: Callable[[], Any]) -> Callable[[], Any]:
    """The same with nothing kept."""

    def made() -> Any:
        caches["maps"].clear()
        return make()

    return made


def _whole(chosen: Chosen) -> str:
    return map_data.first_view(chosen.shown).houses


def _page(chosen: Chosen) -> Any:
    """What the page says and gives the script; drawing the template is left out."""
    found = selectors.frame(chosen)
    return {**words.page(found, []), "data": words.for_browser(found, words.query(chosen), None, {"url": "", "attribution": ""})}


def _timed(municipality: Municipality, make: Callable[[], Any], box: Box | None) -> dict[str, float]:
    edges = {f"{name}": edge for name, edge in box._asdict().items()} if box else dict.fromkeys(Box._fields)
    seconds: list[float] = []
    bare: list[float] = []
    packed = plain = b""
    for _ in range(ROUNDS):
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(BARE, {"municipality_id": municipality.pk, **edges})
            rows = cursor.fetchall()
        bare.append(time.perf_counter() - started)
        started = time.perf_counter()
        made = make()
        plain = (made if isinstance(made, str) else json.dumps(made, separators=(",", ":"), ensure_ascii=False, default=str)).encode()
        packed = gzip.compress(plain, compresslevel=6)
        seconds.append(time.perf_counter() - started)
    floor = statistics.median(bare)
    return {
        "median_ms": round(statistics.median(seconds) * 1000, 1),
        "worst_ms": round(max(seconds) * 1000, 1),
        "bare_rows": len(rows),
        "bare_ms": round(floor * 1000, 1),
        "times_bare": round(statistics.median(seconds) / floor, 1),
        "bytes": len(plain),
        "bytes_packed": len(packed),
    }


def _check(size: Size, chosen: Chosen, found: dict[str, Any], near: Box) -> None:
    """What was timed must be right: every voter is on the first view, and a box holds the houses that lie in it."""
    voters = sum(json.loads(_whole(chosen))["rows"]["voters"])
    data = map_data.house_data(chosen.shown, box=near)
    lie = [round(near.south * SCALE) <= data["origin"][0] + y <= round(near.north * SCALE) for y in data["rows"]["y"]]
    if voters != size.voters or not lie or not all(lie) or found["box at zoom 16"]["bare_rows"] == 0:
        message = f"{voters} voters on the map instead of {size.voters}, or houses outside the box"
        raise AssertionError(message)
