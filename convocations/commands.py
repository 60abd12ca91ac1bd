"""How a command says why something is refused."""

from typing import Any

from convocations.rules.returns import REPORT_COLUMNS, RETURN_COLUMNS, Action, Cause, Printed
from convocations.services.answers import AnswerRefusedError

RUN_PROBLEMS = {
    "no_final_list": "there is no frozen voters list: extract --final first",
    "not_assigned": "no assignment is frozen: freeze_assignment first",
    "run_open": "another run of this election is not released or cancelled yet",
    "no_cards": "everybody who is to get a card has one",
    "hours": "a station opens before it closes",
    "step": "an advised time takes 5 to 240 minutes, and no longer than the station is open",
    "posting": "cards are posted before the election",
    "not_accounted_for": "cards and reasons for none do not add up to the list",
    "station_unfinished": "this station has no name or no whole address",
    "no_mail_ids": "there are not as many Mail ID numbers as cards: see the settings for bpost",
    "mail_ids_resting": "these Mail ID numbers were used less than 90 days ago",
    "unprintable": "this card holds a letter that cannot be printed",
    "too_long": "this does not fit on the card",
    "code": "this is no text for the barcode",
    "read_back": "the file is not as the list says",
    "stale": "cards are not right any more: the list has changed since; withdraw them or make the run anew",
    "wrong_state": "this was released, cancelled or decided meanwhile",
    "not_released": "this run is not released",
    "piece_damaged": "a piece of the file is not as it was written",
}


REPORT_PROBLEMS = {
    "brought_in_already": "this file was brought in already",
    "not_released": "this run is not released",
    "unknown_token": "a code of no released card of this run",
    "too_large": "larger than 64 MB",
    "columns": f"the columns are {','.join(REPORT_COLUMNS)}",
    "not_csv": "no CSV file in UTF-8",
    "empty": "nothing stands in it",
    "token": "no code of a card",
    "result": f"is none of {', '.join(Printed)}",
    "at": "no moment, as 2024-09-24T08:00:00",
}
RETURN_PROBLEMS = {
    "no_code": "no code of a card: twelve letters and figures, a dash and two figures",
    "unknown_code": "no card of this election has this code",
    "not_released": "this card was not released: it should not be on paper",
    "twice": "the same card stands here with another cause, action or note",
    "cause": f"is none of {', '.join(Cause)}",
    "action": f"is none of {', '.join(Action)}",
    "note": "at most 200 letters on one line",
    "columns": f"the columns are {','.join(RETURN_COLUMNS)}; only the first must be there",
    "not_csv": "no CSV file in UTF-8",
    "too_large": "larger than 2 MB",
    "too_many": "more than 20,000 letters at once",
    "empty": "no letter is named",
}
CASE_PROBLEMS = {"unknown_case": "no case of this election has this number", "closed_already": "somebody closed this case already"}


def report_errors(refusal: AnswerRefusedError) -> list[dict[str, Any]]:
    """What is wrong with a report of the printer, in sentences; how many more rows there are is the last."""
    told = [{**error, "problem": REPORT_PROBLEMS.get(error["problem"], error["problem"])} for error in refusal.errors]
    more = refusal.payload["more"] if refusal.payload else 0
    return [*told, {"row": None, "column": "", "value": "", "problem": f"{more} more rows are wrong"}] if more else told
