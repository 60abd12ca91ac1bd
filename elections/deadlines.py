"""The days that the law counts from an election: pure functions on dates (docs/formats/elections.md)."""

from calendar import SUNDAY, monthcalendar
from dataclasses import dataclass
from datetime import date, timedelta

LOCAL_CYCLE = (2024, 6)
"""A year with local elections, and the years between two of them (second Sunday of October, LPKD art. 6)."""


def second_sunday_of_october(year: int) -> date:
    """The day of local elections in a year that has them."""
    sundays = [week[SUNDAY] for week in monthcalendar(year, 10) if week[SUNDAY]]
    return date(year, 10, sundays[1])


def next_local_election(today: date) -> date:
    """The first local election day on or after ``today``."""
    start, step = LOCAL_CYCLE
    year = start + max(0, -(-(today.year - start) // step)) * step
    day = second_sunday_of_october(year)
    return day if day >= today else second_sunday_of_october(year + step)


def default_list_date(election_day: date, *, local: bool) -> date:
    """The day on which the list is closed.

    Local elections: 1 August (LPKD art. 15). Parliaments: the first day of the second month before that of the election
    (Electoral Code art. 10, law of 16 July 1993 art. 2).
    """
    if local:
        first_of_august = date(election_day.year, 8, 1)
        if first_of_august < election_day:
            return first_of_august
    month = election_day.month - 2
    return date(election_day.year, month, 1) if month >= 1 else date(election_day.year - 1, month + 12, 1)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Last days on which something may still be done."""

    final_list: date
    convocations: date
    complaints: date


def deadlines(*, election_day: date, list_date: date) -> Deadlines:
    """The last days for the final list, the letters and complaints.

    The list: in the month of the list date (31 August for 2018 and 2024), at the latest 25 days before the election when
    it goes to the governor (Electoral Code art. 15). Letters: 15 days before (Electoral Code art. 107, LPKD art. 54).
    Complaints: 12 days before (Electoral Code art. 18, LPKD art. 21).
    """
    end_of_month = (list_date.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Deadlines(
        final_list=min(end_of_month, election_day - timedelta(days=25)),
        convocations=election_day - timedelta(days=15),
        complaints=election_day - timedelta(days=12),
    )
