"""A run in parts: the same bytes however often and by whomever a part is drawn, and nothing is lost when a worker ends in the middle."""

import hashlib
from operator import attrgetter

import pytest

from convocations.cards.card import template_key
from convocations.models import PrintRun, RunPart
from convocations.rules.runs import Order
from convocations.services import drawing, finishing, frozen, preparing, runs
from core import jobs
from core.models import Job
from core.tenancy import tenant
from documents.stream import readback, segments
from elections.rules import BALLOT_CODES
from tests.convocations.cards import SETTINGS, CardTown
from voters.models import Effect, Entry


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "CHUNK_PAGES", 10)


class Killed(BaseException):
    """kill -9, as far as one process can play it: nothing in the code may catch it."""


def digest(town: CardTown, run: PrintRun) -> str:
    return hashlib.sha256(town.file(run, "cards")).hexdigest()


def test_several_parts_are_one_file(halle: CardTown) -> None:
    made = halle.make()

    with tenant(halle.pk):
        parts = list(RunPart.objects.filter(run=made).order_by("number"))
    assert len(parts) > 2
    assert sum(part.pages for part in parts) == 40
    assert made.readback["ok"]


def again(town: CardTown, kind: str) -> None:
    """What another worker does once the lease has passed: the handlers again, on the rows as they are."""
    with tenant(town.pk):
        Job.objects.filter(kind=kind, state="running").update(lease_until=town.now.replace(year=2020))
        waiting = list(Job.objects.filter(kind=kind, state__in=["running", "queued"]).order_by("pk"))
    handlers = {
        runs.PREPARE: lambda run: preparing.prepare(run=run, at=town.now),
        runs.DRAW: lambda run: drawing.draw_part(run=run, at=town.now),
        runs.FINISH: lambda run: finishing.finish(run=run, at=town.now),
    }
    with town.ledger.at_work():
        for job in waiting:
            jobs.execute(handlers[kind], job_id=job.pk, municipality_id=town.pk)


@pytest.mark.parametrize("step", ["drawing", "joining", "reading"])
def test_a_killed_worker_is_followed_by_another_one_and_the_bytes_are_the_same(
    halle: CardTown, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    kept: dict[str, str] = {}
    store, assemble, read_back = frozen.store, segments.assemble, readback.read_back
    calls = {"count": 0}

    def strike(name: str) -> None:
        calls["count"] += 1
        if step == name and (name != "drawing" or calls["count"] == 2) and "struck" not in kept:
            kept["struck"] = name
            raise Killed

    def storing(name, stream):
        if name.endswith(".seg"):
            strike("drawing")
        return store(name, stream)

    def assembling(plan, pieces, target):
        strike("joining")
        size = assemble(plan, pieces, target)
        if target.name == "cards.pdf":
            kept.setdefault("before", hashlib.sha256(target.read_bytes()).hexdigest())
        return size

    def reading(*args, **kwargs):
        strike("reading")
        return read_back(*args, **kwargs)

    monkeypatch.setattr(frozen, "store", storing)
    monkeypatch.setattr(finishing, "assemble", assembling)
    monkeypatch.setattr(finishing, "read_back", reading)

    with pytest.raises(Killed):
        halle.make()
    with tenant(halle.pk):
        made = PrintRun.objects.get()
    assert made.state == PrintRun.State.MAKING
    tokens = [card.token for card in halle.cards()]
    for kind in (runs.DRAW, runs.FINISH):
        again(halle, kind)

    made = halle.fresh(made)
    assert kept["struck"] == step
    assert made.state == PrintRun.State.READY, (made.problems, made.readback)
    assert [card.token for card in halle.cards()] == tokens
    first = digest(halle, made)
    assert first == kept["before"]
    assert redrawn(halle, made) == first


def redrawn(town: CardTown, made: PrintRun) -> str:
    """The hash of the file when every part is drawn once more, from nothing but the rows and what was kept with the run."""
    with tenant(town.pk):
        PrintRun.objects.filter(pk=made.pk).update(state=PrintRun.State.MAKING)
        RunPart.objects.filter(run=made).update(done=False, file="", segment=b"", sha256="")
        parts = list(RunPart.objects.filter(run=made).order_by("-number"))
    with town.ledger.at_work():
        for part in parts:
            jobs.enqueue(kind=runs.DRAW, municipality_id=town.pk, by=town.clerk, at=town.now, run=made.pk, part=part.pk)
    return digest(town, town.fresh(made))


def test_a_name_that_cannot_be_printed_is_told_with_its_number_and_all_of_them_at_once(halle: CardTown, horebeke: CardTown) -> None:
    chosen = sorted(halle.ledger.list_at(halle.now).values(), key=attrgetter("list_number"))[:2]
    for entry, name in zip(chosen, ["Иванов", "漢字"], strict=True):
        person = next(one for one in halle.ledger.persons() if one.pk == entry.person_id)
        with tenant(halle.pk):
            decision = halle.ledger.decide(person, "correct", at=halle.now)
            halle.ledger.effect(decision, Effect.Kind.LIST, "corrected", last_name=name)

    made = halle.make()

    assert made.state == PrintRun.State.REFUSED
    assert sorted(row["row"] for row in made.problems) == [entry.list_number for entry in chosen]
    assert {row["problem"] for row in made.problems} == {"unprintable"}


def test_by_station_every_station_lies_together(halle: CardTown) -> None:
    settings = type(SETTINGS)(SETTINGS.paper, SETTINGS.electronic, order=Order.STATION)

    cards = halle.cards(halle.make(settings))

    stations = [card.station_id for card in cards]
    assert len({card.bundle for card in cards}) == len(set(stations))
    assert stations == sorted(stations, key=stations.index)


def test_the_statement_chooses_the_template_that_the_rule_chooses(halle: CardTown) -> None:
    cards = halle.cards(halle.make())

    with tenant(halle.pk):
        entries = {one.person_id: one for one in Entry.objects.filter(extraction=halle.ledger.town.extraction)}
        electronic = dict(halle.election.stations.values_list("pk", "electronic"))
    for card in cards:
        entry = entries[card.person_id]

        def codes(mask: int) -> list[str]:
            return [code for number, code in enumerate(BALLOT_CODES) if mask >> number & 1]

        key = template_key(
            ballots=codes(entry.ballots), compulsory=codes(entry.compulsory), minor=entry.minor, mark=entry.mark, language="nl",
            electronic=electronic[card.station_id],
        )  # fmt: skip
        assert card.template == key.name
    assert len({card.template for card in cards}) > 1
