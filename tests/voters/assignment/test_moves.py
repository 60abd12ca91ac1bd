"""Moves by hand: what would change, doing it, undoing it; nothing of another municipality, draft or district."""

import pytest

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Station
from tests.personas import NOW, World
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.models import HandMove, Placement
from voters.services import draft_moves, drafts
from voters.sql import moves
from voters.sql.moves import Moved


def station(town: AssignmentTown, number: int) -> Station:
    with tenant(town.municipality.pk):
        return Station.objects.get(election=town.election, number=number)


def houses(town: AssignmentTown, **values) -> Moved:
    return Moved(street_id=town.streets["Kerkstraat"].pk, postcode="1500", **values)


def move(town: AssignmentTown, draft, number: int, what: Moved, **more) -> HandMove:
    with tenant(town.municipality.pk):
        return draft_moves.move_households(draft=draft, station=station(town, number), what=what, by=town.town.clerk, at=NOW, **more)


def test_what_was_previewed_is_what_happens_and_figures_follow(halle: AssignmentTown, world: World) -> None:
    horebeke = two_schools(world, world.horebeke)
    for town in (halle, horebeke):
        town.town.trial()
    draft, other = halle.draft(), horebeke.draft()
    what = houses(halle, side="odd", number_from=11)
    with tenant(halle.municipality.pk):
        [seen] = moves.preview(municipality_id=halle.municipality.pk, draft_id=draft.pk, station_id=station(halle, 1).pk, what=what)

    made = move(halle, draft, 1, what)

    assert (seen.households, seen.voters, seen.moves) == (made.households, made.voters, True) == (5, 10, True)
    assert (seen.before / seen.measured, seen.after / seen.measured) == pytest.approx((500, 1400), rel=0.01)
    halle.reload(draft)
    assert halle.loads(draft) == {1: 30, 2: 10}
    assert (draft.figures["load_min"], draft.figures["load_max"], draft.figures["by_hand"]) == (10, 30, 5)
    assert draft.figures["mean_distance_m"] == pytest.approx((30 * (20 * 450 + 10 * 1400) / 30 + 10 * 400) / 40, rel=0.05)
    assert draft.changed_at == NOW
    assert horebeke.loads(other) == {1: 20, 2: 20}
    with tenant(halle.municipality.pk):
        event = AuditEvent.objects.latest("seq")
        assert event.kind == "assignment.moved"
        assert event.after == {
            "station": 1, "households": 5, "voters": 10, "street": "Kerkstraat", "postcode": "1500", "side": "odd", "number_from": 11,
            "number_to": None,
        }  # fmt: skip


def test_the_last_move_is_undone_then_the_one_before_it_and_then_no_more(halle: AssignmentTown) -> None:
    halle.town.trial()
    draft = halle.draft()
    before, figures = halle.places(draft), dict(draft.figures)
    move(halle, draft, 2, houses(halle, side="odd"))
    between = halle.places(draft)
    move(halle, draft, 1, houses(halle, side="odd", number_from=5, number_to=15))

    with tenant(halle.municipality.pk):
        draft_moves.undo_move(draft=draft, by=halle.town.head, at=NOW)
        assert halle.places(draft) == between
        draft_moves.undo_move(draft=draft, by=halle.town.head, at=NOW)
        assert halle.places(draft) == before
        draft.refresh_from_db()
        assert draft.figures == figures
        assert not Placement.objects.filter(draft=draft, by_hand=True).exists()
        with pytest.raises(drafts.DraftRefusedError, match="nothing_to_undo"):
            draft_moves.undo_move(draft=draft, by=halle.town.head, at=NOW)
        assert [(row.number, row.undone_by_name) for row in HandMove.objects.order_by("number")] == [(1, "Henk Test"), (2, "Henk Test")]


def test_only_those_that_vote_in_a_station_move_where_that_is_asked(halle: AssignmentTown) -> None:
    halle.station(3, "Oost", maximum=100)
    halle.town.trial()
    draft = halle.draft()
    west = station(halle, 1).pk

    made = move(halle, draft, 3, houses(halle, from_station=west))

    assert made.voters == 20
    assert halle.loads(draft).get(1) is None


def test_a_household_and_everybody_without_a_district_are_moved_by_name(halle: AssignmentTown) -> None:
    halle.household("Nergensstraat", 3, 3, known=False)
    people = halle.household("Kerkstraat", 1, 2, key="gezin")
    halle.town.trial()
    draft = halle.draft()

    move(halle, draft, 2, Moved(household="hgezin"), person=people[0])
    move(halle, draft, 1, Moved(unplaced=True))

    places = halle.places(draft)
    assert (places["hgezin"], places["hNergensstraat-3"], places["hKerkstraat-1"]) == (2, 1, 1)
    assert halle.reload(draft).figures["unplaced"] == 0
    with tenant(halle.municipality.pk):
        told = [row.what for row in HandMove.objects.order_by("number")]
    assert told == [{"person": f"person:{people[0].pk}"}, {"unplaced": True}]


def test_a_household_of_another_district_stays_where_it_is(world: World) -> None:
    town = two_schools(world, world.halle)
    town.street("Zinkstraat", [1, 2], north=50, step=100)
    town.district("02", "Zinkstraat")
    town.station(5, "West", district="02")
    town.fill("Zinkstraat")
    town.town.trial()
    draft = town.draft()
    before = town.places(draft)
    what = Moved(street_id=town.streets["Zinkstraat"].pk, postcode="1500")

    with tenant(town.municipality.pk):
        [seen] = moves.preview(municipality_id=town.municipality.pk, draft_id=draft.pk, station_id=station(town, 1).pk, what=what)
        assert (seen.moves, seen.voters) == (False, 4)
        events = AuditEvent.objects.count()
        with pytest.raises(drafts.DraftRefusedError, match="nothing_moved"):
            move(town, draft, 1, what)
        assert AuditEvent.objects.count() == events
        assert not HandMove.objects.exists()
    assert town.places(draft) == before


def test_a_station_of_another_election_or_municipality_takes_nobody(halle: AssignmentTown, world: World) -> None:
    horebeke = two_schools(world, world.horebeke)
    halle.town.trial()
    draft, earlier = halle.draft(), halle.earlier_election()
    foreign, old = station(horebeke, 1), halle.station(1, "Oost", election=earlier)
    before = halle.places(draft)

    for target in (foreign, old):
        with tenant(halle.municipality.pk), pytest.raises(drafts.DraftRefusedError, match="other_election"):
            draft_moves.move_households(draft=draft, station=target, what=houses(halle), by=halle.town.clerk, at=NOW)
    assert halle.places(draft) == before


def test_nothing_moves_in_a_draft_that_waits_for_the_second_person(halle: AssignmentTown) -> None:
    from voters.services import draft_freeze

    halle.town.final()
    draft = halle.draft()
    with tenant(halle.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=halle.town.clerk, at=NOW)
    before = halle.places(draft)

    with pytest.raises(drafts.DraftRefusedError, match="wrong_state"):
        move(halle, draft, 1, houses(halle))
    with tenant(halle.municipality.pk), pytest.raises(drafts.DraftRefusedError, match="wrong_state"):
        draft_moves.undo_move(draft=draft, by=halle.town.clerk, at=NOW)
    assert halle.places(draft) == before


def test_a_move_keeps_households_whole_and_everybody_once(halle: AssignmentTown) -> None:
    halle.town.trial()
    draft = halle.draft()
    keys = set(halle.places(draft))

    for side, first, last, number in (("odd", 1, 9, 2), ("all", 4, 12, 1), ("even", 2, 20, 2)):
        move(halle, draft, number, houses(halle, side=side, number_from=first, number_to=last))

    assert set(halle.places(draft)) == keys
    assert sum(halle.loads(draft).values()) == 40
