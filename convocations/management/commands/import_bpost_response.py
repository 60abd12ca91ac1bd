"""``import_bpost_response 23027 MID_0200_…_2RS.XML``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.services import bpost_answers
from convocations.services.answers import AnswerRefusedError
from core import jobs
from core.commands import CommandRefused, JsonCommand, operator, refuse
from core.models import Job
from core.tenancy import tenant
from municipalities.commands import municipality


class Command(JsonCommand):
    """Bring in what bpost answers to a list: an acknowledgement or a response, XML, text or a table of the Address File Tool, zipped or not."""

    help = "Bring in bpost's answer to a list; letters that it cannot deliver become open cases."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality and the file."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("file", metavar="FILE", type=Path)

    def run(self, *, nis: str, file: Path, **_: Any) -> dict[str, Any]:
        """Read, keep, open cases."""
        place = municipality(nis)
        if not file.is_file():
            refuse("no such file", column="FILE", value=str(file))
        try:
            with jobs.inline(), tenant(place.pk), file.open("rb") as stream:
                job = bpost_answers.request_answer(municipality=place, file=stream, file_name=file.name, by=operator(), at=timezone.now())
        except AnswerRefusedError as refusal:
            raise CommandRefused(refusal.errors) from None
        with tenant(place.pk):
            job.refresh_from_db()
        if job.state != Job.State.DONE:
            refuse("this file is being brought in already, or was stopped", column="FILE", value=str(file))
        return {name: value for name, value in (job.result or {}).items() if name not in {"file", "file_id", "election"}}
