"""What does not fit: each kind alone, on its day, and never the neighbour's."""

from datetime import date

import pytest

from core.tenancy import tenant
from districts.models import Address, District, Street, StreetRange
from districts.selectors.findings import KINDS, district_findings
from districts.services.districts import prepare_street
from tests.districts.splits import ELECTION, add_houses, make_districts, make_streets, put, row
from tests.personas import NOW

LATER = date(2025, 1, 1)


@pytest.fixture
def town(world):
    """Halle wholly placed; Horebeke with streets of the same name and no row at all."""
    streets = make_streets(world.halle, Kerkstraat=[str(number) for number in range(1, 21)], Dorp=["1", "3"])
    districts = make_districts(world, world.halle, "1", "2")
    make_streets(world.horebeke, Kerkstraat=["1", "2"])
    put(world, world.halle, row(districts["1"], streets["Kerkstraat"]), row(districts["2"], streets["Dorp"]))
    return {**streets, **districts}


def found(municipality, day=ELECTION):
    with tenant(municipality.pk):
        return district_findings(municipality_id=municipality.pk, day=day)


def told(municipality, day=ELECTION):
    rows = []
    for one in found(municipality, day).findings:
        value = one.values
        ends = f"{'' if value['number_from'] is None else value['number_from']}-{'' if value['number_to'] is None else value['number_to']}"
        rows.append((one.code, value["street"], value["side"], ends, value["code"], value["count"]))
    return rows


def replace_rows(world, *rows, day=None):
    with tenant(world.halle.pk):
        removed = list(StreetRange.objects.filter(removed_at=None).values_list("pk", flat=True))
    put(world, world.halle, *rows, removed=removed, **({"day": day} if day else {}))


def test_where_all_is_placed_nothing_is_found(world, town):
    assert told(world.halle) == []
    result = found(world.halle)
    assert (result.addresses, result.without_district) == (22, 0)


def test_a_street_without_rows_is_one_finding(world, town):
    assert told(world.horebeke) == [("street_without_rows", "Kerkstraat", "all", "-", "", 2)]
    assert found(world.horebeke).without_district == 2


def test_gaps_are_told_by_side_and_run(world, town):
    replace_rows(
        world,
        row(town["1"], town["Kerkstraat"], "2-4 even"),
        row(town["1"], town["Kerkstraat"], "10-12 even"),
        row(town["2"], town["Kerkstraat"], "1-17 odd"),
        row(town["2"], town["Dorp"]),
    )

    assert told(world.halle) == [
        ("gap", "Kerkstraat", "even", "6-8", "", 2),
        ("gap", "Kerkstraat", "even", "14-20", "", 4),
        ("gap", "Kerkstraat", "odd", "19-19", "", 1),
    ]
    assert {one.target for one in found(world.halle).findings} == {f"street:{town['Kerkstraat'].pk}"}


def test_a_gap_counts_addresses_in_use_not_houses(world, town):
    add_houses(town["Dorp"], "5", "5A", "5B")
    replace_rows(world, row(town["1"], town["Kerkstraat"]), row(town["2"], town["Dorp"], "1-3 odd"))
    assert told(world.halle) == [("gap", "Dorp", "odd", "5-5", "", 3)]

    with tenant(world.halle.pk):
        Address.objects.filter(number=5, street=town["Dorp"]).update(closed_at=NOW)
    assert told(world.halle) == []


def test_a_row_without_addresses_is_unused(world, town):
    put(world, world.halle, row(town["2"], town["Dorp"], "2-40 even", postcode="1501"))
    replace_rows(
        world,
        row(town["1"], town["Kerkstraat"], "-98 all"),
        row(town["1"], town["Kerkstraat"], "99- all"),
        row(town["2"], town["Dorp"]),
    )

    assert told(world.halle) == [("unused_row", "Kerkstraat", "all", "99-", "1", 0)]


def test_a_row_in_the_wrong_postcode_says_how_many_addresses_it_misses(world, town):
    replace_rows(world, row(town["1"], town["Kerkstraat"]), row(town["2"], town["Dorp"], postcode="1501"))

    assert told(world.halle) == [
        ("street_without_rows", "Dorp", "all", "-", "", 2),
        ("postcode_mismatch", "Dorp", "all", "-", "2", 2),
    ]


def test_a_row_of_a_closed_street_is_found_and_one_of_a_prepared_street_is_not(world, town):
    with tenant(world.halle.pk):
        prepared = prepare_street(municipality=world.halle, name="Nieuwe Laan", by=world.actor(world.alice), at=NOW)
        Address.objects.filter(street=town["Dorp"]).update(closed_at=NOW)
        Street.objects.filter(pk=town["Dorp"].pk).update(closed_at=NOW)
    put(world, world.halle, row(town["1"], prepared))

    assert told(world.halle) == [("closed_street_row", "Dorp", "all", "-", "2", 0)]


def test_one_number_among_those_of_another_district_is_probably_a_slip(world, town):
    replace_rows(
        world,
        row(town["1"], town["Kerkstraat"], "-11 all"),
        row(town["2"], town["Kerkstraat"], "12-12 even"),
        row(town["1"], town["Kerkstraat"], "13- all"),
        row(town["2"], town["Dorp"], "1-1 odd"),
        row(town["2"], town["Dorp"], "3-3 odd"),
    )

    assert told(world.halle) == [("single_number", "Kerkstraat", "even", "12-12", "2", 1)]


def test_a_district_without_rows_is_found_unless_it_is_closed(world, town):
    replace_rows(world, row(town["1"], town["Kerkstraat"]), row(town["1"], town["Dorp"]))

    (finding,) = found(world.halle).findings
    assert (finding.code, finding.target, finding.values["district"]) == ("district_without_rows", f"district:{town['2'].pk}", "Wijk 2")
    with tenant(world.halle.pk):
        District.objects.filter(pk=town["2"].pk).update(closed_at=NOW)
    assert told(world.halle) == []


def test_findings_are_those_of_the_day(world, town):
    replace_rows(world, row(town["1"], town["Kerkstraat"], day=LATER), row(town["2"], town["Dorp"], "1-1 odd", day=LATER), day=LATER)

    assert told(world.halle, date(2024, 12, 31)) == []
    assert told(world.halle, LATER) == [("gap", "Dorp", "odd", "3-3", "", 1)]


def test_every_kind_has_a_severity_and_the_gravest_come_first(world, town):
    replace_rows(world, row(town["1"], town["Kerkstraat"], "1-1 odd"), row(town["1"], town["Kerkstraat"], "200- all"))

    codes = [code for code, *_ in told(world.halle)]
    assert codes == sorted(codes, key=list(KINDS).index)
    assert set(codes) == {"gap", "street_without_rows", "unused_row", "district_without_rows"}
