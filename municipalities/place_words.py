"""What places, municipalities and countries are called on the screen, and what is said of a list that cannot be used."""

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from municipalities import selectors
from municipalities.place_file import FileProblem

PROBLEMS: dict[str, Promise] = {
    "too_large": _("The file is too large."),
    "not_text": _("This is no text file: save the list as CSV first."),
    "not_csv": _("This is no CSV file: a quotation mark is not closed, or a cell is too long."),
    "empty": _("There is nothing in the list."),
    "too_many_rows": _("There are too many rows."),
    "cells": _("There are too few or too many cells."),
    "column_missing": _("A column is missing."),
    "column_twice": _("This column is there twice."),
    "required": _("This is empty."),
    "postcode": _("This is no postcode."),
    "nis_code": _("This is no NIS code."),
    "too_long": _("This is too long."),
    "not_printable": _("A character cannot be printed."),
    "yes_or_no": _("This is neither yes nor no."),
    "two_main": _("A postcode has two main places."),
    "two_names": _("A NIS code has two names."),
    "many_removed": _("More than a tenth of the postcodes would go. Confirm it if that is right."),
}


def problem_row(problem: FileProblem) -> dict[str, str | int | Promise]:
    """A problem as the screen says it."""
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "text": PROBLEMS[problem.code],
        "expected": problem.expected,
    }


def _language() -> str:
    return (get_language() or "nl").split("-")[0]


def country_called(code: str, language: str = "") -> str:
    """A country by its name, in the reader's language if none is said; a code that is none stays as it is, and empty stays empty."""
    return str(Locale.parse(language or _language()).territories.get(code, code)) if code else ""


def destination(code: str) -> str:
    """Where somebody left for: ``Brussel (21004)``, ``Frankrijk``; a code that nobody knows stays as it is."""
    if not code.isdecimal():
        return country_called(code)
    name = selectors.municipality_called(code, _language())
    return f"{name} ({code})" if name else code


def postcode_and_place(postcode: str) -> str:
    """``1000 Brussel``; the postcode alone where the place is not known."""
    return f"{postcode} {selectors.place_of(postcode, _language())}".strip()
