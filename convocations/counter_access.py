"""How a duplicate, a counter or a printer reaches a request: the municipality's own, or 404."""

from convocations.models import CardPrinter, Counter, Duplicate
from convocations.selectors import counter as selectors
from core.http import or_404
from elections.models import Election
from municipalities.access import MunicipalRequest


def access_duplicate(election: Election, pk: int) -> Duplicate:
    """Return a duplicate of the election, or 404."""
    return or_404(selectors.duplicate_of(election=election, pk=pk))


def access_counter(request: MunicipalRequest, pk: int) -> Counter:
    """Return a counter of the municipality, or 404."""
    return or_404(selectors.counter_of(municipality_id=request.municipality_id, pk=pk))


def access_printer(request: MunicipalRequest, pk: int) -> CardPrinter:
    """Return a printer of the municipality, or 404."""
    return or_404(selectors.printer_of(municipality_id=request.municipality_id, pk=pk))
