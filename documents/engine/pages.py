"""Letters and reports from HTML and CSS: WeasyPrint, PDF/UA-1, our fonts, nothing from anywhere else."""

from functools import cache

from documents.engine.fonts import FOLDER, REGULAR, SEMIBOLD, GlyphMissingError, clean, missing

FACES = f"""
@font-face {{ font-family: "Source Sans 3"; font-weight: 400; src: url("font:{REGULAR}"); }}
@font-face {{ font-family: "Source Sans 3"; font-weight: 600; src: url("font:{SEMIBOLD}"); }}
"""


class AddressRefusedError(Exception):
    """A document asked for something outside itself."""


@cache
def _face(name: str) -> bytes:
    return (FOLDER / f"{name}.ttf").read_bytes()


def _fetch(url: str, *_: object, **__: object) -> dict[str, object]:
    """Fonts of ours by name; anything else is refused: no file, no network."""
    name = url.removeprefix("font:")
    if url.startswith("font:") and name in {REGULAR, SEMIBOLD}:
        return {"string": _face(name), "mime_type": "font/ttf"}
    raise AddressRefusedError(url.split(":", 1)[0])


def write_page(*, html: str, css: str, text: str, identifier: bytes) -> bytes:
    """Return the document as PDF/UA-1; the same input gives the same bytes.

    ``text`` is what comes from data: every character of it must be in the fonts (``GlyphMissingError``).
    """
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    lacking = missing(clean(text))
    if lacking:
        raise GlyphMissingError([("document", lacking)])
    fonts = FontConfiguration()
    sheet = CSS(string=FACES + css, font_config=fonts, url_fetcher=_fetch)
    document = HTML(string=html, url_fetcher=_fetch)
    pdf: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return pdf
