"""Finding persons under row-level security: p50 and p95 of each kind of query, beside a bare look-up of one national number.

Every query is drawn anew from the register (seeded), asked as the application's role with the municipality in the
setting, and timed with the reading of the persons found. The yardstick is one row by its unique key, in the same run.
"""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from benchmarks.population import analyze, make_municipality
from benchmarks.scratch import scratch_database
from core.tenancy import tenant
from municipalities.models import Municipality
from voters.models import Person
from voters.rules.names import WORD_SIGNS
from voters.selectors import persons

SIZES = {"town": 40_000, "city": 600_000}
ROUNDS = 150

NUMBERS = """
UPDATE voters_person p SET national_number = made.number
  FROM (SELECT id, to_char(born_on, 'YYMMDD') || lpad((row_number() OVER (PARTITION BY to_char(born_on, 'YYMMDD') ORDER BY id))::text, 5, '0')
               AS number
          FROM voters_person WHERE municipality_id = %(municipality_id)s) made
 WHERE p.municipality_id = %(municipality_id)s AND p.id = made.id
"""
STREETS = """
INSERT INTO districts_street (municipality_id, best_id, name, name_key)
SELECT %(municipality_id)s, n, name, districts_street_key(name)
  FROM (SELECT n, (ARRAY['Kerk', 'Molen', 'Station', 'Berg', 'Veld', 'Dorp', 'Linden', 'Kasteel'])[1 + n %% 8] || chr(97 + n / 8 %% 26)
                  || chr(97 + n / 208 %% 26) || (ARRAY['straat', 'laan', 'weg'])[1 + n %% 3] AS name
          FROM generate_series(0, %(streets)s - 1) n) made
"""
ADDRESSES = """
INSERT INTO districts_address (municipality_id, best_id, street_id, postcode, postname, house_number, number, suffix, box_number, box_key, opened_at)
SELECT %(municipality_id)s, n, s.id, '1500', '', n / %(streets)s + 1, n / %(streets)s + 1, '', '', '', now()
  FROM generate_series(0, %(addresses)s - 1) n
  JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.best_id = n %% %(streets)s
"""
LIVE = """
UPDATE voters_person p SET address_id = a.id, house_number = a.house_number, street_name = s.name
  FROM districts_address a JOIN districts_street s ON s.municipality_id = %(municipality_id)s AND s.id = a.street_id
 WHERE p.municipality_id = %(municipality_id)s AND a.municipality_id = %(municipality_id)s AND a.best_id = p.id %% %(addresses)s
"""
TOKENS = """
INSERT INTO voters_nametoken (municipality_id, token, person_id)
SELECT DISTINCT %(municipality_id)s::bigint, word COLLATE "C", p.id
  FROM voters_person p, string_to_table(translate(p.name_key, %(signs)s, %(blanks)s), ' ') word
 WHERE p.municipality_id = %(municipality_id)s AND word <> ''
 ORDER BY 2, 3
"""


def run(size: str | None) -> dict[str, Any]:
    """Time every kind of query at ``town`` or ``city`` size (default: city)."""
    count = SIZES[size or "city"]
    with scratch_database("search"):
        municipality = make_municipality(nis_code="11002", persons=count)
        _furnish(municipality, count)
        _furnish(make_municipality(nis_code="23027", persons=20_000, seed=0.25), 20_000)
        analyze()
        with tenant(municipality.pk):
            return {"persons": count, "kinds": _measured(municipality, random.Random(1))}


def _furnish(municipality: Municipality, count: int) -> None:
    values: dict[str, int | str] = {
        "municipality_id": municipality.pk,
        "streets": max(300, count // 150),
        "addresses": count // 2,
        "signs": WORD_SIGNS,
        "blanks": " " * len(WORD_SIGNS),
    }
    for statement in (NUMBERS, STREETS, ADDRESSES, LIVE, TOKENS):
        # Without statistics the planner takes every table for a small one.
        analyze()
        with tenant(municipality.pk), connection.cursor() as cursor:
            cursor.execute(statement, values)


def _measured(municipality: Municipality, chance: random.Random) -> dict[str, dict[str, float]]:
    first, last = (
        Person.objects.filter(municipality=municipality).order_by(order).values_list("pk", flat=True)[0] for order in ("pk", "-pk")
    )

    def anybody() -> Person:
        return Person.objects.get(municipality=municipality, pk=chance.randint(first, last))

    def point() -> None:
        Person.objects.get(municipality=municipality, national_number=number)

    kinds = _kinds(chance)
    times: dict[str, list[float]] = {name: [] for name in ("one national number, bare", *kinds)}
    for _ in range(ROUNDS):
        for name, typed in kinds.items():
            person = anybody()
            number, text = person.national_number, typed(person)
            times["one national number, bare"].append(_timed(point))
            found: list[persons.Found] = []
            times[name].append(_timed(lambda text=text, found=found: found.append(_search(municipality, text))))  # type: ignore[misc]
            _check(name, person, found[0])
    floor = statistics.median(times["one national number, bare"])
    return {name: _figures(seconds, floor) for name, seconds in times.items()}


def _kinds(chance: random.Random) -> dict[str, Callable[[Person], str]]:
    """How somebody looks for a person whom they know: what they type."""
    return {
        "national number": lambda p: p.national_number,
        "6 figures of a number": lambda p: p.national_number[:6],
        "4 figures of a number": lambda p: p.national_number[:4],
        "birth date": lambda p: p.born_on.strftime("%d/%m/%Y"),
        "last name": lambda p: p.last_name,
        "last name, 3 letters": lambda p: p.last_name[:3],
        "last name, 1 letter": lambda p: p.last_name[:1],
        "first name": lambda p: p.first_names.split()[0],
        "last and first name": lambda p: f"{p.last_name} {p.first_names}",
        "first and last name, parts": lambda p: f"{p.first_names[:3]} {p.last_name[:4]}",
        "two words of two letters": lambda p: f"{p.first_names[:2]} {p.last_name[:2]}",
        "two words of one letter": lambda p: f"{p.first_names[:1]} {p.last_name[:1]}",
        "name and birth date": lambda p: f"{p.last_name} {p.born_on:%d/%m/%Y}",
        "street and number": lambda p: f"{p.street_name} {p.house_number}",
        "street, 5 letters": lambda p: p.street_name[:5],
        "name and street": lambda p: f"{p.last_name} {p.street_name}",
        "nobody": lambda _p: "".join(chance.choices("qxzvk", k=8)),
    }


def _search(municipality: Municipality, text: str) -> persons.Found:
    return persons.search(municipality_id=municipality.pk, query=persons.understand(text))


def _check(kind: str, person: Person, found: persons.Found) -> None:
    """What was timed must be right: the person is there, unless there were more than are shown."""
    if bool(found.persons) if kind == "nobody" else not found.more and person not in found.persons:
        message = f"{kind}: person {person.pk} should have been found"
        raise AssertionError(message)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _figures(seconds: list[float], floor: float) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
        "worst_ms": round(ordered[-1] * 1000, 2),
        "times_point": round(statistics.median(ordered) / floor, 1),
    }
