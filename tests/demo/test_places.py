"""Districts, buildings and stations of the demo: every house in one district, seats enough, the same bytes every time."""

import csv
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from demo import stations as made_stations
from demo.districts import COLUMNS, districts, write
from demo.places import houses
from demo.stations import lines, sites, write_file
from demo.towns import TOWNS, load_addresses
from districts.rules import district_file
from districts.rules.station_file import read

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2024, 10, 13)
TOWN_NAMES = ["halle", "horebeke", "herstappe"]


def holds(row, number):
    """Whether a row of districts.csv holds a house number: the rule said once more, by hand."""
    if row["side"] != "all" and (number % 2 == 0) != (row["side"] == "even"):
        return False
    first, last = row["number_from"], row["number_to"]
    return (not first or number >= int(first)) and (not last or number <= int(last))


@pytest.fixture(scope="module", params=TOWN_NAMES)
def town(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param) / "districts.csv"
    made = write(TOWNS[request.param], path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    return TOWNS[request.param], made, rows, path


def test_every_address_lies_in_one_district(town):
    place, _made, rows, _path = town
    by_street = defaultdict(list)
    for row in rows:
        by_street[row["postcode"], row["street_name"]].append(row)

    wrong = [
        address
        for address in load_addresses(place)
        if sum(holds(row, int("".join(filter(str.isdigit, address.number.split("/")[0])) or 0)) for row in by_street[address[:2]]) != 1
    ]

    assert list(rows[0]) == list(COLUMNS)
    assert wrong == []
    assert set(by_street) == {address[:2] for address in load_addresses(place)}


def test_the_importer_finds_nothing_wrong_with_the_file(town):
    _place, made, _rows, path = town
    found = district_file.read(path.read_bytes())

    assert (found.table.problems, found.warnings) == ([], [])
    assert {line.code for line in found.lines} == {district.code for district in made}


def test_districts_are_as_many_and_as_large_as_a_town_would_make_them():
    counts = {name: districts(TOWNS[name]) for name in TOWN_NAMES}

    assert {name: len(made) for name, made in counts.items()} == {"halle": 12, "horebeke": 2, "herstappe": 1}
    assert len({district.name for made in counts.values() for district in made}) == 15
    dwellings = [sum(house.dwellings for house in district.houses) for district in counts["halle"]]
    assert max(dwellings) < 1.5 * min(dwellings)
    assert [district.name for district in counts["halle"] if len({house.postcode for house in district.houses}) > 1] == []


def test_districts_are_compact_and_some_long_streets_are_parted():
    made = districts(TOWNS["halle"])
    centres = {
        district.code: (
            sum(house.east for house in district.houses) / len(district.houses),
            sum(house.north for house in district.houses) / len(district.houses),
        )
        for district in made
    }

    def distance(house, code):
        return ((house.east - centres[code][0]) ** 2 + (house.north - centres[code][1]) ** 2) ** 0.5

    near = [distance(house, district.code) for district in made for house in district.houses]
    assert sum(near) / len(near) < 800
    parted = Counter(row.street for district in made for row in district.ranges)
    assert parted["Nijvelsesteenweg"] > 2
    sides = {row.side for district in made for row in district.ranges}
    assert sides == {"all", "even", "odd"}
    assert sum(parted[street] == 1 for street in parted) > 0.85 * len(parted)


@pytest.mark.parametrize(("name", "persons"), [("halle", 30_000), ("herstappe", 700)])
def test_seats_suffice_with_an_eighth_to_spare(name, persons, halle, herstappe):
    register = halle[0] if name == "halle" else herstappe
    made = districts(TOWNS[name])
    found = sites(TOWNS[name], made, register, election_day=DAY, seed=7)

    voters = made_stations._voters(made, register, DAY)
    seats = [sum(site.stations * site.maximum for site in found if site.district is district) for district in made]
    assert all(1.10 <= seat / voting <= 1.20 for seat, voting in zip(seats, voters, strict=True))
    assert 0.6 * persons < sum(voters) < 0.85 * persons


def test_the_stations_of_halle_look_like_a_town_s(halle):
    found = sites(TOWNS["halle"], districts(TOWNS["halle"]), halle[0], election_day=DAY, seed=7)
    rows = lines(TOWNS["halle"], found)
    known = {(house.postcode, house.street, house.house_number) for house in houses(TOWNS["halle"])}

    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert len({site.name for site in found}) == len(found)
    assert {(row.address.postcode, row.address.street_name, row.address.house_number) for row in rows} <= known
    assert all(site.house in site.district.houses for site in found)
    assert {site.stations for site in found} >= {1, 2, 3}
    assert max(site.stations for site in found) <= 4
    assert sum(not site.accessible for site in found) == 1
    assert all((row.minimum or 0) < (row.maximum or 0) for row in rows)
    assert sum(site.stations for site in found) == pytest.approx(30_000 * 0.69 / 620, abs=2)


def test_the_file_of_stations_is_read_without_a_problem(halle, tmp_path):
    found = sites(TOWNS["halle"], districts(TOWNS["halle"]), halle[0], election_day=DAY, seed=7)
    write_file(TOWNS["halle"], found, tmp_path / "stations.csv")

    read_back = read((tmp_path / "stations.csv").read_bytes())

    assert read_back.problems == []
    assert read_back.lines == lines(TOWNS["halle"], found)


def test_the_same_seed_gives_the_same_files_in_every_process(herstappe, tmp_path):
    """Python hashes text differently in every process: no order may rest on it."""
    code = """
import sys
from datetime import date
from pathlib import Path
from demo import districts, stations
from demo.towns import TOWNS

out, town = Path(sys.argv[1]), TOWNS["horebeke"]
made = districts.write(town, out / "districts.csv")
found = stations.sites(town, made, Path(sys.argv[2]), election_day=date(2024, 10, 13), seed=3)
stations.write_file(town, found, out / "stations.csv")
"""
    for seed in ("1", "4711"):
        (tmp_path / seed).mkdir()
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed), str(herstappe)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )

    for name in ("districts.csv", "stations.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "4711" / name).read_bytes()
