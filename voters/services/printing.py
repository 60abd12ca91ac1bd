"""Printed lists are refused rather than given out wrong: what cannot be written is told, and what was written is read back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from core.jobs import JobRefusedError
from documents.engine.fonts import GlyphMissingError
from documents.stream.list_file import PrintedList, Written, refusals
from documents.stream.list_readback import Fault, ListReader
from documents.stream.lists import Column
from documents.stream.values import RecordRefusedError, TooLongError, UnprintableError

KEPT = 100
"""Problems told in full."""
NO_SIGN = "the font has no sign for this character"
TOO_LONG = "this does not fit, not even condensed and on several lines"


class ExportRefusedError(JobRefusedError):
    """The list cannot be written; ``errors`` says where, by list number. No file was made."""


class ReadBackError(ExportRefusedError):
    """What was written is not what should stand there; ``errors`` says where. The file is not given out."""


def print_lists(
    path: Path, write: Callable[[Path], Written], *, columns: Sequence[Column], lists: Callable[[], Iterable[PrintedList]]
) -> Written:
    """Write a file and read it back beside ``lists``, made anew. Raises ``ExportRefusedError``, which tells all that cannot be written."""
    try:
        written = write(path)
    except RecordRefusedError as error:
        found = chain.from_iterable(refusals(columns, one.lines) for one in lists())
        raise refused(*list(islice(found, KEPT)) or [error]) from error
    read_back(path, columns, lists())
    return written


def refused(*errors: RecordRefusedError) -> ExportRefusedError:
    """Nothing is printed blank or cut: the refusal names the voter by list number."""
    return ExportRefusedError("cannot_be_printed", [_told(error) for error in errors])


def _told(error: RecordRefusedError) -> dict[str, str]:
    value, problem = str(error), TOO_LONG
    if isinstance(error, UnprintableError):
        value, problem = error.characters, NO_SIGN
    elif isinstance(error, TooLongError):
        value = error.text
    return {"row": error.record, "column": error.slot, "value": value, "problem": problem}


def without_sign(error: GlyphMissingError) -> ExportRefusedError:
    """The refusal of a paper on which something would stand blank."""
    errors = [{"row": where, "column": "", "value": characters, "problem": NO_SIGN} for where, characters in error.places]
    return ExportRefusedError("glyphs_missing", errors)


def read_back(path: Path, columns: Sequence[Column], lists: Iterable[PrintedList]) -> None:
    """Compare a file with the lists, made anew from the database. Raises ``ReadBackError``."""
    reader, problems = ListReader(path, columns), list[Mapping[str, Any]]()
    for one in lists:
        problems += told(path, reader.check(one))
    refuse_if_any([*problems, *told(path, reader.finish())])


def told(path: Path, faults: Iterable[Fault]) -> list[Mapping[str, Any]]:
    """What is wrong as a page, a command and a job's result say it."""
    return [
        {"row": one.record or None, "column": f"{path.name}, {one.page}" if one.page else path.name, "value": "", "problem": one.problem}
        for one in faults
    ]


def refuse_if_any(problems: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``ReadBackError`` when there are problems."""
    if problems:
        raise ReadBackError("read_back", problems[:KEPT], problems=len(problems))
