"""A file of cards opens in other people's readers without a warning, and each of them finds every card once.

``CARDS_PDF=FILE ./run test -n 0 tests/convocations/test_readers.py`` looks at a file that was made already: that of a real run.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from convocations.cards.card import CODE_PATTERN
from tests.browser.stage import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from tests.convocations.cards import CardTown

ENDS = 20
"""Pages at either end that Ghostscript draws: it takes ten times as long as all others together."""
_kept: dict[str, bytes] = {}


@pytest.fixture
def cards(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of cards, made once for all readers."""
    if (real := os.environ.get("CARDS_PDF")) is not None:
        return Path(real)
    if not _kept:
        town: CardTown = request.getfixturevalue("halle")
        _kept["cards"] = town.file(town.make(), "cards")
    path = tmp_path / "cards.pdf"
    path.write_bytes(_kept["cards"])
    return path


def pages(path: Path) -> int:
    with pikepdf.Pdf.open(path) as pdf:
        return len(pdf.pages)


def program(name: str, package: str) -> str:
    """Where it is, or a reason to skip."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return found


def silent(*command: str | Path) -> str:
    """What a program writes; it ends well and has nothing to remark."""
    done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode()


def has_every_card(text: str, path: Path) -> None:
    found = re.findall(CODE_PATTERN, text)
    assert len(found) == len(set(found)) == pages(path)


def test_poppler(cards: Path, tmp_path: Path) -> None:
    about = silent(program("pdfinfo", "poppler-utils"), cards)

    assert re.search(r"Pages: +(\d+)", about)[1] == str(pages(cards))  # type: ignore[index]  # or it fails
    assert "Page size:       595.276 x 841.89 pts (A4)" in about
    silent(program("pdftotext", "poppler-utils"), cards, tmp_path / "text")
    has_every_card((tmp_path / "text").read_text(), cards)
    silent(program("pdftoppm", "poppler-utils"), "-r", "50", "-l", "3", cards, tmp_path / "picture")


def test_mupdf(cards: Path, tmp_path: Path) -> None:
    mutool = program("mutool", "mupdf-tools")

    silent(
        mutool, "draw", "-q", "-N", "-F", "txt", "-o", tmp_path / "text", cards
    )  # -N: Debian builds it without colour management and says so
    has_every_card((tmp_path / "text").read_text(), cards)
    silent(mutool, "draw", "-q", "-N", "-r", "50", "-o", tmp_path / "%d.png", cards, "1-3")


def test_ghostscript(cards: Path) -> None:
    gs, last = program("gs", "ghostscript"), pages(cards)

    for first, end in ((1, min(ENDS, last)), (max(1, last - ENDS), last)):
        pages_of = (f"-dFirstPage={first}", f"-dLastPage={end}")
        assert (
            silent(gs, "-q", "-dNOPAUSE", "-dBATCH", "-dPDFSTOPONWARNING", "-dPDFSTOPONERROR", "-sDEVICE=nullpage", *pages_of, cards) == ""
        )


def test_chromium_shows_the_card(cards: Path, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium libatomic1")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    page = pypdfium2.PdfDocument(cards)[0]
    [code] = re.findall(CODE_PATTERN, page.get_textpage().get_text_range())

    with playwright.sync_playwright() as started:
        # The viewer of PDF is not in the shell that Playwright means by headless.
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, "--headless=new"], headless=False)
        window = browser.new_page(viewport={"width": 1000, "height": 1300})
        window.goto(f"{cards.resolve().as_uri()}#toolbar=0&view=FitV")
        found: list[str] = []
        until = time.monotonic() + 60
        while not found and time.monotonic() < until:
            window.wait_for_timeout(250)
            window.screenshot(path=tmp_path / "window.png")
            found = [one.text for one in zxingcpp.read_barcodes(Image.open(tmp_path / "window.png"))]
        browser.close()

    assert found == [code]
