"""A run in files: the same bytes however often and by whomever one is drawn, and nothing is lost when a worker ends in the middle."""

import csv
import hashlib
import io
from collections import Counter
from itertools import chain
from operator import attrgetter

import pytest
from django.core.files.storage import default_storage

from convocations.models import Card, PrintRun, RunFile, RunPart
from convocations.rules.runs import Order
from convocations.selectors.pages import pages
from convocations.services import drawing, finishing, frozen, parts, preparing, runs
from convocations.services.keeping import keep_file
from convocations.services.proofs import write_proof
from core import jobs
from core.models import Job
from core.tenancy import tenant
from documents.stream import readback
from elections.rules import BALLOT_CODES
from tests.convocations.cards import SETTINGS, CardTown
from tests.convocations.templates import template_key
from tests.documents.stream.files import texts
from voters.models import Effect, Entry


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FILE_PAGES", 10)


class Killed(BaseException):
    """kill -9, as far as one process can play it: nothing in the code may catch it."""


def card_files(town: CardTown, run: PrintRun) -> dict[str, bytes]:
    """Name → bytes of the files of the cards, in the order of printing."""
    with tenant(town.pk):
        rows = list(RunFile.objects.filter(municipality=town.municipality, run=run, kind=RunFile.Kind.CARDS))
    found = {}
    for row in sorted(rows, key=lambda row: int(row.details["number"])):
        with default_storage.open(row.file) as stream:
            found[row.name] = stream.read()
        assert hashlib.sha256(found[row.name]).hexdigest() == row.sha256
    return found


def digests(town: CardTown, run: PrintRun) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in card_files(town, run).items()}


def test_a_large_run_is_files_of_so_many_pages_in_the_order_of_printing(halle: CardTown) -> None:
    made = halle.make()

    files = card_files(halle, made)
    read = [texts(data) for data in files.values()]
    count, cards = len(files), halle.cards(made)
    assert count > 2
    assert list(files) == [f"oproepingsbrieven-{number}van{count}-23027-2024-10-13-1.pdf" for number in range(1, count + 1)]
    assert all(len(one) <= max(10, *Counter(card.bundle for card in cards).values()) for one in read)
    assert [f"{card.token}-01" in page for card, page in zip(cards, chain.from_iterable(read), strict=True)] == [True] * 40
    assert made.readback["ok"]
    assert (made.readback["pages"], made.readback["expected"], made.readback["tokens"]) == (40, 40, 40)


def test_no_bundle_lies_in_two_files_and_a_large_one_is_a_file_by_itself(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FILE_PAGES", 3)
    settings = type(SETTINGS)(SETTINGS.paper, SETTINGS.electronic, order=Order.STATION)

    made = halle.make(settings)

    stations = {card.station_id for card in halle.cards(made)}
    assert len(card_files(halle, made)) == len(stations)
    assert made.readback["ok"]


def test_the_printer_is_told_which_file_it_is_of_how_many_and_where_each_card_lies(halle: CardTown, horebeke: CardTown) -> None:
    horebeke.make()
    made = halle.release(halle.make())

    files = card_files(halle, made)
    cards = {card.token: card for card in halle.cards(made)}
    read = {name: texts(data) for name, data in files.items()}
    rows = list(csv.DictReader(io.StringIO(halle.file(made, "manifest").decode())))
    assert len(rows) == 40
    for row in rows:
        assert f"{row['token']}-01" in read[row["file"]][int(row["page"]) - 1]
        assert cards[row["token"]].list_number == int(row["list_number"])
    told = list(csv.DictReader(io.StringIO(halle.file(made, "files").decode())))
    assert [row["file"] for row in told] == list(files)
    assert [(int(row["number"]), int(row["of"])) for row in told] == [(number, len(files)) for number in range(1, len(files) + 1)]
    assert [int(row["pages"]) for row in told] == [len(one) for one in read.values()]
    assert [row["sha256"] for row in told] == list(digests(halle, made).values())
    for row in told:
        assert all(" · " in row[name] for name in ("first", "last"))
        assert int(row["bytes"]) == len(files[row["file"]])


def test_a_file_that_is_not_as_it_was_written_is_found(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> None:
    def keeping(made, kind, path, **values):
        kept = keep_file(made, kind, path, **values)
        if kept.details["number"] == 2:
            with default_storage.open(kept.file, "ab") as stream:
                stream.write(b"%")
        return kept

    monkeypatch.setattr(parts, "keep_file", keeping)

    made = halle.make()

    assert made.state == PrintRun.State.REFUSED
    assert [row["problem"] for row in made.problems] == ["piece_damaged"]
    assert {card.state for card in halle.cards(made)} == {Card.State.MADE}

    monkeypatch.setattr(parts, "keep_file", keep_file)
    mended = halle.make()

    # Whoever has a card that can never be released has none.
    assert (mended.state, mended.cards_made) == (PrintRun.State.READY, len(halle.cards(mended))), mended.problems
    assert halle.cards(made) == []


def again(town: CardTown, kind: str) -> None:
    """What another worker does once the lease has passed: the handlers again, on the rows as they are."""
    with tenant(town.pk):
        Job.objects.filter(kind=kind, state="running").update(lease_until=town.now.replace(year=2020))
        waiting = list(Job.objects.filter(kind=kind, state__in=["running", "queued"]).order_by("pk"))
    handlers = {
        runs.PREPARE: lambda run: preparing.prepare(run=run, at=town.now),
        runs.DRAW: lambda run: parts.draw_part(run=run, at=town.now),
        runs.FINISH: lambda run: finishing.finish(run=run, at=town.now),
    }
    with town.ledger.at_work():
        for job in waiting:
            jobs.execute(handlers[kind], job_id=job.pk, municipality_id=town.pk)


def test_a_file_with_the_pages_of_another_one_is_found(halle: CardTown, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = drawing.Drawer.write, []

    def the_first_again(drawer, target, found):
        write(drawer, target, found)
        written.append(target.read_bytes())
        target.write_bytes(written[0])

    monkeypatch.setattr(drawing.Drawer, "write", the_first_again)

    made = halle.make()

    assert len(written) > 3
    assert made.state == PrintRun.State.REFUSED
    assert not made.readback["ok"]
    assert made.readback["counts"]["token"] > 0
    assert {card.state for card in halle.cards(made)} == {Card.State.MADE}


@pytest.mark.parametrize("step", ["drawing", "reading", "keeping", "judging"])
def test_a_killed_worker_is_followed_by_another_one_and_the_bytes_are_the_same(
    halle: CardTown, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    struck: list[str] = []
    calls = {"count": 0}

    def striking(name, call, at_call):
        def instead(*args, **kwargs):
            if step == name and not struck:
                calls["count"] += 1
                if calls["count"] == at_call:
                    struck.append(name)
                    raise Killed
            return call(*args, **kwargs)

        return instead

    # In the second file: the first one is kept already.
    monkeypatch.setattr(parts, "pages", striking("drawing", pages, 2))
    monkeypatch.setattr(parts, "read_back", striking("reading", readback.read_back, 2))
    monkeypatch.setattr(frozen, "store", striking("keeping", frozen.store, 3))  # the forms are the first
    monkeypatch.setattr(finishing, "write_proof", striking("judging", write_proof, 1))

    with pytest.raises(Killed):
        halle.make()
    with tenant(halle.pk):
        made = PrintRun.objects.get()
        done = RunPart.objects.filter(run=made, done=True).count()
    assert made.state == PrintRun.State.MAKING
    tokens = [card.token for card in halle.cards()]
    before = digests(halle, made)
    assert len(before) == done
    for kind in (runs.DRAW, runs.FINISH):
        again(halle, kind)

    made = halle.fresh(made)
    assert struck == [step]
    assert made.state == PrintRun.State.READY, (made.problems, made.readback)
    assert [card.token for card in halle.cards()] == tokens
    first = digests(halle, made)
    assert first.items() >= before.items()
    assert redrawn(halle, made) == first


def redrawn(town: CardTown, made: PrintRun) -> dict[str, str]:
    """The hashes of the files when every one is drawn once more, from nothing but the rows and what was kept with the run."""
    with tenant(town.pk):
        PrintRun.objects.filter(pk=made.pk).update(state=PrintRun.State.MAKING)
        RunFile.objects.filter(run=made).delete()
        RunPart.objects.filter(run=made).update(done=False)
        waiting = list(RunPart.objects.filter(run=made).order_by("-number"))
    with town.ledger.at_work():
        for part in waiting:
            jobs.enqueue(kind=runs.DRAW, municipality_id=town.pk, by=town.clerk, at=town.now, run=made.pk, part=part.pk)
    return digests(town, town.fresh(made))


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
