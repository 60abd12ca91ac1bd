"""What is said of a list of places that cannot be used."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
