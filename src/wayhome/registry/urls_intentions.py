"""Routes of survey waves and intentions, under `/p/<slug>/registry/`."""

from django.urls import URLPattern, path

from wayhome.registry.views import intentions, wave_tables

urlpatterns: list[URLPattern] = [
    path("intentions/", intentions.listing, name="intentions"),
    path("intentions/new/", intentions.new, name="wave_new"),
    path("intentions/<int:number>/", intentions.wave, name="wave"),
    path("intentions/<int:number>/figures.csv", intentions.figures, name="wave_figures"),
    path("intentions/<int:number>/close/", intentions.close, name="wave_close"),
    path("intentions/<int:number>/tables/", wave_tables.bring, name="wave_import"),
    path("intentions/<int:number>/tables/<int:table>/", wave_tables.table, name="wave_table"),
    path("intentions/<int:number>/tables/<int:table>/problems.csv", wave_tables.issues, name="wave_table_issues"),
    path("intentions/<int:number>/households/", intentions.households, name="wave_households"),
    path("intentions/<int:number>/households/<int:household>/", intentions.answer, name="intention"),
]
