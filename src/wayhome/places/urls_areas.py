"""Routes of boundaries, the map of a process and what became of areas, under `/p/<slug>/places/`."""

from django.urls import URLPattern, path

from wayhome.places.views import atlas, boundaries, succession

urlpatterns: list[URLPattern] = [
    path("gazetteers/columns/", boundaries.columns, name="gazetteer_columns"),
    path("map/", atlas.whole, name="places_map"),
    path("map/data/", atlas.data, name="places_map_data"),
    path("areas/<int:pk>/became/", succession.record, name="area_became"),
    path("areas/<int:pk>/became/<int:number>/retire/", succession.retire, name="area_became_retire"),
]
