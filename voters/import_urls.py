"""Routes of the register import."""

from django.urls import path

from voters.views import column_maps, import_steps, imports

urlpatterns = [
    path("<str:nis>/register/", imports.register_import_list, name="register_import_list"),
    path("<str:nis>/register/import/", imports.register_import_new, name="register_import_new"),
    path("<str:nis>/register/<int:pk>/", imports.register_import_detail, name="register_import_detail"),
    path("<str:nis>/register/<int:pk>/report/", imports.register_import_report, name="register_import_report"),
    path("<str:nis>/register/<int:pk>/problems.csv", imports.register_import_problems, name="register_import_problems"),
    path("<str:nis>/register/<int:pk>/differences/", imports.register_import_differences, name="register_import_differences"),
    path("<str:nis>/register/<int:pk>/request/", import_steps.register_import_request, name="register_import_request"),
    path("<str:nis>/register/<int:pk>/approve/", import_steps.register_import_approve, name="register_import_approve"),
    path("<str:nis>/register/<int:pk>/withdraw/", import_steps.register_import_withdraw, name="register_import_withdraw"),
    path("<str:nis>/register/<int:pk>/cancel/", import_steps.register_import_cancel, name="register_import_cancel"),
    path("<str:nis>/register/<int:pk>/again/", import_steps.register_import_again, name="register_import_again"),
    path("<str:nis>/register/columns/", column_maps.column_map_list, name="column_map_list"),
    path("<str:nis>/register/columns/new/", column_maps.column_map_new, name="column_map_new"),
    path("<str:nis>/register/columns/<int:pk>/", column_maps.column_map_edit, name="column_map_edit"),
    path("<str:nis>/register/columns/<int:pk>/delete/", column_maps.column_map_delete, name="column_map_delete"),
]
