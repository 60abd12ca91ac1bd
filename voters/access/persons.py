"""How a person of the register, a spelling or a link reaches a request: the municipality's own, or 404."""

from core.http import or_404, whole
from districts.models import Address, AddressLink, Street, StreetLink
from municipalities.models import Municipality
from voters.models import Person


def access_person(municipality: Municipality, pk: int) -> Person:
    """Return the municipality's person, or 404."""
    return or_404(Person.objects.filter(municipality=municipality, pk=pk).select_related("created_import", "removed_import").first())


def access_street(municipality: Municipality, pk: str) -> Street:
    """Return a street that is in use, or 404."""
    return or_404(Street.objects.filter(municipality=municipality, pk=whole(pk) or 0, closed_at=None).first())


def access_address(municipality: Municipality, pk: str) -> Address:
    """Return an address that is in use, or 404."""
    return or_404(Address.objects.filter(municipality=municipality, pk=whole(pk) or 0, closed_at=None).first())


def access_link(municipality: Municipality, kind: str, pk: int) -> StreetLink | AddressLink:
    """Return a link made by hand (``street`` or ``address``), or 404."""
    if kind == "street":
        return or_404(StreetLink.objects.filter(municipality=municipality, pk=pk).first())
    return or_404(AddressLink.objects.filter(municipality=municipality, pk=pk).first() if kind == "address" else None)
