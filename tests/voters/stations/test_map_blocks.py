"""Blocks drawn together: nobody is lost, and the first view of a city has a bound."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tenancy import tenant
from tests.voters.stations.town import Town
from voters.rules.map_blocks import Block, merged
from voters.selectors import map_data
from voters.selectors.map import Chosen

blocks = st.lists(
    st.builds(
        Block,
        y=st.integers(5_070_000, 5_070_900),
        x=st.integers(423_000, 423_900),
        district_id=st.sampled_from([None, 1, 2]),
        station_id=st.sampled_from([None, 7, 8]),
        before_id=st.none(),
        houses=st.integers(1, 9),
        voters=st.integers(0, 30),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(blocks)
def test_nobody_is_lost_and_nobody_changes_their_station(given: list[Block]) -> None:
    found = merged(given, 200)

    for station in (None, 7, 8):
        for figure in ("houses", "voters"):
            assert sum(getattr(one, figure) for one in found if one.station_id == station) == sum(
                getattr(one, figure) for one in given if one.station_id == station
            )
    squares = [(one.y // 200, one.x // 200, one.district_id, one.station_id) for one in given]
    assert len(found) == len(set(squares))
    assert merged(reversed(given), 200) == found


def test_the_first_view_of_a_city_has_a_bound(halle: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_data, "MOST_HOUSES", 10)
    with tenant(halle.municipality.pk):
        chosen = Chosen(halle.election, halle.draft, extraction=halle.extraction)
        fine = json.loads(map_data.first_view(chosen.shown).houses)
        monkeypatch.setattr(map_data, "MOST_BLOCKS", 5)
        coarse = json.loads(map_data.first_view(chosen.shown).houses)

    assert not coarse["whole"]
    assert len(coarse["rows"]["voters"]) <= 5 < len(fine["rows"]["voters"])
    assert sum(coarse["rows"]["voters"]) == sum(fine["rows"]["voters"])
    assert sum(coarse["rows"]["houses"]) == sum(fine["rows"]["houses"])
