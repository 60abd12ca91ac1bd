"""What must be done now for an election: one step, from what is there. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Step(StrEnum):
    """The steps to a voters list and to a polling station for everybody, in their order."""

    IMPORT_ADDRESSES = "import_addresses"
    IMPORT_REGISTER = "import_register"
    FINISH_IMPORT = "finish_import"
    APPROVE_IMPORT = "approve_import"
    RUN_TRIAL = "run_trial"
    WAIT_TRIAL = "wait_trial"
    RUN_TRIAL_AGAIN = "run_trial_again"
    LOOK_AT_CHECKS = "look_at_checks"
    WAIT_LIST_DATE = "wait_list_date"
    RENEW_REGISTER = "renew_register"
    REQUEST_FINAL = "request_final"
    APPROVE_FINAL = "approve_final"
    WAIT_FINAL = "wait_final"
    MAKE_DISTRICTS = "make_districts"
    MAKE_STATIONS = "make_stations"
    MAKE_DRAFT = "make_draft"
    WAIT_DRAFT = "wait_draft"
    MEND_DRAFT = "mend_draft"
    REQUEST_FREEZE = "request_freeze"
    APPROVE_FREEZE = "approve_freeze"
    WAIT_FREEZE = "wait_freeze"
    DONE = "done"


class DraftProgress(IntEnum):
    """How far a draft of the assignment is: the higher, the further."""

    IMPOSSIBLE = 1  # not everybody has a place
    RUNNING = 2
    READY = 3
    REQUESTED = 4
    APPROVED = 5
    FROZEN = 6


@dataclass(frozen=True, slots=True)
class Situation:
    """What is there. ``import_state`` and ``final_state`` are those of a file under way and of the final extraction, or empty.

    ``draft``: how far the furthest draft of the assignment on the final list is, or empty while there is none.
    """

    today: date
    list_date: date
    addresses: bool = False
    register_as_of: date | None = None
    import_state: str = ""
    trial: bool = False
    trial_running: bool = False
    trial_of_this_register: bool = False
    open_checks: int = 0
    final_state: str = ""
    districts: bool = False
    stations: bool = False
    draft: DraftProgress | None = None


def next_step(now: Situation) -> Step:
    """The first step that is not done. What waits for somebody comes before what may be begun."""
    if now.final_state:
        return {"requested": Step.APPROVE_FINAL, "running": Step.WAIT_FINAL}.get(now.final_state) or _after_the_list(now)
    if not now.addresses:
        return Step.IMPORT_ADDRESSES
    if now.import_state:
        return Step.APPROVE_IMPORT if now.import_state == "requested" else Step.FINISH_IMPORT
    if now.register_as_of is None:
        return Step.IMPORT_REGISTER
    return _after_the_register(now)


def _after_the_register(now: Situation) -> Step:
    if now.trial_running:
        return Step.WAIT_TRIAL
    if now.today >= now.list_date and now.register_as_of is not None and now.register_as_of < now.list_date:
        return Step.RENEW_REGISTER
    if not now.trial:
        return Step.RUN_TRIAL
    if not now.trial_of_this_register:
        return Step.RUN_TRIAL_AGAIN
    if now.today >= now.list_date:
        return Step.REQUEST_FINAL
    return Step.LOOK_AT_CHECKS if now.open_checks else Step.WAIT_LIST_DATE


DRAFT_STEPS = {
    None: Step.MAKE_DRAFT,
    DraftProgress.IMPOSSIBLE: Step.MEND_DRAFT,
    DraftProgress.RUNNING: Step.WAIT_DRAFT,
    DraftProgress.READY: Step.REQUEST_FREEZE,
    DraftProgress.REQUESTED: Step.APPROVE_FREEZE,
    DraftProgress.APPROVED: Step.WAIT_FREEZE,
    DraftProgress.FROZEN: Step.DONE,
}


def _after_the_list(now: Situation) -> Step:
    if now.draft is None and not now.districts:
        return Step.MAKE_DISTRICTS
    if now.draft is None and not now.stations:
        return Step.MAKE_STATIONS
    return DRAFT_STEPS[now.draft]
