"""Routes of the register, extractions and voters lists; each use case has its own file."""

from django.urls import include, path

urlpatterns = [
    path("", include("voters.person_urls")),
    path("", include("voters.import_urls")),
    path("", include("voters.district_urls")),
    path("", include("voters.election_urls")),
    path("", include("voters.extraction_urls")),
    path("", include("voters.copy_urls")),
    path("", include("voters.draft_urls")),
    path("", include("voters.map_urls")),
    path("", include("voters.served_urls")),
    path("", include("voters.ledger_urls")),
    path("", include("voters.preparation_urls")),
]
