"""``counter 23027 --name "Loket 1" --offset-x 1.5 --offset-y -0.5 --calibration var/ijkblad.pdf --requested-by an``"""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.cards import calibration
from convocations.counter_commands import write_files
from convocations.models import CardPrinter, Counter
from convocations.rules.counter import MOST_OFFSET
from convocations.selectors import counter as selectors
from convocations.services.counters import NameTakenError, keep_counter, keep_printer
from convocations.words import counter as words
from core.actor import Actor
from core.commands import JsonCommand, operator, refuse
from core.tenancy import tenant
from municipalities.commands import actor, municipality, permitted
from municipalities.models import Municipality
from municipalities.rules import Permission

MOST_NAME = 60
TENTH = Decimal("0.1")


class Command(JsonCommand):
    """Show the counters; make one, give it a printer, say how far that is off, write the page that tells it."""

    help = "Show or keep the counters of a municipality, their printers and how far these are off, in millimetres."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, and the counter with what is to be kept of it."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("--name", metavar="NAME", help="of the counter; made where there is none; every counter when left out")
        parser.add_argument("--printer", metavar="NAME", help="its printer; made where there is none; else the one that it has")
        parser.add_argument("--offset-x", metavar="MM", help="how far the printer's pages are moved to the right; below zero to the left")
        parser.add_argument("--offset-y", metavar="MM", help="and up; below zero down")
        parser.add_argument("--calibration", metavar="FILE", type=Path, help="PDF of the page that tells how far the printer is off")
        parser.add_argument("--requested-by", metavar="USER", help="on whose behalf; else whoever types the command")

    def run(self, *, nis: str, name: str | None, requested_by: str | None, calibration: Path | None, **options: Any) -> dict[str, Any]:
        """Keep what was given and return what there is."""
        place = municipality(nis)
        wanted = {column: options[column] for column in ("printer", "offset_x", "offset_y") if options[column] is not None}
        if name is None and (wanted or calibration):
            refuse("is needed with what is to be kept or written", column="--name")
        by = permitted(actor(place, requested_by), Permission.HAND_OUT if name else Permission.VIEW) if requested_by else operator()
        with tenant(place.pk):
            if name is None:
                return {"counters": [_told(one) for one in selectors.counters(municipality_id=place.pk)], "printers": _printers(place)}
            before = selectors.counter_named(municipality_id=place.pk, name=_name(name, "--name"))
            kept = _kept(place, before, name, wanted, by=by, at=timezone.now())
            if calibration:
                write_files({calibration: _page(kept)}, column="--calibration")
        return {**_told(kept), "created": before is None} | ({"calibration": str(calibration)} if calibration else {})


def _kept(place: Municipality, counter: Counter | None, name: str, wanted: dict[str, str], *, by: Actor, at: datetime) -> Counter:
    own: dict[str, Any] = {"municipality": place, "by": by, "at": at}
    try:
        printer = _printer(place, counter, name, wanted, **own) if wanted else counter.printer if counter else None
        if counter is not None and counter.printer_id == (printer.pk if printer else None):
            counter.printer = printer  # with its offsets as they are now
            return counter
        return keep_counter(**own, counter=counter, name=name, printer=printer)
    except NameTakenError as taken:  # somebody made it at the same moment
        refuse("is called so already", column="--name", value=str(taken))


def _printer(place: Municipality, counter: Counter | None, name: str, wanted: dict[str, str], **own: Any) -> CardPrinter:
    """The printer that is meant, with its offsets as given: what was not given stays."""
    found = counter.printer if counter and "printer" not in wanted else None
    called = found.name if found else _name(wanted.get("printer", name), "--printer")
    found = next((one for one in selectors.printers(municipality_id=place.pk) if one.name == called), None)
    right, up = (found.right_mm, found.up_mm) if found else (Decimal(0), Decimal(0))
    right = _offset(wanted["offset_x"], "--offset-x") if "offset_x" in wanted else right
    up = _offset(wanted["offset_y"], "--offset-y") if "offset_y" in wanted else up
    if found is not None and (found.right_mm, found.up_mm) == (right, up):
        return found
    return keep_printer(**own, printer=found, name=called, right=right, up=up)


def _name(text: str, column: str) -> str:
    name = text.strip()
    if not name or len(name) > MOST_NAME or not name.isprintable():
        refuse(f"a name has 1 to {MOST_NAME} letters", column=column, value=text[:MOST_NAME])
    return name


def _offset(text: str, column: str) -> Decimal:
    """Millimetres with one decimal at most."""
    try:
        found = Decimal(text)
        near = abs(found) <= MOST_OFFSET and found == found.quantize(TENTH)
    except InvalidOperation:
        near = False
    wanted = f"millimetres from -{MOST_OFFSET} to {MOST_OFFSET} with one decimal, such as -0.5"
    return found if near else refuse(wanted, column=column, value=text)


def _page(counter: Counter) -> bytes:
    """The page of the counter's printer, moved as its cards are; of a counter without one, of a printer that is right."""
    printer = counter.printer
    name, moved = (printer.name, (printer.right_mm, printer.up_mm)) if printer else (counter.name, (Decimal(0), Decimal(0)))
    return calibration.draw(calibration.Calibration(name, *moved, words.calibration(name)))


def _told(counter: Counter) -> dict[str, Any]:
    printer = counter.printer
    return {"counter": counter.name, "printer": printer.name if printer else None, **(_offsets(printer) if printer else {})}


def _printers(place: Municipality) -> list[dict[str, Any]]:
    return [{"printer": one.name, **_offsets(one)} for one in selectors.printers(municipality_id=place.pk)]


def _offsets(printer: CardPrinter) -> dict[str, float]:
    return {"offset_x": float(printer.right_mm), "offset_y": float(printer.up_mm)}
