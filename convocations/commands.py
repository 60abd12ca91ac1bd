"""How a command says what a run is to be, and why it is refused."""

from convocations.rules.runs import Order, RunSettings, law_hours
from elections.models import Election
from elections.rules import norm_kind

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


def settings_from(election: Election, *, order: str, step: int, mail_ids: bool, reissue_changed: bool) -> RunSettings:
    """The settings of a run with the hours of the law."""
    ballots = election.ballots.filter(municipality_id=election.municipality_id).values_list("ballot", flat=True)
    paper, electronic = law_hours(norm_kind(set(ballots)))
    return RunSettings(paper, electronic, step=step, order=Order(order), mail_ids=mail_ids, reissue_changed=reissue_changed)
