"""Routes of print runs."""

from django.urls import path

from convocations.views import release, runs
from elections import converters

__all__ = ["converters", "urlpatterns"]

_ALL = "<str:nis>/<date:election_date>/card-runs/"
_ONE = f"{_ALL}<int:number>/"

urlpatterns = [
    path(_ALL, runs.card_run_list, name="card_run_list"),
    path(f"{_ALL}new/", runs.card_run_new, name="card_run_new"),
    path(_ONE, runs.card_run_detail, name="card_run_detail"),
    path(f"{_ONE}job/", runs.card_run_job, name="card_run_job"),
    path(f"{_ONE}cancel/", runs.card_run_cancel, name="card_run_cancel"),
    path(f"{_ONE}anew/", runs.card_run_anew, name="card_run_anew"),
    path(f"{_ONE}release/", release.card_run_release, name="card_run_release"),
    path(f"{_ONE}decide/", release.card_run_decide, name="card_run_decide"),
    path(f"{_ONE}take-back/", release.card_run_take_back, name="card_run_take_back"),
    path(f"{_ONE}withdraw-cards/", release.card_run_withdraw_cards, name="card_run_withdraw_cards"),
    path(f"{_ONE}files/<int:pk>/", release.card_run_file, name="card_run_file"),
]
