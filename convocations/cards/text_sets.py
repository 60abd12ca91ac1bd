"""Sets of texts: in two places letters to the voters of the parliaments say more than elsewhere (docs/adr/0023-papers-and-blanks.md)."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from convocations.cards.texts import DATA


class TextSet(StrEnum):
    """The usual texts, and those of the canton of Sint-Genesius-Rode and of Voeren."""

    USUAL = "usual"
    RODE = "rode"
    VOEREN = "voeren"


@dataclass(frozen=True, slots=True)
class Place:
    """The municipalities in which a set is the default, and where that stands."""

    text_set: TextSet
    municipalities: tuple[str, ...]
    source: str
    certainty: str


@cache
def places() -> tuple[Place, ...]:
    """All of them, as in the file."""
    with (DATA / "text_sets.toml").open("rb") as stream:
        rows = tomllib.load(stream)["set"]
    return tuple(Place(TextSet(row["name"]), tuple(row["municipalities"]), row["source"], row["certainty"]) for row in rows)


def default_set(nis: str) -> TextSet:
    """The set of a municipality that has not chosen another one."""
    return next((place.text_set for place in places() if nis in place.municipalities), TextSet.USUAL)
