"""``render_lists``: files a script can rely on, and refusals that leave nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from time_machine import travel

from core.tenancy import tenant
from tests.voters.copies.town import CopyTown, pages, table
from tests.voters.ledger.town import SEPTEMBER
from voters.models import ListCopy
from voters.rules.list_copies import KINDS, Kind


def render(
    town: CopyTown, out: Path, capsys: Any, *more: str, kind: str = "president", file_format: str = "csv", nis: str = ""
) -> dict[str, Any]:
    what = ("--kind", kind, "--format", file_format, "--out", str(out), "--json")
    with travel(SEPTEMBER, tick=False):
        call_command("render_lists", nis or town.municipality.nis_code, "2024-10-13", *what, *more)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


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


TWO = ("--requested-by", "alice", "--approved-by", "henk", "--for", "Lijst 7")


@pytest.mark.parametrize("kind", [kind.value for kind in KINDS if kind != Kind.PACKAGE])
def test_nobody_takes_out_a_list_of_another_municipality(halle: CopyTown, tmp_path: Path, capsys, kind: str, run_on_commit) -> None:
    horebeke = halle.ledger.town.world.horebeke
    people = TWO if KINDS[Kind(kind)].two_persons else TWO[:2]
    with pytest.raises(SystemExit) as ended:
        render(halle, tmp_path / "out", capsys, *people, kind=kind, nis=horebeke.nis_code)

    assert ended.value.code == 2
    [error] = json.loads(capsys.readouterr().out.splitlines()[-1])["errors"]
    assert (error["value"], "role" in error["problem"]) == ("alice", True)
    assert not (tmp_path / "out").exists()
    for place in (horebeke, halle.municipality):
        with tenant(place.pk):
            assert not ListCopy.objects.filter(municipality=place).exists()
    assert render(halle, tmp_path / "out", capsys, *people, kind=kind)["rows"] > 0  # in their own they may


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
