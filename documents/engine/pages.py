"""Letters and reports from HTML and CSS: WeasyPrint, PDF/UA-1, our fonts, nothing from anywhere else."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from documents.engine.fonts import FOLDER, REGULAR, SEMIBOLD, GlyphMissingError, clean, missing

FACES = f"""
@font-face {{ font-family: "Source Sans 3"; font-weight: 400; src: url("font:{REGULAR}"); }}
@font-face {{ font-family: "Source Sans 3"; font-weight: 600; src: url("font:{SEMIBOLD}"); }}
"""


class AddressRefusedError(Exception):
    """A document asked for something outside itself."""


@cache
def face_program(name: str) -> bytes:
    """The font file of a face."""
    return (FOLDER / f"{name}.ttf").read_bytes()


class _Fetcher:
    """Fonts of ours and the document's own pictures by name; anything else is refused and ends the document: no file, no network."""

    _fail_on_errors = True

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self.pictures = pictures

    def __call__(self, url: str, *_: object, **__: object) -> Any:
        """Answer WeasyPrint."""
        from weasyprint.urls import URLFetcherResponse

        kind, _sign, name = url.partition(":")
        if kind == "font" and name in {REGULAR, SEMIBOLD}:
            return URLFetcherResponse(url, body=face_program(name), headers={"Content-Type": "font/ttf"})
        if kind == "picture" and name in self.pictures:
            return URLFetcherResponse(url, body=self.pictures[name].encode(), headers={"Content-Type": "image/svg+xml"})
        raise AddressRefusedError(url.split(":", 1)[0])


def write_page(*, html: str, css: str, text: str, identifier: bytes, pictures: Mapping[str, str] | None = None) -> bytes:
    """Return the document as PDF/UA-1; the same input gives the same bytes.

    ``text`` is what comes from data: every character of it must be in the fonts (``GlyphMissingError``). ``pictures``: SVG by
    name, for ``<img src="picture:name" alt="…">``.
    """
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    lacking = missing(clean(text))
    if lacking:
        raise GlyphMissingError([("document", lacking)])
    fonts, fetcher = FontConfiguration(), _Fetcher(pictures or {})
    sheet = CSS(string=FACES + css, font_config=fonts, url_fetcher=fetcher)
    document = HTML(string=html, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return pdf
