"""Blank cards for the printer: the fixed part of the texts in use, with the back side where there is one. Recorded: with a printer they make a card."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from convocations.cards.card import TemplateKey, election_day
from convocations.cards.fixed import pages
from convocations.cards.papers import Paper
from convocations.rules.stacks import FILE_NAMES
from convocations.selectors.card_settings import paper_for
from convocations.selectors.templates import backs_for, forms_for
from core import audit
from core.actor import Actor
from elections.models import Election


@dataclass(frozen=True, slots=True)
class BlankFile:
    """A kind of blank card as a file of one page, or of two with its back side."""

    name: str
    template: str
    paper: Paper
    pages: int
    content: bytes


@transaction.atomic
def issue_blanks(*, election: Election, keys: Sequence[TemplateKey], by: Actor, at: datetime) -> list[BlankFile]:
    """Make the files of some kinds, and note that they were made. The same bytes for the same texts. Raises ``TemplateRefusedError``."""
    names = [key.name for key in keys]
    forms, backs = forms_for(election.municipality, election, names), backs_for(election.municipality, election, names)
    found = []
    for key in keys:
        sides = {"Voorzijde": forms[key.name]} | ({"Achterzijde": backs[key.name]} if key.name in backs else {})
        title = f"Blanco brieven {election_day(election.date, 'nl')}"
        content = pages(sides, title=title, author=election.municipality.name, language=key.language)
        paper = paper_for(election, key.name)
        found.append(BlankFile(_file_name(election, key.name, paper), key.name, paper, len(sides), content))
    digest = hashlib.sha256(b"".join(one.content for one in found)).hexdigest()
    audit.record(
        municipality_id=election.municipality_id,
        kind="blank_cards.issued",
        by=by,
        at=at,
        target=f"election:{election.pk}",
        after={"count": len(found), "template": ", ".join(names), "sha256": digest},
    )
    return found


def _file_name(election: Election, template: str, paper: Paper) -> str:
    """``blanco-23027-2024-10-13-invitation-local-paper-nl-wit.pdf``."""
    return f"blanco-{election.municipality.nis_code}-{election.date:%Y-%m-%d}-{template}-{FILE_NAMES[paper]}.pdf"
