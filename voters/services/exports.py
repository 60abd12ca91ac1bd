"""Taking a voters list out as a file: CSV, XLSX or PDF; who, what, how many and which bytes stand in the audit trail."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core import audit, jobs
from core.actor import Actor
from core.models import Job
from core.sheets import text_cell
from core.tenancy import tenant
from documents.stream.list_file import PrintedList
from documents.stream.segments import Sink
from voters.documents.closing_report import layout as report_layout
from voters.documents.closing_report.build import build as build_report
from voters.documents.voters_list import layout
from voters.documents.voters_list.build import build
from voters.documents.voters_list.data import VotersListData
from voters.models import Extraction
from voters.rules.extractions import EXPORT_KIND
from voters.selectors import voters_list as selectors
from voters.services import printing
from voters.sql import voters_list as sql
from voters.sql.voters_list import ListFilter, Order

Format = Literal["csv", "xlsx", "pdf"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "pdf")
KIND = EXPORT_KIND
KEPT = timedelta(days=7)
"""How long the file of an export can be fetched; after it, it is made again."""
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
WIDTHS = (9, 28, 34, 12, 9, 32, 9, 7, 6, 36, 10)
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: number of voters, pages (PDF), size in bytes and hash of the file."""

    rows: int
    pages: int
    size: int
    sha256: str


class Hashing:
    """A stream that remembers the size and the hash of what goes through it."""

    def __init__(self, stream: Sink) -> None:
        self.stream, self.size, self.digest = stream, 0, hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        """Write on."""
        self.size += len(data)
        self.digest.update(data)
        return self.stream.write(data)


def file_name(extraction: Extraction, file_format: Format, *, selection: str) -> str:
    """What the file is called on somebody's computer: ``kiezerslijst-23027-2024-10-13-definitief.csv``, ``…-definitief-selectie.csv``."""
    state = "definitief" if extraction.kind == Extraction.Kind.FINAL else f"proef-{extraction.number}"
    return f"kiezerslijst-{extraction.municipality.nis_code}-{extraction.election.date:%Y-%m-%d}-{state}{'-selectie' if selection else ''}.{file_format}"


def request_export(
    *, extraction: Extraction, file_format: Format, order: Order, values: Mapping[str, str], by: Actor, at: datetime, selection: str = ""
) -> Job:
    """Have the list written as a file, exactly as ``values`` (of the filter form) leave it. ``selection`` says so in words.

    Who asks for the same while it is being written gets that.
    """
    asked: dict[str, Any] = {"extraction": extraction.pk, "number": extraction.number, "format": file_format, "order": order}
    asked |= {"values": dict(values), "selection": selection}
    return jobs.enqueue_once(kind=KIND, municipality_id=extraction.municipality_id, by=by, at=at, asked=asked, each_their_own=True)


def run_export(*, run: jobs.JobRun, at: datetime) -> dict[str, Any]:
    """Write the file of one request into the storage. Run again after a crash it writes the same file again."""
    with tenant(run.municipality_id), tempfile.TemporaryFile() as file:
        extraction = Extraction.objects.select_related("election", "municipality").get(
            municipality_id=run.municipality_id, pk=run.params["extraction"]
        )
        file_format, order = cast("Format", run.params["format"]), cast("Order", run.params["order"])
        chosen = selectors.list_filter(run.params["values"])
        total = selectors.count(extraction=extraction, chosen=chosen, draft=selectors.placed_by(extraction))
        run.progress(0, total)
        written = write_list(
            extraction=extraction,
            file_format=file_format,
            order=order,
            chosen=chosen,
            stream=file,
            selection=run.params["selection"],
            progress=run.progress,
        )
        run.progress(total)
        name = f"{extraction.municipality.nis_code}/exports/{run.job_id}.{file_format}"
        default_storage.delete(name)
        file.seek(0)
        stored = default_storage.save(name, File(file))
        forget_old(municipality_id=run.municipality_id, kind=KIND, at=at)
        _record(extraction, file_format, order, run.params["values"], written, by=run.by, at=at)
    return {**asdict(written), "file": stored, "file_name": file_name(extraction, file_format, selection=run.params.get("selection", ""))}


@transaction.atomic
def export(
    *, extraction: Extraction, file_format: Format, order: Order, stream: Sink, by: Actor, at: datetime, station: int | None = None
) -> Exported:
    """Write the list to ``stream`` at once, the whole of it or that of one station, for a command. Raises ``printing.ExportRefusedError``."""
    values = {} if station is None else {"station": str(station)}
    with tenant(extraction.municipality_id):
        chosen = ListFilter(station=station)
        written = write_list(extraction=extraction, file_format=file_format, order=order, chosen=chosen, stream=stream)
        _record(extraction, file_format, order, values, written, by=by, at=at)
    return written


@transaction.atomic
def record_download(*, job: Job, by: Actor, at: datetime) -> None:
    """Note that somebody fetched the file of an export."""
    audit.record(
        municipality_id=job.municipality_id,
        kind="voters_list.downloaded",
        by=by,
        at=at,
        target=f"job:{job.pk}",
        after={"sha256": (job.result or {}).get("sha256")},
    )


@transaction.atomic
def issue_report(*, extraction: Extraction, by: Actor, at: datetime) -> bytes | None:
    """The report on a final list as PDF, recorded with its hash; ``None`` while there is no frozen list to report on."""
    data = build_report(extraction=extraction)
    if data is None:
        return None
    content = report_layout.write(data)
    audit.record(
        municipality_id=extraction.municipality_id,
        kind="closing_report.issued",
        by=by,
        at=at,
        target=f"extraction:{extraction.pk}",
        after={"sha256": hashlib.sha256(content).hexdigest(), "template": report_layout.VERSION},
    )
    return content


@transaction.atomic
def record_rows(*, extraction: Extraction, what: str, rows: int, by: Actor, at: datetime) -> None:
    """Note that rows of a check or a comparison were taken out."""
    audit.record(
        municipality_id=extraction.municipality_id,
        kind="extraction.rows_exported",
        by=by,
        at=at,
        target=f"extraction:{extraction.pk}",
        after={"what": what, "rows": rows},
    )


def _record(
    extraction: Extraction, file_format: str, order: str, values: Mapping[str, str], written: Exported, *, by: Actor, at: datetime
) -> None:
    after = {
        "format": file_format,
        "order": order,
        "filter": {name: value for name, value in values.items() if value},
        "rows": written.rows,
        "sha256": written.sha256,
        "template": layout.VERSION if file_format == "pdf" else "",
    }
    audit.record(
        municipality_id=extraction.municipality_id,
        kind="voters_list.exported",
        by=by,
        at=at,
        target=f"extraction:{extraction.pk}",
        after=after,
    )


def forget_old(*, municipality_id: int, kind: str, at: datetime) -> None:
    """Remove the files of jobs of a kind that are older than ``KEPT``; that they were made stays known."""
    old = Job.objects.filter(municipality_id=municipality_id, kind=kind, finished_at__lt=at - KEPT, result__file__gt="")
    for job in old.order_by("pk")[:100]:
        result = cast("dict[str, Any]", job.result)
        with suppress(OSError):
            default_storage.delete(result["file"])
        Job.objects.filter(pk=job.pk, municipality_id=municipality_id).update(result={**result, "file": ""})


def write_list(
    *,
    extraction: Extraction,
    file_format: Format,
    order: Order,
    chosen: ListFilter,
    stream: Sink,
    selection: str = "",
    progress: Progress | None = None,
) -> Exported:
    """Write what ``chosen`` leaves of the list. Nothing is recorded here: call ``export`` or ``request_export``."""
    out = Hashing(stream)
    pages = 0
    draft = selectors.placed_by(extraction)
    if file_format == "csv":
        rows = sql.copy_csv(selectors.list_of(extraction, draft), chosen=chosen, order=order, stream=out)
    elif file_format == "xlsx":
        rows = _write_xlsx(extraction, sql.lines(selectors.list_of(extraction, draft), chosen=chosen, order=order), out, progress)
    else:
        make = partial(build, extraction=extraction, draft=draft, chosen=chosen, order=order, selection=selection)
        rows, pages = _write_pdf(make, out, progress)
    return Exported(rows=rows, pages=pages, size=out.size, sha256=out.digest.hexdigest())


def _write_xlsx(extraction: Extraction, lines: Iterable[tuple[Any, ...]], out: Hashing, progress: Progress | None) -> int:
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(f"{extraction.election.date:%Y-%m-%d}")
    sheet.freeze_panes = "A2"
    for position, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJK"[position]].width = width
    heads = [WriteOnlyCell(sheet, name) for name in sql.COLUMNS]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    done = 0
    for row in lines:
        values = [row[0], *(text_cell(sheet, value) for value in row[1:9]), sql.BALLOT_TEXTS[row[10]], "" if row[11] is None else row[11]]
        sheet.append(values)
        done += 1
        if progress is not None and done % sql.CHUNK == 0:
            progress(done)
    sheet.auto_filter.ref = f"A1:K{done + 1}"
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while block := file.read(1 << 20):
            out.write(block)
    return done


def _write_pdf(make: Callable[..., VotersListData], out: Hashing, progress: Progress | None) -> tuple[int, int]:
    """Write the list, read it back beside the list made anew, and only then pass it on."""
    data = make(progress=progress)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.callback(data.lines.close)

        def anew() -> Iterator[PrintedList]:
            again = make()
            stack.callback(again.lines.close)
            return layout.lists(again)

        path = Path(folder) / "list.pdf"
        written = printing.print_lists(path, lambda path: layout.write(path, data), columns=layout.columns(data), lists=anew)
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                out.write(block)
    return written.rows, written.pages
