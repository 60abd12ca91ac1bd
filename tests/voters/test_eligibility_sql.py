"""The set-based statements say of every person what the reference says: random persons around every boundary, two municipalities."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.tenancy import tenant
from elections.rules import BALLOT_CODES
from tests.personas import NOW, World
from tests.voters.people import Town, make_town, verdicts_of
from tests.voters.test_eligibility_rules import FEDERAL_2019, FEDERAL_2024, LAWS, LOCAL_2018, LOCAL_2024, law_on
from voters.models import Entry, Extraction, Person
from voters.rules.eligibility import Law, PersonFacts, Verdict, judge, law
from voters.sql import entries, verdicts

LEAP_DAY = law_on("2028-02-29", "2028-01-01", ("municipal", "european"))
AFTER_LEAP_DAY = law_on("2026-03-01", "2026-01-01", ("municipal", "european", "chamber"))
# Two ages, two marks and every group on one day.
MIXED = law(
    list_date=date(2024, 8, 1),
    election_day=date(2024, 10, 13),
    ballots=BALLOT_CODES,
    rules=[*LOCAL_2024.rules.values(), *FEDERAL_2024.rules.values()],
    union=LOCAL_2024.union,
)
ALL_LAWS = [*LAWS.values(), LEAP_DAY, AFTER_LEAP_DAY, MIXED]
assert len({LOCAL_2018.list_date, FEDERAL_2019.list_date, LOCAL_2024.list_date, FEDERAL_2024.list_date}) == 4


def around(*days: date) -> st.SearchStrategy[date]:
    """Any of these days, or up to two days off."""
    return st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(days), st.integers(-2, 2))


def years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28))


@st.composite
def facts(draw: st.DrawFn, rules: Law) -> PersonFacts:
    """A person for whom anything may be the reason."""
    listed, day = rules.list_date, rules.election_day
    maybe = st.none() | around(listed, day)
    born_on = draw(
        around(years_before(day, 16), years_before(day, 18), date(2008, 2, 29), date(2004, 2, 29), date(2010, 3, 1), date(2012, 2, 28))
        | st.dates(date(1905, 1, 1), day)
    )
    unknown = draw(st.sampled_from(["", "", "", "day", "both"]))
    if unknown:
        born_on = born_on.replace(day=1) if unknown == "day" else born_on.replace(month=1, day=1)
    birth_date = {"": born_on.isoformat(), "day": f"{born_on:%Y-%m}-00", "both": f"{born_on:%Y}-00-00"}[unknown]
    suspension = draw(st.sampled_from(["", "", "excluded", "suspended"]))
    return PersonFacts(
        nationality=draw(st.sampled_from(["BE", "BE", "FR", "HR", "GB", "MA", "XX"])),
        register=draw(st.sampled_from(["BR", "BR", "VR", "WR"])),
        registered_on=draw(st.just(date(2000, 1, 1)) | around(listed)),
        birth_date=birth_date,
        born_on=born_on,
        suspension=suspension,
        suspension_until=draw(maybe) if suspension else None,
        **{name: draw(st.none() | maybe) for name in ("deceased_on", "struck_on", "departed_on")},
        eu_voter_since=draw(st.none() | st.just(date(2010, 1, 1)) | around(listed)),
        eu_voter_until=draw(maybe),
        local_voter_since=draw(st.none() | st.just(date(2010, 1, 1)) | around(listed)),
        local_voter_until=draw(maybe),
    )


@st.composite
def registers(draw: st.DrawFn) -> tuple[Law, list[PersonFacts]]:
    rules = draw(st.sampled_from(ALL_LAWS))
    return rules, draw(st.lists(facts(rules), min_size=1, max_size=25))


@pytest.fixture
def towns(world: World) -> tuple[Town, Town]:
    return make_town(world, world.halle), make_town(world, world.horebeke)


def write(town: Town, people: list[PersonFacts]) -> list[Person]:
    with tenant(town.municipality.pk):
        return Person.objects.bulk_create(
            [
                Person(
                    municipality=town.municipality,
                    national_number=f"{number:011d}",
                    last_name=f"Name{number % 3}",
                    first_names=f"First{number % 2}",
                    name_key=f"name{number % 3}  first{number % 2}",
                    language="nl",
                    created_import=town.register,
                    changed_import=town.register,
                    **{name: getattr(person, name) for name in PersonFacts.__dataclass_fields__},
                )
                for number, person in enumerate(people)
            ]
        )


def run(town: Town, rules: Law) -> Extraction:
    """An extraction under any law, of the statements alone."""
    with tenant(town.municipality.pk):
        extraction = Extraction.objects.create(
            municipality=town.municipality, election=town.election, number=1, kind="trial", state="running",
            requested_by_id=1, requested_by_name="alice", requested_at=NOW,
        )  # fmt: skip
        place = {"municipality_id": town.municipality.pk, "extraction_id": extraction.pk}
        verdicts.insert_verdicts(**place, law=rules)
        entries.insert_entries(**place, law=rules)
    return extraction


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=registers())
def test_statements_and_reference_agree(towns: tuple[Town, Town], made: tuple[Law, list[PersonFacts]]) -> None:
    rules, people = made
    halle, horebeke = towns
    with transaction.atomic():
        persons = write(halle, people)
        write(horebeke, people)
        extraction = run(halle, rules)

        found = verdicts_of(extraction)
        expected: dict[tuple[int, int], tuple[int, int, date | None]] = {}
        masks: dict[int, int] = {}
        duties: dict[int, int] = {}
        for person, row in zip(people, persons, strict=True):
            for number, ballot in enumerate(BALLOT_CODES):
                if ballot not in rules.ballots:
                    continue
                result = judge(person, ballot, rules)
                expected[row.pk, number] = (result.verdict, result.fact, result.fact_date)
                if result.verdict == Verdict.ELIGIBLE and result.rule is not None:
                    masks[row.pk] = masks.get(row.pk, 0) | 1 << number
                    duties[row.pk] = duties.get(row.pk, 0) | (1 << number if result.rule.compulsory else 0)
        assert found == expected
        with tenant(halle.municipality.pk):
            lines = list(Entry.objects.filter(extraction=extraction).order_by("list_number"))
        assert {line.person_id: line.ballots for line in lines} == masks
        assert {line.person_id: line.compulsory for line in lines} == duties
        assert [line.list_number for line in lines] == list(range(1, len(lines) + 1))
        order = [(line.name_key, line.born_on, line.national_number) for line in lines]
        assert order == sorted(order)
        for line in lines:
            assert line.mark == ("" if line.nationality == "BE" else "V")
            assert line.minor == (judge_age(line.born_on, rules.election_day) < 18)
        with tenant(horebeke.municipality.pk), connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT count(*) FROM voters_verdict), (SELECT count(*) FROM voters_entry)")
            assert cursor.fetchone() == (0, 0)
        transaction.set_rollback(True)


def judge_age(born_on: date, day: date) -> int:
    """Whole years on a day; born on 29 February: a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def test_a_leap_day_comes_back_when_the_age_is_reached_in_a_leap_year(towns: tuple[Town, Town]) -> None:
    halle, _ = towns
    person = halle.person(born_on=date(2008, 2, 29))
    chamber, european = BALLOT_CODES.index("chamber"), BALLOT_CODES.index("european")

    found = verdicts_of(run(halle, FEDERAL_2024))

    assert found[person.pk, european] == (Verdict.ELIGIBLE, 1, date(2024, 2, 29))
    assert found[person.pk, chamber] == (Verdict.TOO_YOUNG, 1, date(2026, 3, 1))


def test_an_empty_register_gives_an_empty_list(towns: tuple[Town, Town]) -> None:
    extraction = run(towns[0], LOCAL_2024)
    assert verdicts_of(extraction) == {}
    assert entries.hash_entries(municipality_id=towns[0].municipality.pk, extraction_id=extraction.pk) == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_persons_with_the_same_name_and_birth_date_are_ordered_by_national_number(towns: tuple[Town, Town]) -> None:
    halle, _ = towns
    for number in ("80051400300", "80051400100", "80051400200"):
        halle.person(national_number=number)
    halle.person(national_number="79051400300", born_on=date(1979, 5, 14))

    extraction = run(halle, LOCAL_2024)

    with tenant(halle.municipality.pk):
        numbers = list(Entry.objects.filter(extraction=extraction).order_by("list_number").values_list("national_number", flat=True))
    assert numbers == ["79051400300", "80051400100", "80051400200", "80051400300"]
