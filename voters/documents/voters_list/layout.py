"""The voters list on paper: A4, 48 voters a page, by name or by street. Data and language in, bytes out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from documents.stream.list_file import PrintedList, Written, write_lists
from documents.stream.lists import Column, Head, Heading, ListComposer, Row, list_stationery
from voters.documents.voters_list.data import Language, ListHead, VoterLine, VotersListData
from voters.rules.birth_dates import registered_date

VERSION = "voters_list/2"
"""Stored with each file issued: rises whenever the same data would give other bytes."""

MONTHS = {
    "nl": ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
}
DAYS = {
    "nl": ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of the list in one language."""

    title: str
    final: str
    trial: str
    number: str
    name: str
    born: str
    address: str
    house: str
    votes_for: str
    box: str
    list_date: str
    voters: str
    by_name: str
    by_number: str
    by_street: str
    by_station: str
    station: str
    station_short: str
    established: str
    made: str
    page_of: str
    continued: str
    no_street: str
    legend_v: str
    legend_minor: str
    selection: str
    fingerprint: str
    ballots: dict[str, tuple[str, str]]


WORDS: dict[Language, Words] = {
    "nl": Words(
        title="Kiezerslijst",
        final="DEFINITIEF",
        trial="PROEF",
        number="Nr.",
        name="Naam en voornamen",
        born="Geboren",
        address="Hoofdverblijfplaats",
        house="Nr. bus",
        votes_for="Stemt voor",
        box="bus",
        list_date="lijstdatum",
        voters="kiezers",
        by_name="op naam",
        by_number="op nummer",
        by_street="per straat",
        by_station="per stembureau",
        station="Stembureau",
        station_short="Bureau",
        established="vastgesteld op",
        made="gemaakt op",
        page_of="pagina {page} van",
        continued="vervolg",
        no_street="Zonder straat",
        legend_v="V = niet-Belg",
        legend_minor="16+ = 16 of 17 jaar op de dag van de stemming",
        selection="Selectie",
        fingerprint="controlegetal",
        ballots={
            "chamber": ("Ka", "Kamer"),
            "flemish": ("VP", "Vlaams Parlement"),
            "european": ("EP", "Europees Parlement"),
            "municipal": ("Ge", "gemeenteraad"),
            "district": ("Di", "districtsraad"),
            "provincial": ("Pr", "provincieraad"),
            "ocmw": ("MW", "raad voor maatschappelijk welzijn"),
        },
    ),
    "fr": Words(
        title="Liste des électeurs",
        final="DÉFINITIVE",
        trial="ESSAI",
        number="N°",
        name="Nom et prénoms",
        born="Né(e) le",
        address="Résidence principale",
        house="N° boîte",
        votes_for="Vote pour",
        box="boîte",
        list_date="date de la liste",
        voters="électeurs",
        by_name="par nom",
        by_number="par numéro",
        by_street="par rue",
        by_station="par bureau de vote",
        station="Bureau de vote",
        station_short="Bureau",
        established="arrêtée le",
        made="faite le",
        page_of="page {page} sur",
        continued="suite",
        no_street="Sans rue",
        legend_v="V = non-Belge",
        legend_minor="16+ = 16 ou 17 ans le jour du vote",
        selection="Sélection",
        fingerprint="empreinte",
        ballots={
            "chamber": ("Ch", "Chambre"),
            "flemish": ("PF", "Parlement flamand"),
            "european": ("PE", "Parlement européen"),
            "municipal": ("Co", "conseil communal"),
            "district": ("DU", "conseil de district"),
            "provincial": ("Pr", "conseil provincial"),
            "ocmw": ("AS", "conseil de l’action sociale"),
        },
    ),
}


def write(path: Path, data: VotersListData, *, language: Language = "nl") -> Written:
    """Write the list as PDF. Raises ``documents.stream.values.RecordRefusedError``."""
    place = data.head.municipality
    paper = list_stationery(f"{WORDS[language].title} {place}", language=language, author=place)
    return write_lists(path, paper, ListComposer(columns(data, language=language)), lists(data, language=language))


def lists(data: VotersListData, *, language: Language = "nl") -> Iterator[PrintedList]:
    """What is printed: the list as a whole, or by station one after the other, each with its own head and pages."""
    words = WORDS[language]
    if data.head.order != "station":
        head, by_street = _head(data.head, data, words, language), data.head.order == "street"
        yield PrintedList(data.head.municipality, head, _lines(data, data.lines, words), by_heading=by_street)
        return
    for station, lines in groupby(data.lines, key=lambda line: line.station):
        found = list(lines)
        where = f"{station} · {data.stations.get(station or 0, '')}"
        head = _head(replace(data.head, station=where, voters=len(found)), data, words, language)
        yield PrintedList(f"{words.station} {where}", head, _lines(data, found, words))


def medium_date(day: date, language: Language) -> str:
    """``13 oktober 2024``; French counts the first of the month."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {MONTHS[language][day.month - 1]} {day.year}"


def long_date(day: date, language: Language) -> str:
    """``zondag 13 oktober 2024``."""
    return f"{DAYS[language][day.weekday()]} {medium_date(day, language)}"


def _says_station(data: VotersListData) -> bool:
    """Whether each line says where its voter votes: not where a heading or the head says it for all."""
    return bool(data.stations) and not data.head.station and data.head.order != "station"


def columns(data: VotersListData, *, language: Language = "nl") -> list[Column]:
    """Columns in mm, the number first: it names a row. What the ballots and the station need comes off the name and the address."""
    words, by_street = WORDS[language], data.head.order == "street"
    differ, station = data.ballots_differ, _says_station(data)
    ballots = [Column(words.votes_for, 178.5, 17.5)] if differ else []
    spare = 0.0 if differ else 18.5
    if station:
        # At the right edge, or before the ballots.
        edge = 178.5 + spare - 12.5
        ballots = [Column(words.station_short, edge, 10.5, "right", strong=True), *ballots]
        spare -= 12.5
    if by_street:
        return [
            Column(words.number, 163.6 + spare, 13, "right"),
            Column(words.house, 15.6, 22, strong=True),
            Column(words.name, 39.6, 91 + spare),
            Column(words.born, 132.6 + spare, 18.5, "right"),
            Column("", 152.6 + spare, 10, "center", strong=True),
            *ballots,
        ]
    return [
        Column(words.number, 14, 12, "right"),
        Column(words.name, 28.5, 62 + spare / 2),
        Column(words.born, 91.5 + spare / 2, 17.5, "right"),
        Column(words.address, 111.5 + spare / 2, 55 + spare / 2),
        Column("", 167.5 + spare, 9.5, "center", strong=True),
        *ballots,
    ]


def _head(head: ListHead, data: VotersListData, words: Words, language: Language) -> Head:
    by_number = words.by_name if head.numbered_by_name else words.by_number
    order = {"number": by_number, "name": words.by_name, "street": words.by_street, "station": words.by_station}[head.order]
    names = ", ".join(words.ballots[code][1] for code in head.ballots)
    first = f"{long_date(head.election_day, language)} · {names}"
    second = f"{words.list_date} {medium_date(head.list_date, language)} · {_grouped(head.voters)} {words.voters} · {order}"
    if head.selection:
        second += f" · {words.selection}: {head.selection}"
    made = words.established if head.final else words.made
    foot = f"{words.title} {head.municipality} · {made} {medium_date(head.made_on, language)} · {words.fingerprint} {head.sha256[:16]}"
    short = ", ".join(f"{words.ballots[code][0]} = {words.ballots[code][1]}" for code in head.ballots)
    legend = " · ".join([words.legend_v, words.legend_minor, *([short] if data.ballots_differ else [])])
    return Head(
        title=words.title,
        place=head.municipality,
        lines=(
            first[0].upper() + first[1:],
            *([f"{words.station} {head.station}"] if head.station else []),
            second[0].upper() + second[1:],
        ),
        stamp=words.final if head.final else f"{words.trial} {head.number}",
        solid_stamp=head.final,
        watermark="" if head.final else words.trial,
        foot=foot,
        legend=legend,
        page_of=words.page_of,
        continued=words.continued,
        language=language,
        author=head.municipality,
    )


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _lines(data: VotersListData, lines: Iterable[VoterLine], words: Words) -> Iterator[Row | Heading]:
    by_street, differ = data.head.order == "street", data.ballots_differ
    short = {code: words.ballots[code][0] for code in words.ballots}
    street: tuple[str, str] | None = None
    says_station = _says_station(data)
    for line in lines:
        if by_street and (line.postcode, line.heading) != street:
            street = (line.postcode, line.heading)
            yield Heading(line.heading or words.no_street, line.postcode)
        ballots = (" ".join(short[code] for code in line.ballots),) if differ else ()
        where = (str(line.station or ""),) if says_station else ()
        yield (*_cells(line, words, by_street=by_street), *where, *ballots)


def _cells(line: VoterLine, words: Words, *, by_street: bool) -> tuple[str, ...]:
    name = f"{line.last_name}, {line.first_names}" if line.first_names else line.last_name
    house = f"{line.house_number} {words.box} {line.box_number}" if line.box_number else line.house_number
    mark = " ".join(part for part in (line.mark, "16+" if line.minor else "") if part)
    born = registered_date(line.birth_date)
    if by_street:
        return (str(line.list_number), house, name, born, mark)
    address = " ".join(part for part in (line.street_name, house) if part)
    return (str(line.list_number), name, born, f"{address}, {line.postcode}" if line.postcode else address, mark)


__all__ = ["VERSION", "ListHead", "columns", "lists", "long_date", "medium_date", "write"]
