"""How an import or a column map reaches a request: the municipality's own, or 404."""

from django.http import Http404

from core.http import or_404
from municipalities.models import Municipality
from voters.models import ColumnMap, RegisterImport


def access_import(municipality: Municipality, pk: int) -> RegisterImport:
    """Return an import of the municipality, or 404."""
    found = or_404(RegisterImport.objects.filter(municipality_id=municipality.pk, pk=pk).first())
    found.municipality = municipality
    return found


def access_mutations(municipality: Municipality, pk: int) -> RegisterImport:
    """Return a file of mutations of the municipality, or 404."""
    found = access_import(municipality, pk)
    if found.kind != RegisterImport.Kind.MUTATIONS:
        raise Http404
    return found


def access_column_map(municipality: Municipality, pk: int) -> ColumnMap:
    """Return a column map of the municipality, or 404."""
    found = or_404(ColumnMap.objects.filter(municipality_id=municipality.pk, pk=pk).first())
    found.municipality = municipality
    return found
