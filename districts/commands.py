"""How a command names a day."""

from datetime import date

from core.commands import refuse


def day_named(text: str | None, *, column: str) -> date | None:
    """The day written YYYY-MM-DD, or refuse; nothing for nothing."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse("expected a date, YYYY-MM-DD", column=column, value=text)
