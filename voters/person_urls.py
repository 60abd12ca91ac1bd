"""Routes of persons, their search, and spellings of addresses that are linked by hand."""

from django.urls import path

from voters.views import persons, unmatched

_UNMATCHED = "<str:nis>/register/unmatched/"

urlpatterns = [
    path("<str:nis>/search/", persons.search, name="search"),
    path("<str:nis>/persons/", persons.person_search, name="person_search"),
    path("<str:nis>/persons/<int:pk>/", persons.person_detail, name="person_detail"),
    path("<str:nis>/persons/<int:pk>/number/", persons.person_number, name="person_number"),
    path(_UNMATCHED, unmatched.unmatched_list, name="unmatched_list"),
    path(f"{_UNMATCHED}again/", unmatched.unmatched_again, name="unmatched_again"),
    path(f"{_UNMATCHED}street/", unmatched.unmatched_street, name="unmatched_street"),
    path(f"{_UNMATCHED}streets/", unmatched.unmatched_suggest, name="unmatched_suggest"),
    path(f"{_UNMATCHED}address/", unmatched.unmatched_address, name="unmatched_address"),
    path(f"{_UNMATCHED}undo/<str:kind>/<int:pk>/", unmatched.unmatched_undo, name="unmatched_undo"),
]
