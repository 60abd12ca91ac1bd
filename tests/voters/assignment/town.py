"""A small town to assign: streets with houses that have a place, districts, buildings with stations, and households with voters."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from math import cos, radians
from typing import Any

from celery import current_app

from core.tenancy import tenant
from districts.models import Address, Building, District, Station, Street, StreetRange
from districts.rules.street_ranges import BEGINNING
from elections.services import create_election
from municipalities.models import Municipality
from tests.personas import NOW, World
from tests.voters.people import Town, make_town
from voters.models import Draft, EntryPlace, Person, Placement
from voters.rules.assignment import DraftSettings
from voters.services import draft_freeze, drafts

HERE = (50.73, 4.23)
METRE = 1 / 111_194.93
EARLIER = date(2018, 10, 14)


def position(east: float, north: float) -> dict[str, float]:
    """Degrees of a place so many metres from the middle of town."""
    return {"latitude": HERE[0] + north * METRE, "longitude": HERE[1] + east * METRE / cos(radians(HERE[0]))}


@dataclass
class AssignmentTown:
    """Shorthand for everything that a draft rests on. Metres east and north of the middle of town."""

    town: Town
    streets: dict[str, Street] = field(default_factory=dict)
    districts: dict[str, District] = field(default_factory=dict)
    buildings: dict[str, Building] = field(default_factory=dict)

    @property
    def municipality(self) -> Municipality:
        return self.town.municipality

    @property
    def election(self) -> Any:
        return self.town.election

    @property
    def own(self) -> dict[str, Any]:
        return {"municipality": self.municipality}

    def street(
        self, name: str, numbers: range | list[int], *, east: float = 0, north: float = 0, step: float = 10, postcode: str = "1500"
    ) -> Street:
        """A street running east, with a house a number at ``step`` metres from the one before."""
        with tenant(self.municipality.pk):
            street = Street.objects.create(
                **self.own, best_id=self.municipality.pk * 1000 + len(self.streets), name=name, name_key=name.lower()
            )
            self.streets[name] = street
            for place, number in enumerate(numbers):
                self.address(street, number, east=east + place * step, north=north, postcode=postcode)
        return street

    def address(self, street: Street, number: int, *, east: float, north: float, postcode: str = "1500", box: str = "") -> Address:
        with tenant(self.municipality.pk):
            return Address.objects.create(
                **self.own,
                best_id=self.municipality.pk * 100_000 + Address.objects.count() + 1,
                street=street,
                postcode=postcode,
                postname="Halle",
                house_number=str(number),
                number=number,
                box_number=box,
                box_key=box.lower(),
                opened_at=NOW,
                **position(east, north),
            )

    def district(self, code: str, *rows: tuple[str, str, int | None, int | None] | str) -> District:
        """A district with whole streets (by name) or pieces of one: ``("Kerkstraat", "even", 2, 18)``."""
        with tenant(self.municipality.pk):
            district = District.objects.create(**self.own, code=code, name=f"Wijk {code}")
            self.districts[code] = district
            for row in rows:
                self._range(district, *((row, "all", None, None) if isinstance(row, str) else row))
        return district

    def _range(self, district: District, name: str, side: str, first: int | None, last: int | None) -> None:
        StreetRange.objects.create(
            **self.own,
            district=district,
            street=self.streets[name],
            postcode="1500",
            side=side,
            number_from=first,
            number_to=last,
            valid_from=BEGINNING,
            made_at=NOW,
            made_by_name="alice",
        )

    def give(self, name: str, code: str) -> None:
        """A whole street to another district."""
        with tenant(self.municipality.pk):
            StreetRange.objects.filter(street=self.streets[name]).update(removed_at=NOW, removed_by_name="alice")
            self._range(self.districts[code], name, "all", None, None)

    def building(self, name: str, *, east: float, north: float = 0) -> Building:
        with tenant(self.municipality.pk):
            self.buildings[name] = Building.objects.create(
                **self.own, name=name, postcode="1500", street_name="Kerkstraat", house_number="1", rooms=4, **position(east, north)
            )
        return self.buildings[name]

    def station(self, number: int, building: str, *, district: str = "01", election: Any = None, **values: Any) -> Station:
        with tenant(self.municipality.pk):
            return Station.objects.create(
                **self.own,
                election=election or self.election,
                number=number,
                name=f"Bureau {number}",
                district=self.districts[district],
                building=self.buildings[building],
                **values,
            )

    def household(
        self, street: str, number: int, voters: int = 2, *, key: str | None = None, known: bool = True, **values: Any
    ) -> list[Person]:
        """People who live together; the first is the reference person. ``key`` is the register's household, "" for none."""
        with tenant(self.municipality.pk):
            address = Address.objects.filter(street__name=street, number=number).first() if known else None
        mark = f"{street}-{number}" if key is None else key
        return [
            self.town.person(
                street_name=street,
                house_number=str(number),
                address=address,
                household_id=mark,
                household_role=1 if place == 0 else 2,
                **values,
            )
            for place in range(voters)
        ]

    def fill(self, street: str, voters: int = 2) -> None:
        """A household in each house of a street."""
        with tenant(self.municipality.pk):
            numbers = list(Address.objects.filter(street__name=street).order_by("number").values_list("number", flat=True))
        for number in numbers:
            self.household(street, number, voters)

    def earlier_election(self) -> Any:
        return create_election(
            municipality=self.municipality, date=EARLIER, list_date=date(2018, 8, 1), ballots=("municipal",), by=self.town.clerk, at=NOW
        )

    # ------------------------------------------------------------------------------------------------------------- drafts
    def draft(
        self, *, name: str = "", previous: Draft | None = None, election: Any = None, with_curve: bool = False, **settings: Any
    ) -> Draft:
        """Ask for a draft and make it in this process."""
        with tenant(self.municipality.pk):
            made = drafts.request_draft(
                election=election or self.election,
                name=name,
                settings=DraftSettings.of(settings),
                previous=previous,
                with_curve=with_curve,
                by=self.town.clerk,
                at=NOW,
            )
            return self.run(made)

    def run(self, draft: Draft, kind: str = drafts.ASSIGN) -> Draft:
        """Do what the worker does with the job of a draft."""
        with tenant(self.municipality.pk):
            run(kind, draft.job_id, self.municipality.pk)
            draft.refresh_from_db()
        return draft

    def reload(self, draft: Draft) -> Draft:
        """As it stands in the database now."""
        with tenant(self.municipality.pk):
            draft.refresh_from_db()
        return draft

    def freeze(self, draft: Draft) -> Draft:
        """Asked for by the clerk, approved by the head, done in this process."""
        with tenant(self.municipality.pk):
            draft_freeze.request_freeze(draft=draft, by=self.town.clerk, at=NOW)
            draft_freeze.approve_freeze(draft=draft, by=self.town.head, at=NOW)
            draft.refresh_from_db()
            return self.run(draft, draft_freeze.FREEZE)

    def places(self, draft: Draft) -> dict[str, int | None]:
        """Household → the number of its station."""
        with tenant(self.municipality.pk):
            return dict(Placement.objects.filter(draft=draft).values_list("household", "station__number"))

    def loads(self, draft: Draft) -> dict[int | None, int]:
        """Voters by the number of their station."""
        with tenant(self.municipality.pk):
            found: Counter[int | None] = Counter()
            for number, voters in Placement.objects.filter(draft=draft).values_list("station__number", "voters"):
                found[number] += voters
            return dict(found)

    def numbers(self, draft: Draft) -> dict[int, tuple[str, int]]:
        """List number → (last name, number of the station)."""
        with tenant(self.municipality.pk):
            rows = EntryPlace.objects.filter(draft=draft).order_by("list_number")
            return {
                number: (name, station) for number, name, station in rows.values_list("list_number", "person__last_name", "station__number")
            }


def run(kind: str, job_id: int | None, municipality_id: int) -> None:
    """Do one job as the worker does; a refusal stands in its row."""
    current_app.tasks[kind].apply(kwargs={"job_id": job_id, "municipality_id": municipality_id}, throw=True)


def make_assignment_town(world: World, municipality: Municipality) -> AssignmentTown:
    """Without anything but an election and an empty register."""
    return AssignmentTown(make_town(world, municipality))


def two_schools(world: World, municipality: Municipality, *, most: int | None = 100, least: int | None = None) -> AssignmentTown:
    """One district: the Kerkstraat, two kilometres of twenty houses, a school at each of its ends, two voters a house."""
    made = make_assignment_town(world, municipality)
    made.street("Kerkstraat", range(1, 21), step=100)
    made.district("01", "Kerkstraat")
    made.building("West", east=0)
    made.building("Oost", east=1900)
    made.station(1, "West", maximum=most, minimum=least)
    made.station(2, "Oost", maximum=most, minimum=least)
    made.fill("Kerkstraat")
    return made
