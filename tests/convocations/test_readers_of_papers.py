"""Every paper that goes to somebody opens in other people's readers without a warning: lists, packages, notices, change sheets, duplicates, blanks."""

import time
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import transaction
from PIL import Image
from time_machine import travel

from convocations.cards import calibration
from convocations.cards.calibration import Calibration
from convocations.rules.counter import Mode
from core.tenancy import tenant
from documents.stream.readback import warnings
from tests.browser.stage import ARGUMENTS, CHROMIUM
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import open_desk
from tests.convocations.test_readers import pages, program, silent
from tests.voters.ledger.town import LATER
from voters.documents.station_streets import layout as papers
from voters.documents.station_streets.build import build as build_papers
from voters.documents.street_notice import layout as notice
from voters.documents.street_notice.build import build as build_notice

CALIBRATION = Calibration(
    "Printer Łódź", Decimal("1.5"), Decimal("-0.5"), {"title": "Titel", "steps": "een", "right": "rechts", "up": "omhoog"}
)
_kept: dict[str, bytes] = {}


@pytest.fixture
def made(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Path]:
    """A file of every kind by its name, made once for all readers."""
    if not _kept:
        town: CardTown = request.getfixturevalue("halle")
        _kept.update({path.stem: path.read_bytes() for path in _make(town, tmp_path / "made")})
    found = {}
    for name, content in _kept.items():
        found[name] = tmp_path / f"{name}.pdf"
        found[name].write_bytes(content)
    return found


def _make(town: CardTown, folder: Path) -> list[Path]:
    folder.mkdir()
    own = (town.municipality.nis_code, "2024-10-13")
    run = town.release(town.make())
    for kind in ("cards", "proof"):
        (folder / f"{kind}.pdf").write_bytes(town.file(run, kind))
    _duplicates(town, folder)
    with travel(town.now, tick=False), pytest.MonkeyPatch.context() as patch:
        # Work begins after commit: the test's own transaction never commits, so what a command asks for begins at once.
        patch.setattr(transaction, "on_commit", lambda function, **_: function())
        _call("render_lists", *own, "--kind", "president", "--package", "--out", str(folder / "package"))
        for kind in ("station", "public"):
            _call("render_lists", *own, "--kind", kind, "--order", "street" if kind == "public" else "name", "--out", str(folder / kind))
        _call("export_voters", *own, "--format", "pdf", "--out", str(folder / "list.pdf"))
        moments = ("--from", LATER.isoformat(), "--to", town.now.isoformat())
        _call("change_sheet", *own, *moments, "--format", "pdf", "--out", str(folder / "change.pdf"))
        _call("blank_cards", *own, "--out", str(folder / "blank"))
    with tenant(town.pk):
        notice.write(folder / "notice.pdf", build_notice(draft=town.ledger.town.draft))
        (folder / "streets.pdf").write_bytes(papers.write(build_papers(draft=town.ledger.town.draft)))
    (folder / "calibration.pdf").write_bytes(calibration.draw(CALIBRATION))
    inside = [path.rename(folder / f"{path.parent.name}-{path.name}") for path in sorted(folder.glob("*/*.pdf"))]
    return [*sorted(set(folder.glob("*.pdf")) - set(inside)), *inside]


def _duplicates(town: CardTown, folder: Path) -> None:
    """One voter moves and gets a full page, another one's card is printed over a blank one."""
    desk, persons = open_desk(town), town.ledger.persons()
    desk.deliver(persons[1])
    for person, mode in ((persons[0], Mode.FULL), (persons[1], Mode.OVERPRINT)):
        (folder / f"duplicate-{mode.value}.pdf").write_bytes(desk.issue(person, mode=mode).pdf)


def _call(*arguments: str) -> None:
    call_command(*arguments, "--json")


def _each(made: dict[str, Path], look: Callable[[Path], Any]) -> None:
    """Every file is looked at, and all that are wrong are named."""
    wrong = {}
    for name, path in made.items():
        try:
            look(path)
        except AssertionError as error:
            wrong[name] = str(error)
    assert wrong == {}


def test_every_kind_of_paper_is_among_them_and_qpdf_finds_nothing(made: dict[str, Path]) -> None:
    kinds = {name.split("-")[0] for name in made}

    assert kinds == {
        "cards", "proof", "duplicate", "package", "station", "public", "list", "change", "blank", "notice", "streets", "calibration",
    }  # fmt: skip
    assert {name: told for name, path in made.items() if (told := warnings(path))} == {}
    assert {name: pages(path) for name, path in made.items() if name.startswith(("duplicate", "calibration"))} == dict.fromkeys(
        ("duplicate-full", "duplicate-overprint", "calibration"), 1
    )


def test_poppler(made: dict[str, Path], tmp_path: Path) -> None:
    about, draw = program("pdfinfo", "poppler-utils"), program("pdftoppm", "poppler-utils")

    def look(path: Path) -> None:
        assert f"Pages:           {pages(path)}\n" in silent(about, path)
        silent(draw, "-r", "40", path, tmp_path / "page")

    _each(made, look)


def test_mupdf(made: dict[str, Path], tmp_path: Path) -> None:
    mutool = program("mutool", "mupdf-tools")
    # -N: Debian builds it without colour management and says so
    _each(made, lambda path: silent(mutool, "draw", "-q", "-N", "-r", "40", "-o", tmp_path / "%d.png", path))


def test_ghostscript(made: dict[str, Path]) -> None:
    gs = program("gs", "ghostscript")
    stops = ("-dPDFSTOPONWARNING", "-dPDFSTOPONERROR")
    _each(made, lambda path: silent(gs, "-q", "-dNOPAUSE", "-dBATCH", *stops, "-sDEVICE=nullpage", "-dLastPage=3", path))


def test_chromium_shows_every_kind_of_paper(made: dict[str, Path], tmp_path: Path) -> None:
    """A sheet of paper with ink on it; of a file that it cannot open its viewer shows a grey window."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium libatomic1")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(made["list"].read_bytes()[:2_000])
    kinds = {name.split("-")[0]: path for name, path in made.items()}
    with playwright.sync_playwright() as started:
        # The viewer of PDF is not in the shell that Playwright means by headless.
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, "--headless=new"], headless=False)

        def shown(path: Path, *, seconds: float) -> bool:
            window = browser.new_page(viewport={"width": 500, "height": 650})
            window.goto(f"{path.resolve().as_uri()}#toolbar=0&view=FitV")
            until, seen = time.monotonic() + seconds, False
            while not seen and time.monotonic() < until:
                window.wait_for_timeout(100)
                seen = _is_paper(window.screenshot())
            window.close()
            return seen

        found = {kind: shown(path, seconds=20) for kind, path in kinds.items()}
        refused = shown(broken, seconds=3)
        browser.close()

    assert found == dict.fromkeys(kinds, True)
    assert not refused


def _is_paper(picture: bytes) -> bool:
    """Whether more than a third of a picture is white, and some of it black."""
    grey = np.array(Image.open(BytesIO(picture)).convert("L"))
    return float((grey > 250).mean()) > 0.33 and float((grey < 120).mean()) > 0.0005
