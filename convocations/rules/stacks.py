"""A run divided into files: consecutive pages on one paper, and no more than a worker draws and reads in one go. Pure values."""

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
    """Pages of one paper, which are one file: whole bundles. ``first``: the position in the run of its first page, from 1."""

    paper: Paper
    first: int
    cards: int

    @property
    def last(self) -> int:
        """The position of its last page."""
        return self.first + self.cards - 1

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a run."""
        return {**asdict(self), "paper": self.paper.value}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Stack":
        """What ``as_json`` gave; runs of before kept the numbers of its bundles too."""
        return cls(Paper(values["paper"]), values["first"], values["cards"])


def divide(bundles: Iterable[Bundled], papers: Mapping[str, str], *, most: int) -> list[Stack]:
    """The stacks of a run: of its bundles in their order. ``papers``: type of voter → paper.

    A stack has ``most`` pages at most; a bundle is never cut, so that one that is larger is a stack by itself.
    """
    found: list[Stack] = []
    for bundle in bundles:
        paper = paper_of(bundle.template, papers)
        if found and found[-1].paper == paper and found[-1].cards + bundle.cards <= most:
            last = found[-1]
            found[-1] = Stack(paper, last.first, last.cards + bundle.cards)
        else:
            found.append(Stack(paper, bundle.first, bundle.cards))
    return found


def together(stacks: Sequence[Stack]) -> int:
    """How many pages they have, if each begins where the one before ended; 0 if not."""
    pages = 0
    for stack in stacks:
        if stack.first != pages + 1:
            return 0
        pages += stack.cards
    return pages


def stack_at(stacks: Sequence[Stack], position: int) -> Stack:
    """The stack in which the page at a position of the run lies."""
    return stacks[bisect_right([stack.first for stack in stacks], position) - 1]


def named(stacks: Sequence[Stack]) -> Iterator[tuple[Stack, str]]:
    """Each stack with what its file is called: the paper is in the name where not everything is on white paper, and its number where a paper has several."""
    papers = {stack.paper for stack in stacks}
    for number, stack in enumerate(stacks, 1):
        paper = "" if papers == {Paper.WHITE} else f"-{FILE_NAMES[stack.paper]}"
        which = f"-{number:0{len(str(len(stacks)))}d}van{len(stacks)}" if len(stacks) > len(papers) else ""
        yield stack, f"{CARDS}{paper}{which}"
