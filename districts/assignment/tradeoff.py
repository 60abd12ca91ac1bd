"""What other prices would give: some points of the trade-off between walking, moving and a short street table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .problem import Problem, Weights
from .solution import Figures, Solution

MOVES: Final = (0, 100, 300, 1_000, 3_000)
ROWS: Final = (1_000, 3_000, 10_000)


@dataclass(frozen=True, slots=True)
class Point:
    """One plan of the curve: its prices (metres per moved voter, voter-metres per row) and figures."""

    move: int
    row: int
    figures: Figures

    @property
    def moved_share(self) -> float:
        """Of all voters, 0 to 1, without those who must."""
        return self.figures.moved / max(1, self.figures.voters)


def curve(
    problem: Problem,
    weights: Weights,
    *,
    solver: Callable[[Problem, Weights], Solution],
    moves: Sequence[int] = MOVES,
    rows: Sequence[int] = ROWS,
) -> list[Point]:
    """Plans at other prices of a move, then at other prices of a row, each point once; ``solver`` is ``solver.solve`` or ``run.solve_apart``."""
    asked = [replace(weights, move=move, order=None) for move in moves] + [replace(weights, row=row, order=None) for row in rows]
    return [Point(each.move, each.row, solver(problem, each).figures) for each in dict.fromkeys(asked)]
