"""Routes of districts that count people: the list, one district, and every change of the split."""

from django.urls import path

from voters.views import district_changes as changes
from voters.views import district_map as maps
from voters.views import district_rows as rows
from voters.views import districts as views

urlpatterns = [
    path("<str:nis>/districts/", views.district_list, name="district_list"),
    path("<str:nis>/districts/<int:pk>/", views.district_detail, name="district_detail"),
    path("<str:nis>/districts/<int:pk>/move/", rows.district_move, name="district_move"),
    path("<str:nis>/districts/street/<int:pk>/", rows.district_street, name="district_street"),
    path("<str:nis>/districts/map/", maps.district_map, name="district_map"),
    path("<str:nis>/districts/map/change/", maps.district_map_change, name="district_map_change"),
    path("<str:nis>/districts/map/houses.json", maps.district_map_houses, name="district_map_houses"),
    path("<str:nis>/districts/map/areas.json", maps.district_map_areas, name="district_map_areas"),
    path("<str:nis>/districts/map/picture.svg", maps.district_map_picture, name="district_map_picture"),
    path("<str:nis>/districts/copy/", changes.district_copy, name="district_copy"),
    path("<str:nis>/districts/changes/<int:pk>/undo/", changes.district_change_undo, name="district_change_undo"),
    path("<str:nis>/districts/import/", changes.district_import_new, name="district_import_new"),
    path("<str:nis>/districts/import/<int:pk>/", changes.district_import_detail, name="district_import_detail"),
    path("<str:nis>/districts/import/<int:pk>/problems.csv", changes.district_import_problems, name="district_import_problems"),
    path("<str:nis>/districts/import/<int:pk>/decision/", changes.district_import_decide, name="district_import_decide"),
]
