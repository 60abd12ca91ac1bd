"""A command as a script calls it."""

import io
import json
from typing import Any

from django.core.management import call_command
from time_machine import travel

from tests.personas import NOW


def call(*arguments: str, at: Any = NOW) -> Any:
    """What the command says, or the columns and problems of its refusal."""
    told, code = io.StringIO(), 0
    with travel(at, tick=False):
        try:
            call_command(*arguments, "--json", stdout=told)
        except SystemExit as ended:
            code = int(str(ended.code))
    answer = json.loads(told.getvalue())
    assert code == (2 if "errors" in answer else 0)
    return [(error["column"], error["problem"]) for error in answer.get("errors", ())] or answer
