"""Properties: however a row of events is cut into files, register and ledger come out the same; and the list of any moment is a plain replay."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.tenancy import tenant
from tests.voters.ledger.oracle import Facts, rule_of
from tests.voters.ledger.test_mutations import ARRIVAL, number
from tests.voters.ledger.town import LedgerTown, events_csv
from voters.models import Effect, Mutation, Person, PersonVersion
from voters.rules.ledger import Event
from voters.selectors.ledger import CurrentEntry

PEOPLE = 5
DAY = date(2024, 10, 13)
VALUES: dict[str, dict[str, str]] = {
    "death": {},
    "strike_off": {},
    "departure": {"departed_to": "FR"},
    "move": {"postcode": "1500", "street_name": "Zinkstraat", "house_number": "9"},
    "name_change": {"last_name": "Anders", "first_names": "An"},
    "nationality": {"nationality": "US"},
    "suspension": {"suspension": "suspended"},
    "suspension_lifted": {},
    "voter_mark": {"local_voter_since": "2024-01-01"},
    "arrival": ARRIVAL,
}
choices = st.lists(st.tuples(st.integers(0, PEOPLE), st.sampled_from(sorted(VALUES)), st.integers(0, 40)), min_size=1, max_size=9)


def possible(numbers: list[str], wanted: list[tuple[int, str, int]]) -> list[dict[str, Any]]:
    """The events that can follow each other, numbered."""
    life = dict.fromkeys(numbers[:-1], "here") | {numbers[-1]: "unknown"}
    rows: list[dict[str, Any]] = []
    for who, event, days in wanted:
        person, now = numbers[who], life[numbers[who]]
        stays_away = now == "away" and event in {"move", "departure", "strike_off"}
        if now == "dead" or (now == "unknown" and event != "arrival") or (now == "here" and event == "arrival") or stays_away:
            continue
        life[person] = {"arrival": "here", "death": "dead", "strike_off": "away", "departure": "away"}.get(event, now)
        effective = date(2024, 9, 10) + timedelta(days=days)
        rows.append(
            {"sequence": len(rows) + 1, "national_number": person, "event": event, "effective_on": effective.isoformat(), **VALUES[event]}
        )
    return rows


def state(town: LedgerTown) -> tuple[list[Any], ...]:
    """Register, versions, events and effects without what names a file or a moment."""
    with tenant(town.municipality.pk):
        place = {"municipality": town.municipality}
        left_out = {"id", "created_import_id", "changed_import_id", "removed_import_id"}
        fields = [field.attname for field in Person._meta.fields if field.attname not in left_out]
        numbers = dict(Person.objects.filter(**place).values_list("pk", "national_number"))
        versions = PersonVersion.objects.filter(**place).order_by("person__national_number", "version")
        effects = Effect.objects.filter(**place).order_by("mutation__sequence", "pk")
        return (
            list(Person.objects.filter(**place).order_by("national_number").values_list(*fields)),
            list(versions.values_list("person__national_number", "version", "kind", "before", "after")),
            list(Mutation.objects.filter(**place).order_by("sequence").values_list("sequence", "event", "effective_on", "values", "away")),
            [(numbers[e.person_id], e.kind, e.outcome, e.rule, e.values, e.effective_on) for e in effects],
        )


def brought_in(town: LedgerTown, rows: list[dict[str, Any]], cuts: list[int]) -> tuple[list[Any], ...]:
    """Bring the rows in as files cut there, look, and undo everything."""
    with transaction.atomic():
        for first, last in itertools.pairwise([0, *cuts, len(rows)]):
            town.bring_in(events_csv(*rows[first:last]))
        found = state(town)
        transaction.set_rollback(True)
    return found


@pytest.mark.usefixtures("horebeke")
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=choices, data=st.data())
def test_cuts_do_not_matter(halle: LedgerTown, wanted: list[tuple[int, str, int]], data: st.DataObject) -> None:
    rows = possible([person.national_number for person in halle.persons()[:PEOPLE]] + [number()], wanted)
    if not rows:
        return
    places = list(range(1, len(rows)))
    cuts = sorted(data.draw(st.sets(st.sampled_from(places)))) if places else []

    assert brought_in(halle, rows, cuts) == brought_in(halle, rows, [])


def replayed(
    entry: CurrentEntry, nationality: str, events: list[tuple[datetime, dict[str, Any]]], at: datetime
) -> tuple[bool, str | None, str]:
    """One voter's line by the plainest means: struck, why there is no card, and the street where it goes."""
    struck, reason, lost, street = False, None, None, entry.list_address.street_name
    for moment, row in events:
        if row["event"] == "nationality":
            before, nationality = nationality, row["nationality"]
        else:
            before = nationality
        if moment > at:
            break
        facts = Facts(
            Event(row["event"]), date.fromisoformat(row["effective_on"]), DAY, on_list=True, nationality_before=before,
            nationality_after=row.get("nationality", ""), ballots=frozenset({"municipal"}),
        )  # fmt: skip
        rule = rule_of(facts, union={"NL", "BE", "FR"})
        if rule is None:
            continue
        if rule.list == "struck":
            struck = True
            reason = {"death": "deceased", "strike_off": "struck_off"}.get(rule.code, "right_lost")
        if rule.address == "new_address":
            street, lost = row["street_name"], None
        if rule.address == "to_trace":
            lost = "to_trace"
    return struck, reason or lost, street


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=choices)
def test_the_list_of_a_moment_is_a_replay(halle: LedgerTown, wanted: list[tuple[int, str, int]]) -> None:
    people = halle.persons()[:PEOPLE]
    rows = possible([person.national_number for person in people] + [number()], wanted)
    start, frozen = halle.now, halle.list_at(halle.now)
    events = [(start + timedelta(hours=place), row) for place, row in enumerate(rows)]
    with transaction.atomic():
        for moment, row in events:
            halle.now = moment
            halle.bring_in(events_csv(row))
        halle.now = start
        for at in [start - timedelta(minutes=1), *(moment for moment, _row in events), start + timedelta(days=9)]:
            found = halle.list_at(at)
            assert len(found) == 40
            for person in people:
                own = [(moment, row) for moment, row in events if row["national_number"] == person.national_number]
                struck, reason, street = replayed(frozen[person.pk], person.nationality, own, at)
                entry = found[person.pk]
                assert (entry.struck, entry.no_card) == (struck, reason)
                assert entry.mailing is None or entry.mailing.street_name == street
        transaction.set_rollback(True)
