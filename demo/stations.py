"""Buildings and polling stations for a town of the demo, written as ``stations.csv``: made-up schools and halls at real addresses.

They lie where the people of a register live, in compact parts of each district, with some eighth more seats than voters. The same
town, register and seed give the same file.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from demo.districts import District
from demo.names import belgian
from demo.places import House, centre, cut
from demo.register import Person, read_register
from demo.towns import Town
from districts.rules.accessibility import Feature
from districts.rules.station_file import BuildingAddress, StationLine, write

VOTERS_A_STATION = 620
STATIONS_A_BUILDING = (1.7, 2.3, 2.3, 4)
"""One of these, district by district."""
ROOM = 1.13
"""Seats for each voter."""
DIGITAL = frozenset({"23027"})
"""Where one votes on a computer."""

SAINTS = ("Sint-Jan", "Sint-Vincentius", "Heilig Hart", "Sint-Franciscus", "Sint-Jozef", "Sint-Lambertus", "Don Bosco", "Sint-Anna")
SCHOOLS = ("De Regenboog", "De Linde", "Het Kasteeltje", "De Vlinder", "De Zonnewijzer", "De Toverboom", "Ten Berge", "De Wereldboom")
HALLS = ("De Bres", "De Molen", "De Kouter", "Ter Linden", "De Wip", "De Zenne")
ENTRANCES = ("via de speelplaats", "hoofdingang", "poort links van de kerk", "via de parking achteraan", "zijdeur aan de straatkant")
OPENINGS = ("om 6.30 uur door de conciërge", "om 6.45 uur door de technische dienst", "om 6.30 uur door de directie")
KEYS = ("onthaal stadhuis, sleutelkast 2", "conciërge", "directie en technische dienst")


@dataclass(frozen=True, slots=True)
class Site:
    """A building with its stations, and what a clerk would know of it."""

    name: str
    house: House
    district: District
    stations: int
    maximum: int
    accessibility: dict[str, bool]
    entrance: str
    opening: str
    keys: str
    contact: str
    phone: str

    @property
    def accessible(self) -> bool:
        """Whether its stations are called accessible."""
        return self.accessibility["door_width"]


def sites(town: Town, districts: Sequence[District], register: Path, *, election_day: date, seed: int) -> list[Site]:
    """The buildings in the order of the districts."""
    random = Random(f"{town.nis}-{seed}-stations")
    voters = _voters(districts, register, election_day)
    counts = _share_out(voters)
    names = _names(random)
    found: list[Site] = []
    for district, voting, count in zip(districts, voters, counts, strict=True):
        shares = _split(count, max(1, round(count / random.choice(STATIONS_A_BUILDING))))
        for part, stations in zip(cut(district.houses, shares), shares, strict=True):
            house = _near_the_middle(part)
            maximum = max(50, -(-round(voting * ROOM) // count // 10) * 10)
            found.append(_site(next(names).format(street=house.street), house, district, stations, maximum, random, bad=len(found) == 4))
    return found


def lines(town: Town, found: Sequence[Site]) -> list[StationLine]:
    """The rows of the file, numbered from 1."""
    made: list[StationLine] = []
    for site in found:
        for place in range(site.stations):
            made.append(
                StationLine(
                    row=len(made) + 2,
                    number=len(made) + 1,
                    district_code=site.district.code,
                    name=f"{site.name} {'ABCDEF'[place]}" if site.stations > 1 else site.name,
                    building=site.name,
                    address=BuildingAddress(site.house.postcode, site.house.street, site.house.house_number),
                    minimum=site.maximum // 3 // 10 * 10,
                    maximum=site.maximum,
                    electronic=town.nis in DIGITAL,
                    accessible=site.accessible,
                    position=None,
                )
            )
    return made


def write_file(town: Town, found: Sequence[Site], path: Path) -> None:
    """Write ``stations.csv``."""
    path.write_text(write(lines(town, found)), encoding="utf-8", newline="")


# ------------------------------------------------------------------------------------------------------- voters
def _voters(districts: Sequence[District], register: Path, election_day: date) -> list[int]:
    """Roughly how many voters each district has: who is of age and Belgian or registered, where the register's address is known."""
    at = {_key(house.postcode, house.street, house.house_number): number for number, part in enumerate(districts) for house in part.houses}
    counted = Counter[int]()
    lost = 0
    for person in read_register(register):
        if _votes(person, election_day):
            number = at.get(_key(person.postcode, person.street_name, person.house_number))
            counted[number if number is not None else -1] += 1
            lost += number is None
    known = sum(counted.values()) - lost
    return [round(counted[number] * (1 + lost / max(1, known))) for number in range(len(districts))]


def _votes(person: Person, day: date) -> bool:
    last_birth_date = day.replace(year=day.year - 18).isoformat()
    gone = person.deceased_on or person.struck_on or person.departed_on
    return not gone and person.birth_date <= last_birth_date and (person.nationality == "BE" or bool(person.local_voter_since))


def _key(postcode: str, street: str, number: str) -> tuple[str, str, str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFD", street) if letter.isalnum())
    return postcode, plain.casefold(), number.casefold().strip()


def _share_out(voters: Sequence[int]) -> list[int]:
    """How many stations each district gets: one at least, then always to where most voters share one."""
    counts = [1] * len(voters)
    while sum(counts) < round(sum(voters) / VOTERS_A_STATION):
        counts[max(range(len(voters)), key=lambda place: voters[place] / counts[place])] += 1
    return counts


# ---------------------------------------------------------------------------------------------------- buildings
def _split(stations: int, buildings: int) -> list[int]:
    """As equal as can be: 5 over 2 is 3 and 2."""
    return [stations // buildings + (place < stations % buildings) for place in range(buildings)]


def _near_the_middle(part: Sequence[House]) -> House:
    """The house without boxes that lies nearest to the middle of a part."""
    east, north = centre(part)
    whole = [house for house in part if house.dwellings == 1 and house.house_number.isdecimal()] or list(part)
    return min(whole, key=lambda house: ((house.east - east) ** 2 + (house.north - north) ** 2, house.street, house.number))


def _names(random: Random) -> Iterator[str]:
    """Names of schools and halls, none twice; with the street once they have run out."""
    pools = [
        [f"Basisschool {name}" for name in SCHOOLS],
        [f"Parochiezaal {name}" for name in SAINTS],
        [f"{kind} {name}" for kind, name in zip(("Sporthal", "Zaal", "Buurthuis", "Ontmoetingscentrum") * 2, HALLS, strict=False)],
    ]
    for pool in pools:
        random.shuffle(pool)
    while any(pools):
        for pool in pools:
            if pool:
                yield pool.pop()
    while True:
        yield "Buurthuis {street}"


def _site(name: str, house: House, district: District, stations: int, maximum: int, random: Random, *, bad: bool) -> Site:
    answers = {feature.value: random.random() < 0.8 for feature in Feature}
    needed = {"step_free": random.random() < 0.7, "ramp": True, "door_width": not bad, "adapted_booth": True}
    return Site(
        name=name,
        house=house,
        district=district,
        stations=stations,
        maximum=maximum,
        accessibility={feature.value: {**answers, **needed}[feature.value] for feature in Feature},
        entrance=random.choice(ENTRANCES),
        opening=random.choice(OPENINGS),
        keys=random.choice(KEYS),
        contact=f"{belgian(random.choice(('male', 'female'))).draw(random)} {belgian('last').draw(random)}",
        phone=f"0470 00 {random.randrange(100):02d} {random.randrange(100):02d}",
    )
