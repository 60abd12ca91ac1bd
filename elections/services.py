"""Making an election, and keeping the law that holds for it up to date."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from core import audit
from core.actor import PLATFORM, Actor
from core.tenancy import tenant
from elections.law import MEMBER_COLUMNS, RULE_COLUMNS, LawProblem, read_members, read_rules, rule_key
from elections.models import Election, ElectionBallot, EligibilityRule, UnionMember
from elections.rules import BALLOT_CODES, DISTRICT_MUNICIPALITIES, OCMW_MUNICIPALITIES, Ballot
from elections.selectors import rules_on
from municipalities.models import Municipality


class ElectionRefusedError(Exception):
    """An election cannot be made; ``problems`` are (field, code) pairs. Nothing has changed.

    Codes: ``exists``, ``not_before_election``, ``no_ballots``, ``unknown:<ballot>``, ``not_held_here:<ballot>``, ``no_rules:<ballot>``.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems))
        self.problems = problems


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
        held = [code for code in BALLOT_CODES if code in wanted]
        ElectionBallot.objects.bulk_create([ElectionBallot(municipality=municipality, election=election, ballot=code) for code in held])
        audit.record(
            municipality_id=municipality.pk,
            kind="election.created",
            by=by,
            at=at,
            target=f"election:{election.pk}",
            after={"date": date.isoformat(), "list_date": list_date.isoformat(), "ballots": held},
        )
    return election


def _election_problems(municipality: Municipality, day: date, list_date: date, ballots: list[str]) -> list[tuple[str, str]]:
    problems = []
    # One row a municipality and day: the lock of the municipality's row keeps two requests from passing together.
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    if Election.objects.filter(municipality=municipality, date=day).exists():
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
def load_law(*, rules: Iterable[Mapping[str, str]], members: Iterable[Mapping[str, str]], by: Actor, at: datetime) -> dict[str, int]:
    """Bring the rules and the member states to what two tables of text say, and record every difference.

    Rows that are no longer there are removed: a law that never held must not stay in force. Raises ``LawRefusedError``.
    Returns how many rows were added, changed and removed.
    """
    problems: list[LawProblem] = []
    wanted_rules, wanted_members = read_rules(rules, problems), read_members(members, problems)
    if problems:
        raise LawRefusedError(problems)
    with tenant(PLATFORM):
        found_rules = {rule_key(row): row for row in EligibilityRule.objects.select_for_update().order_by("pk")}
        found_members = {row.country: row for row in UnionMember.objects.select_for_update().order_by("pk")}
        differences = [
            *_bring_to(EligibilityRule, found_rules, wanted_rules, RULE_COLUMNS),
            *_bring_to(UnionMember, found_members, wanted_members, MEMBER_COLUMNS),
        ]
        for target, before, after in differences:
            audit.record(municipality_id=PLATFORM, kind="law.changed", by=by, at=at, target=target, before=before, after=after)
    return {
        "added": sum(before is None for _, before, _ in differences),
        "changed": sum(before is not None and after is not None for _, before, after in differences),
        "removed": sum(after is None for _, _, after in differences),
    }


NAMES: dict[type[EligibilityRule] | type[UnionMember], str] = {EligibilityRule: "eligibility_rule", UnionMember: "union_member"}
Difference = tuple[str, dict[str, Any] | None, dict[str, Any] | None]


def _bring_to(
    model: type[EligibilityRule] | type[UnionMember],
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


def _as_text(row: EligibilityRule | UnionMember, columns: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in columns}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
