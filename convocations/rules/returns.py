"""Letters that come back: why, and what was done with them. And what a printer reports."""

from enum import StrEnum


class Cause(StrEnum):
    """As the post says it on the letter."""

    MOVED = "moved"
    UNKNOWN = "unknown"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    DECEASED = "deceased"
    NO_BOX = "no_box"
    OTHER = "other"


class Action(StrEnum):
    """What was done. ``KEPT`` leaves the letter waiting for its voter, so the case stays open."""

    KEPT = "kept"
    HANDED = "handed"
    SENT_AGAIN = "sent_again"
    DESTROYED = "destroyed"


class Printed(StrEnum):
    """What a printer says of a card."""

    PRINTED = "printed"
    SPOILED = "spoiled"
    POSTED = "posted"


REPORT_COLUMNS = ("token", "result", "at")
"""Of a printer's report (docs/formats/convocations.md)."""
RETURN_COLUMNS = ("code", "cause", "action", "note")
"""Of a file of letters that came back (docs/formats/convocations.md)."""
