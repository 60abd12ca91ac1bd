"""What the programs read from their environment."""

import pytest

from electionadmin.launcher import preparation
from electionadmin.launcher.services import Addresses

EMBEDDED = Addresses("postgresql://app:a@127.0.0.1:1/e", "postgresql://owner:o@127.0.0.1:1/e", "redis://:v@127.0.0.1:2/0")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))


def test_embedded_servers_are_used_when_nothing_is_said():
    environment = preparation.environment(EMBEDDED)

    assert preparation.needs_services()
    assert {name: environment[name] for name in EMBEDDED.environment} == EMBEDDED.environment


def test_own_database_comes_without_the_embedded_owner(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/e")

    environment = preparation.environment(EMBEDDED)

    assert environment["DATABASE_URL"] == "postgresql://app@db/e"
    assert "OWNER_DATABASE_URL" not in environment
    assert environment["REDIS_URL"] == EMBEDDED.redis_url


def test_no_server_is_started_when_both_are_ones_own(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/e")
    monkeypatch.setenv("REDIS_URL", "redis://cache/0")

    assert not preparation.needs_services()


def test_secret_key_is_made_once_and_kept_private(tmp_path):
    first = preparation.environment(EMBEDDED)["SECRET_KEY"]

    assert preparation.environment(EMBEDDED)["SECRET_KEY"] == first
    assert len(first) > 50
    assert (tmp_path / "secret-key.json").stat().st_mode & 0o777 == 0o600


def test_what_the_environment_says_wins(monkeypatch):
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("SECRET_KEY", "of my own")

    environment = preparation.environment(EMBEDDED, DEMO="1")

    assert environment["DEMO"] == "0"
    assert environment["SECRET_KEY"] == "of my own"
