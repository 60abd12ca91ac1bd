"""How a date of birth of the register reads."""


def registered_date(text: str) -> str:
    """``1950-00-00`` → ``1950``, ``1950-03-00`` → ``03/1950``, else ``04/05/1986``."""
    year, month, day = text.split("-")
    if month == "00":
        return year
    return f"{month}/{year}" if day == "00" else f"{day}/{month}/{year}"
