"""Writing any name in ISO-8859-1, the only characters that bpost's files hold."""

# ruff: noqa: RUF001 - letters that look like others are what this table is about

import re
import unicodedata
from dataclasses import dataclass

# Letters that are no letter of ISO-8859-1 with a mark: as they are written where the letter is not known.
_OTHER = {
    "Đ": "D",
    "đ": "d",
    "Ħ": "H",
    "ħ": "h",
    "ı": "i",
    "ȷ": "j",
    "ĸ": "k",
    "Ł": "L",
    "ł": "l",
    "ŉ": "'n",
    "Ŋ": "N",
    "ŋ": "n",
    "Œ": "OE",
    "œ": "oe",
    "Ŧ": "T",
    "ŧ": "t",
    "Ə": "E",
    "ə": "e",
    "ƒ": "f",
    "Ʒ": "Z",
    "Ǥ": "G",
    "ǥ": "g",
    "ẞ": "SS",
    "Ỻ": "LL",
    "ỻ": "ll",
    "Ỽ": "V",
    "ỽ": "v",
    "Ỿ": "Y",
    "ỿ": "y",
    "ẜ": "s",
    "ẝ": "s",
    "ẟ": "d",
    "ʻ": "'",
    "ʼ": "'",
    "‘": "'",
    "’": "'",
    "‚": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "‐": "-",
    "‑": "-",
    "–": "-",
    "—": "-",
    "―": "-",
    "…": "...",
    "€": "EUR",
    "\\": "/",  # in the text form it escapes the separator
}
# ISO-8859-1 without control characters, the hard blank, the soft hyphen and the backslash.
_AS_IT_IS = re.compile(r"[ -\[\]-~\xa1-\xac\xae-\xff]*")
_SPACES = {"Cc", "Zs", "Zl", "Zp"}
_NOTHING = {"Cf", "Mn", "Me"}  # directions, the soft hyphen, a mark that belongs to no letter before it


@dataclass(frozen=True, slots=True)
class Written:
    """A text in ISO-8859-1, and the characters of the original for which there is no way to write them, each once."""

    text: str
    unknown: str


def write(text: str) -> Written:
    """Write ``text`` in ISO-8859-1: its marks go where the letter does not have them there; blanks become single.

    ``ş`` becomes ``s``, ``ő`` ``o``, ``ł`` ``l``, ``ế`` ``ê``. Letters of another alphabet than the Latin one are unknown.
    """
    if _AS_IT_IS.fullmatch(text):
        return Written(_single(text), "")
    pieces: list[str] = []
    unknown: dict[str, None] = {}
    for character in unicodedata.normalize("NFC", text):
        piece = _piece(character)
        if piece is None:
            unknown[character] = None
        else:
            pieces.append(piece)
    return Written(_single("".join(pieces)), "".join(unknown))


def is_written(text: str) -> bool:
    """Whether every character may stand in a file as it is: ISO-8859-1, no control characters, no backslash."""
    return _AS_IT_IS.fullmatch(text) is not None


def _single(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part)


def _piece(character: str) -> str | None:
    if is_written(character):
        return character
    if character in _OTHER:
        return _OTHER[character]
    kind = unicodedata.category(character)
    if kind in _SPACES:
        return " "
    if kind in _NOTHING:
        return ""
    return _without_marks(character)


def _without_marks(character: str) -> str | None:
    """The letter with the first of its marks that it may keep, else without any; ``None`` for a letter of another alphabet."""
    parts = unicodedata.normalize("NFKD", character)
    base, marks = parts[0], parts[1:]
    rest = [mark for mark in marks if not unicodedata.combining(mark)]
    letters = [part if is_written(part) else _OTHER.get(part) for part in (base, *rest)]
    if None in letters:
        return None
    if rest:  # a letter that is written as several, such as ĳ
        return "".join(letter or "" for letter in letters)
    kept = next((one for mark in marks if is_written(one := unicodedata.normalize("NFC", base + mark)) and len(one) == 1), None)
    return kept or letters[0]
