"""``record_decision 23027 2024-10-13 85073003328 strike --authority court --decided-on 2024-10-01 --reference … --reason … …``"""

from collections.abc import Callable
from datetime import date as day_type
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from core.approvals import SamePersonError
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from districts.models import Station
from elections.models import Election
from elections.rules import BALLOT_NUMBERS
from elections.selectors import ballot_codes
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission
from voters.commands import election_on, field_length, person_with_number
from voters.models import ListDecision, Person
from voters.rules.ledger import CORRECTABLE, Refusal
from voters.selectors.decisions import decisions as decisions_of
from voters.services import decisions
from voters.services.decisions import DecisionRefusedError, NewDecision
from voters.words.ledger import REFUSALS

Kind = ListDecision.Kind
Wrong = Callable[[str, object, str], None]
"""Notes a problem: option, what was typed, what was expected."""
CORRECTED_TEXTS = tuple(name for name in CORRECTABLE if name != "ballots")
"""What ``--set`` may name; ballots have an option of their own."""
LONGEST = {
    **{name: field_length(ListDecision, name) for name in ("reference", "reason")},
    **{name: field_length(Person, name) for name in CORRECTED_TEXTS},
}
"""Characters, at most."""
NEVER_EMPTY = ("reference", "reason", "last_name")


class Command(JsonCommand):
    """Record a decision of the college or the Court of Appeal about one voter, as two persons (docs/formats/mutations.md, "Effects")."""

    help = "Record that the college or the Court of Appeal adds, strikes or corrects a voter, or takes its last decision about them back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the voter, what was decided by whom, and two persons."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("national_number", metavar="NATIONAL_NUMBER", help="of the voter, with or without signs")
        parser.add_argument("kind", choices=Kind.values, help="withdraw: the last recorded decision about this voter")
        parser.add_argument("--authority", required=True, choices=ListDecision.Authority.values)
        parser.add_argument("--decided-on", required=True, metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument("--reference", required=True, help="of the minutes or the judgment")
        parser.add_argument("--reason", required=True, help="one sentence, as the decision gives it")
        parser.add_argument("--note", default="")
        parser.add_argument(
            "--ballots", metavar="CODES", help="that the voter may vote for, such as municipal,provincial; with add and correct"
        )
        parser.add_argument("--station", type=int, metavar="NUMBER", help="with add; by the voter's address when left out")
        parser.add_argument("--set", action="append", metavar="FIELD=TEXT", help=f"with correct: {', '.join(CORRECTED_TEXTS)}")
        parser.add_argument("--requested-by", required=True, metavar="USER")
        parser.add_argument("--approved-by", required=True, metavar="USER", help="the second person")

    def run(self, *, nis: str, date: str, national_number: str, kind: str, **options: Any) -> dict[str, Any]:
        """Ask and approve in one transaction: a refusal of either leaves nothing."""
        place, now = municipality(nis), timezone.now()
        asking = permitted(actor(place, options["requested_by"]), Permission.REQUEST_APPROVAL)
        deciding = permitted(actor(place, options["approved_by"]), Permission.APPROVE)
        try:
            with tenant(place.pk), transaction.atomic():
                election, person = election_on(place, date), person_with_number(place, national_number)
                new = _decision(election, Kind(kind), options)
                asked = _ask(election, person, new, by=asking, at=now)
                number = decisions.approve_decision(decision=asked, by=deciding, at=now)
        except DecisionRefusedError as refusal:
            with override("en"):
                refuse(str(REFUSALS[refusal.refusal]), column="NATIONAL_NUMBER")
        except SamePersonError:
            refuse("the second person must be somebody else", column="--approved-by", value=options["approved_by"])
        return {"decision": asked.pk, "kind": kind, "list_number": number, "withdraws": asked.withdraws_id}


def _ask(election: Election, person: Person, new: NewDecision, **who: Any) -> ListDecision:
    if new.kind != Kind.WITHDRAW:
        return decisions.request_decision(election=election, person=person, new=new, **who)
    recorded = decisions_of(election=election).filter(person=person, state=ListDecision.State.RECORDED).exclude(kind=Kind.WITHDRAW)
    last = recorded.select_related("election__municipality").order_by("-recorded_at", "-pk").first()
    if last is None:
        raise DecisionRefusedError(Refusal.NOT_RECORDED)
    return decisions.request_withdrawal(decision=last, new=new, **who)


def _decision(election: Election, kind: ListDecision.Kind, options: dict[str, Any]) -> NewDecision:
    """What was typed; every problem of it at once."""
    problems: list[dict[str, Any]] = []

    def wrong(column: str, value: object, problem: str) -> None:
        problems.append({"row": None, "column": column, "value": str(value), "problem": problem})

    for name in ("reference", "reason"):
        _measure(name, options[name], f"--{name}", wrong)
    values = _texts(kind, options["set"] or [], wrong) | _ballots(election, kind, options["ballots"], wrong)
    station = _station(election, kind, options["station"], wrong)
    decided_on = _day(options["decided_on"], wrong)
    if problems:
        raise CommandRefused(problems)
    own = {name: options[name] for name in ("authority", "reference", "reason", "note")}
    return NewDecision(kind=kind, **own, decided_on=decided_on, values=values, station_id=station)


def _day(typed: str, wrong: Wrong) -> day_type:
    try:
        return day_type.fromisoformat(typed)
    except ValueError:
        wrong("--decided-on", typed, "expected a date, YYYY-MM-DD")
        return day_type.min


def _texts(kind: str, typed: list[str], wrong: Wrong) -> dict[str, Any]:
    found = {}
    for text in typed:
        name, equals, value = text.partition("=")
        if kind != Kind.CORRECT:
            wrong("--set", text, "goes with correct only")
        elif not equals or name not in CORRECTED_TEXTS:
            wrong("--set", text, f"expected FIELD=TEXT, one of {', '.join(CORRECTED_TEXTS)}")
        else:
            _measure(name, value, "--set", wrong)
            found[name] = value.strip()
    return found


def _measure(name: str, text: str, column: str, wrong: Wrong) -> None:
    least = 1 if name in NEVER_EMPTY else 0
    if not least <= len(text.strip()) <= LONGEST[name]:
        wrong(column, text, f"{name}: expected {least} to {LONGEST[name]} characters")


def _ballots(election: Election, kind: str, typed: str | None, wrong: Wrong) -> dict[str, Any]:
    """The mask; of who is added without a word about it: every ballot of the day."""
    held = ballot_codes(election)
    if typed is None:
        return {"ballots": sum(1 << BALLOT_NUMBERS[code] for code in held)} if kind == Kind.ADD else {}
    codes = {code.strip() for code in typed.split(",")}
    if kind not in {Kind.ADD, Kind.CORRECT}:
        wrong("--ballots", typed, "goes with add and correct only")
    elif unknown := codes - set(held):
        wrong("--ballots", ",".join(sorted(unknown)), f"expected some of {','.join(held)}")
    else:
        return {"ballots": sum(1 << BALLOT_NUMBERS[code] for code in codes)}
    return {}


def _station(election: Election, kind: str, number: int | None, wrong: Wrong) -> int | None:
    if number is None:
        return None
    found = Station.objects.filter(municipality_id=election.municipality_id, election=election, number=number).first()
    if kind != Kind.ADD:
        wrong("--station", number, "goes with add only")
    elif found is None:
        wrong("--station", number, "no polling station of this election has this number")
    return found.pk if found else None
