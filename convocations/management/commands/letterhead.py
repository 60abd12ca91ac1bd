"""``letterhead 23027 --lines-nl $'Oudstrijdersplein 18\\n1500 Halle' --arms wapen.svg --requested-by an``"""

from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import override

from convocations.cards.arms import ArmsRefusedError
from convocations.cards.languages import languages_of
from convocations.forms.templates import LetterheadForm
from convocations.services.templates import save_letterhead
from convocations.words.template_pages import letterhead_row
from convocations.words.templates import REFUSALS
from core.commands import CommandRefused, JsonCommand, refuse
from core.tenancy import tenant
from municipalities.commands import actor, municipality, permitted
from municipalities.models import Municipality
from municipalities.rules import Permission

TEXTS: Final = {
    "lines_nl": "lines under the name, at most three of 45 signs",
    "lines_fr": "the same in French, where cards are in both languages",
    "foot_nl": "line at the foot",
    "foot_fr": "the same in French",
}


class Command(JsonCommand):
    """Say how the municipality signs its cards, or keep another way of it; what is not given stays as it is."""

    help = "Show or keep how a municipality signs its cards: lines, coat of arms, foot."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the municipality, and what is to change."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        for name, what in TEXTS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT", help=what)
        arms = parser.add_mutually_exclusive_group()
        arms.add_argument("--arms", metavar="FILE", type=Path, help="coat of arms: SVG or PNG, at most 300 kB")
        arms.add_argument("--no-arms", action="store_true", help="print no coat of arms")
        parser.add_argument("--requested-by", metavar="USER", help="needed to keep anything")

    def run(self, *, nis: str, requested_by: str | None, arms: Path | None, no_arms: bool, **options: Any) -> dict[str, Any]:
        """Return what is kept."""
        place = municipality(nis)
        texts = {name: options[name] for name in TEXTS if options[name] is not None}
        if texts or arms or no_arms:
            if requested_by is None:
                refuse("is needed to keep anything", column="--requested-by")
            by = permitted(actor(place, requested_by), Permission.MANAGE_SETTINGS)
            form = _checked(place, texts, arms, no_arms=no_arms)
            try:
                save_letterhead(municipality=place, texts=form.texts(), arms=form.picture(), by=by, at=timezone.now())
            except ArmsRefusedError as refusal:
                with override("en"):
                    refuse(str(REFUSALS[refusal.code]), column="--arms", value=str(arms))
        return _kept(place)


def _checked(place: Municipality, texts: dict[str, str], arms: Path | None, *, no_arms: bool) -> LetterheadForm:
    """What was given over what is kept, as the page checks it. Refuses with every problem at once."""
    with_french = "fr" in languages_of(place.nis_code)
    before = _kept(place)
    data = {**{name: before[name] for name in TEXTS}, **texts, "no_arms": no_arms}
    try:
        files = {"arms": SimpleUploadedFile(arms.name, arms.read_bytes())} if arms else {}
    except OSError as error:
        refuse(f"cannot be read: {error.strerror}", column="--arms", value=str(arms))
    with override("en"):
        form = LetterheadForm(data, files, with_french=with_french)
        errors = [(name, problem) for name, problems in form.errors.items() for problem in problems]
    errors += [(name, "cards are in Dutch only here") for name in texts if name not in form.fields]
    if errors:
        raise CommandRefused(
            [
                {"row": None, "column": f"--{name.replace('_', '-')}", "value": str(texts.get(name, arms)), "problem": str(problem)}
                for name, problem in errors
            ]
        )
    return form


def _kept(place: Municipality) -> dict[str, Any]:
    with tenant(place.pk):
        row = letterhead_row(place)
    return {**{name: getattr(row, name) if row else "" for name in TEXTS}, "arms": row.arms_type if row else ""}
