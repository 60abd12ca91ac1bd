"""All slots of one layer of a form as a pattern of bytes, into which the values of a page are put in one go."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import call, itemgetter
from typing import Any

from documents.stream import native
from documents.stream.compiled import Slot
from documents.stream.slots import Drawn, FullError, number, outside
from documents.stream.styles import OutsideError
from documents.stream.values import CodeRefusedError, SlotMissingError, TooLongError, UnprintableError, Value

BLACK = b"0 g"
Ready = Mapping[Value, bytes]
"""Values that are not written but drawn as they are: the call of a phrase, nothing for no value."""


class Sheet:
    """Draws a layer. ``around`` stands before and after it; ``ready`` are what some slots show without being written."""

    def __init__(
        self, drawn: Sequence[tuple[Slot, Drawn]], *, around: tuple[bytes, bytes] = (b"", b""), ready: Mapping[str, Ready] | None = None
    ) -> None:
        self._drawn, self._around = drawn, around
        self._count, self._names = len(drawn), frozenset(slot.name for slot, _ in drawn)
        self._ready = [(name, found) for name, found in (ready or {}).items() if name in self._names]
        self._known = [found.get for _, found in self._ready]
        self._choice = _getter([name for name, _ in self._ready])
        self._patterns: dict[tuple[bytes | None, ...], _Pattern] = {}
        self._only = None if self._ready else _Pattern(drawn, around, b"")

    def draw(self, values: Mapping[str, Value], record: str) -> bytes:
        """The content; on a refusal the slots are gone through again to say which."""
        if len(values) != self._count:
            raise self._missing(values, record)
        try:
            pattern = self._only or self._pattern(values)
            return pattern.draw(values)
        except (OutsideError, ValueError) as error:
            if values.keys() != self._names:
                raise self._missing(values, record) from error
            _refuse(self._drawn, values, record)
            raise
        except KeyError as error:
            raise self._missing(values, record) from error

    def _missing(self, values: Mapping[str, Value], record: str) -> SlotMissingError:
        return SlotMissingError(f"{record}: {sorted(set(values) ^ self._names)}")

    def _pattern(self, values: Mapping[str, Value]) -> "_Pattern":
        """The pattern without what is ready: there are as many as ways in which that can be there or not."""
        chosen = tuple(map(call, self._known, self._choice(values)))
        if chosen not in self._patterns:
            skipped = {name for (name, _), shown in zip(self._ready, chosen, strict=True) if shown is not None}
            left = [(slot, one) for slot, one in self._drawn if slot.name not in skipped]
            self._patterns[chosen] = _Pattern(left, self._around, b"".join(filter(None, chosen)))
        return self._patterns[chosen]


class _Pattern:
    """The bytes of a page with a place for each value."""

    def __init__(self, drawn: Sequence[tuple[Slot, Drawn]], around: tuple[bytes, bytes], first: bytes) -> None:
        # Codes are black, as a page is at its start. Texts after which the pen is elsewhere come last: the others are a step apart.
        codes = [pair for pair in drawn if not pair[1].is_text]
        texts = sorted((pair for pair in drawn if pair[1].is_text), key=lambda pair: not pair[1].stays)
        pieces = [around[0] + first, *[b""] * len(drawn)]
        for place, (_, one) in enumerate(codes):
            pieces[place] += one.before
            pieces[place + 1] += one.after
        if texts:
            pieces[len(codes)] += b"BT"
            for place, operators in enumerate(_between([one for _, one in texts]), len(codes)):
                pieces[place] += operators
            pieces[-1] += b" ET"
        pieces[-1] += around[1]
        self.writers = [one.write for _, one in codes + texts]
        self.values = _getter([slot.name for slot, _ in codes + texts])
        self.template = b"%b".join([piece.replace(b"%", b"%%") for piece in pieces])
        compiled = native.pattern(pieces, [(slot.name, one.write, one.plain) for slot, one in codes + texts])
        self.draw: Callable[[Mapping[str, Value]], bytes] = compiled or self._draw

    def _draw(self, values: Mapping[str, Value]) -> bytes:
        return self.template % tuple(map(call, self.writers, self.values(values)))


def _between(drawn: Sequence[Drawn]) -> Iterator[bytes]:
    """What changes before each text: colour, font and leading, and where the pen goes."""
    state = (BLACK, b"", b"")
    pen: tuple[float, float] | None = (0.0, 0.0)
    for one in drawn:
        parts = [b" " + new for new, old in zip(one.state, state, strict=True) if new not in {old, b""}]
        state = one.state[0], one.state[1], one.state[2] or state[2]
        if one.pen is not None:
            x, y = map(number, one.pen if pen is None else (one.pen[0] - pen[0], one.pen[1] - pen[1]))
            parts.append(b" 1 0 0 1 %b %b Tm" % (x, y) if pen is None else b" %b %b Td" % (x, y))
        yield b"".join(parts)
        pen = one.pen if one.stays else None


def _refuse(drawn: Sequence[tuple[Slot, Drawn]], values: Mapping[str, Value], record: str) -> None:
    for slot, one in drawn:
        value = values[slot.name]
        try:
            one.write(value)
        except OutsideError as error:
            raise UnprintableError(record, slot.name, outside(value)) from error
        except FullError as error:
            raise TooLongError(record, slot.name, error.text) from error
        except ValueError as error:
            raise CodeRefusedError(record, slot.name, str(value)) from error


def _getter(names: Sequence[str]) -> Any:
    """What takes the values of some slots out of a mapping, as a tuple."""
    return itemgetter(*names) if len(names) > 1 else lambda values: tuple(values[name] for name in names)
