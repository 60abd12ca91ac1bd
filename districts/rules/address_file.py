"""Reads the BeSt address file as it streams by (docs/formats/addresses.md): plain bytes in, checked rows or problems out.

Memory does not grow with the file: the rows of other municipalities are passed over as bytes, before they are decoded.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, BinaryIO, Final, cast

MAX_LINE: Final = 64 * 1024
MAX_PROBLEMS: Final = 1000
STATUSES: Final = ("current", "proposed", "reserved", "retired", "rejected")
NEEDED: Final = (
    "EPSG:4326_lat",
    "EPSG:4326_lon",
    "address_id",
    "box_number",
    "house_number",
    "municipality_id",
    "postcode",
    "postname_nl",
    "status",
    "street_id",
    "streetname_nl",
)
OPTIONAL: Final = (
    "EPSG:31370_x",
    "EPSG:31370_y",
    "EPSG:3812_x",
    "EPSG:3812_y",
    "municipality_name_de",
    "municipality_name_fr",
    "municipality_name_nl",
    "postname_fr",
    "region_code",
    "streetname_de",
    "streetname_fr",
)
SEPARATOR: Final = ","


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: ``row`` is the record in the file, the header being 1; 0 is the file as a whole."""

    row: int
    column: str
    value: str
    code: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A current address of the municipality, in the order of the columns of the table that it is copied into."""

    row: int
    best_id: int
    street_best_id: int
    street_name: str
    postcode: str
    postname: str
    house_number: str
    box_number: str
    latitude: float | None
    longitude: float | None


class UnreadableError(Exception):
    """The file cannot be read any further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Watched(io.RawIOBase):
    """A file that says how far it has been read."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None]) -> None:
        super().__init__()
        self._file = file
        self._told = told

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any, /) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._told(self._file.tell())
        return len(data)


def watched(file: BinaryIO, told: Callable[[int], None]) -> BinaryIO:
    """Read ``file`` through a buffer of 1 MB and tell after each how many of its bytes have been read."""
    return cast("BinaryIO", io.BufferedReader(_Watched(file, told), 1 << 20))


@contextmanager
def unpacked(file: BinaryIO) -> Iterator[IO[bytes]]:
    """Open what is inside: a gzip, the one ``.csv`` of a zip, or the file itself."""
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=file) as inside, io.BufferedReader(cast("io.RawIOBase", inside), 1 << 20) as stream:
            yield stream
    elif magic == b"PK\x03\x04":
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv") and not name.startswith("__MACOSX/")]
            if len(names) != 1:
                raise UnreadableError(Problem(0, "", ", ".join(archive.namelist()[:5]), "zip_entries", "one .csv file in the zip"))
            # A member of a zip reads lines in Python; the buffer around it does so in C.
            with archive.open(names[0]) as packed, io.BufferedReader(cast("io.RawIOBase", packed), 1 << 20) as stream:
                yield stream
    else:
        yield file


class AddressReader:
    """One pass over a file. ``problems`` holds the first ``MAX_PROBLEMS``; ``problem_count`` counts all of them.

    ``rows`` counts the records of the whole file, ``own`` those of the municipality, ``taken`` the ones that are current.
    """

    def __init__(self, nis_code: str) -> None:
        self.nis_code = nis_code
        self.problems: list[Problem] = []
        self.problem_count = 0
        self.rows = 0
        self.own = 0
        self.taken = 0
        self.other = ""
        self._columns: dict[str, int] = {}

    def report(self, row: int, column: str, value: str, code: str, expected: str = "") -> None:
        """Add a problem; past ``MAX_PROBLEMS`` it is only counted."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            # The database keeps text without the character 0.
            self.problems.append(Problem(row, column[:60].replace("\0", ""), value[:200].replace("\0", "\\0"), code, expected))

    def read(self, file: BinaryIO) -> Iterator[AddressRow]:
        """Yield the good rows of the municipality. What is wrong is in ``problems`` when the iterator has ended.

        ``file`` is plain, gzip or zip, told by its first bytes; it must be able to seek.
        """
        try:
            with unpacked(file) as stream:
                yield from self._rows(stream)
        except UnreadableError as error:
            self.report(*_fields(error.problem))
        except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            self.report(0, "", type(error).__name__, "damaged", "a whole file, without a password")

    def _rows(self, stream: IO[bytes]) -> Iterator[AddressRow]:
        records = self._records(stream)
        if not self._header(next(records, None)):
            return
        needle = self.nis_code.encode()
        for number, record in records:
            # Hardly a row of a region file is ours: look before decoding.
            if needle in record or not self.other:
                row = self._row(number, record)
                if row is not None:
                    yield row
        self._whole()

    def _records(self, stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
        """Split into records: lines, joined where a quoted cell holds a line end. Blank lines are no records."""
        read: Callable[[], bytes] = partial(stream.readline, MAX_LINE)
        number = 0
        while line := read():
            if line.count(b'"') % 2:
                while line.count(b'"') % 2 and len(line) < MAX_LINE and (more := read()):
                    line += more
                if line.count(b'"') % 2:
                    raise UnreadableError(Problem(number + 1, "", _shown(line), "not_csv", "a quote that is closed again"))
            if len(line) >= MAX_LINE:
                raise UnreadableError(Problem(number + 1, "", _shown(line), "too_long", f"at most {MAX_LINE} bytes in a row"))
            if line in (b"\n", b"\r\n"):
                continue
            number += 1
            self.rows = number - 1
            yield number, line

    def _header(self, record: tuple[int, bytes] | None) -> bool:
        if record is None:
            self.report(0, "", "", "empty", "a header and addresses")
            return False
        names = _cells(record[0], record[1].removeprefix(b"\xef\xbb\xbf"))
        known = {*NEEDED, *OPTIONAL}
        for name in names:
            if name not in known:
                self.report(1, name, name, "column_unknown", "a column of the BeSt address file")
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.report(1, name, name, "column_twice", "each column once")
        for name in NEEDED:
            if name not in names:
                self.report(1, name, "", "column_missing", "this column")
        self._columns = {name: place for place, name in enumerate(names)}
        return not self.problems

    def _row(self, number: int, record: bytes) -> AddressRow | None:
        cells = _cells(number, record)
        if len(cells) != len(self._columns):
            self.report(number, "", str(len(cells)), "cells", f"{len(self._columns)} cells")
            return None
        value = {name: cells[place].strip() for name, place in self._columns.items()}
        if value["municipality_id"] != self.nis_code:
            self.other = self.other or value["municipality_id"] or "?"
            return None
        self.own += 1
        if value["status"] not in STATUSES:
            self.report(number, "status", value["status"], "not_a_status", ", ".join(STATUSES))
            return None
        if value["status"] != "current":
            return None
        self.taken += 1
        return self._address(number, value)

    def _address(self, number: int, value: dict[str, str]) -> AddressRow | None:
        before = self.problem_count
        if any(ord(character) < 32 for cell in value.values() for character in cell):
            self.report(number, "", "", "control_character", "text without control characters")
        name_column = next((name for name in ("streetname_nl", "streetname_fr", "streetname_de") if value.get(name)), "streetname_nl")
        post_column = "postname_nl" if value["postname_nl"] else "postname_fr"
        row = AddressRow(
            row=number,
            best_id=self._number(number, "address_id", value["address_id"]),
            street_best_id=self._number(number, "street_id", value["street_id"]),
            street_name=self._text(number, name_column, value[name_column], longest=120, required=True),
            postcode=self._postcode(number, value["postcode"]),
            postname=self._text(number, post_column, value.get(post_column, ""), longest=80),
            house_number=self._text(number, "house_number", value["house_number"], longest=20, required=True),
            box_number=self._text(number, "box_number", value["box_number"], longest=20),
            latitude=self._degrees(number, "EPSG:4326_lat", value["EPSG:4326_lat"], 49.4, 51.6),
            longitude=self._degrees(number, "EPSG:4326_lon", value["EPSG:4326_lon"], 2.5, 6.5),
        )
        return row if self.problem_count == before else None

    def _text(self, row: int, column: str, value: str, *, longest: int, required: bool = False) -> str:
        if required and not value:
            self.report(row, column, "", "required", "a value")
        elif len(value) > longest:
            self.report(row, column, value, "too_long_value", f"at most {longest} characters")
        return value

    def _number(self, row: int, column: str, value: str) -> int:
        if not value:
            self.report(row, column, "", "required", "a whole number")
        elif not (value.isascii() and value.isdigit() and len(value) <= 18):
            self.report(row, column, value, "not_a_number", "a whole number of at most 18 figures")
        else:
            return int(value)
        return 0

    def _postcode(self, row: int, value: str) -> str:
        if not (value.isascii() and value.isdigit() and len(value) == 4):
            self.report(row, "postcode", value, "not_a_postcode", "four figures")
        return value

    def _degrees(self, row: int, column: str, value: str, lowest: float, highest: float) -> float | None:
        if not value:
            return None
        try:
            degrees = float(value)
        except ValueError:
            degrees = float("nan")
        if degrees == 0:
            return None
        # Not a number compares as false: it is refused too.
        if not lowest <= degrees <= highest:
            self.report(row, column, value, "not_a_position", f"{lowest} to {highest} degrees, or 0.00000")
            return None
        return degrees

    def _whole(self) -> None:
        if self.own == 0:
            self.report(0, "municipality_id", self.other, "other_municipality", self.nis_code)
        elif self.taken == 0:
            self.report(0, "status", "", "none_current", "current addresses")


def _cells(number: int, record: bytes) -> list[str]:
    try:
        text = record.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(Problem(number, "", _shown(record[error.start : error.start + 12]), "not_utf8", "UTF-8")) from error
    try:
        cells = next(csv.reader([text], strict=True, delimiter=SEPARATOR), [])
    except csv.Error as error:
        raise UnreadableError(Problem(number, "", text[:80], "not_csv", "comma-separated values with double quotes")) from error
    return cells


def _shown(value: bytes) -> str:
    """Bytes as a person may read them, without what a database refuses."""
    return value[:80].decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


def _fields(problem: Problem) -> tuple[int, str, str, str, str]:
    return problem.row, problem.column, problem.value, problem.code, problem.expected
