"""``card_settings 73109 2024-06-09 --paper european=blue --set voeren --requested-by an``"""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from convocations.cards.card import VoterType
from convocations.cards.papers import Paper
from convocations.cards.text_sets import TextSet, default_set
from convocations.selectors.card_settings import kept, papers_of, text_set_of
from convocations.services.card_settings import keep_settings
from core.commands import JsonCommand, refuse
from core.tenancy import tenant
from elections.commands import election_on
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission


class Command(JsonCommand):
    """Say on which paper the cards of an election are printed and with which set of texts, or choose it."""

    help = "Show or choose the paper of each type of voter and the set of texts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the election, and what is chosen."""
        parser.add_argument("nis", metavar="NIS", help="NIS code of the municipality")
        parser.add_argument("date", metavar="DATE", help="election day, YYYY-MM-DD")
        parser.add_argument(
            "--paper", metavar="VOTERS=COLOUR", action="append", help="may be said several times; the others stay as they are"
        )
        parser.add_argument("--set", choices=["default", *(one.value for one in TextSet)], dest="text_set")
        parser.add_argument("--requested-by", metavar="USER", help="needed with --paper and --set")

    def run(
        self, *, nis: str, date: str, paper: list[str] | None, text_set: str | None, requested_by: str | None, **_options: Any
    ) -> dict[str, Any]:
        """Return what holds."""
        place = municipality(nis)
        with tenant(place.pk):
            election = election_on(place, date)
            if paper or text_set:
                if requested_by is None:
                    refuse("is needed with --paper and --set", column="--requested-by")
                by = permitted(actor(place, requested_by), Permission.MANAGE_ELECTION)
                papers = papers_of(election) | _papers(paper or [])
                keep_settings(
                    election=election,
                    papers={VoterType(voters): Paper(colour) for voters, colour in papers.items()},
                    text_set=_set(election, text_set),
                    by=by,
                    at=timezone.now(),
                )
            return {"papers": papers_of(election), "text_set": text_set_of(election).value, "default_set": default_set(nis).value}


def _papers(typed: list[str]) -> dict[str, str]:
    found = {}
    for text in typed:
        voters, _equals, colour = text.partition("=")
        if voters not in set(VoterType) or colour not in set(Paper):
            refuse(f"is not one of {', '.join(VoterType)} = {', '.join(Paper)}", column="--paper", value=text)
        found[voters] = colour
    return found


def _set(election: Election, typed: str | None) -> TextSet | None:
    """What was typed; else what is kept."""
    if typed is not None:
        return None if typed == "default" else TextSet(typed)
    row = kept(election)
    return TextSet(row.text_set) if row and row.text_set else None
