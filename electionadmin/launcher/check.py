"""./run check: every rule that a machine can judge, all of them each time, two at a time."""

import secrets
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import preparation
from .places import BIN, PYTHON, ROOT

if TYPE_CHECKING:
    from pathlib import Path

# As in production, on the tests' database: `check --deploy` asks it what the application's role may do.
SETTINGS = {
    "ALLOWED_HOSTS": "verkiezingen.example",
    "DEBUG": "0",
    "DEMO": "0",
    "HTTPS": "1",
}
FOLDERS_WITH_TEMPLATES = ("templates", "*/documents", "documents")


@dataclass(frozen=True)
class Step:
    """One judgement: a name and the program that makes it (exit code 0 is good)."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Verdict:
    """What came of a step, in seconds of wall time."""

    step: Step
    passed: bool
    seconds: float
    output: str


def templates() -> list[str]:
    """Every Django template of the project."""
    found: set[Path] = set()
    for pattern in FOLDERS_WITH_TEMPLATES:
        for folder in ROOT.glob(pattern):
            found.update(path for path in folder.rglob("*.html") if path.is_file())
    return sorted(str(path.relative_to(ROOT)) for path in found)


def steps() -> list[Step]:
    """The slowest first, so that two cores end together."""
    ruff = str(BIN / "ruff")
    return [
        Step("mypy --strict", [str(BIN / "mypy")]),
        Step("ruff format", [ruff, "format", "--check", "--quiet", "."]),
        Step("ruff check", [ruff, "check", "--quiet", "."]),
        Step("import-linter", [str(BIN / "lint-imports"), "--no-logo"]),
        Step("djade", [str(BIN / "djade"), "--target-version", "5.2", "--check", *templates()]),
        Step("migrations", preparation.manage("makemigrations", "--check", "--dry-run")),
        Step("translations", [str(PYTHON), "-m", "electionadmin.messages", "check"]),
        Step("check --deploy", preparation.manage("check", "--deploy", "--fail-level", "WARNING")),
    ]


def run(chosen: Sequence[Step], environment: Mapping[str, str]) -> list[Verdict]:
    """Run the steps, telling each when it is done; verdicts in the order of `chosen`. An interruption ends what runs."""
    running: list[subprocess.Popen[str]] = []

    def judge(step: Step) -> Verdict:
        start = time.monotonic()
        process = subprocess.Popen(
            step.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        running.append(process)
        output, _ = process.communicate()
        verdict = Verdict(step, process.returncode == 0, time.monotonic() - start, output)
        print(f"{'ok    ' if verdict.passed else 'FAILED'} {step.name:<16} {verdict.seconds:6.1f} s", flush=True)
        return verdict

    with ThreadPoolExecutor(max_workers=2) as pool:
        try:
            return list(pool.map(judge, chosen))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in running:
                process.kill()
            raise


def check(environment: Mapping[str, str]) -> int:
    """Run all steps, show what failed, answer the exit code."""
    start = time.monotonic()
    environment = {**environment, **SETTINGS, "SECRET_KEY": secrets.token_urlsafe(64)}
    verdicts = run(steps(), environment)
    failed = [verdict for verdict in verdicts if not verdict.passed]
    for verdict in failed:
        print(f"\n--- {verdict.step.name} ---\n{verdict.output.rstrip()}")
    names = ", ".join(verdict.step.name for verdict in failed)
    summary = f"{len(failed)} of {len(verdicts)} failed: {names}" if failed else f"All {len(verdicts)} checks passed"
    print(f"\n{summary} ({time.monotonic() - start:.1f} s)")
    return 1 if failed else 0


def fix() -> int:
    """Format, and repair what ruff can repair."""
    ruff = str(BIN / "ruff")
    commands = [[ruff, "check", "--fix", "."], [ruff, "format", "."], [str(BIN / "djade"), "--target-version", "5.2", *templates()]]
    codes = [subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands]
    return 1 if codes[0] or codes[1] else 0  # djade answers 1 when it has changed something
