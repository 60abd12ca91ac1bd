"""The table of awkward cases: complete, right by a second reading of the rules, and part of every population."""

from collections import Counter
from dataclasses import asdict

import pytest

from demo.awkward import AWKWARD, awkward_persons, number_of
from demo.awkward_case import FEDERAL_BALLOTS, LOCAL_BALLOTS
from demo.population import population
from demo.towns import TOWNS, load_addresses
from tests.demo import checker, oracle

BALLOTS = LOCAL_BALLOTS + FEDERAL_BALLOTS
REASONS = [
    "deceased", "struck_off", "departed", "not_yet_resident", "waiting_register", "nationality", "wrong_register",
    "not_registered_as_voter", "registration_given_up", "too_young", "excluded", "suspended",
]  # fmt: skip


@pytest.fixture(params=sorted(TOWNS))
def rows(request):
    return [asdict_of(person) for person in awkward_persons(TOWNS[request.param])]


def asdict_of(person):
    return asdict(person)


@pytest.mark.parametrize("ballot", [*BALLOTS, "district", "ocmw"])
def test_expected_verdicts_agree_with_a_second_reading(ballot):
    rows = [asdict_of(person) for person in awkward_persons(TOWNS["halle"])]
    expected = {case.name: case.verdicts.on(ballot) for case in AWKWARD}
    found = {case.name: oracle.verdict(row, ballot) for case, row in zip(AWKWARD, rows, strict=True)}
    assert {name: (verdict, expected[name]) for name, verdict in found.items() if verdict != expected[name]} == {}


@pytest.mark.parametrize("ballot", ["municipal", "european"])
def test_every_reason_that_a_ballot_can_give_is_in_the_table(ballot):
    wanted = set(REASONS) | {"eligible"}
    if ballot == "municipal":
        wanted -= {"nationality"}  # no nationality is shut out of the municipal vote
    assert {case.verdicts.on(ballot) for case in AWKWARD} == wanted


@pytest.mark.parametrize("ballot", ["provincial", "chamber", "flemish"])
def test_belgian_ballots_know_no_marks(ballot):
    wanted = (set(REASONS) | {"eligible"}) - {"not_registered_as_voter", "registration_given_up"}
    assert {case.verdicts.on(ballot) for case in AWKWARD} == wanted


def test_names_and_numbers_are_unique():
    assert len({case.name for case in AWKWARD}) == len(AWKWARD)
    assert len({number_of(case) for case in AWKWARD}) == len(AWKWARD)


def test_rows_keep_the_format(rows):
    assert {row["national_number"]: wrong for row in rows if (wrong := checker.problems(row))} == {}


def test_they_are_in_every_population_whatever_the_seed():
    for seed in (1, 2):
        found = list(population(town=TOWNS["horebeke"], persons=1000, seed=seed))
        numbers = Counter(person.national_number for person in found)
        assert all(numbers[number_of(case)] == 1 for case in AWKWARD)


def test_they_live_at_real_addresses_unless_the_case_is_the_address(rows):
    real = {tuple(address) for town in TOWNS.values() for address in load_addresses(town)}
    for case, row in zip(AWKWARD, rows, strict=True):
        if case.address in ("house", "box", "letter", "letter_and_box", "missing_box"):
            assert (row["postcode"], row["street_name"], row["house_number"], row["box_number"]) in real, case.name


def test_address_cases_differ_from_the_file_in_halle():
    real = {tuple(address) for address in load_addresses(TOWNS["halle"])}
    for case, person in zip(AWKWARD, awkward_persons(TOWNS["halle"]), strict=True):
        if case.address not in ("house", "box", "letter", "letter_and_box", "missing_box"):
            assert (person.postcode, person.street_name, person.house_number, person.box_number) not in real, case.name


def test_birth_date_adjusted_marks_the_unknown_ones():
    for case, person in zip(AWKWARD, awkward_persons(TOWNS["halle"]), strict=True):
        assert case.birth_date_adjusted == ("-00" in person.birth_date), case.name


def test_special_numbers_are_what_they_are_called():
    number = {case.name: number_of(case) for case in AWKWARD}
    assert number["number_check_97"].endswith("97")
    assert number["number_check_97_after_2000"].endswith("97")
    assert number["number_check_01"].endswith("01")
    assert number["number_same_nine_1924"][:9] == number["number_same_nine_2024"][:9]
    assert number["number_same_nine_1924"] != number["number_same_nine_2024"]
    assert number["bis_sex_known"][2:4] == "48"
    assert number["bis_sex_unknown"][2:4] == "28"


def test_households_and_homonyms():
    persons = awkward_persons(TOWNS["halle"])
    assert Counter(person.household_id for person in persons)["AWK-17"] == 17
    pairs = Counter((person.last_name, person.first_names, person.birth_date) for person in persons)
    assert pairs["Peeters", "Maria Josepha", "1951-09-21"] == 2
    assert pairs["Maes", "Luc", "1958-05-05"] == 2
    assert sum(person.birth_date[:4] < "1924" for person in persons) >= 3
