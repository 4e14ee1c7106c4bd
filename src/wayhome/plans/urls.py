"""Routes of the room, under `/p/<slug>/plans/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
