"""Both files of an extraction are CSV as RFC 4180 has it: CRLF at the end of every line, the last one too, and nowhere else."""

import csv
import hashlib
import io

import pytest

from core.tenancy import tenant
from tests.personas import World
from tests.voters.people import Town, make_town
from voters.selectors.verdicts import verdict_rows
from voters.services import exports
from voters.sql.voters_list import ListFilter


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def _in_order(content: bytes, lines: int) -> bool:
    return content.endswith(b"\r\n") and content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r") == lines


def test_the_voters_list_and_the_verdicts_end_their_lines_alike(halle: Town) -> None:
    for name in ("Peeters", 'O"Neill, de oude', "D’Hondt"):
        halle.person(last_name=name)
    trial = halle.trial()
    out = io.BytesIO()
    with tenant(halle.municipality.pk):
        trial.refresh_from_db()
        written = exports.write_list(extraction=trial, file_format="csv", order="name", chosen=ListFilter(), stream=out)
        verdicts = b"".join(verdict_rows(election=halle.election, extraction=trial))

    listed = out.getvalue()
    assert _in_order(listed, 1 + 3)
    assert _in_order(verdicts, 1 + 3 * 2)
    assert written.sha256 == hashlib.sha256(listed).hexdigest()
    assert written.size == len(listed)
    rows = list(csv.DictReader(io.StringIO(listed.decode(), newline="")))
    assert sorted(row["last_name"] for row in rows) == sorted(["Peeters", 'O"Neill, de oude', "D’Hondt"])
