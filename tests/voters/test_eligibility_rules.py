"""The law as tables: the day before, the day, the day after, for every date that decides (docs/formats/register.md §5)."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules import BALLOT_CODES
from voters.rules.eligibility import (
    Fact,
    Law,
    PersonFacts,
    Rule,
    Verdict,
    age_bands,
    ballot_masks,
    birthday,
    judge,
    last_birth_date,
    law,
    leap_days,
)

DATA = Path(__file__).resolve().parents[2] / "elections" / "data"
D = date.fromisoformat
LOCAL = ("municipal", "district", "provincial", "ocmw")
FEDERAL = ("chamber", "flemish", "european")


def law_on(election_day: str, list_date: str, ballots: tuple[str, ...]) -> Law:
    """The law of a day, read from the files that the product loads."""

    def holds(row: dict[str, str], first: str, last: str) -> bool:
        return row[first] <= election_day and (not row[last] or row[last] >= election_day)

    with (DATA / "eligibility_rules.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ballot"] in ballots and holds(row, "valid_from", "valid_until")]
    with (DATA / "union_members.csv").open(encoding="utf-8", newline="") as file:
        union = {row["country"] for row in csv.DictReader(file) if holds(row, "member_from", "member_until")}
    rules = [
        Rule(
            ballot=row["ballot"],
            group=row["nationality_group"],
            registers=frozenset(row["registers"].split()),
            minimum_age=int(row["minimum_age"]),
            mark=row["mark"],
            compulsory=row["compulsory"] == "true",
            article=row["article"],
            suspension_article=row["suspension_article"],
        )
        for row in rows
    ]
    return law(list_date=D(list_date), election_day=D(election_day), ballots=ballots, rules=rules, union=union)


LOCAL_2024 = law_on("2024-10-13", "2024-08-01", LOCAL)
LOCAL_2018 = law_on("2018-10-14", "2018-08-01", LOCAL)
FEDERAL_2024 = law_on("2024-06-09", "2024-04-01", FEDERAL)
FEDERAL_2019 = law_on("2019-05-26", "2019-03-01", FEDERAL)
LAWS = {"local 2024": LOCAL_2024, "local 2018": LOCAL_2018, "federal 2024": FEDERAL_2024, "federal 2019": FEDERAL_2019}


def person(**values) -> PersonFacts:
    """An ordinary Belgian; dates as text."""
    birth_date = values.pop("birth_date", "1980-05-14")
    year, month, day = (int(part) for part in birth_date.split("-"))
    dates: dict[str, Any] = {name: D(value) if name.endswith(("_on", "_since", "_until")) else value for name, value in values.items()}
    defaults: dict[str, Any] = {"nationality": "BE", "register": "BR", "registered_on": D("2010-01-01")}
    return PersonFacts(birth_date=birth_date, born_on=date(year, month or 1, day or 1), **{**defaults, **dates})


def verdict(who: PersonFacts, ballot: str = "municipal", rules: Law = LOCAL_2024):
    result = judge(who, ballot, rules)
    return result.verdict.code, result.fact.code, result.fact_date.isoformat() if result.fact_date else None


def test_an_ordinary_belgian_votes_for_everything():
    for rules in LAWS.values():
        for ballot in rules.ballots:
            age = 16 if (ballot == "european" and rules is FEDERAL_2024) else 18
            assert verdict(person(), ballot, rules) == ("eligible", "birth_date", f"{1980 + age}-05-14")


@pytest.mark.parametrize(("column", "reason"), [("deceased_on", "deceased"), ("struck_on", "struck_off"), ("departed_on", "departed")])
@pytest.mark.parametrize(("day", "gone"), [("2024-07-31", True), ("2024-08-01", True), ("2024-08-02", False)])
def test_gone_on_or_before_the_list_date(column, reason, day, gone):
    expected = (reason, column, day) if gone else ("eligible", "birth_date", "1998-05-14")
    assert verdict(person(**{column: day})) == expected


@pytest.mark.parametrize(("day", "there"), [("2024-07-31", True), ("2024-08-01", True), ("2024-08-02", False)])
def test_resident_on_the_list_date(day, there):
    expected = ("eligible", "birth_date", "1998-05-14") if there else ("not_yet_resident", "registered_on", day)
    assert verdict(person(registered_on=day)) == expected


@pytest.mark.parametrize(
    ("birth_date", "old_enough", "reached"),
    [
        ("2006-10-12", True, "2024-10-12"),
        ("2006-10-13", True, "2024-10-13"),
        ("2006-10-14", False, "2024-10-14"),
    ],
)
def test_eighteen_on_election_day(birth_date, old_enough, reached):
    for ballot in LOCAL:
        assert verdict(person(birth_date=birth_date), ballot) == ("eligible" if old_enough else "too_young", "birth_date", reached)


@pytest.mark.parametrize(("birth_date", "old_enough"), [("2008-06-08", True), ("2008-06-09", True), ("2008-06-10", False)])
def test_sixteen_for_the_european_parliament_since_2024(birth_date, old_enough):
    assert verdict(person(birth_date=birth_date), "european", FEDERAL_2024)[0] == ("eligible" if old_enough else "too_young")
    assert verdict(person(birth_date=birth_date), "chamber", FEDERAL_2024)[0] == "too_young"


@pytest.mark.parametrize(("birth_date", "old_enough"), [("2001-05-26", True), ("2001-05-27", False)])
def test_eighteen_for_the_european_parliament_in_2019(birth_date, old_enough):
    assert verdict(person(birth_date=birth_date), "european", FEDERAL_2019)[0] == ("eligible" if old_enough else "too_young")


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        ("2004-02-29", 18, "2022-03-01"),
        ("2008-02-29", 16, "2024-02-29"),
        ("2004-02-28", 18, "2022-02-28"),
        ("2004-03-01", 18, "2022-03-01"),
        ("2006-02-28", 18, "2024-02-28"),
        ("1884-02-29", 16, "1900-03-01"),
    ],
)
def test_a_birthday_on_29_february_is_1_march_in_other_years(born, years, day):
    assert birthday(D(born), years) == D(day)


def test_born_on_29_february_with_an_election_around_that_day():
    for day, old_enough in (("2026-02-28", False), ("2026-03-01", True)):
        rules = law_on(day, "2026-01-01", ("municipal",))
        assert verdict(person(birth_date="2008-02-29"), rules=rules) == (
            "eligible" if old_enough else "too_young",
            "birth_date",
            "2026-03-01",
        )


@given(
    st.dates(min_value=D("1900-01-01"), max_value=D("2020-12-31")),
    st.dates(min_value=D("2018-01-01"), max_value=D("2060-12-31")),
    st.sampled_from([16, 18, 111]),
)
def test_the_last_birth_date_parts_old_enough_from_too_young(born, day, years):
    assert (born <= last_birth_date(day, years)) == (birthday(born, years) <= day)


def test_the_day_before_and_after_the_last_birth_date():
    for day in (D("2024-02-29"), D("2026-02-28"), D("2026-03-01"), D("2024-03-01"), D("2024-10-13")):
        last = last_birth_date(day, 18)
        assert birthday(last, 18) <= day < birthday(last + timedelta(days=1), 18)


def test_leap_days_are_all_29_february():
    days = leap_days(1896, 2004)
    assert days[0] == D("1896-02-29")
    assert days[1] == D("1904-02-29")
    assert len(days) == 27


@pytest.mark.parametrize(
    ("birth_date", "expected"),
    [
        ("2006-00-00", ("eligible", "birth_date_adjusted", "2024-01-01")),
        ("2006-10-00", ("eligible", "birth_date_adjusted", "2024-10-01")),
        ("2006-11-00", ("too_young", "birth_date_adjusted", "2024-11-01")),
        ("2006-00-15", ("eligible", "birth_date_adjusted", "2024-01-15")),
    ],
)
def test_unknown_parts_of_the_birth_date_count_as_one_and_are_said(birth_date, expected):
    assert verdict(person(birth_date=birth_date)) == expected


def test_an_unknown_birth_date_is_not_named_where_the_verdict_rests_on_something_else():
    assert verdict(person(birth_date="2012-00-00", deceased_on="2024-01-01")) == ("deceased", "deceased_on", "2024-01-01")


@pytest.mark.parametrize("code", ["excluded", "suspended"])
@pytest.mark.parametrize(("until", "barred"), [(None, True), ("2024-10-12", False), ("2024-10-13", True), ("2024-10-14", True)])
def test_barred_until_and_with_election_day(code, until, barred):
    who = person(suspension=code, **({"suspension_until": until} if until else {}))
    assert verdict(who) == ((code, "suspension", until) if barred else ("eligible", "birth_date", "1998-05-14"))


MARKS = [("european", "eu_voter", FEDERAL_2024, "2024-04-01"), ("municipal", "local_voter", LOCAL_2024, "2024-08-01")]


@pytest.mark.parametrize(("ballot", "mark", "rules", "listed"), MARKS)
def test_a_registration_as_voter_holds_from_the_day_before_the_list_date(ballot, mark, rules, listed):
    before, after = (D(listed) + timedelta(days=days) for days in (-1, 1))
    missing = ("not_registered_as_voter", f"{mark}_since")
    assert verdict(person(nationality="FR"), ballot, rules) == (*missing, None)
    assert verdict(person(nationality="FR", **{f"{mark}_since": before.isoformat()}), ballot, rules)[0] == "eligible"
    assert verdict(person(nationality="FR", **{f"{mark}_since": listed}), ballot, rules) == (*missing, listed)
    assert verdict(person(nationality="FR", **{f"{mark}_since": after.isoformat()}), ballot, rules) == (*missing, after.isoformat())


@pytest.mark.parametrize(("ballot", "mark", "rules", "listed"), MARKS)
def test_a_registration_given_up_on_or_before_the_list_date_is_gone(ballot, mark, rules, listed):
    before, after = (D(listed) + timedelta(days=days) for days in (-1, 1))
    for until, gone in ((before.isoformat(), True), (listed, True), (after.isoformat(), False)):
        who = person(nationality="FR", **{f"{mark}_since": "2015-01-01", f"{mark}_until": until})
        assert verdict(who, ballot, rules) == (
            ("registration_given_up", f"{mark}_until", until) if gone else ("eligible", "birth_date", verdict(who, ballot, rules)[2])
        )


def test_the_registration_of_the_other_kind_does_not_help():
    assert verdict(person(nationality="FR", eu_voter_since="2015-01-01"))[0] == "not_registered_as_voter"
    assert verdict(person(nationality="FR", local_voter_since="2015-01-01"), "european", FEDERAL_2024)[0] == "not_registered_as_voter"


@pytest.mark.parametrize(
    ("nationality", "ballot", "rules", "reason"),
    [
        ("BE", "municipal", LOCAL_2024, "eligible"),
        ("FR", "municipal", LOCAL_2024, "eligible"),
        ("MA", "municipal", LOCAL_2024, "eligible"),
        ("XX", "municipal", LOCAL_2024, "eligible"),
        ("MA", "district", LOCAL_2024, "eligible"),
        ("FR", "provincial", LOCAL_2024, "nationality"),
        ("FR", "ocmw", LOCAL_2024, "nationality"),
        ("FR", "chamber", FEDERAL_2024, "nationality"),
        ("FR", "flemish", FEDERAL_2024, "nationality"),
        ("FR", "european", FEDERAL_2024, "eligible"),
        ("HR", "european", FEDERAL_2024, "eligible"),
        ("GB", "european", FEDERAL_2024, "nationality"),
        ("GB", "european", FEDERAL_2019, "eligible"),
        ("MA", "european", FEDERAL_2024, "nationality"),
    ],
)
def test_nationality_by_ballot(nationality, ballot, rules, reason):
    who = person(nationality=nationality, eu_voter_since="2015-01-01", local_voter_since="2015-01-01")
    assert verdict(who, ballot, rules)[0] == reason


@pytest.mark.parametrize(
    ("nationality", "register", "reason"),
    [
        ("BE", "BR", "eligible"),
        ("BE", "VR", "wrong_register"),
        ("BE", "WR", "waiting_register"),
        ("FR", "BR", "eligible"),
        ("FR", "VR", "eligible"),
        ("FR", "WR", "waiting_register"),
        ("MA", "VR", "eligible"),
        ("MA", "WR", "waiting_register"),
    ],
)
def test_register_by_nationality(nationality, register, reason):
    result = verdict(person(nationality=nationality, register=register, local_voter_since="2015-01-01"))
    assert result == ((reason, "register", "2010-01-01") if reason != "eligible" else ("eligible", "birth_date", "1998-05-14"))


EVERYTHING_WRONG = {
    "deceased_on": "2024-01-05", "struck_on": "2024-01-04", "departed_on": "2024-01-03", "registered_on": "2024-09-01", "register": "WR",
    "nationality": "FR", "birth_date": "2015-01-01", "suspension": "excluded",
}  # fmt: skip
ORDER = [
    ("deceased", "municipal", {"deceased_on"}),
    ("struck_off", "municipal", {"struck_on"}),
    ("departed", "municipal", {"departed_on"}),
    ("not_yet_resident", "municipal", {"registered_on"}),
    ("waiting_register", "municipal", {"register"}),
    ("not_registered_as_voter", "municipal", set()),
]


def test_the_first_reason_in_order_is_given():
    values = dict(EVERYTHING_WRONG)
    for reason, ballot, mended in ORDER:
        assert verdict(person(**values), ballot)[0] == reason
        for name in mended:
            del values[name]
    assert verdict(person(**values), "provincial")[0] == "nationality"
    values["local_voter_since"] = "2015-01-01"
    values["local_voter_until"] = "2020-01-01"
    assert verdict(person(**values))[0] == "registration_given_up"
    del values["local_voter_until"]
    assert verdict(person(**values))[0] == "too_young"
    del values["birth_date"]
    assert verdict(person(**values))[0] == "excluded"
    values["suspension"] = "suspended"
    assert verdict(person(**values))[0] == "suspended"
    del values["suspension"]
    assert verdict(person(**values))[0] == "eligible"
    assert verdict(person(register="VR", birth_date="2015-01-01"))[0] == "wrong_register"


def test_the_duty_to_vote_ended_for_local_ballots_in_2024():
    assert {LOCAL_2018.rules[ballot, "BE"].compulsory for ballot in LOCAL} == {True}
    assert {LOCAL_2024.rules[ballot, "BE"].compulsory for ballot in LOCAL} == {False}
    assert {rule.compulsory for rule in [*FEDERAL_2024.rules.values(), *FEDERAL_2019.rules.values()]} == {True}


def test_the_union_has_27_members_in_2024_and_28_in_2019():
    assert len(LOCAL_2024.union) == 27
    assert FEDERAL_2019.union - LOCAL_2024.union == {"GB"}
    assert "HR" not in law_on("2013-06-30", "2013-05-01", ()).union
    assert "HR" in law_on("2013-07-01", "2013-05-01", ()).union
    assert "GB" in law_on("2020-01-31", "2020-01-01", ()).union
    assert "GB" not in law_on("2020-02-01", "2020-01-01", ()).union


def test_every_rule_names_its_articles():
    for rules in LAWS.values():
        assert set(rules.ballots) == {ballot for ballot, _ in rules.rules}
        for rule in rules.rules.values():
            assert rule.article
            assert "art. 6" in rule.suspension_article


def test_numbers_that_are_stored_never_change():
    assert [(item.value, item.code) for item in Verdict] == list(
        enumerate(
            ["eligible", "deceased", "struck_off", "departed", "not_yet_resident", "waiting_register", "nationality", "wrong_register",
             "not_registered_as_voter", "registration_given_up", "too_young", "excluded", "suspended"]
        )
    )  # fmt: skip
    assert [(item.value, item.code) for item in Fact] == list(
        enumerate(
            ["birth_date", "birth_date_adjusted", "deceased_on", "struck_on", "departed_on", "registered_on", "register", "nationality",
             "eu_voter_since", "eu_voter_until", "local_voter_since", "local_voter_until", "suspension"], start=1
        )
    )  # fmt: skip
    assert BALLOT_CODES == ("chamber", "flemish", "european", "municipal", "district", "provincial", "ocmw")


def test_the_table_of_masks_says_what_the_rules_say():
    for rules in LAWS.values():
        bands = age_bands(rules)
        for row in ballot_masks(rules):
            born_on = bands[row.band] - timedelta(days=1) if row.band < len(bands) else bands[-1]
            for number, ballot in enumerate(BALLOT_CODES):
                rule = rules.rules.get((ballot, row.group))
                may = rule is not None and row.register in rule.registers and birthday(born_on, rule.minimum_age) <= rules.election_day
                field = {"": row.free, "eu_voter": row.eu_marked, "local_voter": row.local_marked}[rule.mark] if rule else 0
                assert bool(field >> number & 1) == may
                assert not (rule and may) or bool(row.compulsory >> number & 1) == rule.compulsory
