"""The text of pages as their operators say it, read with qpdf: some fifty times as quick as laying each page out.

What is drawn once for many pages (a form, the block of a station) is read once. Positions do not matter: what is compared is the text
without its blanks. Not for any PDF: marked contents, several columns or turned text would come in the order in which they are drawn.
"""

import re
from codecs import charmap_decode
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    rb"/(?P<font>[^\s/<>()\[\]]+)\s+[-\d.]+\s+Tf|\((?P<text>(?:[^()\\]|\\.)*)\)|<(?P<hex>[0-9A-Fa-f\s]*)>|/(?P<form>[^\s/<>()\[\]]+)\s+Do"
    rb"|(?<![^\s])BI(?P<image>[\s/].*?)\sID\s|(?P<line>T\*|Td|TD|Tm|'|\")",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_BLOCK = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|\[((?:\s*<[0-9A-Fa-f\s]*>)*)\s*\]")
DEEPEST = 8
DIRECT = (0, 0)
"""The number of an object that has none: it stands where it is used."""
UNKNOWN = "\ufffd"


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says. ``shared``: texts that it draws and others draw too, each the same object wherever it is drawn."""

    own: str
    shared: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """All of it."""
        return "\n".join((*self.shared, self.own))


class _Font:
    """The letters of a font's codes, from its table."""

    def __init__(self, font: Any) -> None:
        self.letters: dict[int, str] = {}
        self.wide = 1
        table = font.get("/ToUnicode")
        if table is not None:
            for kind, block in _BLOCK.findall(table.read_bytes()):
                self._add(kind, _HEX.findall(block))
        self._narrow = {code: self.letters.get(code, UNKNOWN) for code in range(256)}

    def _add(self, kind: bytes, found: list[tuple[bytes, bytes]]) -> None:
        if kind == b"codespacerange":
            self.wide = max(1, len(_code(found[0][0])))
        elif kind == b"bfchar":
            for (code, _), (text, _) in zip(found[::2], found[1::2], strict=False):
                self.letters[int(code, 16)] = _text(text)
        else:
            for (first, _), (last, _), (text, many) in zip(found[::3], found[1::3], found[2::3], strict=False):
                self._range(int(first, 16), int(last, 16), text, many)

    def _range(self, first: int, last: int, text: bytes, many: bytes) -> None:
        if many:
            texts = [_text(one) for one, _ in _HEX.findall(many)]
        else:
            start = _text(text)
            texts = [start[:-1] + chr(ord(start[-1]) + step) for step in range(last - first + 1)]
        self.letters.update(zip(range(first, last + 1), texts, strict=False))

    def read(self, codes: bytes) -> str:
        """A string of the font; a code without a letter stands for nothing that could be found."""
        if self.wide == 1:
            return charmap_decode(codes, "strict", self._narrow)[0]
        wide, letters = self.wide, self.letters
        return "".join([letters.get(int.from_bytes(codes[i : i + wide], "big"), UNKNOWN) for i in range(0, len(codes), wide)])


def _code(text: bytes) -> bytes:
    return bytes.fromhex(text.decode())


def _text(text: bytes) -> str:
    return _code(text).decode("utf-16-be", "replace")


@dataclass(slots=True)
class _Names:
    """What the names of one dictionary of resources stand for, as far as they were asked for. A form is its text, and whether it is so everywhere."""

    resources: Any
    fonts: dict[bytes, _Font] = field(default_factory=dict)
    forms: dict[bytes, tuple[str, bool]] = field(default_factory=dict)


class QuickReader:
    """Reads pages of one file (a ``pikepdf.Pdf``); keeps fonts and what is drawn more than once.

    Take the pages as ``pdf.pages`` gives them in turn: fetching one by its number looks through all of them.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[int, int], _Names] = {}
        self._fonts: dict[tuple[int, int], _Font] = {}
        self._forms: dict[tuple[int, int], str] = {}

    def page(self, page: Any) -> PageText:
        """The text of a ``pikepdf.Page``."""
        shared: list[str] = []
        own = self._content(_contents(page.obj.get("/Contents")), self._names_of(page.resources), shared, 0)
        return PageText(own, tuple(shared))

    def _content(self, data: bytes, names: _Names, shared: list[str], deep: int) -> str:
        parts: list[str] = []
        font: _Font | None = None
        place = 0
        while found := _TOKEN.search(data, place):
            place = found.end()
            kind = found.lastgroup
            if kind == "text" and font is not None:
                parts.append(font.read(_plain(found["text"])))
            elif kind == "line":
                parts.append("\n")
            elif kind == "font":
                font = self._font(names, found["font"])
            elif kind == "hex" and font is not None:
                parts.append(font.read(_code(found["hex"])))
            elif kind == "form" and deep < DEEPEST:
                text, everywhere = self._form(names, found["form"], deep)
                (shared if everywhere else parts).append(text)
            elif kind == "image":
                place = _after_image(data, place, found["image"])
        return "".join(parts)

    def _names_of(self, resources: Any) -> _Names:
        key = resources.objgen
        if key not in self._names or key == DIRECT:
            self._names[key] = _Names(resources)
        return self._names[key]

    def _font(self, names: _Names, name: bytes) -> _Font:
        if name not in names.fonts:
            font = names.resources.Font["/" + name.decode("latin-1")]
            key = font.objgen
            if key not in self._fonts or key == DIRECT:
                self._fonts[key] = _Font(font)
            names.fonts[name] = self._fonts[key]
        return names.fonts[name]

    def _form(self, names: _Names, name: bytes, deep: int) -> tuple[str, bool]:
        if name not in names.forms:
            names.forms[name] = self._form_text(names, names.resources.XObject["/" + name.decode("latin-1")], deep)
        return names.forms[name]

    def _form_text(self, names: _Names, form: Any, deep: int) -> tuple[str, bool]:
        """A form without resources of its own says what those of the page let it say: its text is kept with them only."""
        if form.get("/Subtype") != "/Form":
            return "", False
        resources = form.get("/Resources")
        key = form.objgen
        if resources is not None and key in self._forms:
            return self._forms[key], True
        inner: list[str] = []
        own = self._content(form.read_bytes(), names if resources is None else self._names_of(resources), inner, deep + 1)
        text = "\n".join(("", own, *inner, ""))
        if resources is None:
            return text, False
        self._forms[key] = text
        return text, True


def _contents(contents: Any) -> bytes:
    """The operators of a page: one stream, or several that are one."""
    import pikepdf

    if contents is None:
        return b""
    if isinstance(contents, pikepdf.Array):
        return b"\n".join([bytes(one.read_bytes()) for one in contents])
    return bytes(contents.read_bytes())


def _plain(text: bytes) -> bytes:
    return _ESCAPE.sub(_escaped, text) if b"\\" in text else text


def _escaped(found: "re.Match[bytes]") -> bytes:
    what = found[1]
    if what[:1].isdigit():
        return bytes([int(what, 8) & 255])
    return _NAMED.get(what, what)


def _after_image(data: bytes, place: int, head: bytes) -> int:
    """Where an inline image ends: by its size, because its bytes may look like anything; a filtered one at its own end."""
    numbers = {name: int(value) for name, value in re.findall(rb"/(W|H|BPC|Width|Height|BitsPerComponent)\s*(\d+)", head)}
    if re.search(rb"/F(ilter)?\s*\[?\s*/", head):
        end = data.find(b"EI", data.find(b">", place))
        return len(data) if end < 0 else end + 2
    width, height = numbers.get(b"W") or numbers.get(b"Width") or 0, numbers.get(b"H") or numbers.get(b"Height") or 0
    return place + (width * (numbers.get(b"BPC") or numbers.get(b"BitsPerComponent") or 1) + 7) // 8 * height
