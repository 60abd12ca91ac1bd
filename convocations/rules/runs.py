"""What a print run is told, in what order its cards lie, and how the files of a run are called. Pure values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from convocations.cards import texts

APPROVAL_KIND: Final = "card_run"
"""What asking a second person to release a run is called."""
FILE_PAGES: Final = 10_000
"""Cards of one file at most, which one worker draws and reads back in some seconds: what a killed worker loses, and what its memory follows."""
LONGEST_STEP: Final = 240
"""Minutes of an advised time, at most."""


class Order(StrEnum):
    """In what order cards are printed: as the post walks, over the whole run or station by station."""

    POST = "post"
    STATION = "station"


class Problem(StrEnum):
    """Why a run cannot be asked for, or its settings cannot be."""

    NO_FINAL_LIST = "no_final_list"
    NOT_ASSIGNED = "not_assigned"
    RUN_OPEN = "run_open"
    NO_CARDS = "no_cards"
    HOURS = "hours"
    STEP = "step"
    POSTING = "posting"


@dataclass(frozen=True, slots=True)
class Hours:
    """When a station is open, in minutes after midnight."""

    opening: int
    closing: int

    @property
    def texts(self) -> tuple[str, str]:
        """As ``HH:MM``."""
        return clock(self.opening), clock(self.closing)

    @classmethod
    def of(cls, opening: str, closing: str) -> "Hours":
        """From ``HH:MM``. Raises ``ValueError``."""
        return cls(minutes(opening), minutes(closing))


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What is frozen with a run. ``step``: length of an advised time in minutes, 0 for none; ``posting``: when bpost gets the cards.

    ``paper`` and ``electronic``: the opening hours of stations that vote so. ``reissue``: only the voters of this reissue
    (``convocations.models.Reissue``) get a card, and a new one if they have one; 0: everybody who has none. ``duplicates``: the cards
    say that they are duplicates. ``papers``: type of voter and paper, of those whose cards are not on white paper.
    """

    paper: Hours
    electronic: Hours
    step: int = 60
    order: Order = Order.POST
    mail_ids: bool = False
    posting: date | None = None
    reissue_changed: bool = False
    reissue: int = 0
    duplicates: bool = False
    papers: tuple[tuple[str, str], ...] = ()

    def hours(self, *, electronic: bool) -> Hours:
        """Of a station."""
        return self.electronic if electronic else self.paper

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            **asdict(self),
            "paper": list(self.paper.texts),
            "electronic": list(self.electronic.texts),
            "order": self.order.value,
            "posting": self.posting.isoformat() if self.posting else None,
            "papers": dict(self.papers),
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "RunSettings":
        """From what ``as_json`` gave."""
        paper, electronic = (Hours.of(*values[name]) for name in ("paper", "electronic"))
        posting = date.fromisoformat(values["posting"]) if values["posting"] else None
        return cls(
            paper,
            electronic,
            values["step"],
            Order(values["order"]),
            values["mail_ids"],
            posting,
            values["reissue_changed"],
            values.get("reissue", 0),
            values.get("duplicates", False),
            tuple(sorted(values.get("papers", {}).items())),
        )


def law_hours(elections: str) -> tuple[Hours, Hours]:
    """Opening hours of paper and electronic stations, as they are for this kind of elections (``elections.rules.norm_kind``)."""
    paper, electronic = (texts.hours(elections=elections, electronic=electronic) for electronic in (False, True))
    return Hours.of(paper.opening, paper.closing), Hours.of(electronic.opening, electronic.closing)


def settings_problems(settings: RunSettings, *, election_day: date) -> list[Problem]:
    """All that is wrong with settings; none when they can be."""
    found = []
    if any(not 0 <= hours.opening < hours.closing <= 24 * 60 for hours in (settings.paper, settings.electronic)):
        found.append(Problem.HOURS)
    elif settings.step and not all(
        5 <= settings.step <= min(LONGEST_STEP, h.closing - h.opening) for h in (settings.paper, settings.electronic)
    ):
        found.append(Problem.STEP)
    if settings.posting is not None and settings.posting >= election_day:
        found.append(Problem.POSTING)
    return found


def minutes(text: str) -> int:
    """``08:30`` → 510. Raises ``ValueError``, also of ``08:75``."""
    hours, _colon, rest = text.partition(":")
    if not 0 <= int(rest) < 60:
        raise ValueError(text)
    return int(hours) * 60 + int(rest)


def clock(moment: int) -> str:
    """510 → ``08:30``."""
    return f"{moment // 60:02d}:{moment % 60:02d}"


def slots(hours: Hours, step: int) -> list[int]:
    """The beginnings of the advised times of a station: whole steps only, the last one ends at closing or before."""
    return list(range(hours.opening, hours.closing - step + 1, step)) if step else []


def file_name(what: str, *, nis: str, day: date, run: int, extension: str) -> str:
    """``oproepingsbrieven-23027-2024-10-13-1.pdf``."""
    return f"{what}-{nis}-{day:%Y-%m-%d}-{run}.{extension}"
