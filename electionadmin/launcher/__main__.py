"""./run: reads the command line, makes the virtual environment, runs the command, leaves nothing behind."""

import argparse
import sys
from collections.abc import Callable

from . import commands, compiler, environment
from .check import fix
from .places import LauncherError, tell
from .processes import adopt_orphans
from .supervisor import Stopped, clean_up, signals_stop

FORWARDING = ("manage", "test", "bench", "messages")


def parser() -> argparse.ArgumentParser:
    """What can be typed after ./run."""
    result = argparse.ArgumentParser(prog="./run", description="Start, test and check the election administration.")
    subcommands = result.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = subcommands.add_parser("demo", help="do the main job on a made-up population of a real town, and serve it")
    demo.add_argument("--no-serve", action="store_true", help="stop after the main job")
    demo.add_argument("--town", choices=("halle", "horebeke", "herstappe"))
    demo.add_argument("--persons", type=int, metavar="N", help="size of the made-up population")
    demo.add_argument("--seed", type=int, metavar="N", help="the same seed makes the same people")
    demo.add_argument("--port", type=int, default=8000)
    serve = subcommands.add_parser("serve", help="serve what is there, with its worker")
    serve.add_argument("--port", type=int, default=8000)
    subcommands.add_parser("test", help="run the tests (arguments go to pytest)", add_help=False)
    subcommands.add_parser("check", help="formatting, lint, types, imports, templates, migrations, texts, deployment settings")
    subcommands.add_parser("fix", help="format, and repair what can be repaired")
    subcommands.add_parser("bench", help="run the measurements (all, or one by name)", add_help=False)
    subcommands.add_parser("manage", help="run a command of manage.py", add_help=False)
    reset = subcommands.add_parser("db-reset", help="delete the embedded databases")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    subcommands.add_parser("messages", help="read the screen texts from the code into locale/", add_help=False)
    return result


def command(session: commands.Session, options: argparse.Namespace, rest: list[str]) -> Callable[[], int]:
    """What to do for a command line."""
    return {
        "demo": lambda: commands.demo(session, options),
        "serve": lambda: commands.serve(session, options),
        "test": lambda: commands.test(session, rest),
        "check": lambda: commands.check_command(session),
        "fix": fix,
        "bench": lambda: commands.bench(session, rest),
        "manage": lambda: commands.manage_command(session, rest),
        "db-reset": lambda: commands.db_reset(options),
        "messages": lambda: commands.messages(rest),
    }[options.command]


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    rest: list[str] = []
    if arguments and arguments[0] in FORWARDING:
        arguments, rest = arguments[:1], arguments[1:]
    options = parser().parse_args(arguments)
    session = commands.Session()
    with signals_stop():
        try:
            adopt_orphans()
            environment.ensure_environment()
            compiler.ensure_core()
            return command(session, options, rest)()
        except LauncherError as error:
            tell(f"./run {options.command}: {error}")
            return 1
        except Stopped as stopped:
            return stopped.exit_code
        finally:
            clean_up(session.services)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
