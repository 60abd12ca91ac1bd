"""Structured logs: one JSON object a line, never personal data.

What an exception says may quote a row (PostgreSQL names the key that was taken), so of an exception only its class and
its stack are kept. The query of an address may hold a name that somebody searched for, so it goes too. Eleven-digit
numbers, the shape of a national number, are struck from every text as a last guard.
"""

import logging
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]

NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}[.\s]?\d{2}[.\s]?\d{2}[-.\s]?\d{3}[-.\s]?\d{2}(?!\d)")
QUERY = re.compile(r"(?<=[\w/])\?[^\s\"']+")
# Celery puts these in its messages: the exception's own words, and whatever a task was given.
SAID_BY_CELERY = frozenset({"exc", "traceback", "args", "kwargs", "return_value"})


def only_classes_of_exceptions(_logger: Any, _method: str, event: Event) -> Event:
    """Format a library's record again without what its exceptions say."""
    record, args = event.get("_record"), event.pop("positional_args", None)
    if isinstance(record, logging.LogRecord) and args:
        event["event"] = _formatted(record, args)
    return event


def _formatted(record: logging.LogRecord, args: Any) -> str:
    if isinstance(args, Mapping):
        args = {key: "[left out]" if key in SAID_BY_CELERY else _harmless(value) for key, value in args.items()}
    else:
        args = tuple(_harmless(value) for value in args)
    try:
        text: str = str(record.msg) % args
    except (TypeError, ValueError):
        return str(record.msg)  # %d of something that is now a text
    return text


def _harmless(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


class ClassesAndStacks(structlog.tracebacks.ExceptionDictTransformer):
    """Of an exception and its causes: class, files, lines and functions. Neither its words nor local variables."""

    def __call__(self, exc_info: Any) -> list[dict[str, Any]]:
        """Return the stacks without texts."""
        return [_without_words(stack) for stack in super().__call__(exc_info)]


def _without_words(stack: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in stack.items() if key not in {"exc_value", "exc_notes", "syntax_error"}}
    kept["exceptions"] = [[_without_words(inner) for inner in group] for group in stack.get("exceptions", [])]
    return kept


def strike(_logger: Any, _method: str, event: Event) -> Event:
    """Take queries of addresses and whatever looks like a national number out of every text of the event."""
    for key, value in event.items():
        event[key] = _struck(value)
    return event


def _struck(value: Any) -> Any:
    if isinstance(value, str):
        return NATIONAL_NUMBER.sub("[struck]", QUERY.sub("?[left out]", value))
    if isinstance(value, Mapping):
        return {key: _struck(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(inner) for inner in value]
    return value


_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_structlog() -> None:
    """Send structlog through the standard library, so that Django's own records come out in the same form."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],  # type: ignore[list-item]
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


LOGGING_CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "pass_foreign_args": True,
            "foreign_pre_chain": [*_SHARED, only_classes_of_exceptions],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(ClassesAndStacks(show_locals=False, max_frames=20)),
                strike,
                structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Django's own configuration gives these handlers of their own: one line an event, in one form.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "axes": {"level": "ERROR"},  # its warnings name the account
        "fontTools": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
