"""How a street, a building, a station or an import reaches a request: the municipality's own, or it does not exist (404)."""

from core.http import or_404
from districts.models import AddressImport, Area, Building, District, DistrictChange, DistrictImport, Station, Street
from districts.selectors import buildings, stations
from elections.models import Election
from municipalities.models import Municipality


def access_street(municipality: Municipality, pk: int) -> Street:
    """Return the municipality's street, or 404."""
    return or_404(Street.objects.filter(municipality=municipality, pk=pk).first())


def access_address_import(municipality: Municipality, pk: int) -> AddressImport:
    """Return the municipality's import of addresses, or 404."""
    return or_404(AddressImport.objects.filter(municipality=municipality, pk=pk).first())


def access_building(municipality: Municipality, pk: int) -> Building:
    """Return the municipality's building with its address, or 404."""
    return or_404(buildings.building(municipality_id=municipality.pk, pk=pk))


def access_station(election: Election, pk: int) -> Station:
    """Return a polling station of an election that was reached by ``access_election``, or 404."""
    return or_404(stations.station(election=election, pk=pk))


def access_district(municipality: Municipality, pk: int) -> District:
    """Return the municipality's district, or 404."""
    return or_404(District.objects.filter(municipality=municipality, pk=pk).first())


def access_area(municipality: Municipality, pk: int) -> Area:
    """Return the municipality's level above districts, or 404."""
    return or_404(Area.objects.filter(municipality=municipality, pk=pk).first())


def access_district_change(municipality: Municipality, pk: int) -> DistrictChange:
    """Return the municipality's change of the split, or 404."""
    return or_404(DistrictChange.objects.filter(municipality=municipality, pk=pk).select_related("municipality").first())


def access_district_import(municipality: Municipality, pk: int) -> DistrictImport:
    """Return the municipality's file of districts, or 404."""
    return or_404(DistrictImport.objects.filter(municipality=municipality, pk=pk).select_related("municipality", "change").first())
