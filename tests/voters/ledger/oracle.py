"""What an event does to a list, one at a time and in Python: what voters.sql.effects decides for a whole file is compared with this."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from voters.rules.ledger import BY_CODE, OUTSIDE, Event, Rule


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when an event meets the list of an election. ``ballots``: those that the voter has on it.

    ``old_enough``: on election day, for one of its ballots at least. ``address_known``: where somebody who left lives now.
    """

    event: Event
    effective_on: date
    election_day: date
    on_list: bool
    ballots: frozenset[str] = frozenset()
    old_enough: bool = True
    nationality_before: str = ""
    nationality_after: str = ""
    suspension_until: date | None = None
    address_known: bool = False


def rule_of(facts: Facts, *, union: Collection[str]) -> Rule | None:
    """The row that an event falls under; ``None`` where it does nothing to the list of this election.

    An event that takes effect after election day does nothing to it.
    """
    if facts.effective_on > facts.election_day:
        return None
    code = _code(facts, union)
    if code not in BY_CODE or (not facts.on_list and (code not in OUTSIDE or not facts.old_enough)):
        return None
    return BY_CODE[code]


def _code(facts: Facts, union: Collection[str]) -> str:
    match facts.event:
        case Event.DEPARTURE:
            return "departure_known" if facts.address_known else "departure_unknown"
        case Event.ARRIVAL if facts.on_list:
            return "return"
        case Event.NATIONALITY:
            return _nationality(facts, union)
        case Event.SUSPENSION:
            return (
                "suspension_reaches"
                if facts.suspension_until is None or facts.suspension_until >= facts.election_day
                else "suspension_short"
            )
    return facts.event.value


def _nationality(facts: Facts, union: Collection[str]) -> str:
    before, after = facts.nationality_before, facts.nationality_after
    if before == "BE" and after != "BE":
        return "nationality_lost"
    if after == "BE" and before != "BE":
        return "nationality_gained"
    # A citizen of the Union votes for the European Parliament only as long as they are one.
    left = before in union and after not in union
    return "nationality_lost" if left and facts.ballots == {"european"} else "nationality_same"
