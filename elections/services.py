"""Making, changing and removing an election, and keeping the law that holds for it up to date."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from core import audit
from core.actor import PLATFORM, Actor
from core.tenancy import tenant
from elections.law import (
    MEMBER_COLUMNS,
    NORM_COLUMNS,
    RULE_COLUMNS,
    LawProblem,
    norm_key,
    read_members,
    read_norms,
    read_rules,
    rule_key,
)
from elections.models import Election, ElectionBallot, EligibilityRule, StationNorm, UnionMember
from elections.rules import BALLOT_CODES, DISTRICT_MUNICIPALITIES, OCMW_MUNICIPALITIES, Ballot
from elections.selectors import rules_on
from municipalities.models import Municipality


class ElectionRefusedError(Exception):
    """An election cannot be made or changed so; ``problems`` are (field, code) pairs. Nothing has changed.

    Codes: ``exists``, ``not_before_election``, ``no_ballots``, ``unknown:<ballot>``, ``not_held_here:<ballot>``, ``no_rules:<ballot>``,
    and ``frozen`` of no field: its stations are.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems))
        self.problems = problems


class ElectionInUseError(Exception):
    """An election is not removed while something rests on it; ``kinds`` are names of models: ``extraction``, ``station`` … Nothing has changed."""

    def __init__(self, kinds: list[str]) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = kinds


class LawRefusedError(Exception):
    """The files of the law do not hold together; ``problems`` say where. Nothing has changed."""

    def __init__(self, problems: list[LawProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@transaction.atomic
def create_election(
    *, municipality: Municipality, date: date, list_date: date, ballots: Iterable[str], by: Actor, at: datetime
) -> Election:
    """Make an election day with its ballots. Raises ``ElectionRefusedError``.

    Only what makes a list impossible is refused; what is merely unusual (no Sunday, another list date) is for
    ``elections.rules.election_warnings`` to say.
    """
    wanted = list(dict.fromkeys(ballots))
    with tenant(municipality.pk):
        problems = _election_problems(municipality, date, list_date, wanted)
        if problems:
            raise ElectionRefusedError(problems)
        election = Election.objects.create(
            municipality=municipality, date=date, list_date=list_date, created_at=at, created_by_name=by.name
        )
        _hold(election, wanted)
        audit.record(
            municipality_id=municipality.pk,
            kind="election.created",
            by=by,
            at=at,
            target=f"election:{election.pk}",
            after=_as_json(election),
        )
    return election


@transaction.atomic
def change_election(*, election: Election, date: date, list_date: date, ballots: Iterable[str], by: Actor, at: datetime) -> list[str]:
    """Change the day, the list date and the ballots. Returns which of them are other than before. Raises ``ElectionRefusedError``.

    Whether a list that was made of it stands in the way is known in the packages above (voters.services.elections).
    """
    wanted = list(dict.fromkeys(ballots))
    with tenant(election.municipality_id):
        problems = _election_problems(election.municipality, date, list_date, wanted, but=election)
        current = Election.objects.select_for_update().get(pk=election.pk, municipality_id=election.municipality_id)
        if current.stations_frozen_at:
            problems = [("", "frozen")]
        if problems:
            raise ElectionRefusedError(problems)
        before = _as_json(current)
        current.date, current.list_date = date, list_date
        current.save(update_fields=["date", "list_date"])
        _hold(current, wanted)
        after = _as_json(current)
        changed = [name for name in after if after[name] != before[name]]
        if changed:
            audit.record(
                municipality_id=current.municipality_id,
                kind="election.changed",
                by=by,
                at=at,
                target=f"election:{current.pk}",
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
    return changed


@transaction.atomic
def remove_election(*, election: Election, by: Actor, at: datetime) -> None:
    """Remove an election on which nothing rests. Raises ``ElectionInUseError``, as the foreign keys of the packages above say."""
    with tenant(election.municipality_id):
        current = Election.objects.select_for_update().get(pk=election.pk, municipality_id=election.municipality_id)
        before, target = _as_json(current), f"election:{current.pk}"
        try:
            current.delete()
        except ProtectedError as error:
            raise ElectionInUseError(sorted({type(one).__name__.lower() for one in error.protected_objects})) from error
        audit.record(municipality_id=election.municipality_id, kind="election.removed", by=by, at=at, target=target, before=before)


def _hold(election: Election, ballots: list[str]) -> None:
    """Let an election have these ballots and no others."""
    there = set(election.ballots.values_list("ballot", flat=True))
    election.ballots.exclude(ballot__in=ballots).delete()
    ElectionBallot.objects.bulk_create(
        ElectionBallot(municipality_id=election.municipality_id, election=election, ballot=code)
        for code in BALLOT_CODES
        if code in ballots and code not in there
    )


def _as_json(election: Election) -> dict[str, Any]:
    held = set(election.ballots.values_list("ballot", flat=True))
    ballots = [code for code in BALLOT_CODES if code in held]
    return {"date": election.date.isoformat(), "list_date": election.list_date.isoformat(), "ballots": ballots}


def _election_problems(
    municipality: Municipality, day: date, list_date: date, ballots: list[str], *, but: Election | None = None
) -> list[tuple[str, str]]:
    problems = []
    # One row a municipality and day: the lock of the municipality's row keeps two requests from passing together.
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    others = Election.objects.filter(municipality=municipality, date=day)
    if (others if but is None else others.exclude(pk=but.pk)).exists():
        problems.append(("date", "exists"))
    if list_date >= day:
        problems.append(("list_date", "not_before_election"))
    if not ballots:
        problems.append(("ballots", "no_ballots"))
    regulated = {rule.ballot for rule in rules_on(day=day, ballots=ballots)}
    for ballot in ballots:
        if ballot not in BALLOT_CODES:
            problems.append(("ballots", f"unknown:{ballot}"))
        elif municipality.nis_code not in _where_held(ballot, municipality.nis_code):
            problems.append(("ballots", f"not_held_here:{ballot}"))
        elif ballot not in regulated:
            problems.append(("ballots", f"no_rules:{ballot}"))
    return problems


def _where_held(ballot: str, anywhere: str) -> frozenset[str]:
    return {Ballot.DISTRICT.value: DISTRICT_MUNICIPALITIES, Ballot.OCMW.value: OCMW_MUNICIPALITIES}.get(ballot, frozenset({anywhere}))


@transaction.atomic
def set_sizes_refuse(*, election: Election, refuse: bool, by: Actor, at: datetime) -> bool:
    """Say whether a station outside its sizes stops the freeze of the assignment, or is only warned of. Returns whether that is new."""
    changed = Election.objects.filter(pk=election.pk, municipality_id=election.municipality_id, sizes_refuse=not refuse).update(
        sizes_refuse=refuse
    )
    if changed:
        audit.record(
            municipality_id=election.municipality_id,
            kind="election.sizes_changed",
            by=by,
            at=at,
            target=f"election:{election.pk}",
            before={"sizes_refuse": not refuse},
            after={"sizes_refuse": refuse},
        )
    return bool(changed)


Table = Iterable[Mapping[str, str]]


@transaction.atomic
def load_law(*, rules: Table, members: Table, norms: Table, by: Actor, at: datetime) -> dict[str, int]:
    """Bring the rules, the member states and the norms to what three tables of text say, and record every difference.

    Rows that are no longer there are removed: a law that never held must not stay in force. Raises ``LawRefusedError``.
    Returns how many rows were added, changed and removed.
    """
    problems: list[LawProblem] = []
    wanted_rules, wanted_members = read_rules(rules, problems), read_members(members, problems)
    wanted_norms = read_norms(norms, problems)
    if problems:
        raise LawRefusedError(problems)
    with tenant(PLATFORM):
        found_rules = {rule_key(row): row for row in EligibilityRule.objects.select_for_update().order_by("pk")}
        found_members = {row.country: row for row in UnionMember.objects.select_for_update().order_by("pk")}
        found_norms = {norm_key(row): row for row in StationNorm.objects.select_for_update().order_by("pk")}
        differences = [
            *_bring_to(EligibilityRule, found_rules, wanted_rules, RULE_COLUMNS),
            *_bring_to(UnionMember, found_members, wanted_members, MEMBER_COLUMNS),
            *_bring_to(StationNorm, found_norms, wanted_norms, NORM_COLUMNS),
        ]
        for target, before, after in differences:
            audit.record(municipality_id=PLATFORM, kind="law.changed", by=by, at=at, target=target, before=before, after=after)
    return {
        "added": sum(before is None for _, before, _ in differences),
        "changed": sum(before is not None and after is not None for _, before, after in differences),
        "removed": sum(after is None for _, _, after in differences),
    }


LawRow = EligibilityRule | UnionMember | StationNorm
NAMES: dict[type[LawRow], str] = {EligibilityRule: "eligibility_rule", UnionMember: "union_member", StationNorm: "station_norm"}
Difference = tuple[str, dict[str, Any] | None, dict[str, Any] | None]


def _bring_to(
    model: type[LawRow],
    found: Mapping[Any, Any],
    wanted: Mapping[Any, dict[str, Any]],
    columns: tuple[str, ...],
) -> list[Difference]:
    differences: list[Difference] = []
    for key, values in wanted.items():
        row = found.get(key)
        before = _as_text(row, columns) if row is not None else None
        row = row or model()
        for name, value in values.items():
            setattr(row, name, value)
        after = _as_text(row, columns)
        if before != after:
            row.save()
            differences.append((f"{NAMES[model]}:{row.pk}", before, after))
    for key in [key for key in found if key not in wanted]:
        row = found[key]
        differences.append((f"{NAMES[model]}:{row.pk}", _as_text(row, columns), None))
        row.delete()
    return differences


def _as_text(row: LawRow, columns: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in columns}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
