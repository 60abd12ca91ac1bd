"""What the pages of card texts show."""

import difflib
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from convocations.cards.card import TemplateKey
from convocations.cards.papers import paper_of
from convocations.cards.samples import samples
from convocations.cards.template import FIELDS, SLOTS, Place
from convocations.models import CardLetterhead, CardTemplate
from convocations.models.templates import APPROVAL_KIND
from convocations.selectors import templates
from convocations.selectors.card_settings import paper_for, papers_of
from convocations.words import templates as words
from convocations.words.papers import PAPERS
from core.actor import Actor
from core.models import Approval
from elections.models import Election
from municipalities.models import Municipality
from municipalities.rules import Permission

CONTEXT: Final = 2
"""Lines shown around a difference."""


def rows(election: Election) -> list[dict[str, Any]]:
    """A row a kind of card: which version is used, and which one is worked on."""
    used, papers = templates.approved(municipality=election.municipality), papers_of(election)
    rows = CardTemplate.objects.filter(municipality_id=election.municipality_id).exclude(state=CardTemplate.State.APPROVED)
    opened = {row.key: row for row in rows}
    return [
        {
            "key": key.name,
            "name": words.name_of(key),
            "kind": words.KINDS[key.kind],
            "voters": words.VOTERS[key.voter_type],
            "voting": words.VOTING[key.voting],
            "language": words.LANGUAGES[key.language],
            "paper": PAPERS[paper_of(key.name, papers)],
            "used": used.get(key.name),
            "open": opened.get(key.name),
            "open_state": words.STATES[opened[key.name].state] if key.name in opened else "",
        }
        for key in templates.keys(election)
    ]


def letterhead_row(municipality: Municipality) -> CardLetterhead | None:
    """How the municipality signs, as it is kept."""
    return CardLetterhead.objects.filter(municipality=municipality).first()


def detail(election: Election, key: TemplateKey, *, actor: Actor, asked: int | None) -> dict[str, Any]:
    """One kind of card; ``asked``: the version to look at, else the one that is worked on, else the one that is used."""
    found = templates.versions(municipality=election.municipality, key=key)
    opened = next((row for row in found if row.state != CardTemplate.State.APPROVED), None)
    used = next((row for row in found if row.state == CardTemplate.State.APPROVED), None)
    numbers = {0, *(row.number for row in found)}
    shown = asked if asked in numbers else (opened or used).number if opened or used else 0  # type: ignore[union-attr]  # one of them is there
    text = templates.text_of(election=election, key=key, number=shown)
    return {
        "election": election,
        "key": key,
        "name": words.name_of(key),
        "versions": [{"row": row, "name": words.version_name(row.number), "state": words.STATES[row.state]} for row in found],
        "open": opened,
        "used": used,
        "used_number": used.number if used else 0,
        "shown": shown,
        "shown_name": words.version_name(shown),
        "samples": sample_choices(key),
        "has_back": bool(text and text.back),
        "paper": PAPERS[paper_for(election, key.name)],
        "law": templates.law(election, key),
        **_waiting(opened, actor),
    }


def _waiting(opened: CardTemplate | None, actor: Actor) -> dict[str, Any]:
    waits = opened is not None and opened.state == CardTemplate.State.REQUESTED
    approval = (
        Approval.objects.filter(
            municipality_id=opened.municipality_id, kind=APPROVAL_KIND, object_id=opened.pk, decision=Approval.Decision.OPEN
        ).first()
        if opened is not None and waits
        else None
    )
    own = approval is not None and approval.requested_by_id == actor.user_id
    can_decide = approval is not None and not own and actor.may(Permission.APPROVE)
    return {"approval": approval, "can_decide": can_decide, "may_withdraw": own}


def sample_choices(key: TemplateKey) -> list[dict[str, Any]]:
    """The made-up voters by name."""
    return [{"index": index, "name": f"{card.first_names[0]} {card.last_name}"} for index, (card, _block) in enumerate(samples(key))]


def start(election: Election, key: TemplateKey, asked: int | None) -> dict[str, Any]:
    """With what the editor begins: the version asked for, the one that is worked on, the last approved one, or the built-in one."""
    opened = templates.open_version(municipality=election.municipality, key=key)
    older = templates.text_of(election=election, key=key, number=asked) if asked is not None else None
    if older is None and opened is not None:
        return {"html": opened.html, "css": opened.css, "back": opened.back, "note": opened.note, "based_on": opened.based_on}
    used = templates.approved(municipality=election.municipality).get(key.name)
    number = older.number if older else used.number if used else 0
    text = older or templates.text_of(election=election, key=key, number=number)
    return {"html": text.html, "css": text.css, "back": text.back, "note": "", "based_on": number} if text else {"based_on": 0}


def editor(key: TemplateKey) -> dict[str, Any]:
    """What stands beside the editor."""
    return {
        "slots": [_place(place, words.SLOTS) for place in SLOTS],
        "fields": [_place(place, words.FIELDS) for place in FIELDS],
        "samples": sample_choices(key),
    }


def _place(place: Place, names: Any) -> dict[str, Any]:
    return {"name": place.name, "meaning": names[place.name], "required": place.required, "station": place.layer == "station"}


def compared(before: templates.Text, after: templates.Text) -> dict[str, Any]:
    """Two versions line by line, only where they differ."""
    return {
        "before_name": words.version_name(before.number),
        "after_name": words.version_name(after.number),
        "parts": [
            {"title": "HTML", "lines": list(_lines(before.html, after.html))},
            {"title": "CSS", "lines": list(_lines(before.css, after.css))},
            *([{"title": _("Back side"), "lines": list(_lines(before.back, after.back))}] if before.back or after.back else []),
        ],
    }


def _lines(before: str, after: str) -> Iterator[dict[str, str]]:
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=CONTEXT)
    kinds = {"+": "added", "-": "removed", "@": "jump"}
    for number, line in enumerate(found):
        if number > 1:  # the first two name the files
            yield {"kind": kinds.get(line[:1], "same"), "text": "…" if line.startswith("@@") else line[1:]}
