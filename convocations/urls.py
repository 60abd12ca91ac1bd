"""Routes of the convocations; each use case has its own file."""

from django.urls import include, path

urlpatterns = [
    path("", include("convocations.counter_urls")),
    path("", include("convocations.run_urls")),
    path("", include("convocations.template_urls")),
]
