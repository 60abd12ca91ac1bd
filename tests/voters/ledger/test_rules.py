"""The table of effects, the day before, the day and the day after; and the same decision in SQL as in the pure function."""

from datetime import date, timedelta

import pytest

from core.tenancy import tenant
from tests.voters.ledger.oracle import Facts, rule_of
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import LedgerTown, events_csv
from voters.models import Effect
from voters.rules.ledger import BY_CODE, RULES, Event, Refusal, Standing, refuse_decision, refuse_withdrawal
from voters.rules.mutation_columns import EVENTS

DAY = date(2024, 10, 13)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
UNION = frozenset({"FR", "NL", "BE"})


def code(event: str, *, effective_on: date = BEFORE, on_list: bool = True, **facts) -> str | None:
    found = rule_of(Facts(Event(event), effective_on, DAY, on_list, **facts), union=UNION)
    return found.code if found else None


@pytest.mark.parametrize(("event", "address", "listed", "right"), [
    ("death", "no_card", "struck", "gone"),
    ("strike_off", "no_card", "struck", "gone"),
    ("departure", "to_trace", "stays", "stays"),
    ("move", "new_address", "stays", "stays"),
    ("arrival", "new_address", "stays", "stays"),
    ("suspension", "no_card", "struck", "gone"),
    ("suspension_lifted", "unchanged", "not_added", "by_decision"),
    ("name_change", "unchanged", "stays", "stays"),
    ("voter_mark", "unchanged", "stays", "stays"),
])  # fmt: skip
@pytest.mark.parametrize(("effective_on", "counts"), [(BEFORE, True), (DAY, True), (AFTER, False)])
def test_effects_of_a_voter_of_the_list(event, address, listed, right, effective_on, counts) -> None:
    found = rule_of(Facts(Event(event), effective_on, DAY, on_list=True), union=UNION)

    assert (found is not None) is counts
    if found is not None:
        assert (found.address, found.list, found.right) == (address, listed, right)


@pytest.mark.parametrize(("event", "expected"), [
    ("arrival", "arrival"), ("suspension_lifted", "suspension_lifted"), ("death", None), ("move", None), ("suspension", None), ("birth", None),
    ("name_change", None), ("voter_mark", None), ("departure", None),
])  # fmt: skip
def test_effects_of_who_is_not_on_the_list(event: str, expected: str | None) -> None:
    assert code(event, on_list=False) == expected
    assert code(event, on_list=False, old_enough=False) is None


@pytest.mark.parametrize(("until", "expected"), [
    (None, "suspension_reaches"), (BEFORE, "suspension_short"), (DAY, "suspension_reaches"), (AFTER, "suspension_reaches"),
])  # fmt: skip
def test_a_suspension_that_reaches_election_day(until: date | None, expected: str) -> None:
    assert code("suspension", suspension_until=until) == expected


@pytest.mark.parametrize(("before", "after", "ballots", "expected"), [
    ("BE", "FR", {"municipal"}, "nationality_lost"),
    ("BE", "US", {"municipal"}, "nationality_lost"),
    ("FR", "BE", {"municipal"}, "nationality_gained"),
    ("FR", "US", {"european"}, "nationality_lost"),
    ("FR", "US", {"municipal"}, "nationality_same"),
    ("FR", "US", {"european", "municipal"}, "nationality_same"),
    ("FR", "NL", {"european"}, "nationality_same"),
    ("US", "FR", {"municipal"}, "nationality_same"),
])  # fmt: skip
def test_nationality(before: str, after: str, ballots: set[str], expected: str) -> None:
    assert code("nationality", nationality_before=before, nationality_after=after, ballots=frozenset(ballots)) == expected


def test_departure_with_and_without_an_address() -> None:
    assert code("departure", address_known=True) == "departure_known"
    assert code("departure", address_known=False) == "departure_unknown"


def test_every_row_has_its_source_and_every_event_a_row_or_none() -> None:
    assert all(rule.source and rule.certainty in {"H", "M", "L"} for rule in RULES)
    assert len(BY_CODE) == len(RULES)
    assert set(EVENTS) == set(Event)
    assert code("birth") is None


@pytest.mark.parametrize(("kind", "today", "standing", "expected"), [
    ("add", BEFORE, Standing(has_line=False), None),
    ("add", DAY, Standing(has_line=False), Refusal.TOO_LATE),
    ("add", BEFORE, Standing(has_line=True), Refusal.ON_LIST),
    ("add", BEFORE, Standing(has_line=True, struck=True), None),
    ("strike", DAY, Standing(has_line=True), None),
    ("strike", AFTER, Standing(has_line=True), Refusal.TOO_LATE),
    ("strike", DAY, Standing(has_line=True, struck=True), Refusal.ALREADY_STRUCK),
    ("strike", DAY, Standing(has_line=False), Refusal.NOT_ON_LIST),
    ("correct", DAY, Standing(has_line=False), Refusal.NOT_ON_LIST),
    ("correct", AFTER, Standing(has_line=True), Refusal.TOO_LATE),
])  # fmt: skip
def test_decisions(kind: str, today: date, standing: Standing, expected: Refusal | None) -> None:
    assert refuse_decision(kind, standing=standing, today=today, election_day=DAY, decided_on=BEFORE, assigned=True) == expected


def test_a_decision_of_tomorrow_and_one_before_the_assignment() -> None:
    none = Standing(has_line=False)
    assert refuse_decision("add", standing=none, today=BEFORE, election_day=DAY, decided_on=DAY, assigned=True) is Refusal.DECIDED_LATER
    assert refuse_decision("add", standing=none, today=BEFORE, election_day=DAY, decided_on=BEFORE, assigned=False) is Refusal.NOT_ASSIGNED


@pytest.mark.parametrize(("kind", "today", "expected"), [
    ("add", DAY, None), ("add", AFTER, Refusal.TOO_LATE), ("strike", BEFORE, None), ("strike", DAY, Refusal.TOO_LATE), ("correct", DAY, None),
])  # fmt: skip
def test_taking_back(kind: str, today: date, expected: Refusal | None) -> None:
    values = {"today": today, "election_day": DAY, "decided_on": BEFORE}
    assert refuse_withdrawal(kind, withdrawn=False, recorded=True, **values) == expected
    assert refuse_withdrawal(kind, withdrawn=False, recorded=False, **values) is Refusal.NOT_RECORDED
    assert refuse_withdrawal(kind, withdrawn=True, recorded=True, **values) is Refusal.WITHDRAWN_ALREADY


@pytest.mark.parametrize(("event", "values", "effective_on"), [
    ("suspension", {"suspension": "suspended", "suspension_until": "2024-10-12"}, BEFORE),
    ("suspension", {"suspension": "suspended", "suspension_until": "2024-10-13"}, BEFORE),
    ("suspension", {"suspension": "excluded"}, DAY),
    ("suspension", {"suspension": "excluded"}, AFTER),
    ("nationality", {"nationality": "FR"}, BEFORE),
    ("nationality", {"nationality": "BE"}, BEFORE),
    ("nationality", {"nationality": "US"}, BEFORE),
    ("departure", {"departed_to": "11002"}, DAY),
    ("departure", {"departed_to": "11002", "postcode": "2000", "street_name": "Meir", "house_number": "1"}, BEFORE),
    ("death", {}, AFTER),
    ("voter_mark", {"eu_voter_until": "2024-09-09"}, BEFORE),
])  # fmt: skip
def test_the_database_decides_as_the_function_does(halle: LedgerTown, event: str, values: dict, effective_on: date) -> None:
    people = {person.nationality: person for person in halle.persons()}
    for sequence, (nationality, person) in enumerate(sorted(people.items()), 1):
        halle.bring_in(events_csv(one(person, sequence, event, effective_on.isoformat(), **values)))
        expected = code(
            event, effective_on=effective_on, nationality_before=nationality, nationality_after=values.get("nationality", ""),
            suspension_until=date.fromisoformat(values["suspension_until"]) if "suspension_until" in values else None,
            address_known="street_name" in values, ballots=frozenset({"municipal"}),
        )  # fmt: skip
        with tenant(halle.municipality.pk):
            rows = Effect.objects.filter(municipality=halle.municipality, person=person).order_by("pk")
            rule = BY_CODE.get(expected or "")
            wanted = [("address", rule.address), ("list", rule.list), ("right", rule.right)] if rule else []
            assert [(row.kind, row.outcome) for row in rows] == wanted
            assert {row.rule for row in rows} == ({expected} if rule else set())
