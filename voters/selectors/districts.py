"""Inhabitants and voters by district, and whom a change of the split would move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from districts.models import Street, StreetRange
from districts.rules.split import Plan, SplitRow
from districts.selectors.districts import all_districts
from districts.selectors.split import SplitDay, in_order, past_elections
from districts.sql import changes
from elections.models import Election
from elections.selectors import current_election
from municipalities.models import Municipality
from voters.models import Extraction
from voters.selectors.voters_list import shown_extraction
from voters.sql import districts as sql
from voters.sql.districts import Figures

SHOWN_ROWS = 20


def counted_extraction(*, municipality: Municipality, election: Election | None, today: date) -> Extraction | None:
    """Whose voters are counted: the final list of an election, else its newest trial; without one, of the election at hand."""
    held = election or current_election(municipality=municipality, today=today)
    found = shown_extraction(election=held) if held else None
    if found is not None and held is not None:
        found.election = held
    return found


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """Addresses, inhabitants and voters by number of the district (``None``: in none), and the list whose voters these are."""

    by_district: Mapping[int | None, Figures]
    extraction: Extraction | None

    @property
    def lost(self) -> Figures:
        """What lies in no district."""
        return self.by_district.get(None, Figures())


def district_figures(*, municipality: Municipality, split: SplitDay, today: date) -> DistrictFigures:
    """Count by district on a day."""
    extraction = counted_extraction(municipality=municipality, election=split.election, today=today)
    counted = sql.figures(municipality_id=municipality.pk, day=split.day, extraction_id=extraction.pk if extraction else None)
    return DistrictFigures(counted, extraction)


@dataclass(frozen=True, slots=True)
class Way:
    """What goes from one district to another; ``None`` is no district. Names, since a file may make a district."""

    before: str | None
    after: str | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class LostStreet:
    """Addresses that would lie in no district, in one street and postcode that a change touches."""

    street_id: int
    street: str
    postcode: str
    addresses: int


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A row that a change makes, with the names of its street and district."""

    row: SplitRow
    street: str
    district: str


@dataclass(frozen=True, slots=True)
class Moves:
    """Whom a change would move on a day, the most voters first; the rows that go and come are the first few."""

    day: date
    plan: Plan
    ways: list[Way]
    lost: list[LostStreet]
    past: list[date]
    gone: list[StreetRange]
    come: list[ComingRow]
    doubtful: list[tuple[str, ComingRow]]
    extraction: Extraction | None

    @property
    def total(self) -> Figures:
        """Everything that moves."""
        return Figures(*(sum(figures) for figures in zip(*(way.figures for way in self.ways), strict=True))) if self.ways else Figures()


def moves(plan: Plan, *, municipality: Municipality, split: SplitDay, today: date, made: Mapping[int, str] | None = None) -> Moves:
    """Look ahead: nothing is written. ``made``: names of districts that do not exist yet, by their number in the plan.

    The day is that of the split that is looked at, or that from which the change holds if that is later.
    """
    day = max(split.day, plan.valid_from)
    extraction = counted_extraction(municipality=municipality, election=split.election, today=today)
    found = sql.moves(plan, municipality_id=municipality.pk, day=day, extraction_id=extraction.pk if extraction else None)
    names = {row.pk: str(row) for row in all_districts(municipality_id=municipality.pk)} | dict(made or {})
    ways = [
        Way(names[before] if before is not None else None, names[after] if after is not None else None, figures)
        for (before, after), figures in found.items()
    ]
    return Moves(
        day=day,
        plan=plan,
        ways=sorted(
            ways, key=lambda way: (-way.figures.voters, -way.figures.persons, -way.figures.addresses, way.before or "", way.after or "")
        ),
        lost=[LostStreet(*row) for row in changes.lost(municipality_id=municipality.pk)],
        past=past_elections(municipality_id=municipality.pk, plan=plan, today=today),
        gone=_gone(plan, municipality_id=municipality.pk),
        come=_come(plan.made[plan.ended :][:SHOWN_ROWS], names, municipality_id=municipality.pk),
        doubtful=_doubtful(plan, names, day=day, municipality_id=municipality.pk),
        extraction=extraction,
    )


def _gone(plan: Plan, *, municipality_id: int) -> list[StreetRange]:
    rows = StreetRange.objects.filter(municipality_id=municipality_id, pk__in=plan.removed[:SHOWN_ROWS])
    return in_order(rows, municipality_id=municipality_id)


def _come(rows: Sequence[SplitRow], names: Mapping[int, str], *, municipality_id: int) -> list[ComingRow]:
    streets = Street.objects.filter(municipality_id=municipality_id).in_bulk({row.street_id for row in rows})
    return [ComingRow(row, streets[row.street_id].name, names[row.district_id]) for row in rows]


def _doubtful(plan: Plan, names: Mapping[int, str], *, day: date, municipality_id: int) -> list[tuple[str, ComingRow]]:
    """New rows that are probably a slip: why (``empty, single``), and which."""
    found = changes.doubtful(plan, day=day)
    rows = _come([plan.made[place] for place, _why in found], names, municipality_id=municipality_id)
    return [(why, row) for (_place, why), row in zip(found, rows, strict=True)]
