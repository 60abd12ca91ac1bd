"""Routes of extractions within an election."""

from django.urls import path

from elections import converters
from voters.views import comparison, extractions

__all__ = ["converters", "urlpatterns"]

_EXTRACTIONS = "<str:nis>/<date:election_date>/extractions/"

urlpatterns = [
    path(_EXTRACTIONS, extractions.extraction_list, name="extraction_list"),
    path(f"{_EXTRACTIONS}trial/", extractions.extraction_trial, name="extraction_trial"),
    path(f"{_EXTRACTIONS}final/", extractions.extraction_request, name="extraction_request"),
    path(f"{_EXTRACTIONS}<int:number>/", extractions.extraction_detail, name="extraction_detail"),
    path(f"{_EXTRACTIONS}<int:number>/job/", extractions.extraction_job, name="extraction_job"),
    path(f"{_EXTRACTIONS}<int:number>/decide/", extractions.extraction_decide, name="extraction_decide"),
    path(f"{_EXTRACTIONS}<int:number>/withdraw/", extractions.extraction_withdraw, name="extraction_withdraw"),
    path(f"{_EXTRACTIONS}<int:number>/delete/", extractions.extraction_delete, name="extraction_delete"),
    path(f"{_EXTRACTIONS}<int:number>/checks/<slug:code>/", comparison.extraction_check, name="extraction_check"),
    path(f"{_EXTRACTIONS}compare/", comparison.extraction_compare, name="extraction_compare"),
    path(f"{_EXTRACTIONS}compare/rows/", comparison.extraction_differences, name="extraction_differences"),
    path(f"{_EXTRACTIONS}<int:number>/report/", extractions.closing_report, name="closing_report"),
]
