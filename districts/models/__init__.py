"""Streets and addresses; districts by street ranges; buildings and stations."""

from districts.models.addresses import Address, AddressImport, AddressLink, Street, StreetLink
from districts.models.districts import Area, District, DistrictChange, DistrictImport, StreetRange
from districts.models.stations import Building, Station

__all__ = [
    "Address",
    "AddressImport",
    "AddressLink",
    "Area",
    "Building",
    "District",
    "DistrictChange",
    "DistrictImport",
    "Station",
    "Street",
    "StreetLink",
    "StreetRange",
]
