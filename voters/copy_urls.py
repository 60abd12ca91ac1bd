"""Routes of the copies of a voters list that are given out."""

from django.urls import path

from elections import converters
from voters.views import list_copies as views

__all__ = ["converters", "urlpatterns"]

_LISTS = "<str:nis>/<date:election_date>/lists/"

urlpatterns = [
    path(_LISTS, views.list_copy_list, name="list_copy_list"),
    path(f"{_LISTS}new/<slug:kind>/", views.list_copy_new, name="list_copy_new"),
    path(f"{_LISTS}<int:pk>/", views.list_copy_detail, name="list_copy_detail"),
    path(f"{_LISTS}<int:pk>/decide/", views.list_copy_decide, name="list_copy_decide"),
    path(f"{_LISTS}<int:pk>/withdraw/", views.list_copy_withdraw, name="list_copy_withdraw"),
    path(f"{_LISTS}<int:pk>/download/", views.list_copy_download, name="list_copy_download"),
]
