"""The static Latin set: two faces of Source Sans 3, each in two fonts of one byte a letter.

Nothing is looked up in the data first: the fonts hold every letter of ``documents.characters``. The codes of ``( ) \\``,
CR, LF and NUL stay free, so that a string in the page never needs escaping. The first font holds what nearly every
name is written with; a letter of the second changes the font inside the string.
"""

import codecs
import json
from functools import cache, cached_property

from documents.characters import RANGES
from documents.engine.fonts import FOLDER, REGULAR, SEMIBOLD

LATIN = FOLDER / "latin"
"""The cut fonts and their measures, as ``documents.stream.cut`` wrote them."""
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


def encode_common(text: str) -> bytes:
    """The codes of a text in the first font; ASCII with its operators stays as it is. Raises ``UnicodeEncodeError``.

    Letters of Latin-1 have their own codes, so that most of the text is only copied. The text must be ``str.isprintable``: the codes of
    controls and special spaces are those of other letters.
    """
    return text.encode("latin-1", _HANDLER)


_HANDLER = "electionadmin-latin"
_BEYOND = {letter: bytes((code,)) for letter, code in LETTERS[0].items() if ord(letter) > 255}


def _beyond_latin_1(error: UnicodeError) -> tuple[bytes, int]:
    """The codes of the letters at which the encoder stopped."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    try:
        return b"".join([_BEYOND[letter] for letter in error.object[error.start : error.end]]), error.end
    except KeyError:
        raise error from None


codecs.register_error(_HANDLER, _beyond_latin_1)


def kept(name: str) -> str:
    """How the files of a face are called: a cut font may not bear the name that its licence reserves."""
    return name.removeprefix("SourceSans3-").lower()


def resource(face: str, subset: int) -> str:
    """The name of a font in the resources of a page: ``R0``, ``R1``, ``S0``, ``S1``."""
    return f"{'S' if face == SEMIBOLD else 'R'}{subset}"


class Face:
    """One face: advances in thousandths of the size, pairs that move together, and its two embedded fonts."""

    def __init__(self, name: str) -> None:
        self.name = name
        measures = json.loads((LATIN / f"{kept(name)}.json").read_text(encoding="utf-8"))
        self.widths: dict[str, int] = measures["widths"]
        self.ascent, self.descent, self.cap_height = measures["ascent"], measures["descent"], measures["cap_height"]
        self.box: list[int] = measures["box"]
        self._kerning = measures["kerning"]

    @cached_property
    def widest(self) -> int:
        """The advance that no letter exceeds."""
        return max(self.widths.values())

    @cached_property
    def pairs(self) -> dict[str, int]:
        """By how much the second of two letters of the same font is moved; pairs that stay are not in it."""
        return {
            left + right: moved
            for kerning in self._kerning
            for lefts, row in zip(kerning["left"], kerning["rows"], strict=True)
            for rights, moved in zip(kerning["right"], row, strict=True)
            if moved
            for left in lefts
            for right in rights
        }

    def tag(self, subset: int) -> str:
        """The name of the embedded font: six fixed letters and the face."""
        return f"ELECT{'AB'[subset]}+{self.name}"

    def program(self, subset: int) -> bytes:
        """The font as it is embedded."""
        return (LATIN / f"{kept(self.name)}-{subset}.ttf").read_bytes()

    def advances(self, subset: int) -> list[int]:
        """The advances of the codes from 1 on."""
        letters = {code: letter for letter, code in LETTERS[subset].items()}
        return [self.widths[letters[code]] if code in letters else 0 for code in range(1, max(letters) + 1)]


@cache
def face(name: str) -> Face:
    """The face, loaded once a process."""
    if name not in FACES:
        raise KeyError(name)
    return Face(name)
