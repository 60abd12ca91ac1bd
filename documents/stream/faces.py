"""The static Latin set: two faces of Source Sans 3, each in two fonts of one byte a letter.

Nothing is looked up in the data first: the fonts hold every letter of ``documents.characters``. The codes of ``( ) \\``,
CR, LF and NUL stay free, so that a string in the page never needs escaping. The first font holds what nearly every
name is written with; a letter of the second changes the font inside the string.
"""

import codecs
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from documents.characters import RANGES
from documents.engine.fonts import FOLDER, REGULAR, SEMIBOLD, clean
from documents.stream.kerning import Pairs

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FACES = (REGULAR, SEMIBOLD)
FORBIDDEN = frozenset(b"\0\n\r()\\")
CODES = [code for code in range(1, 256) if code not in FORBIDDEN]
ALSO = "…€•→☐"
"""Characters of forms and lists that no name has."""
COMMON = (
    "()\\’–€"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğİıŁłŃńŇňŐőŒœŘřŚśŞşŠšŤťŮůŰűŹźŻżŽžȘșȚț"
)  # fmt: skip
"""Beside Latin-1, in the first font: typography, and the languages of Belgium's voters."""


def _layout() -> tuple[dict[str, int], dict[str, int]]:
    """The codes of both fonts: letters of ASCII and Latin-1 keep their own, the others take what is free."""
    letters = [chr(code) for low, high in RANGES for code in range(low, high + 1)] + list(ALSO)
    first = {letter: ord(letter) for letter in letters if ord(letter) < 256 and ord(letter) not in FORBIDDEN}
    free = iter([code for code in CODES if code not in first.values()])
    first |= {letter: next(free) for letter in COMMON}
    rest = [letter for letter in letters if letter not in first]
    return first, dict(zip(rest, CODES[: len(rest)], strict=True))


LETTERS = _layout()
"""Code by letter, of the first and of the second font."""
_TABLE = codecs.charmap_build("".join({code: letter for letter, code in LETTERS[0].items()}.get(code, "\ufffe") for code in range(256)))


def encode_common(text: str) -> bytes:
    """The codes of a text in the first font. Raises ``UnicodeEncodeError`` when a letter is not in it."""
    return codecs.charmap_encode(text, "strict", _TABLE)[0]


def outside(text: str) -> str:
    """The characters that neither font has, each once, in order."""
    return "".join(dict.fromkeys(c for c in clean(text) if c not in LETTERS[0] and c not in LETTERS[1]))


def resource(face: str, subset: int) -> str:
    """The name of a font in the resources of a page: ``R0``, ``R1``, ``S0``, ``S1``."""
    return f"{'S' if face == SEMIBOLD else 'R'}{subset}"


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font as it is embedded: the program and what its dictionaries say."""

    tag: str
    program: bytes
    widths: tuple[int, ...]
    letters: dict[str, int]
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]
    weight: int


class Face:
    """One face: advances in thousandths, pairs that move together, and its two embedded fonts."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def source(self) -> "TTFont":
        """The whole font, as it came."""
        from fontTools.ttLib import TTFont

        return TTFont(FOLDER / f"{self.name}.ttf", lazy=True, recalcTimestamp=False)

    @cached_property
    def glyphs(self) -> dict[str, str]:
        """The glyph of every letter of the set."""
        found: dict[int, str] = self.source.getBestCmap()
        return {letter: found[ord(letter)] for codes in LETTERS for letter in codes}

    @cached_property
    def widths(self) -> dict[str, int]:
        """The advance of every letter of the set, in thousandths of the size."""
        advances = self.source["hmtx"].metrics
        return {letter: advances[glyph][0] for letter, glyph in self.glyphs.items()}

    @cached_property
    def widest(self) -> int:
        """The advance that no letter exceeds."""
        return max(self.widths.values())

    @cached_property
    def pairs(self) -> Pairs:
        """By how much the second letter of a pair is moved."""
        return Pairs(self.source, self.glyphs)

    def font_file(self, subset: int) -> FontFile:
        """Cut the font of one subset: the same bytes every time, no hinting, no names."""
        letters = LETTERS[subset]
        head, metrics, line = self.source["head"], self.source["OS/2"], self.source["hhea"]
        widths = {code: self.widths[letter] for letter, code in letters.items()}
        return FontFile(
            tag=f"ELECT{'AB'[subset]}+{self.name}",
            program=_program(self.name, subset),
            widths=tuple(widths.get(code, 0) for code in range(1, max(widths) + 1)),
            letters=letters,
            ascent=line.ascent,
            descent=line.descent,
            cap_height=metrics.sCapHeight,
            box=(head.xMin, head.yMin, head.xMax, head.yMax),
            weight=metrics.usWeightClass,
        )


@cache
def face(name: str) -> Face:
    """The face, loaded once a process."""
    if name not in FACES:
        raise KeyError(name)
    return Face(name)


@cache
def _program(name: str, subset: int) -> bytes:
    from io import BytesIO

    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(FOLDER / f"{name}.ttf", recalcTimestamp=False)
    options = Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True, recalc_timestamp=False, legacy_kern=False)
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "OS/2", "gasp", "name", "post"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(letter) for letter in LETTERS[subset]])
    subsetter.subset(font)
    font["cmap"].tables = [_symbols(font.getBestCmap(), subset)]
    font["head"].modified = font["head"].created
    stream = BytesIO()
    font.save(stream, reorderTables=True)
    return stream.getvalue()


def _symbols(cmap: dict[int, str], subset: int) -> Any:
    """The code table of a symbolic TrueType font: code n at U+F0nn (ISO 32000-1, 9.6.6.4)."""
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language = 3, 0, 0
    table.cmap = {0xF000 + code: cmap[ord(letter)] for letter, code in LETTERS[subset].items()}
    return table
