"""Any two extractions side by side: who came, who went and why, what changed; and the checks of one."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.tenancy import tenant
from tests.personas import World
from tests.voters.people import Town, make_town
from voters.models import Extraction, Person
from voters.sql import checks
from voters.sql.comparison import DifferenceFilter, compare, list_differences


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def counts(town: Town, before: Extraction, after: Extraction):
    with tenant(town.municipality.pk):
        return compare(municipality_id=town.municipality.pk, before=before.pk, after=after.pk)


def rows(town: Town, before: Extraction, after: Extraction, **chosen):
    limit, offset = chosen.pop("limit", None), chosen.pop("offset", 0)
    with tenant(town.municipality.pk):
        return list(
            list_differences(
                municipality_id=town.municipality.pk,
                before=before.pk,
                after=after.pk,
                chosen=DifferenceFilter(**chosen),
                limit=limit,
                offset=offset,
            )
        )


def change(town: Town, person: Person, **values) -> None:
    with tenant(town.municipality.pk):
        assert Person.objects.filter(pk=person.pk).update(**values) == 1


def test_an_extraction_equals_itself(halle: Town) -> None:
    halle.person()
    trial = halle.trial()
    found = counts(halle, trial, trial)
    assert (found.added, found.gone, found.changed) == (0, 0, 0)
    assert found.by_street == {}
    assert rows(halle, trial, trial) == []


def test_who_came_who_went_and_what_changed_with_reasons_fields_and_streets(halle: Town, world: World) -> None:
    stays, moves, marries, dies, vanishes = (halle.person(last_name=name) for name in ("Aerts", "Bogaert", "Claes", "Daems", "Elsen"))
    young = halle.person(last_name="Fierens", born_on=date(2006, 10, 14))
    before = halle.trial()
    change(halle, moves, street_name="Zinkstraat", house_number="7")
    change(halle, marries, last_name="Peeters", name_key="peeters  an")
    change(halle, dies, deceased_on=date(2024, 7, 30))
    change(halle, vanishes, removed_import=halle.register)
    change(halle, young, born_on=date(2006, 10, 13), birth_date="2006-10-13")
    newcomer = halle.person(last_name="Goossens", street_name="Zinkstraat")
    after = halle.trial()

    found = counts(halle, before, after)

    assert (found.added, found.gone, found.changed) == (2, 2, 2)
    assert found.by_field == {"name": 1, "birth_date": 0, "address": 1, "ballots": 0, "compulsory": 0, "mark": 0}
    assert found.gone_by_reason == {"deceased": 1, "not_in_register": 1}
    assert found.added_by_reason == {"too_young": 1, "not_in_register": 1}
    assert found.by_street == {
        "Zinkstraat": {"added": 1, "gone": 0, "changed": 1},
        "Basiliekstraat": {"added": 1, "gone": 2, "changed": 1},
    }
    listed = rows(halle, before, after)
    assert [(row.kind, row.person_id, row.reason, row.fields) for row in listed] == [
        ("added", young.pk, "too_young", ()),
        ("added", newcomer.pk, "not_in_register", ()),
        ("gone", dies.pk, "deceased", ()),
        ("gone", vanishes.pk, "not_in_register", ()),
        ("changed", moves.pk, "", ("address",)),
        ("changed", marries.pk, "", ("name",)),
    ]
    assert listed[4].street_name == ("Basiliekstraat", "Zinkstraat")
    assert stays.pk not in {row.person_id for row in listed}
    assert [row.person_id for row in rows(halle, before, after, kind="gone", reason="deceased")] == [dies.pk]
    assert [row.person_id for row in rows(halle, before, after, field="address")] == [moves.pk]
    assert [row.person_id for row in rows(halle, before, after, street="Zinkstraat")] == [newcomer.pk, moves.pk]
    assert [row.person_id for row in rows(halle, before, after, limit=2, offset=1)] == [newcomer.pk, dies.pk]
    assert rows(halle, before, after, kind="no such kind") == []


def test_a_renumbered_list_is_no_difference(halle: Town) -> None:
    halle.person(last_name="Zwart")
    before = halle.trial()
    halle.person(last_name="Aerts")
    found = counts(halle, before, halle.trial())
    assert (found.added, found.gone, found.changed) == (1, 0, 0)


def test_the_ballots_and_the_mark_of_who_becomes_belgian(halle: Town) -> None:
    person = halle.person(nationality="FR", local_voter_since=date(2020, 1, 1))
    before = halle.trial()
    change(halle, person, nationality="BE")
    found = counts(halle, before, halle.trial())
    assert found.by_field == {"name": 0, "birth_date": 0, "address": 0, "ballots": 1, "compulsory": 0, "mark": 1}


def test_nothing_of_another_municipality_is_compared(halle: Town, world: World) -> None:
    horebeke = make_town(world, world.horebeke)
    horebeke.person()
    theirs = horebeke.trial()
    halle.person()
    ours = halle.trial()
    found = counts(halle, ours, theirs)
    assert (found.added, found.gone) == (0, 1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_other_way_round_swaps_who_came_and_who_went(halle: Town, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(0, 3))):
        halle.person()
    before = halle.trial()
    with tenant(halle.municipality.pk):
        persons = list(Person.objects.order_by("pk"))
    for person in persons:
        kind = data.draw(st.sampled_from(["stay", "go", "move", "vanish", "return"]))
        values: dict[str, dict[str, Any]] = {
            "go": {"struck_on": date(2024, 1, 1)},
            "move": {"house_number": "99"},
            "return": {"struck_on": None, "removed_import": None},
        }
        if kind == "vanish":
            change(halle, person, removed_import=halle.register)
        elif kind in values:
            change(halle, person, **values[kind])
    halle.person()
    after = halle.trial()
    there, back = counts(halle, before, after), counts(halle, after, before)
    assert (there.added, there.gone, there.changed) == (back.gone, back.added, back.changed)
    assert (there.added_by_reason, there.gone_by_reason) == (back.gone_by_reason, back.added_by_reason)
    assert there.by_field == back.by_field
    assert after.counts["voters"] - before.counts["voters"] == there.added - there.gone
    listed = rows(halle, before, after)
    assert len(listed) == there.added + there.gone + there.changed


def test_the_checks_count_what_their_rows_show(halle: Town) -> None:
    from districts.models import Address, Street
    from tests.personas import NOW

    with tenant(halle.municipality.pk):
        streets = [
            Street.objects.create(municipality=halle.municipality, best_id=number, name=f"Street {number}", name_key=f"street{number}")
            for number in (1, 2)
        ]
        homes = [
            Address.objects.create(
                municipality=halle.municipality,
                best_id=number,
                street=street,
                postcode="1500",
                postname="Halle",
                house_number="1",
                number=1,
                opened_at=NOW,
            )
            for number, street in enumerate(streets)
        ]
    lives = {"address": homes[0]}
    halle.person(last_name="Aerts", **lives)
    unknown = halle.person(last_name="Bogaert")
    old = halle.person(last_name="Claes", born_on=date(1913, 10, 13), **lives)
    halle.person(last_name="Daems", born_on=date(1913, 10, 14), **lives)
    unborn = halle.person(last_name="Elsen", born_on=date(2024, 8, 2), registered_on=date(2024, 7, 1), **lives)
    halle.person(last_name="Fierens", born_on=date(2024, 8, 2), registered_on=date(2024, 8, 2), **lives)
    twins = [halle.person(last_name="Goossens", **lives) for _ in range(2)]
    halle.person(last_name="Goossens", born_on=date(1990, 1, 1), **lives)
    for _ in range(15):
        halle.person(household_id="H15", born_on=date(2015, 1, 1))
    crowd = [halle.person(household_id="H16", household_role=16 - number, born_on=date(2015, 1, 1)) for number in range(16)]
    halle.person(household_id="H15", deceased_on=date(2020, 1, 1))

    trial = halle.trial()

    assert trial.checks == [
        {"code": "unknown_address", "count": 1, "severity": "warning"},
        {"code": "impossible_age", "count": 2, "severity": "error"},
        {"code": "duplicate", "count": 2, "severity": "error"},
        {"code": "empty_street", "count": 1, "severity": "warning"},
        {"code": "large_household", "count": 1, "severity": "warning"},
        {"code": "unusual_change", "count": 0, "severity": "error"},
    ]
    with tenant(halle.municipality.pk):
        found = {code: checks.find_rows(code, extraction=trial, limit=50) for code in checks.ROWS}
        assert len(checks.find_rows("duplicate", extraction=trial, limit=1, offset=1)) == 1
    assert [row.person_id for row in found["unknown_address"]] == [unknown.pk]
    assert [(row.person_id, row.figure) for row in found["impossible_age"]] == [(old.pk, 111), (unborn.pk, 0)]
    assert [row.person_id for row in found["duplicate"]] == [twin.pk for twin in twins]
    assert [(row.street_name, row.figure) for row in found["empty_street"]] == [("Street 2", 1)]
    assert [(row.person_id, row.figure) for row in found["large_household"]] == [(crowd[-1].pk, 16)]


def test_a_change_of_more_than_two_percent_is_unusual(halle: Town) -> None:
    people = [halle.person() for _ in range(50)]
    halle.trial()
    change(halle, people[0], deceased_on=date(2024, 7, 1))
    usual = halle.trial()
    change(halle, people[1], deceased_on=date(2024, 7, 1))
    change(halle, people[2], deceased_on=date(2024, 7, 1))
    unusual = halle.trial()
    assert usual.checks[-1] == {"code": "unusual_change", "count": 0, "severity": "error"}
    assert unusual.checks[-1] == {"code": "unusual_change", "count": 2, "severity": "error"}
