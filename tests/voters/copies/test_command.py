"""``render_lists``: files a script can rely on, and refusals that leave nothing."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from time_machine import travel

from core.tenancy import tenant
from tests.voters.copies.town import CopyTown, pages, sheet, table
from tests.voters.ledger.town import SEPTEMBER
from voters.models import ListCopy


def render(town: CopyTown, out: Path, capsys: Any, *more: str, kind: str = "president", file_format: str = "csv") -> dict[str, Any]:
    with travel(SEPTEMBER, tick=False):
        call_command(
            "render_lists", town.municipality.nis_code, "2024-10-13", "--kind", kind, "--format", file_format, "--out", str(out), "--json", *more
        )  # fmt: skip
    answer: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


@pytest.fixture
def run_on_commit(monkeypatch) -> None:
    """Work begins after commit: the test's own transaction never commits, so it begins at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_: function())


READERS = {"csv": table, "xlsx": sheet}


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "pdf"])
@pytest.mark.parametrize(("kind", "name"), [("president", "voorzitter"), ("station", "stembureau"), ("governor", "gouverneur")])
def test_a_kind_by_station_gives_a_file_a_station(
    halle: CopyTown, tmp_path: Path, capsys, kind: str, name: str, file_format: str, run_on_commit
) -> None:
    out = tmp_path / "lists"
    answer = render(halle, out, capsys, kind=kind, file_format=file_format)

    assert sorted(path.name for path in out.iterdir()) == [f"{name}-{number:03}.{file_format}" for number in (1, 2, 3)]
    assert [Path(one["file"]).name for one in answer["files"]] == sorted(path.name for path in out.iterdir())
    assert all(hashlib.sha256(Path(one["file"]).read_bytes()).hexdigest() == one["sha256"] for one in answer["files"])
    assert answer["rows"] == 40
    if file_format != "pdf":
        rows = [row for path in sorted(out.iterdir()) for row in READERS[file_format](path.read_bytes())]
        assert sorted(int(row["list_number"]) for row in rows) == sorted(halle.numbers())


@pytest.mark.parametrize(("kind", "name"), [("public", "inzage"), ("municipality", "gemeente"), ("party", "partij")])
def test_another_kind_gives_one_file(halle: CopyTown, tmp_path: Path, capsys, kind: str, name: str, run_on_commit) -> None:
    people = ("--requested-by", "alice", "--approved-by", "henk", "--for", "Lijst 7") if kind == "party" else ()
    answer = render(halle, tmp_path / "out", capsys, "--order", "street", *people, kind=kind)
    (path,) = (tmp_path / "out").iterdir()

    assert path.name == f"{name}.csv"
    assert len(table(path.read_bytes())) == answer["rows"] == (39 if kind == "party" else 40)


def test_a_package_has_its_manifest(halle: CopyTown, tmp_path: Path, capsys, run_on_commit) -> None:
    answer = render(halle, tmp_path, capsys, "--package", file_format="pdf")
    manifest = table((tmp_path / "manifest.csv").read_bytes())

    assert [Path(one["file"]).name for one in answer["files"]] == [
        "pakket-001.pdf", "pakket-002.pdf", "pakket-003.pdf", "pakket.pdf", "manifest.csv",
    ]  # fmt: skip
    assert {row["file"]: row["sha256"] for row in manifest} == {
        Path(one["file"]).name: one["sha256"] for one in answer["files"] if not one["file"].endswith("csv")
    }
    assert len(pages((tmp_path / "pakket.pdf").read_bytes())) == answer["pages"]


def test_named_people_ask_and_approve_the_copy_of_a_party(halle: CopyTown, tmp_path: Path, capsys, run_on_commit) -> None:
    people = ("--requested-by", "alice", "--approved-by", "henk", "--for", "Lijst 7")
    render(halle, tmp_path / "out", capsys, *people, kind="party")
    with tenant(halle.municipality.pk):
        copy = ListCopy.objects.get()

    assert (copy.requested_by_name, copy.approved_by_name, copy.made_for) == ("Alice Test", "Henk Test", "Lijst 7")


@pytest.mark.parametrize(
    ("kind", "more", "problem"),
    [
        ("party", (), "name both"),
        ("party", ("--for", "Lijst 7"), "name both"),
        ("party", ("--approved-by", "henk", "--for", "Lijst 7"), "name both"),
        ("party", ("--requested-by", "alice"), "second person"),
        ("public", ("--approved-by", "henk"), "needs no second person"),
        ("public", ("--requested-by", "alice", "--approved-by", "henk"), "needs no second person"),
        ("party", ("--requested-by", "henk", "--approved-by", "henk"), "second person"),
        ("party", ("--requested-by", "alice", "--approved-by", "bob"), "role"),
        ("public", ("--requested-by", "bob"), "role"),
        ("public", ("--requested-by", "charlie"), "role"),
        ("president", ("--station", "9"), "no polling station with this number"),
        ("public", ("--package",), "only the lists of the stations"),
        ("president", ("--package",), "is a PDF"),
        ("president", ("--as-of", "2024-09-24T10:00"), "still to come"),
        ("president", ("--as-of", "gisteren"), "expected a moment"),
        ("president", ("--as-of", "2024-13-45T10:00"), "expected a moment"),
    ],
)
def test_a_refusal_leaves_no_file_and_no_copy(halle: CopyTown, tmp_path: Path, capsys, kind: str, more, problem: str) -> None:
    with pytest.raises(SystemExit) as ended:
        render(halle, tmp_path / "out", capsys, *more, kind=kind)

    assert ended.value.code == 2
    assert problem in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
    with tenant(halle.municipality.pk):
        assert not ListCopy.objects.exists()
