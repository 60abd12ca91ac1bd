"""``render_lists`` of every kind in every form: each file read back, what a kind may say is there and nothing else."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from core.tenancy import tenant
from tests.voters.copies.test_command import TWO, render
from tests.voters.copies.test_copies import EXPECTED, SECRET, secrets
from tests.voters.copies.town import CopyTown, pages, sheet, table
from tests.voters.ledger.town import SEPTEMBER
from voters.models import ListCopy
from voters.rules.list_copies import FORMATS

READERS = {"csv": table, "xlsx": sheet}
FILES = {
    "station": ["stembureau-001", "stembureau-002", "stembureau-003"],
    "president": ["voorzitter-001", "voorzitter-002", "voorzitter-003"],
    "governor": ["gouverneur-001", "gouverneur-002", "gouverneur-003"],
    "municipality": ["gemeente"],
    "public": ["inzage"],
    "party": ["partij"],
}
ON_PAPER = {
    "present": r"\bStemt\b",
    "list_number": r"\bNr\.",
    "birth_date": r"\bGeboren\b",
    "mark": r"V = niet-Belg",
    "compulsory": r"\bPlicht\b",
    "ballots": r"stemt alleen voor",
    "struck": r"doorgehaald = stemt niet",
    "reason": r"B = beslissing",
    "added": r"\+ = later toegevoegd",
    "proxy": r"\bVolm\.",
}
"""How a column of the table shows on paper. The minors have no words where nobody of 16 votes."""
Voter = tuple[str, str, str, str, str, str]
NOT_FOR_A_PARTY = {"station_number", "minor", "ballots", "compulsory", "struck", "added", "reason", "present", "proxy"}


def expected(town: CopyTown, kind: str) -> dict[int, Voter]:
    """List number → name, birth and house of who must stand on a copy, straight from the register and the ledger."""
    entries = town.ledger.list_at(SEPTEMBER)
    left_out = {town.struck.pk} if kind == "party" else set()
    return {
        entries[one.pk].list_number: (
            one.last_name, one.first_names, str(one.birth_date), one.street_name, one.house_number, one.box_number,
        )
        for one in town.ledger.persons() if one.pk not in left_out
    }  # fmt: skip


def in_table(rows: list[dict[str, Any]]) -> dict[int, Voter]:
    names = ("last_name", "first_names", "birth_date", "street_name", "house_number", "box_number")
    return {int(row["list_number"]): tuple(str(row[name] or "") for name in names) for row in rows}  # type: ignore[misc]  # six of them


def _line(number: int, voter: Voter) -> str:
    """A row on paper; between the parts of a letter with accents the reader may see a space."""
    last, first, _born, street, house, box = (r"\s*".join(map(re.escape, part.replace(" ", ""))) for part in voter)
    year, month, day = voter[2].split("-")
    where = rf"{street}\s*{house}" + (rf"\s*bus\s*{box}" if voter[5] else "")
    return rf"(?<!\S){number} {last},\s*{first} {day}/{month}/{year} {where}, 1500"


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("kind", list(FILES))
def test_a_kind_says_what_it_may_and_nothing_else(
    halle: CopyTown, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, file_format: str, run_on_commit: None
) -> None:
    columns, out = EXPECTED[kind], tmp_path / "lists"
    answer = render(halle, out, capsys, *(TWO if kind == "party" else ()), kind=kind, file_format=file_format)

    paths = sorted(out.iterdir())
    assert [path.name for path in paths] == [f"{name}.{file_format}" for name in FILES[kind]]
    assert {one["file"]: one["sha256"] for one in answer["files"]} == {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }
    voters = expected(halle, kind)
    assert answer["rows"] == len(voters) == (39 if kind == "party" else 40)
    if file_format == "pdf":
        read = [" ".join(pages(path.read_bytes())) for path in paths]
        whole = " ".join(read)
        assert sum(len(pages(path.read_bytes())) for path in paths) == answer["pages"] > 0
        for number, voter in voters.items():
            assert len(re.findall(_line(number, voter), whole)) == 1, voter
        for column, word in ON_PAPER.items():
            assert all(bool(re.search(word, text)) == (column in columns) for text in read), column
        assert all(("Stembureau" in text) == (len(paths) == 3) for text in read)
        assert bool(re.search(r"\bBureau\b", whole)) == (kind == "municipality")
    else:
        rows = [row for path in paths for row in READERS[file_format](path.read_bytes())]
        whole = str(rows)
        assert all(tuple(row) == columns for row in rows)
        assert (in_table(rows), len(rows)) == (voters, len(voters))
        struck = halle.ledger.list_at(SEPTEMBER)[halle.struck.pk].list_number
        assert [int(row["list_number"]) for row in rows if str(row.get("struck", 0)) == "1"] == ([struck] if "struck" in columns else [])
        assert not set(rows[0]) & (SECRET | (NOT_FOR_A_PARTY if kind == "party" else set()))
    assert [number for number in secrets(halle) if number in re.sub(r"[.\-\s]", "", whole)] == []
    with tenant(halle.ledger.town.world.horebeke.pk):
        assert not ListCopy.objects.filter(municipality=halle.ledger.town.world.horebeke).exists()
