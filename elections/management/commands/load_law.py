"""``load_law``: bring the rules in the database to what elections/data says, or to other files."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.commands import CommandRefused, JsonCommand, operator, refuse
from elections import services

DATA = Path(__file__).resolve().parents[2] / "data"


class Command(JsonCommand):
    """Load the rules of eligibility, the member states of the European Union and the norms of polling stations."""

    help = (
        "Load a changed file of eligibility rules, member states or station norms; what changes is recorded in the platform's audit trail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take three files; those of the program when left out."""
        parser.add_argument("--rules", type=Path, default=DATA / "eligibility_rules.csv", metavar="FILE")
        parser.add_argument("--members", type=Path, default=DATA / "union_members.csv", metavar="FILE")
        parser.add_argument("--norms", type=Path, default=DATA / "station_norms.csv", metavar="FILE")

    def run(self, *, rules: Path, members: Path, norms: Path, **_: Any) -> dict[str, Any]:
        """Load all of them, or none."""
        by = operator()
        try:
            return dict(services.load_law(rules=_rows(rules), members=_rows(members), norms=_rows(norms), by=by, at=timezone.now()))
        except services.LawRefusedError as refusal:
            raise CommandRefused(
                [{"row": bad.row, "column": bad.column, "value": bad.value, "problem": bad.problem} for bad in refusal.problems]
            ) from None


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return refuse(f"cannot be read: {error}", column="file", value=str(path))
