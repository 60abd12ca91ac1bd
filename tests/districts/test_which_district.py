"""In which district lies …: what was typed, and what is meant."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.tenancy import tenant
from districts.rules.where import readings
from districts.selectors.where import which_district
from districts.words.where import as_json
from tests.districts.splits import ELECTION, make_districts, make_streets, put, row


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Kerkstraat 12", ("Kerkstraat", 12, "12", "")),
        ("Kerkstraat", ("Kerkstraat", None, "", "")),
        ("  kerkstr.  12A bus 3 ", ("kerkstr", 12, "12A bus 3", "")),
        ("Kerkstraat,12", ("Kerkstraat", 12, "12", "")),
        ("Kerkstraat nr. 12", ("Kerkstraat", 12, "12", "")),
        ("Kerkstraat 12/0301", ("Kerkstraat", 12, "12/0301", "")),
        ("11 Novemberstraat", ("11 Novemberstraat", None, "", "")),
        ("11 Novemberstraat 5", ("11 Novemberstraat", 5, "5", "")),
        ("Kerkstraat 12, 1500 Halle", ("Kerkstraat", 12, "12", "1500")),
        ("Kerkstraat 12 1500 Halle", ("Kerkstraat", 12, "12", "1500")),
        ("Kerkstraat, 1500", ("Kerkstraat", None, "", "1500")),
        ("1500 Kerkstraat", ("Kerkstraat", None, "", "1500")),
        ("Bergensesteenweg 1500", ("Bergensesteenweg", 1500, "1500", "")),
        ("Bergensesteenweg 1600", ("Bergensesteenweg", 1600, "1600", "")),
        ("Kerkstraat B-1500 Halle", ("Kerkstraat", None, "", "1500")),
        ("Square 8 Mei 12", ("Square", 8, "8 Mei 12", "")),
        ("12", ("12", None, "", "")),
    ],
)
def test_a_line_is_parted_in_street_number_and_postcode(text, first):
    place = readings(text, postcodes={"1500", "1501"})[0]

    assert (place.street, place.number, place.house, place.postcode) == first


def test_nothing_is_nothing_and_every_number_is_a_reading():
    assert readings("  ,") == []
    assert [(place.street, place.number) for place in readings("Square 8 Mei 12")] == [
        ("Square", 8),
        ("Square 8 Mei", 12),
        ("Square 8 Mei 12", None),
    ]


@pytest.fixture
def town(world):
    """Halle, and Horebeke with one of its streets."""
    streets = make_streets(
        world.halle,
        kerkstraat=["1", "2", "12A", "12/0301", "1501:2"],
        ysayestraat=["1"],
        bergensesteenweg=["40", "41"],
        square8mei=["12"],
        kerkweg=["1"],
        oudekerkstraat=["1"],
        zonderrij=["1"],
    )
    districts = make_districts(world, world.halle, "1", "2")
    put(
        world,
        world.halle,
        row(districts["1"], streets["kerkstraat"], "-11 all"),
        row(districts["2"], streets["kerkstraat"], "12- all"),
        row(districts["2"], streets["kerkstraat"], postcode="1501"),
        *(row(districts["1"], streets[name]) for name in ("ysayestraat", "bergensesteenweg", "square8mei", "kerkweg", "oudekerkstraat")),
    )
    other = make_streets(world.horebeke, kerkstraat=["1"])["kerkstraat"]
    put(world, world.horebeke, row(make_districts(world, world.horebeke, "9")["9"], other))
    return streets


def ask(municipality, text, day=ELECTION):
    with tenant(municipality.pk):
        return which_district(municipality_id=municipality.pk, text=text, day=day)


def answers(municipality, text):
    return [
        (one.street.name, one.postcode, one.row.district.code if one.row else None, one.known, one.match) for one in ask(municipality, text)
    ]


@pytest.mark.parametrize(
    ("text", "street", "code"),
    [
        ("Kerkstraat 2", "kerkstraat", "1"),
        ("KERKSTR. 12", "kerkstraat", "2"),
        ("kerkstraat 12A bus 3", "kerkstraat", "2"),
        ("Kerkstraat 12/0301", "kerkstraat", "2"),
        ("Ysaÿestraat 1", "ysayestraat", "1"),
        ("Bergense Steenweg 40", "bergensesteenweg", "1"),
        ("bergensestwg 40", "bergensesteenweg", "1"),
        ("bergesesteenweg 40", "bergensesteenweg", "1"),
        ("Bregensesteenweg", "bergensesteenweg", "1"),
        ("Square 8 Mei 12", "square8mei", "1"),
        ("ysay", "ysayestraat", "1"),
        ("zonder rij 1", "zonderrij", None),
    ],
)
def test_accents_endings_blanks_and_slips_are_forgiven(world, town, text, street, code):
    found = answers(world.halle, text)[0]

    assert (found[0], found[2]) == (street, code)


def test_a_house_that_is_there_comes_before_the_same_number_in_another_postcode(world, town):
    assert answers(world.halle, "Kerkstraat 1")[:2] == [
        ("kerkstraat", "1500", "1", True, "exact"),
        ("kerkstraat", "1501", "2", False, "exact"),
    ]
    assert answers(world.halle, "Kerkstraat 1, 1501 Halle")[0][1:3] == ("1501", "2")


def test_a_street_without_number_shows_all_its_rows(world, town):
    first = ask(world.halle, "kerkstraat")[0]

    assert first.row is None
    assert [one.district.code for one in first.rows] == ["1", "2"]


def test_what_begins_so_comes_before_what_holds_it(world, town):
    assert [one.street.name for one in ask(world.halle, "kerks")][:3] == ["kerkstraat", "kerkstraat", "oudekerkstraat"]
    assert [one.street.name for one in ask(world.halle, "kerk")] == ["kerkweg", "kerkstraat", "kerkstraat", "oudekerkstraat"]


def test_another_municipality_answers_for_itself(world, town):
    assert answers(world.horebeke, "Kerkstraat 2") == [("kerkstraat", "1500", "9", False, "exact")]
    assert answers(world.horebeke, "Square 8 Mei") == []


@pytest.mark.parametrize("text", ["", "   ", "?", "qqqqqq", "12", "'; DROP TABLE districts_street; --", "%", "_", "\\", "é" * 300])
def test_nonsense_finds_nothing_or_little_and_never_fails(world, town, text):
    assert len(ask(world.halle, text)) <= 10


def test_an_answer_for_machines(world, town):
    first = as_json(ask(world.halle, "Kerkstraat 12A")[0])

    assert json.loads(json.dumps(first)) == {
        "district_code": "2", "district_name": "Wijk 2", "street": "kerkstraat", "postcode": "1500", "locality": "Halle", "number": 12,
        "address_known": True, "match": "exact",
        "rows": [{"district_code": "2", "district_name": "Wijk 2", "side": "all", "number_from": 12, "number_to": None}],
    }  # fmt: skip


def test_before_the_split_there_is_no_district(world, town):
    assert ask(world.halle, "Kerkstraat 2", date(1899, 1, 1))[0].rows == []


def test_it_costs_the_same_however_many_streets_look_like_it(world, town):
    def queries(text):
        with tenant(world.halle.pk), CaptureQueriesContext(connection) as captured:
            which_district(municipality_id=world.halle.pk, text=text, day=ELECTION)
        return len(captured)

    assert queries("ysay 1") == queries("k 1") == 8
