"""What is said to a voter at the counter: whether they are on the list, where they vote, and which of their cards is worth something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone, localdate

from convocations.cards.languages import languages_of
from convocations.cards.papers import paper_of
from convocations.models import BlankMovement, Card, CardEvent, CardPrinter, Counter, Duplicate, PrintRun
from convocations.rules import counter as rules
from convocations.rules.counter import BlankKind, Code, Refusal
from convocations.rules.runs import RunSettings, law_hours
from convocations.selectors import templates
from convocations.selectors.card_settings import paper_for, papers_of
from convocations.sql import counter as sql
from convocations.sql.counter import VoterLine
from districts.models import Station
from elections.models import Election
from elections.rules import norm_kind
from elections.selectors import ballot_codes, current_election
from municipalities.models import Municipality
from voters.selectors.ledger import frozen_list, parameters

WORTHLESS = (Card.State.WITHDRAWN, Card.State.REPLACED, Card.State.SPOILED)
"""Their voter has or gets another one (convocations.sql.preparing.DEAD_STATES)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A voter of an election at a moment. ``cards``: all of them, the first one first; ``valid``: the one that is worth something."""

    line: VoterLine | None
    station: Station | None
    cards: Sequence[Card]
    refusal: Refusal | None

    @property
    def valid(self) -> Card | None:
        """The last card that left the house and was not replaced."""
        return next((card for card in reversed(self.cards) if card.state not in WORTHLESS and card.state != Card.State.MADE), None)

    @property
    def last_issue(self) -> int:
        """Of the newest card, whatever became of it; 0 for none."""
        return max((card.issue for card in self.cards), default=0)


def standing(*, election: Election, person_id: int, at: datetime, now: datetime) -> Standing:
    """Look a voter up. ``at``: the moment of the list; ``now``: the clock, for the deadline."""
    frozen = frozen_list(election)
    if frozen is None:
        return Standing(None, None, (), Refusal.NO_FINAL_LIST)
    line = sql.voter_line(
        params={**parameters(frozen), "at": at},
        election_id=election.pk,
        person_id=person_id,
        french="fr" in languages_of(election.municipality.nis_code),
        today=localdate(now),
    )
    station = station_of(election, line.station_id) if line and line.station_id else None
    cards = list(cards_of(election=election, person_id=person_id))
    return Standing(line, station, cards, _refusal(line, assigned=frozen.draft_id is not None, late=now > last_moment(election)))


def at_counter(*, municipality: Municipality, now: datetime) -> Election | None:
    """The election whose voters come to the counter: the next one, once everybody has a place to vote, until its day is over."""
    found = current_election(municipality=municipality, today=localdate(now))
    frozen = frozen_list(found) if found is not None and found.date >= localdate(now) else None
    return found if frozen is not None and frozen.draft_id is not None else None


def _refusal(line: VoterLine | None, *, assigned: bool, late: bool) -> Refusal | None:
    """The first reason why no duplicate can be made."""
    if not assigned:
        return Refusal.NOT_ASSIGNED
    if line is None:
        return Refusal.NOT_ON_LIST
    if line.struck:
        return Refusal.STRUCK
    if line.station_id is None:
        return Refusal.NO_STATION
    return Refusal.TOO_LATE if late else None


def station_of(election: Election, pk: int) -> Station:
    """A station of an election with its building."""
    return Station.objects.select_related("building").get(municipality_id=election.municipality_id, election=election, pk=pk)


def cards_of(*, election: Election, person_id: int) -> Sequence[Card]:
    """The cards of a voter, with their runs, the first one first."""
    rows = Card.objects.filter(municipality_id=election.municipality_id, election=election, person_id=person_id)
    return list(rows.select_related("run", "station").order_by("issue"))


def released_run(election: Election) -> PrintRun | None:
    """The last run of an election that was released."""
    rows = PrintRun.objects.filter(municipality_id=election.municipality_id, election=election, state=PrintRun.State.RELEASED)
    return rows.order_by("-number").first()


def settings_for(election: Election) -> RunSettings:
    """With which hours cards are made: those of the last released run, else of the law."""
    run = released_run(election)
    return RunSettings.of(run.settings) if run else RunSettings(*law_hours(norm_kind(ballot_codes(election))))


def last_moment(election: Election) -> datetime:
    """Until when duplicates may be handed out, that moment included."""
    settings = settings_for(election)
    ways = set(Station.objects.filter(municipality_id=election.municipality_id, election=election).values_list("electronic", flat=True))
    closing = max(settings.hours(electronic=electronic).closing for electronic in ways or {False})
    deadline = rules.deadlines()[norm_kind(ballot_codes(election))]
    return deadline.moment(day=election.date, closing=closing, zone=get_current_timezone())


def events_of(cards: Sequence[Card]) -> dict[int, list[CardEvent]]:
    """Card → what happened to it, in order."""
    found: dict[int, list[CardEvent]] = {card.pk: [] for card in cards}
    if cards:
        rows = CardEvent.objects.filter(municipality_id=cards[0].municipality_id, card_id__in=list(found)).order_by("pk")
        for event in rows:
            found[event.card_id].append(event)
    return found


def duplicates_of(cards: Sequence[Card]) -> dict[int, Duplicate]:
    """Card → the duplicate that it is."""
    if not cards:
        return {}
    rows = Duplicate.objects.filter(municipality_id=cards[0].municipality_id, card_id__in=[card.pk for card in cards])
    return {row.card_id: row for row in rows}


def duplicate_of(*, election: Election, pk: int) -> Duplicate | None:
    """A duplicate of an election with its card."""
    rows = Duplicate.objects.filter(municipality_id=election.municipality_id, card__election=election, pk=pk)
    return rows.select_related("card__station").first()


def counters(*, municipality_id: int) -> list[Counter]:
    """By name, with their printers."""
    return list(Counter.objects.filter(municipality_id=municipality_id).select_related("printer").order_by("name"))


def counter_named(*, municipality_id: int, name: str) -> Counter | None:
    """The counter that is called so."""
    return Counter.objects.filter(municipality_id=municipality_id, name=name.strip()).select_related("printer").first()


def counter_of(*, municipality_id: int, pk: int) -> Counter | None:
    """One of them."""
    return Counter.objects.filter(municipality_id=municipality_id, pk=pk).select_related("printer").first()


def printers(*, municipality_id: int) -> list[CardPrinter]:
    """By name."""
    return list(CardPrinter.objects.filter(municipality_id=municipality_id).order_by("name"))


def printer_of(*, municipality_id: int, pk: int) -> CardPrinter | None:
    """One of them."""
    return CardPrinter.objects.filter(municipality_id=municipality_id, pk=pk).first()


def last_duplicates(*, election: Election, count: int) -> list[Duplicate]:
    """The last duplicates of an election, the newest first."""
    rows = Duplicate.objects.filter(municipality_id=election.municipality_id, card__election=election)
    return list(rows.select_related("card", "replaces").order_by("-pk")[:count])


@dataclass(frozen=True, slots=True)
class Stock:
    """The blank cards of one kind and counter. ``left``: how many there must be; ``differences``: what counts found too many or few."""

    counter: Counter
    kind: BlankKind
    left: int
    moved: dict[str, int]
    differences: int
    movements: Sequence[BlankMovement]


def stock(*, election: Election, counter: Counter, kind: BlankKind) -> Stock:
    """What came of a kind, what went and what is left."""
    return _stock(counter, kind, list(_movements(election).filter(counter=counter, template=kind.template, paper=kind.paper)))


def left_of(*, election: Election, kind: BlankKind) -> dict[int, int]:
    """How many blank cards of a kind each counter must have; a counter that never had any is not there."""
    rows = BlankMovement.objects.filter(
        municipality_id=election.municipality_id, election=election, template=kind.template, paper=kind.paper
    )
    moved: dict[int, list[tuple[str, int]]] = {}
    for counter_id, what, quantity in rows.order_by("pk").values_list("counter_id", "kind", "quantity"):
        moved.setdefault(counter_id, []).append((what, quantity))
    return {counter_id: rules.balance(movements) for counter_id, movements in moved.items()}


def stocks(election: Election) -> list[Stock]:
    """Of every counter each kind that it ever had."""
    found: dict[tuple[int, BlankKind], list[BlankMovement]] = {}
    for one in _movements(election):
        found.setdefault((one.counter_id, _kind(one)), []).append(one)
    desks = counters(municipality_id=election.municipality_id)
    return [
        _stock(desk, kind, movements)
        for desk in desks
        for (counter_id, kind), movements in sorted(found.items(), key=lambda item: (item[0][1] == rules.UNDIVIDED, item[0]))
        if counter_id == desk.pk
    ]


def _movements(election: Election) -> QuerySet[BlankMovement]:
    rows = BlankMovement.objects.filter(municipality_id=election.municipality_id, election=election)
    return rows.select_related("duplicate__card").order_by("pk")


def _kind(movement: BlankMovement) -> BlankKind:
    return BlankKind(movement.template, movement.paper)


def _stock(counter: Counter, kind: BlankKind, movements: Sequence[BlankMovement]) -> Stock:
    moved: dict[str, int] = {kind.value: 0 for kind in rules.SIGNS}
    differences = 0
    for one in movements:
        if one.kind == rules.Movement.COUNTED:
            differences += one.quantity - (one.expected or 0)
        else:
            moved[one.kind] += one.quantity
    return Stock(counter, kind, rules.balance((one.kind, one.quantity) for one in movements), moved, differences, movements)


def blank_kinds(election: Election) -> list[BlankKind]:
    """The kinds that an overprint of this election can need now, and those that some counter had before."""
    papers = papers_of(election)
    needed = [BlankKind(key.name, paper_of(key.name, papers)) for key in templates.keys(election)]
    rows = BlankMovement.objects.filter(municipality_id=election.municipality_id, election=election)
    had = [BlankKind(*row) for row in rows.order_by("template", "paper").values_list("template", "paper").distinct()]
    return list(dict.fromkeys([*needed, *had]))


def blank_of(election: Election, template: str) -> BlankKind:
    """The kind that an overprint with a template takes now."""
    return BlankKind(template, paper_for(election, template).value)


def last_movement(*, election: Election) -> int:
    """The newest movement of any counter; 0 for none."""
    rows = BlankMovement.objects.filter(municipality_id=election.municipality_id, election=election)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a scanned card is: ``state`` as in ``CHECKS``; ``card`` with its election, ``by`` the event that made it worthless."""

    state: str
    card: Card | None = None
    by: CardEvent | None = None
    reason: str = ""


CHECKS = ("valid", "replaced", "withdrawn", "spoiled", "not_released", "struck", "other_election", "unknown")


def check(*, election: Election, code: Code | None, at: datetime, now: datetime) -> Checked:
    """What the card with this code is worth at an election, for whoever has it in hand."""
    card = card_by(municipality_id=election.municipality_id, code=code)
    if card is None:
        return Checked("unknown")
    if card.election_id != election.pk:
        return Checked("other_election", card)
    state = {Card.State.MADE: "not_released", **{one: str(one) for one in WORTHLESS}}.get(Card.State(card.state), "valid")
    if state != "valid":
        rows = CardEvent.objects.filter(municipality_id=card.municipality_id, card=card, kind=card.state)
        return Checked(state, card, rows.order_by("-pk").first())
    found = standing(election=election, person_id=card.person_id, at=at, now=now)
    if found.line is None or found.line.struck:
        return Checked("struck", card, reason=(found.line.no_card if found.line else None) or "")
    return Checked("valid", card)


def card_by(*, municipality_id: int, code: Code | None) -> Card | None:
    """The card with this code, of whichever election; one with another issue than the card's own is none."""
    if code is None:
        return None
    card = Card.objects.select_related("election", "person").filter(municipality_id=municipality_id, token=code.token).first()
    return card if card is not None and code.issue in (None, card.issue) else None
