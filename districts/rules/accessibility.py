"""What makes a building usable for everybody: the checklist that a visitor goes through, and what follows from it.

Codes only; their words are in districts.words.buildings. A code that is missing from a building's list was not looked at.
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from typing import Final


class Feature(StrEnum):
    """One question on the checklist, in the order in which one comes across it: from the street to the booth."""

    BUS_STOP = "bus_stop"  # a stop of bus or tram within 300 m
    PARKING = "parking"  # a reserved place to park close to the entrance
    SIGNAGE = "signage"  # the way is signposted from the street
    LIGHTING = "lighting"  # the way and the entrance are lit
    STEP_FREE = "step_free"  # from the street to the room without a step
    RAMP = "ramp"  # a ramp or lift where there is a step
    DOOR_WIDTH = "door_width"  # every door on the way is at least 90 cm wide
    TOILET = "toilet"  # a toilet for wheelchair users
    SEATING = "seating"  # somewhere to sit while waiting
    ADAPTED_BOOTH = "adapted_booth"  # room for a booth with a low shelf


class Verdict(StrEnum):
    """Whether a wheelchair user can vote there."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


NEEDED: Final = ((Feature.STEP_FREE, Feature.RAMP), (Feature.DOOR_WIDTH,), (Feature.ADAPTED_BOOTH,))
"""What a wheelchair user cannot do without: one of each group."""

NEEDED_FEATURES: Final = frozenset(chain(*NEEDED))


def verdict(checklist: Mapping[str, bool]) -> Verdict:
    """Yes when every need is met, no as soon as one is not, unknown as long as something was not looked at."""
    met = [_met(checklist, group) for group in NEEDED]
    if all(found is True for found in met):
        return Verdict.YES
    return Verdict.NO if any(found is False for found in met) else Verdict.UNKNOWN


def _met(checklist: Mapping[str, bool], group: tuple[Feature, ...]) -> bool | None:
    """Whether one of a group holds; ``None`` when none is known to hold and not all are known not to."""
    answers = [checklist.get(feature) for feature in group]
    if any(answer is True for answer in answers):
        return True
    return False if all(answer is False for answer in answers) else None


def cleaned(answers: Mapping[str, object]) -> dict[str, bool]:
    """A checklist with known codes and definite answers only, in the order of the list: as it is stored."""
    return {feature.value: answer for feature in Feature if isinstance(answer := answers.get(feature.value), bool)}
