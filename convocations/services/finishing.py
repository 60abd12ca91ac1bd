"""The last step of a run: the pieces put together, the file read back beside the list, the proof set. Then somebody may ask to release it."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_noop

from convocations.cards.card import CODE_PATTERN
from convocations.models import PrintRun, RunFile, RunPart
from convocations.rules.runs import file_name
from convocations.rules.stacks import Stack, named
from convocations.selectors.pages import expected
from convocations.selectors.runs import stacks_of
from convocations.services import frozen
from convocations.services.drawing import plan_of
from convocations.services.preparing import locked_run
from convocations.services.proofs import write_proof
from convocations.services.runs import MOST_PROBLEMS, State, delete_files, record, refused
from convocations.sql import checks
from core.jobs import JobRun
from core.tenancy import tenant
from documents.stream.plan import Plan
from documents.stream.readback import Facts, ReadBack, read_back
from documents.stream.segments import Segment, assemble

JOINING: Final = gettext_noop("Putting the file together")
READING: Final = gettext_noop("Reading the cards back")
SAMPLE: Final = 60
"""Pages that are laid out and whose codes are decoded, about; of all others the text is read from what they draw."""


def finish(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Put the file of a run together and read it back. Run again it makes the same bytes; after success it changes nothing."""
    with tempfile.TemporaryDirectory() as place:
        proof = Path(place) / "proof.pdf"
        with tenant(run.municipality_id):
            made = PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=run.params["run"])
            if made.state != State.MAKING:
                return dict(made.figures)
            run.progress(done=0, total=made.cards_made, stage=JOINING)
            targets = _join(made, Path(place))
            run.progress(stage=READING)
            facts = _Expected(made, run)
            report = _read(targets, facts)
            proof_set = write_proof(made, proof)
        with tenant(run.municipality_id):
            made = locked_run(run)
            _keep_cards(made, targets, at=at)
            keep_file(made, RunFile.Kind.PROOF, proof, what="proef", pages=len(proof_set), by=made.made_by_name, at=at)
            made.proof = proof_set
            _judge(made, report, at_station=facts.at_station)
            made.finished_at = at
            made.save()
            _forget_pieces(made)
            run.progress(done=made.cards_made)
            run.hold()
            after = {"number": made.number, "cards": made.cards_made, "pages": report.pages, "readback_ok": made.readback_ok}
            record(made, "made", by=run.by, at=at, after=after)
    return dict(made.figures)


def _join(made: PrintRun, place: Path) -> dict[Stack, Path]:
    """The file of each stack."""
    parts = list(RunPart.objects.filter(municipality_id=made.municipality_id, run=made).order_by("number"))
    if problems := [problem for part in parts for problem in part.problems]:
        raise refused("cards_refused", problems)
    held, found = frozen.load(made), {}
    for stack in stacks_of(made):
        own = [part for part in parts if stack.first_bundle <= part.first_bundle < stack.first_bundle + stack.bundles]
        found[stack] = place / ("cards.pdf" if stack.first == 1 else f"cards-{stack.paper}.pdf")
        _assemble(plan_of(made, held, stack), own, place, found[stack])
    return found


def _assemble(plan: Plan, parts: list[RunPart], place: Path, target: Path) -> None:
    pieces = []
    for part in parts:
        path = place / f"{part.number}.seg"
        with default_storage.open(part.file) as source, path.open("wb") as piece:
            shutil.copyfileobj(source, piece, 1 << 20)
        if sha256_of(path) != part.sha256:
            raise refused("piece_damaged")
        pieces.append((Segment.from_bytes(bytes(part.segment)), path))
    assemble(plan, pieces, target)
    for _segment, path in pieces:
        path.unlink()


def _read(targets: Mapping[Stack, Path], facts: Iterator[Facts]) -> ReadBack:
    """Read every file back; what is told of a page says its position in the run."""
    told = ReadBack()
    for stack, target in targets.items():
        one = read_back(target, islice(facts, stack.cards), token=CODE_PATTERN, sample=SAMPLE, quick=True)
        told.pages, told.expected, told.tokens = told.pages + one.pages, told.expected + one.expected, told.tokens + one.tokens
        told.decoded, told.sampled = told.decoded + one.decoded, told.sampled + one.sampled
        told.counts.update(one.counts)
        told.problems += [replace(problem, page=problem.page and problem.page + stack.first - 1) for problem in one.problems]
    told.expected += sum(1 for _ in facts)
    return told


def _keep_cards(made: PrintRun, targets: Mapping[Stack, Path], *, at: datetime) -> None:
    """The files for the printer, each of one paper."""
    for stack, what in named(list(targets)):
        kept: dict[str, Any] = {"what": what, "pages": stack.cards, "details": {"paper": stack.paper.value}, "by": made.made_by_name, "at": at}
        keep_file(made, RunFile.Kind.CARDS, targets[stack], **kept)


class _Expected:
    """What must stand on each page, while it tells how far the reading is and counts who votes where they live."""

    def __init__(self, made: PrintRun, run: JobRun) -> None:
        self.run, self.at_station = run, 0
        self._found = enumerate(expected(made), 1)

    def __iter__(self) -> Iterator[Facts]:
        return self

    def __next__(self) -> Facts:
        number, (facts, at_station) = next(self._found)
        self.at_station += at_station
        if number % 200 == 0:
            self.run.progress(done=number)
        return facts


def _judge(made: PrintRun, report: ReadBack, *, at_station: int) -> None:
    """Ready, or not in order: the file is as the list says and every line of the list is accounted for, or nobody can release it."""
    own = {"municipality_id": made.municipality_id, "run_id": made.pk}
    counted, persons = checks.count_cards(**own)
    accounted = counted == persons == made.cards_made and made.cards_made + made.cards_none == made.lines
    made.readback_ok = report.ok and report.pages == made.cards_made and accounted
    made.readback = {
        "ok": report.ok,
        "pages": report.pages,
        "expected": report.expected,
        "tokens": report.tokens,
        "sampled": report.sampled,
        "decoded": report.decoded,
        "accounted": accounted,
        "at_station": at_station,
        "counts": dict(report.counts),
        "problems": [{"page": one.page, "kind": one.kind, "detail": one.detail} for one in report.problems[:MOST_PROBLEMS]],
    }
    made.figures |= {"pages": report.pages, "at_station": at_station}
    made.state = State.READY if made.readback_ok else State.REFUSED


def keep_file(
    made: PrintRun, kind: str, path: Path, *, what: str, pages: int = 0, details: dict[str, Any] | None = None, by: str, at: datetime
) -> RunFile:
    """Put a file of a run in the storage under its name, with its hash."""
    name = file_name(
        what, nis=made.election.municipality.nis_code, day=made.election.date, run=made.number, extension=path.suffix.removeprefix(".")
    )
    with path.open("rb") as stream:
        stored = frozen.store(f"{frozen.folder(made)}/{name}", stream)
    kept, _made = RunFile.objects.update_or_create(
        municipality_id=made.municipality_id,
        run=made,
        name=name,
        defaults={
            "kind": kind,
            "file": stored,
            "sha256": sha256_of(path),
            "pages": pages,
            "size": path.stat().st_size,
            **({"details": details} if details else {}),
            "made_at": at,
            "made_by_name": by,
        },
    )
    return kept


def sha256_of(path: Path) -> str:
    """In hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _forget_pieces(made: PrintRun) -> None:
    """After the commit only: whoever takes the work up again needs them until then."""
    parts = RunPart.objects.filter(municipality_id=made.municipality_id, run=made)
    names = list(parts.exclude(file="").values_list("file", flat=True))
    parts.update(file="", segment=b"")
    transaction.on_commit(lambda: delete_files(names))
