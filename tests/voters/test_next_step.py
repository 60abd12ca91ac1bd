"""What must be done next for an election: one step, from what is there."""

from datetime import date

import pytest

from voters.rules.next_step import DraftProgress, Situation, Step, next_step
from voters.words.steps import STEPS

BEFORE = {"today": date(2024, 7, 1), "list_date": date(2024, 8, 1)}
AFTER = {"today": date(2024, 8, 19), "list_date": date(2024, 8, 1)}
REGISTER = {"addresses": True, "register_as_of": date(2024, 8, 1)}
LIST = {**AFTER, **REGISTER, "final_state": "done"}


@pytest.mark.parametrize(
    ("situation", "step"),
    [
        (BEFORE, Step.IMPORT_ADDRESSES),
        ({**BEFORE, "addresses": True}, Step.IMPORT_REGISTER),
        ({**BEFORE, **REGISTER, "import_state": "requested"}, Step.APPROVE_IMPORT),
        ({**BEFORE, **REGISTER, "import_state": "compared"}, Step.FINISH_IMPORT),
        ({**BEFORE, **REGISTER}, Step.RUN_TRIAL),
        ({**BEFORE, **REGISTER, "trial_running": True}, Step.WAIT_TRIAL),
        ({**BEFORE, **REGISTER, "trial": True}, Step.RUN_TRIAL_AGAIN),
        ({**BEFORE, **REGISTER, "trial": True, "trial_of_this_register": True, "open_checks": 2}, Step.LOOK_AT_CHECKS),
        ({**BEFORE, **REGISTER, "trial": True, "trial_of_this_register": True}, Step.WAIT_LIST_DATE),
        ({**AFTER, "addresses": True, "register_as_of": date(2024, 7, 31)}, Step.RENEW_REGISTER),
        ({**AFTER, **REGISTER, "trial": True, "trial_of_this_register": True}, Step.REQUEST_FINAL),
        ({**AFTER, **REGISTER, "final_state": "requested"}, Step.APPROVE_FINAL),
        ({**AFTER, **REGISTER, "final_state": "running"}, Step.WAIT_FINAL),
        (LIST, Step.MAKE_DISTRICTS),
        ({**LIST, "stations": True}, Step.MAKE_DISTRICTS),
        ({**LIST, "districts": True}, Step.MAKE_STATIONS),
        ({**LIST, "districts": True, "stations": True}, Step.MAKE_DRAFT),
        ({**LIST, "draft": DraftProgress.IMPOSSIBLE}, Step.MEND_DRAFT),
        ({**LIST, "draft": DraftProgress.RUNNING}, Step.WAIT_DRAFT),
        ({**LIST, "draft": DraftProgress.READY}, Step.REQUEST_FREEZE),
        ({**LIST, "draft": DraftProgress.REQUESTED}, Step.APPROVE_FREEZE),
        ({**LIST, "draft": DraftProgress.APPROVED}, Step.WAIT_FREEZE),
        ({**LIST, "draft": DraftProgress.FROZEN}, Step.DONE),
    ],
)
def test_the_first_step_that_is_not_done(situation, step) -> None:
    assert next_step(Situation(**situation)) is step


def test_every_step_has_words() -> None:
    assert set(STEPS) == set(Step) - {Step.DONE}
