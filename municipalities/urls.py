"""Routes of municipalities, their people, their long work and their trail."""

from django.urls import path

from municipalities.views import audit, entrance, people, places, work

urlpatterns = [
    path("", entrance.municipality_choice, name="municipality_choice"),
    path("language/", entrance.set_language, name="set_language"),
    path("again/<str:token>/", entrance.act_again, name="act_again"),
    path("support/", entrance.support_open, name="support_open"),
    path("<str:nis>/support/close/", entrance.support_close, name="support_close"),
    path("<str:nis>/people/", people.people_list, name="people_list"),
    path("<str:nis>/people/new/", people.person_new, name="person_new"),
    path("<str:nis>/people/roles/", people.role_grant, name="role_grant"),
    path("<str:nis>/people/roles/<int:pk>/end/", people.role_end, name="role_end"),
    path("<str:nis>/places/", places.place_list, name="place_list"),
    path("<str:nis>/places/put/", places.place_put, name="place_put"),
    path("<str:nis>/places/<int:pk>/remove/", places.place_remove, name="place_remove"),
    path("<str:nis>/jobs/", work.job_list, name="job_list"),
    path("<str:nis>/jobs/<int:pk>/", work.job_detail, name="job_detail"),
    path("<str:nis>/jobs/<int:pk>/result/", work.job_result, name="job_result"),
    path("<str:nis>/jobs/<int:pk>/cancel/", work.job_cancel, name="job_cancel"),
    path("<str:nis>/approvals/", work.approval_list, name="approval_list"),
    path("<str:nis>/approvals/<int:pk>/", work.approval_decide, name="approval_decide"),
    path("<str:nis>/audit/", audit.audit_list, name="audit_list"),
    path("<str:nis>/audit/verify/", audit.audit_verify, name="audit_verify"),
    path("<str:nis>/audit/export.csv", audit.audit_export, name="audit_export"),
]
