"""What is said of a file of letters that came back."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.services.returned import Problem
from convocations.words.cards import ANSWER_REFUSALS, REFUSALS

SHOWN: Final = 100
"""Problems, and codes, that are told one by one: at most this many, and a fifth of it."""
PROBLEMS: dict[str, Promise] = {
    **{code: REFUSALS[code] for code in ("no_code", "unknown_code", "not_released")},
    **{code: ANSWER_REFUSALS[code] for code in ("not_csv", "empty")},
    "twice": gettext_lazy("This card stands in the file once more, with another cause, action or note."),
    "cause": gettext_lazy("This is no cause: moved, unknown, incomplete, refused, deceased, no_box or other."),
    "action": gettext_lazy("This is not what can be done: kept, handed, sent_again or destroyed."),
    "note": gettext_lazy("A note has at most 200 letters, on one line."),
    "columns": gettext_lazy("The columns are code, cause, action and note; only the first must be there."),
    "too_large": gettext_lazy("The file is larger than 2 MB."),
    "too_many": gettext_lazy("More than 20,000 letters at once."),
}


def wrong(problems: Sequence[Problem]) -> dict[str, Any]:
    """What is wrong with a file, row by row, and how many problems more there are."""
    rows = [{"row": one.row, "value": one.value or one.column, "text": PROBLEMS[one.code]} for one in problems[:SHOWN]]
    return {"rows": rows, "more": max(0, len(problems) - SHOWN)}


def codes(found: Sequence[str]) -> str:
    """Codes of cards in a row; of many the first ones."""
    most = SHOWN // 5
    more = [_("and more: %(count)s") % {"count": len(found) - most}] if len(found) > most else []
    return ", ".join([*found[:most], *more])
