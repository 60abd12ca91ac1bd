"""How a duplicate, a counter or a printer reaches a request: the municipality's own, or 404."""

from datetime import date

from django.http import Http404

from convocations.models import CardPrinter, Counter, Duplicate
from convocations.selectors import counter as selectors
from elections.access import access_election
from elections.models import Election
from municipalities.access import MunicipalRequest


def election_of(request: MunicipalRequest, day: date) -> Election:
    """The election of the address with its municipality, or 404."""
    election = access_election(request.municipality, day)
    election.municipality = request.municipality
    return election


def access_duplicate(election: Election, pk: int) -> Duplicate:
    """Return a duplicate of the election, or 404."""
    found = selectors.duplicate_of(election=election, pk=pk)
    if found is None:
        raise Http404
    return found


def access_counter(request: MunicipalRequest, pk: int) -> Counter:
    """Return a counter of the municipality, or 404."""
    found = selectors.counter_of(municipality_id=request.municipality_id, pk=pk)
    if found is None:
        raise Http404
    return found


def access_printer(request: MunicipalRequest, pk: int) -> CardPrinter:
    """Return a printer of the municipality, or 404."""
    found = selectors.printer_of(municipality_id=request.municipality_id, pk=pk)
    if found is None:
        raise Http404
    return found
