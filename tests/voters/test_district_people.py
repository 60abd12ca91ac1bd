"""Inhabitants and voters by district, and whom a change would move: counted one by one beside it."""

from datetime import date

import pytest

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Address, DistrictChange, StreetRange
from districts.rules.split import plan_undo
from districts.rules.street_ranges import BEGINNING
from districts.selectors import split as splits
from tests.districts.splits import make_districts, make_streets, put, row, rows_of
from tests.voters.people import ELECTION_DAY, make_town
from voters.selectors import districts as people
from voters.sql.districts import Figures

TODAY = date(2024, 8, 19)


@pytest.fixture
def town(world):
    """Halle: six houses with people in two districts; Horebeke with the same street, a person and a district of its own."""
    streets = make_streets(world.halle, kerkstraat=["1", "2", "3", "4", "12A"], dorp=["1"])
    districts = make_districts(world, world.halle, "1", "2")
    put(
        world,
        world.halle,
        row(districts["1"], streets["kerkstraat"], "-3 all"),
        row(districts["2"], streets["kerkstraat"], "4- all"),
    )
    halle, horebeke = make_town(world, world.halle), make_town(world, world.horebeke)
    addresses = {f"{one.street.name} {one.house_number}": one for one in _addresses(world)}
    for house, born in (("1", 1980), ("1", 2015), ("2", 1950), ("4", 1990), ("12A", 1999)):
        halle.person(address=addresses[f"kerkstraat {house}"], street_name="Kerkstraat", house_number=house, born_on=date(born, 1, 1))
    halle.person(address=addresses["dorp 1"], street_name="Dorp", house_number="1")
    halle.person(street_name="KERKSTR.", house_number="6")  # no such house: by street and number
    halle.person(street_name="Nergens", house_number="6")
    other = make_streets(world.horebeke, kerkstraat=["1"])["kerkstraat"]
    put(world, world.horebeke, row(make_districts(world, world.horebeke, "9")["9"], other))
    with tenant(world.horebeke.pk):
        only = Address.objects.get()
    horebeke.person(address=only, street_name="Kerkstraat", house_number="1")
    horebeke.trial()
    return {**streets, **districts, "halle": halle}


def _addresses(world):
    with tenant(world.halle.pk):
        return list(Address.objects.select_related("street"))


def split_of(world, municipality):
    return splits.split_day(municipality=municipality, today=TODAY)


def figures(world, municipality):
    with tenant(municipality.pk):
        found = people.district_figures(municipality=municipality, split=split_of(world, municipality), today=TODAY)
        codes = {row.district_id: row.district.code for row in splits.holding(municipality_id=municipality.pk, day=ELECTION_DAY)}
        return {codes.get(key or 0): value for key, value in found.by_district.items()}, found.extraction


def test_everybody_is_counted_where_they_live_by_address_or_by_street_and_number(world, town):
    assert figures(world, world.halle) == (
        {"1": Figures(3, 3, 0), "2": Figures(2, 3, 0), None: Figures(1, 2, 0)},
        None,
    )


def test_voters_are_those_of_the_list(world, town):
    trial = town["halle"].trial()
    town["halle"].person(address=_addresses(world)[0], street_name="Kerkstraat", house_number="1")

    counted, extraction = figures(world, world.halle)

    assert extraction.pk == trial.pk
    assert counted == {"1": Figures(3, 4, 2), "2": Figures(2, 3, 3), None: Figures(1, 2, 2)}
    assert figures(world, world.horebeke)[0] == {"9": Figures(1, 1, 1)}


def move(world, *, removed=(), added=(), day=BEGINNING, split=None):
    with tenant(world.halle.pk):
        plan = splits.change_plan(municipality_id=world.halle.pk, removed=removed, added=added, valid_from=day)
        return people.moves(plan, municipality=world.halle, split=split or split_of(world, world.halle), today=TODAY)


def told(moves):
    return [(way.before and way.before[0], way.after and way.after[0], tuple(way.figures)) for way in moves.ways]


def rows(world):
    with tenant(world.halle.pk):
        return {f"{one.number_from or ''}-{one.number_to or ''}": one.pk for one in StreetRange.objects.filter(removed_at=None)}


def test_a_boundary_that_moves_says_who_moves_with_it_and_changes_nothing(world, town):
    town["halle"].trial()
    before, trail = rows_of(world.halle, removed=True), _trail(world)
    own = rows(world)

    moves = move(
        world,
        removed=[own["-3"], own["4-"]],
        added=[row(town["1"], town["kerkstraat"], "-7 all"), row(town["2"], town["kerkstraat"], "8- all")],
    )

    # The house at number 4 with one person, and whoever gave number 6, which no file knows.
    assert told(moves) == [("2", "1", (1, 2, 2))]
    assert moves.total == Figures(1, 2, 2)
    assert (moves.lost, moves.past, moves.day) == ([], [], ELECTION_DAY)
    assert (rows_of(world.halle, removed=True), _trail(world)) == (before, trail)


def _trail(world):
    with tenant(world.halle.pk):
        return AuditEvent.objects.count(), DistrictChange.objects.count()


def test_what_would_lie_nowhere_is_said_by_street(world, town):
    own = rows(world)

    moves = move(world, removed=[own["4-"]])

    assert told(moves) == [("2", None, (2, 3, 0))]
    assert [(one.street, one.postcode, one.addresses) for one in moves.lost] == [("kerkstraat", "1500", 2)]


def test_rows_that_are_probably_a_slip_are_named(world, town):
    moves = move(
        world,
        removed=[rows(world)["4-"]],
        added=[
            row(town["2"], town["kerkstraat"], "5- odd"),
            row(town["1"], town["kerkstraat"], "4-4 even"),
            row(town["2"], town["kerkstraat"], "6- even"),
        ],
    )

    assert [(why, one.row.numbers.number_from) for why, one in moves.doubtful] == [("empty", 5), ("single", 4)]
    assert move(world, added=[row(town["2"], town["dorp"], "1-1 odd")]).doubtful == []


def test_a_new_row_takes_people_in(world, town):
    assert told(move(world, added=[row(town["2"], town["dorp"])])) == [(None, "2", (1, 1, 0))]


def test_a_change_of_later_is_counted_on_its_own_day(world, town):
    later = date(2025, 1, 1)

    moves = move(world, removed=[rows(world)["4-"]], added=[row(town["1"], town["kerkstraat"], "4- all", day=later)], day=later)

    assert (moves.day, told(moves)) == (later, [("2", "1", (2, 3, 0))])


def test_an_election_that_is_over_is_warned_of(world, town):
    with tenant(world.halle.pk):
        plan = splits.change_plan(municipality_id=world.halle.pk, removed=[], added=[row(town["2"], town["dorp"])], valid_from=BEGINNING)
        split = split_of(world, world.halle)
        moves = people.moves(plan, municipality=world.halle, split=split, today=date(2024, 10, 14))
        assert moves.past == [ELECTION_DAY]
        assert people.moves(plan, municipality=world.halle, split=split, today=ELECTION_DAY).past == []


def test_undoing_says_who_goes_back(world, town):
    change = put(world, world.halle, row(town["1"], town["kerkstraat"], "4- all"), removed=[rows(world)["4-"]])

    with tenant(world.halle.pk):
        plan = splits.undo_plan(change)
        moves = people.moves(plan, municipality=world.halle, split=split_of(world, world.halle), today=TODAY)
    assert told(moves) == [("1", "2", (2, 3, 0))]


def test_nothing_moves_when_nothing_changes(world, town):
    with tenant(world.halle.pk):
        plan = plan_undo(made=[], removed=[], valid_from=BEGINNING)
        moves = people.moves(plan, municipality=world.halle, split=split_of(world, world.halle), today=TODAY)
    assert (moves.ways, moves.total, moves.past) == ([], Figures(), [])
