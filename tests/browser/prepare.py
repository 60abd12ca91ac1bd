"""What stands on a stage before the first click. `python -m tests.browser.prepare --until addresses|all --town herstappe --persons 80`.

``addresses``: the town with its people and its addresses. ``all``: the demo's main job, and then what makes every page
have something to show: a second register that waits for approval, a file with faults, a stopped one, platform staff, a second town.
"""

import argparse
import contextlib
import json
from datetime import date
from pathlib import Path

import django
from django.conf import settings
from django.utils import timezone

PASSWORD = "demo-verkiezingen"


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--until", choices=["addresses", "all"], default="all")
    parser.add_argument("--town", default="herstappe")
    parser.add_argument("--persons", type=int, default=80)
    options = parser.parse_args()
    django.setup()

    from core import jobs
    from demo.main_job import MainJob
    from demo.towns import TOWNS

    out = Path(settings.VAR_DIR) / "demo"
    job = MainJob(town=TOWNS[options.town], persons=options.persons, seed=1, out=out, tell=print)
    with jobs.inline():
        if options.until == "addresses":
            out.mkdir(parents=True)
            job.municipality = job._municipality()
            job.clerk, job.head = job._actor("an"), job._actor("lies")
            job._addresses()
            job._population()
        else:
            job.run()
            _column_map(job)
            _export(job)
            _faulty_register(job)
        following = _next_register(job)
        if options.until == "all":
            _waiting_register(job, following)
    _others()


def _next_register(job: object) -> Path:
    """The register of a month later, beside the first."""
    from demo.drift import mutate

    first = job.out / "register" / "register.csv"
    mutate(first, seed=1, out=job.out / "next")
    return job.out / "next" / "register.csv"


def _request(job: object, file: Path) -> object:
    """Bring a register file in as the clerk."""
    from core.tenancy import tenant
    from voters.services import imports

    manifest = json.loads(file.with_name("register.csv.manifest.json").read_text())
    with tenant(job.municipality.pk), file.open("rb") as stream:
        return imports.request_register_import(
            municipality=job.municipality,
            file=stream,
            file_name=file.name,
            manifest=manifest,
            as_of=date.fromisoformat(manifest["as_of"]),
            column_map=None,
            by=job.clerk,
            at=timezone.now(),
        )


def _waiting_register(job: object, file: Path) -> None:
    from core.tenancy import tenant
    from voters.services import imports

    started = _request(job, file)
    with tenant(job.municipality.pk):
        started.refresh_from_db()
        accepted = [guard["code"] for guard in started.guards]
        imports.request_import_approval(register_import=started, accepted_guards=accepted, by=job.clerk, at=timezone.now())


def _faulty_register(job: object) -> None:
    from core.jobs import JobRefusedError
    from demo.defects import spoil

    broken = spoil("many_at_once", job.out / "register" / "register.csv", job.out / "faulty")
    with contextlib.suppress(JobRefusedError):
        _request(job, broken.path)


def _column_map(job: object) -> None:
    from core.tenancy import tenant
    from voters.services.column_maps import save_column_map

    with tenant(job.municipality.pk):
        columns = {"RRNR": "national_number", "NAAM": "last_name", "VOORNAMEN": "first_names"}
        save_column_map(
            municipality=job.municipality, column_map=None, name="Leverancier", columns=columns, by=job.clerk, at=timezone.now()
        )


def _export(job: object) -> None:
    from core.tenancy import tenant
    from voters.models import Extraction
    from voters.services.exports import request_export

    with tenant(job.municipality.pk):
        final = Extraction.objects.get(municipality=job.municipality, kind="final")
        request_export(extraction=final, file_format="csv", order="name", values={}, selection="", by=job.head, at=timezone.now())


def _others() -> None:
    """A second head, a second municipality in which the first head works too, and platform staff."""
    from core.actor import SYSTEM
    from municipalities import services
    from municipalities.models import Municipality, User
    from municipalities.rules import Role

    now = timezone.now()
    mia = services.create_user(username="mia", first_name="Mia", last_name="Jans", email="", password=PASSWORD, by=SYSTEM, at=now)
    services.grant(municipality=Municipality.objects.get(), user=mia, role=Role.HEAD, by=SYSTEM, at=now)
    second = services.create_municipality(nis_code="45062", name="Horebeke", by=SYSTEM, at=now)
    services.grant(municipality=second, user=User.objects.get(username="lies"), role=Role.HEAD, by=SYSTEM, at=now)
    services.create_user(
        username="dora", first_name="Dora", last_name="Steun", email="", password=PASSWORD, is_staff=True, by=SYSTEM, at=now
    )


if __name__ == "__main__":
    main()
