"""Routes of the room, under `/p/<slug>/places/`."""

from django.urls import URLPattern, path

from wayhome.places.views import areas

urlpatterns: list[URLPattern] = [
    path("areas/", areas.listing, name="areas"),
    path("areas/<int:pk>/", areas.area, name="area"),
]
