"""Every page that a head of civil affairs can open, on a desk and on a phone."""

import pytest

from tests.browser import routes
from tests.browser.audit import faults
from tests.browser.conftest import Enter
from tests.browser.stage import Stage
from tests.browser.visitor import PHONE, Visitor

DARK = ["municipality_home", "election_overview", "draft_detail", "register_import_detail", "voter_list", "person_detail"]


def test_every_route_is_known() -> None:
    pages = {name.partition(":")[0] for name in routes.PAGES | routes.CARD_PAGES}
    of_cards = [routes.CARD_FILES, routes.CARD_FRAGMENTS]
    known = [pages, routes.ONLY_POST, routes.FILES, routes.FRAGMENTS, *of_cards, set(routes.ELSEWHERE)]
    assert set(routes.named_routes()) == set().union(*known)
    assert len(set().union(*known)) == sum(len(names) for names in known), "a route stands in two places"


@pytest.mark.parametrize("name", sorted(routes.PAGES))
def test_page(town: Stage, look: Enter, name: str) -> None:
    head = look(town, "lies")
    assert head.go(routes.address(town, name)) == 200
    on_desk = faults(head)
    head.page.set_viewport_size(PHONE)
    on_phone = faults(head)
    assert not on_desk + on_phone, "\n".join([*on_desk, "on a phone:", *on_phone])


@pytest.mark.parametrize("name", sorted(routes.CARD_PAGES))
def test_page_of_cards(town_of_cards: Stage, look: Enter, name: str) -> None:
    test_page(town_of_cards, look, name)


@pytest.mark.parametrize(
    "name", ["card_run_detail", "card_run_detail:ready", "card_detail", "card_case_list:open", "counter_voter:replaced"]
)
def test_page_of_cards_in_the_dark(town_of_cards: Stage, look: Enter, name: str) -> None:
    test_page_in_the_dark(town_of_cards, look, name)


@pytest.mark.parametrize("name", DARK)
def test_page_in_the_dark(town: Stage, look: Enter, name: str) -> None:
    head = look(town, "lies", color_scheme="dark")
    assert head.go(routes.address(town, name)) == 200
    assert head.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert not faults(head)


def test_what_is_no_page_is_none(town: Stage, look: Enter) -> None:
    head = look(town, "lies")
    for name in sorted(routes.ONLY_POST):
        answer = head.page.request.get(town.url + routes.address_of_no_page(town, name), max_redirects=0)
        assert answer.status in {404, 405}, f"{name} answers GET with {answer.status}"
    _no_pages(town, head, files=routes.FILES, fragments=routes.FRAGMENTS)


def test_what_is_no_page_of_cards_is_none(town_of_cards: Stage, look: Enter) -> None:
    _no_pages(town_of_cards, look(town_of_cards, "lies"), files=routes.CARD_FILES, fragments=routes.CARD_FRAGMENTS)


def _no_pages(stage: Stage, head: Visitor, *, files: set[str], fragments: set[str]) -> None:
    for name in sorted(files | fragments):
        answer = head.page.request.get(stage.url + routes.address_of_no_page(stage, name), max_redirects=0)
        kind = answer.headers.get("content-type", "")
        assert answer.status == 200, f"{name}: {answer.status}"
        assert "<html" not in answer.text() if name in fragments else "html" not in kind, f"{name} is a page: {kind}"


def test_pages_of_platform_staff(town: Stage, look: Enter) -> None:
    dora = look(town, "dora")
    for path in ("/", "/support/"):
        assert dora.go(path) == 200
        assert not faults(dora)


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/", f"/{routes.NIS}/", "/does/not/exist/"])
def test_pages_for_nobody(town: Stage, look: Enter, path: str) -> None:
    nobody = look(town)
    nobody.go(path)
    assert not faults(nobody)
