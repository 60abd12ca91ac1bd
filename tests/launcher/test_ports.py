"""Choosing ports on the loopback address."""

import socket

import pytest

from electionadmin.launcher import ports


@pytest.fixture
def listening_port():
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


def test_taken_port_is_not_free(listening_port):
    assert not ports.is_free(listening_port)


def test_former_port_is_taken_again_when_free():
    former = ports.choose()

    assert ports.choose(former) == former


def test_former_port_that_another_program_has_is_left(listening_port):
    chosen = ports.choose(listening_port)

    assert chosen != listening_port
    assert ports.is_free(chosen)


def test_port_of_the_other_server_is_left():
    other = ports.choose()

    assert ports.choose(other, taken=[other]) != other
