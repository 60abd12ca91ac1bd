"""The columns of ``register.csv`` (docs/formats/register.md, "Columns"): what each may hold. Everything else is derived from this table."""

from dataclasses import dataclass
from enum import Enum

from voters.rules.countries import COUNTRIES, NATIONALITIES


class Kind(Enum):
    """How a value is read."""

    NUMBER = "national number"
    TEXT = "text"
    BIRTH = "date, unknown parts 00"
    DATE = "date"
    CODE = "one of a list"
    PLACE = "NIS code or country"
    WHOLE = "whole number"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``longest`` in characters for free text, ``codes`` for a closed list."""

    name: str
    kind: Kind
    required: bool = False
    longest: int = 0
    codes: frozenset[str] = frozenset()


def _code(name: str, codes: str | frozenset[str], *, required: bool) -> Column:
    return Column(name, Kind.CODE, required=required, codes=codes if isinstance(codes, frozenset) else frozenset(codes.split()))


COLUMNS: tuple[Column, ...] = (
    Column("national_number", Kind.NUMBER, required=True),
    Column("last_name", Kind.TEXT, required=True, longest=120),
    Column("first_names", Kind.TEXT, longest=160),
    Column("birth_date", Kind.BIRTH, required=True),
    _code("sex", "M F X", required=False),
    _code("nationality", NATIONALITIES, required=True),
    _code("register", "BR VR WR", required=True),
    Column("registered_on", Kind.DATE, required=True),
    Column("legal_stay_since", Kind.DATE),
    Column("postcode", Kind.TEXT, longest=10),
    Column("street_name", Kind.TEXT, longest=120),
    Column("house_number", Kind.TEXT, longest=20),
    Column("box_number", Kind.TEXT, longest=20),
    Column("household_id", Kind.TEXT, longest=40),
    Column("household_role", Kind.WHOLE),
    _code("language", "nl fr de", required=True),
    _code("suspension", "excluded suspended", required=False),
    Column("suspension_until", Kind.DATE),
    Column("deceased_on", Kind.DATE),
    Column("struck_on", Kind.DATE),
    Column("departed_on", Kind.DATE),
    Column("departed_to", Kind.PLACE, codes=COUNTRIES),
    Column("eu_voter_since", Kind.DATE),
    Column("eu_voter_until", Kind.DATE),
    Column("local_voter_since", Kind.DATE),
    Column("local_voter_until", Kind.DATE),
)
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
REQUIRED: frozenset[str] = frozenset(column.name for column in COLUMNS if column.required)
ADDRESS: tuple[str, ...] = ("postcode", "street_name", "house_number", "box_number")
# An empty one is NULL in the database; every other empty value is an empty text.
NULLABLE: frozenset[str] = frozenset(c.name for c in COLUMNS if c.kind in {Kind.DATE, Kind.WHOLE})
