"""The advised hour: households one after the other over the opening hours, so that every part of the day gets as many voters.

Advice only; nobody may be turned away for coming at another time. The same for a whole list is convocations.sql.preparing.
"""

from collections.abc import Sequence
from enum import IntEnum
from hashlib import md5


class Wish(IntEnum):
    """What a household asked for; also its place in the order in which households are spread."""

    EARLIER = -1
    NONE = 0
    LATER = 1


def spread(households: Sequence[tuple[str, int, Wish]], count: int) -> list[int]:
    """The slot (from 0) of each household (key, voters, wish) of one station.

    Households stand in a row: those that want to come early first, those that want to come late last, and otherwise in an order
    that has nothing to do with where they live. Each begins in the slot in which the voters before it end. So no slot has more or
    fewer voters than its share by a whole household or more, and a wish is always met before that of somebody who has none.
    """
    total = sum(voters for _key, voters, _wish in households)
    found, before = [0] * len(households), 0
    for index in sorted(range(len(households)), key=lambda i: (households[i][2], shuffled(households[i][0]))):
        found[index] = before * count // total if total else 0
        before += households[index][1]
    return found


def shuffled(key: str) -> str:
    """An order without a meaning that stays the same in any database. Not a secret."""
    return md5(key.encode(), usedforsecurity=False).hexdigest()
