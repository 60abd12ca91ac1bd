"""Routes of streets and addresses."""

from django.urls import path

from districts.views import addresses as views

urlpatterns = [
    path("<str:nis>/addresses/", views.street_list, name="street_list"),
    path("<str:nis>/addresses/export.csv", views.street_export, name="street_export"),
    path("<str:nis>/addresses/<int:pk>/", views.street_detail, name="street_detail"),
    path("<str:nis>/addresses/import/", views.address_import_new, name="address_import_new"),
    path("<str:nis>/addresses/import/<int:pk>/", views.address_import_detail, name="address_import_detail"),
    path("<str:nis>/addresses/import/<int:pk>/decision/", views.address_import_confirm, name="address_import_confirm"),
]
