"""``reissue 23027 2024-10-13 --street Zinkstraat --postcode 1500 --cause not_received --requested-by an --approved-by lies``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.commands import RUN_PROBLEMS
from convocations.management.commands.print_convocations import Command as PrintConvocations
from convocations.rules.counter import IN_BULK, Cause, Refusal, RowProblem
from convocations.rules.runs import RunSettings
from convocations.run_commands import run_errors
from convocations.selectors import reissue_choices as selectors
from convocations.selectors.reissues import street_places
from convocations.services.reissues import MOST_BYTES, ReissueRefusedError, Whom, count_voters, request_reissue, rows_of
from convocations.services.runs import RunRefusedError
from core import jobs
from core.commands import CommandRefused, refuse
from core.tenancy import tenant
from districts.models import Street
from elections.commands import election_on
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission
from voters.rules.ledger import NoCard

PROBLEMS: dict[str, str] = {
    Refusal.NO_FINAL_LIST: "there is no frozen voters list: extract --final first",
    Refusal.TOO_LATE: "it is too late: new cards are not handed out any more",
    Refusal.NOBODY: "nobody on the list gets a card there",
    Refusal.TOO_MANY: "more than 20,000 voters at once",
}
ROW_PROBLEMS: dict[str, str] = {
    RowProblem.UNREADABLE: "neither a number on the list nor the code of a card",
    RowProblem.UNKNOWN_NUMBER: "nobody on the list has this number",
    RowProblem.UNKNOWN_CODE: "no card of this election has this code",
    RowProblem.OTHER_ISSUE: "the card with this code has another issue",
    RowProblem.NOT_ON_LIST: "this voter is not on the list",
    RowProblem.NO_STATION: "this voter has no polling station",
    NoCard.DECEASED: "gets no card: deceased",
    NoCard.STRUCK_OFF: "gets no card: struck off the register",
    NoCard.RIGHT_LOST: "gets no card: may not vote any more",
    NoCard.STRUCK_BY_DECISION: "gets no card: struck off the list by decision",
    NoCard.TO_TRACE: "gets no card: left without a known address",
    NoCard.NO_ADDRESS: "gets no card: no address",
}
MOST_NOTE = 200


class Command(PrintConvocations):
    """Have new cards made for a street, a station or a list, as two persons. Until ``print_convocations`` releases them, the former cards hold."""

    help = "Have new cards made for a street, a station or a list of voters, as two persons; print_convocations prints them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, of whom, why and two persons."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--street", metavar="NAME", help="all who get a card there")
        whom.add_argument("--station", metavar="NUMBER", type=int, help="all voters of this polling station")
        whom.add_argument("--file", metavar="FILE", type=Path, help="CSV: rows of a run's manifest.csv, or numbers on the list")
        parser.add_argument("--postcode", metavar="POSTCODE", default="", help="of the street; needed where several are called so")
        parser.add_argument("--cause", required=True, choices=[cause.value for cause in IN_BULK])
        parser.add_argument("--note", metavar="TEXT", default="", help=f"at most {MOST_NOTE} letters")
        parser.add_argument("--requested-by", required=True, metavar="USER")
        parser.add_argument("--approved-by", required=True, metavar="USER", help="the second person")
        parser.add_argument("--dry-run", action="store_true", help="only count the voters; nothing is written")

    def run(self, *, nis: str, date: str, requested_by: str, approved_by: str, **options: Any) -> dict[str, Any]:
        """Ask, agree, make and read back; with ``--dry-run`` say how many it would be."""
        place = municipality(nis)
        asking = permitted(actor(place, requested_by), Permission.REQUEST_APPROVAL)
        agreeing = permitted(actor(place, approved_by), Permission.APPROVE)
        if asking.user_id == agreeing.user_id:
            refuse("the second person must be somebody else", column="approved_by", value=approved_by)
        if len(options["note"]) > MOST_NOTE:
            refuse(f"longer than {MOST_NOTE} letters", column="--note")
        own: dict[str, Any] = {"cause": Cause(options["cause"]), "note": options["note"], "agreed_by": agreeing, "by": asking}
        try:
            with jobs.inline(), tenant(place.pk):
                election = election_on(place, date)
                election.municipality = place
                whom = _whom(election, options)
                told = {"scope": whom.scope.value, "what": whom.label}
                if options["dry_run"]:
                    return {"dry_run": True, **told, "voters": count_voters(election=election, whom=whom, at=timezone.now())}
                made = request_reissue(election=election, whom=whom, **own, at=timezone.now())
            self._ready(made)
        except ReissueRefusedError as refusal:
            raise CommandRefused(_errors(refusal)) from None
        except RunRefusedError as refusal:
            raise CommandRefused(run_errors(refusal, None)) from None
        except jobs.JobRefusedError as refusal:
            rows = refusal.errors or [{"row": None, "column": "DATE", "value": "", "problem": str(refusal)}]
            raise CommandRefused([{**row, "problem": RUN_PROBLEMS.get(row["problem"], row["problem"])} for row in rows]) from None
        return {
            **told,
            "cause": options["cause"],
            "run": made.number,
            "state": made.state,
            "cards": made.cards_made,
            "none_by_reason": made.none_by_reason,
            "lines": made.lines,
            "duplicates": RunSettings.of(made.settings).duplicates,
            "readback": made.readback,
        }


def _whom(election: Election, options: dict[str, Any]) -> Whom:
    if options["street"] is not None:
        street = _street(election, options["street"], options["postcode"])
        return Whom(street=street, place=street_places(election, [street]).get(street.pk, ""))
    if options["postcode"]:
        refuse("goes with --street", column="--postcode", value=options["postcode"])
    if options["station"] is not None:
        found = selectors.station_numbered(election, options["station"])
        return Whom(station=found or refuse("no polling station has this number", column="--station", value=str(options["station"])))
    path: Path = options["file"]
    try:
        with path.open("rb") as stream:
            return Whom(rows=rows_of(stream.read(MOST_BYTES + 1)), file_name=path.name)
    except OSError as error:
        refuse(f"cannot be read: {error.strerror}", column="--file", value=str(path))
    except ValueError:
        refuse("no list: a CSV file in UTF-8 of at most 2 MB", column="--file", value=path.name)


def _street(election: Election, name: str, postcode: str) -> Street:
    """The one street that is called so."""
    found = selectors.streets_called(election, name=name, postcode=postcode)
    if len(found) > 1:
        refuse("several streets are called so" + (" there" if postcode else ": give --postcode"), column="--street", value=name)
    none = "no street in use is called so" + (f" in {postcode}" if postcode else "")
    return found[0] if found else refuse(none, column="--street", value=name)


def _errors(refusal: ReissueRefusedError) -> list[dict[str, Any]]:
    """All that is wrong: every row of a list, or the one reason."""
    if refusal.rows:
        own = {"column": refusal.column}
        return [{"row": one.row, **own, "value": one.value, "problem": ROW_PROBLEMS[one.problem]} for one in refusal.rows]
    return [{"row": None, "column": "", "value": "", "problem": PROBLEMS[refusal.refusal]}]
