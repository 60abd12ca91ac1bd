"""Pure rules: sizes beside the norm, the accessibility checklist, distances."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.rules.accessibility import NEEDED_FEATURES, Feature, Verdict, cleaned, verdict
from districts.rules.position import in_belgium, metres
from districts.rules.sizes import NO_LIMITS, Limits, Sizes, above_norm, below_norm, contradict, effective

NORM = Limits(150, 800)
SIZE = st.none() | st.integers(0, 2000)


@pytest.mark.parametrize(
    ("own", "norm", "expected"),
    [
        (NO_LIMITS, NORM, (150, 800)),
        (Limits(200), NORM, (200, 800)),
        (Limits(None, 650), NORM, (150, 650)),
        (Limits(100, 900), NORM, (100, 900)),
        (Limits(0), NORM, (0, 800)),
        (NO_LIMITS, NO_LIMITS, (None, None)),
        (Limits(300, 700), NO_LIMITS, (300, 700)),
        (Limits(None, 100), NORM, (None, 100)),  # smaller than the norm's least: its own most holds alone
        (Limits(900), NORM, (900, None)),
    ],
)
def test_own_sizes_go_before_the_norm(own, norm, expected):
    found = effective(own, norm)

    assert (found.minimum, found.maximum) == expected
    assert found.own == (own != NO_LIMITS)
    assert found == Sizes(expected[0], expected[1], own.minimum is not None, own.maximum is not None)


@given(SIZE, SIZE, SIZE, SIZE)
def test_the_sizes_that_hold_are_never_the_wrong_way_round(minimum, maximum, norm_minimum, norm_maximum):
    own, norm = Limits(minimum, maximum), Limits(norm_minimum, norm_maximum)
    if contradict(own, NO_LIMITS) or contradict(NO_LIMITS, norm):
        return

    found = effective(own, norm)

    assert found.minimum is None or found.maximum is None or found.minimum <= found.maximum
    assert minimum is None or found.minimum == minimum
    assert maximum is None or found.maximum == maximum


@pytest.mark.parametrize(
    ("own", "below", "above"),
    [
        (NO_LIMITS, False, False),
        (Limits(150, 800), False, False),
        (Limits(149, 800), True, False),
        (Limits(150, 801), False, True),
        (Limits(None, 149), True, False),
        (Limits(801, 900), False, True),
        (Limits(0, 5000), True, True),
    ],
)
def test_sizes_outside_the_norm_are_seen(own, below, above):
    assert (below_norm(own, NORM), above_norm(own, NORM)) == (below, above)
    assert not below_norm(own, NO_LIMITS)
    assert not above_norm(own, NO_LIMITS)


GOOD = {Feature.STEP_FREE: True, Feature.DOOR_WIDTH: True, Feature.ADAPTED_BOOTH: True}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, Verdict.UNKNOWN),
        (GOOD, Verdict.YES),
        ({**GOOD, Feature.STEP_FREE: False}, Verdict.UNKNOWN),  # a ramp may be there: nobody looked
        ({**GOOD, Feature.STEP_FREE: False, Feature.RAMP: True}, Verdict.YES),
        ({**GOOD, Feature.STEP_FREE: False, Feature.RAMP: False}, Verdict.NO),
        ({**GOOD, Feature.DOOR_WIDTH: False}, Verdict.NO),
        ({Feature.DOOR_WIDTH: False}, Verdict.NO),
        ({**GOOD, Feature.TOILET: False, Feature.PARKING: False}, Verdict.YES),
        ({Feature.RAMP: True, Feature.DOOR_WIDTH: True}, Verdict.UNKNOWN),
    ],
)
def test_a_building_is_accessible_when_every_need_is_met(answers, expected):
    assert verdict({str(feature): answer for feature, answer in answers.items()}) == expected


def test_one_more_yes_never_makes_a_building_less_accessible():
    order = [Verdict.NO, Verdict.UNKNOWN, Verdict.YES]
    features = sorted(map(str, NEEDED_FEATURES))
    for answers in itertools.product((False, None, True), repeat=len(features)):
        checklist = {feature: answer for feature, answer in zip(features, answers, strict=True) if answer is not None}
        for feature in features:
            assert order.index(verdict({**checklist, feature: True})) >= order.index(verdict(checklist))


def test_a_checklist_keeps_known_codes_and_definite_answers_in_order():
    assert cleaned({"toilet": False, "bus_stop": True, "ramp": None, "unheard_of": True, "parking": "yes"}) == {
        "bus_stop": True,
        "toilet": False,
    }
    assert list(cleaned({"toilet": True, "bus_stop": True})) == ["bus_stop", "toilet"]


def test_distances_are_those_of_the_map():
    basilica, station = (50.7367, 4.2373), (50.7333, 4.2404)

    assert metres(basilica, basilica) == 0
    assert round(metres(basilica, station)) == 436
    assert metres(basilica, station) == pytest.approx(metres(station, basilica))


@pytest.mark.parametrize(
    ("latitude", "longitude", "inside"), [(50.7, 4.2, True), (4.2, 50.7, False), (0, 0, False), (float("nan"), 4.2, False)]
)
def test_a_position_lies_in_belgium_or_is_none(latitude, longitude, inside):
    assert in_belgium(latitude, longitude) is inside
