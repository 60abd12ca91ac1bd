"""What every command shares: one JSON object as its last line with ``--json``, and one way to refuse what it was given.

Exit code 0: done. 2: the input was refused, nothing has changed, and the problems stand in ``errors``.
"""

import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.actor import Actor


class CommandRefused(Exception):
    """The input is refused and nothing has changed; ``errors`` are objects with ``row, column, value, problem``."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(errors)} problems")
        self.errors = errors


def refuse(problem: str, *, column: str = "", value: str = "", row: int | None = None) -> NoReturn:
    """Refuse with one problem, said in a sentence for the person at the terminal."""
    raise CommandRefused([{"row": row, "column": column, "value": value, "problem": problem}])


def content_of(path: Path, *, most: int, column: str) -> bytes:
    """Return the first ``most`` bytes of a file and one more, by which whoever reads them knows that it is too large; or refuse."""
    try:
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        refuse(f"cannot be read: {error.strerror}", column=column, value=str(path))


def operator_name() -> str:
    """Whoever types the command, as the machine knows them: for the audit trail where no account of ours acts."""
    try:
        return f"cli:{os.environ.get('SUDO_USER') or getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def operator() -> Actor:
    """Whoever types the command, where it acts on nobody's behalf."""
    return Actor(user_id=None, name=operator_name(), role="operator", address="cli")


class JsonCommand(BaseCommand):
    """Base of our commands: a subclass defines ``run``."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Add ``--json`` to whatever the command itself takes."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """What the parser itself refuses (a word that is none of the choices, an option too few) is one of the ``errors`` too."""
        if "--json" in argv:
            parser = self.create_parser(argv[0], argv[1])
            parser.called_from_command_line = False  # then it raises, and leaves the printing to us
            try:
                parser.parse_args(argv[2:])
            except CommandError as error:
                self._print_refusal([{"row": None, "column": "", "value": "", "problem": str(error).removeprefix("Error: ")}], as_json=True)
                sys.exit(2)
        super().run_from_argv(argv)

    run: Callable[..., dict[str, Any]]
    """Does the work, takes the command's options by name, returns what is printed. ``CommandRefused``: nothing was changed."""

    def handle(self, *_: Any, **options: Any) -> None:
        """Run, then print the figures; a refusal is printed and ends the process with 2."""
        as_json = bool(options.pop("json", False))
        try:
            result = self.run(**options)
        except CommandRefused as refusal:
            self._print_refusal(refusal.errors, as_json=as_json)
            sys.exit(2)
        self._print(result, as_json=as_json)

    def _print(self, result: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False, default=str))
            return
        for key, value in result.items():
            shown = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else value
            self.stdout.write(f"{key}: {shown}")

    def _print_refusal(self, errors: list[dict[str, Any]], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"errors": errors}, ensure_ascii=False, default=str))
            return
        for error in errors:
            place = ", ".join(f"{name} {error[name]}" for name in ("row", "column", "value") if error.get(name) not in (None, ""))
            self.stderr.write(f"{place}: {error['problem']}" if place else str(error["problem"]))
