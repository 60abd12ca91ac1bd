"""How a street, an address or an import reaches a request: the municipality's own, or it does not exist (404)."""

from django.http import Http404

from districts.models import AddressImport, Street
from municipalities.models import Municipality


def access_street(municipality: Municipality, pk: int) -> Street:
    """Return the municipality's street, or 404."""
    street = Street.objects.filter(municipality=municipality, pk=pk).first()
    if street is None:
        raise Http404
    return street


def access_address_import(municipality: Municipality, pk: int) -> AddressImport:
    """Return the municipality's import of addresses, or 404."""
    address_import = AddressImport.objects.filter(municipality=municipality, pk=pk).first()
    if address_import is None:
        raise Http404
    return address_import
