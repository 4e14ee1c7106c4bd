"""All routes. Those of a process lie under `/p/<slug>/`."""

from django.urls import include, path

from wayhome.dialogue.views import calendar, outside
from wayhome.plans.urls import public_urlpatterns as public_plan
from wayhome.registry import urls_claims
from wayhome.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("account/", include("wayhome.accounts.urls")),
    path("calendar/<str:token>/deadlines.ics", calendar.feed, name="calendar_feed"),
    path("answer/<str:token>/", outside.page, name="outside"),
    path("answer/<str:token>/copy/", outside.copy, name="outside_copy"),
    path("p/<slug:slug>/", views.process_home, name="process_home"),
    path("p/<slug:slug>/", include("wayhome.accounts.process_urls")),
    path("p/<slug:slug>/places/", include("wayhome.places.urls")),
    path("p/<slug:slug>/dialogue/", include("wayhome.dialogue.urls")),
    path("p/<slug:slug>/registry/", include("wayhome.registry.urls")),
    path("p/<slug:slug>/plans/", include("wayhome.plans.urls")),
    path("p/<slug:slug>/outputs/", include("wayhome.outputs.urls")),
    path("public/<slug:slug>/claims/", include(urls_claims.public_urlpatterns)),
    path("public/<slug:slug>/plan/", include(public_plan)),
    path("public/<slug:slug>/", include("wayhome.outputs.public_urls")),
]

handler404 = "wayhome.site.views.not_found"
handler500 = "wayhome.site.views.server_error"
handler429 = "wayhome.site.views.too_many"
