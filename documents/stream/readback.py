"""Read a finished file back with other libraries than the one that wrote it: is every page there, right, and once?

qpdf says whether the file is valid, PDFium reads the text of each page, ZXing decodes the codes of a sample. Pages are read
one after the other beside what should stand on them; memory follows neither the texts nor the pictures.
"""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from documents.stream.fitting import variants
from documents.stream.quickread import PageText, QuickReader
from documents.stream.values import Line

KEPT = 100
"""Problems told in full; all are counted."""
REOPEN = 2_000
"""Pages after which PDFium starts afresh: it keeps what it has read."""
DPI = 150
_IGNORED = re.compile("[\\s\\-\u2010\u00ad\ufffe\x02]+")
"""What a line break adds or takes away."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What must stand on one page."""

    token: str
    """As the pattern of tokens finds it."""
    texts: tuple[Line, ...] = ()
    """Names and lines of the address; of a name also its form with initials."""
    once: tuple[str, ...] = ()
    """Exactly once: the day of the election."""
    codes: tuple[str, ...] = ()
    """Texts of the barcodes, if the page is in the sample."""
    apart: tuple[str, str] | None = None
    """Two addresses that must differ: the station's and the voter's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A page (from 1; 0 for the file), what kind, and more about it."""

    page: int
    kind: str
    detail: str


@dataclass(slots=True)
class ReadBack:
    """What was read. ``ok`` only when everything was as it should be."""

    pages: int = 0
    expected: int = 0
    tokens: int = 0
    decoded: int = 0
    """Codes that were read and right."""
    sampled: int = 0
    """Pages of which the codes were read."""
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """No problem at all, and as many pages and tokens as expected."""
        return not self.counts and self.pages == self.expected == self.tokens

    def add(self, page: int, kind: str, detail: str) -> None:
        """Note a problem."""
        self.counts[kind] += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(page, kind, detail))


def read_back(path: Path, facts: Iterable[Facts], *, token: str, sample: int = 50, quick: bool = False) -> ReadBack:
    """Compare a file with ``facts``, one for each page in order. ``token``: the pattern of tokens; about ``sample`` pages are decoded.

    ``quick``: PDFium lays out those pages only, and the text of the others is read from their operators (``quickread``); a page takes
    a tenth of the time then. Every page is compared all the same.

    Kinds of problem: ``invalid``, ``pages``, ``token`` (none, several or another on the page), ``twice`` (a token on two pages), ``text``
    (a text that is not there), ``once`` (not exactly once), ``code`` (not decoded as expected), ``apart`` (two addresses are the same).
    """
    report = ReadBack()
    for warning in warnings(path):
        report.add(0, "invalid", warning)
    if report.counts["invalid"] and not _opens(path):
        report.expected = sum(1 for _ in facts)
        return report
    pattern, seen = re.compile(token), array("Q")
    report.pages = _count(path)
    every = max(1, report.pages // sample) if sample else 0

    def sampled(number: int) -> bool:
        return bool(every) and (number % every == 1 or every == 1 or number == report.pages)

    pages = _quick_pages(path, sampled) if quick else _pages(path, range(report.pages))
    compare = _Comparison(report, pattern, seen)
    for number, (fact, page) in enumerate(zip_longest(facts, pages), 1):
        report.expected += fact is not None
        if fact is None or page is None:
            continue
        compare.page(number, page.text, fact)
        if sampled(number):
            _decode(report, number, page, fact)
    if report.pages != report.expected:
        report.add(0, "pages", f"{report.pages} instead of {report.expected}")
    for _ in range(_repeated(seen)):
        report.add(0, "twice", "a token stands on more than one page")
    return report


def warnings(path: Path) -> list[str]:
    """What qpdf says of the file; nothing when it is valid."""
    import pikepdf

    try:
        with pikepdf.Pdf.open(path, suppress_warnings=True) as pdf:
            return [*map(str, pdf.check_pdf_syntax()), *map(str, pdf.get_warnings())]
    except pikepdf.PdfError as error:
        return [str(error)]


def _opens(path: Path) -> bool:
    import pypdfium2

    try:
        pypdfium2.PdfDocument(path).close()
    except pypdfium2.PdfiumError:
        return False
    return True


def _count(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


@dataclass(slots=True)
class _Page:
    """A page while it is open."""

    page: Any
    text: PageText


def _pages(path: Path, numbers: Sequence[int]) -> Iterator[_Page]:
    """Pages (from 0) as PDFium lays them out; each is closed when the next is asked for."""
    import pypdfium2

    for start in range(0, len(numbers), REOPEN):
        document = pypdfium2.PdfDocument(path)
        try:
            for number in numbers[start : start + REOPEN]:
                page = document[number]
                text = page.get_textpage()
                yield _Page(page, PageText(text.get_text_range()))
                text.close()
                page.close()
        finally:
            document.close()


def _quick_pages(path: Path, sampled: Callable[[int], bool]) -> Iterator[_Page]:
    """All pages: the sampled ones (from 1) by PDFium, the others as their operators say them."""
    import pikepdf

    reader = QuickReader()
    with pikepdf.Pdf.open(path, suppress_warnings=True) as pdf:
        laid_out = _pages(path, [number for number in range(len(pdf.pages)) if sampled(number + 1)])
        for number, page in enumerate(pdf.pages, 1):
            yield next(laid_out) if sampled(number) else _Page(None, reader.page(page))


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """A text without what a line break adds or takes away, and the tokens in it."""

    text: str
    tokens: tuple[str, ...]


@dataclass(slots=True)
class _Comparison:
    """Looks for what must stand on each page; a text that many pages share is squeezed and searched for tokens once."""

    report: ReadBack
    pattern: re.Pattern[str]
    seen: "array[int]"
    shared: dict[str, _Squeezed] = field(default_factory=dict)

    def page(self, number: int, text: PageText, fact: Facts) -> None:
        """Compare one page, and note what is wrong."""
        report = self.report
        parts = [self._squeezed(text.own), *map(self._kept, text.shared)]
        found = [token for part in parts for token in part.tokens]
        report.tokens += len(found)
        self.seen.extend(map(_hash, found))
        if found != [fact.token]:
            report.add(number, "token", f"{', '.join(found) or 'none'} instead of {fact.token}")
        texts = [part.text for part in parts]
        for line in fact.texts:
            if not any(_is_in(_squeezed(variant), texts) for variant in variants(line)):
                report.add(number, "text", next(variants(line)))
        for once in fact.once:
            wanted = _squeezed(once)
            if (times := sum(text.count(wanted) for text in texts)) != 1:
                report.add(number, "once", f"{once}: {times} times")
        if fact.apart and _squeezed(fact.apart[0]).casefold() == _squeezed(fact.apart[1]).casefold():
            report.add(number, "apart", fact.apart[0])

    def _kept(self, text: str) -> _Squeezed:
        if text not in self.shared:
            self.shared[text] = self._squeezed(text)
        return self.shared[text]

    def _squeezed(self, text: str) -> _Squeezed:
        return _Squeezed(_IGNORED.sub("", text), tuple([match.group() for match in self.pattern.finditer(text)]))


def _is_in(wanted: str, texts: Sequence[str]) -> bool:
    return any(wanted in text for text in texts)


def _decode(report: ReadBack, number: int, page: _Page, fact: Facts) -> None:
    import zxingcpp

    report.sampled += 1
    if not fact.codes:
        return
    picture = page.page.render(scale=DPI / 72, grayscale=True).to_numpy()
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])
    # Looking for every other kind, inverted and in smaller pictures takes ten times as long.
    read = zxingcpp.read_barcodes(picture.squeeze(), formats=formats, try_invert=False, try_downscale=False)
    found = Counter(code.text for code in read)
    wanted = Counter(fact.codes)
    report.decoded += (found & wanted).total()
    for text in (wanted - found).elements():
        report.add(number, "code", f"{text} is not among {', '.join(found) or 'none'}")


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    """What is expected: stations, places and the day of the election come again and again."""
    return _IGNORED.sub("", text)


def _hash(token: str) -> int:
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")


def _repeated(seen: "array[int]") -> int:
    """How many tokens too many: by 64 bits of each, so that a large file takes 8 bytes a page."""
    ordered = sorted(seen)
    return sum(a == b for a, b in pairwise(ordered))
