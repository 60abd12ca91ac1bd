"""A small municipality that is ready to vote: four streets of forty houses, two districts, three stations in two buildings, and a draft.

Basiliekstraat and Alsembergsesteenweg lie in district 01 (stations 1 and 2, in one building and another), Église du Nord and
Zinkstraat in 02 (station 3). Everybody is a household of their own but for pairs in some houses; a few have no address, one house has
no position.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from core.tenancy import tenant
from districts.models import Address, Building, District, Station, Street, StreetRange
from districts.rules.street_ranges import BEGINNING
from elections.models import Election
from municipalities.models import Municipality
from tests.personas import NOW, World
from tests.voters.lists import make_election, make_list
from voters.models import Draft, Extraction, Placement
from voters.rules.assignment import DraftSettings, Numbering
from voters.sql.households import HOUSEHOLD

STREETS = ("Alsembergsesteenweg", "Basiliekstraat", "Église du Nord", "Zinkstraat")
SOUTH, WEST = 50.73, 4.23

# The list lies beside the houses: by the number that the house number begins with. Number 36 of the Zinkstraat is not recognised.
RECOGNISE = """
UPDATE {table} v SET address_id = a.id, household_id = CASE WHEN {person} %% 3 = 0 THEN 'H' || a.id ELSE '' END
  FROM districts_address a JOIN districts_street t ON t.id = a.street_id
 WHERE v.municipality_id = %(place)s AND a.municipality_id = %(place)s AND t.name = v.street_name
   AND a.number = substring(v.house_number FROM '^[0-9]+')::integer AND NOT (t.name = 'Zinkstraat' AND a.number = 36)
"""
PLACE = f"""
INSERT INTO voters_placement (municipality_id, draft_id, household, address_id, district_id, station_id, voters, distance, by_hand)
SELECT %(place)s, %(draft)s, {HOUSEHOLD.format(e="e")}, min(e.address_id), min(r.district_id),
       CASE WHEN min(r.district_id) IS NULL OR min(r.district_id) <> %(first)s THEN %(third_station)s
            WHEN min(a.number) <= %(split)s THEN %(first_station)s ELSE %(second_station)s END,
       count(*), 400, false
  FROM voters_entry e
  LEFT JOIN districts_address a ON a.id = e.address_id
  LEFT JOIN districts_streetrange r ON r.street_id = a.street_id
 WHERE e.municipality_id = %(place)s AND e.extraction_id = %(extraction)s
 GROUP BY 3
"""

FREEZE = f"""
INSERT INTO voters_entryplace (municipality_id, draft_id, list_number, person_id, station_id)
SELECT %(place)s, %(draft)s, row_number() OVER (ORDER BY {{order}}), e.person_id, p.station_id
  FROM voters_entry e
  JOIN voters_placement p ON p.municipality_id = %(place)s AND p.draft_id = %(draft)s AND p.household = {HOUSEHOLD.format(e="e")}
  JOIN districts_station s ON s.id = p.station_id
  JOIN districts_district d ON d.id = s.district_id
 WHERE e.municipality_id = %(place)s AND e.extraction_id = %(extraction)s
"""


@dataclass
class Town:
    """A municipality with all of it."""

    world: World
    municipality: Municipality
    election: Election
    extraction: Extraction
    districts: dict[str, District]
    stations: dict[int, Station]
    drafts: dict[int, Draft]

    @property
    def url(self) -> str:
        """Where its election is."""
        return f"/{self.municipality.nis_code}/2024-10-13/"

    @property
    def draft(self) -> Draft:
        """The first draft."""
        return self.drafts[1]

    def rows(self, query: str, **values: Any) -> list[tuple]:
        """Ask the database past everything of ours."""
        with tenant(self.municipality.pk), connection.cursor() as cursor:
            cursor.execute(query, {"place": self.municipality.pk, "extraction": self.extraction.pk, **values})
            return cursor.fetchall()

    def one(self, query: str, **values: Any) -> int:
        """A single number."""
        return int(self.rows(query, **values)[0][0] or 0)

    def make_draft(self, number: int, *, split: int, settings: DraftSettings | None = None, name: str = "") -> Draft:
        """District 01 votes in station 1 up to house number ``split``, in station 2 above it."""
        with tenant(self.municipality.pk), connection.cursor() as cursor:
            draft = Draft.objects.create(
                municipality=self.municipality,
                election=self.election,
                extraction=self.extraction,
                number=number,
                name=name or str(number),
                state=Draft.State.READY,
                settings=(settings or DraftSettings()).as_json(),
                figures={"voters": self.extraction.counts["voters"], "unplaced": 0},
                made_by_name="Alice Test",
                made_at=NOW + timedelta(minutes=number),
                finished_at=NOW + timedelta(minutes=number),
            )
            cursor.execute(
                PLACE,
                {
                    "place": self.municipality.pk,
                    "draft": draft.pk,
                    "extraction": self.extraction.pk,
                    "first": self.districts["01"].pk,
                    "first_station": self.stations[1].pk,
                    "second_station": self.stations[2].pk,
                    "third_station": self.stations[3].pk,
                    "split": split,
                },
            )
        self.drafts[number] = draft
        return draft

    def freeze(self, number: int = 1) -> Draft:
        """Freeze a draft without asking two persons."""
        draft = self.drafts[number]
        settings = DraftSettings.of(draft.settings)
        order = "d.code, e.list_number" if settings.numbering == Numbering.DISTRICT else "e.list_number"
        with tenant(self.municipality.pk), connection.cursor() as cursor:
            values = {"place": self.municipality.pk, "draft": draft.pk, "extraction": self.extraction.pk}
            cursor.execute(FREEZE.format(order=order), values)
            draft.state, draft.frozen_at = Draft.State.FROZEN, NOW
            draft.requested_by_id, draft.approved_by_id = 1, 2
            draft.save()
        return draft

    def place_in(self, number: int, station: int) -> int:
        """How many voters a draft gives a station, straight from the table."""
        with tenant(self.municipality.pk):
            rows = Placement.objects.filter(draft=self.drafts[number], station=self.stations[station])
            return sum(rows.values_list("voters", flat=True))


def make_town(world: World, municipality: Municipality, *, people: int = 120, most: int | None = 800) -> Town:
    """Fill a municipality: two of them differ in nothing but their numbers."""
    election = make_election(municipality)
    with tenant(municipality.pk):
        districts = {
            code: District.objects.create(municipality=municipality, code=code, name=name)
            for code, name in (("01", "Centrum"), ("02", "Buizingen"))
        }
        for at, name in enumerate(STREETS):
            _street(municipality, districts["01" if at < 2 else "02"], at, name)
        buildings = [
            _building(municipality, name, street, number)
            for name, street, number in (("De Bres", "Basiliekstraat", "12"), ("Zaal & Zo", "Zinkstraat", "4"))
        ]
        stations = {
            number: Station.objects.create(
                municipality=municipality,
                election=election,
                number=number,
                name=name,
                district=districts[code],
                building=buildings[building],
                minimum=None,
                maximum=most,
            )
            for number, name, code, building in (
                (1, "Sportschuur", "01", 0),
                (2, "Stembureau 2", "01", 0),
                (3, "Stembureau 3", "02", 1),
            )
        }
    extraction = make_list(world, election, people=people, final=False)
    _recognise(municipality, extraction)
    town = Town(world, municipality, election, extraction, districts, stations, {})
    town.make_draft(1, split=20)
    return town


def _street(municipality: Municipality, district: District, at: int, name: str) -> None:
    street = Street.objects.create(municipality=municipality, best_id=at + 1, name=name, name_key=name.lower())
    StreetRange.objects.create(
        municipality=municipality,
        district=district,
        street=street,
        postcode="1500",
        side="all",
        valid_from=BEGINNING,
        made_at=NOW,
        made_by_name="Alice Test",
    )
    Address.objects.bulk_create(
        Address(
            municipality=municipality,
            best_id=at * 1000 + number,
            street=street,
            postcode="1500",
            postname="Halle",
            house_number=str(number),
            number=number,
            # Number 40 of the Zinkstraat has no place.
            latitude=None if (name, number) == ("Zinkstraat", 40) else SOUTH + at * 0.002 + number % 2 * 0.0002,
            longitude=None if (name, number) == ("Zinkstraat", 40) else WEST + number * 0.0002,
            opened_at=NOW,
        )
        for number in range(1, 41)
    )


def _building(municipality: Municipality, name: str, street: str, number: str) -> Building:
    address = Address.objects.get(municipality=municipality, street__name=street, house_number=number)
    return Building.objects.create(
        municipality=municipality,
        name=name,
        address=address,
        postcode="1500",
        locality="Halle",
        street_name=street,
        house_number=number,
        latitude=address.latitude,
        longitude=address.longitude,
        rooms=2,
    )


def _recognise(municipality: Municipality, extraction: Extraction) -> None:
    with tenant(municipality.pk), connection.cursor() as cursor:
        for table, person in (("voters_entry", "v.person_id"), ("voters_person", "v.id")):
            cursor.execute(RECOGNISE.format(table=table, person=person), {"place": municipality.pk})
        extraction.kind, extraction.approved_by_name = Extraction.Kind.FINAL, "Henk Test"
        extraction.approved_by_id = extraction.requested_by_id + 1_000_000
        extraction.approved_at = extraction.frozen_at = NOW
        extraction.save()
