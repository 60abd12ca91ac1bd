"""Who votes where in the demo: drafts made and compared, one frozen by two people, and what comes out of it for each station.

Everything goes through the services of the screens; work is waited for with ``wait``, which takes the number of a job.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.core.files.storage import default_storage
from django.utils import timezone

from core.actor import Actor
from core.models import Job
from core.tenancy import tenant
from districts.models import Station
from elections.models import Election
from voters.models import Draft
from voters.rules.assignment import DraftSettings, Wishes
from voters.selectors.draft_comparison import compare
from voters.services import draft_freeze, drafts, served

Wait = Callable[[int | None], None]
BALANCED, SHORT, WHOLE = "In evenwicht", "Korte afstanden", "Hele straten"
WISHES: Final = {BALANCED: Wishes.PRICES, SHORT: Wishes.DISTANCE_ROW, WHOLE: Wishes.ROW_DISTANCE}
"""The drafts in the order in which they are made; the first is frozen, and shows what other settings would give."""
COUNTED: Final = ("voters", "households", "stations", "unplaced", "over", "under", "split_sides")


def make_drafts(*, election: Election, by: Actor, wait: Wait) -> list[Draft]:
    """The drafts, ready, in the order of ``WISHES``; one that is there already is not made again."""
    with tenant(election.municipality_id):
        there = set(Draft.objects.filter(municipality_id=election.municipality_id, election=election).values_list("name", flat=True))
        # Voters whose street nobody knows have no district: they vote in the first station.
        numbers = Station.objects.filter(municipality_id=election.municipality_id, election=election).order_by("number")
        rest = numbers.values_list("number", flat=True)[0]
    for name, wishes in WISHES.items():
        if name not in there:
            settings = DraftSettings(wishes=wishes, rest=rest)
            with tenant(election.municipality_id):
                made = drafts.request_draft(
                    election=election, name=name, settings=settings, with_curve=name == BALANCED, by=by, at=timezone.now()
                )
            wait(made.job_id)
    with tenant(election.municipality_id):
        found = {draft.name: draft for draft in Draft.objects.filter(municipality_id=election.municipality_id, election=election)}
    return [found[name] for name in WISHES]


def figures(made: list[Draft]) -> dict[str, int]:
    """What the first draft adds up to, and how many voters each of the others sends to another building."""
    first, *others = made
    found = {"drafts": len(made)} | {name: first.figures[name] for name in COUNTED}
    found["mean_distance_m"] = round(first.figures["mean_distance_m"])
    with tenant(first.municipality_id):
        for other in others:
            found[f"elsewhere_in_{other.number}"] = compare(before=first, after=other).counts.get("moved", 0)
    return found


def freeze(*, draft: Draft, by: Actor, second: Actor, wait: Wait) -> Draft:
    """Ask to freeze a draft, and approve it as the second person; a draft that is frozen stays as it is."""
    with tenant(draft.municipality_id):
        draft.refresh_from_db()
        if draft.state == Draft.State.READY:
            draft_freeze.request_freeze(draft=draft, by=by, at=timezone.now())
            draft.refresh_from_db()
        if draft.state == Draft.State.REQUESTED and draft.approved_by_id is None:
            draft_freeze.approve_freeze(draft=draft, by=second, at=timezone.now())
            draft.refresh_from_db()
    if draft.state != Draft.State.FROZEN:
        wait(draft.job_id)
        with tenant(draft.municipality_id):
            draft.refresh_from_db()
    return draft


def write_papers(*, draft: Draft, out: Path, by: Actor, wait: Wait) -> list[Path]:
    """The papers of all stations for the door, the notice, and the streets for a website; the files are given back."""
    posters, notice, streets = out / "affiches.pdf", out / "bericht.pdf", out / "straten.csv"
    if not posters.exists():
        _write_posters(draft, posters, by, wait)
    with tenant(draft.municipality_id):
        if not notice.exists():
            notice.write_bytes(served.issue_notice(draft=draft, language="nl", by=by, at=timezone.now()))
        if not streets.exists():
            with streets.open("w", encoding="utf-8", newline="") as stream:
                served.write_csv(served.street_file(draft=draft, by=by, at=timezone.now()), stream)
    return [posters, notice, streets]


def _write_posters(draft: Draft, path: Path, by: Actor, wait: Wait) -> None:
    with tenant(draft.municipality_id):
        job = served.request_papers(draft=draft, counts=False, language="nl", by=by, at=timezone.now())
    wait(job.pk)
    with tenant(draft.municipality_id):
        job = Job.objects.get(pk=job.pk, municipality_id=draft.municipality_id)
    partial = path.with_suffix(".part")
    with default_storage.open((job.result or {})["file"]) as file, partial.open("wb") as target:
        shutil.copyfileobj(file, target)
    partial.rename(path)
