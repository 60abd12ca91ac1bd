"""Routes of the map of an election."""

from django.urls import path

from elections import converters
from voters.views import map as views

__all__ = ["converters", "urlpatterns"]

_MAP = "<str:nis>/<date:election_date>/map/"

urlpatterns = [
    path(_MAP, views.election_map, name="election_map"),
    path(f"{_MAP}houses.json", views.map_houses, name="map_houses"),
    path(f"{_MAP}areas.json", views.map_areas, name="map_areas"),
    path(f"{_MAP}picture.svg", views.map_picture, name="map_picture"),
]
