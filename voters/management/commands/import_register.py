"""Bring in a register file: ``manage.py import_register 23027 register.csv --requested-by an --approved-by lies --json``."""

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core import approvals, jobs
from core.actor import Actor
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from municipalities.commands import actor, municipality
from municipalities.models import Municipality
from municipalities.rules import Permission
from voters.models import ColumnMap, RegisterImport, RegisterProblem
from voters.rules.imports import manifest_of
from voters.services import imports
from voters.words.imports import REASONS, as_error


class Command(JsonCommand):
    """Check, compare, approve and merge in one go; two different people answer for it."""

    help = "Bring in a population register file (docs/formats/register.md)."
    kind = RegisterImport.Kind.REGISTER
    figures: tuple[str, ...] = (
        "rows",
        "added",
        "changed",
        "returned",
        "removed",
        "rematched",
        "unchanged",
        "unmatched_addresses",
        "fields",
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("nis", help="NIS code of the municipality")
        parser.add_argument("file", type=Path)
        parser.add_argument("--requested-by", required=True, metavar="USERNAME")
        parser.add_argument("--approved-by", required=True, metavar="USERNAME")
        parser.add_argument("--manifest", type=Path, help="default: FILE.manifest.json where it lies beside the file")
        parser.add_argument("--as-of", type=date.fromisoformat, help="date of the register's state; default: the manifest's")
        parser.add_argument("--column-map", metavar="NAME", help="a column map of the municipality")
        if self.kind == RegisterImport.Kind.REGISTER:
            parser.add_argument("--accept-guards", action="store_true", help="accept every guard that fires")

    def run(self, **options: Any) -> dict[str, Any]:
        started = time.perf_counter()
        place = municipality(options["nis"])
        asking = self._actor(place, options["requested_by"], Permission.REQUEST_APPROVAL, "--requested-by")
        deciding = self._actor(place, options["approved_by"], Permission.APPROVE, "--approved-by")
        if asking.user_id == deciding.user_id:
            refuse("two different people are needed", column="--approved-by", value=options["approved_by"])
        register_import = self._compared(place, asking, options)
        fired = [guard for guard in register_import.guards if guard["confirm"]]
        with tenant(place.pk):
            if fired and not options.get("accept_guards"):
                imports.cancel_import(register_import=register_import, by=asking, at=timezone.now())
            else:
                accepted = [guard["code"] for guard in fired]
                imports.request_import_approval(register_import=register_import, accepted_guards=accepted, by=asking, at=timezone.now())
        if fired and not options.get("accept_guards"):
            raise CommandRefused([_guard_error(guard) for guard in fired])
        merged = self._merged(register_import, deciding)
        return {**{name: merged.counts[name] for name in self.figures}, "seconds": round(time.perf_counter() - started, 2)}

    def _actor(self, place: Municipality, username: str, permission: Permission, option: str) -> Actor:
        found = actor(place, username)
        if not found.may(permission):
            refuse("this person may not do that in this municipality", column=option, value=username)
        return found

    def _compared(self, place: Municipality, by: Actor, options: dict[str, Any]) -> RegisterImport:
        path: Path = options["file"]
        if not path.is_file():
            refuse("there is no such file", column="FILE", value=str(path))
        with jobs.inline(), tenant(place.pk), path.open("rb") as file:
            column_map = None
            if options["column_map"]:
                column_map = ColumnMap.objects.filter(municipality=place, name=options["column_map"]).first()
                if column_map is None:
                    refuse("there is no such column map", column="--column-map", value=options["column_map"])
            register_import = imports.request_register_import(
                municipality=place,
                file=file,
                file_name=path.name,
                manifest=_manifest(path, options["manifest"]),
                as_of=options["as_of"],
                column_map=column_map,
                by=by,
                at=timezone.now(),
                kind=self.kind,
            )
        with tenant(place.pk):
            register_import.refresh_from_db()
            if register_import.state == RegisterImport.State.INVALID:
                problems = RegisterProblem.objects.filter(municipality=place, register_import=register_import)
                found = problems.order_by("row", "pk").values_list("row", "column", "value", "code", "detail")
                raise CommandRefused([as_error(*problem) for problem in found])
            if register_import.state != RegisterImport.State.COMPARED:
                refuse(str(REASONS.get(register_import.reason, REASONS[""])))
        return register_import

    def _merged(self, register_import: RegisterImport, by: Actor) -> RegisterImport:
        try:
            with jobs.inline(), tenant(register_import.municipality_id):
                imports.approve_import(register_import=register_import, by=by, at=timezone.now())
        except (imports.RegisterMovedError, imports.AnotherMergingError, approvals.NotOpenError, jobs.JobRefusedError):
            refuse(str(REASONS["register_changed"]))
        with tenant(register_import.municipality_id):
            register_import.refresh_from_db()
        if register_import.state != RegisterImport.State.MERGED:
            refuse(str(REASONS.get(register_import.reason, REASONS[""])))
        return register_import


def _manifest(path: Path, given: Path | None) -> Any:
    beside = given or path.with_name(path.name + ".manifest.json")
    if not beside.is_file():
        if given is not None:
            refuse("there is no such manifest", column="--manifest", value=str(given))
        return None
    try:
        return manifest_of(beside.read_text(encoding="utf-8"))
    except ValueError:
        refuse("the manifest is no JSON", column="--manifest", value=beside.name)


def _guard_error(guard: dict[str, Any]) -> dict[str, Any]:
    figures = guard["figures"]
    value = figures.get("removed", figures.get("count", ""))
    return {
        "row": 0,
        "column": "",
        "value": str(value),
        "problem": f"held by the guard {guard['code']}: {json.dumps(figures, ensure_ascii=False)}",
    }
