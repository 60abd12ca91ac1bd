"""Writes the files of one copy into a folder: one file, or one for each station; a package with everything in one and a manifest."""

import csv
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from core.files import sha256_of
from documents.stream.list_file import Drawn, bind
from documents.stream.values import RecordRefusedError
from voters.documents.list_copy import layout, tables
from voters.documents.list_copy.build import build
from voters.documents.list_copy.data import ListCopyData
from voters.documents.list_copy.papers import DOCUMENTS, Papers
from voters.models import ListCopy
from voters.rules.list_copies import FILE_NAMES, Kind
from voters.services.printing import refused

MANIFEST = "manifest.csv"
COLUMNS = ("file", "station", "document", "pages", "first_page", "sha256")
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The date of everything in an archive: the same files, the same bytes."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """Lines, pages (0 when not printed) and the files in order."""

    rows: int
    pages: int
    files: tuple[Path, ...]


def write_files(*, copy: ListCopy, folder: Path, progress: Progress | None = None) -> Written:
    """Write the copy into an empty folder. Inside one transaction. Raises ``printing.ExportRefusedError``."""
    data = build(copy=copy, progress=progress)
    name = FILE_NAMES[Kind(copy.kind)]
    try:
        if copy.kind == Kind.PACKAGE:
            return _packages(data, folder, name, split=copy.split)
        if copy.split:
            return _apart(data, copy.format, folder, name)
        number = "" if copy.station is None else f"-{copy.station:03}"
        path = folder / f"{name}{number}.{copy.format}"
        return Written(*_write(path, data, copy.format), (path,))
    except RecordRefusedError as error:
        raise refused(error) from error


def _write(path: Path, data: ListCopyData, file_format: str) -> tuple[int, int]:
    if file_format == "pdf":
        return layout.write(path, data)
    return (tables.write_csv if file_format == "csv" else tables.write_xlsx)(path, data), 0


def _apart(data: ListCopyData, file_format: str, folder: Path, name: str) -> Written:
    """A file for each station."""
    rows, pages, files = 0, 0, []
    for section in data.sections:
        path = folder / f"{name}-{section.head.number:03}.{file_format}"
        more, count = _write(path, replace(data, sections=(section,)), file_format)
        rows, pages = rows + more, pages + count
        files.append(path)
    return Written(rows, pages, tuple(files))


def _packages(data: ListCopyData, folder: Path, name: str, *, split: bool) -> Written:
    """The papers of each station and, where they are wanted apart, a file a station beside the one of all, and the manifest."""
    papers, sheets = Papers(data.head), layout.Sheets(data.head)
    drawn: list[Drawn] = []
    manifest, rows, files = [], 0, []
    for section in data.sections:
        mine = papers.around(section.head, sheets.draw(section))
        if split:
            path = folder / f"{name}-{section.head.number:03}.pdf"
            bind(path, papers.stationery, mine)
            files.append(path)
            manifest += _manifest(path, [(section.head.number or 0, mine)])
        drawn += mine
        rows += section.head.lines
    whole = folder / f"{name}.pdf"
    pages = bind(whole, papers.stationery, drawn)
    if not split:
        return Written(rows, pages, (whole,))
    numbers = [row[1] for row in manifest[:: len(DOCUMENTS)]]
    manifest += _manifest(whole, [(int(number), drawn[at * 4 : at * 4 + 4]) for at, number in enumerate(numbers)])
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows([COLUMNS, *manifest])
    return Written(rows, pages, (*files, whole, folder / MANIFEST))


def _manifest(path: Path, stations: list[tuple[int, list[Drawn]]]) -> list[tuple[str | int, ...]]:
    """A row a document: where it begins in its file."""
    digest, first = sha256_of(path), 1
    found: list[tuple[str | int, ...]] = []
    for number, documents in stations:
        for document, drawn in zip(DOCUMENTS, documents, strict=True):
            found.append((path.name, number, document, len(drawn.pages), first, digest))
            first += len(drawn.pages)
    return found


def archive(path: Path, files: tuple[Path, ...]) -> None:
    """All files in one archive; the same files give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for one in files:
            entry = zipfile.ZipInfo(one.name, BEGINNING)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, one.read_bytes())
