"""The split in districts on a day: which day is meant, since when it holds, its rows, and what a change of it would be."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from districts.models import District, DistrictChange, Street, StreetRange
from districts.rules.split import Plan, SplitRow, plan_rows, plan_split, plan_undo
from districts.rules.street_ranges import BEGINNING, NumberRange, Side, normalised
from districts.sql import changes as sql
from districts.sql import districts as placing
from elections.models import Election
from municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class SplitDay:
    """A day and the split that holds on it.

    ``election``: held on that day, if one is. ``since``: the first day of this split, ``until``: that of the next one; both ``None``
    where there is none. ``start``: the day from which a change that names none holds: that of the split itself, but never so
    early that an election whose stations are frozen would have had another split.
    """

    day: date
    election: Election | None
    since: date | None
    until: date | None
    start: date


def split_day(*, municipality: Municipality, today: date, day: date | None = None) -> SplitDay:
    """The split of a day; without one, of the election that people are at work on; without an election, of today."""
    held = list(Election.objects.filter(municipality=municipality).order_by("date"))
    coming = [one for one in held if one.date >= today]
    election = next((one for one in held if one.date == day), None) if day else next(iter([*coming, *held[-1:]]), None)
    chosen = day or (election.date if election else today)
    days = placing.days_of_change(municipality_id=municipality.pk)
    since = max((one for one in days if one <= chosen), default=None)
    until = min((one for one in days if one > chosen), default=None)
    frozen = [one.date for one in held if one.stations_frozen_at]
    first = frozen[-1] + timedelta(days=1) if frozen else BEGINNING
    return SplitDay(chosen, election, since, until, max(since or BEGINNING, first))


def holding(
    *, municipality_id: int, day: date, districts: Collection[int] | None = None, streets: Collection[int] | None = None
) -> list[StreetRange]:
    """The rows that hold on a day, of all districts and streets or of some, in the order of streets and numbers."""
    rows = StreetRange.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=day), municipality_id=municipality_id, removed_at=None, valid_from__lte=day
    )
    if districts is not None:
        rows = rows.filter(district__in=districts)
    if streets is not None:
        rows = rows.filter(street__in=streets)
    return in_order(rows, municipality_id=municipality_id)


def in_order(rows: Iterable[StreetRange], *, municipality_id: int) -> list[StreetRange]:
    """Rows with their street and district, in the order of streets and numbers.

    Looked up apart, not joined: right after an import the planner knows nothing of these tables and joins badly.
    """
    found = list(rows)
    own = {"municipality_id": municipality_id}
    streets = Street.objects.filter(**own).in_bulk({row.street_id for row in found})
    districts = District.objects.filter(**own).in_bulk({row.district_id for row in found})
    for row in found:
        row.street, row.district = streets[row.street_id], districts[row.district_id]
    return sorted(found, key=_place)


def _place(row: StreetRange) -> tuple[object, ...]:
    return row.street.name_key, row.street_id, row.postcode, row.number_from or 0, row.side, row.pk


def split_row(row: StreetRange) -> SplitRow:
    """A row as the rules see it."""
    numbers = NumberRange(Side(row.side), row.number_from, row.number_to)
    return SplitRow(row.district_id, row.street_id, row.postcode, numbers, row.valid_from, row.valid_until)


@dataclass(frozen=True, slots=True)
class ChangeProblem:
    """Why a change cannot be made: the added row by its place, and the row that it meets, which stays or is added too.

    Codes: ``overlap``, ``no_number``, ``district_closed``, ``not_ours``.
    """

    place: int
    code: str
    row: StreetRange | None = None
    other: int | None = None


class ChangeRefusedError(Exception):
    """The change cannot be made; nothing has changed."""

    def __init__(self, problems: Sequence[ChangeProblem], rows: Sequence[SplitRow] = ()) -> None:
        super().__init__(", ".join(f"{problem.place}: {problem.code}" for problem in problems))
        self.problems = list(problems)
        self.rows = list(rows)


class StaleChangeError(Exception):
    """A row that was to be changed is not there any more: somebody was quicker. Nothing has changed."""


def change_plan(*, municipality_id: int, removed: Collection[int], added: Sequence[SplitRow], valid_from: date) -> Plan:
    """Take rows away from a day on and add others. Raises ``ChangeRefusedError``, ``StaleChangeError``."""
    found = StreetRange.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=valid_from), municipality_id=municipality_id, removed_at=None, pk__in=removed
    )
    rows = {row.pk: split_row(row) for row in found}
    if set(removed) - set(rows):
        raise StaleChangeError
    clean = _checked(municipality_id, added)
    plan = plan_rows(removed=rows, added=clean, valid_from=valid_from)
    refuse_clashes(municipality_id=municipality_id, plan=plan)
    return plan


def _checked(municipality_id: int, added: Sequence[SplitRow]) -> list[SplitRow]:
    """The added rows with their numbers said in one way; refused where one holds no number or is of another municipality."""
    districts = dict(
        District.objects.filter(municipality_id=municipality_id, pk__in={row.district_id for row in added}).values_list("pk", "closed_at")
    )
    streets = set(
        Street.objects.filter(municipality_id=municipality_id, pk__in={row.street_id for row in added}).values_list("pk", flat=True)
    )
    problems, clean = [], []
    for place, row in enumerate(added):
        numbers = normalised(row.numbers)
        if numbers is None:
            problems.append(ChangeProblem(place, "no_number"))
        elif row.district_id not in districts or row.street_id not in streets:
            problems.append(ChangeProblem(place, "not_ours"))
        elif districts[row.district_id] is not None:
            problems.append(ChangeProblem(place, "district_closed"))
        else:
            clean.append(SplitRow(row.district_id, row.street_id, row.postcode, numbers, row.valid_from, row.valid_until))
    if problems:
        raise ChangeRefusedError(problems, added)
    return clean


def refuse_clashes(*, municipality_id: int, plan: Plan) -> None:
    """Raise ``ChangeRefusedError`` where a row that a plan makes meets another: what the database would refuse, said better."""
    sql.propose(plan.made)
    found = sql.clashes(municipality_id=municipality_id, removed=plan.removed)
    if found:
        met = StreetRange.objects.filter(municipality_id=municipality_id, pk__in={pk for _place, pk, _other in found if pk})
        rows = {row.pk: row for row in in_order(met, municipality_id=municipality_id)}
        raise ChangeRefusedError([ChangeProblem(place, "overlap", rows.get(pk or 0), other) for place, pk, other in found], plan.made)


def current_rows(*, municipality_id: int, day: date) -> dict[int, SplitRow]:
    """Every row that holds on a day or later, by its number."""
    rows = StreetRange.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), municipality_id=municipality_id, removed_at=None)
    return {row.pk: split_row(row) for row in rows.order_by("pk")}


def copy_plan(*, municipality_id: int, source: date, valid_from: date) -> Plan:
    """The split as it was on an earlier day, from another day on, for good. Raises ``ChangeRefusedError``."""
    held = [split_row(row) for row in holding(municipality_id=municipality_id, day=source)]
    wanted = _checked(municipality_id, held)
    return plan_split(current=current_rows(municipality_id=municipality_id, day=valid_from), wanted=wanted, valid_from=valid_from)


def newest_change(*, municipality_id: int) -> DistrictChange | None:
    """The last change: the only one that can be undone."""
    return DistrictChange.objects.filter(municipality_id=municipality_id).order_by("-pk").first()


def undo_plan(change: DistrictChange) -> Plan:
    """What undoing a change takes away and puts back. Raises ``StaleChangeError`` unless it is the last one."""
    last = newest_change(municipality_id=change.municipality_id)
    if last is None or last.pk != change.pk:
        raise StaleChangeError
    own = StreetRange.objects.filter(municipality_id=change.municipality_id)
    made = own.filter(made_change=change, removed_at=None).values_list("pk", flat=True)
    removed = [split_row(row) for row in own.filter(removed_change=change).order_by("pk")]
    return plan_undo(made=list(made), removed=removed, valid_from=change.valid_from)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row in a change. ``what``: added, removed, or ended (it holds until the change's day)."""

    what: str
    row: StreetRange


def changed_rows(change: DistrictChange) -> list[ChangedRow]:
    """What a change did, in the order of streets and numbers; what is left of a row that ended is not told twice."""
    own = StreetRange.objects.filter(municipality_id=change.municipality_id)
    made = in_order(own.filter(made_change=change), municipality_id=change.municipality_id)
    removed = in_order(own.filter(removed_change=change), municipality_id=change.municipality_id)
    rests = {_same(row) for row in made if row.valid_until == change.valid_from}
    gone = {_same(row) for row in removed}
    rows = [ChangedRow("ended" if _same(row) in rests else "removed", row) for row in removed]
    rows += [ChangedRow("added", row) for row in made if not (row.valid_until == change.valid_from and _same(row) in gone)]
    return sorted(rows, key=lambda one: _place(one.row))


def _same(row: StreetRange) -> tuple[object, ...]:
    return row.district_id, row.street_id, row.postcode, row.side, row.number_from, row.number_to, row.valid_from


def past_elections(*, municipality_id: int, plan: Plan, today: date) -> list[date]:
    """The elections that are over and that a change would give another split, as the screens would then tell it."""
    days = Election.objects.filter(municipality_id=municipality_id, date__gte=plan.valid_from, date__lt=today)
    return list(days.order_by("date").values_list("date", flat=True)) if not plan.nothing else []


def changes(*, municipality_id: int, newest: int = 100) -> list[DistrictChange]:
    """The last changes, newest first."""
    return list(DistrictChange.objects.filter(municipality_id=municipality_id).order_by("-pk")[:newest])


def changes_of(
    *, municipality_id: int, district_id: int | None = None, street_id: int | None = None, newest: int = 8
) -> list[DistrictChange]:
    """The last changes that gave a district or a street rows or took any away, newest first."""
    asked = {"district": district_id} if district_id is not None else {"street": street_id}
    rows = StreetRange.objects.filter(municipality_id=municipality_id, **asked)
    numbers = {pk for pair in rows.values_list("made_change_id", "removed_change_id") for pk in pair if pk}
    return list(DistrictChange.objects.filter(municipality_id=municipality_id, pk__in=sorted(numbers)[-newest:]).order_by("-pk"))
