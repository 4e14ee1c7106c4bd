"""Routes of the outputs room, under `/p/<slug>/outputs/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
