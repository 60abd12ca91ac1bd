"""Broken registers made from a good one, each with exactly the problems an import must report.

A row is the record's number in the file, the header being 1; 0 stands for the file as a whole. A value is what the file says;
`None` where the record cannot be read and no value can be asked for.
"""

import contextlib
import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from demo.register import check_digits, manifest_of, manifest_path, read_manifest


@dataclass(frozen=True, slots=True)
class Problem:
    row: int
    column: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Defect:
    """A broken file, the problems in it in order of row, and what is wrong in a word or two."""

    name: str
    path: Path
    problems: tuple[Problem, ...]


class _File:
    """A good register as records, and the ways to spoil it. Row numbers count the header as 1."""

    def __init__(self, register: Path) -> None:
        self.source = register
        self.data = register.read_bytes()
        self.records = list(csv.reader(io.StringIO(self.data.decode(), newline="")))
        self.header = self.records[0]
        if len(self.records) < 40:
            raise ValueError("a register of at least 39 persons is needed")

    @property
    def middle(self) -> int:
        """A row of an ordinary person, past the middle."""
        return len(self.records) * 3 // 4

    def column(self, name: str) -> int:
        return self.header.index(name)

    def get(self, row: int, column: str) -> str:
        return self.records[row - 1][self.column(column)]

    def put(self, row: int, column: str, value: str) -> Problem:
        self.records[row - 1][self.column(column)] = value
        return Problem(row, column, value)

    def encoded_with(self, row: int, column: str, value: str) -> tuple[bytes, tuple[Problem, ...]]:
        problem = self.put(row, column, value)
        return self.encoded(), (problem,)

    def encoded(self) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(self.records)
        return text.getvalue().encode()

    def lines(self) -> list[bytes]:
        """The records as bytes, one each: no field of a made-up register holds a line end."""
        return self.encoded().splitlines(keepends=True)


Spoil = Callable[[_File], tuple[bytes, tuple[Problem, ...]]]


def _cell(column: str, value: str) -> Spoil:
    """One field of one person replaced."""

    def spoil(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
        return file.encoded_with(file.middle, column, value)

    return spoil


def _wrong_check_digits(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    number = file.get(file.middle, "national_number")
    return file.encoded_with(file.middle, "national_number", number[:9] + f"{int(number[9:]) % 97 + 1:02d}")


def _swapped_digits(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    """Two unlike neighbours of the serial exchanged, the commonest slip of a typist; wrong in either century."""
    for row in range(file.middle, len(file.records)):
        number = file.get(row, "national_number")
        swapped = number[:7] + number[8] + number[7] + number[9:]
        if swapped[9:] not in {check_digits(swapped[:9], born_from_2000=later) for later in (False, True)}:
            return file.encoded_with(row, "national_number", swapped)
    raise LookupError("no number in the register with unlike digits")


def _duplicate_number(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    return file.encoded_with(file.middle + 3, "national_number", file.get(file.middle, "national_number"))


def _unknown_column(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    for index, record in enumerate(file.records):
        record.append("phone" if index == 0 else "")
    return file.encoded(), (Problem(1, "phone", "phone"),)


def _missing_column(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    gone = file.column("nationality")
    for record in file.records:
        del record[gone]
    return file.encoded(), (Problem(1, "nationality", ""),)


def _column_twice(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    for index, record in enumerate(file.records):
        record.append("language" if index == 0 else "nl")
    return file.encoded(), (Problem(1, "language", "language"),)


def _bad_utf8(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    """One surname in Latin-1."""
    file.put(file.middle, "last_name", "Lef\u00e8vre")
    lines = file.lines()
    lines[file.middle - 1] = lines[file.middle - 1].replace("\u00e8".encode(), b"\xe8", 1)
    return b"".join(lines), (Problem(file.middle, "last_name", None),)


def _nul_byte(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    file.put(file.middle, "last_name", "Pee\x00ters")
    return file.encoded(), (Problem(file.middle, "last_name", None),)


def _unclosed_quote(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    """A quote before the last row's surname that never closes: the rest of the file is one field."""
    row = len(file.records)
    lines = file.lines()
    fields = lines[-1].split(b",")
    fields[file.column("last_name")] = b'"' + fields[file.column("last_name")]
    lines[-1] = b",".join(fields)
    return b"".join(lines), (Problem(row, "", None),)


def _too_few_fields(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    del file.records[file.middle - 1][-2:]
    return file.encoded(), (Problem(file.middle, "", None),)


def _too_many_fields(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    file.records[file.middle - 1].append("surplus")
    return file.encoded(), (Problem(file.middle, "", None),)


def _empty(_file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    return b"", (Problem(0, "", None),)


def _many_at_once(file: _File) -> tuple[bytes, tuple[Problem, ...]]:
    """Ten problems over eight rows, two of them in one row: all belong in one report."""
    first = file.middle - 12
    problems = (
        file.put(first, "national_number", "12345678901"),
        file.put(first + 1, "last_name", ""),
        file.put(first + 2, "birth_date", "31/12/1980"),
        file.put(first + 3, "nationality", "BEL"),
        file.put(first + 3, "register", "NR"),
        file.put(first + 4, "registered_on", "2024-02-30"),
        file.put(first + 5, "language", "en"),
        file.put(first + 6, "suspension", "yes"),
        file.put(first + 6, "household_role", "head"),
        file.put(first + 7, "national_number", file.get(first + 8, "national_number")),
    )
    # The number is given twice: the second time, in the row below, is the one to report.
    twice = Problem(first + 8, "national_number", problems[-1].value)
    return file.encoded(), (*problems[:-1], twice)


# What is wrong in the file itself; its manifest fits it, so that only the contents can be refused.
SPOILS: dict[str, Spoil] = {
    "wrong_check_digits": _wrong_check_digits,
    "swapped_digits": _swapped_digits,
    "number_too_short": _cell("national_number", "8507300332"),
    "number_with_letters": _cell("national_number", "85O73003328"),
    "number_with_points": _cell("national_number", "85.07.30-033.28"),
    "missing_number": _cell("national_number", ""),
    "duplicate_number": _duplicate_number,
    "missing_last_name": _cell("last_name", ""),
    "blank_last_name": _cell("last_name", "   "),
    "impossible_birth_date": _cell("birth_date", "1985-02-30"),
    "impossible_birth_month": _cell("birth_date", "1985-13-01"),
    "missing_birth_date": _cell("birth_date", ""),
    "impossible_date": _cell("registered_on", "2023-02-29"),
    "belgian_date": _cell("registered_on", "01/02/2019"),
    "unknown_day_elsewhere": _cell("registered_on", "2019-02-00"),
    "missing_registered_on": _cell("registered_on", ""),
    "impossible_optional_date": _cell("deceased_on", "2024-06-31"),
    "wrong_sex": _cell("sex", "V"),
    "wrong_nationality": _cell("nationality", "BEL"),
    "unknown_nationality": _cell("nationality", "QQ"),
    "missing_nationality": _cell("nationality", ""),
    "wrong_register": _cell("register", "RR"),
    "missing_register": _cell("register", ""),
    "wrong_language": _cell("language", "en"),
    "wrong_suspension": _cell("suspension", "yes"),
    "wrong_household_role": _cell("household_role", "head"),
    "unknown_column": _unknown_column,
    "missing_column": _missing_column,
    "column_twice": _column_twice,
    "bad_utf8": _bad_utf8,
    "nul_byte": _nul_byte,
    "unclosed_quote": _unclosed_quote,
    "too_few_fields": _too_few_fields,
    "too_many_fields": _too_many_fields,
    "empty_file": _empty,
    "many_at_once": _many_at_once,
}

# What is wrong between the file and its manifest: (key, what the manifest says instead). The file itself is good.
MANIFESTS: dict[str, tuple[str, str | int]] = {
    "manifest_rows": ("rows", 1),
    "manifest_hash": ("sha256", "0" * 64),
    "manifest_municipality": ("municipality", "11002"),
    "manifest_date": ("as_of", "2024-02-30"),
}


def spoil(name: str, register: Path, out: Path) -> Defect:
    """The defect `name` of `SPOILS`, written into the directory `out` with a manifest that fits the broken file."""
    data, problems = SPOILS[name](_File(register))
    path = _place(out, name)
    path.write_bytes(data)
    good = read_manifest(register)
    with contextlib.suppress(csv.Error, UnicodeDecodeError):  # a file whose rows no reader can count goes without
        manifest_of(path, municipality=good.municipality, as_of=good.as_of).write(path)
    return Defect(name, path, problems)


def belie(name: str, register: Path, out: Path) -> Defect:
    """A good file whose manifest says something else (`MANIFESTS`), or `truncated`: a file cut off in the middle of a row."""
    path = _place(out, name)
    manifest = json.loads(manifest_path(register).read_text(encoding="utf-8"))
    data = register.read_bytes()
    if name == "truncated":
        data = data[: len(data) * 2 // 3]
        key = "rows"
    else:
        key, value = MANIFESTS[name]
        manifest[key] = value
    path.write_bytes(data)
    manifest_path(path).write_text(json.dumps(manifest), encoding="utf-8")
    return Defect(name, path, (Problem(0, f"manifest.{key}", str(manifest[key])),))


def all_defects(register: Path, out: Path) -> list[Defect]:
    return [spoil(name, register, out) for name in SPOILS] + [belie(name, register, out) for name in (*MANIFESTS, "truncated")]


def _place(out: Path, name: str) -> Path:
    directory = out / name
    directory.mkdir(parents=True, exist_ok=True)
    return directory / "register.csv"
