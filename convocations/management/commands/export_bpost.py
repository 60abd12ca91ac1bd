"""``export_bpost 23027 2024-10-13 --prs-id 12345678 --account-id 87654321 --customer-id 12345678 --mode P --format xml --out var/bpost``"""

import shutil
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.commands import RUN_PROBLEMS
from convocations.models import PrintRun
from convocations.selectors.runs import runs
from convocations.services import mailing
from convocations.services.runs import RunRefusedError
from core.commands import CommandRefused, JsonCommand, operator, refuse
from core.tenancy import tenant
from delivery.bpost.mailing import Deposit, DepositKind, Mode, RefusedError, Sender, deposit_of
from delivery.bpost.names import Form
from elections.commands import election_on
from municipalities.commands import municipality


class Command(JsonCommand):
    """Write the list of the last released run for bpost: MailingRequest 0200, or a table for the Address File Tool."""

    help = "Write the list of a released print run for bpost's Mail ID."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, the numbers of the sender, mode, form and folder."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument("--prs-id", required=True, metavar="P", help="PRS-ID of the sender")
        parser.add_argument("--account-id", required=True, metavar="A", help="number of the contract account")
        parser.add_argument("--customer-id", default="", metavar="C", help="PRS-ID of the customer: the sender's")
        parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.TEST.value)
        parser.add_argument(
            "--format", choices=[form.value.lower() for form in Form], default="xml", help="aft: a table for the Address File Tool"
        )
        parser.add_argument("--deposit", default="", metavar="REF", help="the deposit that was made before the list; with --deposit-kind")
        parser.add_argument("--deposit-kind", choices=[kind.value for kind in DepositKind], default="", help="what --deposit is")
        parser.add_argument("--run", type=int, metavar="NUMBER", help="the last that was released when left out")
        parser.add_argument("--out", required=True, metavar="DIR", type=Path, help="folder for the file")

    def run(self, *, nis: str, date: str, out: Path, mode: str, **options: Any) -> dict[str, Any]:
        """Write, keep, copy."""
        deposit, form = _deposit(options), Form(options["format"].upper())
        place = municipality(nis)
        with tenant(place.pk):
            found = runs(election=election_on(place, date)).filter(state=PrintRun.State.RELEASED).select_related("election__municipality")
            chosen = (found if options["run"] is None else found.filter(number=options["run"])).first()
            if chosen is None:
                refuse("no print run of this election is released: print_convocations first", column="DATE", value=date)
            sender = Sender(options["prs_id"], options["account_id"], options["customer_id"])
            try:
                kept = mailing.write_list(
                    run=chosen, sender=sender, mode=Mode(mode), form=form, deposit=deposit, by=operator(), at=timezone.now()
                )
            except RefusedError as error:
                raise CommandRefused(mailing.problem_rows(error)) from None
            except RunRefusedError as refusal:
                refuse(RUN_PROBLEMS.get(refusal.code, refusal.code), column="DATE", value=date)
        out.mkdir(parents=True, exist_ok=True)
        with default_storage.open(kept.file) as source, (out / kept.name).open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        return {"run": chosen.number, "file": kept.name, "sha256": kept.sha256, **kept.details}


def _deposit(options: dict[str, Any]) -> Deposit | None:
    """The deposit as it was given: both options or neither, and none in a table."""
    try:
        deposit = deposit_of(options["deposit"], options["deposit_kind"])
    except RefusedError as error:
        raise CommandRefused(mailing.problem_rows(error)) from None
    if deposit is not None and options["format"] == "aft":
        refuse("the table holds no deposit: name it in the tool of bpost itself", column="deposit", value=deposit.identifier)
    return deposit
