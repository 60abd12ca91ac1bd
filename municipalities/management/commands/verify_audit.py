"""``verify_audit`` recomputes every chain; ``verify_audit 23027 --anchor heads.json`` one, against heads noted before."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core import audit
from core.actor import PLATFORM
from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from municipalities.commands import municipality
from municipalities.models import Municipality

PLATFORM_NAME = "platform"


class Command(JsonCommand):
    """Check that no event was changed, deleted, inserted or cut off. Exit code 1 when one was."""

    help = "Check the audit trail of one municipality, or of all and the platform. Exit code 1: a chain is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a municipality and a file of earlier heads, both optional."""
        parser.add_argument("nis", metavar="NIS", nargs="?", help="NIS code, or 'platform'; all of them when left out")
        parser.add_argument(
            "--anchor", type=Path, help="an earlier answer of this command with --json: its heads must still be in the chains"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print as every command does; a broken chain ends the process with 1."""
        self._broken = False
        super().handle(*args, **options)
        if self._broken:
            sys.exit(1)

    def run(self, *, nis: str | None, anchor: Path | None, **_: Any) -> dict[str, Any]:
        """Verify each chain; the heads printed are the anchor to keep outside this database."""
        anchors = _read_anchors(anchor) if anchor else {}
        chains = []
        for name, pk in _chains(nis):
            with tenant(pk):
                head = audit.head(municipality_id=pk)
                flaws = [*audit.verify(municipality_id=pk), *audit.compare(municipality_id=pk, anchor=anchors.get(name))]
            chains.append(
                {
                    "chain": name,
                    "events": head.seq,
                    "head": head.hash,
                    "holds": not flaws,
                    "flaws": [{"seq": flaw.seq, "problem": flaw.problem} for flaw in flaws],
                }
            )
        self._broken = any(not chain["holds"] for chain in chains)
        return {"holds": not self._broken, "chains": chains}


def _chains(nis: str | None) -> list[tuple[str, int]]:
    if nis == PLATFORM_NAME:
        return [(PLATFORM_NAME, PLATFORM)]
    if nis is not None:
        return [(nis, municipality(nis).pk)]
    return [(PLATFORM_NAME, PLATFORM), *Municipality.objects.order_by("nis_code").values_list("nis_code", "pk")]


def _read_anchors(path: Path) -> dict[str, audit.Head]:
    """The heads of an earlier answer; a file that is not one is refused rather than taken as no anchors."""
    try:
        chains = json.loads(path.read_text(encoding="utf-8").strip().splitlines()[-1])["chains"]
        return {chain["chain"]: audit.Head(int(chain["events"]), str(chain["head"])) for chain in chains}
    except (OSError, ValueError, LookupError, TypeError) as error:
        refuse(f"not an earlier answer of verify_audit --json ({type(error).__name__})", column="--anchor", value=str(path))
