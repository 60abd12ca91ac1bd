"""Two municipalities with the same districts, streets and elections, and small ``stations.csv`` files for them."""

from dataclasses import dataclass
from datetime import date

from core.actor import Actor
from core.tenancy import tenant
from districts.models import Address, Building, District, Station, Street
from districts.rules.station_file import COLUMNS, BuildingAddress
from districts.services.buildings import BuildingData, make_building
from districts.services.stations import StationData, make_station
from elections.models import Election
from elections.services import create_election
from municipalities.models import Municipality
from tests.personas import NOW, World

DAY = date(2024, 10, 13)
EARLIER = date(2018, 10, 14)
HOUSE = BuildingAddress("1500", "Kerkstraat", "12")
PLACE = (50.7345, 4.2375)
ORDINARY = {
    "station_number": "1",
    "district_code": "01",
    "name": "Kerk",
    "building": "De Bres",
    "postcode": "1500",
    "street_name": "Kerkstraat",
    "house_number": "12",
    "min_voters": "",
    "max_voters": "",
    "electronic": "false",
    "accessible": "true",
    "latitude": "",
    "longitude": "",
}


def line(number, *, columns=COLUMNS, sign=",", **values):
    """One row; what is not named is ordinary."""
    row = {**ORDINARY, "station_number": str(number), **{name: str(value) for name, value in values.items()}}
    return sign.join(row.get(name, "") for name in columns)


def station_file(*lines, columns=COLUMNS, sign=","):
    """The bytes of a file of these rows."""
    return "\n".join([sign.join(columns), *lines, ""]).encode()


@dataclass(frozen=True)
class Town:
    """A municipality with two districts, a street of forty houses and an election on the day, and one before it."""

    municipality: Municipality
    election: Election
    earlier: Election
    districts: dict[str, District]
    by: Actor

    def building(self, name="De Bres", **values):
        """Make a building, in the Kerkstraat unless said otherwise."""
        with tenant(self.municipality.pk):
            data = BuildingData(**{"name": name, "address": HOUSE, **values})
            return make_building(municipality=self.municipality, data=data, by=self.by, at=NOW)

    def station(self, number, building, *, district="01", election=None, **values):
        """Make a station."""
        with tenant(self.municipality.pk):
            data = StationData(number=number, district=self.districts[district], building=building, **values)
            return make_station(election=election or self.election, data=data, by=self.by, at=NOW)

    def stations(self):
        """What stands in the table for the election: number → (district, building, name, room, minimum, maximum)."""
        with tenant(self.municipality.pk):
            rows = Station.objects.filter(election=self.election).order_by("number")
            names = ("number", "district__code", "building__name", "name", "room", "minimum", "maximum")
            return {row[0]: row[1:] for row in rows.values_list(*names)}

    def buildings(self):
        """Name → (street and number, position, whether its address is known, rooms)."""
        with tenant(self.municipality.pk):
            return {
                row.name: (f"{row.street_name} {row.house_number}", (row.latitude, row.longitude), row.address_id is not None, row.rooms)
                for row in Building.objects.order_by("name")
            }


def make_town(world: World, municipality: Municipality) -> Town:
    """Fill a municipality."""
    by = world.actor(world.alice if municipality == world.halle else world.charlie)
    made = {}
    for day, list_date in ((DAY, date(2024, 8, 1)), (EARLIER, date(2018, 8, 1))):
        made[day] = create_election(
            municipality=municipality, date=day, list_date=list_date, ballots=["municipal", "provincial"], by=by, at=NOW
        )
    with tenant(municipality.pk):
        districts = {
            code: District.objects.create(municipality=municipality, code=code, name=name)
            for code, name in (("01", "Centrum"), ("02", "Buizingen"))
        }
        street = Street.objects.create(municipality=municipality, best_id=1, name="Kerkstraat", name_key="kerkstraat")
        Address.objects.bulk_create(
            Address(
                municipality=municipality,
                best_id=number,
                street=street,
                postcode="1500",
                postname="Halle",
                house_number=str(number),
                number=number,
                latitude=None if number == 40 else PLACE[0] + (number - 12) / 10_000,
                longitude=None if number == 40 else PLACE[1],
                opened_at=NOW,
            )
            for number in range(1, 41)
        )
    return Town(municipality, made[DAY], made[EARLIER], districts, by)
