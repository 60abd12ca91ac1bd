"""How long a request for cards in French is kept after it ended (docs/adr/0019-card-templates.md). Pure."""

from datetime import date, timedelta
from typing import Final

VALIDATED_AFTER: Final = timedelta(days=180)
"""After an election day: by then it has been decided on its validity, appeals included. No article says how long; ours, on the safe side."""


def last_election_day(today: date) -> date:
    """An election on this day or before it is beyond dispute."""
    return today - VALIDATED_AFTER
