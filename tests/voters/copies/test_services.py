"""Who gets a copy: the two persons of a party's, the refusals, the numbers, the trail, and a town next to another."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core import jobs
from core.actor import Actor
from core.approvals import NotOpenError, SamePersonError
from core.commands import operator
from core.models import Approval, AuditEvent, Job
from core.tenancy import tenant
from tests.personas import World
from tests.voters.copies.town import CopyTown, content, pages, table
from tests.voters.ledger.town import LATER, SEPTEMBER, a_decision
from tests.voters.lists import make_election, make_list
from voters.documents.list_copy.build import by_station
from voters.documents.list_copy.data import CopyLine, StationHead
from voters.models import ListCopy
from voters.rules import list_copies as rules
from voters.rules.list_copies import KINDS, Changes, Field, Kind, Order, Refusal, Wish
from voters.selectors import list_copies as selectors
from voters.services import list_copies
from voters.services.list_copies import CopyRefusedError
from voters.services.printing import ExportRefusedError


def state(town: CopyTown) -> tuple[int, ...]:
    """How much there is of everything that a copy leaves behind."""
    with tenant(town.municipality.pk):
        return tuple(model.objects.filter(municipality_id=town.municipality.pk).count() for model in (ListCopy, Approval, Job, AuditEvent))


def test_a_copy_for_a_party_is_made_only_after_a_second_person(halle: CopyTown) -> None:
    asked = halle.ask("party")

    assert (asked.state, asked.file, asked.job_id) == ("requested", "", None)
    with tenant(halle.municipality.pk):
        approval = Approval.objects.get(kind="list_copy", object_id=asked.pk)
        assert (approval.decision, approval.summary["made_for"]) == ("open", "Lijst 3")
        with pytest.raises(SamePersonError):
            list_copies.approve_copy(copy=asked, by=halle.ledger.clerk, at=SEPTEMBER)
    assert halle.fresh(asked).state == "requested"
    with jobs.inline(), halle.ledger.capture(execute=True), tenant(halle.municipality.pk):
        list_copies.approve_copy(copy=asked, by=halle.ledger.head, at=SEPTEMBER)
    made = halle.fresh(asked)
    assert (made.state, made.requested_by_name, made.approved_by_name) == ("made", "Alice Test", "Henk Test")
    assert all(
        row["copy"].startswith(f"Exemplaar {made.number} · voor Lijst 3 · gemaakt 23 september 2024") for row in table(content(made))
    )


def test_the_database_refuses_one_person_in_both_places(halle: CopyTown) -> None:
    asked = halle.ask("party")
    with tenant(halle.municipality.pk), pytest.raises(IntegrityError), transaction.atomic():
        ListCopy.objects.filter(pk=asked.pk).update(
            state="making", approved_by_id=asked.requested_by_id, approved_by_name="a", approved_at=SEPTEMBER
        )
    with tenant(halle.municipality.pk), pytest.raises(IntegrityError), transaction.atomic():
        ListCopy.objects.filter(pk=asked.pk).update(state="making")

    assert halle.fresh(asked).state == "requested"


def test_nobody_without_an_account_asks_for_what_two_persons_decide(halle: CopyTown) -> None:
    before = state(halle)
    with tenant(halle.municipality.pk), pytest.raises(CopyRefusedError, match="second_person"):
        list_copies.request_copy(election=halle.ledger.town.election, wish=halle.wish("party"), by=operator(), at=SEPTEMBER)
    assert state(halle) == before

    asked = halle.ask("party")
    with tenant(halle.municipality.pk), pytest.raises(IntegrityError), transaction.atomic():
        ListCopy.objects.filter(pk=asked.pk).update(
            state="making", requested_by_id=None, approved_by_id=2, approved_by_name="a", approved_at=SEPTEMBER
        )
    with tenant(halle.municipality.pk), pytest.raises(IntegrityError), transaction.atomic():
        ListCopy.objects.filter(pk=asked.pk).update(state="making", requested_by_id=None)
    assert halle.fresh(asked).state == "requested"


def _ask_only(town: CopyTown, kind: str = "president", *, by: Actor | None = None, at: datetime = SEPTEMBER, **more: Any) -> ListCopy:
    """Ask; no worker takes it up."""
    with tenant(town.municipality.pk):
        return list_copies.request_copy(election=town.ledger.town.election, wish=town.wish(kind, **more), by=by or town.ledger.clerk, at=at)


@pytest.mark.parametrize("kind", ["president", "party"])
def test_a_second_request_for_the_same_copy_while_one_is_under_way_begins_no_other(halle: CopyTown, world: World, kind: str) -> None:
    first = _ask_only(halle, kind)
    before = state(halle)

    assert _ask_only(halle, kind, at=SEPTEMBER + timedelta(minutes=5)).pk == first.pk
    assert state(halle) == before

    others = [
        _ask_only(halle, kind, by=halle.ledger.head),
        _ask_only(halle, kind, order=Order.STREET),
        _ask_only(halle, kind, made_for="Lijst 4"),
        _ask_only(halle, kind, station=2),
    ]
    assert len({first.pk, *(one.pk for one in others)}) == 5
    with tenant(world.horebeke.pk):
        assert not ListCopy.objects.exists()


def test_the_list_of_a_later_moment_is_the_same_only_while_nothing_was_recorded_since(halle: CopyTown) -> None:
    first = _ask_only(halle)
    with tenant(halle.municipality.pk):
        decision = halle.ledger.decide(halle.ledger.persons()[8], "strike", at=SEPTEMBER + timedelta(minutes=1))
        halle.ledger.effect(decision, "list", "struck")

    assert _ask_only(halle, at=SEPTEMBER + timedelta(seconds=30)).pk == first.pk
    second = _ask_only(halle, at=SEPTEMBER + timedelta(minutes=5))
    assert second.number == first.number + 1
    assert _ask_only(halle, at=SEPTEMBER + timedelta(minutes=6)).pk == second.pk


def test_what_was_made_is_made_anew_when_it_is_asked_again(halle: CopyTown) -> None:
    first, second = halle.make("president"), halle.make("president")

    assert (second.number, second.state) == (first.number + 1, "made")


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_what_was_refused_or_withdrawn_is_never_made(halle: CopyTown, end: str) -> None:
    asked = halle.ask("party")
    with tenant(halle.municipality.pk):
        if end == "refuse":
            list_copies.refuse_copy(copy=asked, reason="Geen kandidaat", by=halle.ledger.head, at=SEPTEMBER)
        else:
            list_copies.withdraw_copy(copy=asked, by=halle.ledger.clerk, at=SEPTEMBER)
        with pytest.raises((CopyRefusedError, NotOpenError)):
            list_copies.approve_copy(copy=asked, by=halle.ledger.head, at=SEPTEMBER)

    now = halle.fresh(asked)
    assert (now.state, now.job_id, now.file) == ({"refuse": "refused", "withdraw": "withdrawn"}[end], None, "")


WISHES = [
    ({"kind": "party", "made_for": " "}, Refusal.NOBODY_NAMED),
    ({"kind": "president", "station": 9}, Refusal.NO_SUCH_STATION),
    ({"kind": "public", "station": -1}, Refusal.NO_SUCH_STATION),
    ({"kind": "package", "file_format": "csv"}, Refusal.ONLY_PDF),
    ({"kind": "president", "as_of": SEPTEMBER + timedelta(minutes=1)}, Refusal.LATER),
    ({"kind": "president", "as_of": LATER - timedelta(days=30)}, Refusal.BEFORE_FREEZE),
]


@pytest.mark.parametrize(("values", "refusal"), WISHES)
def test_a_refusal_leaves_nothing_behind(halle: CopyTown, values: dict, refusal: Refusal) -> None:
    before = state(halle)
    with pytest.raises(CopyRefusedError) as refused:
        halle.ask(**values)

    assert refused.value.code == refusal
    assert state(halle) == before


@pytest.mark.parametrize(("day", "ended"), [(12, False), (13, False), (14, True)])
def test_after_election_day_a_party_may_no_longer_use_the_list(day: int, ended: bool) -> None:
    today, election_day = date(2024, 10, day), date(2024, 10, 13)

    assert rules.use_has_ended(Kind.PARTY, today=today, election_day=election_day) is ended
    assert not any(rules.use_has_ended(kind, today=today, election_day=election_day) for kind in Kind if kind != Kind.PARTY)


def test_without_a_frozen_list_or_assignment_there_is_no_copy(world: World) -> None:
    election = make_election(world.halle)
    wish = Wish(Kind.PRESIDENT, "pdf", Order.NAME, "nl", None, apart=False, made_for="x")
    for expected in (Refusal.NO_FINAL_LIST, Refusal.NOT_ASSIGNED):
        if expected == Refusal.NOT_ASSIGNED:
            make_list(world, election)
        with tenant(world.halle.pk), pytest.raises(CopyRefusedError) as refused:
            list_copies.request_copy(election=election, wish=wish, by=world.actor(world.alice), at=SEPTEMBER)
        assert refused.value.code == expected

    with tenant(world.halle.pk):
        assert not ListCopy.objects.exists()


def test_copies_are_numbered_and_recorded(halle: CopyTown) -> None:
    made = [halle.make(kind, "csv") for kind in ("public", "governor", "party")]
    with tenant(halle.municipality.pk):
        found = AuditEvent.objects.filter(kind="list_copy.made").order_by("seq")
        events = [event.after or {} for event in found]
        assert AuditEvent.objects.filter(kind="list_copy.requested").count() == 3

    assert [copy.number for copy in made] == [1, 2, 3]
    assert [(event["number"], event["kind"], event["sha256"], event["rows"]) for event in events] == [
        (copy.number, copy.kind, copy.sha256, copy.rows) for copy in made
    ]


def test_a_town_sees_and_prints_nothing_of_another(halle: CopyTown, world: World) -> None:
    made = halle.make("municipality")
    rows = table(content(made))
    with tenant(world.horebeke.pk):
        assert list(ListCopy.objects.all()) == []
        assert not AuditEvent.objects.filter(kind__startswith="list_copy").exists()

    assert len(rows) == 40
    with tenant(world.horebeke.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM voters_listcopy")
        assert cursor.fetchone() == (0,)


def test_who_is_added_and_corrected_later_stands_there_from_that_moment(halle: CopyTown) -> None:
    person = halle.ledger.persons()[9]
    halle.ledger.record(person, a_decision("correct", last_name="Zevenster"), at=SEPTEMBER - timedelta(hours=2))
    before = table(content(halle.make("president", as_of=SEPTEMBER - timedelta(hours=3))))
    after = table(content(halle.make("president")))

    assert "Zevenster" not in {row["last_name"] for row in before}
    assert [row["struck"] for row in after if row["last_name"] == "Zevenster"] == ["0"]
    assert "Zevenster" not in {row["last_name"] for row in table(content(halle.make("public")))}


@pytest.mark.parametrize(("kind", "order"), [("president", "name"), ("president", "street"), ("governor", "street"), ("package", "name")])
def test_a_sign_without_a_letter_is_refused_and_nothing_is_made(halle: CopyTown, kind: str, order: str) -> None:
    person = halle.ledger.persons()[9]
    number = halle.ledger.list_at(SEPTEMBER)[person.pk].list_number
    halle.ledger.record(person, a_decision("correct", last_name="Ωmega"))
    with pytest.raises(ExportRefusedError) as refused:
        halle.make(kind, "pdf", order=order)

    assert [(error["row"], error["value"]) for error in refused.value.errors] == [(str(number), "Ω")]
    with tenant(halle.municipality.pk):
        assert [copy.state for copy in ListCopy.objects.all()] == ["failed"]
        assert not AuditEvent.objects.filter(kind="list_copy.made").exists()
    assert any(row["last_name"] == "Ωmega" for row in table(content(halle.make("president", "csv"))))


def test_a_job_that_runs_twice_makes_one_copy(halle: CopyTown) -> None:
    made = halle.make("public")
    with tenant(halle.municipality.pk):
        job = Job.objects.get(pk=made.job_id or 0)
    run = jobs.JobRun(job.pk, halle.municipality.pk, job.params, halle.ledger.clerk, job.lease_token)  # type: ignore[arg-type]
    before = state(halle)

    assert list_copies.run_copy(run=run, at=SEPTEMBER)["sha256"] == made.sha256
    assert state(halle) == before


def test_old_files_go_and_what_they_were_stays(halle: CopyTown) -> None:
    made = halle.make("public")
    with tenant(halle.municipality.pk):
        ListCopy.objects.filter(pk=made.pk).update(made_at=SEPTEMBER)
        list_copies.forget_old(municipality_id=halle.municipality.pk, at=SEPTEMBER + timedelta(days=8))
    now = halle.fresh(made)

    assert (now.file, now.sha256, now.state) == ("", made.sha256, "made")
    assert not default_storage.exists(made.file)


@pytest.mark.parametrize("apart", [True, False])
def test_minors_stand_apart_where_that_is_asked(halle: CopyTown, apart: bool) -> None:
    found = pages(content(halle.make("municipality", "pdf", apart=apart)))
    rows = table(content(halle.make("municipality", "csv", apart=apart)))
    minors = [row["minor"] for row in rows]

    assert (minors == sorted(minors)) or not apart
    if "1" in minors:
        assert any("16 en 17 jaar" in page for page in found) == apart


@given(st.data())
def test_sections_hold_every_line_once_at_its_station(data: st.DataObject) -> None:
    numbers = sorted(data.draw(st.sets(st.integers(1, 60), min_size=1, max_size=12)))
    stations = sorted(data.draw(st.lists(st.sampled_from(numbers), max_size=60)))
    lines = [
        CopyLine(at, "a", "b", "", "", "", "", "", "", False, (), False, False, "", False, station) for at, station in enumerate(stations)
    ]
    heads = [StationHead(number, "", "", "", 0, 0, 0, 0, 0, 0, 0) for number in numbers]
    found = [(section.head.number, [line.list_number for line in section.lines]) for section in by_station(iter(lines), heads)]

    assert [number for number, _ in found] == numbers
    assert [place for _, places in found for place in places] == list(range(len(lines)))
    assert all(stations[place] == number for number, places in found for place in places)


def test_the_rules_of_the_kinds() -> None:
    secret = {Field.REASON, Field.STRUCK, Field.COMPULSORY, Field.PRESENT, Field.PROXY, Field.ADDED, Field.STATION}

    assert set(KINDS) == set(Kind)
    assert [kind for kind, rule in KINDS.items() if rule.two_persons] == [Kind.PARTY]
    assert not set(KINDS[Kind.PARTY].fields) & (secret | {Field.MINOR, Field.BALLOTS})
    assert not set(KINDS[Kind.PUBLIC].fields) & secret
    assert {kind for kind, rule in KINDS.items() if Field.REASON in rule.fields} == {Kind.STATION, Kind.PRESIDENT, Kind.PACKAGE}
    assert all(rule.certainty in {"H", "M", "L"} and rule.article for rule in KINDS.values())
    assert all((Field.STRUCK in rule.fields) == (rule.changes == Changes.SHOWN) for rule in KINDS.values())


@pytest.mark.parametrize(
    ("rows", "headings", "apart", "expected"),
    [(0, 0, False, 1), (48, 0, False, 1), (49, 0, False, 2), (800, 0, False, 17), (48, 0, True, 2), (47, 1, False, 2)],
)
def test_the_estimate_of_pages(rows: int, headings: int, apart: bool, expected: int) -> None:
    assert rules.pages(rows, headings=headings, apart=apart) == expected


def test_the_estimate_is_what_is_printed(halle: CopyTown) -> None:
    for kind in Kind:
        made = halle.make(kind.value, "pdf")
        with tenant(halle.municipality.pk):
            counts = selectors.counts(extraction=halle.ledger.town.extraction, draft=halle.ledger.town.draft, at=SEPTEMBER)
        assert selectors.estimate(halle.wish(kind.value), counts) == (made.rows, made.pages)
