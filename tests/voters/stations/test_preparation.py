"""The preparatory checks: each finds what it is for, nothing when all is well, and leads to where it is mended."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Building, Station, StreetRange
from districts.rules.findings import Severity
from elections.models import EligibilityRule
from tests.personas import NOW, World, sign_in
from tests.voters.lists import make_election
from tests.voters.stations.town import Town
from voters.models import Person
from voters.rules.preparation import BuildingWalk, DistrictSeats, DraftStation, FarLimits, Group, far, loads, seats
from voters.selectors.preparation import check

LIMITS = FarLimits(nearest=1_000_000, median=1_000_000)


def found(town: Town, *, limits: FarLimits = LIMITS, extraction="list") -> dict[str, list[dict]]:
    """Code → values of each finding."""
    with tenant(town.municipality.pk):
        checked = check(election=town.election, extraction=town.extraction if extraction == "list" else None, limits=limits)
    codes: dict[str, list[dict]] = {}
    for one in checked.all:
        codes.setdefault(one.code, []).append({**one.values, "target": one.target, "severity": one.severity.value})
    return codes


def run(town: Town, statement: str, **values: Any) -> None:
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        cursor.execute(statement, {"place": town.municipality.pk, **values})


# ------------------------------------------------------------------------------------------------------- rules
def district(voters=100, *, stations=2, minimum=0, maximum: int | None = 200):
    return DistrictSeats(3, "01", "Centrum", stations, voters, minimum, maximum)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (district(200), []),
        (district(201), [("seats_short", Severity.BAD, 1)]),
        (district(201, maximum=None), []),
        (district(50, minimum=50), []),
        (district(49, minimum=50), [("seats_too_many", Severity.WARN, 1)]),
        (district(500, stations=0, maximum=0), []),
    ],
)
def test_seats_suffice_to_the_last_voter(one, expected) -> None:
    assert [(finding.code, finding.severity, finding.values["count"]) for finding in seats([one])] == expected


@pytest.mark.parametrize(
    ("nearest", "median", "codes"),
    [
        (300, 2500, []),
        (301, 2500, ["building_nearest_far"]),
        (300, 2501, ["building_median_far"]),
        (900, 9000, ["building_nearest_far", "building_median_far"]),
    ],
)
def test_far_is_further_than_the_limit(nearest, median, codes) -> None:
    rows = far([BuildingWalk(1, "De Bres", nearest, median, 12)], FarLimits(300, 2500))

    assert [one.code for one in rows] == codes


@pytest.mark.parametrize(
    ("voters", "codes"), [(800, []), (801, ["station_over"]), (150, []), (149, ["station_under"]), (0, ["station_under"])]
)
@pytest.mark.parametrize("refuse", [False, True])
def test_a_station_out_of_its_size_is_as_grave_as_the_election_says(voters, codes, refuse) -> None:
    rows = list(loads([DraftStation(1, 14, "x", voters, 150, 800)], sizes_refuse=refuse))

    assert [one.code for one in rows] == codes
    assert all(one.severity == (Severity.BAD if refuse else Severity.WARN) for one in rows)


# --------------------------------------------------------------------------------------------------- statements
def test_a_town_in_order_has_only_what_the_register_spells_wrong(halle: Town) -> None:
    codes = found(halle)

    assert set(codes) == {"voters_without_position"}  # number 40 of the Zinkstraat
    assert codes["voters_without_position"][0]["count"] == halle.one(
        "SELECT count(*) FROM voters_entry e JOIN districts_address a ON a.id = e.address_id WHERE a.latitude IS NULL AND e.municipality_id = %(place)s"
    )


def test_voters_without_a_district_by_street_and_reason(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        zink = StreetRange.objects.get(street__name="Zinkstraat")
        StreetRange.objects.filter(pk=zink.pk).update(removed_at=NOW, removed_by_name="Alice Test")
        StreetRange.objects.create(
            municipality=halle.municipality,
            district=zink.district,
            street=zink.street,
            postcode="1500",
            side="all",
            number_from=1,
            number_to=20,
            valid_from=zink.valid_from,
            made_at=NOW,
            made_by_name="Alice Test",
        )
    codes = found(halle)
    outside = halle.one(
        """SELECT count(*) FROM voters_entry e JOIN districts_address a ON a.id = e.address_id JOIN districts_street t ON t.id = a.street_id
            WHERE t.name = 'Zinkstraat' AND a.number > 20 AND e.municipality_id = %(place)s"""
    )
    spelled = halle.one("SELECT count(*) FROM voters_entry WHERE address_id IS NULL AND municipality_id = %(place)s")

    assert [(row["street"], row["count"], row["target"]) for row in codes["outside_district"]] == [
        ("Zinkstraat", outside, f"street:{zink.street_id}")
    ]
    assert [(row["street"], row["count"]) for row in codes["number_outside_district"]] == [("Zinkstraat", spelled)]
    assert all(row["severity"] == "bad" for row in codes["outside_district"] + codes["number_outside_district"])


def test_streets_that_nobody_knows_and_voters_without_one(halle: Town) -> None:
    run(
        halle,
        "UPDATE voters_person SET address_id = NULL, street_name = 'Verdwenen straat' WHERE municipality_id = %(place)s AND house_number = '3'",
    )
    run(
        halle,
        "UPDATE voters_person SET address_id = NULL, street_name = '', house_number = '' WHERE municipality_id = %(place)s AND house_number = '4'",
    )
    _rules()
    codes = found(halle, extraction="register")

    assert {row["street"] for row in codes["street_unknown"]} == {"Verdwenen straat"}
    assert sum(row["count"] for row in codes["street_unknown"]) > 0
    assert len(codes["street_missing"]) == 1
    assert "street_unknown" not in found(halle)  # the list is as it was


def _rules() -> None:
    """The law of these tests: whoever is Belgian and eighteen votes for the council."""
    if not EligibilityRule.objects.filter(ballot="municipal").exists():
        EligibilityRule.objects.create(
            ballot="municipal",
            nationality_group="BE",
            registers="BR",
            minimum_age=18,
            compulsory=False,
            valid_from="2000-01-01",
            article="x",
            suspension_article="x",
            certainty="H",
        )


def test_the_register_of_today_is_judged_by_the_law(halle: Town) -> None:
    _rules()
    with tenant(halle.municipality.pk):
        checked = check(election=halle.election, extraction=None, limits=LIMITS)
        adults = Person.objects.filter(nationality="BE", born_on__lte="2006-10-13").count()
        Person.objects.filter(nationality="BE").update(deceased_on="2024-07-01")
        nobody = check(election=halle.election, extraction=None, limits=LIMITS)

    assert checked.voters >= adults > 0
    assert nobody.voters < checked.voters
    assert checked.extraction is None


def test_seats_short_in_a_district(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.filter(district=halle.districts["01"]).update(maximum=20)
    (row,) = found(halle)["seats_short"]

    assert row["seats"] == 40
    assert row["voters"] == halle.place_in(1, 1) + halle.place_in(1, 2)
    assert row["count"] == row["voters"] - 40
    assert row["target"] == f"district:{halle.districts['01'].pk}"


def test_stations_of_the_newest_draft_that_are_too_full_or_too_empty(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.filter(number=3).update(maximum=10)
        Station.objects.filter(number=1).update(minimum=100)
    codes = found(halle)

    assert [(row["number"], row["count"]) for row in codes["station_over"]] == [(3, halle.place_in(1, 3) - 10)]
    assert [(row["number"], row["count"]) for row in codes["station_under"]] == [(1, 100 - halle.place_in(1, 1))]
    halle.make_draft(2, split=40)
    assert [row["count"] for row in found(halle)["station_under"]] == [100 - halle.place_in(2, 1)]


def test_a_draft_with_voters_that_have_no_station(halle: Town) -> None:
    run(halle, "UPDATE voters_draft SET figures = figures || '{\"unplaced\": 5}' WHERE municipality_id = %(place)s")

    assert [(row["count"], row["target"]) for row in found(halle)["draft_unplaced"]] == [(5, f"draft:{halle.draft.pk}")]


def test_households_over_two_addresses_and_over_two_districts(halle: Town) -> None:
    _rules()
    basilic, alsem, zink = (
        halle.one(
            "SELECT a.id FROM districts_address a JOIN districts_street t ON t.id = a.street_id WHERE t.name = %(name)s AND a.number = 7 AND a.municipality_id = %(place)s",
            name=name,
        )
        for name in ("Basiliekstraat", "Alsembergsesteenweg", "Zinkstraat")
    )
    with tenant(halle.municipality.pk):
        grown = Person.objects.filter(nationality="BE", born_on__lt="1990-01-01").order_by("pk")
        four = list(grown.values_list("pk", flat=True)[:4])
        Person.objects.filter(pk=four[0]).update(household_id="G1", household_role=1, address_id=basilic)
        Person.objects.filter(pk=four[1]).update(household_id="G1", household_role=2, address_id=alsem)
        Person.objects.filter(pk=four[2]).update(household_id="G2", household_role=2, address_id=basilic)
        Person.objects.filter(pk=four[3]).update(household_id="G2", household_role=1, address_id=zink)
    codes = found(halle, extraction="register")

    assert [(row["target"], row["addresses"], row["severity"]) for row in codes["household_two_addresses"]] == [
        (f"person:{four[0]}", 2, "warn")
    ]
    assert [(row["target"], row["addresses"], row["severity"]) for row in codes["household_two_districts"]] == [
        (f"person:{four[3]}", 2, "bad")
    ]


def test_buildings_away_from_everybody(halle: Town) -> None:
    near = found(halle, limits=FarLimits(nearest=2_000, median=2_000))
    with tenant(halle.municipality.pk):
        Building.objects.filter(name="Zaal & Zo").update(latitude=50.80, longitude=4.23)
    away = found(halle, limits=FarLimits(nearest=2_000, median=2_000))

    assert "building_nearest_far" not in near
    (row,) = away["building_nearest_far"]
    assert row["building"] == "Zaal & Zo"
    assert 7_000 < row["metres"] < 7_600
    assert len(away["building_median_far"]) == 1


def test_nothing_prepared_yet(world: World) -> None:
    election = make_election(world.halle)
    with tenant(world.halle.pk):
        checked = check(election=election, extraction=None, limits=LIMITS)

    assert {one.code for one in checked.all} == {"no_districts", "no_voters", "no_stations"}
    assert checked.count(Severity.BAD) == 3


def test_what_others_find_is_in_it_too(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.filter(number=3).update(accessible=False)
        Building.objects.filter(name="De Bres").update(closed_at=NOW)
    codes = found(halle)

    assert codes["not_accessible"][0]["number"] == 3
    assert codes["building_closed"][0]["building"] == "De Bres"


def test_every_kind_has_a_sentence_and_a_way_to_mend_it(halle: Town, client: Client) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.update(accessible=False, maximum=1)
        Building.objects.update(closed_at=NOW)
    sign_in(client, halle.world.bob)
    client.get(f"{halle.url}checks/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"{halle.url}checks/").content.decode()

    assert page.count(f'href="{halle.url}stations/') >= 6
    assert "is niet toegankelijk" in page
    assert "is gesloten" in page
    assert len(queries) <= 70


def test_each_town_has_its_own_findings(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.filter(number=3).update(maximum=1)
    assert "station_over" in found(halle)
    with tenant(halle.world.horebeke.pk):
        other = Station.objects.get(number=3).election
        checked = check(election=other, extraction=None, limits=LIMITS)
    assert "station_over" not in {one.code for one in checked.all}


# --------------------------------------------------------------------------------------------- page and command
def test_the_page_names_every_group_and_leads_to_the_mending(halle: Town, client: Client) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.filter(district=halle.districts["01"]).update(maximum=20)
    sign_in(client, halle.world.bob)
    page = re.sub(r"\s+", " ", client.get(f"{halle.url}checks/").content.decode())

    assert page.count('<section class="panel" id="') == len(Group)
    assert "Centrum:" in page
    assert f'href="/23027/districts/{halle.districts["01"].pk}/"' in page
    assert 'href="/23027/addresses/' in page or 'href="/23027/streets/' in page
    assert "in orde" in page
    assert "checks.csv" not in page  # a reader takes nothing out


def test_another_list_and_the_register_can_be_chosen(halle: Town, client: Client) -> None:
    _rules()
    sign_in(client, halle.world.alice)

    assert "Het register zoals het nu is</em>" in client.get(f"{halle.url}checks/", {"list": "register"}).content.decode()
    assert client.get(f"{halle.url}checks/", {"list": str(halle.extraction.number)}).status_code == 200
    assert client.get(f"{halle.url}checks/", {"list": "77"}).status_code == 404
    sign_in(client, halle.world.charlie)
    assert client.get(f"{halle.url}checks/").status_code == 404


def test_all_green_is_said(halle: Town, client: Client) -> None:
    run(halle, "UPDATE districts_address SET latitude = 50.73, longitude = 4.23 WHERE municipality_id = %(place)s AND latitude IS NULL")
    sign_in(client, halle.world.bob)
    page = client.get(f"{halle.url}checks/").content.decode()

    assert "Alles is in orde" in page
    assert page.count("tag-ok") == len(Group)


def test_the_page_costs_the_same_for_few_and_many_findings(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.bob)
    client.get(f"{halle.url}checks/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{halle.url}checks/")
    run(halle, "UPDATE districts_address SET latitude = NULL, longitude = NULL WHERE municipality_id = %(place)s")
    with CaptureQueriesContext(connection) as many:
        client.get(f"{halle.url}checks/")

    assert len(many) == len(few) <= 70


def test_the_file_holds_every_finding_and_is_recorded(halle: Town, client: Client) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.filter(district=halle.districts["01"]).update(maximum=20)
    sign_in(client, halle.world.bob)
    assert client.get(f"{halle.url}checks/checks.csv").status_code == 403
    sign_in(client, halle.world.alice)
    answer = client.get(f"{halle.url}checks/checks.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    assert {row["code"] for row in rows} >= {"seats_short", "station_over", "voters_without_position"}
    assert all(row["link"].startswith("http://testserver/23027/") for row in rows if row["link"])
    with tenant(halle.municipality.pk):
        event = AuditEvent.objects.get(kind="preparation.exported")
        assert (event.after or {})["rows"] == len(rows)


def command(capsys, *more: str) -> dict:
    call_command("check_districts", "23027", "2024-10-13", "--json", *more)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_command_says_each_finding_in_english(halle: Town, capsys) -> None:
    with tenant(halle.municipality.pk):
        Station.objects.filter(district=halle.districts["01"]).update(maximum=20)
    said = command(capsys)
    short = next(one for one in said["findings"] if one["code"] == "seats_short")

    assert set(short) == {"code", "severity", "what", "count", "values"}
    assert short["severity"] == "error"
    assert short["what"] == f"Centrum: {short['values']['voters']} voters, but its polling stations take 40"
    assert said["errors"] == sum(one["severity"] == "error" for one in said["findings"])
    assert said["warnings"] == sum(one["severity"] == "warning" for one in said["findings"])
    assert said["voters"] == 120


def test_the_command_takes_the_register_or_another_extraction(halle: Town, capsys) -> None:
    _rules()

    assert command(capsys, "--register")["extraction"] is None
    assert command(capsys, "--extraction", str(halle.extraction.number))["extraction"] == halle.extraction.number


@pytest.mark.parametrize("arguments", [["23027", "2024-10-13", "--extraction", "9"], ["23027", "2023-10-13"], ["99999", "2024-10-13"]])
def test_the_command_refuses_what_is_not_there(halle: Town, capsys, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_districts", *arguments, "--json")

    assert ended.value.code == 2
    assert "errors" in json.loads(capsys.readouterr().out.splitlines()[-1])
