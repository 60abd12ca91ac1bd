"""How a command names an election."""

from datetime import date

from core.commands import refuse
from elections.models import Election
from elections.selectors import election as find_election
from municipalities.models import Municipality


def election_on(municipality: Municipality, day: str, *, column: str = "DATE") -> Election:
    """Return the election of a municipality on a day written YYYY-MM-DD, or refuse. Runs inside the municipality."""
    try:
        found = find_election(municipality=municipality, day=date.fromisoformat(day))
    except ValueError:
        refuse("expected a date, YYYY-MM-DD", column=column, value=day)
    return found or refuse("no election on this day", column=column, value=day)
