"""Routes of the dialogue room, under `/p/<slug>/dialogue/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
