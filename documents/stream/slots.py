"""How the value of one slot is written as operators: a text in its lines, a barcode, a drawing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.engine.fonts import clean
from documents.stream import code128, native, qr
from documents.stream.compiled import Slot, TemplateError
from documents.stream.fitting import Fitted, fit
from documents.stream.styles import CODE, OutsideError, Style, lacking
from documents.stream.values import Line, Name, Value

MM = 72 / 25.4
LINES = 5_000
"""Lines kept of a slot."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands before a slot's value on every page, how the value is written, and what stands after it."""

    write: Callable[[Any], bytes]
    before: bytes = b""
    after: bytes = b""
    state: tuple[bytes, bytes, bytes] = (b"", b"", b"")
    """Of a text: colour, font and leading; said only where they change."""
    pen: tuple[float, float] | None = None
    """Where a text begins; None when its writer says so itself."""
    stays: bool = False
    """Whether the pen's line is still the first one after it: then the next place can be said as a step from here."""
    plain: native.Plain = native.IN_PYTHON
    """What the compiled core must know to write most values itself."""

    @property
    def is_text(self) -> bool:
        """Whether it is drawn inside ``BT``."""
        return any(self.state)


class FullError(ValueError):
    """A text that does not go into its slot."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


def draw_slot(slot: Slot, style: Style) -> Drawn:
    """The way to draw a slot; ``style`` is that of its text. Raises ``TemplateError`` for a code that cannot be."""
    if slot.code == "qr":
        return _qr(slot)
    if slot.code == "code128":
        return _code128(slot)
    if slot.code == "drawing":
        return Drawn(lambda text: text.encode("latin-1"), b"q 1 0 0 1 %.3f %.3f cm " % (slot.x, slot.y), b" Q ")
    return _text(slot, style)


def number(value: float) -> bytes:
    """A hundredth of a point is 3.5 thousandths of a millimetre: no printer is finer."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".").encode()


def _text(slot: Slot, style: Style) -> Drawn:
    red, green, blue = slot.colour
    colour = b"%g g" % red if red == green == blue else b"%g %g %g rg" % slot.colour
    state = colour, style.font, b"%g TL" % slot.leading if slot.lines > 1 else b""
    if slot.align != "left":
        return Drawn(_Placed(slot, style).write, state=state)
    return Drawn(
        _Left(slot, style).__getitem__,
        state=state,
        pen=(round(slot.x, 2), round(slot.y, 2)),
        stays=slot.lines == 1,
        plain=native.text(slot.face, slot.size, moved=style.moved if style.kern else None, room=slot.width, lines=slot.lines),
    )


class _Lines:
    """The value of a text slot in lines. Raises ``OutsideError`` and ``FullError``."""

    def __init__(self, slot: Slot, style: Style) -> None:
        self.slot, self.style = slot, style

    def fitted(self, value: Value) -> list[tuple[str, float]]:
        """Each line with its scale."""
        texts = [value] if isinstance(value, str | Name) else [line for line in value if _whole(line)]
        if len(texts) > self.slot.lines:
            raise FullError(", ".join(map(_whole, texts)))
        found = self._placed(texts, self.slot.lines)
        if found is None:
            most = self.slot.lines - len(texts) + 1
            raise FullError(next((_whole(text) for text in texts if self._fit(text, most) is None), ", ".join(map(_whole, texts))))
        return found

    def _placed(self, texts: list[Line], left: int) -> list[tuple[str, float]] | None:
        """The texts on ``left`` lines; each as long as it likes, unless those after it then do not go. None when they do not go at all."""
        if not texts:
            return []
        lines = left - len(texts) + 1
        while lines and (fitted := self._fit(texts[0], lines)):
            others = self._placed(texts[1:], left - len(fitted.lines))
            if others is not None:
                return [*((line, fitted.scale) for line in fitted.lines), *others]
            lines = len(fitted.lines) - 1
        return None

    def _fit(self, text: Line, lines: int) -> Fitted | None:
        try:
            return fit(text, measure=self.style.measure, room=self.slot.width, lines=lines, least=self.slot.least)
        except OutsideError:
            return fit(_cleaned(text), measure=self.style.measure, room=self.slot.width, lines=lines, least=self.slot.least)

    def shown(self, line: str, scale: float) -> bytes:
        """The operators that show a line."""
        if scale >= 1:
            return self.style.write(line)
        # Rounded down: never wider than the room.
        return b" %.1f Tz" % (int(scale * 1000) / 10) + self.style.write(line) + b" 100 Tz"


def _whole(text: Line) -> str:
    return text if isinstance(text, str) else text.text()


def outside(value: Value) -> str:
    """The letters of a whole value that the faces lack, where ``OutsideError`` knows those of one word."""
    texts = [value] if isinstance(value, str | Name) else value
    return lacking(" ".join(clean(_whole(text)) for text in texts))


def _cleaned(text: Line) -> Line:
    if isinstance(text, str):
        return clean(text)
    return Name(clean(text.family), tuple(map(clean, text.given)), text.family_first, clean(text.title))


class _Left(dict[Value, bytes]):
    """Lines that begin at the left, where the pen is already. Lines are kept for a while: neighbours share a street and a place."""

    def __init__(self, slot: Slot, style: Style) -> None:
        super().__init__()
        self._lines, self._style, self._width, self._most = _Lines(slot, style), style, slot.width, slot.lines
        # A text so short that it fits whatever its letters are is not even counted.
        self._short = int(slot.width / style.widest)
        self._word = style.words.__getitem__
        self[""] = b""

    def __missing__(self, value: Value) -> bytes:
        """At once when every line fits as it is; else each is fitted."""
        try:
            if isinstance(value, str):
                return self._line(value)
            if isinstance(value, Name):
                return self._line(value.text())
            if len(value) <= self._most and "" not in value:
                return b" T*".join([self.get(line) or self._line(line if isinstance(line, str) else line.text()) for line in value])
        except (OutsideError, FullError):
            pass  # it has to be fitted or cleaned first
        return b" T*".join([self._lines.shown(*line) for line in self._lines.fitted(value)])

    def _line(self, line: str) -> bytes:
        """A line that fits as it is."""
        if len(line) > self._short and not self._style.holds(line, self._width):
            raise FullError(line)
        if " " in line:
            codes = b" ".join(map(self._word, line.split(" ")))
        elif CODE.fullmatch(line):
            return b"(%b)Tj" % line.encode()  # a number will not come back: it is not kept
        else:
            codes = self._word(line)
        shown = b"[(%b)]TJ" % codes if b")" in codes else b"(%b)Tj" % codes
        if len(self) >= LINES:
            self.clear()
            self[""] = b""
        self[line] = shown
        return shown


class _Placed(_Lines):
    """Lines in the middle or at the right: each is given its place."""

    def __init__(self, slot: Slot, style: Style) -> None:
        super().__init__(slot, style)
        self._part = 0.5 if slot.align == "center" else 1.0

    def write(self, value: Value) -> bytes:
        """Write the value."""
        try:
            if isinstance(value, str) and (free := self.slot.width - self.style.measure(value)) >= 0:
                return self._at(0, free) + self.style.write(value)
        except OutsideError:
            pass  # it has to be cleaned first
        shown = []
        for place, (line, scale) in enumerate(self.fitted(value)):
            shown.append(self._at(place, self.slot.width - self.style.measure(line) * scale) + self.shown(line, scale))
        return b"".join(shown)

    def _at(self, place: int, free: float) -> bytes:
        return b" 1 0 0 1 %.2f %.2f Tm" % (self.slot.x + free * self._part, self.slot.y - place * self.slot.leading)


def _qr(slot: Slot) -> Drawn:
    try:
        found = qr.symbols(version=slot.version, level=slot.level, length=slot.length, start=slot.start)
    except ValueError as error:
        raise TemplateError(f"slot {slot.name}: {error}") from error
    side = min(slot.width, slot.height)
    before = b"q %b 0 0 %b %b %b cm BI" % tuple(map(number, (side, side, slot.x, slot.y + slot.height - side)))
    return Drawn(found.image, before, b" Q ", plain=native.qr(found))


def _code128(slot: Slot) -> Drawn:
    """The bars from the left of the box, as high as it; a module is as wide as the longest number allows."""
    module = slot.width / code128.modules(code128.LENGTHS[-1])
    if not _within(module, code128.MODULE_MM):
        raise TemplateError(f"slot {slot.name}: 50 to 68 mm wide, for modules of 0.25 to 0.34 mm")
    if not _within(slot.height, code128.HEIGHT_MM):
        raise TemplateError(f"slot {slot.name}: 6 to 12 mm high")
    before = b"q %.4f 0 0 %b %b %b cm " % (module, number(slot.height), number(slot.x), number(slot.y))
    return Drawn(lambda text: code128.bars(text) if text else b"", before, b" Q ")


def _within(points: float, limits: tuple[float, float]) -> bool:
    low, high = (limit * MM for limit in limits)
    return low - 1e-3 <= points <= high + 1e-3
