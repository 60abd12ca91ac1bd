"""What the Address File Tool answers: the table that it was given, with its last columns filled in; read leniently.

Columns are found by their names, in any order and in capitals or not; some may be missing. No document says what ``FEEDBACK`` holds:
codes that are known are taken out of it, all else is kept as it stands, with the severity that it names or none.
"""

import csv
import re
from collections.abc import Iterator, Mapping

from delivery.bpost.answer_parts import AnswerError, Distribution, Message, Note, Part, Reply, Severity
from delivery.bpost.answer_records import message_code
from delivery.bpost.answer_txt import lines, split
from delivery.bpost.request_aft import ANSWERED, COLUMNS

HEAD = re.compile(rb'\s*"?SEQ"?\s*([|;,\t])', re.IGNORECASE)
"""How such a table begins; a spreadsheet that it went through may have changed the sign between the columns."""
SEVERITIES: dict[str, Severity] = {
    **dict.fromkeys(("MID-4000", "MID-4001", "MID-4050", "MID-4060", "MID-2070"), Severity.WARN),
    **dict.fromkeys(("MID-4010", "MID-4011", "MID-4020", "MID-7001", "MID-7002", "MID-7003", "MID-7004"), Severity.ERROR),
    "MID-7005": Severity.WARN,
    **dict.fromkeys(("MID-4030", "MID-4040"), Severity.INFO),
    **dict.fromkeys(("MID-2042", "MID-3010", "MID-3012", "MID-9999"), Severity.FATAL),
}
"""Of codes that are said without one. 7001 to 7004 are warnings or errors: the graver, so that somebody looks."""
_CODE = re.compile(r"\bMID-?([0-9]{4}[a-z]?)\b|(?:^|(?<=[;,/] ))([0-9]{4}[a-z]?)(?=\s*(?:[:;,-]|$))", re.ASCII | re.IGNORECASE)
_NAMED = re.compile(r"\b(FATAL|ERROR|WARN|INFO)(?:ING)?\b", re.IGNORECASE)
_MARKS = {
    "ORGINFO": "orgInfo",
    "ICTI": "icti",
    "IZON": "izon",
    "IMAC": "imac",
    "IWAV": "iwav",
    "IOFF": "ioff",
    "FIELDTOPRINT1": "fieldToPrint1",
    "FIELDTOPRINT2": "fieldToPrint2",
    "FIELDTOPRINT3": "fieldToPrint3",
}


def is_table(start: bytes) -> bool:
    """Whether a file begins as the tool's table does."""
    return HEAD.match(start) is not None


def read(pieces: Iterator[bytes]) -> Iterator[Part]:
    """Yield the parts. Raises ``AnswerError``, at the end ``is_request`` when none of the tool's columns holds anything."""
    rows = lines(pieces)
    head = next(rows, "")
    found = HEAD.match(head.encode("iso-8859-1"))
    separator = found[1].decode() if found else "|"
    names = [cell.strip().upper() for cell in _cells(head, separator)]
    yield from (Note("column", ((name, ""),)) for name in names if name not in COLUMNS)
    answered = False
    for line in rows:
        cells = _cells(line, separator)
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        answered = answered or any(row.get(name) for name in ANSWERED)
        yield from _row(row)
        if more := [cell for cell in cells[len(names) :] if cell.strip()]:
            yield Note("row", tuple((str(place), cell) for place, cell in enumerate(more, len(names) + 1)))
    if not answered:
        raise AnswerError("is_request")


def _cells(line: str, separator: str) -> list[str]:
    if '"' in line or separator != "|":
        try:
            return next(csv.reader([line], delimiter=separator))
        except csv.Error as error:
            raise AnswerError("not_a_table", str(error)) from error
    return split(line)


def _row(row: Mapping[str, str]) -> Iterator[Part]:
    text = row.get("SEQ", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        yield Note("row", tuple(row.items()))
        return
    seq = int(text)
    if messages := (*_feedback(row.get("FEEDBACK", "")), *_given(row)):
        yield Reply(1, "", seq, messages)
    order = row.get("PRINTORDER", "")
    marks = tuple((mark, row[name]) for name, mark in _MARKS.items() if row.get(name))
    if order or marks:
        yield Distribution("", seq, int(order) if order.isascii() and order.isdigit() and len(order) <= 12 else None, marks=marks)


def _feedback(text: str) -> Iterator[Message]:
    named = _NAMED.search(text)
    severity = Severity(named[1].upper()) if named else Severity.UNKNOWN
    codes = [found for found in _CODE.finditer(text) if found[1] or f"MID-{found[2].lower()}" in SEVERITIES]
    if text and not codes:
        yield Message("", severity, text)
    for place, found in enumerate(codes):
        code = message_code(found[1] or found[2])
        end = codes[place + 1].start() if place + 1 < len(codes) else len(text)
        own = SEVERITIES.get(code, Severity.UNKNOWN)
        yield Message(code, own if severity is Severity.UNKNOWN else severity, text[found.end() : end].strip(" :;,-/"))


def _given(row: Mapping[str, str]) -> Iterator[Message]:
    """The number and the presorting code of a letter, as bpost's other answers tell them."""
    contents = tuple((key, row[name]) for key, name in (("midNum", "MIDNUMBER"), ("psCode", "PRESORTING_CODE")) if row.get(name))
    if contents:
        yield Message("MID-4030", Severity.INFO, "", contents)
