"""Names for made-up people: weighted Belgian names, and names of the languages that the foreign population speaks."""

import csv
from functools import cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from demo.towns import DATA

_BELGIAN = {"male": "first_names_male", "female": "first_names_female", "last": "last_names"}


class Surname(NamedTuple):
    """A surname as a man and as a woman bear it; in most languages the same."""

    masculine: str
    feminine: str

    def of(self, sex: str) -> str:
        return self.feminine if sex == "F" else self.masculine


class Pool(NamedTuple):
    """Values and their cumulative weights, as random.choices wants them."""

    values: tuple[str, ...]
    cumulative: tuple[float, ...]

    def draw(self, random: Random) -> str:
        return random.choices(self.values, cum_weights=self.cumulative)[0]


def pool(values: list[str], weights: list[float]) -> Pool:
    return Pool(tuple(values), tuple(accumulate(weights)))


@cache
def belgian(kind: str) -> Pool:
    with (DATA / "names" / f"{_BELGIAN[kind]}_nl_BE_statbel2022.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return pool([row["name"] for row in rows], [float(row["weight"]) for row in rows])


@cache
def own(language: str, kind: str) -> tuple[Surname, ...]:
    """Our own list: given names (`male`, `female`) or surnames (`last`) of a language, each with its feminine form."""
    with (DATA / "names" / "own_names.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            Surname(row["name"], row["feminine"] or row["name"])
            for row in csv.DictReader(stream)
            if row["language"] == language and row["kind"] == kind
        )


class Nationality(NamedTuple):
    code: str
    language: str
    eu: bool


@cache
def nationalities() -> tuple[dict[str, Nationality], Pool]:
    """The foreign nationalities by code, and a pool of their codes."""
    with (DATA / "names" / "nationalities.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    known = {row["nationality"]: Nationality(row["nationality"], row["language"], row["eu"] == "1") for row in rows}
    return known, pool([row["nationality"] for row in rows], [float(row["weight"]) for row in rows])


def draw_surname(random: Random, language: str) -> Surname:
    """A surname; `be` is the Belgian list, with now and then one of the long or particled ones."""
    if language == "be" and random.random() >= 0.004:
        name = belgian("last").draw(random)
        return Surname(name, name)
    return random.choice(own(language, "last"))


def draw_first_names(random: Random, language: str, sex: str) -> str:
    """One to three given names separated by a space, no name twice."""
    kind = "female" if sex == "F" else "male"
    draw = random.random()
    count = 1 if draw < 0.35 else 2 if draw < 0.75 else 3
    names: list[str] = []
    for _ in range(count):
        name = belgian(kind).draw(random) if language == "be" else random.choice(own(language, kind)).masculine
        if name not in names:
            names.append(name)
    return " ".join(names)


def double(first: Surname, second: Surname) -> Surname:
    """A double surname, as children born since June 2014 may bear."""
    return Surname(f"{first.masculine} {second.masculine}", f"{first.feminine} {second.feminine}")
