"""How a person of the register, a spelling or a link reaches a request: the municipality's own, or 404."""

from django.http import Http404

from districts.models import Address, AddressLink, Street, StreetLink
from municipalities.models import Municipality
from voters.models import Person


def access_person(municipality: Municipality, pk: int) -> Person:
    """Return the municipality's person, or 404."""
    person = Person.objects.filter(municipality=municipality, pk=pk).select_related("created_import", "removed_import").first()
    if person is None:
        raise Http404
    return person


def access_street(municipality: Municipality, pk: str) -> Street:
    """Return a street that is in use, or 404."""
    street = Street.objects.filter(municipality=municipality, pk=pk, closed_at=None).first() if pk.isdigit() else None
    if street is None:
        raise Http404
    return street


def access_address(municipality: Municipality, pk: str) -> Address:
    """Return an address that is in use, or 404."""
    address = Address.objects.filter(municipality=municipality, pk=pk, closed_at=None).first() if pk.isdigit() else None
    if address is None:
        raise Http404
    return address


def access_link(municipality: Municipality, kind: str, pk: int) -> StreetLink | AddressLink:
    """Return a link made by hand (``street`` or ``address``), or 404."""
    links: dict[str, type[StreetLink] | type[AddressLink]] = {"street": StreetLink, "address": AddressLink}
    link = links[kind].objects.filter(municipality=municipality, pk=pk).first() if kind in links else None
    if link is None:
        raise Http404
    return link
