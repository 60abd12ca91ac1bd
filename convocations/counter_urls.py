"""Routes of the counter: duplicates, checks, blank cards, printers, new cards for many."""

from django.urls import path

from convocations.views import counter, counter_desks, counter_reissue
from elections import converters

__all__ = ["converters", "urlpatterns"]

_COUNTER = "<str:nis>/<date:election_date>/counter/"

urlpatterns = [
    path(_COUNTER, counter.counter_search, name="counter_search"),
    path(f"{_COUNTER}voters/<int:pk>/", counter.counter_voter, name="counter_voter"),
    path(f"{_COUNTER}voters/<int:pk>/print/", counter.counter_issue, name="counter_issue"),
    path(f"{_COUNTER}duplicates/<int:pk>/", counter.counter_file, name="counter_file"),
    path(f"{_COUNTER}check/", counter.counter_check, name="counter_check"),
    path(f"{_COUNTER}blanks/", counter_desks.counter_blanks, name="counter_blanks"),
    path(f"{_COUNTER}blanks/<int:pk>/", counter_desks.counter_blank_history, name="counter_blank_history"),
    path(f"{_COUNTER}printers/", counter_desks.counter_printers, name="counter_printers"),
    path(f"{_COUNTER}printers/new/", counter_desks.counter_printer_new, name="counter_printer_new"),
    path(f"{_COUNTER}printers/<int:pk>/", counter_desks.counter_printer, name="counter_printer"),
    path(f"{_COUNTER}printers/<int:pk>/page/", counter_desks.counter_calibration, name="counter_calibration"),
    path(f"{_COUNTER}desks/new/", counter_desks.counter_desk_new, name="counter_desk_new"),
    path(f"{_COUNTER}desks/<int:pk>/", counter_desks.counter_desk, name="counter_desk"),
    path(f"{_COUNTER}reissue/", counter_reissue.counter_reissue, name="counter_reissue"),
]
