"""The map in a browser: drawn, pointed at, searched, switched on and off, with the keyboard, on a phone, on paper, and without a script."""

import json

import pytest

from tests.browser import routes
from tests.browser.audit import faults
from tests.browser.conftest import Enter
from tests.browser.stage import Stage
from tests.browser.visitor import PHONE, Visitor

READY = "#map[data-ready]"
PIXELS = """pane => [...document.querySelectorAll(`.leaflet-map-${pane}-pane canvas`)].reduce((sum, canvas) => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let drawn = 0; for (let at = 3; at < data.length; at += 4) if (data[at] > 0) drawn += 1;
  return sum + drawn; }, 0)"""


@pytest.fixture
def head(town: Stage, enter: Enter) -> Visitor:
    """The head of civil affairs in front of the map."""
    visitor = enter(town, "lies")
    assert visitor.go(routes.address(town, "election_map")) == 200
    visitor.page.wait_for_selector(READY)
    return visitor


def data(visitor: Visitor) -> dict:
    """What the page gave the script."""
    return json.loads(visitor.page.locator("#map-data").text_content() or "")


def test_it_is_drawn_without_a_word_on_the_console(head: Visitor) -> None:
    assert head.page.locator(".map-marker").count() == len(data(head)["buildings"])
    assert head.page.evaluate(PIXELS, "houses") > 100
    assert head.page.evaluate(PIXELS, "streets") > 100
    assert head.page.locator(".leaflet-overlay-pane path").count() >= len(data(head)["districts"])
    assert not faults(head)
    assert head.problems == []


NAMES = """() => {
  const { map } = electionMap.shown;
  const middle = map.getCenter();
  const [up, aside] = [0.02, 0.03];
  const ring = [[-1, -1], [-1, 1], [1, 1], [1, -1]].map(([y, x]) => [middle.lat + y * up, middle.lng + x * aside]);
  const one = electionMap.district([ring], "#000000", "Een lange naam");
  one.layer.addTo(map);
  const place = (discs) => {
    electionMap.placeNames(map, [one], discs);
    return [map.project(one.label.getLatLng()).distanceTo(map.project(one.places[0])), one.name.className];
  };
  return [place([]), place([electionMap.discsCover(map, middle, 3)]), place([{ left: -1e9, right: 1e9, top: -1e9, bottom: 1e9 }])];
}"""
COVERED = """() => {
  const boxes = (kind) => [...document.querySelectorAll(kind)].map((one) => one.getBoundingClientRect());
  const names = boxes(".map-name span:not(.map-name-crowded, .map-name-hidden)");
  const over = (one, other) => one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  return [names.length, names.filter((name) => boxes(".map-disc").some((disc) => over(name, disc))).length];
}"""


def test_names_of_districts_keep_clear_of_the_stations(head: Visitor) -> None:
    names, covered = head.page.evaluate(COVERED)
    free, moved, hidden = head.page.evaluate(NAMES)

    assert names > 0 == covered
    assert free == [0, ""]
    assert moved[0] > 10
    assert hidden[1] == "map-name-hidden"


def test_nothing_comes_from_elsewhere(head: Visitor, town: Stage) -> None:
    asked = []
    head.page.on("request", lambda request: asked.append(request.url))
    head.page.reload()
    head.page.wait_for_selector(READY)

    assert asked
    assert [url for url in asked if not url.startswith((town.url, "data:"))] == []


def test_a_click_on_a_station_and_on_a_house_says_what_it_is(head: Visitor) -> None:
    building = data(head)["buildings"][0]
    head.page.locator(".map-marker").first.click()
    details = head.page.locator("#map-details")

    assert details.locator("h2").inner_text() == building["name"]
    assert "Stembureau" in details.inner_text()
    assert details.get_by_role("link", name="de straten ervan").count() >= 1
    street = head.page.evaluate(
        "fetch(JSON.parse(document.getElementById('map-data').textContent).urls.houses).then(r => r.json()).then(d => d.streets[0][1])"
    )
    head.page.locator("#map-form [name=q]").fill(street)
    head.page.locator("#map-form button").click()
    assert details.locator("h2").inner_text() == street
    assert details.get_by_role("link", name="Bekijken en wijzigen waar deze straat stemt").count() == 1
    box = head.page.locator("#map").bounding_box()
    assert box is not None
    assert "#" in head.page.url


def test_an_address_is_found_and_its_table_too(head: Visitor, town: Stage) -> None:
    name, number = town.rows(
        "SELECT t.name, a.number FROM districts_address a JOIN districts_street t ON t.id = a.street_id WHERE a.closed_at IS NULL AND a.latitude IS NOT NULL ORDER BY a.id LIMIT 1",
        nis=routes.NIS,
    )[0]
    field = head.page.locator("#map-form [name=q]")
    field.fill(f"{name} {number}")
    field.press("Enter")

    assert head.page.locator("#map-details h2").inner_text() == f"{name} {number}"
    head.page.get_by_role("link", name="Alle huizen van deze straat").click()
    head.page.wait_for_selector(READY)
    assert head.page.locator("#street h2").inner_text() == name
    assert not faults(head)


def test_what_is_misspelled_is_looked_for_by_the_server(head: Visitor, town: Stage) -> None:
    name = town.rows("SELECT name FROM districts_street WHERE closed_at IS NULL ORDER BY length(name) DESC LIMIT 1", nis=routes.NIS)[0][0]
    field = head.page.locator("#map-form [name=q]")
    field.fill(name[:4] + name[5:])
    field.press("Enter")
    head.page.wait_for_url("**q=**")
    head.page.wait_for_selector(READY)

    assert head.page.locator("#street h2").inner_text() == name
    assert head.page.locator("#map-details h2").inner_text().startswith(name)


def test_layers_go_and_come_back(head: Visitor) -> None:
    for layer, selector in (
        ("stations", ".map-marker"),
        ("districts", ".leaflet-overlay-pane path.leaflet-interactive, .leaflet-overlay-pane path"),
        ("houses", ".leaflet-map-houses-pane canvas"),
    ):
        before = head.page.locator(selector).count()
        head.page.locator(f"[data-map-layer={layer}]").uncheck()
        assert head.page.locator(selector).count() < before
        head.page.locator(f"[data-map-layer={layer}]").check()
        assert head.page.locator(selector).count() == before


def test_the_keyboard_moves_comes_closer_and_reaches_a_station(head: Visitor) -> None:
    page = head.page
    page.locator("#map").focus()
    where = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_function("url => location.href !== url", arg=where)
    zoom = float(page.url.split("#")[1].split("/")[0])
    page.keyboard.press("+")
    page.wait_for_function("zoom => parseFloat(location.hash.slice(1)) > zoom", arg=zoom)
    marker = page.locator(".map-marker").first
    assert marker.get_attribute("aria-label")
    marker.focus()
    page.keyboard.press("Enter")
    assert page.locator("#map-details h2").inner_text() == data(head)["buildings"][0]["name"]


def test_another_draft_is_shown_as_soon_as_it_is_chosen(head: Visitor) -> None:
    page = head.page
    page.locator("#map-form [name=before]").select_option(index=2)
    page.wait_for_url("**before=**")
    page.wait_for_selector(READY)

    assert "vergeleken met" in head.text
    assert head.problems == []


def test_on_a_phone_and_in_the_dark(town: Stage, enter: Enter) -> None:
    visitor = enter(town, "lies", color_scheme="dark")
    visitor.page.set_viewport_size(PHONE)
    visitor.go(routes.address(town, "election_map"))
    visitor.page.wait_for_selector(READY)

    assert not faults(visitor)
    assert visitor.page.evaluate(PIXELS, "houses") > 100


def test_it_prints_as_wide_as_the_page_and_comes_back(head: Visitor) -> None:
    wide = head.page.locator("#map").bounding_box()
    assert head.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")

    head.page.wait_for_function("!document.getElementById('map').classList.contains('map-paper')")
    assert head.page.locator("#map").bounding_box() == wide


def test_without_a_script_there_is_a_picture_and_the_same_figures(town: Stage, enter: Enter) -> None:
    visitor = enter(town, "lies", javascript=False)
    assert visitor.go(routes.address(town, "election_map")) == 200
    picture = visitor.page.locator(".map-picture")

    assert picture.is_visible()
    assert visitor.page.request.get(town.url + (picture.get_attribute("src") or "")).headers["content-type"].startswith("image/svg+xml")
    visitor.sees("Polling stations", "Districts")
    visitor.page.locator("#map-form [name=q]").fill("dorp")
    visitor.page.locator("#map-form button").click()
    assert visitor.page.locator("#street").count() + visitor.page.locator(".note-warn").count() == 1
