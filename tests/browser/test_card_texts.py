"""The editor of card texts in a browser: the page follows what is typed, and says what would make it wrong."""

import pytest

from tests.browser import routes
from tests.browser.conftest import Enter
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor


@pytest.fixture
def editor(town: Stage, enter: Enter) -> Visitor:
    """A head of civil affairs in front of the editor, with the first preview there."""
    visitor = enter(town, "lies")
    assert visitor.go(routes.address(town, "card_template_edit")) == 200
    visitor.page.wait_for_selector("#preview img")
    return visitor


def test_the_preview_follows_what_is_typed(editor: Visitor) -> None:
    page = editor.page
    first = page.locator("#preview img").get_attribute("src")
    text = page.locator("textarea[name=html]")
    text.fill(text.input_value().replace("Zo stemt u", "Zo stemt u hier"))
    page.wait_for_function("first => document.querySelector('#preview img')?.src !== first", arg=first)
    second = page.locator("#preview img").get_attribute("src")
    page.locator("#sample").select_option("1")
    page.wait_for_function("second => document.querySelector('#preview img')?.src !== second", arg=second)

    assert editor.problems == []


def test_what_would_make_the_card_wrong_is_said_at_once(editor: Visitor) -> None:
    page = editor.page
    text = page.locator("textarea[name=html]")
    text.fill(text.input_value().replace('data-slot="station_name"', ""))
    page.wait_for_selector("#preview .note-bad")

    assert "station_name" in page.locator("#preview").inner_text()
    assert editor.problems == []
