"""Linking spellings of the register to streets and addresses by hand: remembered, and applied at once."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import Address, AddressLink, Street, StreetLink
from districts.services import links as districts
from municipalities.models import Municipality
from voters.sql import unmatched as sql
from voters.sql.merge import lock


class NotOfThisStreetError(Exception):
    """The street has no open address in that postcode: linking to it would find nobody an address."""


@transaction.atomic
def link_street(*, municipality: Municipality, postcode: str, street_key: str, street: Street, by: Actor, at: datetime) -> int:
    """Let a spelling mean a street, now and in every later file. Returns how many persons got an address.

    Raises ``NotOfThisStreetError``.
    """
    held = Address.objects.filter(municipality=municipality, street=street, postcode=postcode, closed_at=None)
    if not held.exists():
        raise NotOfThisStreetError
    lock(municipality_id=municipality.pk)
    districts.link_street(municipality=municipality, postcode=postcode, street_key=street_key, street=street, by=by, at=at)
    return _recognise(municipality, postcode, street_key, f"street:{street.pk}", by=by, at=at)


@transaction.atomic
def unlink_street(*, link: StreetLink, by: Actor, at: datetime) -> int:
    """Undo a link of a street. Returns how many persons it changed."""
    lock(municipality_id=link.municipality_id)
    municipality, postcode, street_key, street_id = link.municipality, link.postcode, link.street_key, link.street_id
    districts.unlink_street(link=link, by=by, at=at)
    return _recognise(municipality, postcode, street_key, f"street:{street_id}", by=by, at=at)


@transaction.atomic
def link_address(
    *, municipality: Municipality, postcode: str, keys: tuple[str, str, str], address: Address, by: Actor, at: datetime
) -> int:
    """Let one door's spelling (keys of street, number, box) mean an address. Returns how many persons got it."""
    lock(municipality_id=municipality.pk)
    districts.link_address(municipality=municipality, postcode=postcode, keys=keys, address=address, by=by, at=at)
    return _recognise(municipality, postcode, keys[0], f"address:{address.pk}", by=by, at=at)


@transaction.atomic
def unlink_address(*, link: AddressLink, by: Actor, at: datetime) -> int:
    """Undo a link of an address. Returns how many persons it changed."""
    lock(municipality_id=link.municipality_id)
    municipality, postcode, street_key, address_id = link.municipality, link.postcode, link.street_key, link.address_id
    districts.unlink_address(link=link, by=by, at=at)
    return _recognise(municipality, postcode, street_key, f"address:{address_id}", by=by, at=at)


@transaction.atomic
def recognise_waiting(*, municipality: Municipality, by: Actor, at: datetime) -> int:
    """Compare everybody without an address anew, after addresses were brought in. Returns how many got one."""
    lock(municipality_id=municipality.pk)
    return _recognise(municipality, "", "", "", by=by, at=at)


def _recognise(municipality: Municipality, postcode: str, street_key: str, target: str, *, by: Actor, at: datetime) -> int:
    changed = sql.recognise(municipality_id=municipality.pk, postcode=postcode, street_key=street_key)
    audit.record(
        municipality_id=municipality.pk, kind="register.addresses_recognised", by=by, at=at, target=target, after={"persons": changed}
    )
    return changed
