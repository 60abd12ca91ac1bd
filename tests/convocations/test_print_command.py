"""``print_convocations``: cards for everybody in one call, and what a refusal leaves behind."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from time_machine import travel

from convocations.commands import RUN_PROBLEMS
from convocations.forms.runs import RunForm
from convocations.management.commands import print_convocations
from convocations.models import Card, PrintRun
from convocations.rules.runs import Hours, Order, RunSettings, law_hours
from convocations.services import mailing, runs
from core import jobs
from core.models import Approval, AuditEvent, Job
from core.tenancy import tenant
from delivery.rules import BpostValues
from delivery.services import save_bpost_settings
from tests.convocations.cards import CardTown
from tests.documents.stream.files import texts
from voters.models import ListDecision
from voters.services.decisions import NewDecision

HEADING = "file,page,token,issue,list_number,station_number,slot,mail_id"
FIGURES = {"cards", "none_by_reason", "files", "pages", "seconds", "readback"}


@pytest.fixture(autouse=True)
def _commits(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the command enqueues runs where it would commit, inside the transaction of the test."""

    monkeypatch.setattr(print_convocations, "tenant", halle.committed)
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
    (error,) = refusals(out, **options)
    return str(error["problem"])


def refusals(out: Path, **options: Any) -> list[dict[str, Any]]:
    """All problems of a call that ends with 2."""
    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call(out, **options, stdout=told)
    assert ended.value.code == 2
    errors: list[dict[str, Any]] = json.loads(told.getvalue())["errors"]
    return errors


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


def settings_of(town: CardTown) -> RunSettings:
    """Of the last run."""
    with tenant(town.pk):
        return RunSettings.of(PrintRun.objects.filter(municipality=town.municipality).latest("number").settings)


def test_a_run_is_told_all_that_the_screen_asks(halle: CardTown, horebeke: CardTown, tmp_path: Path) -> None:
    with tenant(halle.pk):
        values = BpostValues("12345678", "87654321", "12345678", "12345", 9, 100, 999)
        save_bpost_settings(municipality=halle.municipality, values=values, by=halle.head, at=halle.now)
    asked = {
        "order": "station", "hours": 30, "opening": "07:30", "closing": "13:30", "electronic_opening": "08:15", "electronic_closing": "16:00",
        "posting": "2024-09-26", "mail_ids": True, "reissue_changed": True,
    }  # fmt: skip

    call(tmp_path / "cards", **asked)

    told = settings_of(halle)
    assert told == RunSettings(
        Hours(450, 810), Hours(495, 960), step=30, order=Order.STATION, mail_ids=True, posting=date(2024, 9, 26), reissue_changed=True
    )
    assert set(RunForm(may_number=True).fields) == OF_THE_SCREEN  # a new one there needs its option here
    run = halle.fresh(PrintRun(pk=halle.cards()[0].run_id))
    assert mailing.posting_day(run) == date(2024, 9, 26)
    assert {card.slot % 30 for card in halle.cards() if card.slot is not None} == {0}
    assert "7.30" in texts(halle.file(run, "cards"))[0]
    assert run_states(horebeke) == []


OF_THE_SCREEN = {
    "order", "step", "paper_opening", "paper_closing", "electronic_opening", "electronic_closing", "mail_ids", "posting", "reissue_changed",
}  # fmt: skip


def test_what_is_left_out_is_as_the_screen_proposes_it(halle: CardTown, tmp_path: Path) -> None:
    call(tmp_path / "cards")

    paper, electronic = law_hours("local")
    assert settings_of(halle) == RunSettings(paper, electronic)


@pytest.mark.parametrize("posting", ["2024-10-12", "2024-01-02"])
def test_cards_may_be_posted_until_the_day_before_the_election(halle: CardTown, tmp_path: Path, posting: str) -> None:
    call(tmp_path / "cards", posting=posting)

    assert settings_of(halle).posting == date.fromisoformat(posting)


HOUR, DAY = "expected an hour, HH:MM", "expected a date, YYYY-MM-DD"


@pytest.mark.parametrize(
    ("column", "options", "problem"),
    [
        ("posting", {"posting": "2024-10-13"}, RUN_PROBLEMS["posting"]),
        ("posting", {"posting": "2024-10-14"}, RUN_PROBLEMS["posting"]),
        ("posting", {"posting": "12/10/2024"}, DAY),
        ("posting", {"posting": ""}, DAY),
        ("closing", {"opening": "13:00"}, RUN_PROBLEMS["hours"]),
        ("closing", {"opening": "08:00", "closing": "08:00"}, RUN_PROBLEMS["hours"]),
        ("electronic_closing", {"electronic_opening": "23:59"}, RUN_PROBLEMS["hours"]),
        ("opening", {"opening": "8"}, HOUR),
        ("opening", {"opening": "08:60"}, HOUR),
        ("closing", {"closing": "24:01"}, HOUR),
        ("electronic_opening", {"electronic_opening": "-1:00"}, HOUR),
        ("electronic_closing", {"electronic_closing": "\u0661\u0662:\u0660\u0660"}, HOUR),
        ("hours", {"hours": 4}, RUN_PROBLEMS["step"]),
        ("hours", {"hours": 241}, RUN_PROBLEMS["step"]),
        ("hours", {"hours": 120, "opening": "08:00", "closing": "09:59"}, RUN_PROBLEMS["step"]),
    ],
)
def test_what_cannot_be_is_refused_by_its_option_and_nothing_is_made(
    halle: CardTown, horebeke: CardTown, tmp_path: Path, column: str, options: dict[str, Any], problem: str
) -> None:
    before, out = (state(halle), state(horebeke)), tmp_path / "cards"

    [error] = refusals(out, **options)

    assert error == {"row": None, "column": column, "value": str(error["value"]), "problem": problem}
    assert error["value"] in {str(value) for value in options.values()} or problem == RUN_PROBLEMS["hours"]
    assert (state(halle), state(horebeke)) == before
    assert not out.exists()


def test_all_options_that_cannot_be_are_told_at_once(halle: CardTown, tmp_path: Path) -> None:
    told = refusals(tmp_path / "cards", opening="14:00", electronic_closing="07:00", posting="2024-10-13")

    assert [error["column"] for error in told] == ["closing", "electronic_closing", "posting"]


@dataclass
class Elsewhere:
    """A worker somewhere else has a part of the run, and a clock that goes on only while the command sleeps."""

    town: CardTown
    callbacks: list[Callable[[], None]]
    gets_on: bool
    ends_after: float
    now: float = 0.0

    def sleep(self, _seconds: float) -> None:
        """A minute goes by."""
        self.now += 60
        with tenant(self.town.pk):
            if self.gets_on:
                Job.objects.filter(municipality_id=self.town.pk).update(done=F("done") + 1)
        if self.now >= self.ends_after and self.callbacks:
            waiting, self.callbacks[:] = list(self.callbacks), []
            with jobs.inline(), self.town.ledger.capture(execute=True):
                for begin in waiting:
                    begin()


@pytest.fixture
def elsewhere(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Elsewhere]:
    """Nothing is made in the process of the command until this says so."""

    def begin(**values: Any) -> Elsewhere:
        found = Elsewhere(halle, [], **values)

        @contextmanager
        def kept(municipality_id: int) -> Iterator[None]:
            with halle.ledger.capture(execute=bool(found.now)) as waiting, tenant(municipality_id):
                yield
            found.callbacks += [] if found.now else waiting

        monkeypatch.setattr(print_convocations, "tenant", kept)
        monkeypatch.setattr(print_convocations, "time", SimpleNamespace(monotonic=lambda: found.now, sleep=found.sleep))
        return found

    return begin


def test_work_of_a_worker_is_waited_for_as_long_as_it_gets_on(
    halle: CardTown, horebeke: CardTown, tmp_path: Path, elsewhere: Callable[..., Elsewhere]
) -> None:
    worker = elsewhere(gets_on=True, ends_after=3 * print_convocations.PATIENCE)

    told = call(tmp_path / "cards")

    assert (told["cards"], told["seconds"]) == (40, worker.now)
    assert worker.now >= 3 * print_convocations.PATIENCE
    assert run_states(halle) == ["released"]
    assert run_states(horebeke) == []


def test_of_a_worker_that_stopped_the_command_says_how_to_go_on_or_to_cancel(
    halle: CardTown, horebeke: CardTown, tmp_path: Path, elsewhere: Callable[..., Elsewhere]
) -> None:
    worker, out = elsewhere(gets_on=False, ends_after=math.inf), tmp_path / "cards"

    with pytest.raises(CommandError, match="nothing has been done on run 1 for 10 minutes") as stuck:
        call(out)

    assert print_convocations.PATIENCE < worker.now <= print_convocations.PATIENCE + 120
    assert "Start the worker again" in str(stuck.value)
    assert "cancel it" in str(stuck.value)
    assert (run_states(halle), halle.cards(), out.exists()) == (["making"], [], False)
    with tenant(halle.pk):
        runs.cancel_run(run=PrintRun.objects.get(municipality=halle.municipality), by=halle.clerk, at=halle.now)
    worker.callbacks.clear()
    assert call(out)["run"] == 2
    assert run_states(halle) == ["cancelled", "released"]
    assert run_states(horebeke) == []
