"""The compiled core where it was built (the sources in ``c``), and what it is told of a slot; without it everything is drawn in Python.

``./run`` builds it when there is a C compiler (``electionadmin/launcher/compiler.py``). It writes plain values only and hands all others back
to the writers in Python: the bytes are the same, which ``tests/documents/stream/test_native.py`` compares. ``DOCUMENTS_CORE=python`` leaves it out.
"""

import hashlib
import importlib
import os
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from documents.stream.faces import LETTERS, face
from documents.stream.qr import Symbols
from documents.stream.values import Name, Value

MODULE = "electionadmin_native"
SOURCES = Path(__file__).with_name("c")
Plain = tuple[str, tuple[Any, ...]]
"""How the core writes the plain values of a slot: ``t`` a text, ``q`` a QR code, ``p`` not at all; and what it must know for that."""
IN_PYTHON: Plain = ("p", ())
_MARGIN = 0.01
"""Thousandths of a point: whether a text fits that comes so close is for Python to say, which adds up its width otherwise."""


def _load() -> Any:
    """The module built from the sources as they are now, or None."""
    if os.environ.get("DOCUMENTS_CORE") == "python":
        return None
    try:
        module = importlib.import_module(MODULE)
    except ImportError:
        return None
    digests = [hashlib.sha256(path.read_bytes()).digest() for path in sorted(SOURCES.glob("*.[ch]"))]
    return module if hashlib.sha256(b"".join(digests)).hexdigest() == module.SOURCE else None


core = _load()


def pattern(
    pieces: Sequence[bytes], slots: Sequence[tuple[str, Callable[[Any], bytes], Plain]]
) -> Callable[[Mapping[str, Value]], bytes] | None:
    """What draws a page: ``pieces`` with the value of a slot (its name, its writer, its plain values) between each two of them."""
    if core is None:
        return None
    told = [(piece, name, write, kind, more) for piece, (name, write, (kind, more)) in zip(pieces, slots, strict=False)]
    draw: Callable[[Mapping[str, Value]], bytes] = core.Pattern(told, pieces[-1], Name).draw
    return draw


@dataclass(frozen=True, slots=True)
class PlainCell:
    """A cell of a list: the operators before and after its text, its column, its style, and where in its room (points) the text stands."""

    before: str
    after: str
    column: int
    face: str
    size: float
    room: float
    part: float
    """0 at the left, 0.5 in the middle, 1 at the right."""
    odd: Callable[[str], bytes | None] | None
    """Of a text at the left that is not plain: what stands between the brackets, None when one line does not hold it."""


def rows(cells: Sequence[PlainCell], *, columns: int) -> Callable[[list[Any], int], tuple[int, bytes]] | None:
    """What draws plain rows of a list from a place on, and says how many they are."""
    if core is None:
        return None
    told = []
    for cell in cells:
        most = _most(cell.room, cell.size)
        measures = (*_letters(cell.face), cell.odd, cell.column, most, face(cell.face).widths[" "], cell.room, cell.size, cell.part)
        told.append((cell.before.encode(), cell.after.encode(), *measures))
    draw: Callable[[list[Any], int], tuple[int, bytes]] = core.Rows(told, columns).draw
    return draw


def objects(number: int, pages: list[bytes], head: bytes) -> tuple[bytes, "array[int]"]:
    """Pages as objects with numbers from ``number`` on, ``head`` in their dictionary; all together and the length of each."""
    if core is not None:
        data, lengths = core.objects(number, pages, head)
        return data, array("I", lengths)
    made = [
        b"%d 0 obj\n<<%b/Length %d>>stream\n%b\nendstream\nendobj\n" % (n, head, len(page), page) for n, page in enumerate(pages, number)
    ]
    return b"".join(made), array("I", map(len, made))


def text(name: str, size: float, *, moved: Callable[[str, str], int] | None, room: float, lines: int) -> Plain:
    """A text from the left, at most ``lines`` lines in ``room`` points; ``moved`` says by how much the second of two letters is moved."""
    if core is None:
        return IN_PYTHON
    codes, widths = _letters(name)
    moves = _moves(name, size, moved) if moved else None
    return "t", (codes, widths, moves, _most(room, size), face(name).widths[" "], lines)


def qr(symbols: Symbols) -> Plain:
    """A QR code by its tables."""
    if core is None:
        return IN_PYTHON
    base, tables, head = symbols.packed()
    return "q", (symbols.start.encode(), head, base, tables, symbols.length)


def _most(room: float, size: float) -> int:
    """How wide a text may be, in thousandths of the size."""
    return int((room * 1000 - _MARGIN) / size)


@cache
def _letters(name: str) -> tuple[bytes, bytes]:
    """The code in the first font by letter, 0 where it has none; and the advances by code."""
    first = LETTERS[0]
    codes, widths = bytearray(ord(max(first)) + 1), array("h", bytes(512))
    for letter, code in first.items():
        codes[ord(letter)] = code
        widths[code] = face(name).widths[letter]
    return bytes(codes), widths.tobytes()


_tables: dict[tuple[str, float], bytes] = {}


def _moves(name: str, size: float, moved: Callable[[str, str], int]) -> bytes:
    """By how much the second of two letters is moved, by their codes. Kept: there are few sizes, and 128 KB each."""
    if (name, size) not in _tables:
        first, table = LETTERS[0], array("h", bytes(2 * 65536))
        for pair in face(name).pairs:
            left, right = pair[0], pair[1]
            if left in first and right in first:
                table[first[left] << 8 | first[right]] = moved(left, right)
        _tables[name, size] = table.tobytes()
    return _tables[name, size]
