"""What the pages of decisions show."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actor import Actor
from core.templatetags.presentation import date_time, medium_date
from elections.labels import BALLOT_LABELS
from elections.models import Election
from elections.rules import BALLOT_CODES
from municipalities.rules import Permission
from voters.models import ListDecision
from voters.selectors import decisions as selectors
from voters.words import ledger as words
from voters.words.persons import name as person_name

State, Kind = ListDecision.State, ListDecision.Kind


def urls(election: Election, decision: ListDecision) -> dict[str, str]:
    """Where its steps are taken."""
    kwargs = {"nis": election.municipality.nis_code, "election_date": election.date, "pk": decision.pk}
    return {name: reverse(f"decision_{name}", kwargs=kwargs) for name in ("detail", "decide", "cancel", "withdraw")}


def titles() -> dict[str, str]:
    """Kind → what its form is called."""
    return {"add": _("Add to the list"), "strike": _("Strike from the list"), "correct": _("Correct on the list")}


def warnings() -> dict[str, str]:
    """Kind → what recording it will do."""
    return {
        "add": _("The voter gets the next number at the end of the list, and a card at once. The number is never given to somebody else."),
        "strike": _("The voter is struck through on the list of the station and gets no card. The number stays theirs."),
        "correct": _("The list of the station says what you fill in here, and the voter gets a new card."),
        "withdraw": _("From now on the earlier decision no longer counts. Both stay in the ledger."),
    }


def page(decision: ListDecision, election: Election, *, actor: Actor) -> dict[str, Any]:
    """The whole context of ``voters/ledger/decision.html``."""
    links, approval = urls(election, decision), selectors.approval_of(decision)
    mine = approval is not None and approval.requested_by_id == actor.user_id
    back = selectors.withdrawal_of(decision)
    open_ = decision.state == State.REQUESTED
    return {
        "election": election,
        "decision": decision,
        "name": person_name(decision.person),
        "state_tag": words.STATE_TAGS[decision.state],
        "rows": _rows(decision),
        "approval": approval,
        "approval_title": _("Record this decision"),
        "approval_error": "",
        "figures": [],
        "can_decide": actor.may(Permission.APPROVE) and not mine and open_,
        "why_not": "" if mine or actor.may(Permission.APPROVE) else _("Your role does not let you approve this."),
        "decide_url": links["decide"],
        "withdraw_url": links["cancel"] if mine and open_ else "",
        "consequence": warnings()[decision.kind],
        "back": back,
        "back_url": urls(election, back)["detail"] if back else "",
        "first_url": urls(election, decision.withdraws)["detail"] if decision.withdraws else "",
        "take_back_url": links["withdraw"]
        if decision.state == State.RECORDED and decision.kind != Kind.WITHDRAW and back is None and actor.may(Permission.REQUEST_APPROVAL)
        else "",
    }


def _rows(decision: ListDecision) -> list[dict[str, Any]]:
    rows = [
        (_("Decision"), decision.get_kind_display()),
        (_("Decided by"), decision.get_authority_display()),
        (_("Date of the decision"), medium_date(decision.decided_on)),
        (_("Reference"), decision.reference),
        (_("Reason"), decision.reason),
        (_("Note"), decision.note),
        (_("Polling station"), f"{decision.station.number} {decision.station.name}" if decision.station else ""),
        *_value_rows(decision.values),
        (_("Asked by"), f"{decision.requested_by_name}, {date_time(decision.requested_at)}"),
        (_("Recorded"), f"{decision.approved_by_name}, {date_time(decision.recorded_at)}" if decision.recorded_at else ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _value_rows(values: dict[str, Any]) -> list[tuple[str, str]]:
    ballots = values.get("ballots", 0)
    names = ", ".join(str(BALLOT_LABELS[code]) for place, code in enumerate(BALLOT_CODES) if ballots & 1 << place)
    return [
        (_("Last name"), values.get("last_name", "")),
        (_("First names"), values.get("first_names", "")),
        (_("May vote for"), names),
        (_("Address"), words.mail_line(values)),
    ]


def may_decide(person_pk: int, election: Election, *, has_line: bool, struck: bool) -> list[dict[str, str]]:
    """The decisions that can be asked about a person now, as links."""
    kwargs = {"nis": election.municipality.nis_code, "election_date": election.date, "pk": person_pk}
    kinds = ("strike", "correct") if has_line and not struck else ("add",)
    base = reverse("decision_new", kwargs=kwargs)
    return [{"label": titles()[kind], "url": f"{base}?kind={kind}"} for kind in kinds]
