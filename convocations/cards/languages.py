"""In which language a voter's card is: Dutch, but French where the law lets them choose it and they did (docs/formats/convocation-card.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from convocations.cards.card import Language
from municipalities.facilities import facilities


def languages_of(nis: str) -> tuple[Language, ...]:
    """The languages in which a municipality prints its cards."""
    return ("nl", "fr") if nis in facilities() else ("nl",)


def last_day(received_on: date, years: int) -> date:
    """The last day of a choice: the day before the same day, so many years later."""
    try:
        after = received_on.replace(year=received_on.year + years)
    except ValueError:  # 29 February
        after = date(received_on.year + years, 3, 1)
    return date.fromordinal(after.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """A voter's request, from the day on which it came in up to and with ``ends_on``; not from the day on which it was withdrawn."""

    language: Language
    received_on: date
    ends_on: date
    withdrawn_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it counts on a day."""
        return self.received_on <= on <= self.ends_on and (self.withdrawn_on is None or on < self.withdrawn_on)


def card_language(choices: Iterable[Choice], *, nis: str, on: date) -> Language:
    """The language of a card that is made on a day: the last choice that holds on it, else Dutch."""
    if nis not in facilities():
        return "nl"
    holding = [choice for choice in choices if choice.holds(on)]
    return max(holding, key=lambda choice: choice.received_on).language if holding else "nl"
