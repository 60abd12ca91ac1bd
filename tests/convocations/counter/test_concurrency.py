"""Two counters press the button for one voter at the same moment: one issue number each, and only the later card is worth something."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from convocations.models import Card, CardEvent, Duplicate
from convocations.services.duplicates import Issued
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.personas import make_world
from tests.voters.ledger.town import frozen_town


def test_two_counters_at_once_give_one_issue_each(live_database: str) -> None:
    world = make_world()
    town = CardTown(frozen_town(world, world.halle, _at_once))
    town.release(town.make())
    first, second = open_desk(town, "Loket 1"), open_desk(town, "Loket 2")
    person = town.ledger.persons()[0]
    ready = threading.Barrier(2)

    def press(desk: Desk) -> Issued:
        try:
            ready.wait()
            return desk.issue(person)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(press, [first, second]))

    cards = first.cards(person)
    assert sorted(one.card.issue for one in made) == [2, 3]
    assert [(card.issue, card.state) for card in cards] == [(1, "replaced"), (2, "replaced"), (3, "printed")]
    with tenant(town.pk):
        replaced = CardEvent.objects.filter(kind="replaced").order_by("pk")
        assert [(event.card_id, event.details["issue"]) for event in replaced] == [(cards[0].pk, 2), (cards[1].pk, 3)]
        assert Duplicate.objects.count() == 2
        assert Card.objects.filter(person=person).values("token").distinct().count() == 3


class _at_once:  # noqa: N801  # stands for the fixture of pytest-django
    """What is to run after the commit runs then: this test really commits."""

    def __init__(self, *, execute: bool) -> None:
        assert execute

    def __enter__(self) -> None:
        """Nothing to catch."""

    def __exit__(self, *_: object) -> None:
        """Nothing to run."""
