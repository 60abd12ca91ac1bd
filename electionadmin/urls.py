"""Routes. What belongs to a municipality begins with its NIS code; what belongs to an election, with its date too."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from electionadmin import health, views

PACKAGES = ("municipalities", "delivery", "convocations", "voters", "districts", "elections")

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="metrics"),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *[path("", include(f"{package}.urls")) for package in PACKAGES if find_spec(f"{package}.urls")],
    path("<str:nis>/", views.municipality_home, name="municipality_home"),
]
