"""What must be done now about the letters of an election whose assignment is frozen. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The steps from a frozen assignment to letters in the post, in their order."""

    MAKE = "make"
    WAIT = "wait"
    MEND = "mend"
    REQUEST_RELEASE = "request_release"
    APPROVE_RELEASE = "approve_release"
    ANNOUNCE = "announce"
    LOOK_AT_CASES = "look_at_cases"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Situation:
    """``run_state``: of the newest run that was not cancelled, or empty. ``released``, ``announced``: whether one of them was, and went to bpost."""

    run_state: str = ""
    released: bool = False
    announced: bool = False
    open_cases: int = 0


UNDER_WAY = {"making": Step.WAIT, "ready": Step.REQUEST_RELEASE, "requested": Step.APPROVE_RELEASE, "refused": Step.MEND}


def next_step(now: Situation) -> Step:
    """The first step that is not done. A run under way comes before what earlier ones have left."""
    if now.run_state in UNDER_WAY:
        return UNDER_WAY[now.run_state]
    if not now.released:
        return Step.MAKE
    if not now.announced:
        return Step.ANNOUNCE
    return Step.LOOK_AT_CASES if now.open_cases else Step.DONE
