"""Files of mutations: checked as a whole, applied once, and each event with its three effects."""

from datetime import timedelta
from typing import Any

import pytest

from core.models import AuditEvent
from core.tenancy import tenant
from demo.register import national_number
from tests.voters.ledger.town import LedgerTown, events_csv
from voters.models import Effect, Mutation, MutationStaging, Person, PersonVersion
from voters.services import imports

ARRIVAL = {
    "last_name": "Nieuwkomer", "first_names": "Ann", "birth_date": "1980-05-05", "nationality": "BE", "register": "BR",
    "registered_on": "2024-09-01", "postcode": "1500", "street_name": "Zinkstraat", "house_number": "3", "language": "nl",
}  # fmt: skip


def number(serial: int = 900, birth_date: str = "1980-05-05") -> str:
    return national_number(birth_date, serial)


def one(person: Person, sequence: int, event: str, effective_on: str = "2024-09-02", **values: Any) -> dict[str, Any]:
    return {"sequence": sequence, "national_number": person.national_number, "event": event, "effective_on": effective_on, **values}


def nothing_changed(town: LedgerTown) -> bool:
    with tenant(town.municipality.pk):
        place = {"municipality": town.municipality}
        return not (
            Mutation.objects.filter(**place).exists()
            or Effect.objects.filter(**place).exists()
            or PersonVersion.objects.filter(**place).exists()
            or Person.objects.filter(**place).exclude(version=1).exists()
            or Person.objects.filter(**place).count() != 40
        )


def test_every_event_is_applied_and_versioned(halle: LedgerTown, horebeke: LedgerTown) -> None:
    a, b, c, d, e, f, g, h = halle.persons()[:8]
    done = halle.bring_in(
        events_csv(
            one(a, 1, "death"),
            one(b, 2, "strike_off", struck_on="2024-09-02"),
            one(c, 3, "departure", departed_to="FR", postcode="75001", street_name="Rue X", house_number="1"),
            one(d, 4, "move", postcode="1500", street_name="Zinkstraat", house_number="7", household_id="H9"),
            one(e, 5, "name_change", last_name="Anders", first_names="Els"),
            one(f, 6, "nationality", nationality="FR" if f.nationality == "BE" else "BE"),
            one(g, 7, "suspension", suspension="suspended", suspension_until="2024-10-13"),
            one(g, 8, "suspension_lifted", "2024-09-20"),
            one(h, 9, "voter_mark", local_voter_since="2024-09-01"),
            {"sequence": 10, "national_number": number(), "event": "arrival", "effective_on": "2024-09-01", **ARRIVAL},
            {"sequence": 11, "national_number": number(), "event": "move", "effective_on": "2024-09-09", "postcode": "1500",
             "street_name": "Basiliekstraat", "house_number": "5"},
        )
    )  # fmt: skip

    people = {person.national_number: person for person in halle.persons()}
    assert str(people[a.national_number].deceased_on) == "2024-09-02"
    assert str(people[b.national_number].struck_on) == "2024-09-02"
    gone = people[c.national_number]
    assert (str(gone.departed_on), gone.departed_to, gone.street_name) == ("2024-09-02", "FR", c.street_name)
    moved = people[d.national_number]
    assert (moved.street_name, moved.house_number, moved.box_number, moved.household_id) == ("Zinkstraat", "7", "", "H9")
    assert moved.address_id is not None
    assert (people[e.national_number].last_name, people[e.national_number].name_key) == ("Anders", "anders  els")
    assert people[g.national_number].suspension == ""
    assert people[g.national_number].version == 3
    new = people[number()]
    assert (new.street_name, new.version) == ("Basiliekstraat", 2)
    assert done.counts["rows"] == 11
    with tenant(halle.municipality.pk):
        assert Mutation.objects.filter(municipality=halle.municipality).count() == 11
        assert MutationStaging.objects.filter(municipality=halle.municipality).count() == 0
        version = PersonVersion.objects.get(municipality=halle.municipality, person=e)
        assert (version.before["last_name"], version.after["last_name"]) == (e.last_name, "Anders")
    assert nothing_changed(horebeke)


def test_three_effects_of_each_event(halle: LedgerTown) -> None:
    a, b, c = halle.persons()[:3]
    halle.bring_in(
        events_csv(
            one(a, 1, "death"),
            one(b, 2, "departure", departed_to="FR"),
            one(c, 3, "move", postcode="1500", street_name="Zinkstraat", house_number="7"),
        )
    )

    with tenant(halle.municipality.pk):
        rows = Effect.objects.filter(municipality=halle.municipality).order_by("pk").values_list("person_id", "kind", "outcome")
        assert list(rows) == [
            (a.pk, "address", "no_card"), (a.pk, "list", "struck"), (a.pk, "right", "gone"),
            (b.pk, "address", "to_trace"), (b.pk, "list", "stays"), (b.pk, "right", "stays"),
            (c.pk, "address", "new_address"), (c.pk, "list", "stays"), (c.pk, "right", "stays"),
        ]  # fmt: skip
    found = halle.list_at(halle.now + timedelta(minutes=1))
    assert [found[person.pk].no_card for person in (a, b, c)] == ["deceased", "to_trace", None]
    mailing = found[c.pk].mailing
    assert mailing is not None
    assert (mailing.street_name, mailing.house_number, found[c.pk].list_address.street_name) == ("Zinkstraat", "7", c.street_name)


def test_all_problems_in_one_report(halle: LedgerTown) -> None:
    a, b = halle.persons()[:2]
    sent = halle.send(
        events_csv(
            one(a, 1, "death"),
            one(a, 2, "move", postcode="1500", street_name="X", house_number="1"),
            one(b, 4, "move", postcode="1500"),
            one(b, 5, "death", nationality="BE"),
            one(b, 6, "birthday"),
            one(b, 7, "suspension", "2024-13-01", suspension="gone"),
            {"sequence": 8, "national_number": number(), "event": "death", "effective_on": "2024-09-01"},
            one(b, 9, "voter_mark"),
            one(b, 10, "strike_off", struck_on="2024-01-01"),
        )
    )

    assert sent.state == "invalid"
    found = {(row, column, code) for row, column, _value, code in halle.problems(sent)}
    assert found == {
        (3, "national_number", "person_deceased"),
        (4, "sequence", "sequence_next"),
        (4, "street_name", "required"),
        (4, "house_number", "required"),
        (5, "nationality", "not_of_event"),
        (6, "event", "code"),
        (7, "effective_on", "date_impossible"),
        (7, "suspension", "code"),
        (7, "national_number", "person_deceased"),
        (8, "national_number", "person_unknown"),
        (9, "eu_voter_since", "one_of"),
        (9, "national_number", "person_deceased"),
        (10, "struck_on", "other_date"),
        (10, "national_number", "person_deceased"),
    }
    assert nothing_changed(halle)


@pytest.mark.parametrize(("first", "code"), [(1, "sequence_start"), (3, "sequence_start")])
def test_nothing_is_skipped_and_nothing_applied_twice(halle: LedgerTown, first: int, code: str) -> None:
    a, b = halle.persons()[:2]
    halle.bring_in(events_csv(one(a, 1, "death")))

    sent = halle.send(events_csv(one(b, first, "death")))

    assert (sent.state, halle.problems(sent)) == ("invalid", [(2, "sequence", str(first), code)])
    assert {person.pk for person in halle.persons() if person.deceased_on} == {a.pk}


def test_refused_and_cancelled_files_change_nothing(halle: LedgerTown) -> None:
    person = halle.persons()[0]
    first = halle.send(events_csv(one(person, 1, "death")))
    with tenant(halle.municipality.pk):
        imports.request_import_approval(register_import=first, accepted_guards=(), by=halle.clerk, at=halle.now)
        imports.refuse_import(register_import=first, reason="nee", by=halle.head, at=halle.now)
    second = halle.send(events_csv(one(person, 1, "death")))
    with tenant(halle.municipality.pk):
        imports.cancel_import(register_import=second, by=halle.clerk, at=halle.now)

    assert [halle.fresh(sent).state for sent in (first, second)] == ["refused", "cancelled"]
    assert nothing_changed(halle)
    with tenant(halle.municipality.pk):
        assert not MutationStaging.objects.filter(municipality=halle.municipality).exists()
        assert AuditEvent.objects.filter(municipality_id=halle.municipality.pk, kind="mutation_import.uploaded").count() == 2


def test_a_file_checked_before_another_came_in_is_not_brought_in(halle: LedgerTown) -> None:
    a, b = halle.persons()[:2]
    late = halle.send(events_csv(one(b, 1, "death")))
    halle.bring_in(events_csv(one(a, 1, "death")))

    with tenant(halle.municipality.pk), pytest.raises(imports.RegisterMovedError):
        imports.request_import_approval(register_import=late, accepted_guards=(), by=halle.clerk, at=halle.now)

    assert {person.pk for person in halle.persons() if person.deceased_on} == {a.pk}


def test_a_manifest_of_another_file_refuses_it(halle: LedgerTown) -> None:
    person = halle.persons()[0]

    sent = halle.send(events_csv(one(person, 1, "death")), manifest={"rows": 2, "municipality": "23027"})

    assert [code for *_, code in halle.problems(sent)] == ["manifest_rows"]
    assert nothing_changed(halle)
