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

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from documents.stream.compiled import CompiledForm, Slot, TemplateError
from documents.stream.layout import lay_out

__all__ = ["CompiledForm", "Slot", "TemplateError", "compile_form"]


def compile_form(html: str, css: str = "", *, pictures: Mapping[str, str | bytes] | None = None) -> CompiledForm:
    """Lay out one page. ``pictures``: SVG text or PNG bytes by name, for ``<img src="picture:name" alt="">``.

    The last few forms are kept in memory by their content. Raises ``TemplateError`` (not one page, a slot outside the
    rules) and ``documents.engine.pages.AddressRefusedError`` (anything that is neither our fonts nor a picture given).
    """
    return _compile(html, css, tuple(sorted((pictures or {}).items())))


@lru_cache(maxsize=64)
def _compile(html: str, css: str, pictures: tuple[tuple[str, Any], ...]) -> CompiledForm:
    return lay_out(html, css, dict(pictures))
