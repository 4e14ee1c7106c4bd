"""Routes of works, money, homes and presence, under `/p/<slug>/places/`."""

from django.urls import URLPattern, path, register_converter

from wayhome.places.views import funding, homes, presence, supply_tables, works


class CountKind:
    """Which kind of count an address means."""

    regex = "homes|capacity"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CountKind, "count_kind")

urlpatterns: list[URLPattern] = [
    path("works/", works.board, name="works"),
    path("works/months/", works.months, name="works_months"),
    path("works/add/", works.add, name="work_add"),
    path("works/funding/", funding.gaps, name="funding"),
    path("works/funding/<int:pk>/", funding.one, name="funding_one"),
    path("works/tables/", supply_tables.tables, name="supply_tables"),
    path("works/tables/<str:name>", supply_tables.export, name="supply_export"),
    path("works/iati.xml", supply_tables.iati_activities, name="iati_activities"),
    path("works/photographs/<int:pk>/", works.picture, name="work_picture"),
    path("works/photographs/<int:pk>/remove/", works.photo_remove, name="work_photo_remove"),
    path("works/<int:number>/", works.work, name="work"),
    path("works/<int:number>/edit/", works.edit, name="work_edit"),
    path("works/<int:number>/step/", works.step, name="work_step"),
    path("works/<int:number>/progress/", works.progress, name="work_progress"),
    path("works/<int:number>/money/", works.money, name="work_money"),
    path("works/<int:number>/photograph/", works.photo, name="work_photo"),
    path("homes/", homes.board, name="homes"),
    path("homes/<int:pk>/", homes.area, name="area_homes"),
    path("presence/", presence.board, name="presence"),
    path("presence/bring/", presence.bring, name="presence_bring"),
    path("presence/<int:number>/undo/", presence.undo, name="presence_undo"),
    path("homes/<count_kind:kind>/<int:pk>/retire/", homes.retire, name="count_retire"),
]
