"""The cells of one column of a list: whole columns of plain texts at once, what is wide or has other letters one by one."""

import re
from collections.abc import Sequence
from operator import add

from documents.engine.fonts import REGULAR, SEMIBOLD, clean
from documents.stream import native
from documents.stream.faces import encode_common, resource
from documents.stream.fitting import Fitted, fit
from documents.stream.list_values import EXTRA, LINES, MM, SIZE, Column, Row
from documents.stream.styles import Memory, OutsideError, Style, lacking
from documents.stream.values import TooLongError, UnprintableError

_SPECIAL = re.compile(r"[()\\]")
_ZEROES = bytes(ord("0") if chr(code) in "123456789" else code for code in range(256))
"""All figures are equally wide."""


class Cell:
    """A column that is printed: its place, its style, and the template of its cell."""

    def __init__(self, place: int, column: Column) -> None:
        self.place, self.column = place, column
        self.style = Style(SEMIBOLD if column.strong else REGULAR, SIZE, kern=False)
        self.x, self.room = column.x * MM, column.width * MM
        self._limit = int(self.room * 1000 / SIZE / 5)
        """Of the sum of ``Style.common``: what is not more fits, whatever the letters are."""
        self._least = self._limit // max(self.style.common)
        """Letters that fit even if all are as wide as the widest."""
        self._narrow: dict[int, bytes] = {}
        self.placed = column.align != "left"
        self._part = 0.5 if column.align == "center" else 1.0
        self._thousandth = SIZE / 1000
        self._frees = Memory(self._free)
        self._fonts = [f"/{resource(name, 0)} {SIZE:g} Tf" for name in (self.style.face.name, REGULAR)] if column.strong else ["", ""]
        shown = "[%s)]TJ" if self.placed else "(%s)Tj"
        self.form = self._fonts[0] + shown + self._fonts[1]

    def plain(self, move: str) -> native.PlainCell:
        """What the compiled core must know to draw it after the pen was moved."""
        before, after = self.form.split("%s)" if self.placed else "(%s)")
        part, odd = (self._part, None) if self.placed else (0.0, self._odd_codes)
        return native.PlainCell(move + before, f"){after}", self.place, self.style.face.name, SIZE, self.room, part, odd)

    def _odd_codes(self, text: str) -> bytes | None:
        shown = self._on_one_line(text)
        return None if shown is None else encode_common(shown)

    def ready(self, texts: Sequence[str]) -> tuple[Sequence[str], list[int]]:
        """The texts as the template takes them, and the places of those that it cannot take: their rows are drawn cell by cell."""
        odd = self._odd(texts)
        alone: list[int] = []
        if not self.placed:
            if odd:
                texts = list(texts)
                for place in set(odd):
                    if (shown := self._on_one_line(texts[place])) is None:
                        alone.append(place)
                    else:
                        texts[place] = shown
            return texts, alone
        return self._placing(texts), odd

    def _odd(self, texts: Sequence[str]) -> list[int]:
        """The places of texts that do not surely fit on one line as they are, or hold a bracket, a letter of the second font or what shows nothing."""
        joined = "".join(texts)
        if not joined:
            return []
        found = []
        try:
            codes = encode_common(joined)
        except UnicodeEncodeError:
            codes, found = joined.encode("latin-1", "replace"), [place for place, text in enumerate(texts) if not _in_first_font(text)]
        found += self._wide(texts, codes)
        if not joined.isprintable() or _SPECIAL.search(joined):
            found += [place for place, text in enumerate(texts) if not text.isprintable() or _SPECIAL.search(text)]
        return found

    def _wide(self, texts: Sequence[str], codes: bytes) -> list[int]:
        """The places of texts that are wider than the column; ``codes`` are all their letters."""
        longest = max(map(len, texts))
        if longest <= self._least:
            return []
        wide = codes.translate(None, self._up_to(self._limit // longest))
        if not wide:
            return []
        # So short that it fits even in the widest letters of this column.
        short = self._limit // max(wide.translate(self.style.common))
        return [place for place, text in enumerate(texts) if len(text) > short and not self._holds(text)]

    def _up_to(self, bound: int) -> bytes:
        """The codes of letters that are no wider, in the steps of ``Style.common``."""
        if (found := self._narrow.get(bound)) is None:
            found = self._narrow[bound] = bytes(code for code, wide in enumerate(self.style.common) if wide <= bound)
        return found

    def _holds(self, text: str) -> bool:
        try:
            return self.style.holds(text, self.room)
        except OutsideError:
            return False

    def _on_one_line(self, text: str) -> str | None:
        """What to put in the template for a text that is condensed or has letters of the second font; ``None`` for one of more lines."""
        try:
            fitted = fit(text, measure=self.style.measure, room=self.room, lines=1)
        except OutsideError:
            return None
        if fitted is None:
            return None
        # Codes of the first font become the letters of Latin-1 that are encoded to the same.
        shown = self._line(fitted.lines[0], fitted.scale).decode("latin-1")
        return shown[1:-3] if shown.startswith("(") else f")Tj{shown}("

    def _free(self, text: str) -> str:
        """How far a text is moved to stand at the right or in the middle, before the bracket that opens it."""
        try:
            free = self.room - self.style.measure(text)
        except OutsideError:
            free = 0.0  # it is refused where it is encoded
        return f"{-free * self._part / self._thousandth:.0f}(" if text else "("

    def _placing(self, texts: Sequence[str]) -> list[str]:
        """Each text after how far it is moved: worked out once for all numbers, or dates, of the same form."""
        try:
            forms: Sequence[str] = "\n".join(texts).encode("latin-1").translate(_ZEROES).decode("latin-1").split("\n")
        except UnicodeEncodeError:
            forms = texts
        return list(map(add, map(self._frees.__getitem__, forms if len(forms) == len(texts) else texts), texts))

    def fitted(self, row: Row) -> Fitted:
        """The text in its room. Raises ``UnprintableError`` and ``TooLongError``."""
        text = row[self.place]
        try:
            try:
                found = fit(text, measure=self.style.measure, room=self.room, lines=LINES)
            except OutsideError:
                found = fit(clean(text), measure=self.style.measure, room=self.room, lines=LINES)
        except OutsideError as error:
            raise UnprintableError(row[0], self.column.title, lacking(clean(text))) from error
        if found is None:
            raise TooLongError(row[0], self.column.title, text)
        return found

    def shown(self, fitted: Fitted) -> bytes:
        """The operators that show the lines; the pen ends where it was."""
        lines = b"".join(
            b"%b%b" % (b" 0 %.2f Td" % -EXTRA if place else b"", self._line(line, fitted.scale)) for place, line in enumerate(fitted.lines)
        )
        before = self.style.font if self.column.strong else b""
        after = self._fonts[1].encode()
        back = b" 0 %.2f Td" % (EXTRA * (len(fitted.lines) - 1)) if len(fitted.lines) > 1 else b""
        return before + lines + after + back

    def _line(self, line: str, scale: float) -> bytes:
        shown = self.style.write(line)
        if self.placed:
            free = max(0.0, self.room - self.style.measure(line) * scale) * self._part
            shown = b"[%.0f(%b)]TJ" % (-free / self._thousandth / scale, self.style.codes(line))
        return shown if scale >= 1 else b" %.1f Tz" % (int(scale * 1000) / 10) + shown + b" 100 Tz"


def _in_first_font(text: str) -> bool:
    if text.isascii():
        return True
    try:
        encode_common(text)
    except UnicodeEncodeError:
        return False
    return True
