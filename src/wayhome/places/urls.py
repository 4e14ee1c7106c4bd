"""Routes of the room, under `/p/<slug>/places/`."""

from django.urls import URLPattern, path

from wayhome.places.views import areas, gazetteers, written

urlpatterns: list[URLPattern] = [
    path("areas/", areas.listing, name="areas"),
    path("areas/add/", areas.add, name="area_add"),
    path("areas/<int:pk>/", areas.area, name="area"),
    path("areas/<int:pk>/edit/", areas.edit, name="area_edit"),
    path("areas/<int:pk>/names/", areas.add_name, name="area_add_name"),
    path("areas/<int:pk>/names/<int:name>/", areas.name_state, name="area_name_state"),
    path("written/", written.written, name="places_written"),
    path("written/choose/", written.choose, name="place_choose"),
    path("written/certain/", written.confirm_certain, name="places_certain"),
    path("gazetteers/", gazetteers.gazetteers, name="gazetteers"),
    path("names/", areas.policy, name="place_names"),
]
