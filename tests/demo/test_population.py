"""The made-up register: the format, the same bytes for the same seed, and figures that could be a town's."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import nn

from demo.names import nationalities, own
from demo.people import People
from demo.population import generate, population
from demo.register import Serials, as_row, check_digits, national_number
from demo.towns import CANNOT_MATCH, MATCHES, OUTCOMES, TOWNS, dwellings, load_addresses
from tests.demo import checker

ROOT = Path(__file__).resolve().parents[2]


def test_same_seed_same_bytes_other_seed_other(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(town="horebeke", persons=1500, seed=seed, out=tmp_path / name)
    a, b, c = ((tmp_path / name / "register.csv").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_another_process_writes_the_same_bytes(herstappe, tmp_path):
    """Python hashes text differently in every process: no order may rest on it."""
    command = [sys.executable, "-m", "demo.population", "--town", "herstappe", "--persons", "700", "--seed", "7", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "4711"}, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["persons"] == 700
    assert (tmp_path / "register.csv").read_bytes() == herstappe.read_bytes()


def test_every_row_keeps_the_format(halle_rows):
    assert list(halle_rows[0]) == checker.COLUMNS
    assert {row["national_number"]: wrong for row in halle_rows if (wrong := checker.problems(row))} == {}


def test_national_numbers_are_unique_and_hold_the_birth_date(halle_rows):
    assert len({row["national_number"] for row in halle_rows}) == len(halle_rows)
    for row in halle_rows:
        year, month, day = row["birth_date"].split("-")
        assert row["national_number"][:2] + row["national_number"][4:6] == year[2:] + day
        assert int(row["national_number"][2:4]) % 20 == int(month)


def test_manifest_fits_the_file(halle):
    path, counts = halle
    manifest = json.loads((path.parent / "register.csv.manifest.json").read_text(encoding="utf-8"))
    data = path.read_bytes()
    assert manifest == {
        "rows": data.count(b"\r\n") - 1, "sha256": hashlib.sha256(data).hexdigest(), "municipality": "23027", "as_of": "2024-08-01",
    }  # fmt: skip
    assert manifest["rows"] == counts.persons == 30_000


def test_a_failure_leaves_no_half_file(tmp_path, monkeypatch):
    calls = iter(range(100))

    def fail(*_args, **_kwargs):
        if next(calls) == 50:
            raise RuntimeError("stop")
        return People.__dict__["household"](*_args, **_kwargs)

    monkeypatch.setattr("demo.population.People", type("Broken", (People,), {"household": fail}))
    with pytest.raises(RuntimeError, match="stop"):
        generate(town="horebeke", persons=1500, seed=1, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_figures_are_those_of_a_flemish_town(halle, halle_rows):
    _, counts = halle
    rows = halle_rows[counts.awkward + counts.collective :]
    sizes = Counter(row["household_id"] or row["national_number"] for row in rows)
    ages = [2024 - int(row["birth_date"][:4]) for row in rows]
    assert 2.15 <= len(rows) / len(sizes) <= 2.40
    assert 0.33 <= sum(size == 1 for size in sizes.values()) / len(sizes) <= 0.39
    assert 0.18 <= sum(age < 18 for age in ages) / len(rows) <= 0.24
    assert 0.15 <= sum(age >= 65 for age in ages) / len(rows) <= 0.23
    assert 0.10 <= sum(row["nationality"] != "BE" for row in rows) / len(rows) <= 0.14
    assert 0.46 <= sum(row["sex"] == "F" for row in rows) / len(rows) <= 0.54
    assert len({row["nationality"] for row in rows}) > 35
    assert {row["register"] for row in rows} == {"BR", "VR", "WR"}


def test_families_hold_together(halle, halle_rows):
    """Children bear a parent's surname (or both), are 17 to 46 years younger than one, and live where the parents live."""
    households = defaultdict(list)
    for row in halle_rows[halle[1].awkward + halle[1].collective :]:
        if row["household_id"]:
            households[row["household_id"]].append(row)
    families = [members for members in households.values() if any(row["household_role"] == "3" for row in members)]
    assert len(families) > 2000
    named = 0
    for members in families:
        parents = [row for row in members if row["household_role"] in "12"]
        children = [row for row in members if row["household_role"] == "3"]
        assert len({(row["street_name"], row["house_number"], row["box_number"]) for row in members}) == 1
        years = [int(row["birth_date"][:4]) for row in parents]
        for child in children:
            assert min(int(child["birth_date"][:4]) - year for year in years) >= 11
            assert any(15 <= int(child["birth_date"][:4]) - year <= 47 for year in years)
        # An inflected language gives daughters another form; the stem is the same.
        named += all(any(child["last_name"][:4] in parent["last_name"] for parent in parents) for child in children)
    assert named / len(families) > 0.75


def test_collective_households_are_there(halle_rows):
    shared = Counter(row["household_id"] for row in halle_rows if row["household_id"])
    alone = Counter((row["street_name"], row["house_number"]) for row in halle_rows if not row["household_id"])
    assert 90 in shared.values()  # a rest home as one household
    assert sum(size >= 90 for size in alone.values()) >= 1  # one of ninety households


def test_addresses_exist_but_for_the_share_that_is_misspelt(halle, halle_rows):
    real = {tuple(address) for address in load_addresses(TOWNS["halle"])}
    keys = ("postcode", "street_name", "house_number", "box_number")
    ordinary = halle_rows[halle[1].awkward :]
    strange = sum(tuple(row[key] for key in keys) not in real for row in ordinary)
    counts = halle[1]
    # A missing box gives the house, which exists; every other spelling is no address of the file.
    assert strange == sum(counts.spellings.values()) - counts.spellings["missing_box"]
    assert 0.003 <= (sum(counts.outcomes.values()) - counts.outcomes[MATCHES]) / counts.persons <= 0.010
    assert counts.outcomes[CANNOT_MATCH] == sum(n for name, n in counts.spellings.items() if OUTCOMES[name] == CANNOT_MATCH) > 0


def test_more_people_than_dwellings_share_them():
    rows = list(population(town=TOWNS["herstappe"], persons=3000, seed=1))
    assert len(rows) == 3000 > 10 * len(dwellings(TOWNS["herstappe"]))
    assert len({row.national_number for row in rows}) == 3000


def test_fewer_people_than_awkward_ones_gives_those(halle):
    rows = list(population(town=TOWNS["horebeke"], persons=1, seed=1))
    assert len(rows) == halle[1].awkward


def test_another_date_moves_the_population(halle):
    rows = list(population(town=TOWNS["horebeke"], persons=900, seed=1, as_of=date(2030, 8, 1)))[halle[1].awkward :]
    assert max(row.registered_on for row in rows) > "2029"


def test_unknown_town_is_refused(tmp_path):
    with pytest.raises(KeyError):
        generate(town="brussel", persons=10, seed=1, out=tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_every_nationality_has_names():
    for known in nationalities()[0].values():
        for kind in ("male", "female", "last"):
            assert len({name.masculine for name in own(known.language, kind)}) >= 4, (known, kind)


@given(st.dates(date(1900, 1, 1), date(2024, 12, 31)), st.integers(1, 998))
def test_national_number_passes_an_independent_check(birth, serial):
    number = national_number(birth.isoformat(), serial)
    assert nn.is_valid(number)
    assert number[6:9] == f"{serial:03d}"


@given(st.integers(0, 999_999_999))
def test_check_digits_run_from_01_to_97(nine):
    old, new = (int(check_digits(f"{nine:09d}", born_from_2000=later)) for later in (False, True))
    assert 1 <= old <= 97
    assert (nine + old) % 97 == 0
    assert (2_000_000_000 + nine + new) % 97 == 0
    assert old != new


@given(st.dates(date(1910, 1, 1), date(2024, 12, 31)), st.sampled_from(["M", "F", "X", ""]))
def test_a_day_gives_449_different_numbers_and_then_says_so(birth, sex):
    serials = Serials()
    given = {serials.number(birth.isoformat(), sex) for _ in range(Serials.SIZE)}
    assert len(given) == Serials.SIZE
    assert {int(number[6:9]) % 2 for number in given} == {0 if sex == "F" else 1}
    assert max(int(number[6:9]) for number in given) < 899  # kept for the awkward persons
    with pytest.raises(LookupError):
        serials.number(birth.isoformat(), sex)


@given(st.integers(0, 2**32))
def test_any_seed_keeps_the_format(seed):
    rows = list(population(town=TOWNS["herstappe"], persons=330, seed=seed))
    for row in rows[-60:]:
        assert checker.problems(dict(zip(checker.COLUMNS, as_row(row), strict=True))) == []
