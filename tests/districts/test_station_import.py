"""``stations.csv`` comes in whole or not at all: problems together, differences first, and twice is once."""

import json

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Building, District, Station
from districts.rules.station_file import BuildingAddress, write
from districts.selectors import stations as selectors
from districts.services import stations as services
from districts.services.station_import import ImportCounts, PlanChangedError, StationFileRefusedError, bring_in, compare
from elections.models import ElectionBallot
from tests.districts.station_files import DAY, PLACE, line, station_file
from tests.districts.test_stations import close, draft, freeze, place_voters  # noqa: F401 - draft is a fixture
from tests.personas import NOW

pytestmark = pytest.mark.django_db


def run(town, *lines, content=None, agreed=None):
    with tenant(town.municipality.pk):
        election = type(town.election).objects.prefetch_related("ballots").get(pk=town.election.pk)
        return bring_in(
            election=election, content=content or station_file(*lines), file_name="stations.csv", agreed=agreed, by=town.by, at=NOW
        )


def plan(town, *lines, content=None):
    with tenant(town.municipality.pk):
        election = type(town.election).objects.prefetch_related("ballots").get(pk=town.election.pk)
        return compare(election=election, content=content or station_file(*lines))


def refused(town, *lines):
    with pytest.raises(StationFileRefusedError) as caught:
        run(town, *lines)
    return [(problem.row, problem.column, problem.value, problem.code) for problem in caught.value.problems]


def state(town):
    """Everything that an import may touch."""
    with tenant(town.municipality.pk):
        return (
            sorted(Station.objects.values_list()),
            sorted(map(str, Building.objects.values_list())),
            AuditEvent.objects.exclude(kind__startswith="election").count(),
        )


def export(town):
    with tenant(town.municipality.pk):
        return write(selectors.lines(town.election)).encode()


def test_stations_and_buildings_are_made_from_a_file(halle, horebeke):
    counts = run(
        halle,
        line(1),
        line(2, name="Bureau 2", max_voters=650, electronic="true"),
        line(3, district_code="02", building="Ver weg", street_name="Onbekendstraat", house_number="3", accessible="false"),
        line(4, district_code="02", building="Getypt", house_number="14", latitude="50.8", longitude="4.3"),
    )

    assert counts == ImportCounts(
        stations=4, added=4, changed=0, removed=0, unchanged=0, buildings_added=3, buildings_changed=0, without_position=1
    )
    assert halle.stations() == {
        1: ("01", "De Bres", "Kerk", "", None, None),
        2: ("01", "De Bres", "Bureau 2", "", None, 650),
        3: ("02", "Ver weg", "Kerk", "", None, None),
        4: ("02", "Getypt", "Kerk", "", None, None),
    }
    assert halle.buildings() == {
        "De Bres": ("Kerkstraat 12", PLACE, True, 2),
        "Getypt": ("Kerkstraat 14", (50.8, 4.3), True, 1),
        "Ver weg": ("Onbekendstraat 3", (None, None), False, 1),
    }
    with tenant(halle.municipality.pk):
        assert set(Building.objects.values_list("locality", flat=True)) == {"Halle"}
        event = AuditEvent.objects.get(kind="stations.imported").after or {}
        assert (event["added"], event["numbers_added"], event["file_name"]) == (4, [1, 2, 3, 4], "stations.csv")
    assert horebeke.stations() == horebeke.buildings() == {}


def test_the_same_file_again_writes_nothing(halle):
    lines = [line(1), line(2, building="B", house_number="2")]
    run(halle, *lines)
    before = state(halle)

    counts = run(halle, *lines)

    assert (counts.unchanged, counts.added, counts.changed, counts.removed) == (2, 0, 0, 0)
    assert state(halle) == before


def test_each_difference_is_shown_before_it_is_made(halle, horebeke):
    for town in (halle, horebeke):
        run(town, line(1), line(2), line(3, building="B", house_number="2"), line(4, building="B", house_number="2"))
    with tenant(halle.municipality.pk):
        Station.objects.filter(election=halle.election, number=2).update(room="Refter")
    new = [
        line(1),
        line(2, building="B", house_number="3", name="Anders", min_voters=100, max_voters=600, electronic="true", accessible="false"),
        line(3, building="B", house_number="3", district_code="02"),
        line(5, building="C", house_number="5"),
    ]

    found = plan(halle, *new)

    assert [one.number for one in found.added] == [5]
    assert [one.number for one in found.gone] == [4]
    assert found.unchanged == 1
    assert {change.line.number: {one.field: (one.before, one.after) for one in change.changes} for change in found.changed} == {
        2: {
            "name": ("Kerk", "Anders"), "building": ("De Bres", "B"), "room": ("Refter", ""), "minimum": (None, 100),
            "maximum": (None, 600), "electronic": (False, True), "accessible": (True, False),
        },
        3: {"district": ("01", "02")},
    }  # fmt: skip
    assert [(one.name, [(change.field, change.before, change.after) for change in one.changes]) for one in found.buildings_changed] == [
        ("B", [("house_number", "2", "3"), ("position", "50.7335, 4.2375", "50.7336, 4.2375")])
    ]
    assert [one.name for one in found.buildings_added] == ["C"]
    assert sorted(halle.stations()) == [1, 2, 3, 4]

    counts = run(halle, *new, agreed=found.fingerprint)

    assert counts == ImportCounts(
        stations=4, added=1, changed=2, removed=1, unchanged=1, buildings_added=1, buildings_changed=1, without_position=0
    )
    assert halle.stations()[2] == ("01", "B", "Anders", "", 100, 600)
    assert halle.buildings()["B"][:2] == ("Kerkstraat 3", (PLACE[0] - 0.0009, PLACE[1]))
    assert sorted(horebeke.stations()) == [1, 2, 3, 4]
    with tenant(halle.municipality.pk):
        kinds = AuditEvent.objects.filter(kind__in=["station.changed", "building.changed"]).order_by("seq")
        assert [(event.kind, (event.before or {}).get("name")) for event in kinds] == [
            ("building.changed", None), ("station.changed", "Kerk"), ("station.changed", None),
        ]  # fmt: skip


def test_what_was_agreed_to_is_what_is_done(halle):
    run(halle, line(1), line(2))
    new = [line(1), line(3)]
    shown = plan(halle, *new)
    with tenant(halle.municipality.pk):
        Station.objects.filter(election=halle.election, number=2).update(name="Intussen veranderd")
    before = state(halle)

    with pytest.raises(PlanChangedError):
        run(halle, *new, agreed=shown.fingerprint)

    assert state(halle) == before


def test_an_empty_position_leaves_a_place_alone_until_the_address_is_another(halle):
    run(halle, line(1, latitude="50.8", longitude="4.3"))

    assert plan(halle, line(1)).empty
    run(halle, line(1, house_number="13"))
    assert halle.buildings()["De Bres"][1] == (PLACE[0] + 0.0001, PLACE[1])
    run(halle, line(1, house_number="99"))
    assert halle.buildings()["De Bres"] == ("Kerkstraat 99", (None, None), False, 1)


@pytest.mark.parametrize(("code", "problems"), [("1", []), ("02", []), ("001", []), ("3", ["district_unknown"])])
def test_a_spreadsheet_that_drops_the_zeros_of_a_code_is_understood(halle, code, problems):
    if problems:
        assert [problem[3] for problem in refused(halle, line(1, district_code=code))] == problems
    else:
        run(halle, line(1, district_code=code))
        assert halle.stations()[1][0] == f"0{int(code)}"
        assert plan(halle, line(1, district_code=code)).empty


def test_a_building_is_known_by_how_its_name_reads(halle):
    halle.building("De Bres")

    counts = run(halle, line(1, building="DE  BRES"), line(2, building="de bres"))

    assert (counts.buildings_added, list(halle.buildings())) == (0, ["De Bres"])
    assert plan(halle, line(1, building="De Bres"), line(2, building="De Bres")).empty


def test_all_problems_with_what_is_there_are_named_together_and_nothing_changes(halle, draft):  # noqa: F811
    with tenant(halle.municipality.pk):
        ElectionBallot.objects.create(municipality=halle.municipality, election=halle.election, ballot="chamber")
        District.objects.create(municipality=halle.municipality, code="03", name="Dicht", closed_at=NOW)
    building = halle.building("Dicht")
    used = halle.station(9, halle.building())
    place_voters(halle, used)
    close(halle, building)
    before = state(halle)

    assert refused(
        halle,
        line(1, district_code="99"),
        line(2, district_code="03"),
        line(3, building="dicht"),
        line(4, min_voters="900"),
        line(5, min_voters="900", max_voters="950"),
        line(6, min_voters="900", electronic="true"),
    ) == [
        (0, "station_number", "9", "used"),
        (2, "district_code", "99", "district_unknown"),
        (3, "district_code", "03", "district_closed"),
        (4, "building", "dicht", "building_closed"),
        (5, "min_voters", "900", "minimum_over_norm"),
    ]
    assert state(halle) == before


def test_what_is_wrong_with_the_file_and_with_what_is_there_is_named_together(halle):
    halle.station(9, halle.building())
    before = state(halle)

    assert refused(halle, line(1, electronic="?"), line(1, district_code="99"), line(2, postcode="x", district_code="98")) == [
        (2, "electronic", "?", "not_a_truth"),
        (3, "station_number", "1", "number_twice"),
        (3, "district_code", "99", "district_unknown"),
        (4, "postcode", "x", "not_a_postcode"),
    ]
    assert state(halle) == before


def test_what_was_closed_since_may_stay_as_it_is(halle):
    run(halle, line(1))
    with tenant(halle.municipality.pk):
        Building.objects.update(closed_at=NOW)
    close(halle, halle.districts["01"])

    assert plan(halle, line(1)).empty
    assert refused(halle, line(1), line(2)) == [
        (3, "district_code", "01", "district_closed"),
        (3, "building", "De Bres", "building_closed"),
    ]


def test_after_the_freeze_a_file_may_change_buildings_and_nothing_else(halle):
    run(halle, line(1), line(2))
    freeze(halle)
    before = state(halle)

    assert refused(halle, line(1, district_code="02"), line(3)) == [
        (0, "station_number", "2", "frozen_removed"),
        (2, "district_code", "02", "frozen_district"),
        (3, "station_number", "3", "frozen_added"),
    ]
    assert state(halle) == before
    assert run(halle, line(1, building="Nieuw", house_number="20"), line(2)).changed == 1
    assert halle.stations()[1][1] == "Nieuw"


def test_what_goes_out_comes_back_without_a_difference(halle, horebeke):
    building = halle.building("'t Hof = groot", position=(50.123456789012345, 4.1), rooms=3)
    halle.station(1, building, minimum=0, maximum=700, electronic=True, accessible=False, room="A")
    halle.station(12, halle.building("Zonder plaats", address=BuildingAddress("1500", "Nergens", "1")), district="02", name="-1")
    horebeke.station(1, horebeke.building())
    before = state(halle)

    content = export(halle)

    assert plan(halle, content=content).empty
    run(halle, content=content)
    assert state(halle) == before
    moved = run(horebeke, content=content)
    assert (moved.added, moved.changed, moved.buildings_added) == (1, 1, 2)
    assert export(horebeke) == content


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "district_code": st.sampled_from(["01", "02", "99"]),
        "building": st.sampled_from(["De Bres", "de bres", "B", "C"]),
        "house_number": st.sampled_from(["12", "13", "40", "99"]),
        "max_voters": st.sampled_from(["", "500", "x"]),
        "accessible": st.sampled_from(["true", "false"]),
        "latitude": st.sampled_from(["", "50.8"]),
        "longitude": st.sampled_from(["", "4.3"]),
    },
)
FILES = st.lists(st.tuples(st.integers(1, 5), VALUES), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, FILES)
def test_any_two_files_one_after_the_other_end_as_the_second_or_change_nothing(halle, first, second):
    """Whatever was there: a file is refused and nothing changes, or the stations are those of the file and it changes nothing again."""
    for rows in (first, second):
        content = station_file(*[line(number, **values) for number, values in rows])
        before = state(halle)
        try:
            counts = run(halle, content=content)
        except StationFileRefusedError:
            assert state(halle) == before
        else:
            assert sorted(halle.stations()) == sorted(number for number, _values in rows)
            assert counts.added + counts.changed + counts.unchanged == len(rows)
            assert plan(halle, content=content).empty
            assert plan(halle, content=export(halle)).empty


def test_an_import_takes_a_fixed_number_of_queries(halle, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        run(halle, *[line(number, building=f"B{number}", house_number=number % 39 + 1) for number in range(1, 201)])


# ----------------------------------------------------------------------------------------------------- command
@pytest.fixture
def command(tmp_path, capsys):
    def call(content, nis="23027", election="2024-10-13", **options):
        file = tmp_path / "stations.csv"
        file.write_bytes(content)
        code: object = 0
        try:
            call_command("import_stations", nis, file, election=election, json=True, **options)
        except SystemExit as end:
            code = end.code
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return call


def test_the_command_brings_a_file_in_and_says_in_figures_what_it_did(halle, horebeke, command):
    code, said = command(station_file(line(1), line(2, building="X", street_name="Nergens")), requested_by="alice")

    assert code == 0
    assert said.pop("seconds") >= 0
    assert said == {
        "stations": 2, "added": 2, "changed": 0, "removed": 0, "unchanged": 0, "buildings_added": 2, "buildings_changed": 0, "without_position": 1,
    }  # fmt: skip
    assert sorted(halle.stations()) == [1, 2]
    assert horebeke.stations() == {}
    with tenant(halle.municipality.pk):
        assert AuditEvent.objects.get(kind="stations.imported").actor_name == "Alice Test"


def test_the_command_refuses_with_every_problem_and_changes_nothing(halle, command):
    before = state(halle)

    code, said = command(station_file(line(1, postcode="x"), line(1, district_code="99")))

    assert code == 2
    assert said == {
        "errors": [
            {"row": 2, "column": "postcode", "value": "x", "problem": "not_a_postcode"},
            {"row": 3, "column": "station_number", "value": "1", "problem": "number_twice: 2"},
            {"row": 3, "column": "district_code", "value": "99", "problem": "district_unknown"},
        ]
    }
    assert state(halle) == before


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"nis": "99999"}, "NIS"),
        ({"election": "2024-10-14"}, "--election"),
        ({"election": "morgen"}, "--election"),
        ({"requested_by": "bob"}, "--requested-by"),
        ({"requested_by": "charlie"}, "user"),
    ],
)
def test_the_command_refuses_what_it_was_asked_wrongly(halle, command, options, column):
    code, said = command(station_file(line(1)), **options)

    assert (code, said["errors"][0]["column"]) == (2, column)
    assert halle.stations() == {}


def test_the_command_says_that_there_is_no_file(halle, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        call_command("import_stations", "23027", tmp_path / "weg.csv", election=DAY.isoformat(), json=True)

    assert end.value.code == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["column"] == "FILE"


def test_renumbering_and_a_file_that_says_the_same_agree(halle):
    run(halle, line(3), line(9, building="B", house_number="2"))
    with tenant(halle.municipality.pk):
        services.renumber_stations(election=halle.election, order="number", start=1, by=halle.by, at=NOW)

    assert plan(halle, line(1), line(2, building="B", house_number="2")).empty
