"""The made-up people for whom something is special: each gets the verdict that the table of demo.awkward says, on both election days."""

from datetime import date

import pytest
from django.db import connection

from core.tenancy import tenant
from demo.awkward import AWKWARD, awkward_persons, number_of
from demo.awkward_case import FEDERAL_BALLOTS, FEDERAL_ELECTION_DAY, FEDERAL_LIST_DATE, LOCAL_BALLOTS, LOCAL_ELECTION_DAY, LOCAL_LIST_DATE
from demo.towns import TOWNS
from elections.rules import BALLOT_CODES
from tests.personas import World
from tests.voters.people import Town, make_town, verdicts_of
from voters.models import Extraction, Person
from voters.rules.eligibility import Fact, Verdict

DAYS = {
    "local": (LOCAL_ELECTION_DAY, LOCAL_LIST_DATE, LOCAL_BALLOTS),
    "federal": (FEDERAL_ELECTION_DAY, FEDERAL_LIST_DATE, FEDERAL_BALLOTS),
}
DATES = ("registered_on", "legal_stay_since", "suspension_until", "deceased_on", "struck_on", "departed_on", "eu_voter_since",
         "eu_voter_until", "local_voter_since", "local_voter_until")  # fmt: skip


def write_people(town: Town) -> None:
    people = []
    for row in awkward_persons(TOWNS["halle"]):
        values = {name: getattr(row, name) for name in row.__dataclass_fields__}
        year, month, day = (int(part) for part in row.birth_date.split("-"))
        values |= {name: date.fromisoformat(values[name]) if values[name] else None for name in DATES}
        values |= {"household_role": int(row.household_role), "born_on": date(year, month or 1, day or 1)}
        links = {"municipality": town.municipality, "created_import": town.register, "changed_import": town.register}
        people.append(Person(**values, **links, name_key=f"{row.last_name}  {row.first_names}".lower()))
    with tenant(town.municipality.pk):
        Person.objects.bulk_create(people)


def stored(town: Town, extraction: Extraction) -> dict[tuple[str, str], tuple[str, str]]:
    """(national number, ballot) → (verdict, fact)."""
    with tenant(town.municipality.pk):
        numbers = dict(Person.objects.values_list("pk", "national_number"))
    found = verdicts_of(extraction).items()
    return {(numbers[pk], BALLOT_CODES[ballot]): (Verdict(verdict).code, Fact(fact).code) for (pk, ballot), (verdict, fact, _) in found}


@pytest.mark.parametrize("day", DAYS)
def test_every_awkward_person_gets_the_verdict_of_the_table(world: World, day: str) -> None:
    election_day, list_date, ballots = DAYS[day]
    town = make_town(world, world.halle, day=election_day, list_date=list_date, ballots=ballots)
    write_people(town)

    verdicts = stored(town, town.trial())

    wrong = {}
    for case in AWKWARD:
        for ballot in ballots:
            verdict, fact = verdicts[number_of(case), ballot]
            rests_on_age = verdict in {"eligible", "too_young"}
            expected_fact = ("birth_date_adjusted" if case.birth_date_adjusted else "birth_date") if rests_on_age else fact
            if (verdict, fact) != (case.verdicts.on(ballot), expected_fact):
                wrong[case.name, ballot] = (verdict, fact)
    assert wrong == {}
    assert len(verdicts) == len(AWKWARD) * len(ballots)


def test_the_list_holds_exactly_who_may_vote_for_something(world: World) -> None:
    town = make_town(world, world.halle)
    write_people(town)

    extraction = town.trial()

    expected = {number_of(case) for case in AWKWARD if "eligible" in {case.verdicts.on(ballot) for ballot in LOCAL_BALLOTS}}
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        cursor.execute("SELECT national_number FROM voters_entry WHERE extraction_id = %s", [extraction.pk])
        assert {number for (number,) in cursor.fetchall()} == expected
