"""Versions of the templates of cards: worked on by one, approved by another, never changed after that."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from convocations.cards.arms import arms_type
from convocations.cards.card import TemplateKey
from convocations.cards.picture import checked_card
from convocations.models import CardLetterhead, CardTemplate
from convocations.models.templates import APPROVAL_KIND
from convocations.selectors import templates as selectors
from core import approvals, audit
from core.actor import Actor
from core.tenancy import tenant
from elections.models import Election
from municipalities.models import Municipality

State = CardTemplate.State


class TemplateStateError(Exception):
    """The version is in another state by now; ``code``: ``requested`` (waits for a second person), ``none`` (nothing is being worked on)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def save_draft(
    *, election: Election, key: TemplateKey, html: str, css: str, back: str = "", note: str, based_on: int, by: Actor, at: datetime
) -> CardTemplate:
    """Keep the version that is worked on, or begin a new one; ``back``: HTML of its back side, empty for none.

    Raises ``TemplateRefusedError`` and ``TemplateStateError``.
    """
    html, css, back = (text.replace("\r\n", "\n") for text in (html, css, back if back.strip() else ""))
    checked_card(html, css, back, key=key, occasion=selectors.occasion(election, key.language))
    with tenant(election.municipality_id):
        current = _lock(election.municipality, key)
        if current is not None and current.state == State.REQUESTED:
            raise TemplateStateError("requested")
        if current is None:
            current = CardTemplate(
                municipality_id=election.municipality_id,
                key=key.name,
                number=_next_number(election.municipality, key),
                state=State.DRAFT,
                based_on=based_on,
                created_at=at,
                created_by_name=by.name,
            )
        if current.pk and (current.html, current.css, current.back, current.note) == (html, css, back, note):
            return current
        current.html, current.css, current.back, current.note = html, css, back, note
        current.changed_at, current.changed_by_name = at, by.name
        current.save()
        _record(current, "saved", by=by, at=at)
    return current


@transaction.atomic
def discard_draft(*, municipality: Municipality, key: TemplateKey, by: Actor, at: datetime) -> None:
    """Throw away the version that is worked on. Raises ``TemplateStateError``."""
    with tenant(municipality.pk):
        current = _in_state(municipality, key, State.DRAFT)
        _record(current, "discarded", by=by, at=at)
        current.delete()


@transaction.atomic
def request_approval(*, election: Election, key: TemplateKey, by: Actor, at: datetime) -> None:
    """Ask a second person for the version that is worked on. Raises ``TemplateStateError`` and ``TemplateRefusedError``."""
    with tenant(election.municipality_id):
        current = _in_state(election.municipality, key, State.DRAFT)
        if by.user_id is None:
            raise approvals.SamePersonError
        checked_card(current.html, current.css, current.back, key=key, occasion=selectors.occasion(election, key.language))
        current.state, current.requested_by_id, current.requested_by_name = State.REQUESTED, by.user_id, by.name
        current.save(update_fields=["state", "requested_by_id", "requested_by_name"])
        approvals.request(
            municipality_id=current.municipality_id, kind=APPROVAL_KIND, object_id=current.pk, summary=_facts(current), by=by, at=at
        )


@transaction.atomic
def approve(*, municipality: Municipality, key: TemplateKey, by: Actor, at: datetime) -> None:
    """Approve what was asked, as the second person: from now on runs use it. Raises as ``core.approvals.decide``."""
    with tenant(municipality.pk):
        current = _in_state(municipality, key, State.REQUESTED)
        approvals.decide(municipality_id=municipality.pk, kind=APPROVAL_KIND, object_id=current.pk, approve=True, by=by, at=at)
        current.state, current.approved_at = State.APPROVED, at
        current.approved_by_id, current.approved_by_name = by.user_id, by.name
        current.save(update_fields=["state", "approved_at", "approved_by_id", "approved_by_name"])
        _record(current, "approved", by=by, at=at)


@transaction.atomic
def refuse(*, municipality: Municipality, key: TemplateKey, reason: str, by: Actor, at: datetime) -> None:
    """Refuse what was asked, with a reason: it can be worked on again. Raises as ``core.approvals.decide``."""
    with tenant(municipality.pk):
        current = _in_state(municipality, key, State.REQUESTED)
        approvals.decide(
            municipality_id=municipality.pk, kind=APPROVAL_KIND, object_id=current.pk, approve=False, by=by, at=at, reason=reason
        )
        _take_back(current)


@transaction.atomic
def withdraw(*, municipality: Municipality, key: TemplateKey, by: Actor, at: datetime) -> None:
    """Take the request back. Raises ``TemplateStateError``."""
    with tenant(municipality.pk):
        current = _in_state(municipality, key, State.REQUESTED)
        if not approvals.withdraw(municipality_id=municipality.pk, kind=APPROVAL_KIND, object_id=current.pk, by=by, at=at):
            raise TemplateStateError("none")
        _take_back(current)


@transaction.atomic
def save_letterhead(*, municipality: Municipality, texts: dict[str, str], arms: bytes | None, by: Actor, at: datetime) -> None:
    """Keep how the municipality signs; ``arms``: new ones, ``b""`` for none, ``None`` for those that are there.

    Raises ``convocations.cards.arms.ArmsRefusedError``.
    """
    changed: dict[str, Any] = dict(texts)
    if arms is not None:
        changed |= {"arms": arms, "arms_type": arms_type(arms)}
    with tenant(municipality.pk):
        before = CardLetterhead.objects.filter(municipality=municipality).first()
        names = sorted(name for name in changed if before is None or _plain(getattr(before, name)) != changed[name])
        if not names:
            return
        CardLetterhead.objects.update_or_create(
            municipality=municipality, defaults={**changed, "changed_at": at, "changed_by_name": by.name}
        )
        audit.record(
            municipality_id=municipality.pk,
            kind="card_letterhead.changed",
            by=by,
            at=at,
            target=f"municipality:{municipality.pk}",
            after={"changed": names},
        )


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _lock(municipality: Municipality, key: TemplateKey) -> CardTemplate | None:
    # One at a time: the row of the municipality is the lock, also while there is no version yet.
    Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    return selectors.open_version(municipality=municipality, key=key)


def _in_state(municipality: Municipality, key: TemplateKey, state: str) -> CardTemplate:
    current = _lock(municipality, key)
    if current is None or current.state != state:
        raise TemplateStateError("requested" if current is not None and current.state == State.REQUESTED else "none")
    return current


def _take_back(current: CardTemplate) -> None:
    current.state, current.requested_by_id, current.requested_by_name = State.DRAFT, None, ""
    current.save(update_fields=["state", "requested_by_id", "requested_by_name"])


def _next_number(municipality: Municipality, key: TemplateKey) -> int:
    rows = CardTemplate.objects.filter(municipality=municipality, key=key.name)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _facts(current: CardTemplate) -> dict[str, Any]:
    text = f"{current.html}\0{current.css}" + (f"\0{current.back}" if current.back else "")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"template": current.key, "number": current.number, "note": current.note, "sha256": digest}


def _record(current: CardTemplate, what: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        municipality_id=current.municipality_id,
        kind=f"card_template.{what}",
        by=by,
        at=at,
        target=f"card_template:{current.pk}",
        after=_facts(current),
    )
