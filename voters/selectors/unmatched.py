"""Spellings of addresses that are not recognised, what they may mean, and what was linked by hand."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Exists, OuterRef
from django.db.models.functions import Length

from districts.models import Address, AddressLink, Street, StreetLink
from districts.selectors.addresses import street_key
from voters.sql import unmatched as sql
from voters.sql.unmatched import Door, Spelling

LIKELY = 0.72
"""Less alike than this is another street."""


def spellings(*, municipality_id: int) -> list[Spelling]:
    """Streets as the register spells them, the most persons first."""
    return sql.spellings(municipality_id=municipality_id)


def spelling(*, municipality_id: int, postcode: str, key: str) -> Spelling | None:
    """One spelling under which persons still wait."""
    found = sql.spellings(municipality_id=municipality_id)
    return next((one for one in found if (one.postcode, one.street_key) == (postcode, key)), None)


def streets_in(*, municipality_id: int, postcode: str, name: str = "") -> list[Street]:
    """Streets in use in a postcode, by name; with ``name`` those that hold it in any spelling."""
    there = Address.objects.filter(municipality_id=municipality_id, street=OuterRef("pk"), postcode=postcode, closed_at=None)
    found = Street.objects.filter(Exists(there), municipality_id=municipality_id, closed_at=None)
    if name:
        found = found.filter(name_key__contains=street_key(name))
    return list(found.order_by("name_key", "pk")[: 20 if name else 5000])


def suggestions(*, municipality_id: int, spelled: Spelling, most: int = 5) -> list[Street]:
    """The streets of the postcode that look most like a spelling, best first."""
    scored = []
    matcher = SequenceMatcher(b=spelled.street_key, autojunk=False)
    for street in streets_in(municipality_id=municipality_id, postcode=spelled.postcode):
        matcher.set_seq1(street.name_key)
        contained = len(street.name_key) > 4 and street.name_key in spelled.street_key
        if contained or (matcher.real_quick_ratio() > LIKELY and matcher.quick_ratio() > LIKELY):
            scored.append((max(matcher.ratio(), 0.9 if contained else 0), street))
    likely = [pair for pair in scored if pair[0] > LIKELY]
    return [street for _score, street in sorted(likely, key=lambda pair: (-pair[0], pair[1].name_key, pair[1].pk))[:most]]


@dataclass(frozen=True, slots=True)
class DoorChoice:
    """A door of the register and the addresses that it may be."""

    door: Door
    addresses: list[Address]


def doors(*, municipality_id: int, spelled: Spelling) -> list[DoorChoice]:
    """The doors that wait in a street that is known, each with every address of the street to choose from."""
    waiting = sql.doors(municipality_id=municipality_id, postcode=spelled.postcode, street_key=spelled.street_key)
    addresses = addresses_of(municipality_id=municipality_id, spelled=spelled)
    return [DoorChoice(door, addresses) for door in waiting]


def addresses_of(*, municipality_id: int, spelled: Spelling) -> list[Address]:
    """The open addresses of the streets that a spelling means, in natural order; none when the street is unknown."""
    linked = StreetLink.objects.filter(municipality_id=municipality_id, postcode=spelled.postcode, street_key=spelled.street_key)
    streets = list(linked.values_list("street_id", flat=True)) or list(
        Street.objects.filter(municipality_id=municipality_id, name_key=spelled.street_key).values_list("pk", flat=True)
    )
    return list(
        Address.objects.filter(municipality_id=municipality_id, street__in=streets, postcode=spelled.postcode, closed_at=None)
        .order_by("number", "suffix", Length("box_key"), "box_key", "pk")
        .select_related("street")
    )


@dataclass(frozen=True, slots=True)
class LinkedStreet:
    """A link of a street, with its spelling as the register has it; its key where nobody is spelled so any more."""

    link: StreetLink
    spelling: str


@dataclass(frozen=True, slots=True)
class LinkedDoor:
    """A link of an address, with street, number and box as the register has them."""

    link: AddressLink
    street: str
    number: str
    box: str


@dataclass(frozen=True, slots=True)
class Links:
    """What was linked by hand, the newest first."""

    streets: list[LinkedStreet]
    doors: list[LinkedDoor]


def links(*, municipality_id: int) -> Links:
    """Every link of the municipality."""
    own = {"municipality_id": municipality_id}
    streets = list(StreetLink.objects.filter(**own).select_related("street").order_by("-linked_at", "-pk"))
    doors = list(AddressLink.objects.filter(**own).select_related("address__street").order_by("-linked_at", "-pk"))
    street_names = sql.street_names(municipality_id=municipality_id) if streets else {}
    door_names = sql.door_names(municipality_id=municipality_id) if doors else {}
    return Links(
        [LinkedStreet(link, street_names.get(link.pk, link.street_key)) for link in streets],
        [LinkedDoor(link, *door_names.get(link.pk, (link.street_key, link.number_key, link.box_key))) for link in doors],
    )
