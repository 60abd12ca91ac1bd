"""Nothing of a person reaches a log line or an error page: not through an exception, a database error or an address."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog
from django.db import IntegrityError, connection
from django.test import Client

from electionadmin import logs
from tests.personas import World, sign_in

NUMBER = "93051822361"
WRITTEN = ("93051822361", "93.05.18-223.61", "93.05.18 223.61", "930518-22361")
SECRETS = (*WRITTEN, "Vandenbroucke")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What would stand in the log, as the configuration of production writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured = {key: value for key, value in logs.LOGGING_CONFIGURATION["formatters"]["json"].items() if key != "()"}
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**configured))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def _assert_clean(lines: io.StringIO) -> None:
    text = lines.getvalue()
    assert text, "nothing was logged at all"
    assert [secret for secret in SECRETS if secret in text] == []
    for line in text.splitlines():
        json.loads(line)


def test_an_exception_keeps_its_class_and_its_stack_only(lines: io.StringIO) -> None:
    def look_up() -> None:
        try:
            dict[str, str]()["Vandenbroucke"]
        except KeyError as error:
            raise ValueError(f"no voter {NUMBER}") from error

    try:
        look_up()
    except ValueError:
        structlog.get_logger("test").exception("it_failed")
        logging.getLogger("library").exception("a library says %s", ValueError("Vandenbroucke"))

    _assert_clean(lines)
    assert "KeyError" in lines.getvalue()
    assert "test_logs.py" in lines.getvalue()


def test_an_error_of_the_database_that_quotes_a_row_is_not_repeated(lines: io.StringIO, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE secret (number text PRIMARY KEY) ON COMMIT DROP")
        cursor.execute("INSERT INTO secret VALUES ('Vandenbroucke')")
        try:
            cursor.execute("INSERT INTO secret VALUES ('Vandenbroucke')")
        except IntegrityError:
            structlog.get_logger("test").exception("it_failed")

    _assert_clean(lines)


@pytest.mark.parametrize("written", WRITTEN)
def test_whatever_looks_like_a_national_number_is_struck(lines: io.StringIO, written: str) -> None:
    structlog.get_logger("test").warning("seen", where={"deep": [f"x {written} y"]}, plain=written)
    logging.getLogger("library").warning("a library says %s", written)

    _assert_clean(lines)


def test_what_celery_says_of_a_task_is_left_out(lines: io.StringIO) -> None:
    said = {
        "name": "voters.merge",
        "id": "1",
        "description": "raised",
        "exc": "Vandenbroucke",
        "args": f"['{NUMBER}']",
        "kwargs": "Vandenbroucke",
    }
    logging.getLogger("celery.app.trace").error("Task %(name)s[%(id)s] %(description)s: %(exc)s %(args)s %(kwargs)s", said)

    _assert_clean(lines)
    assert "voters.merge" in lines.getvalue()


def test_the_query_of_an_address_is_left_out(lines: io.StringIO) -> None:
    logging.getLogger("django.server").warning('"GET /23027/persons/?q=Vandenbroucke HTTP/1.1" 500 12')

    _assert_clean(lines)
    assert "/23027/persons/" in lines.getvalue()


@pytest.mark.parametrize("address", [f"/23027/persons/{NUMBER}/nothing/", "/23027/nothing/?q=Vandenbroucke", f"/{NUMBER}/"])
def test_an_address_that_is_not_there_leaves_no_trace_of_a_person(lines: io.StringIO, client: Client, world: World, address: str) -> None:
    sign_in(client, world.alice)

    assert client.get(address).status_code == 404

    _assert_clean(lines)


@pytest.mark.parametrize("words", [f"number {NUMBER}", "Vandenbroucke"])
def test_a_failing_page_tells_nobody_what_it_stumbled_over(
    lines: io.StringIO, client: Client, world: World, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    def stumble(**_: object) -> None:
        raise ValueError(words)

    monkeypatch.setattr("municipalities.selectors.people", stumble)
    sign_in(client, world.henk)
    client.raise_request_exception = False

    answer = client.get("/23027/people/?q=Vandenbroucke")

    assert answer.status_code == 500
    assert [secret for secret in SECRETS if secret in answer.content.decode()] == []
    _assert_clean(lines)
