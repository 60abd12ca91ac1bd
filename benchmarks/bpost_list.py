"""The list of a run for bpost whose cards all lack the name of their place, which is known since: read, fitted, written as XML, noted on each card.

``floor``: the same cards read and nothing else. ``queries`` are the same however many letters. Cards are rows
copied from one, without voters.
"""

import io
import tempfile
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from benchmarks.bpost_answers import CLERK, POSTCODE, make_letters
from benchmarks.measure import measure, summary
from benchmarks.scratch import scratch_database
from convocations.models import Card, PrintRun, RunFile
from convocations.services import mailing
from core.actor import SYSTEM
from core.tenancy import tenant
from delivery.bpost.mailing import Mode, Sender
from delivery.bpost.names import Form
from municipalities import place_services, services

SIZES = {"town": 27_000, "city": 500_000}


def run(size: str | None = None) -> dict[str, Any]:
    """Measure; ``size`` is one of SIZES or a number of letters (default 27,000)."""
    wanted = size or "town"
    letters = SIZES.get(wanted) or int(wanted)
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), scratch_database("bpost_list"):
        now = timezone.now()
        municipality = services.create_municipality(nis_code="90001", name="Town 90001", by=SYSTEM, at=now)
        places = io.BytesIO(f"postcode;plaatsnaam\n{POSTCODE};Gent\n".encode())
        place_services.load_places(file=places, file_name="places.csv", french=None, confirmed=True, by=SYSTEM, at=now)
        made = make_letters(municipality, letters).run
        with tenant(municipality.pk):
            floor = measure(lambda: _read(made))
            with CaptureQueriesContext(connection) as asked:
                whole = measure(lambda: _write(made))
            kept = RunFile.objects.filter(municipality=municipality, run=made, kind=RunFile.Kind.BPOST).order_by("pk").last()
        if kept is None or kept.details["items"] != letters or kept.details["left_out"]:
            raise AssertionError(kept and kept.details)
        figures = {"letters": letters, "queries": len(asked), "floor": summary([floor]), "whole": summary([whole])}
        return {**figures, "file_mb": round(kept.size / 1e6, 1)}


def _read(made: PrintRun) -> None:
    for _card in Card.objects.filter(municipality_id=made.municipality_id, run=made).order_by("position").iterator(chunk_size=2000):
        pass


def _write(made: PrintRun) -> RunFile:
    sender, at = Sender("12345678", "87654321"), timezone.now()
    return mailing.write_list(run=made, sender=sender, mode=Mode.PRODUCTION, form=Form.XML, by=CLERK, at=at)
