"""Routes of elections themselves; what happens in one is in voters.urls."""

from django.urls import path

from elections import converters, views

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("<str:nis>/elections/new/", views.election_new, name="election_new"),
    path("<str:nis>/<date:election_date>/rules/", views.election_rules, name="election_rules"),
]
