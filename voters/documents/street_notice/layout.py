"""*Waar stemt u?*: every street of the municipality with its polling station, by name, for the notice board. Data and language in, bytes out."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from documents.stream.list_file import PrintedList, Written, write_lists
from documents.stream.lists import Column, Head, Heading, ListComposer, Row, list_stationery
from voters.documents.station_streets.layout import WORDS as STREET_WORDS
from voters.documents.station_streets.layout import numbers
from voters.documents.street_notice.data import Language, StreetNoticeData
from voters.documents.voters_list.layout import long_date, medium_date

VERSION = "street_notice/2"


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of the notice in one language."""

    title: str
    line: str
    frozen: str
    draft: str
    watermark: str
    street: str
    postcode: str
    which: str
    station: str
    place: str
    stations: str
    made: str
    page_of: str
    continued: str


WORDS: dict[Language, Words] = {
    "nl": Words(
        title="Waar stemt u?",
        line="Zoek uw straat: ernaast staan het nummer van uw stembureau en waar u het vindt",
        frozen="VASTGESTELD",
        draft="ONTWERP",
        watermark="ONTWERP",
        street="Straat",
        postcode="Postcode",
        which="Huisnummers",
        station="Bureau",
        place="Waar",
        stations="stembureaus",
        made="toestand van",
        page_of="pagina {page} van",
        continued="vervolg",
    ),
    "fr": Words(
        title="Où votez-vous ?",
        line="Cherchez votre rue : à côté figurent le numéro de votre bureau de vote et son adresse",
        frozen="ARRÊTÉ",
        draft="PROJET",
        watermark="PROJET",
        street="Rue",
        postcode="Code postal",
        which="Numéros",
        station="Bureau",
        place="Où",
        stations="bureaux de vote",
        made="situation au",
        page_of="page {page} sur",
        continued="suite",
    ),
}


def write(path: Path, data: StreetNoticeData, *, language: Language = "nl") -> Written:
    """Write the notice as PDF. Raises ``documents.stream.values.RecordRefusedError``."""
    paper = list_stationery(f"{WORDS[language].title} {data.municipality}", language=language, author=data.municipality)
    return write_lists(path, paper, ListComposer(columns(data, language=language)), [printed(data, language=language)])


def printed(data: StreetNoticeData, *, language: Language = "nl") -> PrintedList:
    """What is printed."""
    return PrintedList(WORDS[language].title, _head(data, WORDS[language], language), _lines(data, language), by_heading=True)


def columns(data: StreetNoticeData, *, language: Language = "nl") -> list[Column]:
    """Columns in mm."""
    words = WORDS[language]
    code = [Column(words.postcode, 61.5, 13)] if data.several_postcodes else []
    spare = 0 if code else 14.5
    return [
        Column(words.street, 15.6, 45 + spare, strong=True),
        *code,
        Column(words.which, 76, 34),
        Column(words.station, 111.5, 12, "center", strong=True),
        Column(words.place, 126, 69.5),
    ]


def _head(data: StreetNoticeData, words: Words, language: Language) -> Head:
    first = f"{long_date(data.election_day, language)} · {data.stations} {words.stations}"
    return Head(
        title=words.title,
        place=data.municipality,
        lines=(first[0].upper() + first[1:], words.line),
        stamp=words.frozen if data.draft is None else f"{words.draft} {data.draft}",
        solid_stamp=data.draft is None,
        watermark="" if data.draft is None else words.watermark,
        foot=f"{words.title} · {data.municipality} · {words.made} {medium_date(data.made_on, language)}",
        legend="",
        page_of=words.page_of,
        continued=words.continued,
        language=language,
        author=data.municipality,
    )


def _lines(data: StreetNoticeData, language: Language) -> Iterator[Row | Heading]:
    """A heading a letter. The name stands on every line: a page may begin in the middle of a street."""
    letter = ""
    for line in data.lines:
        initial = _initial(line.what.street)
        if initial != letter:
            letter = initial
            yield Heading(letter)
        code = (line.what.postcode,) if data.several_postcodes else ()
        which = ", ".join(part for part in (numbers(line.what, STREET_WORDS[language]), line.names) if part)
        yield (line.what.street, *code, which, str(line.station), line.place)


def _initial(street: str) -> str:
    """``É`` stands under E; what begins with no letter under #."""
    first = unicodedata.normalize("NFD", street.strip())[:1].upper()
    return first if first.isalpha() else "#"
