"""The commands behind ./run."""

import argparse
import http.client
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import check, ports, preparation, system
from .places import PYTHON, LauncherError, log_file, tell, timed, var_dir
from .preparation import manage
from .processes import wait_until
from .services import BENCH, MAIN, TEST, Services
from .supervisor import Supervisor, run_attached

WEB_SECONDS = 90
QUEUES = "interactive,bulk,print,delivery"
# Subcommands of manage.py that must work on a database that is not up to date yet.
WITHOUT_MIGRATING = {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "check", "help", "diffsettings", "--help", "--version"}


class Session:
    """One start of ./run: the embedded servers it uses, if any, and the environment of its programs."""

    def __init__(self) -> None:
        self.services: Services | None = None

    def open(self, name: str, **extra: str) -> dict[str, str]:
        """The environment for programs on the servers of purpose `name`, which run from now on."""
        if not preparation.needs_services():
            return preparation.environment(None, **extra)
        self.services = Services(name)
        return preparation.environment(self.services.acquire(), **extra)


def demo(session: Session, options: argparse.Namespace) -> int:
    """Everything: the servers, the worker, the main job on a real town, the web server."""
    if not options.no_serve:
        _expect_free(options.port)
    environment = session.open(MAIN, DEMO="1")
    _prepare(session, environment, static=not options.no_serve)
    with Supervisor(environment, session.services) as supervisor:
        _start_worker(supervisor)
        asked = [f"--{name}={value}" for name in ("town", "persons", "seed") if (value := getattr(options, name)) is not None]
        code = supervisor.run(manage("run_demo", *asked, f"--address={_address(options.port)}"))
        if code or options.no_serve:
            return code
        _start_web(supervisor, options.port)
        supervisor.run_for_ever()
    return 0


def serve(session: Session, options: argparse.Namespace) -> int:
    """The web server and the worker on what is there."""
    _expect_free(options.port)
    environment = session.open(MAIN, **_demo_unless_own())
    _prepare(session, environment, static=True)
    with Supervisor(environment, session.services) as supervisor:
        _start_worker(supervisor)
        _start_web(supervisor, options.port)
        supervisor.run_for_ever()
    return 0


def manage_command(session: Session, arguments: Sequence[str]) -> int:
    """manage.py with the environment; its exit code and its stdout are the command's."""
    environment = session.open(MAIN, **_demo_unless_own())
    name = arguments[0] if arguments else "help"
    preparation.compile_messages(environment)
    if name not in WITHOUT_MIGRATING and not preparation.has_own_database():
        preparation.migrate(environment, session.services)
    code = run_attached(manage(*arguments), environment, cwd=Path.cwd())  # file names are the caller's
    if name == "migrate" and session.services:
        session.services.remember("migrated", None)
    return code


def test(session: Session, arguments: Sequence[str]) -> int:
    """All tests, in random order, two at a time; arguments go to pytest."""
    system.ensure_browser()
    environment = session.open(TEST, DEMO="1")  # plain HTTP and no second factor, but where a test asks for them
    preparation.compile_messages(environment)
    own_choice = any(argument.startswith(("-n", "--numprocesses", "--pdb")) or argument == "no:xdist" for argument in arguments)
    return run_attached([str(PYTHON), "-m", "pytest", *([] if own_choice else ["-n", "2", "--dist", "loadgroup"]), *arguments], environment)


def bench(session: Session, arguments: Sequence[str]) -> int:
    """The measurements, on servers of their own that keep their promises (fsync on)."""
    environment = session.open(BENCH)
    return run_attached([str(PYTHON), "-m", "benchmarks", *arguments], environment)


def messages(arguments: Sequence[str]) -> int:
    """Read the texts from the code into locale/."""
    command = [str(PYTHON), "-m", "electionadmin.messages", *(arguments or ["update"])]
    return run_attached(command, preparation.environment(None))


def db_reset(options: argparse.Namespace) -> int:
    """Delete the embedded servers' data and the files that belong to it."""
    folders = [var_dir() / name for name in (MAIN, TEST, BENCH)]
    files = var_dir() / "files"
    tell(f"This deletes the embedded databases and the files they refer to: {', '.join(map(str, [*folders, files]))}")
    if not options.yes:
        tell("Type yes to go on: ")
        if sys.stdin.readline().strip() != "yes":
            tell("Nothing was deleted.")
            return 1
    for folder in folders:
        Services(folder.name).delete()
        shutil.rmtree(folder)
    shutil.rmtree(files, ignore_errors=True)
    tell("Deleted.")
    return 0


def check_command(session: Session) -> int:
    """Every rule that a machine can judge."""
    environment = session.open(TEST)
    if not preparation.has_own_database():
        try:
            preparation.migrate(environment, session.services)
        except LauncherError as error:  # the step that needs the tables says so too; the others go on
            tell(f"  {error}")
    return check.check(environment)


# --------------------------------------------------------------------------------------------------------------- parts
def _demo_unless_own() -> dict[str, str]:
    """On the embedded database the people are made up; on one's own, the environment says what holds."""
    return {} if preparation.has_own_database() else {"DEMO": "1"}


def _address(port: int) -> str:
    return f"http://{ports.LOOPBACK}:{port}/"


def _prepare(session: Session, environment: dict[str, str], *, static: bool) -> None:
    preparation.compile_messages(environment)
    preparation.migrate(environment, session.services)
    if static:
        preparation.gather_static(environment)


def _start_worker(supervisor: Supervisor) -> None:
    """One worker for all queues, with the clock (beat) inside."""
    schedule = var_dir() / "celerybeat-schedule"
    supervisor.start(
        "worker",
        [
            str(PYTHON), "-m", "celery", "--app", "electionadmin.celery", "worker", "--beat", "--schedule", str(schedule), "--queues", QUEUES,
            "--concurrency", str(min(os.cpu_count() or 1, 4)), "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        ],
    )  # fmt: skip


def _start_web(supervisor: Supervisor, port: int) -> None:
    """The web server; told once it answers."""
    with timed("Web server started"):
        web = supervisor.start(
            "web",
            [
                str(PYTHON), "-m", "granian", "--interface", "wsgi", "--host", ports.LOOPBACK, "--port", str(port), "--workers", "2",
                "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5",
                "electionadmin.wsgi:application",
            ],
        )  # fmt: skip
        end = time.monotonic() + WEB_SECONDS
        while not _answers(port):
            supervisor.tick()
            if web.endings > 1 or time.monotonic() > end:
                said = log_file("web").read_text(errors="replace").splitlines()[-15:]
                raise LauncherError("The web server does not start. Its last words:\n" + "\n".join(said))
    tell(f"Serving at {_address(port)} (Ctrl-C stops). Logs: {var_dir() / 'log'}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _expect_free(port: int) -> None:
    """A web server whose start was killed needs a moment to notice; another program does not go away."""
    if not wait_until(lambda: ports.is_free(port), seconds=8):
        raise LauncherError(f"Port {port} is in use; choose another: --port {port + 1}.")
