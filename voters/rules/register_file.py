"""Reads ``register.csv`` as it streams by: the header, then blocks of whole lines for COPY, or record by record where COPY gave up.

Memory does not grow with the file. Plain and gzip, told apart by the first bytes (docs/formats/register.md, "The file").
"""

import csv
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO, Final, cast

from voters.rules.imports import Found, Problem
from voters.rules.register_columns import NAMES, REQUIRED

BLOCK: Final = 1 << 18
LONGEST_HEADER: Final = 64 * 1024
LONGEST_LINE: Final = 16 << 20
MOST_BYTES: Final = 8 << 30  # unpacked: a small gzip must not fill the disk
IGNORED: Final = "ignored_{}"
DAMAGED: Final = (EOFError, gzip.BadGzipFile, zlib.error)

# How a workbook (a zip, or what came before it) begins: with it a spreadsheet keeps what was meant to be a CSV.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# A quote that neither opens nor closes a field, once doubled quotes are taken away: COPY would drop it without a word.
_QUOTE_INSIDE = re.compile(rb'[^,\r\n]"[^,\r\n]')
# What spreadsheets put between fields where the comma is the decimal sign.
_OTHER_SEPARATOR = re.compile(r"[;\t]")
# A letter and the accents written after it; the lead bytes of those accents in UTF-8 (U+0300 to U+037F) stand nowhere else.
_ACCENTED = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]+")
_LEAD_BYTES = (b"\xcc", b"\xcd")


class RefusedFileError(Exception):
    """The file cannot be read any further."""

    def __init__(self, *problems: Found) -> None:
        super().__init__(problems[0].code)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns a file may have. ``required``: those that it has in any case; ``whole``: without a column map it has all of them."""

    names: tuple[str, ...]
    required: frozenset[str]
    whole: bool


REGISTER: Final = Layout(NAMES, REQUIRED, whole=True)


@dataclass(slots=True)
class Header:
    """The columns of the file in its order, by our names (``ignored_<n>`` for those a column map leaves out)."""

    columns: list[str] = field(default_factory=list)
    problems: list[Found] = field(default_factory=list)


def read_header(names: list[str], column_map: Mapping[str, str] | None, layout: Layout = REGISTER) -> Header:
    """Match the names in a file with ours; of a register file without a column map every column has to be there and no other.

    A column map says: their name → ours, or → nothing for a column to leave out. What it does not name is looked for by
    our own name; of ours, only those that are required must be given. A file of another kind is told in one problem, not in one a column.
    """
    header = Header()
    if len(names) == 1 and (separator := _OTHER_SEPARATOR.search(names[0])):
        header.problems.append(Found(1, "", separator[0], Problem.SEPARATOR))
        return header
    for place, raw in enumerate(names):
        name = raw.strip()
        ours = column_map[name] if column_map is not None and name in column_map else name
        if ours == "":
            header.columns.append(IGNORED.format(place))
        elif ours not in layout.names:
            header.problems.append(Found(1, name[:60], name[:200], Problem.COLUMN_UNKNOWN))
        elif ours in header.columns:
            header.problems.append(Found(1, name[:60], name[:200], Problem.COLUMN_TWICE))
        else:
            header.columns.append(ours)
    if not header.columns:
        # Perhaps there is no header at all, and these are somebody's data: no number is said back.
        header.problems = [Found(1, "", ",".join(name for name in names if not name.strip().isdecimal())[:200], Problem.NO_COLUMN)]
        return header
    for name in layout.names:
        if name not in header.columns and (name in layout.required or (layout.whole and column_map is None)):
            header.problems.append(Found(1, name, "", Problem.COLUMN_MISSING))
    return header


class RegisterReader:
    """One pass over a file. ``file`` must be able to seek; ``sha256`` is over its unpacked bytes, complete after ``blocks``."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.packed = False
        self.size = 0
        self.sha256 = hashlib.sha256()
        self.suspicious = False
        self._stream: IO[bytes] = file

    def header(self) -> list[str]:
        """Go to the start and return the names in the first record. Raises ``RefusedFileError``."""
        self.file.seek(0)
        self.packed = self.file.read(2) == b"\x1f\x8b"
        self.file.seek(0)
        self._stream = cast("IO[bytes]", gzip.GzipFile(fileobj=self.file)) if self.packed else self.file
        self.size, self.sha256, self.suspicious = 0, hashlib.sha256(), False
        try:
            line = self._header_record()
        except DAMAGED as error:
            raise RefusedFileError(Found(0, "", "", Problem.UNREADABLE, type(error).__name__)) from error
        if not line.strip(b"\xef\xbb\xbf\r\n"):
            raise RefusedFileError(Found(0, "", "", Problem.EMPTY))
        if line.startswith(_WORKBOOKS):
            raise RefusedFileError(Found(0, "", "", Problem.WORKBOOK))
        try:
            names = next(csv.reader([line.removeprefix(b"\xef\xbb\xbf").decode()], strict=True), [])
        except UnicodeDecodeError as error:
            raise RefusedFileError(Found(1, "", shown(line), Problem.NOT_UTF8)) from error
        except csv.Error as error:
            raise RefusedFileError(Found(1, "", shown(line), Problem.QUOTES)) from error
        if any("\0" in name for name in names):
            raise RefusedFileError(Found(1, "", shown(line), Problem.NUL))
        return names

    def _header_record(self) -> bytes:
        line = self._read_line()
        while line.count(b'"') % 2 and len(line) < LONGEST_HEADER and (more := self._read_line()):
            line += more
        return line

    def _read_line(self) -> bytes:
        line = self._stream.readline(LONGEST_HEADER)
        self.size += len(line)
        self.sha256.update(line)
        return line

    def blocks(self) -> Iterator[bytes]:
        """The rest of the file in whole lines, for COPY. Sets ``suspicious`` when COPY may read it otherwise than the format says."""
        rest = b""
        for block in self._raw():
            cut = block.rfind(b"\n") + 1
            if not cut:
                rest += block
                if len(rest) > LONGEST_LINE:
                    raise RefusedFileError(Found(0, "", "", Problem.UNREADABLE, "line"))
                continue
            whole, rest = (rest + block[:cut] if rest else block[:cut]), block[cut:]
            self._look(whole)
            yield _composed(whole)
        if rest:
            self._look(rest)
            yield _composed(rest)

    def _raw(self) -> Iterator[bytes]:
        try:
            while block := self._stream.read(BLOCK):
                self.size += len(block)
                if self.size > MOST_BYTES:
                    raise RefusedFileError(Found(0, "", "", Problem.TOO_LARGE))
                self.sha256.update(block)
                yield block
        except DAMAGED as error:
            raise RefusedFileError(Found(0, "", "", Problem.UNREADABLE, type(error).__name__)) from error

    def _look(self, block: bytes) -> None:
        if b'"' in block and _QUOTE_INSIDE.search(block.replace(b'""', b"")):
            self.suspicious = True
        if b"\\." in block:  # the end of data for COPY in older servers
            self.suspicious = True

    def records(self, columns: int) -> Iterator["Record"]:
        """The rest of the file record by record, with what is wrong with the build of each. Row 2 is the first below the header."""
        text = io.TextIOWrapper(cast("IO[bytes]", _Raw(self._raw())), encoding="utf-8", errors="surrogateescape", newline="")
        reader = csv.reader(text, strict=True)
        row = 1
        while True:
            try:
                fields = next(reader, None)
            except csv.Error as error:
                row += 1
                yield Record(row, [], [Found(row, "", "", Problem.QUOTES)])
                if "limit" in str(error):
                    return  # a quote that never closes: what follows is no longer records
                continue
            if fields is None:
                return
            if not fields:
                continue  # a blank line is no record
            row += 1
            yield Record(row, [compose(value) for value in fields], self._built(row, fields, columns))

    def _built(self, row: int, fields: list[str], columns: int) -> list[Found]:
        if len(fields) != columns:
            return [Found(row, "", "", Problem.FIELDS, f"{len(fields)}/{columns}")]
        problems = []
        for place, value in enumerate(fields):
            if "\0" in value:
                problems.append(Found(row, str(place), value.replace("\0", "\\0")[:200], Problem.NUL))
            elif any("\udc80" <= c <= "\udcff" for c in value):
                problems.append(Found(row, str(place), shown(value.encode("utf-8", "surrogateescape")), Problem.NOT_UTF8))
        return problems


@dataclass(frozen=True, slots=True)
class Record:
    """A record; ``problems`` name a column by its place in the record (as text), since names belong to the caller."""

    row: int
    fields: list[str]
    problems: list[Found]


class _Raw(io.RawIOBase):
    """Blocks as a readable stream."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._blocks, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def read1(self, size: int = -1) -> bytes:
        """What ``TextIOWrapper`` reads by."""
        if not self._rest:
            self._rest = next(self._blocks, b"")
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken


def compose(text: str) -> str:
    """Write a letter and the accents after it as one character, as the embedded faces have them."""
    return text if text.isascii() else _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def _composed(block: bytes) -> bytes:
    if not any(lead in block for lead in _LEAD_BYTES):
        return block
    try:
        return compose(block.decode()).encode()
    except UnicodeDecodeError:
        return block  # COPY refuses it as well


def shown(value: bytes) -> str:
    """Bytes as a person may read them, without what a database refuses."""
    return value[:200].decode("utf-8", "backslashreplace").replace("\0", "\\0")[:200]
