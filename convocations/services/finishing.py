"""The last step of a run: what was read of all its files looked at together, and the proof set. Then somebody may ask to release it."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_noop

from convocations.models import PrintRun, RunFile, RunPart
from convocations.rules.stacks import together
from convocations.selectors.runs import stacks_of
from convocations.services.backs import keep_backs
from convocations.services.keeping import is_whole, keep_file
from convocations.services.preparing import locked_run
from convocations.services.proofs import write_proof
from convocations.services.runs import MOST_PROBLEMS, State, record, refused
from convocations.sql import checks
from core.jobs import JobRun
from core.tenancy import tenant

LOOKING: Final = gettext_noop("Looking at all files together")
SUMS: Final = ("pages", "expected", "tokens", "sampled", "decoded", "at_station")


def finish(*, run: JobRun, at: datetime) -> dict[str, Any]:
    """Judge a run by what was read of its files. Run again it finds the same; after success it changes nothing."""
    with tempfile.TemporaryDirectory() as place:
        proof = Path(place) / "proof.pdf"
        with tenant(run.municipality_id):
            made = PrintRun.objects.select_related("election__municipality").get(municipality_id=run.municipality_id, pk=run.params["run"])
            if made.state != State.MAKING:
                return dict(made.figures)
            run.progress(done=0, total=made.cards_made, stage=LOOKING)
            files = _files(made, run)
            proof_set = write_proof(made, proof)
        with tenant(run.municipality_id):
            made = locked_run(run)
            keep_backs(made, Path(place), at=at)
            keep_file(made, RunFile.Kind.PROOF, proof, what="proef", pages=len(proof_set), by=made.made_by_name, at=at)
            made.proof = proof_set
            _judge(made, [file.details["readback"] for file in files])
            made.finished_at = at
            made.save()
            run.progress(done=made.cards_made)
            run.hold()
            after = {"number": made.number, "cards": made.cards_made, "pages": made.figures["pages"], "readback_ok": made.readback_ok}
            record(made, "made", by=run.by, at=at, after=after)
    return dict(made.figures)


def _files(made: PrintRun, run: JobRun) -> list[RunFile]:
    """The files of the cards in order, all of them and as they were written."""
    own = {"municipality_id": made.municipality_id, "run": made}
    if problems := [problem for part in RunPart.objects.filter(**own).order_by("number") for problem in part.problems]:
        raise refused("cards_refused", problems)
    found = sorted(RunFile.objects.filter(**own, kind=RunFile.Kind.CARDS), key=lambda file: int(file.details["number"]))
    stacks = stacks_of(made)
    if [(file.details["position"], file.pages) for file in found] != [(stack.first, stack.cards) for stack in stacks]:
        raise refused("piece_damaged")
    for file in found:
        if not is_whole(file):
            raise refused("piece_damaged")
        run.progress(done=run.done + file.pages)
    return found


def _judge(made: PrintRun, told: Sequence[dict[str, Any]]) -> None:
    """Ready, or not in order: the files are as the list says and every line of the list is accounted for, or nobody can release it.

    A token stands on one page of one file: every page has the token of its own card alone, the pages of the files are those of all cards,
    each in one of them, and in the database no two cards have the same.
    """
    own = {"municipality_id": made.municipality_id, "run_id": made.pk}
    counted, persons = checks.count_cards(**own)
    sums = {name: sum(one[name] for one in told) for name in SUMS}
    ok = all(one["ok"] for one in told)
    accounted = counted == persons == made.cards_made and made.cards_made + made.cards_none == made.lines
    whole = together(stacks_of(made)) == made.cards_made == sums["pages"] == sums["expected"] == sums["tokens"]
    made.readback_ok = ok and whole and accounted
    counts: Counter[str] = Counter()
    for one in told:
        counts.update(one["counts"])
    problems = [problem for one in told for problem in one["problems"]]
    made.readback = {"ok": ok and whole, **sums, "accounted": accounted, "counts": dict(counts), "problems": problems[:MOST_PROBLEMS]}
    made.figures |= {"pages": sums["pages"], "at_station": sums["at_station"]}
    made.state = State.READY if made.readback_ok else State.REFUSED
