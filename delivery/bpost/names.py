"""The names of the files that go to bpost and come back (bpost's data exchange guide, 2023, p. 22-23)."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FILE_REF = re.compile(r"[A-Z0-9]{10}", re.ASCII)  # shorter ones are refused in practice (MPW-5009)


class Form(StrEnum):
    """How a file is written."""

    XML = "XML"
    TXT = "TXT"
    AFT = "AFT"  # a table for bpost's Address File Tool, which makes a request of it


class Kind(StrEnum):
    """What a file is: the last part of its name."""

    REQUEST = "0RQ"
    ACKNOWLEDGEMENT = "1AK"
    RESPONSE = "2RS"
    PRESORTING = "3PR"


@dataclass(frozen=True, slots=True)
class FileName:
    """The parts of a name. ``at`` is the moment of making, in local time, to the second; two files never have the same name.

    ``str(name)`` is ``MID_0200_12345678_KAART00001_240902143000_0RQ.XML``; ``name.zipped`` adds ``.ZIP``. Of a table for the Address
    File Tool, for which bpost has no rule, ``AFT_12345678_KAART00001_240902143000.CSV``: what it answers holds no reference but its name.
    """

    prs_id: str
    file_ref: str
    at: datetime
    form: Form
    kind: Kind = Kind.REQUEST
    version: str = "0200"
    family: str = "MID"

    def __str__(self) -> str:
        if self.form is Form.AFT:
            return f"AFT_{self.prs_id}_{self.file_ref}_{self.at:%y%m%d%H%M%S}.CSV"
        return f"{self.family}_{self.version}_{self.prs_id}_{self.file_ref}_{self.at:%y%m%d%H%M%S}_{self.kind}.{self.form}"

    @property
    def zipped(self) -> str:
        """The name of the archive that holds the file, and nothing else."""
        return f"{self}.ZIP"


_NAME = re.compile(
    r"(?P<family>MID|EMP)_(?P<version>\d{4})_(?P<prs_id>\d{1,8})_(?P<file_ref>[A-Z0-9-]{1,10})_(?P<at>\d{12})_"
    r"(?P<kind>0RQ|1AK|2RS|3PR)\.(?P<form>XML|TXT)(?:\.ZIP)?",
    re.ASCII,
)


# Whoever works with the table adds something to its name.
_AFT_NAME = re.compile(r"AFT_(?P<prs_id>\d{1,8})_(?P<file_ref>[A-Z0-9]{10})_(?P<at>\d{12})(?:[^0-9].*)?", re.ASCII)


def read_name(name: str) -> FileName | None:
    """The parts of a name that bpost or we gave, in capitals or not, zipped or not; ``None`` for any other."""
    found = _NAME.fullmatch(name.strip().upper())
    table = _AFT_NAME.fullmatch(name.strip().upper())
    if found is None and table is None:
        return None
    try:
        at = datetime.strptime((found or table)["at"], "%y%m%d%H%M%S")  # type: ignore[index]  # noqa: DTZ007 - the name says no zone: local time
    except ValueError:
        return None
    if found is None:
        return table and FileName(table["prs_id"], table["file_ref"], at, Form.AFT)
    return FileName(found["prs_id"], found["file_ref"], at, Form(found["form"]), Kind(found["kind"]), found["version"], found["family"])
