"""Cards: found by number, name or code; one with its history; open cases and where they lie."""

from dataclasses import dataclass

from django.db.models import Count, F, Func, Max, QuerySet, TextField, Value
from django.db.models.functions import Collate, Trim

from convocations.models import Card, CardCase, CardEvent, HourWish
from convocations.rules.tokens import read_code
from elections.models import Election
from voters.models import Person


@dataclass(frozen=True, slots=True)
class CardQuery:
    """What is asked for. ``q``: a code, a number on the list, or the beginning of a family name."""

    q: str = ""
    state: str = ""
    run: int | None = None
    station: int | None = None


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Which cases are asked for; an empty field leaves nothing out. ``street``: as it stands on the card, in any capitals."""

    state: str = "open"
    kind: str = ""
    postcode: str = ""
    street: str = ""


def cards(*, election: Election, asked: CardQuery) -> QuerySet[Card]:
    """The cards of an election that were not thrown away, in the order of printing."""
    rows = Card.objects.filter(municipality_id=election.municipality_id, election=election)
    if asked.q.isdecimal():
        rows = rows.filter(list_number=int(asked.q[:9]))
    elif code := read_code(asked.q):
        rows = rows.filter(token=code[0])
    elif asked.q:
        rows = rows.filter(last_name__istartswith=asked.q)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.run:
        rows = rows.filter(run__number=asked.run)
    if asked.station:
        rows = rows.filter(station__number=asked.station)
    return rows.select_related("station", "run").order_by("list_number", "issue")


def history(card: Card) -> list[CardEvent]:
    """What happened to a card, the last first."""
    return list(CardEvent.objects.filter(municipality_id=card.municipality_id, card=card).order_by("-at", "-pk"))


def cards_of(person: Person) -> list[Card]:
    """The cards of a voter, the newest election and issue first."""
    rows = Card.objects.filter(municipality_id=person.municipality_id, person=person).select_related("election", "station", "run")
    return list(rows.order_by("-election__date", "-issue"))


def others(card: Card) -> list[Card]:
    """The other cards of the same voter for the same election."""
    rows = Card.objects.filter(municipality_id=card.municipality_id, election_id=card.election_id, person_id=card.person_id)
    return list(rows.exclude(pk=card.pk).order_by("issue"))


def wish_of(election: Election, person: Person) -> int:
    """Earlier (-1), later (1) or no wish (0) of a voter."""
    row = HourWish.objects.filter(municipality_id=election.municipality_id, election=election, person=person).first()
    return row.wish if row else 0


def cases(*, election: Election, asked: CaseQuery) -> QuerySet[CardCase]:
    """Cards that ask for a look, the newest first."""
    rows = CardCase.objects.filter(municipality_id=election.municipality_id, card__election=election)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.postcode:
        rows = rows.filter(card__postcode=asked.postcode)
    if asked.street:
        rows = rows.alias(street=_fold(F("card__street_name"))).filter(street=_fold(Value(asked.street)))
    return rows.select_related("card__station", "card__run").order_by("-opened_at", "card__position", "pk")


def streets(*, election: Election, least: int = 3) -> list[dict[str, object]]:
    """Streets with several open cases: something is wrong with the street rather than with the letters."""
    rows = cases(election=election, asked=CaseQuery()).order_by().exclude(card__street_name="")
    # Registers write a street in capitals or not: it is one street. Small letters come last in this collation.
    found = rows.annotate(key=_fold(F("card__street_name"))).values("card__postcode", "key")
    counted = found.annotate(count=Count("card", distinct=True), name=Max(Collate(Trim("card__street_name"), "C")))
    return [
        {"postcode": row["card__postcode"], "street": row["name"], "count": row["count"]}
        for row in counted.filter(count__gte=least).order_by("-count", "key", "card__postcode")[:20]
    ]


def _fold(text: F | Value) -> Func:
    """Lower case without accents or spaces around it, as ``core_fold`` has it: the server's own upper and lower know ASCII only."""
    return Func(Trim(text), function="core_fold", output_field=TextField())
