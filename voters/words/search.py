"""What the search at the top found, as groups of links. Whoever may look (Permission.VIEW) may follow every one of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.templatetags.presentation import number
from districts.sql.search import BuildingHit, StationHit, StreetHit
from voters.models import Person
from voters.selectors.search import Everything
from voters.selectors.voters_list import ListRow
from voters.words import persons as words

Item = dict[str, str]


def groups(found: Everything, nis: str, election_date: date | None) -> list[dict[str, Any]]:
    """For components/search_results.html: a title and its items, empty ones left out."""
    told: tuple[tuple[str, list[Item]], ...] = (
        (_("Voters list"), _entries(found.entries, nis)),
        (_("Persons"), [_person(person, nis) for person in found.persons.persons]),
        (_("Polling stations"), _stations(found.stations, nis, election_date) if election_date else []),
        (_("Buildings"), _buildings(found.buildings, nis)),
        (_("Streets"), _streets(found.streets, nis)),
    )
    return [{"title": title, "items": items} for title, items in told if items]


def _person(person: Person, nis: str) -> Item:
    hint = f"{words.birth_date(person.birth_date)} · {words.address(person)}"
    return {"label": words.name(person), "hint": hint, "url": reverse("person_detail", kwargs={"nis": nis, "pk": person.pk})}


def _entries(entries: Sequence[ListRow], nis: str) -> list[Item]:
    return [
        {
            "label": _("Number %(number)s: %(name)s")
            % {"number": number(entry.list_number), "name": f"{entry.last_name}, {entry.first_names}"},
            "hint": words.birth_date(entry.birth_date),
            "url": reverse("person_detail", kwargs={"nis": nis, "pk": entry.person_id}),
        }
        for entry in entries
    ]


def _stations(stations: Sequence[StationHit], nis: str, day: date) -> list[Item]:
    return [
        {
            "label": f"{one.number} · {one.name}",
            "hint": one.building,
            "url": reverse("station_detail", kwargs={"nis": nis, "election_date": day, "pk": one.pk}),
        }
        for one in stations
    ]


def _buildings(buildings: Sequence[BuildingHit], nis: str) -> list[Item]:
    return [
        {
            "label": one.name,
            "hint": _("%(address)s (closed)") % {"address": one.address} if one.closed else one.address,
            "url": reverse("building_detail", kwargs={"nis": nis, "pk": one.pk}),
        }
        for one in buildings
    ]


def _streets(streets: Sequence[StreetHit], nis: str) -> list[Item]:
    return [
        {"label": one.name, "hint": ", ".join(one.postcodes), "url": reverse("street_detail", kwargs={"nis": nis, "pk": one.pk})}
        for one in streets
    ]
