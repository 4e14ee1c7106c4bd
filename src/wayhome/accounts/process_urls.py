"""Routes of the room "Process": members, elevated access, settings, audit log. All lie under `/p/<slug>/`."""

from django.urls import path

from wayhome.accounts import views_audit, views_members, views_process

urlpatterns = [
    path("members/", views_members.members, name="members"),
    path("members/invite/", views_members.invite, name="member_invite"),
    path("members/<int:pk>/", views_members.member, name="member"),
    path("members/<int:pk>/remove/", views_members.remove, name="member_remove"),
    path("members/<int:pk>/link/", views_members.password_link, name="member_link"),
    path("access/", views_members.access_page, name="access"),
    path("access/grant/", views_members.grant, name="elevation_grant"),
    path("access/<int:pk>/decide/", views_members.decide, name="elevation_decide"),
    path("access/<int:pk>/end/", views_members.end, name="elevation_end"),
    path("settings/", views_process.process_settings, name="process_settings"),
    path("audit/", views_audit.process_log, name="audit_log"),
]
