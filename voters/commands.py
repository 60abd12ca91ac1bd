"""How a command names an election, and says why a draft of the assignment is refused."""

from elections.commands import election_on

DRAFT_PROBLEMS = {
    "no_extraction": "there is no finished extraction: extract first",
    "no_districts": "no street lies in a district on that day: import_districts first",
    "no_such_station": "--rest names no polling station of this election",
    "strangers": "districts or stations were changed: some households would vote outside their district; make the draft again",
    "solver_failed": "the program that places the households ended without a plan",
    "changed_meanwhile": "stations, districts or pins were changed again and again meanwhile",
    "no_stations": "there are no polling stations for this election: import_stations first",
    "frozen_exists": "an assignment of this election is frozen, or waits for the second person",
    "wrong_state": "this draft is not ready: it is at work, frozen or was decided meanwhile",
    "not_final": "only a draft made on the final extraction can be frozen",
    "unplaced": "some voters have no station yet: link their addresses or place them by hand",
    "sizes": "a station has more voters than it may have, or fewer, and this election does not allow that",
}

__all__ = ["DRAFT_PROBLEMS", "election_on"]
