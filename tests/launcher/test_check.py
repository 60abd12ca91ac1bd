"""./run check runs every step, whatever the others say."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from electionadmin.launcher import check
from electionadmin.launcher.check import Step


def _step(name, code):
    return Step(name, [sys.executable, "-S", "-c", code])


def test_every_step_is_judged_and_shows_what_it_said():
    verdicts = check.run([_step("bad", "print('why'); raise SystemExit(3)"), _step("good", "")], {})

    assert [(verdict.step.name, verdict.passed, verdict.output) for verdict in verdicts] == [("bad", False, "why\n"), ("good", True, "")]


def test_one_failed_step_fails_the_check(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(check, "steps", lambda: [_step("good", ""), _step("bad", "print('why'); raise SystemExit(1)")])

    assert check.check({}) == 1
    assert "1 of 2 failed: bad" in capsys.readouterr().out


def test_all_good_steps_pass(monkeypatch, capsys):
    monkeypatch.setattr(check, "steps", lambda: [_step("good", "")])

    assert check.check({}) == 0
    assert "All 1 checks passed" in capsys.readouterr().out


def test_interruption_ends_the_steps(monkeypatch):
    started = time.monotonic()
    reached = threading.Event()
    real = subprocess.Popen

    def popen(*arguments, **keywords):
        process = real(*arguments, **keywords)
        reached.set()
        return process

    def interrupted(pool, judge, steps):
        pool.submit(judge, steps[0])
        assert reached.wait(10)
        time.sleep(0.2)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setattr(ThreadPoolExecutor, "map", interrupted)

    with pytest.raises(KeyboardInterrupt):
        check.run([_step("long", "import time; time.sleep(60)")], {})

    assert time.monotonic() - started < 20


def test_no_template_is_forgotten():
    known = set(check.templates())

    assert "templates/base.html" in known
    assert all(name.endswith(".html") for name in known)


def test_steps_cover_what_a_change_can_break():
    assert {step.name for step in check.steps()} == {
        "mypy --strict",
        "ruff format",
        "ruff check",
        "import-linter",
        "djade",
        "migrations",
        "translations",
        "check --deploy",
    }
