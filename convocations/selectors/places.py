"""Cards on which the name of the place is missing, and what it would be now."""

from dataclasses import dataclass

from django.db.models import Count

from convocations.cards.card import TemplateKey
from convocations.models import Card, PrintRun
from municipalities.selectors import places_known

Names = dict[tuple[str, str], tuple[str, str]]
GONE = (Card.State.WITHDRAWN, Card.State.REPLACED, Card.State.SPOILED)


@dataclass(frozen=True, slots=True)
class MissingPlace:
    """A postcode of which cards have no place. ``known``: what it is called by now; cards that are made anew have it."""

    country: str
    postcode: str
    cards: int
    known: str


def missing_places(run: PrintRun) -> list[MissingPlace]:
    """The postcodes of a run whose cards have no place, those with most cards first; abroad too."""
    rows = Card.objects.filter(municipality_id=run.municipality_id, run=run, place="").exclude(state__in=GONE)
    counted = list(rows.values("country", "postcode").annotate(cards=Count("pk")).order_by("-cards", "country", "postcode"))
    known = places_known(municipality_id=run.municipality_id, postcodes={row["postcode"] for row in counted})
    return [MissingPlace(**row, known=known.get((row["country"], row["postcode"]), ("", ""))[0]) for row in counted]


def known_since(run: PrintRun) -> Names:
    """What the places are called by now that the cards of a run lack, by country and postcode: Dutch, French. Three reads, however many cards."""
    codes = Card.objects.filter(municipality_id=run.municipality_id, run=run, place="").values_list("postcode", flat=True).distinct()
    return places_known(municipality_id=run.municipality_id, postcodes=set(codes))


def place_since(card: Card, known: Names) -> str:
    """The place of a card that was made when nobody knew it, in the language of the card; empty where it is not known still."""
    dutch, french = known.get((card.country, card.postcode), ("", ""))
    return french if TemplateKey.of(card.template).language == "fr" else dutch
