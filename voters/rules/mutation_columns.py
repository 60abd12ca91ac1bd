"""The columns of ``mutations.csv`` and what each event needs of them (docs/formats/mutations.md, "Columns"). Everything else follows from this table."""

from dataclasses import dataclass

from voters.rules.ledger import ADDRESS_FIELDS, Event
from voters.rules.register_columns import COLUMNS as REGISTER_COLUMNS
from voters.rules.register_columns import NAMES as REGISTER_NAMES
from voters.rules.register_columns import REQUIRED, Column, Kind
from voters.rules.register_file import Layout

OWN: tuple[str, ...] = ("sequence", "event", "effective_on")
NAMES: tuple[str, ...] = (*OWN, *REGISTER_NAMES)
LAYOUT = Layout(NAMES, frozenset({*OWN, "national_number"}), whole=False)
EFFECTIVE = Column("effective_on", Kind.DATE, required=True)
BY_NAME: dict[str, Column] = {column.name: column for column in REGISTER_COLUMNS}
MARKS: tuple[str, ...] = ("eu_voter_since", "eu_voter_until", "local_voter_since", "local_voter_until")


@dataclass(frozen=True, slots=True)
class Needs:
    """Which columns an event must have and may have besides. ``dated``: the one that is its own date, and may repeat it."""

    required: frozenset[str]
    allowed: frozenset[str]
    dated: str = ""


def _needs(required: str = "", allowed: str = "", dated: str = "") -> Needs:
    must = frozenset(required.split())
    return Needs(must, must | frozenset(allowed.split()) | (frozenset({dated}) if dated else frozenset()), dated)


_ALL = Needs(REQUIRED - {"national_number"}, frozenset(REGISTER_NAMES) - {"national_number"})
EVENTS: dict[Event, Needs] = {
    Event.ARRIVAL: _ALL,
    Event.BIRTH: _ALL,
    Event.DEATH: _needs(dated="deceased_on"),
    Event.STRIKE_OFF: _needs(dated="struck_on"),
    Event.DEPARTURE: _needs(allowed=f"departed_to {' '.join(ADDRESS_FIELDS)}", dated="departed_on"),
    Event.MOVE: _needs("postcode street_name house_number", "box_number household_id household_role"),
    Event.NAME_CHANGE: _needs("last_name", "first_names"),
    Event.NATIONALITY: _needs("nationality", "register legal_stay_since"),
    Event.SUSPENSION: _needs("suspension", "suspension_until"),
    Event.SUSPENSION_LIFTED: _needs(),
    Event.VOTER_MARK: _needs(allowed=" ".join(MARKS)),
}
# What an event says of where its person is: asked of the rows that come after it.
LIFE: dict[Event, str] = {
    Event.ARRIVAL: "here",
    Event.BIRTH: "here",
    Event.DEATH: "dead",
    Event.STRIKE_OFF: "away",
    Event.DEPARTURE: "away",
}


def needing(column: str) -> tuple[Event, ...]:
    """The events that must have a column."""
    return tuple(event for event, needs in EVENTS.items() if column in needs.required)


def allowing(column: str) -> tuple[Event, ...]:
    """The events that may have it."""
    return tuple(event for event, needs in EVENTS.items() if column in needs.allowed)
