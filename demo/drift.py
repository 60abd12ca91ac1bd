"""The register of a month later, and two of its kind that an import has to stop: a truncated one and one that lost most of a street.

`mutate` reads a good register and writes the next: moves, departures, deaths, births, arrivals, names, naturalisations, marks.
Persons of `demo.awkward` are left as they are, so that their expected verdicts hold after the second import too.
"""

import csv
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from demo.awkward import numbers
from demo.households import draw_household, draw_origin
from demo.names import belgian, draw_first_names, nationalities
from demo.people import ABROAD, ELSEWHERE_IN_BELGIUM, People
from demo.register import COLUMNS, Person, RegisterWriter, households, manifest_of, national_number, read_manifest, read_register
from demo.towns import Town, dwellings, town_of

# Chances in a month. By household: a move. By person: the rest, deaths rising with age. Together some 1.5 % of the rows change.
_MOVE, _ARRIVAL = 0.008, 0.0022
_DEPARTURE, _STRIKE_OFF, _NAME, _LANGUAGE, _SUSPENSION, _MARK, _BIRTH = 0.0032, 0.0003, 0.0005, 0.0003, 0.0002, 0.02, 0.0030
_NATURALISATION = 0.004  # of the non-Belgians in BR or VR
_REMOVED = 0.0010  # of all rows, taken from those who had gone before the last register
_MOST_REMOVED = 45  # a month's removals stay under what an importer lets pass


@dataclass(slots=True)
class Drift:
    """What a second import must find; `changed` counts persons, `fields` the columns in which they differ, `events` the causes."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    events: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)


def mutate(register: Path, *, seed: int, out: Path) -> Drift:
    """Write the register of a month after `register` (its manifest beside it) into the directory `out`, with its manifest."""
    manifest = read_manifest(register)
    was = date.fromisoformat(manifest.as_of)
    month = _Month(town_of(manifest.municipality), was, Random(f"drift-{manifest.municipality}-{manifest.as_of}-{seed}"), register)
    out.mkdir(parents=True, exist_ok=True)
    if (out / "register.csv").resolve() == register.resolve():
        raise ValueError("the next register may not overwrite the one it is made from")
    with RegisterWriter(out / "register.csv", municipality=manifest.municipality, as_of=month.now) as writer:
        for person in month.persons(max_removed=min(int(manifest.rows * _REMOVED), _MOST_REMOVED)):
            writer.write(person)
    month.drift.rows = writer.rows
    return month.drift


def _next_month(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class _Month:
    """One month in a register; holds its national numbers (as whole numbers) so that a newcomer never gets one already given."""

    def __init__(self, town: Town, was: date, random: Random, register: Path) -> None:
        self.town, self.was, self.now, self.random, self.register = town, was, _next_month(was), random, register
        self.drift = Drift()
        self._awkward = frozenset(numbers().values())
        self._taken = {int(person.national_number) for person in read_register(register)}
        self._people = People(random, self.now)
        self._eu = frozenset(code for code, known in nationalities()[0].items() if known.eu)

    def persons(self, *, max_removed: int) -> Iterator[Person]:
        for old in households(read_register(self.register)):
            if old[0].national_number in self._awkward:
                self.drift.unchanged += len(old)
                yield from old
                continue
            for person, before in self._household(old):
                if self._long_gone(before) and self.drift.removed < max_removed:
                    self.drift.removed += 1
                    continue
                self._count(before, person)
                yield person
            if self.random.random() < _BIRTH * len(old):
                yield from self._birth(old)
            if self.random.random() < _ARRIVAL * len(old) / 2.3:
                yield from self._arrival()

    def _long_gone(self, person: Person) -> bool:
        last = max(person.deceased_on, person.struck_on, person.departed_on)
        return "" < last <= (self.was - timedelta(days=45)).isoformat()

    def _count(self, before: Person, person: Person) -> None:
        different = [name for name in COLUMNS if getattr(before, name) != getattr(person, name)] if before != person else []
        self.drift.fields.update(different)
        if different:
            self.drift.changed += 1
        else:
            self.drift.unchanged += 1

    def _day(self) -> str:
        """A day of the month that passed."""
        return (self.was + timedelta(days=self.random.randint(1, (self.now - self.was).days))).isoformat()

    def _household(self, old: list[Person]) -> Iterator[tuple[Person, Person]]:
        """Each person after the month, beside the row before it."""
        random = self.random
        present = [person for person in old if not _gone(person)]
        moves = bool(present) and len(present) < 16 and random.random() < _MOVE
        place = random.choice(dwellings(self.town))
        for before in old:
            after = replace(before)
            if not _gone(before):
                if moves:
                    after.postcode, after.street_name, after.house_number, after.box_number = place
                    self.drift.events["move"] += 1
                else:
                    self._event(after)
            yield after, before

    def _event(self, person: Person) -> None:
        """At most one event for a person in a month."""
        draw = self.random.random()
        age = self.now.year - int(person.birth_date[:4])
        for name, chance, happen in (
            ("death", 0.00002 + (0.0000022 * max(age - 30, 0) ** 1.85 if age > 30 else 0), self._die),
            ("departure", _DEPARTURE, self._depart),
            ("strike_off", _STRIKE_OFF, self._strike_off),
            ("name_change", _NAME, self._rename),
            ("language", _LANGUAGE, self._change_language),
            ("suspension", _SUSPENSION if age >= 18 else 0.0, self._suspend),
            ("nationality", _NATURALISATION if person.nationality != "BE" and person.register != "WR" else 0.0, self._naturalise),
            ("voter_mark", _MARK if self._may_register(person, age) else 0.0, self._register_as_voter),
        ):
            draw -= chance
            if draw < 0:
                happen(person)
                self.drift.events[name] += 1
                return

    def _die(self, person: Person) -> None:
        person.deceased_on = self._day()

    def _depart(self, person: Person) -> None:
        person.departed_on = self._day()
        person.departed_to = self.random.choice(ELSEWHERE_IN_BELGIUM if self.random.random() < 0.85 else ABROAD)

    def _strike_off(self, person: Person) -> None:
        person.struck_on = self._day()

    def _rename(self, person: Person) -> None:
        if self.random.random() < 0.5:
            person.first_names = f"{person.first_names} {belgian('female' if person.sex == 'F' else 'male').draw(self.random)}".strip()
        else:
            other = belgian("last").draw(self.random)
            person.last_name = f"{person.last_name} {other}" if other != person.last_name else f"{other}-{other}"

    def _change_language(self, person: Person) -> None:
        person.language = "fr" if person.language == "nl" else "nl"

    def _suspend(self, person: Person) -> None:
        if person.suspension:
            person.suspension = person.suspension_until = ""
        else:
            person.suspension = "suspended"
            person.suspension_until = (self.now + timedelta(days=self.random.randint(100, 1800))).isoformat()

    def _naturalise(self, person: Person) -> None:
        person.nationality, person.register = "BE", "BR"
        person.legal_stay_since = ""
        person.eu_voter_since = person.eu_voter_until = person.local_voter_since = person.local_voter_until = ""

    def _may_register(self, person: Person, age: int) -> bool:
        return person.nationality in self._eu and person.register != "WR" and age > 18 and not person.local_voter_since

    def _register_as_voter(self, person: Person) -> None:
        person.local_voter_since = self._day()

    def _birth(self, household: list[Person]) -> Iterator[Person]:
        """A child for a mother of 18 to 45 in the household, if there is one; takes her address and a surname of the house."""
        years = range(self.now.year - 45, self.now.year - 17)
        mother = next((one for one in household if one.sex == "F" and not _gone(one) and int(one.birth_date[:4]) in years), None)
        if mother is None or not mother.household_id:
            return
        born, sex = self._day(), self.random.choice("MF")
        child = Person(
            self._fresh(born, sex),
            household[0].last_name,
            draw_first_names(self.random, "be", sex),
            born,
            sex,
            nationality=mother.nationality,
            register=mother.register,
            registered_on=born,
            legal_stay_since=born if mother.legal_stay_since else "",
            household_id=mother.household_id,
            household_role="3",
            language=mother.language,
        )
        child.postcode, child.street_name, child.house_number, child.box_number = (
            mother.postcode, mother.street_name, mother.house_number, mother.box_number,
        )  # fmt: skip
        self.drift.added += 1
        self.drift.events["birth"] += 1
        yield child

    def _arrival(self) -> Iterator[Person]:
        """A household that came from elsewhere in the month."""
        origin = draw_origin(self.random)
        place = self.random.choice(dwellings(self.town))
        day = self._day()
        household_id = f"{self.town.nis}-{self.now:%Y%m}-{self.drift.events['arrival']:05d}"
        for person in self._people.household(draw_household(self.random, origin), origin, place, household_id):
            if person.birth_date > day:  # born after they came
                continue
            person.national_number = self._fresh(person.birth_date, person.sex)
            person.registered_on = day
            person.deceased_on = person.struck_on = person.departed_on = person.departed_to = ""
            person.eu_voter_since = person.eu_voter_until = person.local_voter_since = person.local_voter_until = ""
            self.drift.added += 1
            self.drift.events["arrival"] += 1
            yield person

    def _fresh(self, birth: str, sex: str) -> str:
        serial = 2 if sex == "F" else 1
        while int(number := national_number(birth, serial)) in self._taken:
            serial += 2
        self._taken.add(int(number))
        return number


def _gone(person: Person) -> bool:
    return bool(person.deceased_on or person.struck_on or person.departed_on)


def truncate(register: Path, *, out: Path, keep: float = 0.6) -> Path:
    """A register cut off after a share of its rows, with a manifest that fits it: only a guard on removals can stop it."""
    with register.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    return _write(register, out, rows[: 1 + int((len(rows) - 1) * keep)])


def thin_street(register: Path, *, out: Path, lose: float = 0.2) -> tuple[Path, str, int]:
    """A register in which one small street lost at least `lose` of its people, and no more than a month's removals elsewhere do.

    Gives the file, the street and how many rows are gone; the street has 20 to 60 rows.
    """
    with register.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    street, number = header.index("street_name"), header.index("national_number")
    sizes = Counter(row[street] for row in rows)
    chosen = min(name for name, size in sizes.items() if 20 <= size <= 60)
    awkward = frozenset(numbers().values())
    left = -(-sizes[chosen] * int(lose * 100) // 100)
    lost = [row for row in rows if row[street] == chosen and row[number] not in awkward][:left]
    gone = {row[number] for row in lost}
    return _write(register, out, [header, *(row for row in rows if row[number] not in gone)]), chosen, len(lost)


def _write(register: Path, out: Path, rows: list[list[str]]) -> Path:
    manifest = read_manifest(register)
    out.mkdir(parents=True, exist_ok=True)
    path = out / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    later = _next_month(date.fromisoformat(manifest.as_of)).isoformat()
    manifest_of(path, municipality=manifest.municipality, as_of=later).write(path)
    return path
