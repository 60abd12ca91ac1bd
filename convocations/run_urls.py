"""Routes of print runs, of cards and of the cases about them."""

from django.urls import path

from convocations.views import cards, cases, posting, release, returned, runs
from elections import converters

__all__ = ["converters", "urlpatterns"]

_ALL = "<str:nis>/<date:election_date>/card-runs/"
_ONE = f"{_ALL}<int:number>/"
_CARDS = "<str:nis>/<date:election_date>/cards/"

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
    path(f"{_ONE}bpost/", posting.card_run_bpost, name="card_run_bpost"),
    path(f"{_ONE}answer/", posting.card_run_answer, name="card_run_answer"),
    path(f"{_ONE}work/<int:pk>/", posting.card_run_work, name="card_run_work"),
    path(f"{_ONE}printer/", posting.card_run_printer, name="card_run_printer"),
    path(f"{_ONE}files/<int:pk>/", release.card_run_file, name="card_run_file"),
    path(_CARDS, cards.card_list, name="cards"),
    path(f"{_CARDS}cases/", cases.card_case_list, name="card_case_list"),
    path(f"{_CARDS}cases/csv/", cases.card_case_export, {"file_format": "csv"}, name="card_case_csv"),
    path(f"{_CARDS}cases/xlsx/", cases.card_case_export, {"file_format": "xlsx"}, name="card_case_xlsx"),
    path(f"{_CARDS}cases/changed/", cases.card_case_changed, name="card_case_changed"),
    path(f"{_CARDS}cases/<int:pk>/", cases.card_case_close, name="card_case_close"),
    path(f"{_CARDS}returned/", cases.card_returns, name="card_returns"),
    path(f"{_CARDS}returned/file/", returned.card_returns_file, name="card_returns_file"),
    path(f"{_CARDS}wishes/<int:pk>/", cards.hour_wish, name="hour_wish"),
    path("<str:nis>/cards/<int:pk>/", cards.card_detail, name="card_detail"),
    path("<str:nis>/persons/<int:pk>/cards/", cards.person_cards, name="person_cards"),
]
