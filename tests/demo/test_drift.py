"""A month later: the counts given are those of the two files, and the awkward persons stay."""

import csv
import json

import pytest

from demo.awkward import AWKWARD, number_of
from demo.drift import mutate, thin_street, truncate
from demo.register import manifest_path
from tests.demo import checker


def by_number(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["national_number"]: row for row in csv.DictReader(stream, strict=True)}


@pytest.fixture(scope="session")
def month_later(halle, tmp_path_factory):
    out = tmp_path_factory.mktemp("later")
    return halle[0], out / "register.csv", mutate(halle[0], seed=5, out=out)


def test_counts_are_the_difference_between_the_files(month_later):
    before, after, drift = month_later
    old, new = by_number(before), by_number(after)
    assert drift.added == len(new.keys() - old.keys())
    assert drift.removed == len(old.keys() - new.keys())
    assert drift.changed == sum(old[number] != new[number] for number in old.keys() & new.keys())
    assert drift.unchanged == sum(old[number] == new[number] for number in old.keys() & new.keys())
    assert drift.rows == len(new) == json.loads(manifest_path(after).read_text(encoding="utf-8"))["rows"]
    for column in checker.COLUMNS:
        assert drift.fields[column] == sum(old[number][column] != new[number][column] for number in old.keys() & new.keys()), column


def test_the_drift_is_a_months(month_later):
    _, _, drift = month_later
    assert 0.008 <= drift.changed / 30_000 <= 0.025
    assert 0.001 <= drift.added / 30_000 <= 0.008
    assert 0 < drift.removed <= 45
    assert set(drift.events) >= {"move", "death", "departure", "birth", "arrival", "name_change", "voter_mark"}


def test_the_new_register_keeps_the_format(month_later):
    new = by_number(month_later[1])
    assert {number: wrong for number, row in new.items() if (wrong := checker.problems(row))} == {}
    assert json.loads(manifest_path(month_later[1]).read_text(encoding="utf-8"))["as_of"] == "2024-09-01"


def test_awkward_persons_stay_as_they_are(month_later):
    old, new = by_number(month_later[0]), by_number(month_later[1])
    assert all(old[number_of(case)] == new[number_of(case)] for case in AWKWARD)


def test_same_seed_same_month_and_a_third_month_follows(month_later, tmp_path):
    before, after, _ = month_later
    mutate(before, seed=5, out=tmp_path / "again")
    assert (tmp_path / "again" / "register.csv").read_bytes() == after.read_bytes()
    mutate(before, seed=6, out=tmp_path / "other")
    assert (tmp_path / "other" / "register.csv").read_bytes() != after.read_bytes()
    third = mutate(after, seed=5, out=tmp_path / "third")
    assert third.added > 0
    assert len(by_number(tmp_path / "third" / "register.csv")) == third.rows


def test_a_register_is_never_overwritten_by_its_successor(herstappe):
    before = herstappe.read_bytes()
    with pytest.raises(ValueError, match="overwrite"):
        mutate(herstappe, seed=1, out=herstappe.parent)
    assert herstappe.read_bytes() == before


def test_truncated_register_has_a_manifest_that_fits(halle, tmp_path):
    path = truncate(halle[0], out=tmp_path)
    assert json.loads(manifest_path(path).read_text(encoding="utf-8"))["rows"] == len(by_number(path)) == 18_000


def test_thinned_street_loses_more_than_a_tenth_and_few_persons(halle, tmp_path):
    path, street, lost = thin_street(halle[0], out=tmp_path)
    old, new = by_number(halle[0]), by_number(path)
    there = sum(row["street_name"] == street for row in old.values())
    assert {row["street_name"] for number, row in old.items() if number not in new} == {street}
    assert len(old) - len(new) == lost
    assert 0.1 * there < lost <= 50
