"""The final list as a request: what it is called, and what is unusual about asking for it now. Pure."""

from dataclasses import dataclass
from datetime import date

APPROVAL_KIND = "final_extraction"
EXPORT_KIND = "voters.export_list"
"""The kinds of what a second person decides, and of the work that makes a file of a list."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an extraction is worked out from: the register file, the two dates, the ballots. ``None``: not known of an older one."""

    register_id: int | None
    list_date: date | None
    election_day: date | None
    ballots: frozenset[str]

    def same_election(self, other: "Basis") -> bool:
        """Whether dates and ballots are the same, as far as they are known."""
        pairs = ((self.list_date, other.list_date), (self.election_day, other.election_day))
        return self.ballots == other.ballots and all(one == two for one, two in pairs if one and two)


def final_warnings(*, now: Basis, register_as_of: date | None, trial: Basis | None) -> list[str]:
    """Why somebody may want to wait with the final list: codes, whose sentences stand in voters.words.extractions.

    ``trial`` is the newest one that was finished. None of them refuses anything.
    """
    found = []
    if register_as_of is not None and now.list_date is not None and register_as_of < now.list_date:
        found.append("register_before_list_date")
    if trial is None:
        found.append("no_trial")
    elif trial.register_id != now.register_id:
        found.append("register_changed_since_trial")
    if trial is not None and not trial.same_election(now):
        found.append("election_changed_since_trial")
    return found
