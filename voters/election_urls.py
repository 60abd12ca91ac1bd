"""Routes of what happens in one election: its change and removal, and voters list."""

from django.urls import path

from elections import converters
from voters.views import elections, voters_list

__all__ = ["converters", "urlpatterns"]

_ELECTION = "<str:nis>/<date:election_date>/"

urlpatterns = [
    path(f"{_ELECTION}change/", elections.election_change, name="election_change"),
    path(f"{_ELECTION}remove/", elections.election_remove, name="election_remove"),
    path(f"{_ELECTION}voters/", voters_list.voter_list, name="voter_list"),
    path(f"{_ELECTION}voters/export/", voters_list.voter_export, name="voter_export"),
    path(f"{_ELECTION}voters/export/<int:pk>/", voters_list.voter_export_file, name="voter_export_file"),
    path(f"{_ELECTION}voters/export/<int:pk>/download/", voters_list.voter_export_download, name="voter_export_download"),
]
