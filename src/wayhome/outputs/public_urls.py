"""Routes of the public pages, under `/public/<slug>/`."""

from django.urls import path

from wayhome.outputs.views import public

urlpatterns = [
    path("", public.timeline, name="public_timeline"),
    path("timeline.csv", public.as_csv, name="public_timeline_csv"),
    path("timeline.jsonld", public.as_jsonld, name="public_timeline_jsonld"),
    path("timeline.rss", public.as_rss, name="public_timeline_rss"),
    path("documents/<uuid:uid>/", public.document, name="public_document"),
]
