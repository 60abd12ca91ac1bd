"""Drawing the cards of a run: the pages of one of its files, each bundle with the block of its own station."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from convocations.cards.card import StationBlock, TemplateKey, layer_values, page_values
from convocations.models import PrintRun
from convocations.rules.stacks import Stack
from convocations.selectors.pages import Page
from convocations.services import frozen
from convocations.sql.checks import templates_of_bundles
from convocations.sql.preparing import Bundle, bundles
from core.jobs import JobRun
from documents.stream.composer import Composer
from documents.stream.plan import Plan, Station
from documents.stream.segments import whole_file
from documents.stream.values import CodeRefusedError, RecordRefusedError, TooLongError, UnprintableError


def plan_of(made: PrintRun, held: frozen.Frozen, stack: Stack) -> Plan:
    """The numbers of the file of a stack: a station of the plan is a bundle."""
    own = {"municipality_id": made.municipality_id, "run_id": made.pk, "first": stack.first, "last": stack.last}
    return plan_for(held, bundles(**own), used=templates_of_bundles(**own))


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

    def write(self, target: Path, found: Iterator[Page]) -> None:
        """Write the file: consecutive bundles, each with the block of its own station: by its id, never by its place in a row."""
        with target.open("wb") as stream, whole_file(self.plan, stream) as writer:
            for (_bundle, station_id), group in groupby(found, key=attrgetter("bundle", "station_id")):
                writer.station(map(self._page, group), layers=self._layers_of(station_id))
                if self._run is not None:
                    self._run.progress(done=self._done)

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
