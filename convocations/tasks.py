"""Long work of the convocations: claim the job, call one service, finish."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from convocations.services import answers, bpost_answers, finishing, mailing, parts, preparing, releasing, runs
from core.jobs import JobRun, job_task


@job_task(runs.PREPARE, label=_("Preparing the cards"), queue="print", ended=runs.job_ended)
def prepare_run(run: JobRun) -> dict[str, Any]:
    """Decide who gets a card."""
    return preparing.prepare(run=run, at=timezone.now())


@job_task(runs.DRAW, label=_("Drawing cards and reading them back"), queue="print", ended=runs.job_ended)
def draw_part(run: JobRun) -> dict[str, Any]:
    """Draw a file of cards and read it back."""
    return parts.draw_part(run=run, at=timezone.now())


@job_task(runs.FINISH, label=_("Looking at all files together"), queue="print", ended=runs.job_ended)
def finish_run(run: JobRun) -> dict[str, Any]:
    """Judge what was read."""
    return finishing.finish(run=run, at=timezone.now())


@job_task(releasing.RELEASE, label=_("Releasing the cards"), queue="print", ended=releasing.job_ended)
def release_run(run: JobRun) -> dict[str, Any]:
    """Release the cards that two persons agreed on."""
    return releasing.release(run=run, at=timezone.now())


@job_task(mailing.KIND, label=_("List for bpost"), queue="delivery")
def make_bpost_list(run: JobRun) -> dict[str, Any]:
    """Make the list of a run for bpost."""
    return mailing.make_list(run=run, at=timezone.now())


@job_task(bpost_answers.KIND, label=_("Answer of bpost"), queue="delivery", ended=answers.job_ended)
def bring_in_bpost_answer(run: JobRun) -> dict[str, Any]:
    """Bring in what bpost answers to a list."""
    return bpost_answers.bring_in(run=run, at=timezone.now())


@job_task(answers.REPORT, label=_("Report of the printer"), queue="delivery", ended=answers.job_ended)
def bring_in_report(run: JobRun) -> dict[str, Any]:
    """Bring in what the printer reports of the cards of a run."""
    return answers.bring_in_report(run=run, at=timezone.now())
