"""Everything that is known of one person, as the dossier shows it."""

from dataclasses import dataclass

from django.db.models import Q

from districts.models import Address
from municipalities.models import Municipality
from voters.models import Draft, Entry, EntryPlace, Extraction, ListDecision, Person, PersonVersion
from voters.sql import unmatched


@dataclass(frozen=True, slots=True)
class Listed:
    """An extraction, and where the person stands in its list (``None``: not on it).

    ``place`` is the number that the freeze of an assignment gave, where one was frozen on it.
    """

    extraction: Extraction
    entry: Entry | None
    place: int | None = None

    @property
    def number(self) -> int | None:
        """The number on the list that counts."""
        return self.place or (self.entry.list_number if self.entry else None)


def address_of(person: Person) -> tuple[Address | None, str]:
    """The address that the register's spelling means, and how sure that is (docs/formats/register-matching.md)."""
    reason = unmatched.reason(municipality_id=person.municipality_id, person_id=person.pk)
    if person.address_id is None:
        return None, reason
    address = Address.objects.select_related("street").filter(municipality_id=person.municipality_id, pk=person.address_id).first()
    return address, reason


def recorded_decisions(person: Person) -> list[ListDecision]:
    """What the college and the Court of Appeal decided about the person, the newest first."""
    rows = ListDecision.objects.filter(municipality_id=person.municipality_id, person=person, state=ListDecision.State.RECORDED)
    return list(rows.select_related("election").order_by("-recorded_at", "-pk"))


def household(person: Person) -> list[Person]:
    """Who lives with somebody: the same household at the same address, the reference person first."""
    if not person.household_id:
        return []
    # Households have no index: the address has one, and those who live together have the same.
    there = Q(address_id=person.address_id) if person.address_id else Q(address_id=None)
    return list(
        Person.objects.filter(there, municipality_id=person.municipality_id, household_id=person.household_id, removed_import=None)
        .exclude(pk=person.pk)
        .order_by("household_role", "born_on", "pk")[:60]
    )


def versions(person: Person) -> list[PersonVersion]:
    """What changed, the newest first, with the import that changed it."""
    return list(
        PersonVersion.objects.filter(municipality_id=person.municipality_id, person=person)
        .select_related("register_import")
        .order_by("-version")
    )


def listed(*, municipality: Municipality, person: Person, newest: int = 20) -> list[Listed]:
    """The last finished extractions, and the person's place in each."""
    extractions = list(
        Extraction.objects.filter(municipality=municipality, state=Extraction.State.DONE)
        .select_related("election")
        .order_by("-finished_at")[:newest]
    )
    entries = {
        entry.extraction_id: entry
        for entry in Entry.objects.filter(municipality=municipality, extraction__in=[one.pk for one in extractions], person=person)
    }
    places = EntryPlace.objects.filter(municipality=municipality, person=person, draft__state=Draft.State.FROZEN)
    numbers = dict(places.values_list("draft__extraction_id", "list_number"))
    return [Listed(one, entries.get(one.pk), numbers.get(one.pk)) for one in extractions]
