"""Routes of sending."""

from django.urls import path

from delivery import views

urlpatterns = [
    path("<str:nis>/bpost/", views.bpost_settings, name="bpost_settings"),
    path("<str:nis>/bpost/save/", views.bpost_settings_save, name="bpost_settings_save"),
]
