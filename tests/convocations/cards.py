"""A town whose cards are made, looked at and released."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.storage import default_storage
from time_machine import travel

from convocations.models import Card, CardEvent, PrintRun, RunFile
from convocations.rules.returns import REPORT_COLUMNS
from convocations.rules.runs import Hours, Order, RunSettings
from convocations.services import answers, releasing, runs
from core import jobs
from core.actor import Actor
from core.tenancy import tenant
from tests.voters.ledger.town import LedgerTown

SETTINGS = RunSettings(Hours(480, 780), Hours(480, 900), step=60)


@dataclass
class CardTown:
    """A frozen town, and short ways to its cards."""

    ledger: LedgerTown

    @property
    def municipality(self):
        """Whose it is."""
        return self.ledger.municipality

    @property
    def election(self):
        """Its election."""
        return self.ledger.town.election

    @property
    def pk(self) -> int:
        """Of the municipality."""
        return self.municipality.pk

    @property
    def clerk(self) -> Actor:
        """Who asks."""
        return self.ledger.clerk

    @property
    def head(self) -> Actor:
        """Who agrees."""
        return self.ledger.head

    @property
    def now(self) -> datetime:
        """The clock."""
        return self.ledger.now

    def make(self, settings: RunSettings = SETTINGS) -> PrintRun:
        """Have the cards made; as it ended."""
        with self.ledger.at_work():
            made = runs.request_run(election=self.election, settings=settings, by=self.clerk, at=self.now)
        return self.fresh(made)

    def release(self, run: PrintRun) -> PrintRun:
        """Ask and approve; as it ended."""
        assert run.state == PrintRun.State.READY, (run.state, run.problems, run.readback)
        with self.ledger.at_work():
            releasing.request_release(run=run, by=self.clerk, at=self.now)
        with self.ledger.at_work():
            releasing.approve_release(run=run, by=self.head, at=self.now)
        return self.fresh(run)

    def report(self, run: PrintRun, *rows: str) -> RunFile:
        """Bring in what the printer says, rows of ``token,result,at``; what was kept of it. Raises ``AnswerRefusedError``."""
        file = BytesIO("\n".join([",".join(REPORT_COLUMNS), *rows]).encode())
        with travel(self.now, tick=False), jobs.inline(), self.ledger.capture(execute=True), tenant(self.pk):
            job = answers.request_report(run=run, file=file, file_name="drukker.csv", by=self.clerk, at=self.now)
        with tenant(self.pk):
            job.refresh_from_db()
            return RunFile.objects.get(municipality=self.municipality, pk=(job.result or {})["file_id"])

    @contextmanager
    def committed(self, municipality_id: int) -> Iterator[None]:
        """In place of ``tenant`` in a command: what it enqueues runs where it would commit, inside the transaction of the test."""
        with self.ledger.capture(execute=True), tenant(municipality_id):
            yield

    def fresh(self, run: PrintRun) -> PrintRun:
        """As it is now."""
        with tenant(self.pk):
            return PrintRun.objects.select_related("election__municipality").get(municipality=self.municipality, pk=run.pk)

    def cards(self, run: PrintRun | None = None, **values: Any) -> list[Card]:
        """By position."""
        with tenant(self.pk):
            found = Card.objects.filter(municipality=self.municipality, **values).order_by("run_id", "position")
            return list(found if run is None else found.filter(run=run))

    def events(self, card: Card) -> list[str]:
        """What happened to a card."""
        with tenant(self.pk):
            return list(CardEvent.objects.filter(municipality=self.municipality, card=card).order_by("pk").values_list("kind", flat=True))

    def count(self, model: Any) -> int:
        """Rows of the municipality."""
        with tenant(self.pk):
            return int(model.objects.filter(municipality=self.municipality).count())

    def file(self, run: PrintRun, kind: str) -> bytes:
        """The content of a file of a run."""
        with tenant(self.pk):
            found = RunFile.objects.get(municipality=self.municipality, run=run, kind=kind)
        with default_storage.open(found.file) as stream:
            return bytes(BytesIO(stream.read()).getvalue())


__all__ = ["SETTINGS", "CardTown", "Hours", "Order", "RunSettings"]
