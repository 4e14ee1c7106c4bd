"""Routes of the outputs room, under `/p/<slug>/outputs/`."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("letters/", include("wayhome.outputs.letter_urls")),
    path("timeline/", include("wayhome.outputs.timeline_urls")),
    path("claims/", include("wayhome.outputs.claim_urls")),
    path("exchange/", include("wayhome.outputs.exchange_urls")),
]
