"""The text of the pages of a file, as PDFium reads it: for documents whose pages have no token of their own."""

import re
from collections.abc import Iterator
from pathlib import Path

REOPEN = 2_000
"""Pages after which PDFium starts afresh: it keeps what it has read."""
_IGNORED = re.compile("[\\s\\-\u2010\u00ad\ufffe\x02]+")


def texts(path: Path) -> Iterator[str]:
    """The text of each page. A file that PDFium cannot open has no pages."""
    import pypdfium2

    start, count = 0, 1
    while start < count:
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:
            return
        try:
            count = len(document)
            for number in range(start, min(start + REOPEN, count)):
                try:
                    page = document[number]
                except pypdfium2.PdfiumError:
                    yield ""  # it is there and cannot be read
                    continue
                text = page.get_textpage()
                yield text.get_text_range()
                text.close()
                page.close()
        finally:
            document.close()
        start += REOPEN


def squeezed(text: str) -> str:
    """A text without what a line break adds or takes away: spaces and hyphens."""
    return _IGNORED.sub("", text)
