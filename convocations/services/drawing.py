"""The second step of a run: each part drawn by whichever worker takes it up, into a piece of the file. The last one has it put together."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import IO, Any, Final

from django.utils.translation import gettext_noop

from convocations.cards.card import StationBlock, TemplateKey, layer_values, page_values
from convocations.models import PrintRun, RunPart
from convocations.rules.stacks import Stack, stack_of_bundle
from convocations.selectors.pages import Page, pages
from convocations.selectors.runs import stacks_of
from convocations.services import frozen
from convocations.services.preparing import locked_run
from convocations.services.runs import FINISH, State
from convocations.sql.checks import templates_of_bundles
from convocations.sql.preparing import Bundle, bundles
from core import jobs
from core.jobs import JobCancelledError, JobRun
from core.tenancy import tenant
from documents.stream.composer import Composer
from documents.stream.plan import Plan, Station
from documents.stream.segments import Segment, StreamWriter
from documents.stream.values import CodeRefusedError, RecordRefusedError, TooLongError, UnprintableError

DRAWING: Final = gettext_noop("Drawing the cards")


def draw_part(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Draw one part. Run again it draws the same bytes; after success it changes nothing."""
    with tenant(run.municipality_id), tempfile.TemporaryFile() as file:
        made = PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=run.params["run"])
        part = RunPart.objects.filter(municipality_id=run.municipality_id, run=made, pk=run.params["part"]).first()
        if part is None or made.state != State.MAKING:
            raise JobCancelledError
        if part.done:
            return {"pages": part.pages}
        run.progress(done=0, total=part.pages, stage=DRAWING)
        stack = stack_of_bundle(stacks_of(made), part.first_bundle)
        drawer = Drawer(made, run, stack=stack)
        found = pages(made, first_bundle=part.first_bundle, bundles=part.bundles)
        part.segment = drawer.write(file, found, first=part.first_bundle - stack.first_bundle).to_bytes()
        part.problems = drawer.problems
        part.file, part.sha256 = f"{frozen.folder(made)}/part-{part.number}.seg", _digest(file)
        part.file = frozen.store(part.file, file)
        _end(run, part, at=at)
    return {"pages": part.pages}


def _digest(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    file.seek(0)
    while block := file.read(1 << 20):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


def _end(run: JobRun, part: RunPart, *, at: datetime) -> None:
    """Note that it is done; whoever is the last has the file put together. The lock on the run lets only one be the last."""
    made = locked_run(run)
    part.done = True
    part.save()
    run.hold()
    if not RunPart.objects.filter(municipality_id=run.municipality_id, run=made, done=False).exists():
        job = jobs.enqueue(kind=FINISH, municipality_id=run.municipality_id, by=run.by, at=at, run=made.pk)
        made.job_id = job.pk
        made.save(update_fields=["job_id"])


def plan_of(made: PrintRun, held: frozen.Frozen, stack: Stack) -> Plan:
    """The numbers of the file of a stack: a station of the plan is a bundle."""
    own = {"municipality_id": made.municipality_id, "run_id": made.pk}
    last = stack.first_bundle + stack.bundles
    chosen = [bundle for bundle in bundles(**own) if stack.first_bundle <= bundle.number < last]
    return plan_for(held, chosen, used=templates_of_bundles(**own))


def plan_for(held: frozen.Frozen, found: Iterable[Bundle], *, used: Mapping[int, frozenset[str]] | None = None) -> Plan:
    """The numbers of a file of bundles. The block of a polling station is written once for all its bundles.

    ``used``: the templates in each bundle, if they are known.
    """
    used = used or {}
    stations = [
        Station(title(held.blocks[one.station_id], one.postcode), one.cards, block=str(one.station_id), forms=used.get(one.number))
        for one in found
    ]
    return Plan(held.stationery, stations)


def title(block: StationBlock, postcode: str) -> str:
    """What a bundle is called in the outline of the file."""
    return f"{postcode} · {block.number} {block.name}"


class Drawer:
    """Draws pages of a run, for the file of a stack or for one of ``chosen`` bundles; ``problems`` are the voters whose card cannot be drawn as it is, and then nothing may be done with the rest."""

    def __init__(self, made: PrintRun, run: JobRun | None = None, *, stack: Stack | None = None, chosen: Iterable[Bundle] = ()) -> None:
        self.held = frozen.load(made)
        self.plan = plan_of(made, self.held, stack) if stack else plan_for(self.held, chosen)
        self.composer = Composer(self.held.stationery)
        self.problems: list[dict[str, Any]] = []
        self._run = run
        self._done = 0
        self._layers: dict[int, list[bytes]] = {}

    def write(self, stream: IO[bytes], found: Iterator[Page], *, first: int) -> Segment:
        """Write consecutive bundles, each with the block of its own station: by its id, never by its place in a row."""
        writer = StreamWriter(self.plan, stream, first=first)
        for (_bundle, station_id), group in groupby(found, key=attrgetter("bundle", "station_id")):
            writer.station(map(self._page, group), layers=self._layers_of(station_id))
            if self._run is not None:
                self._run.progress(done=self._done)
        return writer.segment

    def _page(self, page: Page) -> bytes:
        self._done += 1
        form = self.held.stationery.forms[page.template]
        try:
            return self.composer.page(page.template, page_values(form, page.card), record=str(page.card.list_number))
        except RecordRefusedError as error:
            self.problems.append(problem(error))
            return b""

    def _layers_of(self, station_id: int) -> list[bytes]:
        if station_id not in self._layers:
            block, forms = self.held.blocks[station_id], self.held.stationery.forms
            values: Mapping[str, Any] = {
                name: layer_values(form, block, language=TemplateKey.of(name).language) for name, form in forms.items()
            }
            self._layers[station_id] = self.composer.layers(values, record=f"station {block.number}")
        return self._layers[station_id]


def problem(error: RecordRefusedError) -> dict[str, Any]:
    """A voter whose card cannot be drawn: the number on the list, the slot and why."""
    codes: dict[type[RecordRefusedError], str] = {UnprintableError: "unprintable", TooLongError: "too_long", CodeRefusedError: "code"}
    return {"row": int(error.record), "column": error.slot, "value": "", "problem": codes.get(type(error), "refused")}
