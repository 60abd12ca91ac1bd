"""A split for the tests: districts and rows by hand, in the fewest words."""

from datetime import date

from core.tenancy import tenant
from districts.models import Address, Street, StreetRange
from districts.rules.split import SplitRow
from districts.rules.street_ranges import BEGINNING, NumberRange, Side
from districts.services import districts as district_services
from districts.services import split as split_services
from tests.personas import NOW

ELECTION = date(2024, 10, 13)


def make_streets(municipality, **houses):
    """Streets with their houses: ``Kerkstraat=["1", "2A"]``; in postcode 1500 unless it stands before the number, ``1501:3``."""
    streets = {}
    with tenant(municipality.pk):
        for name, numbers in houses.items():
            best_id = municipality.pk * 1000 + Street.objects.count()
            street = Street.objects.create(municipality=municipality, best_id=best_id, name=name, name_key=name.lower())
            streets[name] = street
            add_houses(street, *numbers)
    return streets


def add_houses(street, *numbers):
    """Houses in a street."""
    with tenant(street.municipality_id):
        for house in numbers:
            postcode, _, label = house.rpartition(":")
            digits = "".join(character for character in label.split("/")[0].split("-")[0] if character.isdigit())
            Address.objects.create(
                municipality_id=street.municipality_id,
                best_id=street.municipality_id * 100_000 + Address.objects.count() + 1,
                street=street,
                postcode=postcode or "1500",
                postname="Halle",
                house_number=label,
                number=int(digits or 0),
                suffix=label[len(digits) :].lower(),
                opened_at=NOW,
            )


def make_districts(world, municipality, *codes):
    """Districts with these codes, called *Wijk <code>*."""
    user = world.alice if municipality == world.halle else world.charlie
    with tenant(municipality.pk):
        return {
            code: district_services.make_district(
                municipality=municipality,
                data=district_services.DistrictData(code=code, name=f"Wijk {code}"),
                by=world.actor(user),
                at=NOW,
            )
            for code in codes
        }


def row(district, street, text="all", *, postcode="1500", day=BEGINNING, until=None):
    """``row(one, kerkstraat, "2-18 even")``: numbers as ``written`` says them."""
    ends, _, side = text.rpartition(" ")
    first, _, last = ends.partition("-")
    numbers = NumberRange(Side(side), int(first) if first else None, int(last) if last else None)
    return SplitRow(district.pk, street.pk, postcode, numbers, day, until)


def put(world, municipality, *rows, removed=(), day=BEGINNING):
    """Make rows, and take others away."""
    user = world.alice if municipality == world.halle else world.charlie
    with tenant(municipality.pk):
        return split_services.change_rows(
            municipality=municipality, removed=removed, added=rows, valid_from=day, by=world.actor(user), at=NOW
        )


def rows_of(municipality, *, removed=False):
    """The rows that stand (or also those that were taken away) as text."""
    with tenant(municipality.pk):
        found = StreetRange.objects.select_related("street", "district").order_by("street__name", "postcode", "number_from", "side", "pk")
        return [_text(one) for one in found if removed or one.removed_at is None]


def _text(one):
    ends = "" if one.number_from is None and one.number_to is None else f"{_end(one.number_from)}-{_end(one.number_to)} "
    since = "" if one.valid_from == BEGINNING else f" from {one.valid_from}"
    until = f" until {one.valid_until}" if one.valid_until else ""
    gone = " (removed)" if one.removed_at else ""
    return f"{one.street.name} {ends}{one.side} → {one.district.code}{since}{until}{gone}"


def _end(number):
    return "" if number is None else number
