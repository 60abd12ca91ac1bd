"""A page laid out once in HTML and CSS, with named places for what changes: the template of thousands of pages.

``compile_form`` lets WeasyPrint lay the page out, keeps the drawing as a form XObject, and takes from the layout where
the slots are. A slot is a block, an inline-block or a table cell with a width::

    <div data-slot="address" data-lines="5" style="position: absolute; left: 105mm; top: 45mm; width: 85mm; height: 25mm"></div>

``data-slot``     its name. What stands in it is for the designer's eye only and is not printed.
``data-lines``    how many lines it has (1). The height of a line is the CSS ``line-height``; the box must hold them.
``data-shrink``   the least part of its width to which a text is condensed (0.8; 1 for never).
``data-layer``    ``voter`` (filled on each page) or ``station`` (filled once a station).
``data-code``     ``qr`` or ``code128``: a barcode in the box. A QR needs ``data-length``, and takes ``data-version`` (2), ``data-level``
                  (Q) and ``data-start``: what every text begins with, counted in the length. A ``code128`` may be empty.
                  ``drawing``: the value is the operators of PDF, as Latin-1, in points from the box's lower left corner.
Face, size, colour and ``text-align`` are the element's own CSS: Source Sans 3, 400 or 600.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

VERSION = 1
"""Rises when the same template would give another form."""


class TemplateError(Exception):
    """The template cannot be a form; the text says why, for its author."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the page, in points from its lower left corner."""

    name: str
    layer: str
    x: float
    y: float
    """Baseline of the first line; for a code, the lower edge of the box."""
    width: float
    height: float
    face: str
    size: float
    lines: int
    leading: float
    least: float
    align: str
    colour: tuple[float, float, float]
    code: str = ""
    version: int = 2
    level: str = "Q"
    length: int = 0
    start: str = ""


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """The drawing as PDF objects (the first is the form itself; they point at each other by place) and its slots."""

    width: float
    height: float
    objects: tuple[tuple[str, bytes | None], ...]
    slots: tuple[Slot, ...]

    def to_json(self) -> str:
        """The form as text that can be kept with a run: the same form, the same text."""
        objects = [[head, None if data is None else base64.b64encode(data).decode()] for head, data in self.objects]
        content = {
            "version": VERSION,
            "width": self.width,
            "height": self.height,
            "objects": objects,
            "slots": [asdict(s) for s in self.slots],
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "CompiledForm":
        """The form that ``to_json`` wrote."""
        content = json.loads(text)
        objects = tuple((head, None if data is None else base64.b64decode(data)) for head, data in content["objects"])
        slots = tuple(Slot(**{**slot, "colour": tuple(slot["colour"])}) for slot in content["slots"])
        return cls(content["width"], content["height"], objects, slots)

    @property
    def digest(self) -> str:
        """SHA-256 of the form, in hexadecimal: what an approval is bound to."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def compile_form(html: str, css: str = "", *, pictures: Mapping[str, str | bytes] | None = None) -> CompiledForm:
    """Lay out one page. ``pictures``: SVG text or PNG bytes by name, for ``<img src="picture:name" alt="">``.

    The last few forms are kept in memory by their content. Raises ``TemplateError`` (not one page, a slot outside the
    rules) and ``documents.engine.pages.AddressRefusedError`` (anything that is neither our fonts nor a picture given).
    """
    return _compile(html, css, tuple(sorted((pictures or {}).items())))


@lru_cache(maxsize=64)
def _compile(html: str, css: str, pictures: tuple[tuple[str, Any], ...]) -> CompiledForm:
    from documents.stream.layout import lay_out

    return lay_out(html, css, dict(pictures))
