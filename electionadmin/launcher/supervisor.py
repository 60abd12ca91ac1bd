"""Keeping the worker, the web server and the embedded servers running, and leaving nothing behind at the end."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from . import processes
from .places import ROOT, LauncherError, log_file, tell
from .services import Services

TICK = 0.1
WATCH_SECONDS = 1.0
STOP_SECONDS = 8.0  # a worker finishes what it is at; what takes longer is taken up again from its job row
MAX_PAUSE = 30.0


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or SIGHUP."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@dataclass
class Program:
    """A long-running program, restarted when it ends by itself, ever more slowly if it keeps ending."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    pause: float = 0.5
    started_at: float = 0.0
    restart_at: float = 0.0
    endings: int = 0


class Supervisor:
    """Runs programs until it is stopped. Use as a context manager: leaving it ends everything it started."""

    def __init__(self, environment: Mapping[str, str], services: Services | None) -> None:
        self.environment = dict(environment)
        self.services = services
        self.programs: list[Program] = []
        self._watched_at = 0.0
        self._guard = subprocess.Popen(
            [sys.executable, "-S", str(Path(__file__).with_name("guard.py"))],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *exception: object) -> None:
        with no_interruption():
            for program in reversed(self.programs):
                if program.process is not None:
                    _end_process(program.process, group=True)
                    self._tell_guard(f"-{program.process.pid}")
            self.programs.clear()
            self._guard.communicate()

    def start(self, name: str, command: Sequence[str]) -> Program:
        """Start a program in a process group of its own; its output goes to var/log/<name>.log."""
        program = Program(name, command)
        self._launch(program)
        self.programs.append(program)
        return program

    def run(self, command: Sequence[str]) -> int:
        """Run one program in the foreground to its end while watching the others; its exit code."""
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, preexec_fn=processes.die_with_parent(signal.SIGTERM))  # noqa: PLW1509 - one thread
        try:
            while process.poll() is None:
                self.tick()
        finally:
            _end_process(process, group=False)
        return exit_code(process.returncode)

    def run_for_ever(self) -> None:
        """Watch until a signal comes."""
        while True:
            self.tick()

    def tick(self) -> None:
        """One look: start again what has died."""
        time.sleep(TICK)
        now = time.monotonic()
        for program in self.programs:
            self._look_after(program, now)
        if self.services and now - self._watched_at > WATCH_SECONDS:
            self._watched_at = now
            try:
                self.services.revive()
            except LauncherError as error:  # tried again at the next look
                tell(f"  {error}")

    def _look_after(self, program: Program, now: float) -> None:
        if program.process is not None and program.process.poll() is not None:
            code = exit_code(program.process.returncode)
            # What the dead one leaves of its group (the worker's pool) must not go on beside its successor.
            processes.send_group(program.process.pid, signal.SIGKILL)
            self._tell_guard(f"-{program.process.pid}")
            program.process = None
            program.endings += 1
            program.pause = 0.5 if now - program.started_at > MAX_PAUSE else min(program.pause * 2, MAX_PAUSE)
            program.restart_at = now + program.pause
            tell(f"  {program.name} ended ({code}); starting it again in {program.pause:.0f} s. Its log: {log_file(program.name)}")
        if program.process is None and now >= program.restart_at:
            self._launch(program)

    def _launch(self, program: Program) -> None:
        with log_file(program.name).open("ab") as log:
            program.process = subprocess.Popen(
                program.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - this process has one thread
            )
        self._tell_guard(f"+{program.process.pid}")
        program.started_at = time.monotonic()

    def _tell_guard(self, line: str) -> None:
        if self._guard.stdin is not None:
            with contextlib.suppress(OSError):  # killed: the parent-death signal is left
                self._guard.stdin.write(f"{line}\n".encode())
                self._guard.stdin.flush()


def _end_process(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    if group:
        processes.send_group(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    process.wait()


def exit_code(returncode: int) -> int:
    """As a shell shows it: 128 + the signal for a killed process."""
    return returncode if returncode >= 0 else 128 - returncode


def run_attached(command: Sequence[str], environment: Mapping[str, str], *, cwd: Path = ROOT) -> int:
    """Run a program that talks to the terminal itself (manage.py, pytest) and hand on the signals; its exit code.

    Ctrl-C reaches the program from the terminal, which knows what to do with it (a shell goes on, pytest cleans up).
    """
    process = subprocess.Popen(command, cwd=cwd, env=environment, preexec_fn=processes.die_with_parent(signal.SIGTERM))  # noqa: PLW1509 - one thread
    while True:
        try:
            return exit_code(process.wait())
        except Stopped as stopped:
            number = signal.Signals(stopped.exit_code - 128)
            if number == signal.SIGINT and sys.stdin.isatty():
                continue
            with no_interruption():
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
                _end_process(process, group=False)
            raise


@contextlib.contextmanager
def signals_stop() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into the exception Stopped (nohup's wish to ignore SIGHUP is kept)."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
    yield


@contextlib.contextmanager
def no_interruption() -> Iterator[None]:
    """While cleaning up, which takes a bounded time, a second Ctrl-C must not leave half of it undone."""
    former = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def clean_up(services: Services | None) -> None:
    """The very last: leave the servers, end every descendant that is left."""
    with no_interruption():
        processes.end_descendants(spare=services.pids() if services else ())
        if services:
            services.release()
    sys.stdout.flush()
