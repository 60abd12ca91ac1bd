"""Routes of the convocations, each use case with its own file; and of the overview of an election, which tells of its cards too."""

from django.urls import include, path

from convocations.views.overview import election_overview
from elections import converters

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("<str:nis>/<date:election_date>/", election_overview, name="election_overview"),
    path("", include("convocations.counter_urls")),
    path("", include("convocations.run_urls")),
    path("", include("convocations.template_urls")),
]
