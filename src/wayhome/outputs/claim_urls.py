"""Routes of papers on claims, under `/p/<slug>/outputs/claims/`."""

from django.urls import URLPattern, path

from wayhome.outputs.views import claim_letters

urlpatterns: list[URLPattern] = [
    path("<int:number>/letter.pdf", claim_letters.letter, name="claim_letter"),
]
