"""How a command says what a run is to be, and why such a run is refused."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from convocations.commands import RUN_PROBLEMS
from convocations.rules.runs import Hours, Order, Problem, RunSettings, clock, law_hours, minutes
from convocations.services.runs import RunRefusedError
from core.commands import refuse
from elections.models import Election
from elections.rules import norm_kind

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)


def own_settings(election: Election, settings: RunSettings) -> bool:
    """Whether somebody asked for other settings than those proposed."""
    parser = CommandParser()
    add_settings(parser)
    return settings != settings_from(election, vars(parser.parse_args([])))


def add_settings(parser: CommandParser) -> None:
    """What the screen of a new run asks too."""
    parser.add_argument("--order", choices=[order.value for order in Order], default=Order.POST.value)
    parser.add_argument("--hours", metavar="MINUTES", type=int, default=60, help="length of an advised time; 0 for none")
    parser.add_argument("--opening", metavar="HH:MM", help="when stations that vote on paper open; as the law has it when left out")
    parser.add_argument("--closing", metavar="HH:MM", help="and when they close")
    parser.add_argument("--electronic-opening", metavar="HH:MM", help="when stations that vote electronically open")
    parser.add_argument("--electronic-closing", metavar="HH:MM", help="and when they close")
    parser.add_argument("--posting", metavar="DATE", help="when bpost gets the cards, YYYY-MM-DD, before the election; open when left out")
    parser.add_argument("--mail-ids", action="store_true", help="give every card a Mail ID number of the municipality's own")
    parser.add_argument("--reissue-changed", action="store_true", help="also a new card for whose card says something else by now")


def settings_from(election: Election, options: Mapping[str, Any]) -> RunSettings:
    """The settings of a run as ``add_settings`` has them; what is left out is as the screen proposes it: the hours of the law, no day of posting."""
    ballots = election.ballots.filter(municipality_id=election.municipality_id).values_list("ballot", flat=True)
    paper, electronic = law_hours(norm_kind(set(ballots)))
    return RunSettings(
        _hours(options, "", paper),
        _hours(options, "electronic_", electronic),
        step=options["hours"],
        order=Order(options["order"]),
        mail_ids=options["mail_ids"],
        posting=_day(options["posting"]),
        reissue_changed=options["reissue_changed"],
    )


def run_errors(refusal: RunRefusedError, settings: RunSettings | None) -> list[dict[str, Any]]:
    """Why a run is refused, each with the option that is to be another."""
    return [row for code in refusal.codes for row in _run_error(code, settings)]


def _run_error(code: str, settings: RunSettings | None) -> Iterator[dict[str, Any]]:
    for column, value in _wrong(code, settings) if settings else [("DATE", "")]:
        yield {"row": None, "column": column, "value": value, "problem": RUN_PROBLEMS.get(code, code)}


def _wrong(code: str, settings: RunSettings) -> list[tuple[str, str]]:
    """The options that a code is about, and what was given."""
    match code:
        case Problem.HOURS:
            pairs = (("closing", settings.paper), ("electronic_closing", settings.electronic))
            return [(column, clock(hours.closing)) for column, hours in pairs if hours.closing <= hours.opening]
        case Problem.STEP:
            return [("hours", str(settings.step))]
        case Problem.POSTING:
            return [("posting", str(settings.posting))]
    return [("DATE", "")]


def _hours(options: Mapping[str, Any], kind: str, law: Hours) -> Hours:
    opening, closing = (_moment(options[f"{kind}{end}"], f"{kind}{end}") for end in ("opening", "closing"))
    return Hours(law.opening if opening is None else opening, law.closing if closing is None else closing)


def _moment(text: str | None, column: str) -> int | None:
    """Minutes after midnight."""
    if text is None:
        return None
    if not _CLOCK.fullmatch(text):
        refuse("expected an hour, HH:MM", column=column, value=text)
    return minutes(text)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        refuse("expected a date, YYYY-MM-DD", column="posting", value=text or "")
