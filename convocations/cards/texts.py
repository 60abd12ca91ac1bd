"""The words of cards by language, from the files in ``data``: texts of the law, hours, and what the slots say."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


def _read(name: str) -> dict[str, Any]:
    with (DATA / name).open("rb") as stream:
        return tomllib.load(stream)


@cache
def phrases(language: str) -> Mapping[str, str]:
    """What the slots and the standard template say, in ``nl`` or ``fr``."""
    found: dict[str, str] = _read("phrases.toml")[language]
    return found


@dataclass(frozen=True, slots=True)
class LawText:
    """A paragraph of a card, for whom it is, on which election days it holds, and where it comes from. Empty: for all.

    ``sets``: of which sets of texts (``text_sets.TextSet``); ``ballots``: of which ballots the voter must have all.
    """

    title: str
    text: str
    source: str
    certainty: str
    types: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    ballots: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    elections: str = ""
    voting: str = ""
    valid_from: date = date.min
    valid_until: date = date.max

    def holds(
        self, *, kind: str, voter_type: str, elections: str, voting: str, day: date, text_set: str = "", ballots: Collection[str] = ()
    ) -> bool:
        """Whether it stands on such a card. ``ballots``: those of its voters."""
        return (
            (not self.types or voter_type in self.types)
            and (not self.kinds or kind in self.kinds)
            and self.elections in {"", elections}
            and self.voting in {"", voting}
            and (not self.sets or text_set in self.sets)
            and set(self.ballots) <= set(ballots)
            and self.valid_from <= day <= self.valid_until
        )


@cache
def law_texts(language: str) -> tuple[LawText, ...]:
    """All paragraphs in their order."""
    rows = _read(f"law_{language}.toml")["text"]
    return tuple(LawText(**_with_tuples(row)) for row in rows)


def _with_tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


@dataclass(frozen=True, slots=True)
class Hours:
    """When a station is open, as ``HH:MM``, and where that stands."""

    elections: str
    voting: str
    opening: str
    closing: str
    source: str
    certainty: str


@cache
def _all_hours() -> tuple[Hours, ...]:
    return tuple(Hours(**row) for row in _read("hours.toml")["hours"])


def hours(*, elections: str, electronic: bool) -> Hours:
    """The hours of a kind of election (``federal``, ``local``: ``elections.rules.norm_kind``) and way of voting."""
    voting = "electronic" if electronic else "paper"
    return next(one for one in _all_hours() if (one.elections, one.voting) == (elections, voting))
