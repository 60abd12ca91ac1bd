"""The advised hour: even within one household, everybody of a household the same, wishes first; and the same for a whole list in SQL."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from convocations.forms.runs import HourField
from convocations.models import HourWish
from convocations.rules.hours import Wish, spread
from convocations.rules.runs import Hours, slots
from convocations.words.runs import hours
from core.tenancy import tenant
from tests.convocations.cards import SETTINGS, CardTown
from tests.personas import World
from tests.voters.ledger.town import LedgerTown
from tests.voters.stations.town import make_town

households = st.lists(
    st.tuples(st.uuids().map(str), st.integers(1, 12), st.sampled_from(Wish)), min_size=1, max_size=60, unique_by=lambda one: one[0]
)


@given(households, st.integers(1, 12))
def test_no_part_of_the_day_differs_from_its_share_by_a_household(found: list[tuple[str, int, Wish]], count: int) -> None:
    placed = spread(found, count)

    loads = Counter[int]()
    for (_key, voters, _wish), slot in zip(found, placed, strict=True):
        loads[slot] += voters
    share, largest = sum(voters for _key, voters, _wish in found) / count, max(voters for _key, voters, _wish in found)
    assert set(placed) <= set(range(count))
    assert all(abs(loads[slot] - share) < largest for slot in range(count))


@given(households, st.integers(1, 12))
def test_who_wants_to_come_early_never_comes_after_who_does_not_mind(found: list[tuple[str, int, Wish]], count: int) -> None:
    slot_of = {wish: [slot for (_k, _v, own), slot in zip(found, spread(found, count), strict=True) if own is wish] for wish in Wish}

    assert max(slot_of[Wish.EARLIER], default=0) <= min(slot_of[Wish.NONE] + slot_of[Wish.LATER], default=count)
    assert max(slot_of[Wish.NONE], default=0) <= min(slot_of[Wish.LATER], default=count)


@given(households, st.integers(1, 12))
def test_the_order_in_which_households_are_given_does_not_matter(found: list[tuple[str, int, Wish]], count: int) -> None:
    forward = dict(zip((key for key, _v, _w in found), spread(found, count), strict=True))
    backward = dict(zip((key for key, _v, _w in reversed(found)), spread(found[::-1], count), strict=True))

    assert forward == backward


def test_only_whole_steps_are_advised() -> None:
    assert slots(Hours(480, 780), 60) == [480, 540, 600, 660, 720]
    assert slots(Hours(480, 780), 120) == [480, 600]
    assert slots(Hours(480, 780), 0) == []


def test_the_statement_gives_every_household_what_the_rule_gives(world: World, django_capture_on_commit_callbacks: Callable) -> None:
    town = make_town(world, world.halle, people=400)
    town.freeze()
    halle = CardTown(LedgerTown(town, django_capture_on_commit_callbacks))
    people = halle.ledger.persons()
    with tenant(halle.pk):
        for person, wish in ((people[0], -1), (people[1], 1), (people[2], 1)):
            HourWish.objects.create(
                municipality=halle.municipality,
                election=halle.election,
                person=person,
                wish=wish,
                recorded_at=halle.now,
                recorded_by_name="a",
            )

    cards = halle.cards(halle.make())

    wishes = {people[0].pk: -1, people[1].pk: 1, people[2].pk: 1}
    for station in {card.station_id for card in cards}:
        here = [card for card in cards if card.station_id == station]
        members: dict[str, list] = {}
        for card in here:
            members.setdefault(card.household, []).append(card)
        found = [
            (key, len(of), Wish(next((wishes[card.person_id] for card in of if card.person_id in wishes), 0)))
            for key, of in members.items()
        ]
        expected = dict(zip(members, spread(found, 5), strict=True))
        assert {card.household: ((card.slot or 0) - 480) // 60 for card in here} == expected
        assert all(len({card.slot for card in of}) == 1 for of in members.values())
    assert any(len([1 for card in cards if card.household == one.household]) > 1 for one in cards)


def test_without_a_step_nothing_is_advised(halle: CardTown) -> None:
    settings = type(SETTINGS)(SETTINGS.paper, SETTINGS.electronic, step=0)

    assert {card.slot for card in halle.cards(halle.make(settings))} == {None}


def test_tokens_are_spread_over_their_whole_alphabet(halle: CardTown) -> None:
    tokens = [card.token for card in halle.cards(halle.make())]

    assert {len(token) for token in tokens} == {12}
    assert len({letter for token in tokens for letter in token}) == 32
    with tenant(halle.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT token) FROM convocations_card")
        assert cursor.fetchone()[0] == len(tokens)


@pytest.mark.parametrize(("language", "shown"), [("nl", "8.00–13.30 uur"), ("fr", "de 8 h 00 à 13 h 30")])
def test_hours_are_shown_as_people_read_them(language: str, shown: str) -> None:
    with override(language):
        assert hours(480, 810) == shown


def test_the_form_proposes_hours_as_they_are_read_and_takes_both() -> None:
    with override("nl"):
        field = HourField(label="x")
        assert field.prepare_value("08:00") == "8.00"
        assert (field.clean("8.00"), field.clean("08:00")) == (480, 480)
        assert field.prepare_value("8u") == "8u"


@pytest.mark.parametrize(("typed", "found"), [("0.00", 0), ("8.59", 539), ("23:59", 1439), ("24.00", 1440)])
def test_an_hour_of_the_clock_is_taken(typed: str, found: int) -> None:
    assert HourField(label="x").clean(typed) == found


@pytest.mark.parametrize("typed", ["8.60", "08:75", "24.01", "-1.00", "8.-5", "8", "acht"])
def test_what_is_no_hour_of_the_clock_is_refused_and_shown_as_it_was_typed(typed: str) -> None:
    field = HourField(label="x")

    with pytest.raises(ValidationError):
        field.clean(typed)
    assert field.prepare_value(typed) == typed
