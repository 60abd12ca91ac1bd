"""What the pages of the ledger and of the change sheet show."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core import jobs
from core.actor import Actor
from core.templatetags.presentation import number
from elections.models import Election
from municipalities.rules import Permission
from voters.models import Person
from voters.rules.ledger import Change
from voters.selectors import changes, decisions
from voters.selectors.changes import ListChange
from voters.selectors.ledger import CurrentEntry, FrozenList, frozen_list, parameters
from voters.sql import ledger as sql
from voters.words import decision_page
from voters.words import ledger as words


def stations(frozen: FrozenList, at: datetime) -> list[dict[str, Any]]:
    """By station: voters now, and how many lines are struck, added, corrected, or have their card go elsewhere. Only where something changed."""
    place = parameters(frozen)
    found = sql.summary(municipality_id=frozen.municipality_id, extraction_id=frozen.extraction_id, draft_id=place["draft_id"], at=at)
    return [
        {
            "station": number(station) if station is not None else "–",
            "voters": number(voters),
            "struck": number(struck),
            "added": number(added),
            "corrected": number(corrected),
            "moved": number(moved),
        }
        for station, voters, struck, added, corrected, moved in found
        if struck or added or corrected or moved
    ]


def empty_ledger(nis: str, *, may_import: bool) -> dict[str, str]:
    """What to do while nothing changed."""
    return {
        "title": _("Nothing has changed since the list date"),
        "text": _(
            "Bring the mutations of the register in, or record a decision of the college or the Court of Appeal from the page of the person. The list itself never changes: what is new stands here."
        ),
        "action_label": _("Bring mutations in") if may_import else "",
        "action_url": reverse("mutation_new", kwargs={"nis": nis}) if may_import else "",
    }


def ledger_files(query: str, election: Election) -> list[dict[str, str]]:
    """The ledger as a file, with the filters of the page."""
    url = reverse("ledger_export", kwargs={"nis": election.municipality.nis_code, "election_date": election.date})
    return [{"label": "CSV", "url": f"{url}?{query}", "icon": "sheet"}]


def sheet_figures(rows: list[ListChange]) -> list[dict[str, Any]]:
    """How many of each change."""
    counted = Counter(row.change for row in rows)
    return [{"label": words.CHANGES[change], "value": number(counted[change]), "state": ""} for change in Change]


def sheet_files(query: str, election: Election) -> list[dict[str, str]]:
    """The sheet as files, between the same moments."""
    base = reverse("ledger_sheet_file", kwargs={"nis": election.municipality.nis_code, "election_date": election.date})
    return [
        {"label": _("PDF: a page a polling station"), "url": f"{base}?{query}&format=pdf", "icon": "pdf"},
        {"label": _("CSV: for another program"), "url": f"{base}?{query}&format=csv", "icon": "sheet"},
    ]


def refused_sheet(refusal: jobs.JobRefusedError, election: Election) -> dict[str, Any]:
    """Why the sheet cannot be printed."""
    return {"election": election, "errors": refusal.errors}


def of_person(person: Person, election: Election, *, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """What changed for one person, where they stand now, and what can be decided; ``None`` while the election has no final list."""
    frozen = frozen_list(election)
    if frozen is None:
        return None
    line = decisions.line_of(frozen, person_id=person.pk, at=at)
    rows = changes.of_person(election=election, person=person)
    over = localdate(at) > election.date or person.deceased_on is not None or person.removed_import_id is not None
    may = actor.may(Permission.REQUEST_APPROVAL) and not over
    struck = line.struck if line else False
    return {
        "rows": words.history(rows, election),
        "state": _state(line),
        "struck": struck,
        "actions": decision_page.may_decide(person.pk, election, has_line=line is not None, struck=struck) if may else [],
    }


def _state(line: CurrentEntry | None) -> dict[str, Any] | None:
    if line is None:
        return {"label": _("not on the list"), "tag": "plain"}
    if line.struck:
        return {"label": _("struck from the list"), "tag": "bad"}
    if line.no_card is not None:
        return {"label": words.NO_CARD[line.no_card], "tag": "warn"}
    return {"label": _("on the list"), "tag": "ok"}
