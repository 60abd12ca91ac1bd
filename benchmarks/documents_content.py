"""What every contender of ``benchmarks.documents`` prints: the same card and the same list, made-up voters from a fixed seed."""

import random
import zlib
from collections.abc import Iterator, Sequence
from struct import pack
from typing import NamedTuple

SEED = 2030
STATION = 1000
"""Voters of a polling station."""
TOKENS = r"\b[0-9A-Z]{4}-[0-9]{6}\b"
QR_START, QR_LENGTH = "HTTPS://K.HALLE.BE/", 28
ELECTION = "zondag 13 oktober 2024"
REGULAR, STRONG = "regular", "strong"
LAW = (
    "Te kiezen: de leden van de gemeenteraad. De stemming begint om acht uur en eindigt om dertien uur. Wie dan nog in het lokaal of in de rij staat, mag",
    "stemmen. Breng deze brief en uw identiteitskaart mee. Wie zijn kaart niet bij zich heeft, kan niet worden toegelaten, behalve met een ander geldig bewijs.",
    "Kunt u niet zelf komen wegens ziekte, werk, studie, reis of geloof, dan kunt u een andere kiezer een volmacht geven op het formulier van de gemeente.",
    "Vous votez pour les membres du conseil communal. Le vote commence à huit heures et se termine à treize heures. Apportez cette lettre et votre carte.",
    "Si vous ne pouvez pas venir vous-même, pour maladie, travail, études, voyage ou religion, vous pouvez donner procuration à un autre électeur de votre choix.",
)
"""Five lines of some 150 letters, printed five times: the room that the law takes."""


class Text(NamedTuple):
    """A text at its place: mm from the left and from the top to the baseline."""

    x: float
    y: float
    face: str
    size: float
    text: str


class Voter(NamedTuple):
    """What changes on each card."""

    number: int
    name: str
    street: str
    place: str
    token: str
    qr: str
    born: str
    mark: str


FIXED = (
    Text(50, 21, STRONG, 17, "Oproepingsbrief · Lettre de convocation"),
    Text(50, 28, REGULAR, 11, f"Gemeenteraadsverkiezingen van {ELECTION}"),
    Text(50, 33, REGULAR, 9, "Stad Halle · Dienst Verkiezingen · Oudstrijdersplein 18 · 1500 Halle"),
    Text(20, 108, STRONG, 10, "Uw stembureau · Votre bureau de vote"),
    Text(20, 138, REGULAR, 9, "Nummer op de kiezerslijst"),
    Text(85, 138, REGULAR, 9, "Kenmerk"),
    *(Text(20, 160 + 4.4 * line, REGULAR, 7, LAW[line % 5]) for line in range(25)),
)
SLOTS = {
    "name": (110, 58, 80, STRONG, 11),
    "street": (110, 63, 80, REGULAR, 11),
    "place": (110, 68, 80, REGULAR, 11),
    "number": (60, 138, 22, STRONG, 9),
    "token": (100, 138, 40, STRONG, 9),
}
"""Left, baseline and room in mm, face, size."""
STATION_LINES = ((20, 114, STRONG, 12), (20, 119, REGULAR, 10), (20, 124, REGULAR, 10), (20, 129, REGULAR, 10))
QR_BOX = (155, 105, 30)
ARMS_BOX = (20, 12, 22)
RULES = ((20, 102, 190), (20, 152, 190))


def _words(text: str) -> list[str]:
    return text.split()


STEMS = _words("Jan Peet Maes Wout Claes Goos Wille Merte Smet Ver Dub Lam Hend Ros Vander Michi Sege Thijs Bog Cool Desm Font Gys Hoe Lem")
ENDS = _words("ssens ers man kens mans s lin tens aert ier ens veld hoek borre daele straeten meersch elle y oot acker eren icq on")
BEFORE = ("", "", "", "", "Van ", "De ", "Van den ")
OTHERS = _words("Nguyễn Öztürk Güneş Kowalski Wójcik Ionescu Ștefănescu Nagy Szabó Novák Dvořák El-Amrani Ben Lefèvre Çelik Łukaszewicz")
GIVEN = _words(
    "Jan Piet Marie An Els Luc Dirk Wim Koen Sofie Lies Marc Patrick Anne-Marie Joëlle René Zoë Noémie Tom Eva Lotte Bram Mehmet Ioana "
    "Fatima Youssef Emma Louis Arthur Noah Olivia Jules Adam Mila Ella Liam Lucas Nora"
)
RARE = _words("Zsófia Jiří Ngọc Ayşe Łukasz Ștefan Đặng Şükrü Kateřina Bogumiła")
STREETS = _words("Dorp Kerk Molen Linden Berg Beuken Stations Nijvel Brussel Vogel Kapel Hoog Laag Zand Veld Bos Park School")
KINDS = _words("straat laan plein steenweg weg dreef hof berg veld pad")


def voters(count: int) -> Iterator[Voter]:
    """The voters, in the order of the list. One in twenty has a family name, and three in a hundred have given names, from further away."""
    draw = random.Random(SEED)
    for number in range(1, count + 1):
        family = draw.choice(OTHERS) if draw.random() < 0.05 else draw.choice(BEFORE) + draw.choice(STEMS) + draw.choice(ENDS)
        given = " ".join(draw.choices(GIVEN if draw.random() < 0.97 else RARE, k=draw.choice((1, 1, 2, 2, 3))))
        box = f" bus {draw.randint(1, 40)}" if draw.random() < 0.2 else ""
        yield Voter(
            number=number,
            name=f"{family} {given}",
            street=f"{draw.choice(STREETS)}{draw.choice(KINDS)} {draw.randint(1, 320)}{box}",
            place="1500 Halle" if draw.random() < 0.6 else "1501 Buizingen",
            token=f"{draw.randint(0, 9999):04d}-{number:06d}",
            qr=f"{QR_START}{draw.randint(0, 999):03d}{number:06d}",
            born=f"{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.{draw.randint(1930, 2006)}",
            mark="V" if draw.random() < 0.05 else "",
        )


LIST_ROWS = 48
"""Rows of a page of a list."""


def list_pages(people: Sequence[Voter]) -> list[Sequence[Voter]]:
    """The pages of the lists of all stations, for those who do not break pages themselves."""
    return [
        people[start : min(start + LIST_ROWS, first + STATION)]
        for first in range(0, len(people), STATION)
        for start in range(first, min(first + STATION, len(people)), LIST_ROWS)
    ]


def list_row(voter: Voter) -> tuple[str, str, str, str, str]:
    """The row of a voter on a list."""
    return str(voter.number), voter.name, voter.born, voter.street, voter.mark


def station_lines(index: int) -> tuple[str, str, str, str]:
    """The block of a polling station."""
    return (
        f"Stembureau {index + 1}",
        f"Basisschool {STREETS[index % len(STREETS)]}hof",
        f"Schoolstraat {index + 1}, 1500 Halle",
        "Open van 8 tot 13 uur",
    )


def arms() -> bytes:
    """A coat of arms as PNG, 96 by 96: a chequered shield."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(96) for value in ((200, 30, 40) if (x // 12 + y // 12) % 2 else (250, 210, 60)))
        for y in range(96)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", pack(">IIBBBBB", 96, 96, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def html(*, slots: str) -> str:
    """The card in HTML, every text at its place; ``slots`` is what changes."""
    texts = "".join(placed(text.x, text.y, text.face, text.size, text.text) for text in FIXED)
    rules = "".join(f'<div style="left:{x}mm;top:{y}mm;width:{end - x}mm;border-top:0.5pt solid #000"></div>' for x, y, end in RULES)
    x, y, side = ARMS_BOX
    return f'<img src="picture:arms" alt="" style="left:{x}mm;top:{y}mm;width:{side}mm;height:{side}mm">{rules}{texts}{slots}'


CSS = "@page { size: A4; margin: 0 } div, img { position: absolute; white-space: nowrap } section { position: relative; height: 297mm; break-after: page }"
MM = 72 / 25.4
BASELINE = (1 + 1 - 0.326) / 2
"""From the top of a line as high as its size to the baseline, as a part of the size: the face goes 1 up and 0.326 down."""


def placed(x: float, y: float, face: str, size: float, text: str, attributes: str = "", width: float = 0) -> str:
    """A text whose baseline is at ``y``."""
    top, weight = y - size * BASELINE / MM, 600 if face == STRONG else 400
    wide = f"width:{width}mm;" if width else ""
    return f"<div {attributes} style=\"left:{x}mm;top:{top:.3f}mm;{wide}font:{weight} {size}pt/{size}pt 'Source Sans 3'\">{text}</div>"
