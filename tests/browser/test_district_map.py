"""Giving streets to another district on the map: with the mouse, with the keyboard, on a phone, and without a script."""

import pytest

from tests.browser import routes
from tests.browser.audit import faults
from tests.browser.conftest import Enter, Served
from tests.browser.stage import Stage
from tests.browser.visitor import PHONE, Visitor

READY = "#map[data-ready]"
PICKED = "#map-picked .pieces li"
ROWS = "SELECT count(*), max(id) FROM districts_streetrange"


@pytest.fixture
def clerk(town: Stage, enter: Enter) -> Visitor:
    """The clerk in front of the map of the districts."""
    visitor = enter(town, "an")
    assert visitor.go(routes.address(town, "district_map")) == 200
    visitor.page.wait_for_selector(READY)
    return visitor


def find(visitor: Visitor) -> str:
    """Look for a street by its name, as one does without seeing the map."""
    name = visitor.page.evaluate("electionMap.shown.houses.streets[0][1]")
    visitor.page.locator("#map-form [name=q]").fill(name)
    visitor.page.locator("#map-form [name=q]").press("Enter")
    assert visitor.page.locator("#map-details h2").inner_text() == name
    return str(name)


def test_a_street_is_picked_with_the_keyboard_and_its_voters_are_seen_to_move(clerk: Visitor, town: Stage) -> None:
    page, before = clerk.page, town.rows(ROWS, nis=routes.NIS)
    name = find(clerk)
    page.get_by_role("button", name="De hele straat kiezen").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(PICKED)

    assert name in page.locator(PICKED).inner_text()
    assert name in page.locator("#map-tool-state").inner_text()
    assert page.evaluate("document.activeElement.textContent") == "De hele straat kiezen"
    options = page.locator("#id_target option").evaluate_all("all => all.map(one => one.value)")
    page.locator("#id_target").select_option(options[-2])
    page.wait_for_selector("#preview h2")
    assert not faults(clerk)
    page.get_by_role("button", name="Bekijken wat verandert").click()
    page.wait_for_load_state()
    assert clerk.heading == "Straten aan een andere kieswijk geven"
    page.get_by_role("button", name="Nog iets wijzigen").click()
    page.wait_for_selector(READY)
    assert name in page.locator(PICKED).inner_text()
    assert page.locator("#id_target").input_value() == options[-2]
    assert town.rows(ROWS, nis=routes.NIS) == before
    assert clerk.problems == []


def test_a_rectangle_is_drawn_and_what_is_in_view_is_picked(clerk: Visitor) -> None:
    page = clerk.page
    find(clerk)
    draw = page.get_by_role("button", name="Een rechthoek tekenen")
    draw.click()
    assert draw.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert draw.get_attribute("aria-pressed") == "false"
    draw.click()
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 40, steps=5)
    page.mouse.up()
    page.wait_for_selector(PICKED)
    drawn = page.locator(PICKED).count()

    assert draw.get_attribute("aria-pressed") == "false"
    page.locator(f"{PICKED} input[type=checkbox]").first.check()
    page.get_by_role("button", name="Kiezen wat in beeld is").press("Enter")
    page.wait_for_function("drawn => document.querySelectorAll('#map-picked .pieces li').length >= drawn - 1", arg=drawn)
    assert page.evaluate("document.querySelectorAll('.leaflet-map-names-pane canvas').length") > 0
    assert not faults(clerk)


def test_a_click_on_a_house_offers_it(clerk: Visitor) -> None:
    page = clerk.page
    find(clerk)
    where = page.evaluate(
        """() => { const { map, houses } = electionMap.shown; const at = houses.byStreet.get(0)[0];
        map.setView([houses.latitude(at), houses.longitude(at)], 18, { animate: false });
        const point = map.latLngToContainerPoint([houses.latitude(at), houses.longitude(at)]); return [point.x, point.y]; }"""
    )
    page.locator("#map").click(position={"x": where[0], "y": where[1]})
    page.get_by_role("button", name="Dit huis kiezen").click()
    page.wait_for_selector(PICKED)

    assert page.locator(PICKED).count() == 1


def test_it_is_kept_and_put_back(town_with_list: Stage, served: Served, enter: Enter) -> None:
    town = served(town_with_list)
    clerk = enter(town, "an")
    clerk.go(routes.address(town, "district_map"))
    clerk.page.wait_for_selector(READY)
    find(clerk)
    clerk.page.get_by_role("button", name="De oneven kant kiezen").click()
    clerk.page.wait_for_selector(PICKED)
    clerk.page.locator("#id_target").select_option("none")
    clerk.page.get_by_role("button", name="Bekijken wat verandert").click()
    clerk.page.get_by_role("button", name="Deze wijziging bewaren").click()
    clerk.page.wait_for_selector(READY)

    assert "Bewaard:" in clerk.text
    assert town.rows("SELECT kind FROM districts_districtchange ORDER BY id DESC LIMIT 1", nis=routes.NIS) == [("edit",)]
    clerk.page.get_by_role("link", name="Geschiedenis").click()
    assert "Met de hand gewijzigd" in clerk.text


def test_on_a_phone_and_in_the_dark(town: Stage, enter: Enter) -> None:
    visitor = enter(town, "an", color_scheme="dark")
    visitor.page.set_viewport_size(PHONE)
    visitor.go(routes.address(town, "district_map"))
    visitor.page.wait_for_selector(READY)
    find(visitor)
    visitor.page.get_by_role("button", name="De hele straat kiezen").first.click()
    visitor.page.wait_for_selector(PICKED)

    assert not faults(visitor)


def test_without_a_script_the_table_of_a_street_does_it(town: Stage, enter: Enter) -> None:
    visitor = enter(town, "an", javascript=False)
    assert visitor.go(routes.address(town, "district_map:street")) == 200
    page = visitor.page

    assert page.locator(".map-picture").is_visible()
    assert page.get_by_role("link", name="De rijen van deze straat wijzigen").is_visible()
    page.locator("input[name=house]").first.check()
    page.get_by_role("button", name="De aangevinkte huizen kiezen").click()
    assert page.locator(PICKED).count() == 1
    page.locator("#id_target").select_option("none")
    page.get_by_role("button", name="Bekijken wat verandert").click()
    assert visitor.heading == "Straten uit hun kieswijk halen"


def test_the_search_at_the_top_finds_each_kind_and_leads_there(town: Stage, enter: Enter) -> None:
    visitor = enter(town, "an")
    visitor.go(routes.address(town, "municipality_home"))
    page = visitor.page
    (building, station), *_ = town.rows(
        "SELECT b.name, s.number FROM districts_station s JOIN districts_building b ON b.id = s.building_id ORDER BY s.number LIMIT 1",
        nis=routes.NIS,
    )
    page.keyboard.press("/")
    page.keyboard.type(building[:6])
    page.locator("#search-results h2", has_text="Gebouwen").wait_for()
    assert not faults(visitor)
    page.locator("#search").fill(str(station))
    page.locator("#search-results h2", has_text="Stembureaus").wait_for()
    page.locator("#search").press("ArrowDown")
    page.locator("#search-results h2:has-text('Stembureaus') + ul a").first.click()
    page.wait_for_load_state()
    assert "/stations/" in page.url


def test_a_building_leads_to_its_place_and_back(town: Stage, enter: Enter) -> None:
    visitor = enter(town, "lies")
    visitor.go(routes.address(town, "building_detail"))
    name = visitor.heading
    visitor.page.get_by_role("link", name="Op de kaart tonen").click()
    visitor.page.wait_for_selector(READY)

    assert visitor.page.locator("#map-details h2").inner_text() == name
    visitor.page.get_by_role("link", name="Het gebouw: ingang, lokalen, contact").click()
    visitor.page.wait_for_load_state()
    assert visitor.heading == name
