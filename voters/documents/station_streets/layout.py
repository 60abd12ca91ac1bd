"""*Straten van het stembureau*: one paper a station, with its map, to hang at the door or to keep. Data and language in, bytes out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from documents.engine.pages import write_page
from voters.documents.station_streets.data import Language, StationPaper, StationStreetsData, StreetLine
from voters.documents.voters_list.layout import long_date, medium_date

VERSION = "station_streets/1"
FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Words:
    """The words that depend on the data, in one language."""

    station: str
    all_numbers: str
    all_even: str
    all_odd: str
    even: str
    odd: str
    number: str
    numbers: str
    no_number: str
    voter: str
    voters: str
    accessible: str
    not_accessible: str
    electronic: str
    district: str
    entrance: str
    draft: str
    elsewhere: str
    part: str
    households: str
    none: str
    street: str
    which: str


WORDS: dict[Language, Words] = {
    "nl": Words(
        station="Stembureau",
        all_numbers="alle nummers",
        all_even="alle even nummers",
        all_odd="alle oneven nummers",
        even="even",
        odd="oneven",
        number="nr. {number}",
        numbers="{first}–{last} {side}",
        no_number="zonder nummer",
        voter="kiezer",
        voters="kiezers",
        accessible="toegankelijk voor rolstoelgebruikers",
        not_accessible="niet toegankelijk voor rolstoelgebruikers",
        electronic="elektronisch stemmen",
        district="kieswijk",
        entrance="Ingang",
        draft="ONTWERP {number}: nog niet vastgesteld",
        elsewhere="zonder gekend adres",
        part="{numbers} (een deel)",
        households="Gezinnen van {names}",
        none="In dit stembureau stemt nog niemand.",
        street="Straat",
        which="Huisnummers",
    ),
    "fr": Words(
        station="Bureau de vote",
        all_numbers="tous les numéros",
        all_even="tous les numéros pairs",
        all_odd="tous les numéros impairs",
        even="pairs",
        odd="impairs",
        number="n° {number}",
        numbers="{first}–{last} {side}",
        no_number="sans numéro",
        voter="électeur",
        voters="électeurs",
        accessible="accessible aux personnes en fauteuil roulant",
        not_accessible="non accessible aux personnes en fauteuil roulant",
        electronic="vote électronique",
        district="quartier électoral",
        entrance="Entrée",
        draft="PROJET {number} : pas encore arrêté",
        elsewhere="sans adresse connue",
        part="{numbers} (en partie)",
        households="Ménages de {names}",
        none="Personne ne vote encore dans ce bureau.",
        street="Rue",
        which="Numéros",
    ),
}


def write(data: StationStreetsData, *, language: Language = "nl") -> bytes:
    """Return the papers as one PDF. Raises ``documents.engine.fonts.GlyphMissingError``."""
    words = WORDS[language]
    template = Template((FOLDER / f"template.{language}.html").read_text(encoding="utf-8"))
    values = {
        "municipality": data.municipality,
        "election_day": long_date(data.election_day, language),
        "made_on": medium_date(data.made_on, language),
        "draft": words.draft.format(number=data.draft) if data.draft is not None else "",
    }
    papers = "".join(_paper(paper, data, words) for paper in data.stations)
    html = template.substitute({name: escape(value) for name, value in values.items()}, papers=papers)
    css = (FOLDER / "print.css").read_text(encoding="utf-8")
    pictures = {f"station-{paper.number}": paper.picture for paper in data.stations if paper.picture}
    identifier = hashlib.sha256("".join([VERSION, language, html, *pictures.values()]).encode()).digest()[:16]
    text = " ".join([*values.values(), *(piece for paper in data.stations for piece in _texts(paper))])
    return write_page(html=html, css=css, text=text, identifier=identifier, pictures=pictures)


def numbers(line: StreetLine, words: Words) -> str:
    """Which house numbers, as people say it."""
    if line.first is None or line.last is None:
        return {"all": words.all_numbers, "even": words.all_even, "odd": words.all_odd}[line.side]
    if line.first == line.last:
        text = words.number.format(number=line.first) if line.first else words.no_number
        return words.part.format(numbers=text) if line.shared else text
    return words.numbers.format(first=line.first, last=line.last, side=words.odd if line.side == "odd" else words.even)


def _texts(paper: StationPaper) -> Sequence[str]:
    own = (paper.name, paper.building, paper.address, paper.room, paper.entrance, paper.district, paper.names)
    return [*own, *(line.street for line in paper.lines)]


def _paper(paper: StationPaper, data: StationStreetsData, words: Words) -> str:
    """A name that only repeats the number makes way for that of the building."""
    repeats = paper.name.casefold() in {"", str(paper.number), f"{words.station} {paper.number}".casefold()}
    title = paper.building if repeats else paper.name
    where = [paper.address] if repeats else [paper.building, paper.address]
    signs = [words.accessible if paper.accessible else words.not_accessible, *([words.electronic] if paper.electronic else [])]
    lines = [
        f'<p class="kind">{words.station} {paper.number}</p><h1>{escape(title)}</h1>',
        f'<p class="where">{escape(" · ".join([", ".join(where), *([paper.room] if paper.room else [])]))}</p>',
        f"<p>{words.entrance}: {escape(paper.entrance)}</p>" if paper.entrance else "",
        f'<p class="names">{escape(words.households.format(names=paper.names))}</p>' if paper.names else "",
        f'<p class="signs">{words.district} {escape(paper.district)} · {" · ".join(signs)}</p>',
    ]
    count = f'<p class="count"><strong>{_grouped(paper.voters)}</strong> {words.voter if paper.voters == 1 else words.voters}</p>'
    draft = f'<p class="draft">{words.draft.format(number=data.draft)}</p>' if data.draft is not None else ""
    alt = escape(f"{words.station} {paper.number}: {', '.join(where)}")
    shape = "map tall" if paper.tall else "map"
    picture = f'<img class="{shape}" src="picture:station-{paper.number}" alt="{alt}">' if paper.picture else ""
    return (
        f'<section><header><p class="number"><span>{paper.number}</span></p><div class="what">{"".join(lines)}</div>{count if data.counts else ""}</header>'
        f"{draft}{picture}{_streets(paper, data, words)}</section>"
    )


def _streets(paper: StationPaper, data: StationStreetsData, words: Words) -> str:
    """Streets by name, each with its parts; the postcode only where there are several."""
    if not paper.lines and not paper.elsewhere:
        return f'<p class="none">{words.none}</p>'
    several = len({line.postcode for line in paper.lines}) > 1
    items, before = [], None
    for line in paper.lines:
        street = (line.street, line.postcode)
        code = f' <span class="code">{escape(line.postcode)}</span>' if several and street != before else ""
        name = f"{escape(line.street)}{code}" if street != before else ""
        items.append(_item(name, numbers(line, words), line.voters if data.counts else None, again=street == before))
        before = street
    if paper.elsewhere and data.counts:
        items.append(_item("", words.elsewhere, paper.elsewhere, again=False))
    head = f'<th scope="col">{words.street}</th><th scope="col" class="which">{words.which}</th>'
    count = f'<th scope="col" class="n">{words.voters.capitalize()}</th>' if data.counts else ""
    return f'<table class="streets"><thead><tr>{head}{count}</tr></thead><tbody>{"".join(items)}</tbody></table>'


def _item(name: str, which: str, voters: int | None, *, again: bool) -> str:
    count = f'<td class="n">{_grouped(voters)}</td>' if voters is not None else ""
    return f'<tr{" class=again" if again else ""}><th scope="row">{name}</th><td class="which">{escape(which)}</td>{count}</tr>'


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
