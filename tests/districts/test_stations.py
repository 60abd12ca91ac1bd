"""Stations: made, changed, removed, numbered and copied; frozen, they keep number and district."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import District, Station
from districts.rules.sizes import Limits
from districts.selectors import stations as selectors
from districts.services import buildings as building_services
from districts.services import stations as services
from districts.services.stations import StationData, StationRefusedError
from elections.models import Election, ElectionBallot
from tests.personas import NOW
from voters.models import Draft, Extraction, Placement

pytestmark = pytest.mark.django_db


def events(town, kind):
    with tenant(town.municipality.pk):
        return list(AuditEvent.objects.filter(kind=kind).order_by("seq").values_list("before", "after"))


def kinds(town):
    with tenant(town.municipality.pk):
        return set(AuditEvent.objects.filter(kind__startswith="station").values_list("kind", flat=True))


def refused(act):
    with pytest.raises(StationRefusedError) as caught:
        act()
    return caught.value.problems


def close(town, thing):
    with tenant(town.municipality.pk):
        type(thing).objects.filter(pk=thing.pk).update(closed_at=NOW)
        thing.refresh_from_db()


def freeze(town):
    with tenant(town.municipality.pk):
        services.freeze_stations(election=town.election, at=NOW)


def change(town, station, **values):
    with tenant(town.municipality.pk):
        row = Station.objects.select_related("election", "district", "building").get(pk=station.pk)
        now = {name: getattr(row, name) for name in StationData.__dataclass_fields__}
        return services.change_station(station=row, data=StationData(**{**now, **values}), by=town.by, at=NOW)


def federal(town):
    """The same day becomes one of a parliament: a norm of 150 to 800 holds, 900 where one votes electronically."""
    with tenant(town.municipality.pk):
        ElectionBallot.objects.create(municipality=town.municipality, election=town.election, ballot="chamber")


def test_a_station_is_called_after_its_building_when_it_has_no_name(halle, horebeke):
    halle.station(1, halle.building())
    halle.station(2, halle.building("De Zandloper"), district="02", name=" Lokaal  A ", maximum=650)

    assert halle.stations() == {1: ("01", "De Bres", "De Bres", "", None, None), 2: ("02", "De Zandloper", "Lokaal A", "", None, 650)}
    assert horebeke.stations() == {}
    assert events(halle, "station.created")[1][1] == {
        "number": 2, "name": "Lokaal A", "room": "", "electronic": False, "accessible": True, "minimum": None, "maximum": 650,
        "district": "02", "building": "De Zandloper",
    }  # fmt: skip


def test_a_number_is_given_once_an_election_and_says_to_whom(halle, horebeke):
    building = halle.building()
    halle.station(7, building)
    halle.station(7, building, election=halle.earlier)
    horebeke.station(7, horebeke.building())

    assert refused(lambda: halle.station(7, building)) == [("number", "number_taken", "De Bres")]
    assert len(halle.stations()) == 1
    assert len(events(halle, "station.created")) == 2


def test_everything_that_is_wrong_is_said_together(halle):
    federal(halle)
    building = halle.building()
    halle.station(1, building)
    other = halle.building("Dicht")
    close(halle, other)
    close(halle, halle.districts["02"])

    assert refused(lambda: halle.station(1, other, district="02", minimum=900)) == [
        ("number", "number_taken", "De Bres"),
        ("district", "district_closed", ""),
        ("building", "building_closed", ""),
        ("minimum", "minimum_over_norm", "800"),
    ]
    assert refused(lambda: halle.station(2, building, minimum=700, maximum=600)) == [("maximum", "sizes_out_of_order", "")]
    assert list(halle.stations()) == [1]


def test_a_least_over_the_norm_needs_a_most_of_its_own(halle):
    federal(halle)
    halle.station(1, halle.building(), minimum=850, maximum=1000)
    halle.station(2, halle.building("Digitaal"), minimum=850, electronic=True)

    with tenant(halle.municipality.pk):
        rows = selectors.stations(halle.election)
    assert [(row.sizes.minimum, row.sizes.maximum) for row in rows] == [(850, 1000), (850, 900)]


def test_changes_are_kept_and_nothing_is_written_without_one(halle, horebeke):
    first = halle.station(1, halle.building())
    horebeke.station(1, horebeke.building())
    other = halle.building("De Zandloper")

    assert change(halle, first, building=other, room="Refter", maximum=700) == ["room", "maximum", "building"]
    assert change(halle, first) == []

    assert halle.stations() == {1: ("01", "De Zandloper", "De Bres", "Refter", None, 700)}
    assert horebeke.stations()[1][1] == "De Bres"
    assert events(halle, "station.changed") == [
        ({"room": "", "maximum": None, "building": "De Bres"}, {"room": "Refter", "maximum": 700, "building": "De Zandloper"})
    ]


def test_a_station_may_stay_where_it_is_when_that_was_closed(halle):
    building = halle.building()
    station = halle.station(1, building)
    close(halle, building)
    close(halle, halle.districts["01"])

    assert change(halle, station, room="2") == ["room"]


def test_a_station_goes_as_long_as_nobody_was_placed_in_it(halle, horebeke):
    station = halle.station(1, halle.building())
    horebeke.station(1, horebeke.building())

    with tenant(halle.municipality.pk):
        services.delete_station(station=station, by=halle.by, at=NOW)

    assert halle.stations() == {}
    assert len(horebeke.stations()) == 1
    assert [before["number"] for before, _after in events(halle, "station.deleted")] == [1]


def place_voters(town, station):
    """As the assignment does: a draft puts a household in the station."""
    with tenant(town.municipality.pk):
        draft = Draft.objects.get()
        Placement.objects.create(municipality=town.municipality, draft=draft, household="h1", station=station, voters=2)


@pytest.fixture
def draft(halle):
    """The draft that ``place_voters`` needs."""
    with tenant(halle.municipality.pk):
        extraction = Extraction.objects.create(
            municipality=halle.municipality,
            election=halle.election,
            number=1,
            kind="trial",
            state="done",
            requested_by_id=1,
            requested_at=NOW,
        )
        Draft.objects.create(
            municipality=halle.municipality,
            election=halle.election,
            extraction=extraction,
            number=1,
            state="ready",
            made_by_id=1,
            made_at=NOW,
        )


def test_a_station_in_which_a_draft_places_voters_stays(halle, draft):
    building = halle.building()
    kept, free = halle.station(1, building), halle.station(2, building)
    place_voters(halle, kept)

    with tenant(halle.municipality.pk):
        assert selectors.used([kept.pk, free.pk], municipality_id=halle.municipality.pk) == {kept.pk}
        assert refused(lambda: services.delete_station(station=kept, by=halle.by, at=NOW)) == [("", "used", "")]

    assert list(halle.stations()) == [1, 2]
    assert events(halle, "station.deleted") == []


@pytest.mark.parametrize(
    ("order", "start", "expected"),
    [
        ("number", 1, {1: "A", 2: "C", 3: "B"}),
        ("number", 101, {101: "A", 102: "C", 103: "B"}),
        ("building", 1, {1: "A", 2: "B", 3: "C"}),
        ("district", 1, {1: "C", 2: "A", 3: "B"}),
        ("district", 4, {4: "C", 5: "A", 6: "B"}),
    ],
)
def test_numbers_are_given_again_without_gaps(halle, horebeke, order, start, expected):
    for number, name, district in ((3, "A", "02"), (9, "B", "02"), (4, "C", "01")):
        halle.station(number, halle.building(name), district=district)
        horebeke.station(number, horebeke.building(name), district=district)

    with tenant(halle.municipality.pk):
        services.renumber_stations(election=halle.election, order=order, start=start, by=halle.by, at=NOW)
        again = services.renumber_stations(election=halle.election, order="number", start=start, by=halle.by, at=NOW)

    assert {number: row[1] for number, row in halle.stations().items()} == expected
    assert sorted(horebeke.stations()) == [3, 4, 9]
    assert again == 0
    assert len(events(halle, "stations.renumbered")) == 1


def test_two_stations_can_change_places(halle):
    halle.station(1, halle.building("B"))
    halle.station(2, halle.building("A"))

    with tenant(halle.municipality.pk):
        assert services.renumber_stations(election=halle.election, order="building", start=1, by=halle.by, at=NOW) == 2

    assert {number: row[1] for number, row in halle.stations().items()} == {1: "A", 2: "B"}
    assert events(halle, "stations.renumbered")[0][1]["new_numbers"] == {"2": 1, "1": 2}


def test_stations_of_an_earlier_election_come_along_but_for_what_was_closed(halle, horebeke):
    stays, goes = halle.building(), halle.building("Gesloopt")
    halle.station(1, stays, election=halle.earlier, room="A", maximum=700, electronic=True, accessible=False)
    halle.station(2, goes, election=halle.earlier)
    halle.station(3, stays, election=halle.earlier, district="02")
    halle.station(4, stays, election=halle.earlier)
    halle.station(4, stays)
    horebeke.station(1, horebeke.building(), election=horebeke.earlier)
    close(halle, goes)
    close(halle, halle.districts["02"])

    with tenant(halle.municipality.pk):
        rows = selectors.copy_rows(source=halle.earlier, election=halle.election)
        assert [(row.station.number, row.reason) for row in rows] == [
            (1, ""), (2, "building_closed"), (3, "district_closed"), (4, "number_taken"),
        ]  # fmt: skip
        assert services.copy_stations(election=halle.election, source=halle.earlier, by=halle.by, at=NOW) == 1
        assert services.copy_stations(election=halle.election, source=halle.earlier, by=halle.by, at=NOW) == 0
        copied = Station.objects.get(election=halle.election, number=1)

    assert (copied.room, copied.maximum, copied.electronic, copied.accessible) == ("A", 700, True, False)
    assert sorted(halle.stations()) == [1, 4]
    assert horebeke.stations() == {}
    assert events(halle, "stations.copied") == [(None, {"copied_from": "2018-10-14", "numbers_added": [1]})]


def test_the_elections_to_copy_from_are_those_with_stations(halle, django_assert_num_queries):
    building = halle.building()
    halle.station(1, building)
    halle.station(1, building, election=halle.earlier)
    halle.station(2, building, election=halle.earlier)

    with tenant(halle.municipality.pk), django_assert_num_queries(3):
        assert [(source.election.date.year, source.stations) for source in selectors.copy_sources(halle.election)] == [(2018, 2)]


def test_after_the_freeze_number_and_district_stay_and_the_rest_may_change(halle, horebeke):
    station = halle.station(1, halle.building())
    other = halle.building("De Zandloper")
    halle.station(1, other, election=halle.earlier)
    freeze(halle)
    before = halle.stations()

    assert refused(lambda: halle.station(2, other)) == [("", "frozen_added", "")]
    assert refused(lambda: change(halle, station, number=2)) == [("number", "frozen_number", "")]
    assert refused(lambda: change(halle, station, district=halle.districts["02"], number=3)) == [
        ("number", "frozen_number", ""),
        ("district", "frozen_district", ""),
    ]
    with tenant(halle.municipality.pk):
        assert refused(lambda: services.delete_station(station=station, by=halle.by, at=NOW)) == [("", "frozen_removed", "")]
        assert refused(lambda: services.renumber_stations(election=halle.election, order="number", start=9, by=halle.by, at=NOW)) == [
            ("", "frozen_number", "")
        ]
        assert refused(lambda: services.copy_stations(election=halle.election, source=halle.earlier, by=halle.by, at=NOW)) == [
            ("", "frozen_added", "")
        ]
    assert halle.stations() == before
    assert kinds(halle) == {"station.created"}

    assert change(halle, station, building=other, room="3", name="Verhuisd", maximum=900) == ["name", "room", "maximum", "building"]
    horebeke.station(1, horebeke.building())
    assert len(horebeke.stations()) == 1


INSERT = """
INSERT INTO districts_station (municipality_id, election_id, number, name, district_id, building_id, room, electronic, accessible)
SELECT municipality_id, election_id, 9, name, district_id, building_id, room, electronic, accessible
  FROM districts_station WHERE election_id = %(election)s
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE districts_station SET number = 2 WHERE election_id = %(election)s",
        "UPDATE districts_station SET district_id = %(district)s WHERE election_id = %(election)s",
        "UPDATE districts_station SET election_id = %(earlier)s WHERE election_id = %(election)s",
        "UPDATE districts_station SET election_id = %(election)s, number = 5 WHERE election_id = %(earlier)s",
        "DELETE FROM districts_station WHERE election_id = %(election)s",
        INSERT,
    ],
)
def test_the_database_refuses_it_too_whoever_asks(halle, statement):
    building = halle.building()
    halle.station(1, building)
    halle.station(1, building, election=halle.earlier)
    freeze(halle)
    before = halle.stations()
    values = {"election": halle.election.pk, "earlier": halle.earlier.pk, "district": halle.districts["02"].pk}

    with tenant(halle.municipality.pk), connection.cursor() as cursor:
        with pytest.raises((ProgrammingError, InternalError), match="frozen"), transaction.atomic():
            cursor.execute(statement, values)
        cursor.execute("UPDATE districts_station SET room = 'X', number = number WHERE election_id = %(election)s", values)

    assert {number: (*row[:3], "", *row[4:]) for number, row in halle.stations().items()} == before


def test_a_freeze_is_a_moment_that_stays(halle):
    freeze(halle)
    with tenant(halle.municipality.pk):
        services.freeze_stations(election=halle.election, at=NOW.replace(year=2025))
        assert Election.objects.get(pk=halle.election.pk).stations_frozen_at == NOW
        assert Election.objects.get(pk=halle.earlier.pk).stations_frozen_at is None


def test_stations_are_read_with_everything_in_a_fixed_number_of_queries(halle, horebeke, django_assert_num_queries):
    federal(halle)
    first = halle.building()
    for number in range(1, 4):
        halle.station(number, first, maximum=600 + number)
    horebeke.station(1, horebeke.building())

    def read():
        with tenant(halle.municipality.pk):
            election = Election.objects.prefetch_related("ballots").get(pk=halle.election.pk)
            with django_assert_num_queries(2):
                return selectors.stations(election)

    rows = read()
    for number in range(4, 31):
        halle.station(number, halle.building(f"Gebouw {number}"), district="02")
    more = read()

    assert [(row.number, row.sizes.minimum, row.sizes.maximum, row.norm) for row in rows] == [
        (number, 150, 600 + number, Limits(150, 800)) for number in (1, 2, 3)
    ]
    assert len(more) == 30


def test_totals_per_district_count_stations_and_what_they_take(halle):
    building = halle.building()
    halle.station(1, building, minimum=300, maximum=700)
    halle.station(2, halle.building("B"), minimum=200, maximum=650)
    halle.station(3, building, district="02", maximum=500)
    halle.station(4, building, district="02")
    with tenant(halle.municipality.pk):
        District.objects.create(municipality=halle.municipality, code="10", name="Leeg")
        District.objects.create(municipality=halle.municipality, code="9", name="Dicht", closed_at=NOW)
        found = selectors.district_totals(selectors.stations(halle.election), selectors.districts(municipality_id=halle.municipality.pk))

    assert [(row.district.code, row.stations, row.buildings, row.minimum, row.maximum) for row in found] == [
        ("01", 2, 2, 500, 1350),
        ("02", 2, 1, 0, None),
        ("10", 0, 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(["10", "9", "1"], ["1", "9", "10"]), (["A10", "A2", "B1"], ["A2", "A10", "B1"]), (["N", "01", "1a"], ["N", "01", "1a"])],
)
def test_codes_sort_as_people_count(codes, expected):
    assert sorted(codes, key=selectors.natural) == expected


def test_history_is_that_of_one_object(halle):
    station, other = halle.station(1, halle.building()), halle.station(2, halle.building("B"))
    change(halle, station, room="2")
    with tenant(halle.municipality.pk):
        building_services.close_building(building=other.building, by=halle.by, at=NOW)
        seen = selectors.history(f"station:{station.pk}", municipality_id=halle.municipality.pk)

    assert [event.kind for event in seen] == ["station.changed", "station.created"]
