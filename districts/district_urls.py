"""Routes of districts that need nothing of the voters; those that count people are in voters.district_urls."""

from django.urls import path

from districts.views import district_checks as checks
from districts.views import district_streets as streets
from districts.views import districts as views

urlpatterns = [
    path("<str:nis>/districts/new/", views.district_new, name="district_new"),
    path("<str:nis>/districts/export.csv", views.district_export, name="district_export"),
    path("<str:nis>/districts/<int:pk>/edit/", views.district_edit, name="district_edit"),
    path("<str:nis>/districts/<int:pk>/close/", views.district_close, name="district_close"),
    path("<str:nis>/districts/<int:pk>/streets/", streets.district_street_search, name="district_street_search"),
    path("<str:nis>/districts/areas/", views.district_area_list, name="district_area_list"),
    path("<str:nis>/districts/areas/new/", views.district_area_new, name="district_area_new"),
    path("<str:nis>/districts/areas/<int:pk>/", views.district_area_edit, name="district_area_edit"),
    path("<str:nis>/districts/areas/<int:pk>/delete/", views.district_area_delete, name="district_area_delete"),
    path("<str:nis>/districts/changes/", views.district_change_list, name="district_change_list"),
    path("<str:nis>/districts/changes/<int:pk>/", views.district_change_detail, name="district_change_detail"),
    path("<str:nis>/districts/findings/", checks.district_findings_list, name="district_findings"),
    path("<str:nis>/districts/findings.csv", checks.district_findings_export, name="district_findings_export"),
    path("<str:nis>/districts/where/", checks.which_district_search, name="which_district"),
    path("<str:nis>/addresses/prepare/", streets.street_prepare, name="street_prepare"),
    path("<str:nis>/addresses/<int:pk>/drop/", streets.street_drop, name="street_drop"),
]
