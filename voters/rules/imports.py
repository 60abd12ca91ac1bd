"""What an import of a register file is stopped by: problems of the file, and guards on what it would change.

A problem refuses the file. A guard holds a file that is sound in itself: whoever asks for the approval accepts it in so
many words, and the second person sees that they did (docs/formats/register.md, "Guards").
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

APPROVAL_KIND = "register_import"
MUTATIONS = "mutations"
STORED_PROBLEMS = 10_000
LISTED_STREETS = 200


def approval_kind(kind: str) -> str:
    """What asking a second person about a file of this kind is called."""
    return MUTATIONS if kind == MUTATIONS else APPROVAL_KIND


def event_prefix(kind: str) -> str:
    """How the audit events of a file of this kind begin."""
    return "mutation_import" if kind == MUTATIONS else "register_import"


class Problem(StrEnum):
    """Codes of what can be wrong with a file; the sentences stand in voters.words.imports."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    UNREADABLE = "unreadable"
    WORKBOOK = "workbook"
    TOO_LARGE = "too_large"
    CHANGED_FILE = "changed_file"
    SEPARATOR = "separator"
    NO_COLUMN = "no_column"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    MANIFEST_FORM = "manifest_form"
    MANIFEST_ROWS = "manifest_rows"
    MANIFEST_SHA256 = "manifest_sha256"
    MANIFEST_MUNICIPALITY = "manifest_municipality"
    MANIFEST_AS_OF = "manifest_as_of"
    AS_OF_OLDER = "as_of_older"
    FIELDS = "fields"
    QUOTES = "quotes"
    NOT_UTF8 = "not_utf8"
    NUL = "nul"
    REQUIRED = "required"
    NUMBER_FORM = "number_form"
    NUMBER_CHECK = "number_check"
    NUMBER_TWICE = "number_twice"
    DATE_FORM = "date_form"
    DATE_IMPOSSIBLE = "date_impossible"
    CODE = "code"
    COUNTRY = "country"
    PLACE = "place"
    WHOLE = "whole"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    # of mutations
    SEQUENCE_FORM = "sequence_form"
    SEQUENCE_START = "sequence_start"
    SEQUENCE_NEXT = "sequence_next"
    NOT_OF_EVENT = "not_of_event"
    ONE_OF = "one_of"
    OTHER_DATE = "other_date"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_KNOWN = "person_known"
    PERSON_PRESENT = "person_present"
    PERSON_GONE = "person_gone"
    PERSON_DECEASED = "person_deceased"


@dataclass(frozen=True, slots=True)
class Found:
    """One problem: ``row`` is the record in the file, the header being 1, 0 the file as a whole.

    ``value`` is what stood there; ``detail`` completes the sentence (a count, a row, the characters).
    """

    row: int
    column: str
    value: str
    code: Problem
    detail: str = ""


class GuardCode(StrEnum):
    """What a sound file may be held for."""

    REMOVALS = "removals"
    STREETS = "streets"
    BEFORE_LIST_DATE = "before_list_date"


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard that fired. ``confirm``: has to be accepted; otherwise it is a warning to read."""

    code: GuardCode
    confirm: bool
    figures: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """As it is stored on the import."""
        return {"code": self.code.value, "confirm": self.confirm, "figures": self.figures, "accepted": False}


REMOVED_SHARE, REMOVED_MOST = 0.01, 50
STREET_SHARE, STREET_LEAST = 0.10, 3


@dataclass(frozen=True, slots=True)
class StreetLoss:
    """A street as the register spells it: ``before`` rows, of whom ``removed`` are no longer in the file, ``present`` of those still lived there."""

    postcode: str
    street: str
    before: int
    removed: int
    present: int


def guards(
    *, before: int, removed: int, streets: list[StreetLoss], as_of: date | None, list_dates: Mapping[str, date] | None = None
) -> list[Guard]:
    """Return the guards that fire. ``before`` counts the persons of the register; a first file (0) can remove nobody.

    A street counts when over 10 % of its rows (at least 3) disappear and one of them still lived there: the clearing
    away of persons who had died or left is no loss. ``list_dates``: election day (ISO) → list date of coming elections.
    """
    found = []
    if before and (removed > REMOVED_MOST or removed > before * REMOVED_SHARE):
        found.append(Guard(GuardCode.REMOVALS, confirm=True, figures={"removed": removed, "before": before}))
    lost = [s for s in streets if s.present and s.removed >= STREET_LEAST and s.removed > s.before * STREET_SHARE]
    if lost:
        worst = sorted(lost, key=lambda s: (-s.removed / s.before, s.street, s.postcode))[:LISTED_STREETS]
        rows = [{"postcode": s.postcode, "street": s.street, "before": s.before, "removed": s.removed} for s in worst]
        found.append(Guard(GuardCode.STREETS, confirm=True, figures={"count": len(lost), "streets": rows}))
    late = {day: at for day, at in (list_dates or {}).items() if as_of is not None and as_of < at}
    for day, list_date in sorted(late.items()):
        figures = {"election": day, "list_date": list_date.isoformat(), "as_of": as_of.isoformat() if as_of else ""}
        found.append(Guard(GuardCode.BEFORE_LIST_DATE, confirm=False, figures=figures))
    return found


MANIFEST_KEYS = ("rows", "sha256", "municipality", "as_of")


def manifest_of(text: str) -> Any:
    """What a manifest says, whatever it is. Raises ``ValueError`` for what is no JSON, or none that a database can keep.

    That is: numbers that are none (``NaN``), the character NUL, half of a character, more depth than can be followed.
    """

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        found = json.loads(text, parse_constant=refuse)
        kept = json.dumps(found, ensure_ascii=False)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if "\\u0000" in kept:
        raise ValueError("NUL")
    kept.encode()  # half of a character cannot be
    return found


def read_manifest(manifest: Any) -> list[Found]:
    """Return what is wrong with the form of a manifest; every key is optional, none other may be there."""
    if not isinstance(manifest, dict):
        return [Found(0, "manifest", str(manifest)[:200], Problem.MANIFEST_FORM)]
    problems = [
        Found(0, f"manifest.{key}"[:60], str(value)[:200], Problem.MANIFEST_FORM)
        for key, value in manifest.items()
        if key not in MANIFEST_KEYS
    ]
    rows = manifest.get("rows")
    if "rows" in manifest and (not isinstance(rows, int) or isinstance(rows, bool)):
        problems.append(Found(0, "manifest.rows", str(rows)[:200], Problem.MANIFEST_FORM))
    problems += [
        Found(0, f"manifest.{key}", str(manifest[key])[:200], Problem.MANIFEST_FORM)
        for key in ("sha256", "municipality", "as_of")
        if key in manifest and not isinstance(manifest[key], str)
    ]
    return problems


def as_of_in(manifest: Mapping[str, Any]) -> date | None:
    """The date in a manifest; ``None`` when it has none. Raises ``ValueError`` when it is no date."""
    value = manifest.get("as_of")
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError(value)
    return date.fromisoformat(value)
