"""The freeze: two persons, everybody once, numbers without a gap, and then nothing changes, by whatever statement."""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError
from psycopg import errors

from core import planner
from core.approvals import SamePersonError
from core.models import Approval, AuditEvent, Job
from core.tenancy import tenant
from tests.personas import NOW, World, make_world
from tests.voters.assignment.town import AssignmentTown, make_assignment_town, run, two_schools
from voters.models import Draft, Entry, EntryPlace, Extraction, HandMove, Placement
from voters.services import draft_freeze, drafts


def named_town(world: World) -> AssignmentTown:
    """Two districts, two streets, four households of which the order by name, by street and by district all differ."""
    town = make_assignment_town(world, world.halle)
    town.street("Zinkstraat", [1, 2, 10])
    town.street("Abdijstraat", [1], north=30)
    town.district("10", "Abdijstraat")
    town.district("2", "Zinkstraat")
    town.building("School", east=0)
    town.station(1, "School", district="10")
    town.station(2, "School", district="2")
    town.household("Zinkstraat", 10, 1, last_name="Aerts")
    town.household("Abdijstraat", 1, 1, last_name="Claes")
    town.household("Zinkstraat", 2, 1, last_name="Dubois")
    town.household("Zinkstraat", 1, 1, last_name="Zwart")
    return town


@pytest.mark.parametrize(
    ("numbering", "order", "expected"),
    [
        ("municipality", "name", ["Aerts", "Claes", "Dubois", "Zwart"]),
        ("municipality", "street", ["Claes", "Zwart", "Dubois", "Aerts"]),
        ("district", "name", ["Aerts", "Dubois", "Zwart", "Claes"]),
        ("district", "street", ["Zwart", "Dubois", "Aerts", "Claes"]),
    ],
)
def test_numbers_run_from_one_without_a_gap_in_the_order_that_was_chosen(world: World, numbering, order, expected) -> None:
    town = named_town(world)
    town.town.final()

    frozen = town.freeze(town.draft(numbering=numbering, order=order))

    found = town.numbers(frozen)
    assert list(found) == [1, 2, 3, 4]
    assert [name for name, _station in found.values()] == expected
    assert dict(found.values()) == {"Aerts": 2, "Claes": 1, "Dubois": 2, "Zwart": 2}


def test_everybody_has_one_place_and_no_household_two_stations(halle: AssignmentTown, world: World) -> None:
    horebeke = two_schools(world, world.horebeke)
    halle.household("Nergensstraat", 3, 3, known=False)
    for town in (halle, horebeke):
        town.town.final()

    frozen, other = halle.freeze(halle.draft(rest=1)), horebeke.freeze(horebeke.draft())

    for town, draft, voters in ((halle, frozen, 43), (horebeke, other, 40)):
        with tenant(town.municipality.pk):
            entries = set(Entry.objects.filter(extraction=draft.extraction).values_list("person_id", flat=True))
            rows = list(
                EntryPlace.objects.filter(draft=draft).order_by("list_number").values_list("list_number", "person_id", "station_id")
            )
            assert [number for number, _person, _station in rows] == list(range(1, voters + 1))
            assert {person for _number, person, _station in rows} == entries
            assert len(rows) == len(entries)
            households = dict(Entry.objects.filter(extraction=draft.extraction).values_list("person_id", "household_id"))
            stations: dict[str, set[int]] = {}
            for _number, person, station in rows:
                stations.setdefault(households[person], set()).add(station)
            assert all(len(found) == 1 for found in stations.values())
    with tenant(halle.municipality.pk):
        halle.election.refresh_from_db()
        assert halle.election.stations_frozen_at == frozen.frozen_at
        kinds = list(AuditEvent.objects.order_by("-seq").values_list("kind", flat=True)[:4])
        assert kinds == ["assignment.frozen", "assignment.approved", "approval.approved", "approval.requested"]


def test_one_person_cannot_do_both(halle: AssignmentTown) -> None:
    halle.town.final()
    draft = halle.draft()
    with tenant(halle.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=halle.town.head, at=NOW)
        with pytest.raises(SamePersonError):
            draft_freeze.approve_freeze(draft=draft, by=halle.town.head, at=NOW)
        draft.refresh_from_db()
        assert (draft.state, draft.approved_by_id) == ("requested", None)
        assert not Job.objects.filter(kind=draft_freeze.FREEZE).exists()
        assert Approval.objects.get(kind="assignment").decision == "open"


def test_the_second_person_sees_the_figures_of_now(halle: AssignmentTown) -> None:
    halle.town.final()
    draft = halle.draft(order="street", numbering="district")
    with tenant(halle.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=halle.town.clerk, at=NOW)
        summary = Approval.objects.get(kind="assignment").summary
    assert (summary["voters"], summary["stations"], summary["order"], summary["numbering"]) == (40, 2, "street", "district")


def test_a_draft_of_a_trial_cannot_be_frozen(halle: AssignmentTown) -> None:
    halle.town.trial()
    _refused(halle, halle.draft(), "not_final")


def test_a_draft_with_voters_without_a_station_cannot_be_frozen(halle: AssignmentTown) -> None:
    halle.household("Nergensstraat", 3, 3, known=False)
    halle.town.final()
    _refused(halle, halle.draft(), "unplaced")


def test_sizes_stop_the_freeze_only_where_the_election_says_so(world: World) -> None:
    town = two_schools(world, world.halle, least=30)
    town.town.final()
    draft = town.draft()
    with tenant(town.municipality.pk):
        town.election.sizes_refuse = True
        town.election.save()
    _refused(town, draft, "sizes")
    with tenant(town.municipality.pk):
        town.election.sizes_refuse = False
        town.election.save()

    assert town.freeze(draft).state == "frozen"


def _refused(town: AssignmentTown, draft: Draft, code: str) -> None:
    with tenant(town.municipality.pk):
        draft = Draft.objects.select_related("election").get(pk=draft.pk)
        events = AuditEvent.objects.count()
        with pytest.raises(drafts.DraftRefusedError, match=code):
            draft_freeze.request_freeze(draft=draft, by=town.town.clerk, at=NOW)
        draft.refresh_from_db()
        assert draft.state == "ready"
        assert not Approval.objects.filter(kind="assignment").exists()
        assert AuditEvent.objects.count() == events


def test_a_changed_split_that_moves_somebody_stops_the_freeze_and_one_that_moves_nobody_does_not(world: World) -> None:
    town = two_schools(world, world.halle)
    town.street("Zinkstraat", [1], north=50)
    town.district("02", "Zinkstraat")
    town.station(5, "West", district="02")
    town.town.final()
    draft = town.draft()
    with tenant(town.municipality.pk):
        town.give("Zinkstraat", "01")
        assert draft_freeze.may_freeze(Draft.objects.select_related("election", "extraction").get(pk=draft.pk))["voters"] == 40
        town.give("Kerkstraat", "02")
    _refused(town, draft, "strangers")


def test_a_station_given_to_another_district_stops_the_freeze_that_was_approved(world: World) -> None:
    town = two_schools(world, world.halle)
    town.district("02")
    town.town.final()
    draft = town.draft()
    with tenant(town.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=town.town.clerk, at=NOW)
        draft_freeze.approve_freeze(draft=draft, by=town.town.head, at=NOW)
        draft.refresh_from_db()
        town.buildings["Oost"].stations.update(district=town.districts["02"])
        run(draft_freeze.FREEZE, draft.job_id, town.municipality.pk)
        draft.refresh_from_db()

        assert (draft.state, draft.approved_by_id, draft.frozen_at) == ("ready", None, None)
        assert Job.objects.get(pk=draft.job_id or 0).error == "strangers"
        assert not EntryPlace.objects.exists()
        town.election.refresh_from_db()
        assert town.election.stations_frozen_at is None


def test_there_is_one_frozen_assignment_and_no_draft_after_it(halle: AssignmentTown) -> None:
    halle.town.final()
    first, second = halle.draft(), halle.draft()
    halle.freeze(first)
    with tenant(halle.municipality.pk):
        with pytest.raises(drafts.DraftRefusedError, match="frozen_exists"):
            draft_freeze.request_freeze(draft=second, by=halle.town.clerk, at=NOW)
        with pytest.raises(drafts.DraftRefusedError, match="frozen_exists"):
            halle.draft()
        assert Draft.objects.filter(state="frozen").count() == 1


def test_refused_or_withdrawn_it_can_be_worked_on_and_asked_again(halle: AssignmentTown) -> None:
    halle.town.final()
    draft = halle.draft()
    with tenant(halle.municipality.pk):
        draft_freeze.request_freeze(draft=draft, by=halle.town.clerk, at=NOW)
        draft_freeze.refuse_freeze(draft=draft, reason="Eerst de school aan de overkant", by=halle.town.head, at=NOW)
        draft.refresh_from_db()
        assert (draft.state, draft.requested_by_name) == ("ready", "")
        draft_freeze.request_freeze(draft=draft, by=halle.town.clerk, at=NOW)
        draft_freeze.withdraw_freeze(draft=draft, by=halle.town.clerk, at=NOW)
        draft.refresh_from_db()
        assert draft.state == "ready"
        assert list(Approval.objects.filter(kind="assignment").order_by("pk").values_list("decision", flat=True)) == [
            "refused",
            "withdrawn",
        ]
        with pytest.raises(drafts.DraftRefusedError, match="wrong_state"):
            draft_freeze.approve_freeze(draft=draft, by=halle.town.head, at=NOW)
    assert halle.freeze(draft).state == "frozen"


def test_the_freeze_done_again_changes_nothing(halle: AssignmentTown) -> None:
    from uuid import uuid4

    from core.jobs import JobRun

    halle.town.final()
    frozen = halle.freeze(halle.draft())
    with tenant(halle.municipality.pk):
        events = AuditEvent.objects.count()
        again = JobRun(frozen.job_id or 0, halle.municipality.pk, {"draft": frozen.pk}, halle.town.clerk, uuid4())
        assert draft_freeze.freeze(run=again, at=NOW) == frozen.figures
        assert AuditEvent.objects.count() == events
        assert EntryPlace.objects.count() == 40


def test_the_planner_knows_the_list_as_soon_as_it_is_frozen(halle: AssignmentTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a list that it takes for empty took a minute."""
    monkeypatch.setattr(planner, "MANY", 40)
    halle.town.final()
    halle.freeze(halle.draft())

    with tenant(halle.municipality.pk), connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = ANY(%s)", [["voters_entry", "voters_entryplace"]])
        assert cursor.fetchall() == [(40.0,), (40.0,)]


STATEMENTS = {
    "move a voter": "UPDATE voters_entryplace SET station_id = %(other)s WHERE draft_id = %(frozen)s AND list_number = 1",
    "number a voter again": "UPDATE voters_entryplace SET list_number = 900 WHERE draft_id = %(frozen)s AND list_number = 1",
    "delete a voter": "DELETE FROM voters_entryplace WHERE draft_id = %(frozen)s AND list_number = 1",
    "add a voter": "INSERT INTO voters_entryplace (municipality_id, draft_id, list_number, person_id, station_id) VALUES (%(m)s, %(frozen)s, 900, -1, %(other)s)",
    "move a household": "UPDATE voters_placement SET station_id = %(other)s WHERE draft_id = %(frozen)s",
    "delete households": "DELETE FROM voters_placement WHERE draft_id = %(frozen)s",
    "bring a household in": "UPDATE voters_placement SET draft_id = %(frozen)s, household = 'x' WHERE id = (SELECT min(id) FROM voters_placement WHERE draft_id = %(open)s)",
    "take a household out": "UPDATE voters_placement SET draft_id = %(open)s, household = 'x' WHERE id = (SELECT min(id) FROM voters_placement WHERE draft_id = %(frozen)s)",
    "thaw": "UPDATE voters_draft SET frozen_at = NULL, state = 'ready' WHERE id = %(frozen)s",
    "call it otherwise": "UPDATE voters_draft SET name = 'x' WHERE id = %(frozen)s",
    "delete it": "DELETE FROM voters_draft WHERE id = %(frozen)s",
    "in a CTE": "WITH gone AS (DELETE FROM voters_entryplace WHERE draft_id = %(frozen)s RETURNING 1) SELECT count(*) FROM gone",
    "merge": "MERGE INTO voters_placement p USING (SELECT 1) s ON p.draft_id = %(frozen)s WHEN MATCHED THEN DELETE",
}
TABLES = ("voters_entryplace", "voters_placement", "voters_draft")


def fingerprint(cursor, parameters):
    cursor.execute(
        """SELECT (SELECT md5(string_agg(p::text, '|' ORDER BY list_number)) FROM voters_entryplace p WHERE draft_id = %(frozen)s),
                  (SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM voters_placement p WHERE draft_id = %(frozen)s),
                  (SELECT d::text FROM voters_draft d WHERE id = %(frozen)s)""",
        parameters,
    )
    return cursor.fetchone()


def frozen_town(world: World) -> tuple[AssignmentTown, dict[str, int]]:
    town = two_schools(world, world.halle)
    town.town.final()
    draft, frozen = town.draft(), town.freeze(town.draft())
    with tenant(town.municipality.pk):
        other = town.buildings["Oost"].stations.get().pk
    return town, {"m": town.municipality.pk, "open": draft.pk, "frozen": frozen.pk, "other": other}


def test_the_application_cannot_change_what_is_frozen(world: World) -> None:
    town, parameters = frozen_town(world)
    with tenant(town.municipality.pk), connection.cursor() as cursor:
        before = fingerprint(cursor, parameters)
        assert all(before)
        for name, statement in STATEMENTS.items():
            with pytest.raises(ProgrammingError, match="is frozen") as refused, transaction.atomic():
                cursor.execute(statement, parameters)
            assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege), name
            assert fingerprint(cursor, parameters) == before, name
    for table in TABLES:
        with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


@contextmanager
def as_tenant(owner_connection, municipality_id):
    with owner_connection.transaction():
        owner_connection.execute("SELECT set_config('app.municipality', %s, true)", [str(municipality_id)])
        yield owner_connection


def test_the_owner_of_the_tables_cannot_either(live_database: str, owner_connection) -> None:
    with transaction.atomic():
        town, parameters = frozen_town(make_world())
    with as_tenant(owner_connection, town.municipality.pk), owner_connection.cursor() as cursor:
        before = fingerprint(cursor, parameters)
    for name, statement in STATEMENTS.items():
        with pytest.raises(errors.InsufficientPrivilege, match="is frozen"), as_tenant(owner_connection, town.municipality.pk) as other:
            other.execute(statement, parameters)
        with as_tenant(owner_connection, town.municipality.pk), owner_connection.cursor() as cursor:
            assert fingerprint(cursor, parameters) == before, name
    for table in TABLES:
        with pytest.raises(errors.InsufficientPrivilege, match="never emptied"):
            owner_connection.execute(f"TRUNCATE {table} CASCADE")


def test_a_draft_that_is_not_frozen_still_changes(world: World) -> None:
    town, parameters = frozen_town(world)
    with tenant(town.municipality.pk):
        draft = Draft.objects.get(pk=parameters["open"])
        drafts.delete_draft(draft=draft, by=town.town.clerk, at=NOW)
        assert not Placement.objects.filter(draft_id=parameters["open"]).exists()
        assert not HandMove.objects.exists()


def test_a_trial_that_drafts_place_is_not_deleted_and_a_final_list_after_them_is_told(halle: AssignmentTown) -> None:
    from voters.selectors.draft_pages import newest_extraction
    from voters.services import extractions

    trial = halle.town.trial()
    draft = halle.draft()
    with tenant(halle.municipality.pk):
        with pytest.raises(extractions.ExtractionRefusedError, match="has_drafts"):
            extractions.delete_trial(extraction=trial, by=halle.town.clerk, at=NOW)
        assert Extraction.objects.filter(pk=trial.pk).exists()
    halle.town.final()
    with tenant(halle.municipality.pk):
        newest = newest_extraction(halle.election)
    assert newest is not None
    assert newest.pk != draft.extraction_id
