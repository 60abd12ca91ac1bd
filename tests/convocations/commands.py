"""How a test calls a command: what it says and how it ends."""

import json
from typing import Any

import pytest
from django.core.management import call_command

Told = tuple[int, dict[str, Any]]


class Commands:
    """Commands that say what they did as JSON."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str, **options: Any) -> Told:
        """The exit code and the last line."""
        code = 0
        try:
            call_command(*arguments, json=True, **options)
        except SystemExit as end:
            code = int(end.code or 0)
        return code, json.loads(self.capsys.readouterr().out.strip().splitlines()[-1])

    def problems(self, *arguments: str, **options: Any) -> list[tuple[int | None, str, str, str]]:
        """Row, column, value and problem of a call that ends with 2."""
        code, told = self(*arguments, **options)
        assert code == 2, told
        return [(one["row"], one["column"], one["value"], one["problem"]) for one in told["errors"]]
