"""Chromium, stages and people for the browser tests. Without Chromium they are skipped, and say so."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.prepare import PASSWORD
from tests.browser.stage import ARGUMENTS, CHROMIUM, Stage
from tests.browser.visitor import ColorScheme, Visitor, context_of, visit
from tests.databases import template_name

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, StorageState

HERE = Path(__file__).parent
TOWNS = ("town_of_cards", "town_with_list", "town_with_addresses")
"""Fixtures that take half a minute; with ``--dist loadgroup``, which ``./run test`` asks for."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this directory that uses a browser; the tests of one prepared town go to one worker, which prepares it once."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        if HERE in item.path.parents and "browser" in used:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(next((name for name in TOWNS if name in used), "no_town")))


@pytest.fixture(scope="session")
def program() -> str:
    """Chromium, or a reason to skip."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium libatomic1")
    return CHROMIUM


@pytest.fixture(scope="module")
def browser(program: str, django_db_setup: str) -> Iterator["Browser"]:
    """One Chromium a module. Not longer: while Playwright runs, Django refuses its database to everybody in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


_numbers = count()


def _name() -> str:
    return f"test_electionadmin_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"


def _prepared(until: str, folder: Path) -> Stage:
    stage = Stage.copy_of(template_name(), _name(), folder)
    try:
        stage.program("tests.browser.prepare", "--until", until)
    except BaseException:
        stage.close()
        raise
    return stage


@pytest.fixture(scope="session")
def town_with_addresses(program: str, django_db_setup: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Herstappe with people and addresses, not served: to be copied."""
    stage = _prepared("addresses", tmp_path_factory.mktemp("addresses"))
    yield stage
    stage.close()


@pytest.fixture(scope="session")
def town_with_list(program: str, django_db_setup: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Herstappe after the main job, with something to show on every page, not served: to be copied."""
    stage = _prepared("all", tmp_path_factory.mktemp("all"))
    yield stage
    stage.close()


Served = Callable[..., Stage]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serve a copy of a prepared town; it ends with the test."""
    open_stages: list[Stage] = []

    def serve(original: Stage, **extra: str) -> Stage:
        folder = tmp_path / f"stage{len(open_stages)}"
        stage = Stage.copy_of(original.database, _name(), folder, **extra)
        open_stages.append(stage)
        shutil.copytree(original.folder / "demo", folder / "demo")
        if (original.folder / "files").exists():
            shutil.copytree(original.folder / "files", folder / "files")
        return stage.serve()

    yield serve
    for stage in open_stages:
        stage.close()


@pytest.fixture(scope="session")
def town(town_with_list: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Herstappe after the main job, served for all tests that only look."""
    stage = Stage.copy_of(town_with_list.database, _name(), tmp_path_factory.mktemp("town"))
    try:
        shutil.copytree(town_with_list.folder / "files", stage.folder / "files", dirs_exist_ok=True)
        yield stage.serve()
    finally:
        stage.close()


@pytest.fixture(scope="session")
def town_of_cards(program: str, django_db_setup: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Herstappe with print runs, cards and a counter, served for all tests that only look."""
    stage = _prepared("cards", tmp_path_factory.mktemp("cards"))
    try:
        yield stage.serve()
    finally:
        stage.close()


Enter = Callable[..., Visitor]


@pytest.fixture(scope="session")
def _kept() -> dict[tuple[str, str], "StorageState"]:
    """Sessions of people who signed in already, by stage and name."""
    return {}


@pytest.fixture(scope="module")
def _looking(browser: "Browser") -> dict[tuple[str, str, ColorScheme], "BrowserContext"]:
    """Contexts of people who only look, by stage, name and colours: each holds the stylesheets and scripts that it has had once."""
    return {}


def _nothing_wrong(visitors: list[Visitor]) -> None:
    problems = [problem for visitor in visitors for problem in visitor.close()]
    assert not problems, problems


@pytest.fixture
def enter(browser: "Browser", _kept: dict[tuple[str, str], "StorageState"]) -> Iterator[Enter]:
    """Open a browser of its own for somebody; at the end nothing may have gone wrong in any of them."""
    visitors: list[Visitor] = []

    def open_window(
        stage: Stage, name: str = "", *, fresh: bool = False, javascript: bool = True, color_scheme: ColorScheme = "light"
    ) -> Visitor:
        key = (stage.database, name)
        state = None if fresh else _kept.get(key)
        context = context_of(browser, storage_state=state, javascript=javascript, color_scheme=color_scheme)
        visitor = visit(context, stage.url, javascript=javascript)
        visitor.password = PASSWORD
        visitors.append(visitor)
        if name and state is None:
            visitor.sign_in(name, PASSWORD)
            if not fresh:
                _kept[key] = context.storage_state()
        return visitor

    yield open_window
    contexts = [visitor.page.context for visitor in visitors]
    _nothing_wrong(visitors)
    for context in contexts:
        context.close()


@pytest.fixture
def look(
    browser: "Browser", _kept: dict[tuple[str, str], "StorageState"], _looking: dict[tuple[str, str, ColorScheme], "BrowserContext"]
) -> Iterator[Enter]:
    """Open a window in the browser that somebody has open already, for a test that changes nothing: twice as quick as ``enter``."""
    visitors: list[Visitor] = []

    def open_window(stage: Stage, name: str = "", *, color_scheme: ColorScheme = "light") -> Visitor:
        key = (stage.database, name, color_scheme)
        known = key in _looking
        if not known:
            _looking[key] = context_of(browser, storage_state=_kept.get(key[:2]), color_scheme=color_scheme)
        visitor = visit(_looking[key], stage.url)
        visitors.append(visitor)
        if name and key[:2] not in _kept:
            visitor.sign_in(name, PASSWORD)
            _kept[key[:2]] = _looking[key].storage_state()
        return visitor

    yield open_window
    _nothing_wrong(visitors)
