"""``print_convocations``: cards for everybody in one call, and what a refusal leaves behind."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from time_machine import travel

from convocations.management.commands import print_convocations
from convocations.models import Card, PrintRun
from core.models import Approval, AuditEvent, Job
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from voters.models import ListDecision
from voters.services.decisions import NewDecision

HEADING = "file,page,token,issue,list_number,station_number,slot,mail_id"
FIGURES = {"cards", "none_by_reason", "files", "pages", "seconds", "readback"}


@pytest.fixture(autouse=True)
def _commits(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the command enqueues runs where it would commit, inside the transaction of the test."""

    @contextmanager
    def committed(municipality_id: int) -> Iterator[None]:
        with halle.ledger.capture(execute=True), tenant(municipality_id):
            yield

    monkeypatch.setattr(print_convocations, "tenant", committed)
    with travel(halle.now, tick=False):
        yield


def call(out: Path, **options: Any) -> dict[str, Any]:
    """What the command says when it ends well."""
    told = io.StringIO()
    given = {"requested_by": "alice", "approved_by": "henk", "stdout": told, **options}
    call_command("print_convocations", "23027", "2024-10-13", out=out, json=True, **given)
    answer: dict[str, Any] = json.loads(told.getvalue().splitlines()[-1])
    return answer


def refusal(out: Path, **options: Any) -> str:
    """The one problem of a call that ends with 2."""
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call(out, **options, stdout=told)
    assert ended.value.code == 2
    (error,) = json.loads(told.getvalue())["errors"]
    return str(error["problem"])


def state(town: CardTown) -> list[int]:
    """Rows of all that a run makes."""
    with tenant(town.pk):
        return [model.objects.filter(municipality_id=town.pk).count() for model in (PrintRun, Card, Approval, Job, AuditEvent)]


def run_states(town: CardTown) -> list[str]:
    """By number."""
    with tenant(town.pk):
        return list(PrintRun.objects.filter(municipality=town.municipality).order_by("number").values_list("state", flat=True))


@pytest.fixture
def strike_meanwhile(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Strike a voter once, between the making and the release; returns how to leave that off."""
    ready = print_convocations.Command._ready

    def struck(made: PrintRun) -> None:
        ready(made)
        new = NewDecision(kind=ListDecision.Kind.STRIKE, authority="court", decided_on=halle.now.date(), reference="1", reason="x")
        halle.ledger.record(halle.ledger.persons()[0], new)

    monkeypatch.setattr(print_convocations.Command, "_ready", staticmethod(struck))
    return lambda: monkeypatch.setattr(print_convocations.Command, "_ready", staticmethod(ready))


def test_everybody_gets_a_card_and_the_files_lie_in_the_folder(halle: CardTown, horebeke: CardTown, tmp_path: Path) -> None:
    out, theirs = tmp_path / "cards", state(horebeke)

    told = call(out)

    assert set(told) >= FIGURES
    assert (told["cards"], told["none_by_reason"], told["readback"]["ok"]) == (40, {}, True)
    assert told["pages"] >= 40
    assert told["seconds"] >= 0
    assert "manifest.csv" in told["files"]
    assert sorted(told["files"]) == sorted(path.name for path in out.iterdir())
    lines = (out / "manifest.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(HEADING)
    rows = list(csv.DictReader(lines))
    assert [row["token"] for row in rows] == [card.token for card in halle.cards(state="released")]
    assert len(rows) == 40
    assert {row["file"] for row in rows} <= set(told["files"])
    assert run_states(halle) == ["released"]
    assert state(horebeke) == theirs


def test_one_person_cannot_do_both_and_nothing_is_made(halle: CardTown, horebeke: CardTown, tmp_path: Path) -> None:
    before, out = (state(halle), state(horebeke)), tmp_path / "cards"

    # Henk may do either, and not both.
    assert refusal(out, requested_by="henk", approved_by="henk") == "the second person must be somebody else"

    assert (state(halle), state(horebeke)) == before
    assert not out.exists()


def test_a_refused_release_leaves_a_cancelled_run_and_the_next_call_works(
    halle: CardTown, horebeke: CardTown, tmp_path: Path, strike_meanwhile: Callable[[], None]
) -> None:
    out, theirs = tmp_path / "cards", state(horebeke)

    assert refusal(out).startswith("cards are not right any more")

    assert (run_states(halle), halle.cards()) == (["cancelled"], [])
    with tenant(halle.pk):
        assert not Approval.objects.filter(municipality_id=halle.pk, decision="open").exists()
        assert AuditEvent.objects.filter(municipality_id=halle.pk, kind="card_run.cancelled").count() == 1
    assert not out.exists()
    strike_meanwhile()
    told = call(out)
    assert (told["run"], told["cards"]) == (2, 39)
    assert run_states(halle) == ["cancelled", "released"]
    assert state(horebeke) == theirs


def test_the_list_of_an_earlier_run_is_not_written_over(halle: CardTown, horebeke: CardTown, tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("of an earlier run", encoding="utf-8")
    before = state(halle), state(horebeke)

    assert refusal(tmp_path).startswith("manifest.csv of another run is in this folder")

    assert (state(halle), state(horebeke)) == before
    assert (tmp_path / "manifest.csv").read_text(encoding="utf-8") == "of an earlier run"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["manifest.csv"]
