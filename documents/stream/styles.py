"""Text as page operators: each word encoded, kerned and measured once, then taken from memory."""

import re
from collections.abc import Callable
from functools import cache, cached_property
from itertools import pairwise
from typing import TypeVar

from documents.stream.faces import LETTERS, face, resource

CODE = re.compile("[A-Z]*[-./]?[0-9][-./0-9A-Z]*")
"""A number or a token: figures are all equally wide, nothing is kerned, and it will not come back."""
WORDS = 10_000
"""Words kept of a style, at most: some 2 MB."""
SEEN = 0.25
"""Points: a pair that would be moved by less, a twelfth of a millimetre, stays where it is. Nobody sees it, and it takes five bytes."""
_FIRST, _SECOND = LETTERS
T = TypeVar("T")
_BOTH = {**_SECOND, **_FIRST}


class OutsideError(Exception):
    """Letters that the faces lack."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(characters)


class Style:
    """A face at a size: how its words are written (inside ``[( … )]TJ``) and how wide they are, in points."""

    def __init__(self, name: str, size: float, *, kern: bool = True) -> None:
        self.face, self.size, self.kern = face(name), size, kern
        self.words = Memory(self._word)
        self.advances = Memory(self._advance)
        first, second = (f"/{resource(name, subset)} {size:g} Tf".encode() for subset in (0, 1))
        self.font = first
        self._away, self._back = b")]TJ" + second + b"[(", b")]TJ" + first + b"[("

    @cached_property
    def space(self) -> float:
        """The width of the space between words, in points."""
        return self.face.widths[" "] * self.size / 1000

    @cached_property
    def widest(self) -> float:
        """No letter takes more than this, in points, with whatever follows it."""
        return max(self._bounds) * 5 * self.size / 1000

    def write(self, text: str) -> bytes:
        """The operators that show a text. Raises ``OutsideError``."""
        codes = self.codes(text)
        return b"[(" + codes + b")]TJ" if b")" in codes else b"(" + codes + b")Tj"

    def codes(self, text: str) -> bytes:
        """What stands between ``[(`` and ``)]TJ``. Raises ``OutsideError``."""
        if " " in text:
            return b" ".join(map(self.words.__getitem__, text.split(" ")))
        return text.encode() if CODE.fullmatch(text) else self.words[text]

    def moved(self, left: str, right: str) -> int:
        """By how much the second of two letters is moved, in thousandths of the size."""
        moved = self.face.pairs.get(left + right, 0) if self.kern else 0
        return moved if abs(moved) * self.size >= SEEN * 1000 else 0

    @cached_property
    def _bounds(self) -> bytes:
        """For each letter of Latin-1 what it takes at most, with whatever follows it: in steps of 5 thousandths, so that it is a byte."""
        moved = max(self.face.pairs.values()) if self.kern else 0
        return bytes(-(-(self.face.widths.get(chr(code), self.face.widest) + moved) // 5) for code in range(256))

    @cached_property
    def common(self) -> bytes:
        """The same for letters that are encoded with ``replace``: ``?`` stands for any."""
        return self._bounds[: ord("?")] + bytes((max(self._bounds),)) + self._bounds[ord("?") + 1 :]

    def holds(self, text: str, room: float) -> bool:
        """Whether a text fits in ``room`` points: in most cases without measuring it. Raises ``OutsideError``."""
        try:
            return sum(text.encode("latin-1").translate(self._bounds)) * 5 * self.size <= room * 1000 or self.measure(text) <= room
        except UnicodeEncodeError:
            return self.measure(text) <= room

    def measure(self, text: str) -> float:
        """The width of a text, in points. Raises ``OutsideError``."""
        return sum(map(self.advances.__getitem__, text.split(" "))) + text.count(" ") * self.space

    def _word(self, word: str) -> bytes:
        """A word's codes, with what moves them, and a change of font where a letter is in the other one."""
        if CODE.fullmatch(word):
            return word.encode()
        _check(word)
        parts, second, before = [], False, ""
        for letter in word:
            other = letter not in _FIRST
            if other != second:
                parts.append(self._away if other else self._back)
            elif moved := self.moved(before, letter):
                parts.append(b")%d(" % -moved)
            parts.append(bytes((_BOTH[letter],)))
            second, before = other, letter
        if second:
            parts.append(self._back)
        return b"".join(parts)

    def _advance(self, word: str) -> float:
        _check(word)
        widths = self.face.widths
        total = sum(map(widths.__getitem__, word))
        if self.kern and not CODE.fullmatch(word):
            total += sum([self.moved(left, right) for left, right in pairwise(word)])
        return total * self.size / 1000


@cache
def kept_style(name: str, size: float, *, kern: bool = True) -> Style:
    """A style that stays, with the words that it has written: heads of hundreds of lists say the same."""
    return Style(name, size, kern=kern)


def _check(word: str) -> None:
    if word.isascii() and word.isprintable():
        return
    if found := lacking(word):
        raise OutsideError(found)


def lacking(text: str) -> str:
    """The letters of a text that the faces lack, each once, in order."""
    return "".join(dict.fromkeys(letter for letter in text if letter not in _BOTH))


class Memory(dict[str, T]):
    """Answers by word, worked out when first asked for, forgotten all together when they are many."""

    def __init__(self, work: Callable[[str], T], most: int = WORDS) -> None:
        super().__init__()
        self._work, self._most = work, most

    def __missing__(self, word: str) -> T:
        if len(self) >= self._most:
            self.clear()
        self[word] = found = self._work(word)
        return found
