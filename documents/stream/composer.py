"""What is drawn on one page over its forms: some 450 bytes of texts and codes at the places of the slots."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import call, itemgetter
from typing import Any

from documents.engine.fonts import clean
from documents.stream import code128, qr
from documents.stream.fitting import Fitted, fit
from documents.stream.forms import CompiledForm, Slot, TemplateError
from documents.stream.stationery import Stationery
from documents.stream.styles import OutsideError, Style
from documents.stream.values import CodeRefusedError, Line, Name, SlotMissingError, TooLongError, UnprintableError, Value

MM = 72 / 25.4
BLACK = b"0 g"
LINES = 2_000
"""Lines kept of a slot."""


@dataclass(frozen=True, slots=True)
class Offset:
    """How far a printer's page is moved, in mm to the right and up."""

    right: float = 0.0
    up: float = 0.0


class Composer:
    """Draws pages and layers. One a process is enough: it keeps the words that it has written.

    ``overprint``: leave the fixed form out, because it is on the paper already, and move the rest.
    """

    def __init__(self, stationery: Stationery, *, kern: bool = True, overprint: Offset | None = None) -> None:
        self.stationery = stationery
        self._styles: dict[tuple[str, float], Style] = {}
        self._kern = kern
        self._pages, self._layers = {}, {}
        for name, form in stationery.forms.items():
            self._pages[name] = self._sheet(form, "voter", _around(stationery, name, overprint))
            self._layers[name] = self._sheet(form, "station", (b"", b""))

    def page(self, form: str, values: Mapping[str, Value], *, record: str) -> bytes:
        """The content of a page on a form. ``record`` names the voter in a refusal: a list number, not a name.

        Raises ``UnprintableError``, ``TooLongError``, ``CodeRefusedError`` (all ``RecordRefusedError``) and ``SlotMissingError``.
        """
        return self._pages[form].draw(values, record)

    def layers(self, values: Mapping[str, Mapping[str, Value]], *, record: str) -> list[bytes]:
        """The layers of a station, from the values by form, in the order in which ``StreamWriter.station`` takes them."""
        return [self.layer(name, values[name], record=record) for name in self.stationery.layers]

    def layer(self, form: str, values: Mapping[str, Value], *, record: str) -> bytes:
        """The layer of a station on one form."""
        return self._layers[form].draw(values, record)

    def _sheet(self, form: CompiledForm, layer: str, around: tuple[bytes, bytes]) -> "_Sheet":
        slots = [slot for slot in form.slots if slot.layer == layer]
        return _Sheet([(slot, self._drawn(slot)) for slot in slots], around)

    def _drawn(self, slot: Slot) -> "_Drawn":
        if slot.code == "qr":
            return _qr(slot)
        if slot.code == "code128":
            return _code128(slot)
        if slot.code == "drawing":
            return _Drawn(b" q 1 0 0 1 %.3f %.3f cm " % (slot.x, slot.y), lambda text: text.encode("latin-1"), b" Q")
        style = self._styles.setdefault((slot.face, slot.size), Style(slot.face, slot.size, kern=self._kern))
        return _text(slot, style)


def _around(stationery: Stationery, name: str, overprint: Offset | None) -> tuple[bytes, bytes]:
    place = stationery.form(name)
    layer = b"/U%d Do " % place if name in stationery.layers else b""
    if overprint is None:
        return b"/F%d Do " % place + layer, b""
    return b"q 1 0 0 1 %.3f %.3f cm " % (overprint.right * MM, overprint.up * MM) + layer, b" Q"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What stands before a slot's value on every page, how the value is written, and what stands after it."""

    before: bytes
    write: Callable[[Any], bytes]
    after: bytes = b""
    state: tuple[bytes, bytes, bytes] = (b"", b"", b"")
    """Of a text: colour, font and leading; said only where they change."""


class _Sheet:
    """All slots of one layer of a form, as one template of bytes."""

    def __init__(self, drawn: Sequence[tuple[Slot, _Drawn]], around: tuple[bytes, bytes]) -> None:
        texts = [pair for pair in drawn if any(pair[1].state)]
        others = [pair for pair in drawn if not any(pair[1].state)]
        self._slots = [slot for slot, _ in texts + others]
        self._writers = [one.write for _, one in texts + others]
        self._names = [slot.name for slot in self._slots]
        self._values = itemgetter(*self._names) if len(self._names) > 1 else lambda values: tuple(values[name] for name in self._names)
        text, state = b"", (BLACK, b"", b"")
        for _, one in texts:
            changed = [new for new, old in zip(one.state, state, strict=True) if new not in {old, b""}]
            text += b" ".join([b"", *map(_escaped, changed)]) + _escaped(one.before) + b"%b" + _escaped(one.after)
            state = one.state[0], one.state[1], one.state[2] or state[2]
        black = b"" if state[0] == BLACK or not others else b" " + BLACK
        code = b"".join(_escaped(one.before) + b"%b" + _escaped(one.after) for _, one in others)
        self._template = _escaped(around[0]) + (b"BT" + text + b" ET" if texts else b"") + black + code + _escaped(around[1])

    def draw(self, values: Mapping[str, Value], record: str) -> bytes:
        """The content; on a refusal the slots are gone through again to say which."""
        if len(values) != len(self._names):
            raise SlotMissingError(f"{record}: {sorted(set(values) ^ set(self._names))}")
        try:
            return self._template % tuple(map(call, self._writers, self._values(values)))
        except (OutsideError, ValueError):
            self._refuse(values, record)
            raise
        except KeyError as error:
            raise SlotMissingError(f"{record}: {sorted(set(values) ^ set(self._names))}") from error

    def _refuse(self, values: Mapping[str, Value], record: str) -> None:
        for slot, write in zip(self._slots, self._writers, strict=True):
            value = values[slot.name]
            try:
                write(value)
            except OutsideError as error:
                raise UnprintableError(record, slot.name, error.characters) from error
            except _FullError as error:
                raise TooLongError(record, slot.name, error.text) from error
            except ValueError as error:
                raise CodeRefusedError(record, slot.name, str(value)) from error


class _FullError(ValueError):
    """A text that does not go into its slot."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


def _escaped(operators: bytes) -> bytes:
    return operators.replace(b"%", b"%%")


def _text(slot: Slot, style: Style) -> _Drawn:
    red, green, blue = slot.colour
    colour = b"%g g" % red if red == green == blue else b"%g %g %g rg" % slot.colour
    state = colour, style.font, b"%g TL" % slot.leading if slot.lines > 1 else b""
    if slot.align != "left":
        return _Drawn(b" ", _Placed(slot, style).write, state=state)
    return _Drawn(b" 1 0 0 1 %b %b Tm" % (_number(slot.x), _number(slot.y)), _Left(slot, style).write, state=state)


def _number(value: float) -> bytes:
    """A hundredth of a point is 3.5 thousandths of a millimetre: no printer is finer."""
    return f"{value:.2f}".rstrip("0").rstrip(".").encode()


class _Lines:
    """The value of a text slot in lines. Raises ``OutsideError`` and ``_FullError``."""

    def __init__(self, slot: Slot, style: Style) -> None:
        self.slot, self.style = slot, style

    def fitted(self, value: Value) -> list[tuple[str, float]]:
        """Each line with its scale."""
        texts = [value] if isinstance(value, str | Name) else [line for line in value if _whole(line)]
        if len(texts) > self.slot.lines:
            raise _FullError(", ".join(map(_whole, texts)))
        found: list[tuple[str, float]] = []
        for place, text in enumerate(texts):
            left = self.slot.lines - len(found) - (len(texts) - place - 1)
            placed = self._fit(text, left)
            if placed is None:
                raise _FullError(_whole(text))
            found += [(line, placed.scale) for line in placed.lines]
        return found

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


def _cleaned(text: Line) -> Line:
    if isinstance(text, str):
        return clean(text)
    return Name(clean(text.family), tuple(map(clean, text.given)), text.family_first, clean(text.title))


class _Left(_Lines):
    """Lines that begin at the left: the pen is there already."""

    def __init__(self, slot: Slot, style: Style) -> None:
        super().__init__(slot, style)
        # A text so short that it fits whatever its letters are is not even counted.
        self._short = int(slot.width / style.widest)
        self._ready: dict[str, bytes] = {"": b""}

    def write(self, value: Value) -> bytes:
        """Write the value: at once when every line fits as it is."""
        try:
            if isinstance(value, str):
                return self._ready.get(value) or self._line(value)
            if not isinstance(value, Name) and len(value) <= self.slot.lines and "" not in value:
                return b" T*".join([self._ready.get(line) or self._line(line) for line in value])  # type: ignore[arg-type]
        except (OutsideError, _FullError):
            pass  # it has to be fitted or cleaned first
        return b" T*".join([self.shown(*line) for line in self.fitted(value)])

    def _line(self, line: Line) -> bytes:
        """A line that fits as it is, kept for a while: neighbours share a street and a place."""
        if isinstance(line, Name) or (len(line) > self._short and not self.style.holds(line, self.slot.width)):
            raise _FullError(_whole(line))
        shown = self.style.write(line) if line else b""
        if len(self._ready) >= LINES:
            self._ready.clear()
        self._ready[line] = shown
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
        return b" ".join(shown)

    def _at(self, place: int, free: float) -> bytes:
        return b"1 0 0 1 %.2f %.2f Tm" % (self.slot.x + free * self._part, self.slot.y - place * self.slot.leading)


def _qr(slot: Slot) -> _Drawn:
    try:
        found = qr.symbols(version=slot.version, level=slot.level, length=slot.length, start=slot.start)
    except ValueError as error:
        raise TemplateError(f"slot {slot.name}: {error}") from error
    side, draw = min(slot.width, slot.height), found.bitmap
    modules = found.side
    before = b" q %b 0 0 %b %b %b cm BI" % tuple(map(_number, (side, side, slot.x, slot.y + slot.height - side)))
    return _Drawn(before, lambda text: qr.image(modules, draw(text)), b" Q")


def _code128(slot: Slot) -> _Drawn:
    """The bars from the left of the box, as high as it; a module is as wide as the longest number allows."""
    module = slot.width / code128.modules(code128.LENGTHS[-1])
    low, high = (limit * MM for limit in code128.MODULE_MM)
    if not low - 1e-3 <= module <= high + 1e-3:
        raise TemplateError(f"slot {slot.name}: 50 to 68 mm wide, for modules of 0.25 to 0.34 mm")
    before = b" q %.4f 0 0 %.3f %.3f %.3f cm " % (module, slot.height, slot.x, slot.y)
    return _Drawn(before, lambda text: code128.bars(text) if text else b"", b" Q")
