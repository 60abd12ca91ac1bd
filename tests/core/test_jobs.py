"""Long work: claimed once, resumed after a dead worker, stopped when asked, sent again when lost. With real processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from core import audit, jobs
from core.jobs import working
from core.models import Approval, AuditEvent, Job, JobStatistic
from core.tenancy import tenant
from tests.core import job_kinds
from tests.personas import NOW, World, make_world

PATIENCE = 20.0


@pytest.fixture
def town(live_database: str) -> World:
    """The personas, committed."""
    return make_world()


@pytest.fixture(autouse=True)
def sent_messages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Keep messages from the broker; their numbers are what was sent."""
    sent: list[int] = []

    def keep(self: object, kwargs: dict[str, int], **options: object) -> None:
        sent.append(kwargs["job_id"])

    monkeypatch.setattr("celery.app.task.Task.apply_async", keep)
    return sent


def _enqueue(world: World, kind: str, **params: object) -> Job:
    with tenant(world.halle.pk):
        return jobs.enqueue(kind=kind, municipality_id=world.halle.pk, by=world.actor(world.alice), at=timezone.now(), **params)


def _job(world: World, pk: int) -> Job:
    with tenant(world.halle.pk):
        return Job.objects.get(pk=pk)


def _marks(world: World) -> list[str]:
    with tenant(world.halle.pk):
        return list(AuditEvent.objects.filter(kind="test.mark").order_by("seq").values_list("target", flat=True))


def _wait_until(reached) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        time.sleep(0.05)


def _worker(database: str, world: World, job: Job, lease: int = 1) -> subprocess.Popen[bytes]:
    """Run the job in a process of its own, as a worker would."""
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{database}"
    environment = {**os.environ, "DATABASE_URL": url, "JOB_LEASE_SECONDS": str(lease)}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.core.job_kinds", str(job.pk), str(world.halle.pk)], env=environment, start_new_session=True
    )


def test_a_job_runs_to_an_end_that_stands_in_its_row(town: World) -> None:
    job = _enqueue(town, "test.mark", mark="once")

    job_kinds.run("test.mark", job.pk, town.halle.pk)

    done = _job(town, job.pk)
    assert (done.state, done.result, done.attempts, done.lease_until) == ("done", {"mark": "once"}, 1, None)
    assert _marks(town) == ["once"]


def test_a_job_that_ended_is_not_run_again(town: World) -> None:
    job = _enqueue(town, "test.mark", mark="once")
    job_kinds.run("test.mark", job.pk, town.halle.pk)

    job_kinds.run("test.mark", job.pk, town.halle.pk)

    assert _marks(town) == ["once"]
    assert _job(town, job.pk).attempts == 1


def test_a_job_of_another_municipality_cannot_be_claimed(town: World) -> None:
    job = _enqueue(town, "test.mark", mark="once")

    job_kinds.run("test.mark", job.pk, town.horebeke.pk)

    assert _job(town, job.pk).state == "queued"
    assert _marks(town) == []


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_leaves_the_job_to_the_next_one(town: World, live_database: str, sent_messages: list[int]) -> None:
    job = _enqueue(town, "test.wait_then_mark", seconds=60)
    worker = _worker(live_database, town, job)
    _wait_until(lambda: _job(town, job.pk).stage == "waiting")

    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()

    assert _marks(town) == []
    _wait_until(lambda: jobs.recover(municipality_id=town.halle.pk, at=timezone.now()) == 1)
    with tenant(town.halle.pk):
        Job.objects.filter(pk=job.pk).update(params={"seconds": 0})
    job_kinds.run("test.wait_then_mark", job.pk, town.halle.pk)
    ended = _job(town, job.pk)
    assert (ended.state, ended.attempts) == ("done", 2)
    assert _marks(town) == ["waited"]
    assert sent_messages == [job.pk, job.pk]


@pytest.mark.slow
def test_of_two_workers_one_runs_the_job(town: World, live_database: str) -> None:
    job = _enqueue(town, "test.wait_then_mark", seconds=1)

    workers = [_worker(live_database, town, job, lease=30) for _ in range(2)]

    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    assert _marks(town) == ["waited"]
    assert _job(town, job.pk).attempts == 1


@pytest.mark.slow
def test_a_long_statement_stops_when_somebody_asks(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "HEARTBEAT_SECONDS", 0.1)
    job = _enqueue(town, "test.sleep_in_database", seconds=60)
    started = time.monotonic()
    runner = threading.Thread(target=_run_and_close, args=("test.sleep_in_database", job.pk, town.halle.pk))
    runner.start()
    _wait_until(lambda: _job(town, job.pk).stage == "sleeping")

    assert jobs.request_cancel(municipality_id=town.halle.pk, job_id=job.pk, by=town.actor(town.alice), at=timezone.now())

    runner.join(PATIENCE)
    ended = _job(town, job.pk)
    assert ended.state == "cancelled"
    assert time.monotonic() - started < PATIENCE
    assert _marks(town) == ["ended:cancelled"]


def _run_and_close(kind: str, job_id: int, municipality_id: int) -> None:
    try:
        job_kinds.run(kind, job_id, municipality_id)
    finally:
        connections.close_all()


def test_a_waiting_job_is_cancelled_at_once_and_its_kind_told(town: World) -> None:
    job = _enqueue(town, "test.sleep_in_database", seconds=60)

    assert jobs.request_cancel(municipality_id=town.halle.pk, job_id=job.pk, by=town.actor(town.alice), at=NOW)

    assert _job(town, job.pk).state == "cancelled"
    assert _marks(town) == ["ended:cancelled"]
    job_kinds.run("test.sleep_in_database", job.pk, town.halle.pk)
    assert _job(town, job.pk).attempts == 0


def test_what_has_ended_cannot_be_cancelled(town: World) -> None:
    job = _enqueue(town, "test.mark", mark="once")
    job_kinds.run("test.mark", job.pk, town.halle.pk)

    assert not jobs.request_cancel(municipality_id=town.halle.pk, job_id=job.pk, by=town.actor(town.alice), at=NOW)

    with tenant(town.halle.pk):
        assert AuditEvent.objects.filter(kind="job.cancel_requested").count() == 0


def test_a_refusal_ends_the_job_with_its_reason_and_is_not_retried(town: World) -> None:
    job = _enqueue(town, "test.refuse")

    job_kinds.run("test.refuse", job.pk, town.halle.pk)

    ended = _job(town, job.pk)
    assert (ended.state, ended.error, ended.result) == ("failed", "no such street", {"errors": [{"row": 7}], "streets": 0})
    assert _marks(town) == ["ended:failed"]


def test_a_command_hears_a_refusal(town: World) -> None:
    with pytest.raises(job_kinds.NoSuchStreetError), jobs.inline():
        _enqueue(town, "test.refuse")

    with tenant(town.halle.pk):
        assert Job.objects.get(kind="test.refuse").state == "failed"


def test_a_command_that_is_interrupted_leaves_nothing_to_a_worker(town: World) -> None:
    with pytest.raises(KeyboardInterrupt), jobs.inline():
        _enqueue(town, "test.interrupt")

    with tenant(town.halle.pk):
        assert Job.objects.get(kind="test.interrupt").state == "cancelled"
    assert jobs.recover(municipality_id=town.halle.pk, at=timezone.now() + timedelta(hours=1)) == 0


def test_an_error_of_ours_says_its_class_only(town: World) -> None:
    job = _enqueue(town, "test.fail", number="93.05.18-223.61")

    job_kinds.run("test.fail", job.pk, town.halle.pk)

    ended = _job(town, job.pk)
    assert (ended.state, ended.error, ended.message) == ("failed", "internal:ZeroDivisionError", "")


def test_a_lost_message_is_sent_again_but_not_at_every_look(town: World, sent_messages: list[int]) -> None:
    job = _enqueue(town, "test.mark", mark="once")
    now = _job(town, job.pk).created_at

    looks = [jobs.recover(municipality_id=town.halle.pk, at=now + timedelta(seconds=seconds)) for seconds in (5, 60, 119, 200)]

    assert looks == [0, 0, 0, 1]
    assert sent_messages == [job.pk, job.pk]


def test_a_broker_that_is_down_loses_no_job(town: World, monkeypatch: pytest.MonkeyPatch, sent_messages: list[int]) -> None:
    def refuse(self: object, **options: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr("celery.app.task.Task.apply_async", refuse)
        job = _enqueue(town, "test.mark", mark="once")
    assert _job(town, job.pk).sent_at is None

    sent = jobs.recover(municipality_id=town.halle.pk, at=timezone.now() + timedelta(seconds=11))

    assert sent == 1
    assert sent_messages == [job.pk]
    assert _job(town, job.pk).sent_at is not None


def test_a_job_that_dies_every_time_is_given_up_and_its_kind_told(town: World) -> None:
    job = _enqueue(town, "test.sleep_in_database", seconds=0)
    with tenant(town.halle.pk):
        Job.objects.filter(pk=job.pk).update(state="running", attempts=jobs.MAX_ATTEMPTS, lease_until=NOW, started_at=NOW)

    job_kinds.run("test.sleep_in_database", job.pk, town.halle.pk)
    sent = jobs.recover(municipality_id=town.halle.pk, at=timezone.now())

    ended = _job(town, job.pk)
    assert (sent, ended.state, ended.error) == (0, "failed", "interrupted")
    assert _marks(town) == ["ended:failed"]


def test_a_worker_whose_lease_passed_cannot_write_its_result(town: World) -> None:
    job = _enqueue(town, "test.lose_lease_then_mark")

    job_kinds.run("test.lose_lease_then_mark", job.pk, town.halle.pk)

    assert _marks(town) == []
    assert _job(town, job.pk).state == "running"


def test_a_connection_lost_in_the_middle_leaves_the_job_to_be_taken_up(town: World) -> None:
    job = _enqueue(town, "test.lose_connection")

    job_kinds.run("test.lose_connection", job.pk, town.halle.pk)

    interrupted = _job(town, job.pk)
    assert interrupted.state == "running"
    assert interrupted.lease_until is not None


def test_an_unknown_kind_fails_where_it_is_asked_for(town: World) -> None:
    with pytest.raises(KeyError):
        _enqueue(town, "test.unknown")

    with tenant(town.halle.pk):
        assert Job.objects.count() == 0


def _ask(world: World, **options: Any) -> Job:
    by, place = options.pop("by", None) or world.actor(world.alice), options.pop("place", world.halle)
    asked = {"mark": options.pop("mark", "once")}
    with tenant(place.pk):
        return jobs.enqueue_once(kind="test.mark", municipality_id=place.pk, by=by, at=timezone.now(), asked=asked, **options)


def test_what_is_asked_twice_is_done_once_until_it_has_ended(town: World) -> None:
    told: list[str] = []

    def besides() -> dict[str, Any]:
        told.append("asked")
        return {"file": f"file-{len(told)}"}

    first = _ask(town, besides=besides)

    assert _ask(town, besides=besides) == _ask(town, by=town.actor(town.henk), besides=besides) == first
    assert (_job(town, first.pk).params, told) == ({"mark": "once", "file": "file-1"}, ["asked"])
    assert len({first, _ask(town, mark="another"), _ask(town, place=town.horebeke)}) == 3
    job_kinds.run("test.mark", first.pk, town.halle.pk)
    second = _ask(town, besides=besides)
    assert second != first
    assert jobs.request_cancel(municipality_id=town.halle.pk, job_id=second.pk, by=town.actor(town.alice), at=NOW)
    assert len({first, second, _ask(town)}) == 3


def test_the_same_of_two_persons_is_two_jobs_where_each_has_their_own(town: World) -> None:
    first = _ask(town, each_their_own=True)

    assert _ask(town, each_their_own=True) == first
    assert _ask(town, each_their_own=True, by=town.actor(town.henk)) != first


def test_of_two_requests_at_once_the_second_finds_the_job_of_the_first(town: World) -> None:
    def ask_and_close() -> tuple[Job, Job]:
        try:
            return _ask(town, place=town.horebeke), _ask(town)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with tenant(town.halle.pk):
            first = _ask(town)
            second = pool.submit(ask_and_close)
            _wait_until(lambda: second.done() or _somebody_waits())  # the first has not committed yet
            assert not second.done()
        theirs, ours = second.result()

    assert (theirs.municipality_id, ours) == (town.horebeke.pk, first)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        return bool(cursor.fetchone()[0])


def test_a_job_whose_request_is_undone_is_never_sent(town: World, sent_messages: list[int]) -> None:
    with transaction.atomic():
        _enqueue(town, "test.mark", mark="once")
        transaction.set_rollback(True)

    assert sent_messages == []
    with tenant(town.halle.pk):
        assert Job.objects.count() == 0


def test_the_trail_keeps_who_asked_and_as_what(town: World) -> None:
    job = _enqueue(town, "test.mark", mark="once")

    job_kinds.run("test.mark", job.pk, town.halle.pk)

    with tenant(town.halle.pk):
        event = AuditEvent.objects.get(kind="test.mark")
    assert (event.actor_id, event.role, event.address) == (town.alice.pk, "clerk", "worker")


def test_ended_jobs_are_counted_by_kind_and_state(town: World) -> None:
    for kind in ("test.mark", "test.mark", "test.refuse"):
        job = _enqueue(town, kind, mark="once")
        job_kinds.run(kind, job.pk, town.halle.pk)

    counted = {(row.kind, row.state): (row.jobs, row.timed, row.buckets[-1]) for row in JobStatistic.objects.all()}
    assert counted == {("test.mark", "done"): (2, 2, 2), ("test.refuse", "failed"): (1, 1, 1)}


def test_the_heartbeat_carries_progress_out_while_the_work_is_in_one_transaction(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "HEARTBEAT_SECONDS", 0.1)
    job = _enqueue(town, "test.count_in_one_transaction")
    runner = threading.Thread(target=_run_and_close, args=("test.count_in_one_transaction", job.pk, town.halle.pk))
    runner.start()

    _wait_until(lambda: (_job(town, job.pk).done, _job(town, job.pk).total) == (3, 10))

    runner.join(PATIENCE)
    assert _job(town, job.pk).done == 10


def test_one_connection_sees_nothing_of_the_other_municipality(town: World) -> None:
    _enqueue(town, "test.mark", mark="once")

    with tenant(town.horebeke.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_job")

        assert cursor.fetchone() == (0,)
    assert Job.objects.count() == 0
    with tenant(town.halle.pk):
        assert audit.verify(municipality_id=town.halle.pk) == []
        assert Approval.objects.count() == 0
