"""``convocation_template 23027 2024-10-13 --export folder``"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from convocations.cards.card import TemplateKey
from convocations.cards.template import TemplateRefusedError
from convocations.selectors import templates as selectors
from convocations.services.templates import TemplateStateError, approve, request_approval, save_draft
from core.actor import Actor
from core.approvals import SamePersonError
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from elections.commands import election_on
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission


class Command(JsonCommand):
    """Write the texts of cards to a folder, or keep those of a folder as versions to be approved (docs/formats/convocation-card.md)."""

    help = "Take the texts of cards out, or bring them in as versions that a second person approves, here or on the screen."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, and one of two folders."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        folder = parser.add_mutually_exclusive_group(required=True)
        folder.add_argument("--export", metavar="FOLDER", type=Path, dest="target")
        folder.add_argument("--import", metavar="FOLDER", type=Path, dest="source")
        parser.add_argument("--requested-by", metavar="USER", help="needed with --import")
        parser.add_argument(
            "--approved-by", metavar="USER", help="the second person, with --import; without one they approve on the screen"
        )

    def run(self, *, nis: str, date: str, target: Path | None, source: Path | None, **who: Any) -> dict[str, Any]:
        """Return the names of the texts that were written, or kept."""
        place, requested_by, approved_by = municipality(nis), who["requested_by"], who["approved_by"]
        if source is not None and requested_by is None:
            refuse("is needed with --import", column="--requested-by")
        by = permitted(actor(place, requested_by), Permission.MANAGE_ELECTION) if requested_by else None
        second = permitted(actor(place, approved_by), Permission.APPROVE) if approved_by else None
        with tenant(place.pk), transaction.atomic():
            election = election_on(place, date)
            if source is None or by is None:
                return {"written": _take_out(election, target or Path())}
            kept = _bring_in(election, source, by=by)
            if second is not None:
                _approve(election, kept, by=by, second=second)
            return {"kept": [key.name for key in kept], "approved": second is not None}


def _take_out(election: Election, folder: Path) -> list[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for key in selectors.keys(election):
            text = selectors.used(election=election, key=key)
            (folder / f"{key.name}.html").write_text(text.html, encoding="utf-8")
            (folder / f"{key.name}.css").write_text(text.css, encoding="utf-8")
            if text.back:
                (folder / f"{key.name}.back.html").write_text(text.back, encoding="utf-8")
    except OSError as error:
        refuse(f"cannot be written: {error.strerror}", column="--export", value=str(folder))
    return [key.name for key in selectors.keys(election)]


def _bring_in(election: Election, folder: Path, *, by: Actor) -> list[TemplateKey]:
    """Keep what differs from what is used; with a single refusal nothing is kept."""
    errors: list[dict[str, Any]] = []
    kept = []
    for key in selectors.possible_keys(election):
        text = _read(folder, key)
        used = selectors.used(election=election, key=key)
        if text is None or text == (used.html, used.css, used.back):
            continue
        html, css, back = text
        try:
            own = {"html": html, "css": css, "back": back, "note": ""}
            save_draft(election=election, key=key, **own, based_on=used.number, by=by, at=timezone.now())
        except TemplateRefusedError as refusal:
            errors += [_error(key, f"{problem.code} {problem.what}".strip()) for problem in refusal.problems]
        except TemplateStateError:
            errors.append(_error(key, "waits for a second person"))
        kept.append(key)
    if not kept:
        refuse("holds no text that differs", column="--import", value=str(folder))
    if errors:
        raise CommandRefused(errors)
    return kept


def _approve(election: Election, kept: list[TemplateKey], *, by: Actor, second: Actor) -> None:
    try:
        for key in kept:
            request_approval(election=election, key=key, by=by, at=timezone.now())
            approve(municipality=election.municipality, key=key, by=second, at=timezone.now())
    except SamePersonError:
        refuse("the second person must be somebody else", column="--approved-by", value=second.name)


def _read(folder: Path, key: TemplateKey) -> tuple[str, str, str] | None:
    """Front, style and back side; without a file of the back side there is none."""
    back = folder / f"{key.name}.back.html"
    html, css = folder / f"{key.name}.html", folder / f"{key.name}.css"
    if not html.exists() and not css.exists():
        return None
    try:
        front, style = html.read_text(encoding="utf-8"), css.read_text(encoding="utf-8")
        return front, style, back.read_text(encoding="utf-8") if back.exists() else ""
    except (OSError, UnicodeDecodeError):
        refuse("cannot be read: both .html and .css, in UTF-8", column="--import", value=key.name)


def _error(key: TemplateKey, problem: str) -> dict[str, Any]:
    return {"row": None, "column": key.name, "value": "", "problem": problem}
