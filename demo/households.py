"""Who live together: sizes, ages, kinship and surnames of made-up households, before any register fact is added.

Shares follow Flanders: some 36 % of households are one person, the mean is near 2.28, a fifth of the people are under 18 and a
fifth over 65. Ages are years with a fraction on the date of the register.
"""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from demo.names import Surname, double, draw_surname, nationalities

REFERENCE, PARTNER, CHILD, PARENT, UNRELATED = "1", "2", "3", "5", "12"

_KINDS = ("single", "couple", "family", "lone_parent", "three_generations", "shared")
_KIND_WEIGHTS = tuple(accumulate((35.5, 26.5, 26.4, 7.8, 2.1, 2.4)))
_SINGLE_AGES = ((20, 35, 18.0), (35, 50, 16.0), (50, 65, 25.0), (65, 80, 25.0), (80, 102, 16.0))
_COUPLE_AGES = ((22, 38, 14.0), (38, 52, 9.0), (52, 66, 39.0), (66, 80, 29.0), (80, 96, 9.0))
_CHILDREN = ((1, 2, 3, 4, 5, 6), tuple(accumulate((36.0, 43.0, 15.0, 4.5, 1.0, 0.5))))
_GIVEN_DOUBLE, _GIVEN_MOTHERS = 0.08, 0.12  # shares of couples who give the double name, or (cumulated) the mother's
_DOUBLE_NAMES_SINCE_YEARS = 10.2  # law of 8 May 2014, in force 1 June 2014

FOREIGN_HOUSEHOLDS = 0.138
_FOREIGN_ORIGIN = 0.09  # Belgians whose names are of another language
_FRENCH_SPEAKING = 0.16


@dataclass(slots=True)
class Member:
    age: float
    sex: str
    role: str
    surname: Surname
    name_language: str  # the list the given names come from
    nationality: str


@dataclass(slots=True)
class Origin:
    """Where a household's names and papers come from."""

    nationality: str
    name_language: str
    language: str  # of correspondence: nl, fr or de


def draw_origin(random: Random) -> Origin:
    known, codes = nationalities()
    draw = random.random()
    if draw < FOREIGN_HOUSEHOLDS:
        nationality = known[codes.draw(random)]
        return Origin(nationality.code, nationality.language, _language(random, nationality.language))
    if draw < FOREIGN_HOUSEHOLDS + _FOREIGN_ORIGIN:
        language = known[codes.draw(random)].language
        return Origin("BE", language, _language(random, language))
    if random.random() < _FRENCH_SPEAKING:
        return Origin("BE", "fr" if random.random() < 0.5 else "be", "fr")
    return Origin("BE", "be", "de" if random.random() < 0.004 else "nl")


def _language(random: Random, name_language: str) -> str:
    if name_language == "de" and random.random() < 0.5:
        return "de"
    return "fr" if random.random() < (0.8 if name_language == "fr" else 0.25) else "nl"


def draw_household(random: Random, origin: Origin) -> list[Member]:
    """The members of one household, reference person first."""
    kind = random.choices(_KINDS, cum_weights=_KIND_WEIGHTS)[0]
    if kind == "single":
        return [_adult(random, origin, _age(random, _SINGLE_AGES))]
    if kind == "couple":
        return _couple(random, origin, _age(random, _COUPLE_AGES))
    if kind == "shared":
        return [_adult(random, origin, random.triangular(19, 38, 24), UNRELATED if i else REFERENCE) for i in range(random.randint(2, 5))]
    mother_age = _between(random, random.gauss(42.0, 8.5), 21.0, 62.0)
    if kind == "lone_parent":
        return _lone_parent(random, origin, mother_age)
    parents = _couple(random, origin, mother_age)
    members = parents + _children(random, parents, mother_age)
    if kind == "three_generations":
        grandparent = _adult(random, origin, mother_age + random.uniform(20, 36), PARENT)
        if random.random() < 0.5:
            grandparent.surname = parents[0].surname
        members.append(grandparent)
    return members


def _age(random: Random, bands: tuple[tuple[int, int, float], ...]) -> float:
    low, high, _ = random.choices(bands, weights=[band[2] for band in bands])[0]
    if low == 80:  # the last band thins out towards the top
        return low + (high - low) * min(random.random(), random.random())
    return random.uniform(low, high)


def _between(random: Random, drawn: float, low: float, high: float) -> float:
    """What was drawn, or anything in between when it fell outside: cutting off would give a crowd one birth date."""
    return drawn if low <= drawn <= high else random.uniform(low, high)


def _adult(random: Random, origin: Origin, age: float, role: str = REFERENCE, sex: str = "") -> Member:
    sex = sex or ("F" if random.random() < (0.64 if age > 78 else 0.5) else "M")
    return Member(age, sex, role, draw_surname(random, origin.name_language), origin.name_language, origin.nationality)


def _couple(random: Random, origin: Origin, her_age: float) -> list[Member]:
    """Two partners near in age; one couple in fifty of one sex, one foreign household in four with a Belgian partner."""
    his_age = _between(random, her_age + random.gauss(2.2, 3.4), max(her_age - 9.0, 19.0), her_age + 15.0)
    sexes = ("M", "F") if random.random() >= 0.02 else random.choice((("M", "M"), ("F", "F")))
    man = _adult(random, origin, his_age, REFERENCE, sexes[0])
    mixed = origin.nationality != "BE" and random.random() < 0.25
    woman = _adult(random, Origin("BE", "be", "nl") if mixed else origin, her_age, PARTNER, sexes[1])
    if random.random() < 0.25:
        man.role, woman.role = woman.role, man.role
        return [woman, man]
    return [man, woman]


def _lone_parent(random: Random, origin: Origin, mother_age: float) -> list[Member]:
    parent = _adult(random, origin, mother_age, REFERENCE, "F" if random.random() < 0.8 else "M")
    other = parent.surname if random.random() < 0.2 else draw_surname(random, origin.name_language)
    children = _children(random, [parent], mother_age)
    for child in children:
        child.surname = other  # of the absent parent, or the present one's
    return [parent, *children]


def _children(random: Random, parents: list[Member], mother_age: float) -> list[Member]:
    """One to six children; the mother was 17 to 45 at each birth, siblings are at least ten months apart and share a surname."""
    wanted = random.choices(_CHILDREN[0], cum_weights=_CHILDREN[1])[0]
    earliest, latest = max(17.0, mother_age - 26.0), min(45.0, mother_age)
    first = _between(random, random.gauss(29.0, 4.5), earliest, latest)
    surname = _surname_for_children(random, parents, oldest_age=mother_age - first)
    nationality = "BE" if any(parent.nationality == "BE" for parent in parents) else parents[0].nationality
    lead = parents[0]
    children, at_birth = [], first
    for _ in range(wanted):
        if at_birth > latest:
            break
        sex = "M" if random.random() < 0.512 else "F"
        children.append(Member(mother_age - at_birth, sex, CHILD, surname, lead.name_language, nationality))
        if random.random() >= 0.016:  # else twins
            at_birth += random.uniform(1.2, 4.5)
    return children


def _surname_for_children(random: Random, parents: list[Member], *, oldest_age: float) -> Surname:
    if len(parents) == 1:
        return parents[0].surname
    father = next((parent for parent in parents if parent.sex == "M"), parents[0])
    mother = parents[1] if father is parents[0] else parents[0]
    draw = random.random()
    if oldest_age < _DOUBLE_NAMES_SINCE_YEARS:
        if draw < _GIVEN_DOUBLE:
            return double(father.surname, mother.surname) if draw < _GIVEN_DOUBLE / 2 else double(mother.surname, father.surname)
        if draw < _GIVEN_MOTHERS:
            return mother.surname
    return father.surname


def rest_home(random: Random, size: int) -> list[Member]:
    """Residents of a home for the aged: unrelated, 66 to 104, three women to one man."""
    belgian = Origin("BE", "be", "nl")
    return [
        _adult(random, belgian, _between(random, random.gauss(86, 6.5), 66.0, 104.0), UNRELATED, "F" if random.random() < 0.74 else "M")
        for _ in range(size)
    ]


def student_house(random: Random, size: int) -> list[Member]:
    return [_adult(random, draw_origin(random), random.uniform(18, 25), UNRELATED) for _ in range(size)]
