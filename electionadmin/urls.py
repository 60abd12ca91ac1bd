"""Routes. What belongs to a municipality begins with its NIS code; what belongs to an election, with its date too."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("municipalities.urls")),
]
