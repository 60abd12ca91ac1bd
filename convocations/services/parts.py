"""The second step of a run: each file drawn and read back by whichever worker takes it up. The last one has the run looked at as a whole."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_noop

from convocations.cards.card import CODE_PATTERN
from convocations.models import PrintRun, RunFile, RunPart
from convocations.rules.stacks import Stack, named
from convocations.selectors.pages import expected, pages
from convocations.selectors.runs import stacks_of
from convocations.services.drawing import Drawer
from convocations.services.keeping import keep_file
from convocations.services.preparing import locked_run
from convocations.services.runs import FINISH, MOST_PROBLEMS, State
from core import jobs
from core.jobs import JobCancelledError, JobRun
from core.tenancy import tenant
from documents.stream.plan import Plan
from documents.stream.readback import Facts, ReadBack, read_back

DRAWING: Final = gettext_noop("Drawing the cards")
READING: Final = gettext_noop("Reading the cards back")
SAMPLE: Final = 25
"""Pages of a file that are laid out and whose codes are decoded, about; of all others the text is read from what they draw."""
EVERY: Final = 200
"""Pages between two words on how far the reading is."""


def draw_part(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Draw the file of a part and read it back. Run again it makes the same bytes; after success it changes nothing."""
    with tenant(run.municipality_id), tempfile.TemporaryDirectory() as place:
        made = PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=run.params["run"])
        part = RunPart.objects.filter(municipality_id=run.municipality_id, run=made, pk=run.params["part"]).first()
        if part is None or made.state != State.MAKING:
            raise JobCancelledError
        if part.done:
            return {"pages": part.pages}
        run.progress(done=0, total=2 * part.pages, stage=DRAWING)
        target, stacks = Path(place) / "cards.pdf", stacks_of(made)
        stack = stacks[part.number - 1]
        drawer = Drawer(made, run, stack=stack)
        drawer.write(target, pages(made, first=stack.first, cards=stack.cards))
        part.problems = drawer.problems
        kept = None
        if not part.problems:
            kept = _Kept(target, _details(part.number, stacks, drawer.plan) | {"readback": _read(made, run, stack, target)})
        _end(run, part, kept, at=at)
    return {"pages": part.pages}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file that was drawn and read, and what is kept of it."""

    path: Path
    details: dict[str, Any]


def _details(number: int, stacks: list[Stack], plan: Plan) -> dict[str, Any]:
    """Which file it is and what lies in it: ``first`` and ``last`` are titles of the outline, ``position`` is that of its first page in the run."""
    stack = stacks[number - 1]
    return {
        "number": number,
        "of": len(stacks),
        "paper": stack.paper.value,
        "position": stack.first,
        "first": plan.stations[0].title,
        "last": plan.stations[-1].title,
        "stations": len({station.block for station in plan.stations}),
    }


@dataclass(slots=True)
class _Expected:
    """What must stand on each page, while it tells how far the reading is and counts who votes where they live."""

    found: Iterator[tuple[Facts, bool]]
    run: JobRun
    before: int
    at_station: int = field(default=0)

    def __iter__(self) -> Iterator[Facts]:
        for number, (facts, at_station) in enumerate(self.found, 1):
            self.at_station += at_station
            if number % EVERY == 0:
                self.run.progress(done=self.before + number)
            yield facts


def _read(made: PrintRun, run: JobRun, stack: Stack, target: Path) -> dict[str, Any]:
    """Read a file back beside the list."""
    run.progress(stage=READING)
    facts = _Expected(expected(made, first=stack.first, cards=stack.cards), run, before=stack.cards)
    report = read_back(target, facts, token=CODE_PATTERN, sample=SAMPLE, quick=True)
    return _told(report, stack) | {"at_station": facts.at_station}


def _told(report: ReadBack, stack: Stack) -> dict[str, Any]:
    """As it is kept; the page of a problem is its position in the run, 0 for the file."""
    return {
        "ok": report.ok and report.pages == stack.cards,
        "pages": report.pages,
        "expected": report.expected,
        "tokens": report.tokens,
        "sampled": report.sampled,
        "decoded": report.decoded,
        "counts": dict(report.counts),
        "problems": [
            {"page": one.page and one.page + stack.first - 1, "kind": one.kind, "detail": one.detail}
            for one in report.problems[:MOST_PROBLEMS]
        ],
    }


def _end(run: JobRun, part: RunPart, kept: _Kept | None, *, at: datetime) -> None:
    """Keep the file and note that it is done; whoever is the last has the run looked at. The lock on the run lets only one be the last."""
    made = locked_run(run)
    part.done = True
    part.save()
    run.hold()
    if kept is not None:
        _stack, what = list(named(stacks_of(made)))[part.number - 1]
        keep_file(made, RunFile.Kind.CARDS, kept.path, what=what, pages=part.pages, details=kept.details, by=made.made_by_name, at=at)
    if not RunPart.objects.filter(municipality_id=run.municipality_id, run=made, done=False).exists():
        job = jobs.enqueue(kind=FINISH, municipality_id=run.municipality_id, by=run.by, at=at, run=made.pk)
        made.job_id = job.pk
        made.save(update_fields=["job_id"])
