"""Numbers are taken one after the other, by one worker at a time, and none comes back before it has rested."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core.models import AuditEvent
from core.tenancy import tenant
from delivery import services
from delivery.bpost.mail_id import MailIdBlock
from delivery.models import BpostSettings, MailIdAllocation, MailIdRange
from delivery.rules import BpostValues, settings_problems
from municipalities.models import Municipality
from tests.personas import NOW, World, make_world

VALUES = BpostValues("40312", "77120", "", "00721", 7, 100, 199)
OTHERS = BpostValues("40999", "77999", "", "00999", 7, 100, 199)
REST = services.REST


def _save(world: World, values: BpostValues = VALUES, municipality: Municipality | None = None, *, at: datetime = NOW) -> None:
    municipality = municipality or world.halle
    by = world.actor(world.hilde if municipality == world.horebeke else world.henk)
    services.save_bpost_settings(municipality=municipality, values=values, by=by, at=at)


def _take(world: World, count: int, municipality: Municipality | None = None, *, at: datetime = NOW) -> MailIdBlock:
    municipality = municipality or world.halle
    by = world.actor(world.charlie if municipality == world.horebeke else world.alice)
    return services.take_mail_ids(municipality_id=municipality.pk, count=count, purpose="print run 1", by=by, at=at)


def _ends(block: MailIdBlock) -> tuple[int, int]:
    return block.first, block.last


def _state(municipality: Municipality) -> tuple[int, list[int], list[str]]:
    """Numbers taken, where each range stands, and the events."""
    with tenant(municipality.pk):
        return (
            MailIdAllocation.objects.count(),
            list(MailIdRange.objects.order_by("pk").values_list("next_number", flat=True)),
            list(
                AuditEvent.objects.filter(kind__in=["mail_ids.taken", "bpost.settings_changed"])
                .order_by("seq")
                .values_list("kind", flat=True)
            ),
        )


@pytest.fixture
def both(world: World) -> World:
    """Both municipalities, each with a customer number of its own and the same piece numbers."""
    _save(world)
    _save(world, OTHERS, world.horebeke)
    return world


def test_numbers_are_consecutive_and_go_on_where_they_stopped(both: World) -> None:
    first, second = _take(both, 3), _take(both, 2)

    assert list(first) == ["10007210000100", "10007210000101", "10007210000102"]
    assert list(second) == ["10007210000103", "10007210000104"]
    assert list(_take(both, 1, both.horebeke)) == ["10009990000100"]


def test_taking_is_an_event_that_says_which(both: World) -> None:
    _take(both, 3)

    with tenant(both.halle.pk):
        event = AuditEvent.objects.get(kind="mail_ids.taken")
        opened = MailIdRange.objects.get()
    assert event.after == {"count": 3, "first_number": 100, "last_number": 102, "what": "print run 1"}
    assert event.target == f"mail_id_range:{opened.pk}"
    with tenant(both.horebeke.pk):
        assert not AuditEvent.objects.filter(kind="mail_ids.taken").exists()


@pytest.mark.parametrize("count", [0, -1])
def test_less_than_one_number_is_none(both: World, count: int) -> None:
    before = _state(both.halle)

    with pytest.raises(ValueError, match="cannot be taken"):
        _take(both, count)

    assert _state(both.halle) == before


def test_without_a_range_or_with_too_short_a_one_nothing_is_taken(both: World) -> None:
    with pytest.raises(services.NoMailIdRangeError):
        _take(both, 101)
    _save(both, BpostValues("40312", "77120"))
    before = _state(both.halle)
    with pytest.raises(services.NoMailIdRangeError):
        _take(both, 1)

    assert _state(both.halle) == before
    assert before[0] == 0


def test_at_the_end_it_goes_on_from_the_beginning_once_the_numbers_have_rested(both: World) -> None:
    assert _ends(_take(both, 90)) == (100, 189)
    before = _state(both.halle)

    for soon in (NOW, NOW + timedelta(days=30), NOW + REST - timedelta(seconds=1)):
        with pytest.raises(services.MailIdsRestingError):
            _take(both, 20, at=soon)

    assert _state(both.halle) == before
    assert timedelta(days=30) <= REST
    assert _ends(_take(both, 20, at=NOW + REST)) == (100, 119)


def test_what_is_left_at_the_end_is_used_before_it_goes_on_from_the_beginning(both: World) -> None:
    _take(both, 90)

    assert _ends(_take(both, 10, at=NOW + timedelta(days=1))) == (190, 199)
    with pytest.raises(services.MailIdsRestingError):
        _take(both, 1, at=NOW + timedelta(days=1))
    assert _ends(_take(both, 100, at=NOW + timedelta(days=1) + REST)) == (100, 199)


def test_two_municipalities_under_one_customer_number_never_use_the_same(both: World) -> None:
    _save(both, VALUES, both.horebeke)
    _take(both, 5)
    before = _state(both.horebeke)

    with pytest.raises(services.MailIdsRestingError):
        _take(both, 1, both.horebeke)
    assert _state(both.horebeke) == before

    _save(both, BpostValues("40312", "77120", "", "00721", 7, 200, 299), both.horebeke)
    assert _ends(_take(both, 1, both.horebeke)) == (200, 200)


def test_a_length_of_its_own_is_a_number_of_its_own(both: World) -> None:
    _take(both, 5)
    _save(both, BpostValues("40312", "77120", "", "00721", 9, 100, 199))

    assert next(iter(_take(both, 1))) == "1100721000000100"


def test_a_range_made_anew_goes_on_after_what_was_taken_in_it(both: World) -> None:
    _take(both, 5)
    _save(both, BpostValues("40312", "77120", "", "00721", 7, 50, 199), at=NOW + timedelta(hours=1))

    with tenant(both.halle.pk):
        closed, opened = MailIdRange.objects.order_by("pk")
    assert (closed.closed_by_name, closed.closed_at) == ("Henk Test", NOW + timedelta(hours=1))
    assert (opened.next_number, opened.closed_at) == (105, None)
    assert _ends(_take(both, 1)) == (105, 105)


def test_settings_that_stay_as_they_are_are_no_event_and_keep_the_range(both: World) -> None:
    _take(both, 5)
    before = _state(both.halle)

    _save(both)
    _save(both, BpostValues("40312", "77121", "", "00721", 7, 100, 199))

    assert _state(both.halle) == (1, [105], [*before[2], "bpost.settings_changed"])
    with tenant(both.halle.pk):
        event = AuditEvent.objects.filter(kind="bpost.settings_changed").latest("seq")
        assert BpostSettings.objects.get().account_id == "77121"
    assert event.before is not None
    assert event.after is not None
    assert {name for name in event.after if event.after[name] != event.before[name]} == {"account_id"}
    with tenant(both.horebeke.pk):
        assert BpostSettings.objects.get().account_id == "77999"


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        (
            BpostValues("", "", "x"),
            [("prs_id", "number"), ("account_id", "number"), ("customer_id", "number"), ("customer_id", "other_customer")],
        ),
        (BpostValues("012", "123456789"), [("prs_id", "number"), ("account_id", "number")]),
        (BpostValues("12", "1", "13"), [("customer_id", "other_customer")]),
        (BpostValues("12", "1", "12", "721"), [("barcode_customer_id", "five_figures")]),
        (BpostValues("12", "1", "", "00721", 8), [("piece_digits", "length")]),
        (BpostValues("12", "1", "", "00721", 7, 10**7), [("first_number", "fits"), ("last_number", "fits")]),
        (BpostValues("12", "1", "", "00721", 7, 5, 4), [("last_number", "fits")]),
        (BpostValues("12", "1", "", "00721", 7, 5, 10**7), [("last_number", "fits")]),
    ],
)
def test_settings_that_cannot_be_change_nothing(both: World, values: BpostValues, problems: list[tuple[str, str]]) -> None:
    before = _state(both.halle)

    with pytest.raises(services.BpostSettingsRefusedError) as refused:
        _save(both, values)

    assert refused.value.problems == problems == list(settings_problems(values))
    assert _state(both.halle) == before


def test_the_database_itself_refuses_numbers_that_have_not_rested(both: World) -> None:
    taken = _take(both, 5)

    with tenant(both.halle.pk):
        row = MailIdAllocation.objects.get()
        row.pk, row.first_number, row.last_number, row.taken_at = None, taken.last, taken.last + 3, NOW + timedelta(days=29)
        row.rests_until = NOW + timedelta(days=60)
        with pytest.raises(IntegrityError, match="mail_ids_rest"), transaction.atomic():
            row.save(force_insert=True)


@pytest.fixture
def live(live_database: str) -> Iterator[World]:
    """Two workers see each other's numbers only once they are committed."""
    with transaction.atomic():
        world = make_world()
        _save(world, BpostValues("40312", "77120", "", "00721", 9))
    yield world
    connection.close()


def test_two_workers_at_once_never_get_the_same_number(live: World) -> None:
    by, together = live.actor(live.alice), threading.Barrier(2)

    def work(count: int) -> list[int]:
        together.wait()
        try:
            blocks = [
                services.take_mail_ids(municipality_id=live.halle.pk, count=count, purpose="print run 1", by=by, at=NOW) for _ in range(15)
            ]
        finally:
            connection.close()
        return [number for block in blocks for number in range(block.first, block.last + 1)]

    with ThreadPoolExecutor(2) as workers:
        odd, even = workers.map(work, [3, 7])

    assert len(odd) == 45
    assert len(even) == 105
    assert sorted(odd + even) == list(range(150))


def test_a_second_worker_waits_until_the_first_has_committed_or_given_up(live: World) -> None:
    by, started = live.actor(live.alice), threading.Event()

    def work() -> tuple[int, int]:
        started.set()
        try:
            return _ends(services.take_mail_ids(municipality_id=live.halle.pk, count=4, purpose="print run 2", by=by, at=NOW))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as workers:
        with transaction.atomic():
            first = _take(live, 10)
            waiting = workers.submit(work)
            started.wait()
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            transaction.set_rollback(True)
        after_the_first_gave_up = waiting.result(timeout=10)

    assert _ends(first) == (0, 9)
    assert after_the_first_gave_up == (0, 3)
