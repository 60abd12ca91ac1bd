"""Routes of streets and addresses, districts, buildings and stations; each use case has its own file."""

from django.urls import include, path

urlpatterns = [
    path("", include("districts.address_urls")),
    path("", include("districts.district_urls")),
    path("", include("districts.station_urls")),
]
