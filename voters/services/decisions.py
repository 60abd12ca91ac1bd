"""Decisions of the college or the Court of Appeal about a voter of a frozen list: asked, recorded by a second person, taken back by another one."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from core import approvals, audit
from core.actor import Actor
from elections.models import Election
from elections.rules import BALLOT_NUMBERS
from elections.selectors import ballot_codes
from voters.models import Effect, ListDecision, Person
from voters.rules import ledger as rules
from voters.rules.eligibility import ADULT, last_birth_date
from voters.rules.ledger import ADDRESS_FIELDS, BY_CODE, DECISION_APPROVAL, Refusal
from voters.selectors.decisions import line_of, proposed_station, standing_of, withdrawal_of
from voters.selectors.law import law_of
from voters.selectors.ledger import CurrentEntry, FrozenList, frozen_list, recorded_moment
from voters.sql import added, merge

Kind, State = ListDecision.Kind, ListDecision.State
KINDS = (Effect.Kind.ADDRESS, Effect.Kind.LIST, Effect.Kind.RIGHT)


class DecisionRefusedError(Exception):
    """The decision cannot be recorded, for the reason in ``refusal``; nothing has changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class WrongStateError(Exception):
    """The decision was recorded, refused or withdrawn meanwhile."""


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What was decided. ``values``: the ballots of who is added (mask), or what the list is to say (voters.rules.ledger.CORRECTABLE)."""

    kind: ListDecision.Kind
    authority: str
    decided_on: date
    reference: str
    reason: str
    note: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    station_id: int | None = None


@transaction.atomic
def request_decision(*, election: Election, person: Person, new: NewDecision, by: Actor, at: datetime) -> ListDecision:
    """Ask a second person to record a decision. Raises ``DecisionRefusedError``."""
    frozen = frozen_list(election)
    if frozen is None:
        raise DecisionRefusedError(Refusal.NO_FINAL_LIST)
    _refuse(frozen, election, person, new.kind, new.decided_on, at)
    line = line_of(frozen, person_id=person.pk, at=at)
    values, station_id = dict(new.values), None
    if new.kind == Kind.ADD and line is None:
        values, station_id = _added(frozen, election, person, new)
    elif new.kind == Kind.CORRECT and line is not None:
        values = _corrected(election, person, line, new.values)
    else:
        values = {}
    return _ask(frozen, election, person, new, values=values, station_id=station_id, withdraws=None, by=by, at=at)


@transaction.atomic
def request_withdrawal(*, decision: ListDecision, new: NewDecision, by: Actor, at: datetime) -> ListDecision:
    """Ask a second person to record a counter-decision, which takes a recorded one back. Raises ``DecisionRefusedError``."""
    frozen = frozen_list(decision.election)
    if frozen is None:
        raise DecisionRefusedError(Refusal.NO_FINAL_LIST)
    _refuse_withdrawal(decision, new.decided_on, at)
    return _ask(frozen, decision.election, decision.person, new, values={}, station_id=None, withdraws=decision, by=by, at=at)


@transaction.atomic
def approve_decision(*, decision: ListDecision, by: Actor, at: datetime) -> int | None:
    """Record it, with its three effects. Returns the list number of who was added.

    Raises ``approvals.SamePersonError``, ``approvals.NotOpenError``, ``WrongStateError`` or ``DecisionRefusedError``; nothing has changed then.
    """
    merge.lock(municipality_id=decision.municipality_id)
    current = _locked(decision)
    frozen = frozen_list(current.election)
    if frozen is None:
        raise DecisionRefusedError(Refusal.NO_FINAL_LIST)
    if current.withdraws is not None:
        _refuse_withdrawal(current.withdraws, current.decided_on, at, by_itself=True)
    else:
        _refuse(frozen, current.election, current.person, current.kind, current.decided_on, at)
    approvals.decide(municipality_id=current.municipality_id, kind=DECISION_APPROVAL, object_id=current.pk, approve=True, by=by, at=at)
    recorded = recorded_moment(at)
    current.state, current.recorded_at = State.RECORDED, recorded
    current.approved_by_id, current.approved_by_name = by.user_id, by.name
    current.save(update_fields=["state", "recorded_at", "approved_by_id", "approved_by_name"])
    number = _add_line(frozen, current, recorded) if current.kind == Kind.ADD and current.station_id is not None else None
    _write_effects(current, recorded)
    _record(current, "recorded", by=by, at=at, list_number=number)
    return number


@transaction.atomic
def refuse_decision(*, decision: ListDecision, reason: str, by: Actor, at: datetime) -> None:
    """Refuse what was asked, with a reason for the one who asked."""
    current = _locked(decision)
    approvals.decide(
        municipality_id=current.municipality_id, kind=DECISION_APPROVAL, object_id=current.pk, approve=False, by=by, at=at, reason=reason
    )
    _end(current, State.REFUSED)
    _record(current, "refused", by=by, at=at)


@transaction.atomic
def cancel_decision(*, decision: ListDecision, by: Actor, at: datetime) -> None:
    """Take the question back before it was answered."""
    current = _locked(decision)
    if not approvals.withdraw(municipality_id=current.municipality_id, kind=DECISION_APPROVAL, object_id=current.pk, by=by, at=at):
        raise approvals.NotOpenError
    _end(current, State.CANCELLED)
    _record(current, "cancelled", by=by, at=at)


def _refuse(frozen: FrozenList, election: Election, person: Person, kind: str, decided_on: date, at: datetime) -> None:
    refusal = rules.refuse_decision(
        kind,
        standing=standing_of(frozen, person_id=person.pk, at=at),
        today=localdate(at),
        election_day=election.date,
        decided_on=decided_on,
        assigned=frozen.draft_id is not None,
    )
    if refusal is None and kind == Kind.ADD and (person.deceased_on or person.removed_import_id):
        refusal = Refusal.GONE
    if refusal is not None:
        raise DecisionRefusedError(refusal)


def _refuse_withdrawal(decision: ListDecision, decided_on: date, at: datetime, *, by_itself: bool = False) -> None:
    refusal = rules.refuse_withdrawal(
        decision.kind,
        withdrawn=not by_itself and withdrawal_of(decision) is not None,
        recorded=decision.state == State.RECORDED and decision.kind != Kind.WITHDRAW,
        today=localdate(at),
        election_day=decision.election.date,
        decided_on=decided_on,
    )
    if refusal is not None:
        raise DecisionRefusedError(refusal)


def _added(frozen: FrozenList, election: Election, person: Person, new: NewDecision) -> tuple[dict[str, Any], int]:
    """The ballots and the station of who is added."""
    ballots = int(new.values.get("ballots", 0)) & _held(election)
    if not ballots:
        raise DecisionRefusedError(Refusal.NO_BALLOT)
    station_id = new.station_id
    if station_id is None:
        proposed = proposed_station(frozen, person=person)
        if proposed is None:
            raise DecisionRefusedError(Refusal.NO_STATION)
        station_id = proposed.station.pk
    return {"ballots": ballots, "compulsory": _compulsory(election, person, ballots)}, station_id


def _corrected(election: Election, person: Person, line: CurrentEntry, given: dict[str, Any]) -> dict[str, Any]:
    """What differs from the list; an address is corrected as a whole, ballots with the duty to vote."""
    now = {**{name: getattr(line, name) for name in ("last_name", "first_names", "ballots")}}
    now |= {name: getattr(line.list_address, name) for name in ADDRESS_FIELDS}
    values = {name: value for name, value in given.items() if name in now and value != now[name]}
    if not values:
        raise DecisionRefusedError(Refusal.NOTHING_CORRECTED)
    if set(values) & set(ADDRESS_FIELDS):
        values |= {name: given.get(name, now[name]) for name in ADDRESS_FIELDS}
    if "ballots" in values:
        values["ballots"] &= _held(election)
        if not values["ballots"]:
            raise DecisionRefusedError(Refusal.NO_BALLOT)
        values["compulsory"] = _compulsory(election, person, values["ballots"])
    return values


def _held(election: Election) -> int:
    return sum(1 << BALLOT_NUMBERS[code] for code in ballot_codes(election))


def _compulsory(election: Election, person: Person, ballots: int) -> int:
    law = law_of(election)
    found = 0
    for code in law.ballots:
        rule = law.rules.get((code, law.group(person.nationality)))
        bit = 1 << BALLOT_NUMBERS[code]
        found |= bit if rule is not None and rule.compulsory and ballots & bit else 0
    return found


def _ask(
    frozen: FrozenList,
    election: Election,
    person: Person,
    new: NewDecision,
    *,
    values: dict[str, Any],
    station_id: int | None,
    withdraws: ListDecision | None,
    by: Actor,
    at: datetime,
) -> ListDecision:
    if by.user_id is None:
        raise approvals.SamePersonError
    try:
        with transaction.atomic():
            decision = ListDecision.objects.create(
                municipality_id=election.municipality_id,
                election=election,
                extraction_id=frozen.extraction_id,
                person=person,
                kind=Kind.WITHDRAW if withdraws else new.kind,
                authority=new.authority,
                decided_on=new.decided_on,
                reference=new.reference,
                reason=new.reason,
                note=new.note,
                values=values,
                station_id=station_id,
                withdraws=withdraws,
                requested_by_id=by.user_id,
                requested_by_name=by.name,
                requested_at=at,
            )
    except IntegrityError as error:  # somebody else asked about this voter between our read and our write
        raise DecisionRefusedError(Refusal.OPEN_ALREADY) from error
    summary = {"kind": decision.kind, "reference": new.reference, "person": person.pk}
    approvals.request(
        municipality_id=election.municipality_id, kind=DECISION_APPROVAL, object_id=decision.pk, summary=summary, by=by, at=at
    )
    _record(decision, "requested", by=by, at=at)
    return decision


def _locked(decision: ListDecision) -> ListDecision:
    current = (
        ListDecision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("election__municipality", "person")
        .filter(municipality_id=decision.municipality_id, pk=decision.pk, state=State.REQUESTED)
        .first()
    )
    if current is None:
        raise WrongStateError
    return current


def _end(current: ListDecision, state: ListDecision.State) -> None:
    current.state = state
    current.save(update_fields=["state"])


def _add_line(frozen: FrozenList, decision: ListDecision, at: datetime) -> int:
    if frozen.draft_id is None:
        raise DecisionRefusedError(Refusal.NOT_ASSIGNED)
    return added.add(
        municipality_id=decision.municipality_id,
        extraction_id=decision.extraction_id,
        draft_id=frozen.draft_id,
        at=at,
        last_adult=last_birth_date(decision.election.date, ADULT),
        decision_id=decision.pk,
        station_id=decision.station_id,
        person_id=decision.person_id,
        ballots=decision.values["ballots"],
        compulsory=decision.values["compulsory"],
    )


def _write_effects(decision: ListDecision, at: datetime) -> None:
    rule = BY_CODE[f"decision_{decision.kind}"]
    outcomes = (rule.address, rule.list, rule.right)
    Effect.objects.bulk_create(
        Effect(
            municipality_id=decision.municipality_id,
            extraction_id=decision.extraction_id,
            person_id=decision.person_id,
            kind=kind,
            outcome=outcome,
            rule=rule.code,
            decision=decision,
            withdraws=decision.withdraws,
            values=decision.values if kind == Effect.Kind.LIST else {},
            effective_on=decision.decided_on,
            recorded_at=at,
            recorded_by_name=f"{decision.requested_by_name}, {decision.approved_by_name}",
        )
        for kind, outcome in zip(KINDS, outcomes, strict=True)
    )


def _record(decision: ListDecision, what: str, *, by: Actor, at: datetime, list_number: int | None = None) -> None:
    after: dict[str, Any] = {
        "kind": decision.kind,
        "authority": decision.authority,
        "decided_on": decision.decided_on.isoformat(),
        "reference": decision.reference,
        "person": decision.person_id,
    }
    if decision.withdraws_id is not None:
        after["withdraws"] = decision.withdraws_id
    if list_number is not None:
        after |= {"list_number": list_number, "station": decision.station_id}
    audit.record(
        municipality_id=decision.municipality_id,
        kind=f"list_decision.{what}",
        by=by,
        at=at,
        target=f"list_decision:{decision.pk}",
        after=after,
    )
