"""One machine for all of these tests; each takes a municipality of its own on it."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.durability.machine import Machine
from tests.durability.town import Files, Town, make_files, make_town, people

PERSONS = 6_000


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Two registers of one town."""
    return make_files(tmp_path_factory.mktemp("registers"), persons=PERSONS)


@pytest.fixture(scope="session")
def only_machine(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Machine]:
    """Started once, deleted at the end."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    try:
        with django_db_blocker.unblock(), machine.as_ours():
            people()
        yield machine
    finally:
        machine.close()


@pytest.fixture
def machine(only_machine: Machine, django_db_blocker: DjangoDbBlocker) -> Iterator[Machine]:
    """The machine, with this process's Django on it."""
    with django_db_blocker.unblock(), only_machine.as_ours():
        only_machine.until(lambda: only_machine.worker.process is not None, what="a worker")
        yield only_machine


@pytest.fixture(scope="session")
def new_town(files: Files) -> Callable[[], Town]:
    """Another empty municipality at each call."""
    numbers = itertools.count(30001)
    return lambda: make_town(str(next(numbers)), files)


_neighbours: list[Town] = []


@pytest.fixture
def neighbour(machine: Machine, new_town: Callable[[], Town]) -> Iterator[Town]:
    """The same persons in another municipality, undisturbed up to its final list; nothing of it may change meanwhile."""
    if not _neighbours:
        town = new_town()
        for step in (
            town.ask_for_addresses,
            lambda: town.ask_for_check(town.files.first),
            town.ask_for_merge,
            lambda: town.ask_for_check(town.files.second),
            town.ask_for_merge,
            town.ask_for_final,
        ):
            number = step()
            machine.until(town.ended(number), what="an undisturbed job")
            assert town.job(number).state == "done"
        _neighbours.append(town)
    [town] = _neighbours
    before = town.everything(but=set())
    yield town
    assert town.everything(but=set()) == before
