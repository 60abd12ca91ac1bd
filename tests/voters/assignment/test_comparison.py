"""Two drafts, or one and the assignment of an earlier election: every voter counted once, by what became of them."""

from core.tenancy import tenant
from districts.models import Station
from tests.personas import NOW, World
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.models import Person
from voters.selectors import draft_comparison as selectors
from voters.services import draft_moves
from voters.sql.moves import Moved


def number_of(station: Station | None) -> int | None:
    return station.number if station else None


def moved(town: AssignmentTown, draft, number: int, **values) -> None:
    with tenant(town.municipality.pk):
        target = Station.objects.get(election=town.election, number=number)
        what = Moved(street_id=town.streets["Kerkstraat"].pk, postcode="1500", **values)
        draft_moves.move_households(draft=draft, station=target, what=what, by=town.town.clerk, at=NOW)


def test_rooms_and_buildings_are_told_apart_and_two_municipalities_too(halle: AssignmentTown, world: World) -> None:
    halle.station(3, "West", maximum=1, minimum=0)
    horebeke = two_schools(world, world.horebeke)
    for town in (halle, horebeke):
        town.town.trial()
    before, after = halle.draft(), halle.draft()
    horebeke.draft()
    moved(halle, after, 3, side="odd", number_from=1, number_to=3)
    moved(halle, after, 2, side="even", number_from=2, number_to=2)

    with tenant(halle.municipality.pk):
        found = selectors.compare(before=before, after=after)

    assert found.counts == {"same": 34, "room": 4, "moved": 2}
    [(district, ways)] = found.ways.items()
    assert district == "01 Wijk 01"
    assert [(way.kind, number_of(way.before), number_of(way.after), way.voters, way.households) for way in ways] == [
        ("room", 1, 3, 4, 2),
        ("moved", 1, 2, 2, 1),
    ]


def test_an_earlier_election_is_compared_by_person_building_and_number(halle: AssignmentTown) -> None:
    earlier = halle.earlier_election()
    halle.station(1, "West", election=earlier, maximum=100)
    halle.station(7, "Oost", election=earlier, maximum=100)
    gone = halle.household("Kerkstraat", 1, 1, key="weg")[0]
    election, halle.town.election = halle.town.election, earlier
    halle.town.final()
    old = halle.freeze(halle.draft(election=earlier))
    halle.town.election = election
    with tenant(halle.municipality.pk):
        Person.objects.filter(pk=gone.pk).update(departed_on="2024-01-01")
    halle.household("Kerkstraat", 2, 1, key="nieuw", registered_on="2024-01-01")
    halle.town.trial()
    new = halle.draft(previous=old)

    with tenant(halle.municipality.pk):
        found = selectors.compare(before=old, after=new)
        streets = selectors.streets(before=old, after=new, chosen=(None, None))

    # Station 1 in West is the same; Oost had number 7 and has number 2: another room of the same building.
    assert found.counts == {"same": 20, "room": 20, "new": 1, "gone": 1}
    assert sum(row.voters for row in streets) == 20
    assert {row.street for row in streets} == {"Kerkstraat"}


def test_nothing_is_different_between_a_draft_and_its_twin(halle: AssignmentTown) -> None:
    halle.town.trial()
    before, after = halle.draft(), halle.draft()

    with tenant(halle.municipality.pk):
        found = selectors.compare(before=before, after=after)
        assert selectors.streets(before=before, after=after, chosen=(None, None)) == []

    assert (found.counts, found.ways) == ({"same": 40}, {})
