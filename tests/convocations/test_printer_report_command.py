"""``import_printer_report``: the report of one run, whole or not at all, and never of a run that was guessed."""

from pathlib import Path

import pytest
from django.db import transaction
from time_machine import travel

from convocations.models import CardCase, CardEvent, RunFile
from convocations.services import answers
from core.models import AuditEvent, Job
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.convocations.commands import Commands

AT = "2024-09-24T08:00:00"
HEAD = "token,result,at\n"


@pytest.fixture
def run(halle: CardTown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    halle.release(halle.make())
    commands = Commands(capsys)

    def call(file: Path, *more: str):
        # A command commits for real; in a test what follows the commit follows the block.
        with travel(halle.now, tick=False), monkeypatch.context() as patched:
            patched.setattr(transaction, "on_commit", lambda function, **_: function())
            return commands("import_printer_report", "23027", "2024-10-13", str(file), *more)

    return call


def left(town: CardTown) -> tuple[int, ...]:
    """What a report changes."""
    with tenant(town.pk):
        own = [model.objects.filter(municipality=town.municipality).count() for model in (CardEvent, CardCase, RunFile)]
        trail = AuditEvent.objects.filter(municipality_id=town.pk, kind="card_run.printer_reported").count()
        return (*own, trail, Job.objects.filter(municipality_id=town.pk, kind=answers.REPORT, state="done").count())


def test_the_report_of_the_only_released_run_is_brought_in_once(halle: CardTown, horebeke: CardTown, run, tmp_path: Path) -> None:
    first, second, *_others = halle.cards()
    theirs, before = left(horebeke), left(halle)
    file = tmp_path / "drukker.csv"
    file.write_text(f"{HEAD}{first.token}-01,printed,{AT}\n\n{second.token},spoiled,{AT}\n")

    code, told = run(file, "--requested-by", "alice")

    assert (code, {name: told[name] for name in ("run", "printed", "spoiled", "not_reported")}) == (
        0,
        {"run": 1, "printed": 1, "spoiled": 1, "not_reported": 38},
    )
    assert [halle.events(card) for card in (first, second)] == [["released", "printed"], ["released", "spoiled"]]
    assert left(halle) == tuple(a + b for a, b in zip(before, (2, 1, 1, 1, 1), strict=True))
    with tenant(halle.pk):
        assert AuditEvent.objects.get(kind="card_run.printer_reported").actor_name == halle.clerk.name

    after = left(halle)
    assert run(file)[1]["errors"] == [{"row": None, "column": "", "value": "", "problem": "this file was brought in already"}]
    assert left(halle) == after
    assert left(horebeke) == theirs


def test_all_that_is_wrong_is_told_and_nothing_is_brought_in(halle: CardTown, horebeke: CardTown, run, tmp_path: Path) -> None:
    horebeke.release(horebeke.make())
    card, theirs = halle.cards()[0], horebeke.cards()[0]
    before = left(halle), left(horebeke)
    file = tmp_path / "drukker.csv"
    file.write_text(
        f"{HEAD}{card.token},printed,{AT}\n{theirs.token},printed,{AT}\nzomaar,printed,{AT}\n{card.token},lost,{AT}\n{card.token}\n"
    )

    code, told = run(file)

    assert code == 2
    assert [(one["row"], one["column"], one["value"]) for one in told["errors"]] == [
        (3, "token", theirs.token),
        (4, "token", "zomaar"),
        (5, "result", "lost"),
        (6, "columns", card.token),
    ]
    assert told["errors"][0]["problem"] == "a code of no released card of this run"
    assert (left(halle), left(horebeke)) == before


def test_many_wrong_rows_end_with_how_many_more(halle: CardTown, run, tmp_path: Path) -> None:
    file, before = tmp_path / "drukker.csv", left(halle)
    file.write_text(HEAD + f"zomaar,printed,{AT}\n" * 130)

    code, told = run(file)

    assert (code, len(told["errors"]), told["errors"][-1]["problem"]) == (2, 101, "30 more rows are wrong")
    assert left(halle) == before


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "the columns are token,result,at"), (b"\xff\xfe", "no CSV file in UTF-8"), (HEAD.encode(), "nothing stands in it")],
)
def test_what_is_no_report_is_refused(halle: CardTown, run, tmp_path: Path, content: bytes, problem: str) -> None:
    file, before = tmp_path / "drukker.csv", left(halle)
    file.write_bytes(content)

    code, told = run(file)

    assert (code, [one["problem"] for one in told["errors"]]) == (2, [problem])
    assert left(halle) == before


def test_of_more_released_runs_one_is_named_and_none_is_guessed(halle: CardTown, run, tmp_path: Path) -> None:
    first, second, *_others = halle.cards()
    file = tmp_path / "drukker.csv"
    file.write_text(f"{HEAD}{second.token},spoiled,{AT}\n")
    run(file)
    with_another = halle.make()
    file.write_text(f"{HEAD}{first.token},printed,{AT}\n")
    before = left(halle)
    assert run(file, "--run", "2")[1]["errors"][0]["problem"] == "this run is not released; released are: 1"
    assert left(halle) == before

    halle.release(with_another)
    before = left(halle)
    assert run(file)[1]["errors"][0]["problem"] == "more than one run is released: say which one, of 1, 2"
    assert run(file, "--run", "9")[1]["errors"][0]["problem"] == "this run is not released; released are: 1, 2"
    assert run(file, "--run", "2")[1]["errors"][0]["problem"] == "a code of no released card of this run"
    assert left(halle) == before
    assert run(file, "--run", "1")[1]["printed"] == 1
    assert halle.events(first) == ["released", "printed"]


def test_before_any_release_there_is_nothing_to_report(horebeke: CardTown, halle: CardTown, run, capsys, tmp_path: Path) -> None:
    horebeke.make()
    file = tmp_path / "drukker.csv"
    file.write_text(f"{HEAD}{horebeke.cards()[0].token},printed,{AT}\n")
    before = left(horebeke)

    problems = Commands(capsys).problems("import_printer_report", "45062", "2024-10-13", str(file))

    assert problems == [(None, "DATE", "2024-10-13", "no print run of this election is released: print_convocations first")]
    assert left(horebeke) == before


@pytest.mark.parametrize(
    ("user", "problem"),
    [("bob", "this user's role does not allow it"), ("charlie", "this user has no role in this municipality"), ("niemand", "no such user")],
)
def test_only_who_may_bring_in_files_may_do_so_here(halle: CardTown, run, tmp_path: Path, user: str, problem: str) -> None:
    file, before = tmp_path / "drukker.csv", left(halle)
    file.write_text(f"{HEAD}{halle.cards()[0].token},printed,{AT}\n")

    code, told = run(file, "--requested-by", user)

    assert (code, told["errors"][0]["problem"]) == (2, problem)
    assert left(halle) == before


def test_a_file_that_is_not_there_is_said(halle: CardTown, run, tmp_path: Path) -> None:
    assert run(tmp_path / "weg.csv")[1]["errors"][0]["problem"] == "no such file"
