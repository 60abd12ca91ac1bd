"""Routes of the assignment of an election: drafts, their streets, what is fixed for all of them, and two side by side."""

from django.urls import path

from elections import converters
from voters.views import draft_detail, drafts, drafts_compare, drafts_freeze, drafts_moves, drafts_pins, drafts_streets

__all__ = ["converters", "urlpatterns"]

_ALL = "<str:nis>/<date:election_date>/assignment/"
_ONE = f"{_ALL}<int:number>/"

urlpatterns = [
    path(_ALL, drafts.draft_list, name="draft_list"),
    path(f"{_ALL}new/", drafts.draft_new, name="draft_new"),
    path(f"{_ALL}compare/", drafts_compare.draft_compare, name="draft_compare"),
    path(f"{_ALL}compare/rows/", drafts_compare.draft_differences, name="draft_differences"),
    path(f"{_ALL}fixed/", drafts_pins.pin_list, name="pin_list"),
    path(f"{_ALL}fixed/new/", drafts_pins.pin_new, name="pin_new"),
    path(f"{_ALL}fixed/<int:pk>/remove/", drafts_pins.pin_remove, name="pin_remove"),
    path(_ONE, drafts.draft_detail, name="draft_detail"),
    path(f"{_ONE}job/", drafts.draft_job, name="draft_job"),
    path(f"{_ONE}tradeoff/", drafts.draft_curve, name="draft_curve"),
    path(f"{_ONE}name/", drafts.draft_rename, name="draft_rename"),
    path(f"{_ONE}delete/", drafts.draft_delete, name="draft_delete"),
    path(f"{_ONE}stations.csv", draft_detail.draft_stations_csv, name="draft_stations_csv"),
    path(f"{_ONE}streets/", drafts_streets.draft_streets_list, name="draft_streets"),
    path(f"{_ONE}streets.csv", drafts_streets.draft_streets_csv, name="draft_streets_csv"),
    path(f"{_ONE}households/", drafts_streets.draft_houses, name="draft_houses"),
    path(f"{_ONE}unplaced/", drafts_streets.draft_unplaced, name="draft_unplaced"),
    path(f"{_ONE}persons/<int:pk>/", drafts_streets.draft_person, name="draft_person"),
    path(f"{_ONE}move/", drafts_moves.draft_move, name="draft_move"),
    path(f"{_ONE}undo/", drafts_moves.draft_undo, name="draft_undo"),
    path(f"{_ONE}freeze/", drafts_freeze.draft_freeze, name="draft_freeze"),
    path(f"{_ONE}decide/", drafts_freeze.draft_decide, name="draft_decide"),
    path(f"{_ONE}withdraw/", drafts_freeze.draft_withdraw, name="draft_withdraw"),
]
