"""A copy of a voters list as CSV or as a sheet: the fields of its kind and, on every line, which copy it comes from."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core.sheets import text_cell
from voters.documents.list_copy.data import CopyHead, CopyLine, ListCopyData
from voters.documents.list_copy.layout import foot
from voters.rules.list_copies import KINDS, Field

COLUMNS: dict[Field, tuple[str, ...]] = {
    Field.NUMBER: ("list_number",),
    Field.STATION: ("station_number",),
    Field.NAME: ("last_name", "first_names"),
    Field.BIRTH: ("birth_date",),
    Field.ADDRESS: ("postcode", "street_name", "house_number", "box_number"),
    Field.MARK: ("mark",),
    Field.MINOR: ("minor",),
    Field.BALLOTS: ("ballots",),
    Field.COMPULSORY: ("compulsory",),
    Field.STRUCK: ("struck",),
    Field.REASON: ("reason",),
    Field.ADDED: ("added",),
    Field.PRESENT: ("present",),
    Field.PROXY: ("proxy",),
}
SERIAL = "copy"
"""The last column: number of the copy, for whom, made when, as of when."""
AT_ONCE = 1000


def fields(head: CopyHead) -> list[Field]:
    """The fields of the kind; each station's list says which station it is."""
    rule = KINDS[head.kind]
    own: list[Field] = [one for one in rule.fields if one != Field.STATION]
    return [own[0], Field.STATION, *own[1:]] if rule.by_station or Field.STATION in rule.fields else own


def header(head: CopyHead) -> list[str]:
    """The names of the columns."""
    return [name for one in fields(head) for name in COLUMNS[one]] + [SERIAL]


def rows(data: ListCopyData) -> Iterator[list[str | int]]:
    """The lines of all sections."""
    cells = [_CELLS[one] for one in fields(data.head)]
    for section in data.sections:
        serial = foot(data.head, section.head.number)
        for line in section.lines:
            yield [cell for of in cells for cell in of(line)] + [serial]


_CELLS: dict[Field, Callable[[CopyLine], tuple[str | int, ...]]] = {
    Field.NUMBER: lambda line: (line.list_number,),
    Field.STATION: lambda line: ("" if line.station is None else line.station,),
    Field.NAME: lambda line: (line.last_name, line.first_names),
    Field.BIRTH: lambda line: (line.birth_date,),
    Field.ADDRESS: lambda line: (line.postcode, line.street_name, line.house_number, line.box_number),
    Field.MARK: lambda line: (line.mark,),
    Field.MINOR: lambda line: (int(line.minor),),
    Field.BALLOTS: lambda line: (" ".join(line.ballots),),
    Field.COMPULSORY: lambda line: (int(line.compulsory),),
    Field.STRUCK: lambda line: (int(line.struck),),
    Field.REASON: lambda line: (line.reason,),
    Field.ADDED: lambda line: (int(line.added),),
    Field.PRESENT: lambda _line: ("",),
    Field.PROXY: lambda _line: ("",),
}


def write_csv(path: Path, data: ListCopyData) -> int:
    """Write the copy as CSV (UTF-8, RFC 4180, header); returns the lines."""
    done = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(header(data.head))
        for row in rows(data):
            writer.writerow(row)
            done += 1
    return done


def write_xlsx(path: Path, data: ListCopyData) -> int:
    """Write the copy as a sheet, and a second one that says which copy it is; returns the lines."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(f"{data.head.election_day:%Y-%m-%d}")
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, name) for name in header(data.head)]
    for position, cell in enumerate(heads, 1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[_letter(position)].width = 26 if cell.value in {"last_name", "first_names", "street_name"} else 12
    sheet.append(heads)
    done = 0
    for row in rows(data):
        sheet.append([text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in row])
        done += 1
    sheet.auto_filter.ref = f"A1:{_letter(len(heads))}{done + 1}"
    about: Any = book.create_sheet(SERIAL)
    about.append([text_cell(about, foot(data.head, None))])
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())
    return done


def _letter(position: int) -> str:
    return chr(64 + position) if position <= 26 else f"A{chr(64 + position - 26)}"  # letters of the alphabet
