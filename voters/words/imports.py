"""Words for the codes of a register import: what was expected, why a file is held, why it ended."""

from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.templatetags.presentation import mask_nn, medium_date, number
from voters.models import RegisterStaging
from voters.rules.imports import GuardCode, Problem
from voters.words import persons

# Read after "expected:"; %(detail)s is what completes it.
EXPECTED: dict[str, Promise] = {
    Problem.EMPTY: _("a file with a header and a row a person; this file is empty"),
    Problem.NO_ROWS: _("at least one person below the header"),
    Problem.UNREADABLE: _("a whole CSV file, plain or gzip; this one is damaged or no CSV (%(detail)s)"),
    Problem.WORKBOOK: _("a CSV file; this one is a workbook or a zip: save the sheet as CSV with commas in UTF-8, or unpack the zip"),
    Problem.TOO_LARGE: _("a file of at most 8 GB"),
    Problem.CHANGED_FILE: _("the file as it was sent; it has changed in the storage since, send it again"),
    Problem.SEPARATOR: _("commas between the fields; this file has semicolons or tabs: save it as CSV with commas, in UTF-8"),
    Problem.NO_COLUMN: _(
        "columns of the format; this file has none of them. Choose a column map if your supplier uses other names, or another file"
    ),
    Problem.COLUMN_UNKNOWN: _("a column of the register format; choose a column map if your supplier uses other names"),
    Problem.COLUMN_MISSING: _("this column in the header; it is not there"),
    Problem.COLUMN_TWICE: _("this column once"),
    Problem.MANIFEST_FORM: _("a manifest with rows (a number), sha256, municipality and as_of (texts), and nothing else"),
    Problem.MANIFEST_ROWS: _("as many rows as the file has: %(detail)s"),
    Problem.MANIFEST_SHA256: _("the SHA-256 of this file: %(detail)s"),
    Problem.MANIFEST_MUNICIPALITY: _("a file of this municipality: %(detail)s"),
    Problem.MANIFEST_AS_OF: _("an existing date, the same as the date given with the file (%(detail)s)"),
    Problem.AS_OF_OLDER: _("a state not older than the one brought in last: %(detail)s"),
    Problem.FIELDS: _("as many fields as the header has columns (found/expected: %(detail)s)"),
    Problem.QUOTES: _("quotes around a whole field, opened and closed; quotes inside it doubled"),
    Problem.NOT_UTF8: _("text in UTF-8"),
    Problem.NUL: _("text without the character NUL"),
    Problem.REQUIRED: _("a value"),
    Problem.NUMBER_FORM: _("eleven figures without signs between them"),
    Problem.NUMBER_CHECK: _("a national number or BIS number whose check digits fit"),
    Problem.NUMBER_TWICE: _("each national number once; it is also in row %(detail)s"),
    Problem.DATE_FORM: _("a date as year-month-day, such as 2024-08-01"),
    Problem.DATE_IMPOSSIBLE: _("a day that exists (unknown parts 00 in the birth date only)"),
    Problem.CODE: _("one of: %(detail)s"),
    Problem.COUNTRY: _("a country by two capitals (ISO 3166-1), XX for stateless or unknown"),
    Problem.PLACE: _("a NIS code of five figures, a country by two capitals, or nothing"),
    Problem.WHOLE: _("a whole number of at most four figures"),
    Problem.TOO_LONG: _("at most %(detail)s characters"),
    Problem.CHARACTERS: _("characters that the lists and letters can print; not: %(detail)s"),
    Problem.SEQUENCE_FORM: _("a whole number, 1 or higher"),
    Problem.SEQUENCE_START: _("the number after the last event brought in: %(detail)s; nothing is skipped and nothing brought in twice"),
    Problem.SEQUENCE_NEXT: _("the number after that of the row above: %(detail)s"),
    Problem.NOT_OF_EVENT: _("nothing in this column for the event %(detail)s"),
    Problem.ONE_OF: _("at least one of: %(detail)s"),
    Problem.OTHER_DATE: _("the date of the event (effective_on), or nothing"),
    Problem.PERSON_UNKNOWN: _("a person of the register; this number is in no row of it"),
    Problem.PERSON_KNOWN: _("a new person; this number is in the register already"),
    Problem.PERSON_PRESENT: _("a person who does not live here; this one does"),
    Problem.PERSON_GONE: _("a person who lives here; this one has left or was struck off"),
    Problem.PERSON_DECEASED: _("a person who is alive; this one has died"),
}


def expected(code: str, detail: str) -> str:
    """What was expected where a problem was found, in a sentence of the reader's language."""
    day = parse_date(detail) if code == Problem.AS_OF_OLDER else None
    detail = medium_date(day) if day else detail
    return str(EXPECTED[code]) % {"detail": detail} if code in EXPECTED else code


GUARDS: dict[str, Promise] = {
    GuardCode.REMOVALS: _(
        "%(removed)s of %(before)s persons are no longer in the file. More than 1 %% or 50 persons in one file is unusual: it may have been cut off."
    ),
    GuardCode.STREETS: _("%(count)s streets lose more than 10 %% of their persons: %(examples)s."),
    GuardCode.BEFORE_LIST_DATE: _(
        "This file shows the register on %(as_of)s; the list of the election of %(election)s is drawn up on %(list_date)s. A later file is needed for the final extraction."
    ),
}

REASONS: dict[str, Promise] = {
    "register_changed": _("Another file was brought in after this one was compared. Nothing was changed; send the file again."),
    "comparison_changed": _("The file no longer gives the differences that were approved. Nothing was changed; send the file again."),
    "": _("The work could not be finished. Nothing was changed; send the file again."),
}


def column_called(column: str) -> str:
    """A column by its name in the file; the date that was given with the file has none there and is called as on the form."""
    return str(_("State of the register on")) if column == "as_of" else column


def as_error(row: int, column: str, value: str, code: str, detail: str) -> dict[str, Any]:
    """A problem as commands and scripts read it."""
    return {"row": row, "column": column, "value": value, "problem": expected(code, detail)}


COLUMN_LABELS: dict[str, Promise] = {
    "national_number": _("National number"),
    "last_name": _("Last name"),
    "first_names": _("First names"),
    "birth_date": _("Date of birth"),
    "sex": _("Sex"),
    "nationality": _("Nationality"),
    "register": _("Register"),
    "registered_on": _("Lives here since"),
    "legal_stay_since": _("Legal stay since"),
    "postcode": _("Postcode"),
    "street_name": _("Street"),
    "house_number": _("House number"),
    "box_number": _("Box"),
    "household_id": _("Household"),
    "household_role": _("Place in the household"),
    "language": _("Language"),
    "suspension": _("Suspension"),
    "suspension_until": _("Suspension until"),
    "deceased_on": _("Died on"),
    "struck_on": _("Struck off on"),
    "departed_on": _("Departed on"),
    "departed_to": _("Departed to"),
    "eu_voter_since": _("EU voter since"),
    "eu_voter_until": _("EU voter until"),
    "local_voter_since": _("Local voter since"),
    "local_voter_until": _("Local voter until"),
}

STATE_TAGS = {
    "checking": "info",
    "invalid": "bad",
    "compared": "warn",
    "requested": "warn",
    "merging": "info",
    "merged": "ok",
    "refused": "bad",
    "cancelled": "plain",
    "failed": "bad",
}
CHANGE_TAGS = {"added": "ok", "changed": "info", "returned": "info", "removed": "bad", "rematched": "plain"}


def guard_text(guard: dict[str, Any]) -> str:
    """Why a guard holds the file, in figures."""
    figures = dict(guard["figures"])
    if "streets" in figures:
        figures["examples"] = ", ".join(
            f"{street['street'].strip() or '–'} ({number(street['removed'])}/{number(street['before'])})"
            for street in figures["streets"][:3]
        )
    for name in ("as_of", "election", "list_date"):
        if figures.get(name):
            figures[name] = medium_date(date.fromisoformat(figures[name]))
    shown = {name: number(value) if isinstance(value, int) else value for name, value in figures.items()}
    return str(GUARDS[guard["code"]]) % shown


def figures(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """What a file would change, or changed, for the component of figures."""
    rows: list[tuple[str, Any, str]] = [
        ("rows", _("persons in the file"), ""),
        ("added", _("new"), ""),
        ("changed", _("changed"), ""),
        ("returned", _("in the file again"), ""),
        ("removed", _("no longer in the file"), ""),
        ("unchanged", _("unchanged"), ""),
        ("unmatched_addresses", _("without a known address"), "warn"),
    ]
    return [
        {"label": label, "value": number(counts[key]), "state": state if counts[key] else ""}
        for key, label, state in rows
        if key in counts and (counts[key] or key != "returned")
    ]


def address_text(row: RegisterStaging) -> str:
    """The address as registered, in one line."""
    place = " ".join(part for part in (row.street_name, row.house_number) if part)
    if row.box_number:
        place += _(" box %(box)s") % {"box": row.box_number}
    return ", ".join(part for part in (place, row.postcode) if part)


def shown(column: str, value: Any) -> str:
    """A value of the register as a table shows it: a date as 13/10/2024, nothing as a dash, a national number masked, a code in words."""
    if value in (None, ""):
        return "–"
    if column == "national_number":
        return mask_nn(str(value)) or str(value)
    if column in {"suspension", "departed_to", "nationality"}:
        return persons.shown(column, value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    parts = text.split("-")
    if len(text) == 10 and len(parts) == 3 and column.endswith(("_on", "_date", "_since", "_until")):
        return "/".join(reversed(parts))
    return text


# Read where the problems of a kind are counted: what completes a sentence differs from one to the next.
EXPECTED_SHORT: dict[str, Promise] = {
    Problem.UNREADABLE: _("damaged, or no CSV"),
    Problem.WORKBOOK: _("a workbook or a zip, no CSV"),
    Problem.SEPARATOR: _("semicolons or tabs instead of commas"),
    Problem.NO_COLUMN: _("none of the columns of the format"),
    Problem.MANIFEST_ROWS: _("another number of rows than the manifest says"),
    Problem.MANIFEST_SHA256: _("not the file that the manifest belongs to"),
    Problem.MANIFEST_MUNICIPALITY: _("of another municipality, says the manifest"),
    Problem.MANIFEST_AS_OF: _("another date than was given with the file"),
    Problem.AS_OF_OLDER: _("older than what was brought in last"),
    Problem.FIELDS: _("other number of fields"),
    Problem.QUOTES: _("quotes"),
    Problem.NOT_UTF8: _("no UTF-8"),
    Problem.NUL: _("character NUL"),
    Problem.REQUIRED: _("empty"),
    Problem.NUMBER_FORM: _("no eleven figures"),
    Problem.NUMBER_CHECK: _("check digits"),
    Problem.NUMBER_TWICE: _("twice in the file"),
    Problem.DATE_FORM: _("form of the date"),
    Problem.DATE_IMPOSSIBLE: _("day does not exist"),
    Problem.CODE: _("not in the list"),
    Problem.COUNTRY: _("unknown country"),
    Problem.PLACE: _("unknown place"),
    Problem.WHOLE: _("no whole number"),
    Problem.TOO_LONG: _("too long"),
    Problem.CHARACTERS: _("characters that cannot be printed"),
    Problem.COLUMN_UNKNOWN: _("unknown column"),
    Problem.COLUMN_MISSING: _("column missing"),
    Problem.COLUMN_TWICE: _("column twice"),
    Problem.SEQUENCE_FORM: _("no sequence number"),
    Problem.SEQUENCE_START: _("does not follow on the last file"),
    Problem.SEQUENCE_NEXT: _("hole or repetition in the sequence"),
    Problem.NOT_OF_EVENT: _("not a column of this event"),
    Problem.ONE_OF: _("none of the columns filled in"),
    Problem.OTHER_DATE: _("another date than the event's"),
    Problem.PERSON_UNKNOWN: _("person not in the register"),
    Problem.PERSON_KNOWN: _("person in the register already"),
    Problem.PERSON_PRESENT: _("person lives here already"),
    Problem.PERSON_GONE: _("person has left already"),
    Problem.PERSON_DECEASED: _("person has died"),
}
