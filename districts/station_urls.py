"""Routes of buildings, and of the polling stations of an election."""

from django.urls import path

from districts.views import buildings, station_changes, stations
from elections import converters

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("<str:nis>/buildings/", buildings.building_list, name="building_list"),
    path("<str:nis>/buildings/export.csv", buildings.building_export, name="building_export"),
    path("<str:nis>/buildings/new/", buildings.building_new, name="building_new"),
    path("<str:nis>/buildings/<int:pk>/", buildings.building_detail, name="building_detail"),
    path("<str:nis>/buildings/<int:pk>/edit/", buildings.building_edit, name="building_edit"),
    path("<str:nis>/buildings/<int:pk>/accessibility/", buildings.building_accessibility, name="building_accessibility"),
    path("<str:nis>/buildings/<int:pk>/close/", buildings.building_close, name="building_close"),
    path("<str:nis>/buildings/<int:pk>/photo.jpg", buildings.building_photo, name="building_photo"),
    path("<str:nis>/buildings/<int:pk>/photo/", buildings.building_photo_edit, name="building_photo_edit"),
    path("<str:nis>/buildings/<int:pk>/place.svg", buildings.building_place, name="building_place"),
    path("<str:nis>/<date:election_date>/stations/", stations.station_list, name="station_list"),
    path("<str:nis>/<date:election_date>/stations/stations.csv", stations.station_export, name="station_export"),
    path("<str:nis>/<date:election_date>/stations/new/", stations.station_new, name="station_new"),
    path("<str:nis>/<date:election_date>/stations/<int:pk>/", stations.station_detail, name="station_detail"),
    path("<str:nis>/<date:election_date>/stations/<int:pk>/edit/", stations.station_edit, name="station_edit"),
    path("<str:nis>/<date:election_date>/stations/<int:pk>/delete/", stations.station_delete, name="station_delete"),
    path("<str:nis>/<date:election_date>/stations/sizes/", station_changes.station_sizes, name="station_sizes"),
    path("<str:nis>/<date:election_date>/stations/import/", station_changes.station_import, name="station_import"),
    path("<str:nis>/<date:election_date>/stations/import/confirm/", station_changes.station_import_confirm, name="station_import_confirm"),
    path("<str:nis>/<date:election_date>/stations/copy/", station_changes.station_copy, name="station_copy"),
    path("<str:nis>/<date:election_date>/stations/numbers/", station_changes.station_renumber, name="station_renumber"),
]
