"""How a print run, a file of one, a card or a case reaches a request: the municipality's own, or 404."""

from convocations.models import Card, CardCase, PrintRun, RunFile
from convocations.selectors import runs as selectors
from convocations.services import answers, bpost_answers, mailing
from core.http import or_404
from core.models import Job
from elections.models import Election
from municipalities.models import Municipality


def access_run(election: Election, number: int) -> PrintRun:
    """Return the run with this number of an election, or 404."""
    return or_404(selectors.run_of(election=election, number=number))


def access_file(run: PrintRun, pk: int) -> RunFile:
    """Return a file of a run, or 404."""
    return or_404(selectors.files(run=run).filter(pk=pk).first())


def access_work(run: PrintRun, pk: int) -> Job:
    """Return the making of a list for bpost of a run, or the bringing in of an answer or a report that was given there, or 404."""
    own = Job.objects.filter(
        municipality_id=run.municipality_id, params__run=run.pk, kind__in=[mailing.KIND, bpost_answers.KIND, answers.REPORT]
    )
    return or_404(own.filter(pk=pk).first())


def access_card(municipality: Municipality, pk: int) -> Card:
    """Return a card of the municipality, or 404."""
    rows = Card.objects.filter(municipality_id=municipality.pk, pk=pk).select_related("run", "election__municipality", "station__building")
    return or_404(rows.first())


def access_case(election: Election, pk: int) -> CardCase:
    """Return a case about a card of the election, or 404."""
    rows = CardCase.objects.filter(municipality_id=election.municipality_id, card__election_id=election.pk, pk=pk)
    return or_404(rows.select_related("card").first())
