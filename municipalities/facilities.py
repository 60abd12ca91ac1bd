"""Municipalities with language facilities, and how long an inhabitant's choice of French holds. Pure; data with its source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data" / "facilities.toml"


@dataclass(frozen=True, slots=True)
class Facility:
    """A municipality with language facilities. ``regime``: ``rim`` (around Brussels) or ``border``."""

    nis: str
    name_nl: str
    name_fr: str
    regime: str

    @property
    def both_names(self) -> str:
        """In both languages, Dutch first; once where they are the same."""
        return self.name_nl if self.name_nl == self.name_fr else f"{self.name_nl} – {self.name_fr}"


@dataclass(frozen=True, slots=True)
class Term:
    """How long a choice holds, and where that stands."""

    years: int
    source: str
    certainty: str


@cache
def _content() -> tuple[Term, Mapping[str, Facility]]:
    content = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return Term(**content["term"]), {row["nis"]: Facility(**row) for row in content["municipality"]}


def term() -> Term:
    """The term of a choice."""
    return _content()[0]


def facilities() -> Mapping[str, Facility]:
    """The municipalities where a choice is possible, by NIS code."""
    return _content()[1]
