"""A made-up population for one of the demo's municipalities: `python -m demo.population --town halle --persons 40000 --seed 1 --out DIR`.

Writes `register.csv` (docs/formats/register.md §2) and its manifest. The same town, persons, seed and date give the same bytes
on every machine. One household is in memory at a time, so a million persons cost no more memory than forty thousand.
The awkward persons of `demo.awkward` come first, always and unchanged by the seed; they live at real addresses of the town.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from demo.awkward import awkward_persons
from demo.households import Member, Origin, draw_household, draw_origin, rest_home, student_house
from demo.people import People
from demo.register import AS_OF, Person, RegisterWriter, households
from demo.towns import OUTCOMES, TOWNS, Address, Town, dwellings, respell

REST_HOME, STUDENT_HOUSE = 90, 18
_PERSONS_A_COLLECTIVE = 20_000  # one rest home of each kind and one student house for so many persons


@dataclass(slots=True)
class Counts:
    """What was written. `spellings` counts persons by how their address differs from the address file (see demo.towns)."""

    persons: int = 0
    households: int = 0
    awkward: int = 0
    foreign: int = 0
    collective: int = 0
    registers: Counter[str] = field(default_factory=Counter)
    spellings: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        numbers = {name: getattr(self, name) for name in ("persons", "households", "awkward", "foreign", "collective")}
        return {**numbers, "registers": dict(self.registers), "spellings": dict(self.spellings), "outcomes": dict(self.outcomes)}


def generate(*, town: str, persons: int, seed: int, out: Path, as_of: date = AS_OF) -> Counts:
    """Write `register.csv` and its manifest into `out` (made if need be) and say what is in them.

    `persons` is met exactly, except that the awkward persons are always all there: fewer asked for gives just them.
    """
    place = TOWNS[town]
    out.mkdir(parents=True, exist_ok=True)
    counts = Counts()
    with RegisterWriter(out / "register.csv", municipality=place.nis, as_of=as_of) as writer:
        for person in population(town=place, persons=persons, seed=seed, as_of=as_of, counts=counts):
            writer.write(person)
    return counts


def population(*, town: Town, persons: int, seed: int, as_of: date = AS_OF, counts: Counts | None = None) -> Iterator[Person]:
    """The rows of the register, one at a time; `counts` is filled along the way."""
    counts = Counts() if counts is None else counts
    for household in _households(town, persons, Random(f"{town.nis}-{seed}"), as_of, counts):
        counts.households += 1
        for person in household:
            counts.persons += 1
            counts.foreign += person.nationality != "BE"
            counts.registers[person.register] += 1
            yield person


def _households(town: Town, persons: int, random: Random, as_of: date, counts: Counts) -> Iterator[list[Person]]:
    awkward = awkward_persons(town)
    counts.awkward = len(awkward)
    yield from households(awkward)
    left = persons - len(awkward)
    people = People(random, as_of)
    for group in _collectives(town, people, left // _PERSONS_A_COLLECTIVE):
        counts.collective += len(group)
        left -= len(group)
        yield group
    places = _dwellings(town, random)
    number = 0
    while left > 0:
        number += 1
        origin = draw_origin(random)
        members = draw_household(random, origin)[:left]
        address, spelling = respell(next(places), random)
        if spelling:
            counts.spellings[spelling] += len(members)
            counts.outcomes[OUTCOMES[spelling]] += len(members)
        household_id = f"{town.nis}-{number:07d}" if len(members) > 1 or number % 3 else ""
        yield people.household(members, origin, address, household_id)
        left -= len(members)


def _collectives(town: Town, people: People, each: int) -> Iterator[list[Person]]:
    """Rest homes as one household and as ninety of one person each, and student houses, at houses without boxes."""
    random = people.random
    houses = [address for address in dwellings(town) if not address.box]
    belgian = Origin("BE", "be", "nl")
    for index in range(each):
        place = random.choice(houses)
        yield people.household(_with_reference(rest_home(random, REST_HOME)), belgian, place, f"{town.nis}-C{index:05d}")
        for residents, size in ((rest_home, REST_HOME), (student_house, STUDENT_HOUSE)):
            place = random.choice(houses)
            for member in residents(random, size):
                member.role = "1"
                yield people.household([member], belgian, place, "")


def _with_reference(members: list[Member]) -> list[Member]:
    members[0].role = "1"
    return members


def _dwellings(town: Town, random: Random) -> Iterator[Address]:
    """The town's dwellings in a drawn order, over and over; more people than the town has room for share them."""
    places = list(dwellings(town))
    random.shuffle(places)
    while True:
        yield from places


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.population", description="Write a made-up population register.")
    parser.add_argument("--town", choices=sorted(TOWNS), default="halle")
    parser.add_argument("--persons", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="directory for register.csv and its manifest")
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, help="date of the register, YYYY-MM-DD")
    arguments = parser.parse_args()
    counts = generate(town=arguments.town, persons=arguments.persons, seed=arguments.seed, out=arguments.out, as_of=arguments.as_of)
    print(json.dumps(counts.as_dict()))


if __name__ == "__main__":
    main()
