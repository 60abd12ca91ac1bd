"""The harness: a database migrated by its owner and used as the application's role, one a worker, copied from a template.

The template is named by the hash of the migrations, so that a second run need not migrate. ``db`` (from pytest-django)
rolls back; ``live_database`` commits and gives a fresh copy to the next test.
"""

import inspect
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.template import Node, Variable, engines
from django.template.base import FilterExpression
from psycopg import connect

from core import pages
from core.models import AuditEvent
from tests.databases import copy_template, drop, make_template, point_to, server_connection, template_name
from tests.personas import World, make_world

if TYPE_CHECKING:
    from django.template.backends.django import DjangoTemplates

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any) -> Iterator[str]:
    """Give this worker its own copy of the migrated database, seen by the application's role."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    template, name = template_name(), f"test_electionadmin_{os.getpid()}_{worker}"
    with django_db_blocker.unblock(), server_connection() as server:
        make_template(server, template)
        copy_template(server, template, name)
        point_to(name)
        yield name
        point_to("postgres")
        drop(server, name)


@pytest.fixture
def live_database(django_db_setup: str, django_db_blocker: Any) -> Iterator[str]:
    """A database in which this test really commits (workers, kill -9, several connections); replaced by a fresh one after it."""
    with django_db_blocker.unblock():
        yield django_db_setup
        for alias in connections:
            connections[alias].close()
        with server_connection() as server:
            copy_template(server, template_name(), django_db_setup)


@pytest.fixture
def owner_connection(django_db_setup: str) -> Iterator[object]:
    """The tables' owner, as somebody with the database's own password would come in; commits at once."""
    owner = settings.DATABASES["owner"]
    with connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname=django_db_setup, autocommit=True
    ) as connection:
        yield connection


class _UndefinedVariable:
    """Stands for a variable that a template of ours names and nobody gives: an error here, a silent blank for the user."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: Variable) -> str:
        frame = inspect.currentframe()
        while frame is not None:
            node = frame.f_locals.get("self")
            if isinstance(node, FilterExpression) and any(function.__name__ == "default" for function, _ in node.filters):
                return ""  # the template itself says that it may be absent
            if isinstance(node, Node) and hasattr(node, "origin"):
                file = Path(str(node.origin.name))
                if file.is_relative_to(TEMPLATES):
                    line = node.token.lineno if node.token else 0
                    raise UndefinedVariableError(f"{variable} in {file.relative_to(TEMPLATES)}, line {line}")
                break
            frame = frame.f_back
        return ""


class UndefinedVariableError(AssertionError):
    """A template names a variable that is not there."""


@pytest.fixture(autouse=True)
def _known_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event that any test causes has words on the screen: its kind, also one whose name is put together, and each of its fields."""
    save = AuditEvent.save

    def checked(event: AuditEvent, **options: Any) -> None:
        if not event.kind.startswith("test."):
            if event.kind not in pages.EVENTS:
                raise UnknownEventError(f"{event.kind}: add it to electionadmin/event_labels.py and docs/operations/audit.md")
            unknown = sorted({name for side in (event.before, event.after) for name in _field_names(side)} - set(pages.FIELDS))
            if unknown:
                raise UnknownEventError(f"{', '.join(unknown)} of {event.kind}: add it to FIELDS in electionadmin/event_fields.py")
        save(event, **options)

    monkeypatch.setattr(AuditEvent, "save", checked)


def _field_names(value: Any) -> Iterator[str]:
    """The names in the details of an event that the trail shows as names; a number or what a supplier calls a column is none of ours."""
    if isinstance(value, dict):
        for name, part in value.items():
            if re.fullmatch("[a-z][a-z0-9_]*", name):
                yield name
            yield from _field_names(part)


class UnknownEventError(AssertionError):
    """A kind of audit event, or a field of one, without words for the screen."""


@pytest.fixture(autouse=True)
def _strict(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fast passwords, static files without a manifest, nothing kept from another test, and no undefined variable in a template of ours."""
    caches["maps"].clear()  # a copy of a database has the numbers of another
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # looks for nothing on disk: static files are gathered only to be served
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    monkeypatch.setattr(cast("DjangoTemplates", engines["django"]).engine, "string_if_invalid", _UndefinedVariable())


@pytest.fixture
def world(db: None) -> World:
    """The personas and their two municipalities."""
    return make_world()
