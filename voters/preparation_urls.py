"""Routes of the preparatory checks of an election."""

from django.urls import path

from elections import converters
from voters.views import preparation as views

__all__ = ["converters", "urlpatterns"]

_CHECKS = "<str:nis>/<date:election_date>/checks/"

urlpatterns = [
    path(_CHECKS, views.preparation_checks, name="preparation_checks"),
    path(f"{_CHECKS}checks.csv", views.preparation_export, name="preparation_export"),
]
