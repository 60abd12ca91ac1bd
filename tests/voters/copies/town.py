"""A frozen town with changes after the list date, and short ways to have copies made and to read them back."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pypdfium2
from django.core.files.storage import default_storage
from openpyxl import load_workbook

from core import jobs
from core.tenancy import tenant
from municipalities.models import Municipality
from tests.personas import World
from tests.voters.ledger.town import LATER, SEPTEMBER, LedgerTown, frozen_town
from voters.models import ListCopy, Person
from voters.rules.list_copies import Kind, Order, Wish
from voters.services import list_copies


@dataclass
class CopyTown:
    """The town, and who was struck."""

    ledger: LedgerTown
    struck: Person

    @property
    def municipality(self) -> Municipality:
        """Whose it is."""
        return self.ledger.municipality

    @property
    def url(self) -> str:
        """Where its copies are."""
        return f"{self.ledger.town.url}lists/"

    def wish(self, kind: str, file_format: str = "csv", **more: Any) -> Wish:
        """A wish as the screen makes it."""
        values: dict[str, Any] = {"order": Order.NAME, "language": "nl", "station": None, "apart": False, "made_for": "Lijst 3", **more}
        return Wish(kind=Kind(kind), file_format=file_format, **values)

    def ask(self, kind: str, file_format: str = "csv", *, as_of: datetime | None = None, **more: Any) -> ListCopy:
        """Ask; what needs no second person is made at once."""
        with jobs.inline(), self.ledger.capture(execute=True), tenant(self.municipality.pk):
            asked = list_copies.request_copy(
                election=self.ledger.town.election,
                wish=self.wish(kind, file_format, **more),
                by=self.ledger.clerk,
                at=SEPTEMBER,
                as_of=as_of,
            )
        return self.fresh(asked)

    def make(self, kind: str, file_format: str = "csv", **more: Any) -> ListCopy:
        """Ask, and approve as the second person where one is needed."""
        asked = self.ask(kind, file_format, **more)
        if asked.state == ListCopy.State.REQUESTED:
            with jobs.inline(), self.ledger.capture(execute=True), tenant(self.municipality.pk):
                list_copies.approve_copy(copy=asked, by=self.ledger.head, at=SEPTEMBER)
        made = self.fresh(asked)
        assert made.state == ListCopy.State.MADE
        return made

    def fresh(self, copy: ListCopy) -> ListCopy:
        """As it is now."""
        with tenant(self.municipality.pk):
            return ListCopy.objects.select_related("election__municipality").get(municipality=self.municipality, pk=copy.pk)

    def numbers(self) -> dict[int, int]:
        """List number → station, of every line there is, straight from the ledger's view of the moment."""
        found = self.ledger.list_at(SEPTEMBER).values()
        return {entry.list_number: entry.station_number or 0 for entry in found}


def copy_town(world: World, municipality: Municipality, capture: Callable[..., Any]) -> CopyTown:
    """A town of forty voters, one of whom died after the list date."""
    ledger = frozen_town(world, municipality, capture)
    struck = ledger.persons()[6]
    with tenant(municipality.pk):
        decision = ledger.decide(struck, "strike", at=LATER)
        for kind, outcome in (("address", "no_card"), ("list", "struck"), ("right", "gone")):
            ledger.effect(decision, kind, outcome)
    return CopyTown(ledger, struck)


def content(copy: ListCopy) -> bytes:
    """The bytes of the file."""
    with default_storage.open(copy.file) as file:
        data: bytes = file.read()
        return data


def files(copy: ListCopy) -> dict[str, bytes]:
    """The files of an archive by name, in order."""
    with zipfile.ZipFile(io.BytesIO(content(copy))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def sheet(data: bytes) -> list[dict[str, Any]]:
    """The rows of the first sheet."""
    book: Any = load_workbook(io.BytesIO(data))
    header, *found = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in found]


def pages(data: bytes) -> list[str]:
    """The text of every page, spaces joined."""
    document = pypdfium2.PdfDocument(data)
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]


def bookmarks(data: bytes) -> list[str]:
    """The lines of the outline."""
    return [item.get_title() for item in pypdfium2.PdfDocument(data).get_toc()]
