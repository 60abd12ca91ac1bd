"""How a street, a building, a station or an import reaches a request: the municipality's own, or it does not exist (404)."""

from django.http import Http404

from districts.models import AddressImport, Area, Building, District, DistrictChange, DistrictImport, Station, Street
from districts.selectors import buildings, stations
from elections.models import Election
from municipalities.models import Municipality


def access_street(municipality: Municipality, pk: int) -> Street:
    """Return the municipality's street, or 404."""
    street = Street.objects.filter(municipality=municipality, pk=pk).first()
    if street is None:
        raise Http404
    return street


def access_address_import(municipality: Municipality, pk: int) -> AddressImport:
    """Return the municipality's import of addresses, or 404."""
    address_import = AddressImport.objects.filter(municipality=municipality, pk=pk).first()
    if address_import is None:
        raise Http404
    return address_import


def access_building(municipality: Municipality, pk: int) -> Building:
    """Return the municipality's building with its address, or 404."""
    building = buildings.building(municipality_id=municipality.pk, pk=pk)
    if building is None:
        raise Http404
    return building


def access_station(election: Election, pk: int) -> Station:
    """Return a polling station of an election that was reached by ``access_election``, or 404."""
    station = stations.station(election=election, pk=pk)
    if station is None:
        raise Http404
    return station


def access_district(municipality: Municipality, pk: int) -> District:
    """Return the municipality's district, or 404."""
    district = District.objects.filter(municipality=municipality, pk=pk).first()
    if district is None:
        raise Http404
    return district


def access_area(municipality: Municipality, pk: int) -> Area:
    """Return the municipality's level above districts, or 404."""
    area = Area.objects.filter(municipality=municipality, pk=pk).first()
    if area is None:
        raise Http404
    return area


def access_district_change(municipality: Municipality, pk: int) -> DistrictChange:
    """Return the municipality's change of the split, or 404."""
    change = DistrictChange.objects.filter(municipality=municipality, pk=pk).select_related("municipality").first()
    if change is None:
        raise Http404
    return change


def access_district_import(municipality: Municipality, pk: int) -> DistrictImport:
    """Return the municipality's file of districts, or 404."""
    sent = DistrictImport.objects.filter(municipality=municipality, pk=pk).select_related("municipality", "change").first()
    if sent is None:
        raise Http404
    return sent
