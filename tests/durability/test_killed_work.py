"""kill -9 in the middle of long work: before the restart nothing of it shows, after the restart it is done, once.

One municipality goes the whole way from its second register file to its frozen list, and is struck at every step.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from celery import current_app
from kombu.transport.redis import Channel

from core import jobs
from core.models import Job
from tests.durability.machine import Machine
from tests.durability.stall import Stall
from tests.durability.town import Files, Town, line_of_a_change, number_of_an_arrival, persons_in, persons_of
from voters.models import RegisterImport

pytestmark = [pytest.mark.durability, pytest.mark.slow, pytest.mark.xdist_group("durability")]
Strike = Callable[[Machine], AbstractContextManager[None]]


@contextmanager
def _kill_worker(machine: Machine) -> Iterator[None]:
    machine.kill(machine.worker)
    yield


@contextmanager
def _kill_database(machine: Machine) -> Iterator[None]:
    # Asleep, the worker takes nothing up again before we have looked at what the database knows after its recovery.
    with machine.worker_asleep():
        machine.kill_database()
        machine.until(machine.services.pids_are_alive, what="a database")
        yield


STRIKES = {"worker": _kill_worker, "database": _kill_database}


@pytest.fixture
def town(machine: Machine, new_town: Callable[[], Town], neighbour: Town, files: Files) -> Town:
    """A municipality with addresses and its first register."""
    town = new_town()
    for step in (town.ask_for_addresses, lambda: town.ask_for_check(files.first), town.ask_for_merge):
        number = step()
        machine.until(town.ended(number), what="a job before the first blow")
        assert town.job(number).state == "done"
    return town


class Blow:
    """Ask for work, stop it at a place, strike, look, let it be done again, and look again."""

    def __init__(self, machine: Machine, town: Town, strike: Strike, *, midway: bool) -> None:
        self.machine, self.town, self.strike, self.midway = machine, town, strike, midway

    def __call__(self, ask: Callable[[], int], stall_at_row: Callable[[Stall], None]) -> None:
        machine, town = self.machine, self.town
        with Stall(machine, town) as stall:
            with machine.worker_asleep():
                number = ask()
                before = town.everything()
                if self.midway:
                    stall_at_row(stall)
                else:
                    stall.at_trail()
            stall.reached()
            with self.strike(machine):
                assert town.everything() == before
                assert town.job(number).state == "running"
        machine.until(town.ended(number), what="the work done again")
        job = town.job(number)
        assert (job.state, job.error, job.attempts) == ("done", "", 2)
        self._is_done_once(number)

    def _is_done_once(self, number: int) -> None:
        """A message that comes twice, late or from nowhere finds nothing to do."""
        after = self.town.everything()
        job = self.town.job(number)
        jobs.send(current_app.tasks[job.kind], number, self.town.pk)
        self.machine.until(_queue_is_empty(self.machine), what="the second message taken up")
        assert self.town.everything() == after
        again = self.town.job(number)
        assert (again.attempts, again.finished_at, again.result) == (job.attempts, job.finished_at, job.result)


def _queue_is_empty(machine: Machine) -> Callable[[], bool]:
    def empty() -> bool:
        with current_app.connection_for_read() as connection:
            channel = connection.default_channel
            assert isinstance(channel, Channel)
            waiting: int = channel.client.llen("bulk")
            return waiting == 0

    return empty


@pytest.mark.parametrize("place", ["midway", "before_commit"])
@pytest.mark.parametrize("victim", STRIKES)
def test_killed_work_shows_nothing_and_is_then_done_once(
    machine: Machine, town: Town, neighbour: Town, files: Files, victim: str, place: str
) -> None:
    blow = Blow(machine, town, STRIKES[victim], midway=place == "midway")

    # The check, with its staging.
    blow(
        lambda: town.ask_for_check(files.second),
        lambda stall: stall.at_row(
            "voters_registerstaging",
            register_import_id=town.last_import().pk,
            row=line_of_a_change(files),
            change="changed",
            changed_fields="",
        ),
    )
    checked = town.last_import()
    assert checked.state == RegisterImport.State.COMPARED
    assert _figures(checked) == _figures(neighbour.last_import())
    assert persons_in(town) == persons_of(files.first)

    # The merge.
    blow(town.ask_for_merge, lambda stall: stall.at_row("voters_person", id=10**12, national_number=number_of_an_arrival(files)))
    assert town.last_import().state == RegisterImport.State.MERGED
    assert persons_in(town) == persons_of(files.second)
    assert town.register() == neighbour.register()
    assert town.events("register_import.merged") == 2  # the first file, and this one
    assert town.stored_files(machine.folder / "files") == []

    # The final extraction.
    voters = neighbour.final().counts["voters"]
    blow(town.ask_for_final, lambda stall: stall.at_table("voters_entry"))
    final = town.final()
    assert (final.state, final.sha256) == ("done", neighbour.final().sha256)
    assert town.lists() == neighbour.lists()
    _list_is_whole_and_frozen(machine, town, voters)
    assert town.events("extraction.frozen") == 1
    assert [job.attempts for job in _jobs(town)] == [1, 1, 1, 2, 2, 2]


def _figures(checked: RegisterImport) -> dict[str, object]:
    return {name: value for name, value in checked.counts.items() if name != "seconds"}


def _jobs(town: Town) -> list[Job]:
    numbers = town.rows("SELECT id FROM core_job WHERE municipality_id = %(place)s ORDER BY id")
    return [town.job(number) for (number,) in numbers]


def _list_is_whole_and_frozen(machine: Machine, town: Town, voters: int) -> None:
    whole = (
        "SELECT count(*), count(DISTINCT person_id), min(list_number), max(list_number) FROM voters_entry WHERE municipality_id = %(place)s"
    )
    assert town.rows(whole) == [(voters, voters, 1, voters)]
    assert town.final().frozen_at is not None
    with machine.owner() as owner:
        owner.execute("SELECT set_config('app.municipality', %s, true)", [str(town.pk)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="frozen"):
            owner.execute("DELETE FROM voters_entry WHERE municipality_id = %s AND list_number = 1", [town.pk])
