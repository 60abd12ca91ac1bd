"""Reads the printed files of a copy back with other libraries than the one that wrote them: every voter of the list once, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from documents.stream.list_readback import ListReader
from voters.documents.list_copy.build import build
from voters.documents.list_copy.layout import Sheets
from voters.models import ListCopy
from voters.services.copy_files import Written
from voters.services.printing import refuse_if_any, told


def read_back(*, copy: ListCopy, written: Written) -> int:
    """Compare the files with the list, read anew from the database; returns the pages read. Raises ``printing.ReadBackError``.

    A package has one file with all stations and, where it is split, one of each station: a section stands in both.
    """
    printed = [path for path in written.files if path.suffix == ".pdf"]
    apart = {path: int(found[1]) for path in printed if (found := re.search(r"-(\d+)\.pdf$", path.name)) and copy.split}
    data = build(copy=copy)
    sheets = Sheets(data.head)
    readers = {path: ListReader(path, sheets.composer.columns) for path in printed}
    problems = list[Mapping[str, Any]]()
    for section in data.sections:
        one = sheets.printed(section)
        mine = [path for path in printed if apart.get(path, section.head.number) == section.head.number]
        lines = tuple(one.lines) if len(mine) > 1 else one.lines
        for path in mine:
            problems += told(path, readers[path].check(replace(one, lines=lines)))
    for path, reader in readers.items():
        problems += told(path, reader.finish())
    refuse_if_any(problems)
    return sum(reader.pages for reader in readers.values())
