"""Lists of postcodes and of municipalities, as one gets them from bpost or Statbel (docs/operations/places.md): bytes in, rows or problems out.

Read line by line from a stream that can be read twice: UTF-8, and if it is not that, Windows-1252. Columns are found by their names,
in any order; those that are not known are left alone. Nothing of a file is used that has problems.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

MOST_BYTES: Final = 8 << 20
MOST_ROWS: Final = 50_000
MOST_PROBLEMS: Final = 1000
LONGEST: Final = 80
ENCODINGS: Final = ("utf-8-sig", "cp1252")
SIGNS: Final = ";,\t|"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What is read → how the columns are called, without case, accents and signs, and without a year at the end.
POSTCODES: Final[Mapping[str, frozenset[str]]] = {
    "postcode": _words("postcode postnummer postalcode zipcode codepostal"),
    "name_nl": _words("namenl naamnl plaatsnaam plaatsnaamnl plaats placename placenamenl postnamenl"),
    "name_fr": _words("namefr nomfr localite localitefr plaatsnaamfr placenamefr postnamefr"),
    "part": _words("deelgemeente deelgemeentejaneen submunicipality issubmunicipality issubmunicipalityjaneen souscommune"),
    "head_nl": _words("hoofdgemeente hoofdgemeentenl gemeente gemeentenaam municipality municipalitynl"),
    "head_fr": _words("communeprincipale hoofdgemeentefr commune nomcommune municipalityfr"),
    "main": frozenset({"main", "hoofdplaats"}),
}
MUNICIPALITIES: Final[Mapping[str, frozenset[str]]] = {
    "nis_code": _words("nis niscode refnis refniscode codenis codeins ins cdrefnis cdmuntyrefnis"),
    "name_nl": _words(
        "namenl naamnl naam gemeente gemeentenaam municipality municipalitynl hoofdgemeente txrefnisnl txdescrnl txmuntydescrnl"
    ),
    "name_fr": _words("namefr nomfr nom commune nomcommune municipalityfr communeprincipale txrefnisfr txdescrfr txmuntydescrfr"),
    "level": frozenset({"lvlrefnis"}),
    "until": frozenset({"dtvldtend"}),
}
MUNICIPALITY_LEVEL: Final = "4"
"""Of the column ``LVL_REFNIS`` of Statbel: kingdom, region, province and arrondissement lie above it."""
FOREVER: Final = "9999"
_YES, _NO = _words("ja j oui o yes y true 1"), _words("neen nee n non no false 0") | {""}
_SMALL = _words("aan aux bij boven d de den der des dessous dessus du en et in la le les lez op s sous sur t te ten ter van voor")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What cannot be. ``row`` counts records of the file, the header being 1; ``code`` is one of ``municipalities.place_words.PROBLEMS``."""

    row: int
    column: str
    value: str
    code: str
    expected: str = ""


class PlaceFileRefusedError(Exception):
    """A list cannot be used, and why: at most ``MOST_PROBLEMS`` problems. Nothing has changed."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a postcode; one of the two names may be empty. ``main``: the one to write where only the postcode is known."""

    postcode: str
    name_nl: str
    name_fr: str
    main: bool


@dataclass(frozen=True, slots=True)
class MunicipalityNames:
    """A municipality by its NIS code; one of the two names may be empty."""

    nis_code: str
    name_nl: str
    name_fr: str


@dataclass(slots=True)
class _Reading:
    """One reading of a file in one encoding."""

    columns: Mapping[str, frozenset[str]]
    problems: list[FileProblem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def report(self, row: int, column: str, value: str, code: str, expected: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in value[:200])
            self.problems.append(FileProblem(row, self.names.get(column, column), shown, code, expected))


@dataclass(slots=True)
class _Line:
    """A row with what is recognised of it."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def read_places(stream: BinaryIO) -> list[Place]:
    """The places of a list of postcodes, with exactly one main place a postcode. Raises ``PlaceFileRefusedError``."""
    reading, lines = _read(stream, POSTCODES, key="postcode", names=("name_nl", "name_fr", "head_nl", "head_fr"))
    if not {"name_nl", "name_fr"} & set(reading.names):  # a list of municipalities with their postcodes
        for line in lines:
            line.cells |= {"name_nl": line["head_nl"], "name_fr": line["head_fr"]}
    by_postcode: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        if _check(line, reading, key="postcode", pattern=r"[0-9]{4}"):
            by_postcode[line["postcode"]].append(line)
    places = [place for postcode in sorted(by_postcode) for place in _of_postcode(postcode, by_postcode[postcode], reading)]
    if not places and not reading.problems:
        reading.report(0, "", "", "empty")
    if reading.problems:
        raise PlaceFileRefusedError(reading.problems)
    return places


def read_municipality_names(stream: BinaryIO) -> list[MunicipalityNames]:
    """The municipalities of a list by NIS code, each once. Raises ``PlaceFileRefusedError``.

    Of Statbel's own list only municipalities are taken, and of several names of one code the one that holds.
    """
    reading, lines = _read(stream, MUNICIPALITIES, key="nis_code", names=("name_nl", "name_fr"))
    found: dict[str, tuple[_Line, MunicipalityNames]] = {}
    for line in lines:
        if line["level"] not in {"", MUNICIPALITY_LEVEL} or not _check(line, reading, key="nis_code", pattern=r"[0-9]{5}"):
            continue
        names = MunicipalityNames(line["nis_code"], line["name_nl"], line["name_fr"])
        before, known = found.get(names.nis_code, (line, names))
        if known != names and (FOREVER in line["until"]) == (FOREVER in before["until"]):
            reading.report(line.number, "nis_code", names.nis_code, "two_names", str(before.number))
        if before is line or FOREVER in line["until"]:
            found[names.nis_code] = (line, names)
    if not found and not reading.problems:
        reading.report(0, "", "", "empty")
    if reading.problems:
        raise PlaceFileRefusedError(reading.problems)
    return [names for _line, names in sorted(found.values(), key=lambda pair: pair[1].nis_code)]


def with_french(places: list[Place], french: list[Place]) -> list[Place]:
    """The places with the French names of a second list: that of the main place by its postcode, the others by the same name."""
    main = {place.postcode: place.name_fr or place.name_nl for place in french if place.main}
    same = {(place.postcode, place.name_fr or place.name_nl) for place in french}

    def name(place: Place) -> str:
        if place.main:
            return main.get(place.postcode, place.name_fr)
        return place.name_nl if (place.postcode, place.name_nl) in same else place.name_fr

    return [Place(place.postcode, place.name_nl, name(place), place.main) for place in places]


def _read(stream: BinaryIO, columns: Mapping[str, frozenset[str]], *, key: str, names: tuple[str, ...]) -> tuple[_Reading, list[_Line]]:
    """Read in the first encoding in which it can be; names that are shouted get their capitals back. Raises ``PlaceFileRefusedError``."""
    reading = _Reading(columns)
    if stream.seek(0, io.SEEK_END) > MOST_BYTES:
        reading.report(0, "", "", "too_large", f"{MOST_BYTES >> 20} MB")
    stream.seek(0)
    if stream.read(4).startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")):
        reading.report(0, "", "", "not_text")
    for encoding in () if reading.problems else ENCODINGS:
        reading, lines = _Reading(columns), []
        stream.seek(0)
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        try:
            lines = list(_lines(text, reading, key, names))
        except UnicodeDecodeError:
            reading.report(0, "", "", "not_text")
            continue
        finally:
            text.detach()
        break
    if reading.problems and not reading.names:
        raise PlaceFileRefusedError(reading.problems)
    for name in names:
        _restore_capitals(lines, name)
    return reading, lines


def _lines(text: io.TextIOWrapper, reading: _Reading, key: str, names: tuple[str, ...]) -> Iterator[_Line]:
    header = next((line for line in text if line.strip("\r\n ;,\t|")), "").rstrip("\r\n")
    sign = max(SIGNS, key=lambda one: len(set(_recognised(header.split(one), reading.columns)) - {""}))
    number = 1
    try:
        titles = next(csv.reader([header], delimiter=sign, strict=True), [])
        fields = _recognised(titles, reading.columns)
        if not _check_header(titles, fields, reading, key, names):
            return
        for number, cells in enumerate(csv.reader(text, delimiter=sign, strict=True), start=2):
            if number > MOST_ROWS + 1:
                reading.report(number, "", "", "too_many_rows", str(MOST_ROWS))
                return
            if any(cell.strip() for cell in cells):
                yield from _line(number, cells, fields, reading)
    except csv.Error:
        reading.report(number, "", "", "not_csv")


def _line(number: int, cells: list[str], fields: list[str], reading: _Reading) -> Iterator[_Line]:
    if len(cells) < len(fields) or any(cell.strip() for cell in cells[len(fields) :]):
        reading.report(number, "", str(len(cells)), "cells", str(len(fields)))
        return
    line = _Line(
        number, {name: " ".join(unicodedata.normalize("NFC", cell).split()) for name, cell in zip(fields, cells, strict=False) if name}
    )
    wrong = [name for name, value in line.cells.items() if not value.isprintable()]
    for name in wrong:
        reading.report(number, name, line[name], "not_printable")
    if not wrong:
        yield line


def _recognised(header: list[str], columns: Mapping[str, frozenset[str]]) -> list[str]:
    """Of each column what it is; empty where we do not know it."""
    return [next((name for name, known in columns.items() if _bare(title) in known), "") for title in header]


def _bare(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.strip().strip('"').casefold())
    return re.sub(r"[^a-z0-9]|(?:19|20)[0-9]{2}$", "", letters)


def _check_header(titles: list[str], fields: list[str], reading: _Reading, key: str, names: tuple[str, ...]) -> bool:
    header = ", ".join(titles)
    reading.names = {name: title.strip() for title, name in zip(titles, fields, strict=True) if name}
    for name in reading.names:
        if fields.count(name) > 1:
            reading.report(1, name, reading.names[name], "column_twice")
    if key not in reading.names:
        reading.report(1, key, header, "column_missing", ", ".join(sorted(reading.columns[key])))
    if not set(names) & set(reading.names):
        reading.report(1, names[0], header, "column_missing", ", ".join(sorted(reading.columns[names[0]])))
    return not reading.problems


def _check(line: _Line, reading: _Reading, *, key: str, pattern: str) -> bool:
    before = len(reading.problems)
    if not re.fullmatch(pattern, line[key], re.ASCII):
        reading.report(line.number, key, line[key], key if line[key] else "required")
    if not line["name_nl"] and not line["name_fr"]:
        reading.report(line.number, "name_nl" if "name_nl" in reading.names else "name_fr", "", "required")
    for name in ("name_nl", "name_fr", "head_nl", "head_fr"):
        if len(line[name]) > LONGEST:
            reading.report(line.number, name, line[name], "too_long", str(LONGEST))
    for name in ("part", "main"):
        if line[name].casefold() not in _YES | _NO:
            reading.report(line.number, name, line[name], "yes_or_no")
    return len(reading.problems) == before


def _of_postcode(postcode: str, lines: list[_Line], reading: _Reading) -> Iterator[Place]:
    """The places of one postcode, the main one first.

    The main place is the one that the list says is; else the only one that is no part of a municipality, or is called as the
    municipality; else the only one there is; else the municipality itself, under whose name every address of the postcode is found.
    """
    named = {(line["name_nl"], line["name_fr"]): line for line in reversed(lines)}
    said = [line for line in named.values() if line["main"].casefold() in _YES]
    if len(said) > 1:
        reading.report(said[-1].number, "main", postcode, "two_main", str(said[0].number))
    heads = {(line["head_nl"].casefold(), line["head_fr"].casefold()) for line in named.values()}
    whole = [line for line in named.values() if "part" in reading.names and line["part"].casefold() in _NO]
    called = [
        line
        for line in named.values()
        if any(line[f"name_{x}"] and line[f"name_{x}"].casefold() == line[f"head_{x}"].casefold() for x in ("nl", "fr"))
    ]
    choices = next((found for found in (said[:1], whole, called, list(named.values())) if len(found) == 1), [])
    first = lines[0]
    head = (first["head_nl"], first["head_fr"]) if len(heads) == 1 and any(next(iter(heads))) else (first["name_nl"], first["name_fr"])
    main = (choices[0]["name_nl"], choices[0]["name_fr"]) if choices else head
    yield Place(postcode, *main, main=True)
    for pair in sorted(set(named) - {main}):
        yield Place(postcode, *pair, main=False)


def _restore_capitals(lines: list[_Line], name: str) -> None:
    """Where most names of a column are in capitals: as another column or this one writes them in small letters, else by rule."""
    values = [line[name] for line in lines if line[name]]
    if sum(value.isupper() for value in values) * 2 <= len(values):
        return
    written = {value.casefold(): value for line in lines for value in line.cells.values() if not value.isupper()}
    for line in lines:
        if line[name].isupper():
            line.cells[name] = written.get(line[name].casefold()) or _capitals(line[name])


def _capitals(name: str) -> str:
    """``HEIST-OP-DEN-BERG`` → ``Heist-op-den-Berg``."""
    parts = re.split(r"([ '’()/-])", name.lower())
    return "".join(part if index and part in _SMALL else part.capitalize() for index, part in enumerate(parts))
