"""Routes of boundaries, the map of a process and what became of areas, under `/p/<slug>/places/`."""

from django.urls import URLPattern, path

from wayhome.places.views import boundaries

urlpatterns: list[URLPattern] = [
    path("gazetteers/columns/", boundaries.columns, name="gazetteer_columns"),
]
