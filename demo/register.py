"""One row of a population register, its national number, and the writer of ``register.csv`` with its manifest.

The columns are those of docs/formats/register.md §2; everything is text, as in the file. Standard library only.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

AS_OF = date(2024, 8, 1)  # the list date of the local elections of 13 October 2024
BIS_UNKNOWN_SEX, BIS_KNOWN_SEX = 20, 40  # added to the month of a BIS number


@dataclass(slots=True)
class Person:
    """One person as the register gives them; the attributes are the columns, in the order of the file."""

    national_number: str
    last_name: str
    first_names: str
    birth_date: str
    sex: str
    nationality: str = "BE"
    register: str = "BR"
    registered_on: str = ""
    legal_stay_since: str = ""
    postcode: str = ""
    street_name: str = ""
    house_number: str = ""
    box_number: str = ""
    household_id: str = ""
    household_role: str = "1"
    language: str = "nl"
    suspension: str = ""
    suspension_until: str = ""
    deceased_on: str = ""
    struck_on: str = ""
    departed_on: str = ""
    departed_to: str = ""
    eu_voter_since: str = ""
    eu_voter_until: str = ""
    local_voter_since: str = ""
    local_voter_until: str = ""


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Person))
as_row = attrgetter(*COLUMNS)


def check_digits(nine: str, *, born_from_2000: bool) -> str:
    """Two digits: 97 minus the remainder of the first nine by 97, with `2` before the nine from 2000 on; remainder 0 gives 97."""
    return f"{97 - int(('2' if born_from_2000 else '') + nine) % 97:02d}"


def national_number(birth: str, serial: int, *, bis: int = 0) -> str:
    """Eleven digits for a birth date as in the register (`YYYY-MM-DD`, unknown parts `00`) and a serial of 1-998.

    `bis` (20 or 40) is added to the month for a BIS number. The parity of the serial is the caller's: odd men, even women.
    """
    year, month, day = birth.split("-")
    nine = f"{year[2:]}{int(month) + bis:02d}{day}{serial:03d}"
    return nine + check_digits(nine, born_from_2000=year >= "2000")


class Serials:
    """Gives each birth date and parity its serials, never twice, in an order that looks like chance.

    449 is prime, so every step walks through all of 1-897 (odd) or 2-898 (even); 899-998 stay free for the awkward persons.
    Memory: one small number per birth date and parity, some 73,000 of them at most, whatever the number of persons.
    """

    SIZE = 449

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def number(self, birth: str, sex: str, *, bis: int = 0) -> str:
        """The next free number for this birth date; LookupError when the 449 of that date are all given."""
        even = sex == "F"
        key = f"{birth}{even}{bis}"
        given = self._given.get(key, 0)
        if given >= self.SIZE:
            raise LookupError(f"no national number left for {birth}")
        self._given[key] = given + 1
        day = int(birth.replace("-", "")) % self.SIZE
        serial = 1 + 2 * ((day * 7 + given * (1 + day % 448)) % self.SIZE) + even
        return national_number(birth, serial, bis=bis)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What lies beside the file as `<file>.manifest.json`."""

    rows: int
    sha256: str
    municipality: str
    as_of: str

    def write(self, register: Path) -> Path:
        path = manifest_path(register)
        path.write_text(json.dumps({name: getattr(self, name) for name in self.__slots__}) + "\n", encoding="utf-8")
        return path


def manifest_path(register: Path) -> Path:
    return register.with_name(register.name + ".manifest.json")


def read_manifest(register: Path) -> Manifest:
    found = json.loads(manifest_path(register).read_text(encoding="utf-8"))
    return Manifest(
        rows=int(found["rows"]), sha256=str(found["sha256"]), municipality=str(found["municipality"]), as_of=str(found["as_of"])
    )


def manifest_of(register: Path, *, municipality: str, as_of: str) -> Manifest:
    """The manifest that fits a file as it stands: rows counted as records below the header, hash over its bytes."""
    with register.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with register.open(encoding="utf-8", newline="") as text:
        rows = sum(1 for _ in csv.reader(text)) - 1
    return Manifest(rows=rows, sha256=digest, municipality=municipality, as_of=as_of)


class RegisterWriter:
    """Writes rows as RFC 4180 (UTF-8, comma, CRLF) and hashes them on the way; the manifest follows when it closes.

    With an exception inside the `with`, neither file is left half-written under its final name.
    """

    FLUSH_ROWS = 2000

    def __init__(self, path: Path, *, municipality: str, as_of: date) -> None:
        self.path, self.rows = path, 0
        self._municipality, self._as_of = municipality, as_of
        self._unfinished = path.with_name(path.name + ".part")
        self._file = self._unfinished.open("wb")
        self._hash = hashlib.sha256()
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text)
        self._csv.writerow(COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._flush()
        self._file.close()
        if error is not None:
            self._unfinished.unlink()
            return
        self._unfinished.replace(self.path)
        Manifest(self.rows, self._hash.hexdigest(), self._municipality, self._as_of.isoformat()).write(self.path)

    def write(self, person: Person) -> None:
        self._csv.writerow(as_row(person))
        self.rows += 1
        if self.rows % self.FLUSH_ROWS == 0:
            self._flush()

    def _flush(self) -> None:
        data = self._text.getvalue().encode()
        self._hash.update(data)
        self._file.write(data)
        self._text.seek(0)
        self._text.truncate()


def read_register(path: Path) -> Iterator[Person]:
    """The persons of a good register file, one at a time; columns in any order."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, strict=True):
            yield Person(**row)


def households(persons: Iterable[Person]) -> Iterator[list[Person]]:
    """Neighbouring rows of one household together; a row without a household_id by itself."""
    group: list[Person] = []
    for person in persons:
        if group and (not person.household_id or person.household_id != group[0].household_id):
            yield group
            group = []
        group.append(person)
    if group:
        yield group
