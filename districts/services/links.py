"""Links by hand between a register's spelling and a street or an address. ``voters.services.links`` matches persons anew besides."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.actor import Actor
from districts.models import Address, AddressLink, Street, StreetLink
from municipalities.models import Municipality


@transaction.atomic
def link_street(*, municipality: Municipality, postcode: str, street_key: str, street: Street, by: Actor, at: datetime) -> StreetLink:
    """Remember that a register's spelling means this street; a former link of the spelling is replaced."""
    link, _created = StreetLink.objects.update_or_create(
        municipality=municipality,
        postcode=postcode,
        street_key=street_key,
        defaults={"street": street, "linked_by_name": by.name, "linked_at": at},
    )
    audit.record(
        municipality_id=municipality.pk,
        kind="street.linked",
        by=by,
        at=at,
        target=f"street:{street.pk}",
        after={"postcode": postcode, "street_key": street_key},
    )
    return link


@transaction.atomic
def unlink_street(*, link: StreetLink, by: Actor, at: datetime) -> None:
    """Forget the meaning of a spelling."""
    before = {"postcode": link.postcode, "street_key": link.street_key}
    municipality_id, street_id = link.municipality_id, link.street_id
    link.delete()
    audit.record(municipality_id=municipality_id, kind="street.unlinked", by=by, at=at, target=f"street:{street_id}", before=before)


@transaction.atomic
def link_address(
    *, municipality: Municipality, postcode: str, keys: tuple[str, str, str], address: Address, by: Actor, at: datetime
) -> AddressLink:
    """Remember that a register's spelling means this address. ``keys``: of the street, the number and the box."""
    street_key, number_key, box_key = keys
    link, _created = AddressLink.objects.update_or_create(
        municipality=municipality,
        postcode=postcode,
        street_key=street_key,
        number_key=number_key,
        box_key=box_key,
        defaults={"address": address, "linked_by_name": by.name, "linked_at": at},
    )
    audit.record(
        municipality_id=municipality.pk,
        kind="address.linked",
        by=by,
        at=at,
        target=f"address:{address.pk}",
        after={"postcode": postcode, "street_key": street_key, "number_key": number_key, "box_key": box_key},
    )
    return link


@transaction.atomic
def unlink_address(*, link: AddressLink, by: Actor, at: datetime) -> None:
    """Forget the meaning of an address's spelling."""
    before = {"postcode": link.postcode, "street_key": link.street_key, "number_key": link.number_key, "box_key": link.box_key}
    municipality_id, address_id = link.municipality_id, link.address_id
    link.delete()
    audit.record(municipality_id=municipality_id, kind="address.unlinked", by=by, at=at, target=f"address:{address_id}", before=before)
