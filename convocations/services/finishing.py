"""The last step of a run: the pieces put together, the file read back beside the list, the proof set. Then somebody may ask to release it."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_noop

from convocations.cards.card import CODE_PATTERN
from convocations.models import PrintRun, RunFile, RunPart
from convocations.rules.runs import file_name
from convocations.selectors.pages import expected
from convocations.services import frozen
from convocations.services.drawing import plan_of
from convocations.services.preparing import locked_run
from convocations.services.proofs import write_proof
from convocations.services.runs import MOST_PROBLEMS, State, delete_files, record, refused
from convocations.sql import checks
from core.jobs import JobRun
from core.tenancy import tenant
from documents.stream.readback import Facts, ReadBack, read_back
from documents.stream.segments import Segment, assemble

JOINING: Final = gettext_noop("Putting the file together")
READING: Final = gettext_noop("Reading the cards back")
SAMPLE: Final = 60
"""Pages that are laid out and whose codes are decoded, about; of all others the text is read from what they draw."""


def finish(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Put the file of a run together and read it back. Run again it makes the same bytes; after success it changes nothing."""
    with tempfile.TemporaryDirectory() as place:
        target, proof = Path(place) / "cards.pdf", Path(place) / "proof.pdf"
        with tenant(run.municipality_id):
            made = PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=run.params["run"])
            if made.state != State.MAKING:
                return dict(made.figures)
            run.progress(done=0, total=made.cards_made, stage=JOINING)
            _join(made, Path(place), target)
            run.progress(stage=READING)
            facts = _Expected(made, run)
            report = read_back(target, facts, token=CODE_PATTERN, sample=SAMPLE, quick=True)
            proof_set = write_proof(made, proof)
        with tenant(run.municipality_id):
            made = locked_run(run)
            keep_file(made, RunFile.Kind.CARDS, target, what="oproepingsbrieven", pages=report.pages, by=made.made_by_name, at=at)
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


def _join(made: PrintRun, place: Path, target: Path) -> None:
    parts = list(RunPart.objects.filter(municipality_id=made.municipality_id, run=made).order_by("number"))
    if problems := [problem for part in parts for problem in part.problems]:
        raise refused("cards_refused", problems)
    pieces = []
    for part in parts:
        path = place / f"{part.number}.seg"
        with default_storage.open(part.file) as source, path.open("wb") as piece:
            shutil.copyfileobj(source, piece, 1 << 20)
        if sha256_of(path) != part.sha256:
            raise refused("piece_damaged")
        pieces.append((Segment.from_bytes(bytes(part.segment)), path))
    assemble(plan_of(made, frozen.load(made)), pieces, target)
    for _segment, path in pieces:
        path.unlink()


class _Expected:
    """What must stand on each page, while it tells how far the reading is and counts who votes where they live."""

    def __init__(self, made: PrintRun, run: JobRun) -> None:
        self.made, self.run, self.at_station = made, run, 0

    def __iter__(self) -> Iterator[Facts]:
        for number, (facts, at_station) in enumerate(expected(self.made), 1):
            self.at_station += at_station
            if number % 200 == 0:
                self.run.progress(done=number)
            yield facts


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


def keep_file(made: PrintRun, kind: str, path: Path, *, what: str, pages: int = 0, by: str, at: datetime) -> RunFile:
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
