"""Routes of survey waves and intentions, under `/p/<slug>/registry/`."""

from django.urls import URLPattern, path

from wayhome.registry.views import intentions

urlpatterns: list[URLPattern] = [
    path("intentions/", intentions.listing, name="intentions"),
    path("intentions/new/", intentions.new, name="wave_new"),
    path("intentions/<int:number>/", intentions.wave, name="wave"),
    path("intentions/<int:number>/figures.csv", intentions.figures, name="wave_figures"),
    path("intentions/<int:number>/close/", intentions.close, name="wave_close"),
    path("intentions/<int:number>/households/", intentions.households, name="wave_households"),
    path("intentions/<int:number>/households/<int:household>/", intentions.answer, name="intention"),
]
