"""Routes of the lists, under `/p/<slug>/registry/`."""

from django.urls import URLPattern, path

from wayhome.registry.views import imports

urlpatterns: list[URLPattern] = [
    path("imports/", imports.listing, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/<int:number>/", imports.page, name="import"),
    path("imports/<int:number>/columns/", imports.columns, name="import_columns"),
    path("imports/<int:number>/progress/", imports.progress, name="import_progress"),
    path("imports/<int:number>/step/", imports.step, name="import_step"),
    path("imports/<int:number>/rows/", imports.bad_rows, name="import_bad_rows"),
]
