"""A person's history in lines: what changed in the register, and the lists that they were on."""

from collections.abc import Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from core.templatetags.presentation import medium_date, number, short_date
from voters.models import ListDecision, Person, PersonVersion, RegisterImport
from voters.rules.eligibility import Verdict
from voters.selectors.dossier import Listed
from voters.selectors.verdicts import Explained
from voters.words import explanations
from voters.words.extractions import name_of
from voters.words.ledger import DECISIONS
from voters.words.persons import FIELDS, VERSION_KINDS, shown

DERIVED = frozenset({"name_key", "born_on", "address_id", "address"})
"""Follow from other fields: not a change of their own."""


def answer(explained: Explained) -> dict[str, Any] | None:
    """The answer first: for what somebody may vote, why or why not ballot by ballot, and where that comes from."""
    if not explained.lines:
        return None
    return {
        "ok": any(line.verdict is Verdict.ELIGIBLE for line in explained.lines),
        "headline": explanations.headline(explained.lines),
        "sentences": [explanations.sentence(line) for line in explained.lines],
        "source": explanations.source(explained),
        "today": [explanations.sentence(line) for line in explained.today],
    }


def history(
    person: Person, versions: Sequence[PersonVersion], listed: Sequence[Listed], decisions: Sequence[ListDecision], nis: str
) -> list[dict[str, Any]]:
    """Lines of the history, the newest first."""
    lines: list[tuple[Any, dict[str, Any]]] = [(version.at, _version(version, nis)) for version in versions]
    lines += [(one.extraction.finished_at, _extraction(one, nis)) for one in listed if one.extraction.finished_at]
    lines += [(one.recorded_at, _decision(one, nis)) for one in decisions if one.recorded_at]
    first = person.created_import
    if first is not None:
        line = {"title": _("First in the register"), "hint": _source(first), "url": _import_url(first, nis)}
        lines.append((first.merged_at or first.created_at, line))
    return [line for _at, line in sorted(lines, key=lambda pair: pair[0], reverse=True)]


def _version(version: PersonVersion, nis: str) -> dict[str, Any]:
    changes = [
        _("%(field)s: from %(before)s to %(after)s")
        % {
            "field": FIELDS[field],
            "before": shown(field, version.before.get(field)) or _("nothing"),
            "after": shown(field, version.after.get(field)) or _("nothing"),
        }
        for field in FIELDS
        if field in version.before or field in version.after
    ]
    kind = str(VERSION_KINDS[version.kind])
    return {
        "title": "; ".join(changes) if version.kind == PersonVersion.Kind.CHANGED and changes else kind,
        "hint": _source(version.register_import),
        "url": _import_url(version.register_import, nis),
        "state": "warn" if version.kind == PersonVersion.Kind.REMOVED else "",
    }


def _source(register_import: RegisterImport) -> str:
    day = register_import.as_of or register_import.created_at.date()
    if register_import.kind == RegisterImport.Kind.MUTATIONS:
        return _("mutations brought in on %(day)s · %(file)s") % {
            "day": medium_date(register_import.merged_at),
            "file": register_import.file_name,
        }
    return _("register of %(day)s · %(file)s") % {"day": medium_date(day), "file": register_import.file_name}


def _import_url(register_import: RegisterImport, nis: str) -> str:
    return reverse("register_import_detail", kwargs={"nis": nis, "pk": register_import.pk})


def _decision(one: ListDecision, nis: str) -> dict[str, Any]:
    """Who decided, under which number, and when."""
    told = {"authority": one.get_authority_display(), "reference": one.reference, "day": medium_date(one.decided_on)}
    return {
        "title": str(DECISIONS[one.kind]),
        "hint": _("%(authority)s, %(reference)s of %(day)s") % told,
        "url": reverse("decision_detail", kwargs={"nis": nis, "election_date": one.election.date, "pk": one.pk}),
        "state": "warn" if one.kind == ListDecision.Kind.STRIKE else "ok",
    }


def _extraction(one: Listed, nis: str) -> dict[str, Any]:
    extraction, entry = one.extraction, one.entry
    title = _("On the list, number %(number)s") % {"number": number(one.number)} if entry else _("Not on the list")
    try:
        kwargs = {"nis": nis, "election_date": extraction.election.date, "number": extraction.number}
        url = reverse("extraction_detail", kwargs=kwargs)
    except NoReverseMatch:
        url = ""
    election = _("election of %(day)s") % {"day": short_date(extraction.election.date)}
    hint = f"{name_of(extraction)} · {election} · {medium_date(extraction.finished_at)}"
    return {"title": title, "hint": hint, "url": url, "state": "ok" if entry else ""}
