"""The paper on which cards are printed: chosen for each type of voter of an election, white where nothing was chosen.

Colours are never a rule here. What was read somewhere is shown beside the choice, with how sure it is (``data/papers.toml``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from convocations.cards.card import TemplateKey
from convocations.cards.texts import DATA


class Paper(StrEnum):
    """The colours of paper, in the order in which a run prints them."""

    WHITE = "white"
    BLUE = "blue"
    YELLOW = "yellow"
    GREEN = "green"
    PINK = "pink"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The paper that a model of the law names for some voters. ``voters``: a ``VoterType``, or voters that are no type here."""

    voters: str
    paper: Paper
    source: str
    certainty: str


@cache
def suggestions() -> tuple[Suggestion, ...]:
    """All of them, as in the file."""
    with (DATA / "papers.toml").open("rb") as stream:
        return tuple(Suggestion(**{**row, "paper": Paper(row["paper"])}) for row in tomllib.load(stream)["paper"])


def paper_of(template: str, papers: Mapping[str, str]) -> Paper:
    """The paper of a template (``TemplateKey.name``). ``papers``: type of voter → paper."""
    return Paper(papers.get(TemplateKey.of(template).voter_type, Paper.WHITE))
