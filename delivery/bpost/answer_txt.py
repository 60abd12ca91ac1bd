"""An answer as text: a record a line, its fields in the order in which the guide lists the attributes."""

import codecs
from collections.abc import Iterator

from delivery.bpost.answer_parts import AnswerError, Note, Part
from delivery.bpost.answer_records import ACTIONS, GROUPS, Reader

LONGEST_LINE = 20_000
_FIELDS: dict[str, tuple[str, ...]] = {
    "context": ("requestname", "dataset", "sender", "receiver", "version"),
    "header": ("customerid",),
    "requestprops": ("filename", "customerfileref"),
    "customerref": ("key", "value"),
    "filereceived": ("filename", "timestamp"),
    **dict.fromkeys(ACTIONS, ("seq", "mailingref")),
    "status": ("code",),
    "item": ("prtorder", "seq", "distributionoffice", "routename", "routeseq", "orginfo", "icti", "isec", "ioff", "irnd"),
    "reply": ("seq",),
    "xpath": ("value",),
    "location": ("tagname", "attributename", "attributevalue"),
    "message": ("code", "severity", "description"),
    "description": ("value",),
    "messagecontent": ("key", "value"),
}


def read(pieces: Iterator[bytes]) -> Iterator[Part]:
    """Yield the parts. Raises ``AnswerError``."""
    reader = Reader()
    for line in lines(pieces):
        name, *fields = split(line)
        yield from _take(reader, name.strip(), fields)
    yield from reader.end()


def _take(reader: Reader, name: str, fields: list[str]) -> Iterator[Part]:
    known = name.casefold()
    if known in GROUPS and not any(fields):
        return
    if known not in _FIELDS:
        yield Note(name, tuple((str(index), value) for index, value in enumerate(fields, start=1)))
        return
    names = _FIELDS[known]
    yield from reader.take(name, dict(zip(names, fields, strict=False)))
    more = fields[len(names) :]
    if any(more):
        yield Note(name, tuple((str(index), value) for index, value in enumerate(more, start=len(names) + 1)))


def split(line: str) -> list[str]:
    r"""The fields of a line: ``|`` between them, ``\|`` in one. A backslash before anything else is one."""
    fields, kept = [], ""
    parts = line.split("|")
    for part in parts[:-1]:
        if part.endswith("\\"):
            kept += part[:-1] + "|"
        else:
            fields.append(kept + part)
            kept = ""
    return [*fields, kept + parts[-1]]


def lines(pieces: Iterator[bytes]) -> Iterator[str]:
    """The lines that hold something; in ISO-8859-1, which every byte is. A NUL is a blank: no database holds one."""
    decoder = codecs.getincrementaldecoder("iso-8859-1")()
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + decoder.decode(piece).replace("\0", " ")).replace("\r\n", "\n").split("\n")
        for line in (*whole, rest):
            if len(line) > LONGEST_LINE:
                raise AnswerError("too_long")
        yield from (line.rstrip("\r") for line in whole if line.strip())
    if rest.strip():
        yield rest.rstrip("\r")
