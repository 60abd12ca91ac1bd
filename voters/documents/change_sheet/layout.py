"""*Wijzigingsblad*: what changed on the list between two moments, by station, for the presidents. Data and language in, bytes out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents.stream.list_file import PrintedList, Written, write_lists
from documents.stream.lists import Column, Head, Heading, ListComposer, Row, list_stationery
from voters.documents.change_sheet.data import ChangeLine, ChangeSheetData, Language
from voters.documents.voters_list.layout import long_date, medium_date
from voters.rules.birth_dates import registered_date

VERSION = "change_sheet/2"


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of the sheet in one language."""

    title: str
    between: str
    stamp: str
    number: str
    change: str
    name: str
    born: str
    address: str
    station: str
    no_station: str
    nothing: str
    box: str
    page_of: str
    continued: str
    changes: dict[str, str]
    reasons: dict[str, str]


WORDS: dict[Language, Words] = {
    "nl": Words(
        title="Wijzigingsblad",
        between="Wijzigingen op de kiezerslijst na {since}, tot en met {until}",
        stamp="NA DE LIJSTDATUM",
        number="Nr.",
        change="Wijziging",
        name="Naam en voornamen",
        born="Geboren",
        address="Adres, of reden",
        station="Stembureau",
        no_station="Zonder stembureau",
        nothing="Er is niets gewijzigd.",
        box="bus",
        page_of="pagina {page} van",
        continued="vervolg",
        changes={
            "added": "toegevoegd",
            "struck": "geschrapt",
            "corrected": "verbeterd",
            "new_address": "ander verzendadres",
            "no_address": "geen verzendadres",
        },
        reasons={
            "deceased": "overleden",
            "struck_off": "ambtshalve afgevoerd",
            "right_lost": "kiesrecht verloren",
            "struck_by_decision": "geschrapt bij beslissing",
            "to_trace": "vertrokken, nieuw adres onbekend",
            "no_address": "zonder adres",
        },
    ),
    "fr": Words(
        title="Feuille de modifications",
        between="Modifications de la liste des électeurs après le {since}, jusqu’au {until}",
        stamp="APRÈS LA DATE DE LA LISTE",
        number="N°",
        change="Modification",
        name="Nom et prénoms",
        born="Né(e) le",
        address="Adresse, ou motif",
        station="Bureau de vote",
        no_station="Sans bureau de vote",
        nothing="Rien n’a été modifié.",
        box="boîte",
        page_of="page {page} sur",
        continued="suite",
        changes={
            "added": "ajouté",
            "struck": "rayé",
            "corrected": "corrigé",
            "new_address": "autre adresse d’envoi",
            "no_address": "pas d’adresse d’envoi",
        },
        reasons={
            "deceased": "décédé",
            "struck_off": "radié d’office",
            "right_lost": "droit de vote perdu",
            "struck_by_decision": "rayé par décision",
            "to_trace": "parti, nouvelle adresse inconnue",
            "no_address": "sans adresse",
        },
    ),
}
COLUMNS = ((15.6, 12.0), (30, 33), (64.5, 58), (124, 17), (143, 52.5))
"""Left edge and width in mm: number, change, name, born, address."""


def write(path: Path, data: ChangeSheetData, *, language: Language = "nl") -> Written:
    """Write the sheet as PDF. Raises ``documents.stream.values.RecordRefusedError``."""
    paper = list_stationery(f"{WORDS[language].title} {data.municipality}", language=language, author=data.municipality)
    return write_lists(path, paper, ListComposer(columns(language=language)), [printed(data, language=language)])


def printed(data: ChangeSheetData, *, language: Language = "nl") -> PrintedList:
    """What is printed."""
    words = WORDS[language]
    return PrintedList(words.title, _head(data, words, language), _lines(data, words))


def columns(*, language: Language = "nl") -> list[Column]:
    """Columns in mm."""
    words = WORDS[language]
    titles = (words.number, words.change, words.name, words.born, words.address)
    return [
        Column(title, x, wide, "right" if place == 0 else "left", strong=place == 2)
        for place, (title, (x, wide)) in enumerate(zip(titles, COLUMNS, strict=True))
    ]


def _head(data: ChangeSheetData, words: Words, language: Language) -> Head:
    day = long_date(data.election_day, language)
    between = words.between.format(since=_moment(data.since, language), until=_moment(data.until, language))
    return Head(
        title=words.title,
        place=data.municipality,
        lines=(day[0].upper() + day[1:], between),
        stamp=words.stamp,
        solid_stamp=True,
        watermark="",
        foot=f"{words.title} · {data.municipality} · {_moment(data.until, language)}",
        legend="",
        page_of=words.page_of,
        continued=words.continued,
        language=language,
        author=data.municipality,
    )


def _moment(moment: datetime, language: Language) -> str:
    hour = f"{moment.hour}.{moment.minute:02} u." if language == "nl" else f"{moment.hour} h {moment.minute:02}"
    return f"{medium_date(moment.date(), language)}, {hour}"


def _lines(data: ChangeSheetData, words: Words) -> Iterator[Row | Heading]:
    """A station begins on a page of its own: each president gets theirs."""
    station: int | None = None
    begun = False
    for line in data.lines:
        if not begun or line.station != station:
            station = line.station
            title = words.no_station if station is None else f"{words.station} {station}"
            yield Heading(title, data.stations.get(station or 0, ""), new_page=begun)
            begun = True
        yield _row(line, words)
    if not begun:
        yield ("", "", words.nothing, "", "")


def _row(line: ChangeLine, words: Words) -> Row:
    name = f"{line.last_name}, {line.first_names}" if line.first_names else line.last_name
    box = f" {words.box} {line.box_number}" if line.box_number else ""
    parts = (
        f"{line.street_name} {line.house_number}{box}".strip(),
        f"{line.postcode} {line.place}".strip(),
        line.country_name or line.country,
    )
    place = ", ".join(part for part in parts if part)
    told = words.reasons[line.reason] if line.reason and line.change in {"struck", "no_address"} else place
    return (str(line.list_number), words.changes[line.change], name, registered_date(line.birth_date), told)
