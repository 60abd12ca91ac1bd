"""What is drawn on one page over its forms: some 350 bytes of texts and codes at the places of the slots."""

from collections.abc import Mapping
from dataclasses import dataclass

from documents.stream.compiled import CompiledForm, Slot
from documents.stream.sheets import Ready, Sheet
from documents.stream.slots import MM, Drawn, draw_slot, number
from documents.stream.stationery import Stationery
from documents.stream.styles import Style
from documents.stream.values import Value


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
            self._pages[name] = Sheet(
                self._drawn(form, "voter"), around=_around(stationery, name, overprint), ready=_ready(stationery, name)
            )
            self._layers[name] = Sheet(self._drawn(form, "station"))

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

    def _drawn(self, form: CompiledForm, layer: str) -> list[tuple[Slot, Drawn]]:
        return [(slot, draw_slot(slot, self._style(slot))) for slot in form.slots if slot.layer == layer]

    def _style(self, slot: Slot) -> Style:
        if (slot.face, slot.size) not in self._styles:
            self._styles[slot.face, slot.size] = Style(slot.face, slot.size, kern=self._kern)
        return self._styles[slot.face, slot.size]


def _around(stationery: Stationery, name: str, overprint: Offset | None) -> tuple[bytes, bytes]:
    place = stationery.form(name)
    layer = b"/U%d Do " % place if name in stationery.layers else b""
    if overprint is None:
        return b"/F%d Do " % place + layer, b""
    return b"q 1 0 0 1 %b %b cm " % (number(overprint.right * MM), number(overprint.up * MM)) + layer, b" Q"


def _ready(stationery: Stationery, name: str) -> dict[str, Ready]:
    """What slots show without being written: a phrase of the stationery, and nothing where a code or a phrase is left out."""
    ready: dict[str, dict[Value, bytes]] = {slot.name: {"": b""} for slot in stationery.forms[name].slots if slot.code == "code128"}
    for slot in stationery.phrases.get(name, {}):
        ready.setdefault(slot, {"": b""})
    for (form, slot, text), place in stationery.phrase_places.items():
        if form == name:
            ready[slot][text] = b"/P%d Do " % place
    return dict(ready)
