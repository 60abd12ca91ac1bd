"""A run divided by paper: consecutive pages of one colour are a stack, and each stack is a file of its own. Pure values."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from convocations.cards.papers import Paper, paper_of

FILE_NAMES = {Paper.WHITE: "wit", Paper.BLUE: "blauw", Paper.YELLOW: "geel", Paper.GREEN: "groen", Paper.PINK: "roze"}
"""As the printer reads them in the name of a file."""
CARDS = "oproepingsbrieven"
RANKS = {paper: rank for rank, paper in enumerate(Paper)}


class Bundled(Protocol):
    """What must be known of a bundle."""

    @property
    def number(self) -> int:
        """Its place in the run, from 0."""
        ...

    @property
    def first(self) -> int:
        """The position of its first page, from 1."""
        ...

    @property
    def cards(self) -> int:
        """How many."""
        ...

    @property
    def template(self) -> str:
        """Of one of its cards: all of them are printed on the same paper."""
        ...


@dataclass(frozen=True, slots=True)
class Stack:
    """Pages of one paper. ``first``: the position in the run of its first page, from 1; ``bundles`` from ``first_bundle`` on."""

    paper: Paper
    first: int
    cards: int
    first_bundle: int
    bundles: int

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a run."""
        return {**asdict(self), "paper": self.paper.value}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Stack":
        """What ``as_json`` gave."""
        return cls(**{**values, "paper": Paper(values["paper"])})


def divide(bundles: Iterable[Bundled], papers: Mapping[str, str]) -> list[Stack]:
    """The stacks of a run: of its bundles in their order. ``papers``: type of voter → paper."""
    found: list[Stack] = []
    for bundle in bundles:
        paper = paper_of(bundle.template, papers)
        if found and found[-1].paper == paper:
            last = found[-1]
            found[-1] = Stack(paper, last.first, last.cards + bundle.cards, last.first_bundle, last.bundles + 1)
        else:
            found.append(Stack(paper, bundle.first, bundle.cards, bundle.number, 1))
    return found


def stack_at(stacks: Sequence[Stack], position: int) -> Stack:
    """The stack in which the page at a position of the run lies."""
    return stacks[bisect_right([stack.first for stack in stacks], position) - 1]


def stack_of_bundle(stacks: Sequence[Stack], bundle: int) -> Stack:
    """The stack to which a bundle belongs."""
    return stacks[bisect_right([stack.first_bundle for stack in stacks], bundle) - 1]


def named(stacks: Sequence[Stack]) -> Iterator[tuple[Stack, str]]:
    """Each stack with what its file is called: the paper is in the name, but where everything is on white paper."""
    plain = len(stacks) == 1 and stacks[0].paper == Paper.WHITE
    yield from ((stack, CARDS if plain else f"{CARDS}-{FILE_NAMES[stack.paper]}") for stack in stacks)
