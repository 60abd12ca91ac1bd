"""`./run manage run_demo`: the main job on a real town through the real worker. Only where DEMO is set: it makes known passwords."""

import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo.main_job import ELECTION_DAY, PASSWORD, PEOPLE, DemoError, Done, MainJob
from demo.towns import TOWNS

PERSONS = {"halle": 40_000, "horebeke": 2_000, "herstappe": 80}
EXPORTS = ("csv", "xlsx", "pdf")


class Command(BaseCommand):
    """Load a town, extract its voters, freeze the list and who votes where, and write both to var/demo/."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the town and the size of its made-up population."""
        parser.add_argument("--town", choices=sorted(TOWNS), default="halle")
        parser.add_argument("--persons", type=int, help="how many inhabitants to make up (default: as many as the town has)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--address", default="http://127.0.0.1:8000/", help="where it will be served, for the summary")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it and say what was done, how long it took and where the files are."""
        if not settings.DEMO:
            raise CommandError("The demo makes users with a known password: it runs only with DEMO=1.")
        started = time.monotonic()
        town = TOWNS[options["town"]]
        out = Path(settings.VAR_DIR) / "demo" / options["town"]
        self.stdout.write(f"{town.name} ({town.nis}), {ELECTION_DAY:%d/%m/%Y}")
        job = MainJob(
            town=town,
            persons=options["persons"] or PERSONS[options["town"]],
            seed=options["seed"],
            out=out,
            tell=self.stdout.write,
        )
        try:
            done = job.run()
        except DemoError as error:
            raise CommandError(str(error)) from error
        self._export(job, done)
        self._summary(done, time.monotonic() - started, options["address"])

    def _export(self, job: MainJob, done: Done) -> None:
        for kind in EXPORTS:
            path = job.out / f"kiezerslijst.{kind}"
            started = time.monotonic()
            if not path.exists():
                call_command("export_voters", job.town.nis, ELECTION_DAY.isoformat(), format=kind, out=path, stdout=StringIO())
            done.seconds[kind] = round(time.monotonic() - started, 2)
            done.files.append(path)

    def _summary(self, done: Done, seconds: float, address: str) -> None:
        write = self.stdout.write
        write(f"Done in {seconds:.1f} s: " + ", ".join(f"{name} {value:.1f} s" for name, value in done.seconds.items()))
        for path in done.files:
            write(f"  {path} ({path.stat().st_size:,} bytes)")
        write(f"{address} - password of all: {PASSWORD}")
        for username, first_name, last_name, role in PEOPLE:
            write(f"  {username:<6} {first_name} {last_name}, {role}")
