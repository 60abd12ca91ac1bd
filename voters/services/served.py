"""What comes out of an assignment for each station: papers, the notice and the file for a website, each recorded with its hash."""

import csv
import hashlib
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from core import audit, jobs
from core.actor import Actor
from core.models import Job
from core.tenancy import tenant
from documents.engine.fonts import GlyphMissingError
from voters.documents.station_streets import layout as papers
from voters.documents.station_streets.build import build as build_papers
from voters.documents.station_streets.data import Language
from voters.documents.street_notice import layout as notice
from voters.documents.street_notice.build import build as build_notice
from voters.models import Draft
from voters.selectors import served as selectors
from voters.services import exports, printing

KIND = "voters.station_papers"
COLUMNS: Final = (
    "station_number",
    "station_name",
    "building",
    "address",
    "street_name",
    "postcode",
    "side",
    "number_from",
    "number_to",
    "voters",
)
"""Of the file for a website (docs/formats/station-streets.md)."""


def file_name(draft: Draft, what: str, extension: str) -> str:
    """``straten-23027-2024-10-13.csv``; a draft that is not frozen has its number in it."""
    state = "" if draft.frozen_at else f"-ontwerp-{draft.number}"
    return f"{what}-{draft.election.municipality.nis_code}-{draft.election.date:%Y-%m-%d}{state}.{extension}"


@transaction.atomic
def issue_paper(*, draft: Draft, station: int, counts: bool, language: Language, by: Actor, at: datetime) -> bytes:
    """The paper of one station (its id) as PDF. Raises ``printing.ExportRefusedError``."""
    data = build_papers(draft=draft, station=station, counts=counts, language=language)
    try:
        content = papers.write(data, language=language)
    except GlyphMissingError as error:
        raise printing.without_sign(error) from error
    sha256 = hashlib.sha256(content).hexdigest()
    _record(draft, "paper_issued", by=by, at=at, station=data.stations[0].number, counts=counts, sha256=sha256, template=papers.VERSION)
    return content


@transaction.atomic
def issue_notice(*, draft: Draft, language: Language, by: Actor, at: datetime) -> bytes:
    """The notice of all streets as PDF. Raises ``printing.ExportRefusedError``."""
    data = build_notice(draft=draft, language=language)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notice.pdf"
        written = printing.print_lists(
            path,
            lambda path: notice.write(path, data, language=language),
            columns=notice.columns(data, language=language),
            lists=lambda: [notice.printed(data, language=language)],
        )
        content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    _record(draft, "notice_issued", by=by, at=at, rows=written.rows, sha256=sha256, template=notice.VERSION)
    return content


@transaction.atomic
def street_file(*, draft: Draft, by: Actor, at: datetime) -> list[list[Any]]:
    """The rows of the file for a website, a header first."""
    rows = list(_street_rows(draft))
    _record(draft, "streets_exported", by=by, at=at, rows=len(rows))
    return [list(COLUMNS), *rows]


def _street_rows(draft: Draft) -> Iterator[list[Any]]:
    for one in selectors.served(draft=draft):
        station = one.load.station
        where = [station.number, station.name, station.building.name, one.address]
        for row in one.rows:
            ends = ["" if end is None else end for end in (row.first, row.last)]
            yield [*where, row.street, row.postcode, row.side, *ends, row.voters]


def write_csv(rows: list[list[Any]], stream: Any) -> None:
    """UTF-8, commas, RFC 4180 quotes."""
    csv.writer(stream, lineterminator="\n").writerows(rows)


def request_papers(*, draft: Draft, counts: bool, language: Language, by: Actor, at: datetime) -> Job:
    """Have the papers of all stations made as one file. Who asks for the same while it is being made gets that."""
    asked = {"draft": draft.pk, "number": draft.number, "election": draft.election_id, "counts": counts, "language": language}
    return jobs.enqueue_once(kind=KIND, municipality_id=draft.municipality_id, by=by, at=at, asked=asked, each_their_own=True)


def run_papers(*, run: jobs.JobRun, at: datetime) -> dict[str, Any]:
    """Make the file of one request. Run again after a crash it makes the same file again."""
    with tenant(run.municipality_id), tempfile.TemporaryFile() as file:
        draft = Draft.objects.select_related("election__municipality", "extraction").get(
            municipality_id=run.municipality_id, pk=run.params["draft"]
        )
        language = cast("Language", run.params["language"])
        data = build_papers(draft=draft, counts=run.params["counts"], language=language, progress=run.progress)
        try:
            content = papers.write(data, language=language)
        except GlyphMissingError as error:
            raise printing.without_sign(error) from error
        name = f"{draft.election.municipality.nis_code}/papers/{run.job_id}.pdf"
        default_storage.delete(name)
        file.write(content)
        file.seek(0)
        stored = default_storage.save(name, File(file))
        exports.forget_old(municipality_id=run.municipality_id, kind=KIND, at=at)
        sha256 = hashlib.sha256(content).hexdigest()
        counts = run.params["counts"]
        stations = len(data.stations)
        _record(draft, "papers_issued", by=run.by, at=at, stations=stations, counts=counts, sha256=sha256, template=papers.VERSION)
    return {
        "stations": stations,
        "size": len(content),
        "sha256": sha256,
        "file": stored,
        "file_name": file_name(draft, "stembureaus" if counts else "affiches", "pdf"),
    }


@transaction.atomic
def record_download(*, job: Job, by: Actor, at: datetime) -> None:
    """Note that somebody fetched the papers."""
    audit.record(
        municipality_id=job.municipality_id,
        kind="assignment.papers_downloaded",
        by=by,
        at=at,
        target=f"job:{job.pk}",
        after={"sha256": (job.result or {}).get("sha256")},
    )


def _record(draft: Draft, what: str, *, by: Actor, at: datetime, **after: Any) -> None:
    audit.record(
        municipality_id=draft.municipality_id,
        kind=f"assignment.{what}",
        by=by,
        at=at,
        target=f"draft:{draft.pk}",
        after={"draft": draft.number, **after},
    )
