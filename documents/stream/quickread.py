"""The text of pages as their operators say it, read with qpdf: some fifty times as quick as laying each page out.

What is drawn once for many pages (a form, the block of a station) is read once. Positions do not matter: what is compared is the text
without its blanks. Not for any PDF: marked contents, several columns or turned text would come in the order in which they are drawn.
"""

import re
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


class _Font:
    """The letters of a font's codes, from its table."""

    def __init__(self, font: Any) -> None:
        self.letters: dict[int, str] = {}
        self.wide = 1
        table = font.get("/ToUnicode")
        if table is not None:
            for kind, block in _BLOCK.findall(table.read_bytes()):
                self._add(kind, _HEX.findall(block))

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
        wide, letters = self.wide, self.letters
        return "".join([letters.get(int.from_bytes(codes[i : i + wide], "big"), "\ufffd") for i in range(0, len(codes), wide)])


def _code(text: bytes) -> bytes:
    return bytes.fromhex(text.decode())


def _text(text: bytes) -> str:
    return _code(text).decode("utf-16-be", "replace")


class QuickReader:
    """Reads pages of one file (a ``pikepdf.Pdf``); keeps fonts and what is drawn more than once."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, int], _Font] = {}
        self._forms: dict[tuple[int, int], str] = {}

    def page(self, page: Any) -> str:
        """The text of a ``pikepdf.Page``."""
        return self._content(page.obj.Contents.read_bytes(), page.resources, 0)

    def _content(self, data: bytes, resources: Any, deep: int) -> str:
        parts: list[str] = []
        font: _Font | None = None
        place = 0
        while found := _TOKEN.search(data, place):
            place = found.end()
            kind = found.lastgroup
            if kind == "font":
                font = self._font(resources.Font["/" + found["font"].decode("latin-1")])
            elif kind in {"text", "hex"} and font is not None:
                parts.append(font.read(_plain(found["text"]) if kind == "text" else _code(found["hex"])))
            elif kind == "form" and deep < DEEPEST:
                parts.append(self._form(resources.XObject["/" + found["form"].decode("latin-1")], resources, deep))
            elif kind == "image":
                place = _after_image(data, place, found["image"])
            elif kind == "line":
                parts.append("\n")
        return "".join(parts)

    def _font(self, font: Any) -> _Font:
        key = font.objgen
        if key not in self._fonts:
            self._fonts[key] = _Font(font)
        return self._fonts[key]

    def _form(self, form: Any, around: Any, deep: int) -> str:
        if form.get("/Subtype") != "/Form":
            return ""
        key = form.objgen
        if key not in self._forms:
            self._forms[key] = "\n" + self._content(form.read_bytes(), form.get("/Resources", around), deep + 1) + "\n"
        return self._forms[key]


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
