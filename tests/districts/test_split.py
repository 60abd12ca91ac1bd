"""Changing the split: order does not matter, history stays, and what meets another row is refused twice."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import DistrictChange, StreetRange
from districts.rules.street_ranges import BEGINNING
from districts.selectors import split as selectors
from districts.selectors.split import ChangeRefusedError, StaleChangeError
from districts.services import split as services
from elections.models import Election
from tests.districts.splits import ELECTION, make_districts, make_streets, put, row, rows_of
from tests.personas import NOW

LATER, LATEST = date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture
def town(world):
    """Both towns with the same streets and districts; Horebeke has a row that nothing in Halle may touch."""
    streets = make_streets(world.halle, Kerkstraat=["1", "2", "12A", "13"], Dorp=["1"])
    districts = make_districts(world, world.halle, "1", "2")
    other_street = make_streets(world.horebeke, Kerkstraat=["1"])["Kerkstraat"]
    other = make_districts(world, world.horebeke, "1")["1"]
    put(world, world.horebeke, row(other, other_street))
    yield {**streets, **districts}
    assert rows_of(world.horebeke, removed=True) == ["Kerkstraat all → 1"]


def pk_of(municipality, text):
    """The number of the row that stands and reads so."""
    with tenant(municipality.pk):
        return next(
            one.pk
            for one in StreetRange.objects.filter(removed_at=None).select_related("street", "district")
            if text == f"{one.number_from or ''}-{one.number_to or ''} {one.side}"
        )


def events(municipality, kind="districts.changed"):
    with tenant(municipality.pk):
        return list(AuditEvent.objects.filter(kind=kind).order_by("seq"))


def test_rows_are_made_with_who_and_when(world, town):
    change = put(world, world.halle, row(town["1"], town["Kerkstraat"], "-20 all"), row(town["2"], town["Kerkstraat"], "21- all"))

    assert sorted(rows_of(world.halle)) == ["Kerkstraat -20 all → 1", "Kerkstraat 21- all → 2"]
    with tenant(world.halle.pk):
        made = StreetRange.objects.filter(made_change=change)
        assert {(one.made_at, one.made_by_name, one.removed_at, one.removed_by_name) for one in made} == {(NOW, "Alice Test", None, "")}
    assert change.counts == {"added": 2, "removed": 0, "unchanged": 0}
    (event,) = events(world.halle)
    assert (event.target, event.after["added"]) == (f"district_change:{change.pk}", 2)


def test_a_boundary_moves_in_one_change_whatever_the_order(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"], "-20 all"), row(town["2"], town["Kerkstraat"], "21- all"))
    removed = [pk_of(world.halle, "21- all"), pk_of(world.halle, "-20 all")]

    put(world, world.halle, row(town["2"], town["Kerkstraat"], "11- all"), row(town["1"], town["Kerkstraat"], "-10 all"), removed=removed)

    assert sorted(rows_of(world.halle)) == ["Kerkstraat -10 all → 1", "Kerkstraat 11- all → 2"]


def test_a_change_from_a_later_day_leaves_the_days_before(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]))
    put(world, world.halle, row(town["2"], town["Kerkstraat"], day=LATER), removed=[pk_of(world.halle, "- all")], day=LATER)

    assert sorted(rows_of(world.halle)) == ["Kerkstraat all → 1 until 2025-01-01", "Kerkstraat all → 2 from 2025-01-01"]
    with tenant(world.halle.pk):
        held = {
            day: [one.district.code for one in selectors.holding(municipality_id=world.halle.pk, day=day)]
            for day in (date(2024, 12, 31), LATER, date(2025, 1, 2))
        }
    assert held == {date(2024, 12, 31): ["1"], LATER: ["2"], date(2025, 1, 2): ["2"]}


def test_nothing_is_deleted(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]))
    put(world, world.halle, removed=[pk_of(world.halle, "- all")])

    assert rows_of(world.halle, removed=True) == ["Kerkstraat all → 1 (removed)"]
    with tenant(world.halle.pk):
        gone = StreetRange.objects.get()
        assert (gone.removed_at, gone.removed_by_name) == (NOW, "Alice Test")
        assert gone.removed_change_id != gone.made_change_id


def test_what_changes_nothing_is_no_change(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]))

    assert put(world, world.halle, row(town["1"], town["Kerkstraat"]), removed=[pk_of(world.halle, "- all")]) is None
    assert put(world, world.halle) is None
    assert len(events(world.halle)) == 1
    assert rows_of(world.halle, removed=True) == ["Kerkstraat all → 1"]


def refused(world, *rows, error=ChangeRefusedError, **options):
    """Try a change, see it refused, and see that nothing happened."""
    before, trail = rows_of(world.halle, removed=True), len(events(world.halle))
    with pytest.raises(error) as refusal:
        put(world, world.halle, *rows, **options)
    assert rows_of(world.halle, removed=True) == before
    assert len(events(world.halle)) == trail
    return refusal.value


def test_a_row_that_meets_another_is_refused_and_named(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"], "2-18 even"))

    refusal = refused(world, row(town["2"], town["Kerkstraat"], "18-30 even"))

    (problem,) = refusal.problems
    assert (problem.code, problem.place, problem.row.number_to, problem.row.district.code) == ("overlap", 0, 18, "1")
    put(world, world.halle, row(town["2"], town["Kerkstraat"], "1-19 odd"), row(town["2"], town["Kerkstraat"], "20-30 even"))


def test_two_added_rows_that_meet_are_refused(world, town):
    refusal = refused(world, row(town["1"], town["Kerkstraat"], "1-9 all"), row(town["2"], town["Kerkstraat"], "9-11 odd"))

    assert [(problem.place, problem.other) for problem in refusal.problems] == [(1, 0)]


def test_a_prepared_split_of_later_stands_in_the_way(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"], day=LATEST), day=LATEST)

    refusal = refused(world, row(town["2"], town["Kerkstraat"]))
    assert refusal.problems[0].row.valid_from == LATEST
    put(world, world.halle, row(town["2"], town["Kerkstraat"], until=LATEST))
    assert sorted(rows_of(world.halle)) == ["Kerkstraat all → 1 from 2026-01-01", "Kerkstraat all → 2 until 2026-01-01"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("3-3 even", "no_number"), ("9-8 all", "no_number")],
)
def test_a_row_without_numbers_is_refused(world, town, text, code):
    assert [problem.code for problem in refused(world, row(town["1"], town["Kerkstraat"], text)).problems] == [code]


def test_a_row_of_a_closed_district_or_of_another_municipality_is_refused(world, town):
    with tenant(world.halle.pk):
        type(town["2"]).objects.filter(pk=town["2"].pk).update(closed_at=NOW)
    with tenant(world.horebeke.pk):
        elsewhere = StreetRange.objects.select_related("district", "street").get()

    refusal = refused(
        world,
        row(town["2"], town["Kerkstraat"]),
        row(elsewhere.district, town["Dorp"]),
        row(town["1"], elsewhere.street),
    )
    assert [problem.code for problem in refusal.problems] == ["district_closed", "not_ours", "not_ours"]
    refused(world, removed=[elsewhere.pk], error=StaleChangeError)


def test_whoever_comes_second_is_told(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]))
    pk = pk_of(world.halle, "- all")
    put(world, world.halle, removed=[pk])

    refused(world, row(town["2"], town["Kerkstraat"]), removed=[pk], error=StaleChangeError)


def test_a_row_that_ended_before_cannot_be_ended(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"], until=LATER))

    refused(world, removed=[pk_of(world.halle, "- all")], day=LATER, error=StaleChangeError)


def raw(municipality, *values):
    columns = "municipality_id, district_id, street_id, postcode, side, number_from, number_to, valid_from, valid_until"
    with tenant(municipality.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO districts_streetrange ({columns}, made_at, made_by_name, removed_by_name)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, now(), 'x', '')",
            [municipality.pk, *values],
        )


def test_the_database_itself_refuses_rows_that_meet(world, town):
    one, two, street, dorp = town["1"].pk, town["2"].pk, town["Kerkstraat"].pk, town["Dorp"].pk
    raw(world.halle, one, street, "1500", "even", 2, 18, "2024-01-01", "2025-01-01")

    for other in (
        (two, street, "1500", "even", 18, 30, "2024-01-01", None),
        (two, street, "1500", "all", None, None, "2024-12-31", None),
        (one, street, "1500", "even", 4, 4, "2020-01-01", "2024-01-02"),
    ):
        with pytest.raises(IntegrityError, match="street_ranges_never_overlap"):
            raw(world.halle, *other)
    for beside in (
        (two, street, "1500", "odd", 1, 19, "2024-01-01", None),
        (two, street, "1500", "even", 20, None, "2024-01-01", None),
        (two, street, "1501", "all", None, None, "2024-01-01", None),
        (two, dorp, "1500", "all", None, None, "2024-01-01", None),
        (two, street, "1500", "even", 2, 18, "2025-01-01", None),
        (two, street, "1500", "even", 2, 18, "2023-01-01", "2024-01-01"),
    ):
        raw(world.halle, *beside)
    assert len(rows_of(world.halle)) == 7


def test_the_database_itself_keeps_what_a_row_says(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]))
    own = f"WHERE municipality_id = {world.halle.pk}"

    for change in ("number_from = 3", f"district_id = {town['2'].pk}", "valid_until = '2030-01-01'", "made_by_name = 'somebody'"):
        with (
            tenant(world.halle.pk),
            pytest.raises(DatabaseError, match="cannot change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE districts_streetrange SET {change} {own}")
    with tenant(world.halle.pk), connection.cursor() as cursor:
        cursor.execute(f"UPDATE districts_streetrange SET removed_at = now(), removed_by_name = 'x' {own}")
        with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
            cursor.execute(f"UPDATE districts_streetrange SET removed_at = NULL, removed_by_name = '' {own}")


def undo(world, change):
    with tenant(world.halle.pk):
        return services.undo_change(change=change, by=world.actor(world.henk), at=NOW)


def test_the_last_change_can_be_undone_and_that_too(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]))
    moved = put(world, world.halle, row(town["2"], town["Kerkstraat"], day=LATER), removed=[pk_of(world.halle, "- all")], day=LATER)
    after = sorted(rows_of(world.halle))

    undone = undo(world, moved)
    assert rows_of(world.halle) == ["Kerkstraat all → 1"]
    assert (undone.kind, undone.undoes_id) == ("undo", moved.pk)

    undo(world, undone)
    assert sorted(rows_of(world.halle)) == after
    assert len(events(world.halle)) == 4


def test_only_the_last_change_can_be_undone(world, town):
    first = put(world, world.halle, row(town["1"], town["Kerkstraat"]))
    put(world, world.halle, row(town["1"], town["Dorp"]))
    before = rows_of(world.halle, removed=True)

    with pytest.raises(StaleChangeError):
        undo(world, first)
    assert rows_of(world.halle, removed=True) == before
    with tenant(world.halle.pk):
        assert DistrictChange.objects.count() == 2


def test_a_change_tells_what_it_added_removed_and_ended(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]), row(town["1"], town["Dorp"], day=LATER), day=LATER)
    with tenant(world.halle.pk):
        everything = list(StreetRange.objects.values_list("pk", flat=True))
    put(world, world.halle, row(town["2"], town["Kerkstraat"], "1- odd", day=LATEST), removed=everything, day=LATEST)
    with tenant(world.halle.pk):
        newest = selectors.newest_change(municipality_id=world.halle.pk)
        assert newest is not None
        told = selectors.changed_rows(newest)

    assert [(one.what, one.row.street.name, one.row.district.code) for one in told] == [
        ("ended", "Dorp", "1"),
        ("ended", "Kerkstraat", "1"),
        ("added", "Kerkstraat", "2"),
    ]


def copy(world, source, valid_from):
    with tenant(world.halle.pk):
        return services.copy_split(municipality=world.halle, source=source, valid_from=valid_from, by=world.actor(world.alice), at=NOW)


def test_the_split_of_an_earlier_day_comes_back(world, town):
    put(world, world.halle, row(town["1"], town["Kerkstraat"]), row(town["2"], town["Dorp"]))
    put(world, world.halle, row(town["2"], town["Kerkstraat"], day=LATER), removed=[pk_of_street(world, "Kerkstraat")], day=LATER)

    change = copy(world, date(2024, 12, 31), LATEST)

    assert sorted(rows_of(world.halle)) == [
        "Dorp all → 2",
        "Kerkstraat all → 1 from 2026-01-01",
        "Kerkstraat all → 1 until 2025-01-01",
        "Kerkstraat all → 2 from 2025-01-01 until 2026-01-01",
    ]
    assert change.counts == {"added": 1, "removed": 1, "unchanged": 1}
    assert copy(world, date(2024, 12, 31), LATEST) is None


def pk_of_street(world, name):
    with tenant(world.halle.pk):
        return StreetRange.objects.get(street__name=name, removed_at=None).pk


def test_the_day_that_is_meant(world, town):
    def meant(today, day=None):
        with tenant(world.halle.pk):
            found = selectors.split_day(municipality=world.halle, today=today, day=day)
        return found.day, found.since, found.until, found.start

    beginning = BEGINNING
    assert meant(date(2024, 8, 1)) == (date(2024, 8, 1), None, None, beginning)
    put(world, world.halle, row(town["1"], town["Kerkstraat"]))
    put(world, world.halle, row(town["2"], town["Dorp"], day=LATER), day=LATER)
    with tenant(world.halle.pk):
        election = Election.objects.create(municipality=world.halle, date=ELECTION, list_date=date(2024, 8, 1), created_at=NOW)
    assert meant(date(2024, 8, 1)) == (ELECTION, beginning, LATER, beginning)
    assert meant(date(2026, 8, 1)) == (ELECTION, beginning, LATER, beginning)
    assert meant(date(2024, 8, 1), LATER) == (LATER, LATER, None, LATER)

    # What holds for an election whose stations are frozen is only changed by whoever names that day.
    with tenant(world.halle.pk):
        election.stations_frozen_at = NOW
        election.save()
    assert meant(date(2024, 8, 1)) == (ELECTION, beginning, LATER, date(2024, 10, 14))
    assert meant(date(2024, 8, 1), LATER) == (LATER, LATER, None, LATER)
