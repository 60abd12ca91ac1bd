"""Letters that came back, many at once: codes that were scanned, or a file with the cause of each. All of them are noted or none."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from convocations.models import Card
from convocations.rules.returns import RETURN_COLUMNS, Action, Cause
from convocations.rules.tokens import read_code
from convocations.selectors.pages import code_of
from convocations.services.cases import SAME_SCAN
from convocations.sql import returned as sql
from convocations.sql.returned import Found, Said
from core import audit
from core.actor import Actor
from elections.models import Election

MOST_BYTES: Final = 2_000_000
MOST_LETTERS: Final = 20_000
LONGEST_NOTE: Final = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a letter; ``row`` of the file, if it came in one. ``code`` is for words (docs/formats/convocations.md)."""

    row: int | None
    column: str
    value: str
    code: str


class ReturnsRefusedError(Exception):
    """Nothing has been noted; ``problems`` are all there are, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Handling:
    """Why letters came back and what was done with them, where a row does not say so itself."""

    cause: str = ""
    action: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One that came back, as it was scanned or as a row of a file says it; nothing is checked yet."""

    row: int | None
    code: str
    handling: Handling


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted: letters by cause, how many are kept for their voter, and which were noted before or are of a card that was replaced."""

    causes: dict[str, int]
    kept: int
    seen: list[str]
    replaced: list[str]


def read_letters(data: bytes, *, usual: Handling) -> tuple[list[Letter], list[Problem]]:
    """The rows of a CSV file, and those that are none (docs/formats/convocations.md). What a row leaves empty is as ``usual``.

    Raises ``ReturnsRefusedError`` for what is no such file at all.
    """
    if len(data) > MOST_BYTES:
        raise ReturnsRefusedError([Problem(None, "", "", "too_large")])
    try:
        text = data.decode("utf-8-sig")
        delimiter = ";" if text.partition("\n")[0].count(";") else ","
        rows = [(row, cells) for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1) if any(cells)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReturnsRefusedError([Problem(None, "", "", "not_csv")]) from error
    columns = _columns(rows)
    letters = [_letter(row, dict(zip(columns, cells, strict=False)), usual) for row, cells in rows if len(cells) <= len(columns)]
    wrong = [Problem(row, ",".join(cells)[:80], "", "columns") for row, cells in rows if len(cells) > len(columns)]
    return letters, wrong


def _columns(rows: list[tuple[int, list[str]]]) -> Sequence[str]:
    """What the columns are: the heading says it, and is taken off; a file that begins with a code has the usual order."""
    if not rows or read_code(rows[0][1][0]):
        return RETURN_COLUMNS
    row, head = rows.pop(0)
    columns = ["code" if name.strip() == "token" else name.strip() for name in head]
    if "code" not in columns or len(set(columns)) != len(columns) or not set(columns) <= set(RETURN_COLUMNS):
        raise ReturnsRefusedError([Problem(row, ",".join(head)[:80], "", "columns")])
    return columns


def _letter(row: int, cells: dict[str, str], usual: Handling) -> Letter:
    said = {name: cells.get(name, "").strip() or getattr(usual, name) for name in ("cause", "action", "note")}
    return Letter(row, cells.get("code", ""), Handling(**said))


@transaction.atomic
def note_returns(*, election: Election, letters: Sequence[Letter], wrong: Sequence[Problem] = (), by: Actor, at: datetime) -> Noted:
    """Note that letters came back; the same letter twice, with the same cause, counts once. ``wrong``: what reading them found already.

    Raises ``ReturnsRefusedError`` with everything that is wrong with any of them.
    """
    cards, problems = _cards(election, letters)
    problems = [*wrong, *problems, *(problem for letter in letters for problem in _handled(letter))]
    said: dict[int, Said] = {}
    for place, found in cards.items():
        letter = letters[place]
        one = Said(found.card_id, letter.handling.cause, letter.handling.action, letter.handling.note)
        if said.setdefault(found.card_id, one) != one:
            problems.append(_problem(letter, "twice"))
    if not letters and not problems:
        problems = [Problem(None, "", "", "empty")]
    if len(letters) > MOST_LETTERS:
        problems = [Problem(None, "", str(len(letters)), "too_many")]
    if problems:
        raise ReturnsRefusedError(sorted(problems, key=lambda problem: problem.row or 0))
    return _note(election, list(said.values()), by=by, at=at)


def _cards(election: Election, letters: Sequence[Letter]) -> tuple[dict[int, Found], list[Problem]]:
    """The released card of each letter, by its place; and the letters that are of none."""
    codes = {place: read for place, letter in enumerate(letters) if (read := read_code(letter.code))}
    tokens = [(place, token) for place, (token, _issue) in codes.items()]
    found = sql.find(municipality_id=election.municipality_id, election_id=election.pk, tokens=tokens)
    cards, problems = {}, []
    for place, letter in enumerate(letters):
        issue, card = codes[place][1] if place in codes else None, found.get(place)
        if place not in codes:
            problems.append(_problem(letter, "no_code"))
        elif card is None or issue not in {None, card.issue}:
            problems.append(_problem(letter, "unknown_code"))
        elif card.state in {Card.State.MADE, Card.State.WITHDRAWN}:
            problems.append(_problem(letter, "not_released"))
        else:
            cards[place] = card
    return cards, problems


def _handled(letter: Letter) -> list[Problem]:
    """What is wrong with the cause, with what was done, with the note."""
    said = letter.handling
    values: list[tuple[str, str, Collection[str]]] = [("cause", said.cause, set(Cause)), ("action", said.action, set(Action))]
    problems = [Problem(letter.row, column, value[:80], column) for column, value, known in values if value not in known]
    if len(said.note) > LONGEST_NOTE or not said.note.isprintable():
        problems.append(Problem(letter.row, "note", said.note[:80], "note"))
    return problems


def _problem(letter: Letter, code: str) -> Problem:
    return Problem(letter.row, "code", letter.code[:80], code)


def _note(election: Election, said: Sequence[Said], *, by: Actor, at: datetime) -> Noted:
    place = election.municipality_id
    sql.lock(municipality_id=place, cards=[one.card_id for one in said])
    new = set(sql.note(municipality_id=place, said=said, within=SAME_SCAN, by=by.name, at=at))
    noted = [one for one in said if one.card_id in new]
    cards = Card.objects.filter(municipality_id=place, pk__in=[one.card_id for one in said]).order_by("pk")
    codes = {pk: (code_of(token, issue), state) for pk, token, issue, state in cards.values_list("pk", "token", "issue", "state")}
    found = Noted(
        causes=dict(Counter(one.cause for one in noted)),
        kept=sum(one.action == Action.KEPT for one in noted),
        seen=[code for pk, (code, _state) in codes.items() if pk not in new],
        replaced=[code for code, state in codes.values() if state == Card.State.REPLACED],
    )
    if noted:
        after = {"items": len(noted), "cases": found.kept}
        audit.record(municipality_id=place, kind="cards.returned", by=by, at=at, target=f"election:{election.pk}", after=after)
    return found
