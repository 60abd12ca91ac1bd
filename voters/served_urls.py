"""Routes of the streets by polling station, and of the papers made of them."""

from django.urls import path

from elections import converters
from voters.views import served as views

__all__ = ["converters", "urlpatterns"]

_SERVED = "<str:nis>/<date:election_date>/station-streets/"

urlpatterns = [
    path(_SERVED, views.served_list, name="served_list"),
    path(f"{_SERVED}streets/", views.served_streets, name="served_streets"),
    path(f"{_SERVED}streets.csv", views.served_csv, name="served_csv"),
    path(f"{_SERVED}notice.pdf", views.served_notice, name="served_notice"),
    path(f"{_SERVED}papers/", views.served_papers, name="served_papers"),
    path(f"{_SERVED}papers/<int:pk>/", views.served_papers_file, name="served_papers_file"),
    path(f"{_SERVED}papers/<int:pk>/download/", views.served_papers_download, name="served_papers_download"),
    path(f"{_SERVED}<int:pk>/", views.served_detail, name="served_detail"),
    path(f"{_SERVED}<int:pk>/picture.svg", views.served_picture, name="served_picture"),
    path(f"{_SERVED}<int:pk>/paper.pdf", views.served_paper, name="served_paper"),
]
