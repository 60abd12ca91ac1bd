"""What somebody means who types into the search field: words of a name, a street with a number, a birth date, a national number.

Pure: the text comes in folded (lower case, no accents), as the database folds names.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from voters.rules.names import KEY_SEPARATOR, WORD_SIGNS

MAX_WORDS: Final = 8
SHORTEST_NUMBER: Final = 4
"""Fewer figures than this are a house number or a list number, never part of a national number."""
SHORTEST_BESIDE_WORDS: Final = 6
SHORTEST_STREET: Final = 3

_DATE = re.compile(
    r"(?<![0-9])(?:(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})|(?P<y2>[0-9]{4})-(?P<m2>[0-9]{2})-(?P<d2>[0-9]{2}))(?![0-9])"
)
# Figures with the signs that a national number is written with: 86.05.04-123.45
_FIGURES = re.compile(r"(?<![a-z0-9])[0-9](?:[0-9. -]*[0-9])?(?![a-z0-9])")
_HOUSE = re.compile(r"[0-9]{1,5}[a-z]{0,3}(?:/[0-9a-z]{1,4})?\Z")
_SIGNS = str.maketrans(dict.fromkeys(WORD_SIGNS, " "))


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """The parts of what was typed. ``number``: the first figures of a national number. ``house``: a house number."""

    words: tuple[str, ...] = ()
    number: str = ""
    born_on: date | None = None
    house: str = ""

    @property
    def confidential(self) -> bool:
        """Whether it holds (part of) a national number, which never stands in an address or a log."""
        return bool(self.number)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.words or self.number or self.born_on)

    @property
    def name_prefixes(self) -> tuple[str, ...]:
        """What the key of a name would begin with, however last name and first names were ordered: best first.

        ``peeters an``: a last name *peeters* with first names *an…*, a last name *peeters an…*, or the other way round.
        """
        prefixes = [last_name + KEY_SEPARATOR + first_names for last_name, first_names in self.both_names]
        return (" ".join(self.words), *prefixes) if self.words else ()

    @property
    def both_names(self) -> tuple[tuple[str, str], ...]:
        """How the words may be divided into the start of a last name and the start of the first names, either way round."""
        pairs = []
        for parts in range(1, len(self.words)):
            one, other = " ".join(self.words[:parts]), " ".join(self.words[parts:])
            pairs += [(one, other), (other, one)]
        return tuple(pairs)

    @property
    def street_splits(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Which words may be a street and which then remain of a name: all of them, the last ones, the first ones."""
        words = self.words
        splits: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(words, ())]
        for parts in range(1, len(words)):
            splits += [(words[parts:], words[:parts]), (words[:parts], words[parts:])]
        named = [(" ".join(street), rest) for street, rest in splits]
        return tuple((street, rest) for street, rest in named if len(street) >= SHORTEST_STREET)


def parse(folded: str) -> PersonQuery:
    """Take apart what was typed. What makes no sense is left out; an empty query finds nobody."""
    text = folded.strip().replace("\x00", "")[:200]
    born_on, text = _date(text)
    number, text = _number(text)
    house, words = "", []
    for word in text.replace("/", "\0").translate(_SIGNS).replace("\0", "/").split():
        plain = word.strip("/")
        if _HOUSE.match(plain) and not house:
            house = plain
        elif plain:
            words += plain.replace("/", " ").split()
    return PersonQuery(words=tuple(words[:MAX_WORDS]), number=number, born_on=born_on, house=house)


def _date(text: str) -> tuple[date | None, str]:
    found = _DATE.search(text)
    if found is None:
        return None, text
    day, month, year = (int(found[name] or found[f"{name}2"]) for name in ("d", "m", "y"))
    try:
        return date(year, month, day), f"{text[: found.start()]} {text[found.end() :]}"
    except ValueError:
        return None, text


def _number(text: str) -> tuple[str, str]:
    # Beside words, four or five figures are a house number.
    shortest = SHORTEST_BESIDE_WORDS if re.search("[a-z]", text) else SHORTEST_NUMBER
    for found in _FIGURES.finditer(text):
        figures = re.sub(r"[^0-9]", "", found[0])
        if shortest <= len(figures) <= 11:
            return figures, f"{text[: found.start()]} {text[found.end() :]}"
        if len(figures) > 11:
            # No national number is longer, and what this is must not stand anywhere either.
            return figures[:11] + "x", f"{text[: found.start()]} {text[found.end() :]}"
    return "", text


def number_prefixes(born_on: date) -> tuple[str, ...]:
    """The first six figures of a national number of somebody born on this day.

    BIS numbers add 20 or 40 to the month; unknown parts are 00 (docs/formats/register.md §2).
    """
    year, day = f"{born_on.year % 100:02}", f"{born_on.day:02}"
    known = [f"{year}{born_on.month + more:02}{day}" for more in (0, 20, 40)]
    unknown_day = [f"{year}{born_on.month + more:02}00" for more in (0, 20, 40)] if born_on.day == 1 else []
    unknown = [f"{year}{more:02}{end}" for more in (0, 20, 40) for end in ("00", "01")] if (born_on.month, born_on.day) == (1, 1) else []
    return tuple(sorted({*known, *unknown_day, *unknown}))
