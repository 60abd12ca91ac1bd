"""What the page of paper and texts says."""

from typing import Any

from django.utils.translation import gettext as _

from convocations.cards.card import PARLIAMENTS, VoterType
from convocations.cards.papers import suggestions
from convocations.cards.text_sets import default_set, places
from convocations.selectors import templates
from convocations.selectors.card_settings import papers_of, text_set_of
from convocations.words.papers import CERTAINTIES, PAPERS, SETS
from convocations.words.templates import VOTERS
from elections.models import Election
from elections.selectors import ballot_codes

Item = dict[str, Any]


def types_of(election: Election) -> list[VoterType]:
    """The types of voters that the election can have, in the order of the list of texts."""
    return list(dict.fromkeys(key.voter_type for key in templates.possible_keys(election)))


def has_parliament(election: Election) -> bool:
    """Whether a parliament is voted for: only then is there more than one set."""
    return bool(PARLIAMENTS.intersection(ballot_codes(election)))


def paper_rows(election: Election) -> list[Item]:
    """Each type of voter with its paper, what is suggested, and where that stands; at the end voters that are no type here."""
    chosen, known = papers_of(election), set(types_of(election))
    rows = []
    for one in suggestions():
        own = one.voters in known
        if own or (one.voters not in set(VoterType) and has_parliament(election)):
            rows.append(
                {
                    "voters": VOTERS[one.voters] if own else _("Belgians abroad (not among the voters here)"),
                    "paper": PAPERS[chosen.get(one.voters, "white")] if own else "–",
                    "suggested": PAPERS[one.paper],
                    "source": one.source,
                    "certainty": CERTAINTIES[one.certainty],
                    "unsure": one.certainty == "L",
                }
            )
    return rows


def set_rows(election: Election) -> Item | None:
    """Which set is used, which one follows from the municipality, and where that stands; nothing without a parliament."""
    if not has_parliament(election):
        return None
    own = default_set(election.municipality.nis_code)
    place = next((place for place in places() if place.text_set == own), None)
    return {"used": SETS[text_set_of(election)], "default": SETS[own], "source": place.source if place else ""}
