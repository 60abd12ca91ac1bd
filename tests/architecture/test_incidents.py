"""Every incident of docs/incidents.md names tests that are there; what names none says that it is not made yet."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = [line for line in (ROOT / "docs" / "incidents.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def _tests(path: Path) -> set[str]:
    """The names of the tests of a file, those of classes too."""
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_the_incidents_are_read() -> None:
    assert len(LINES) >= 21


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("|")[1].strip())
def test_the_tests_that_an_incident_names_are_there(line: str) -> None:
    named = NAMED.findall(line)

    assert named or "not made yet" in line
    assert line.count("`tests/") == len(named)
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert not name or name in _tests(ROOT / path), f"{path}::{name}"
