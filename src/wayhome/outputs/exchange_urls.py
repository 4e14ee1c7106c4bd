"""Routes of the exchange page, under `/p/<slug>/outputs/exchange/`."""

from django.urls import path

from wayhome.outputs.views import exchange

urlpatterns = [
    path("", exchange.exchange, name="exchange"),
    path("docket/", exchange.take_out, name="exchange_docket"),
    path("views/<str:name>/", exchange.take_view, name="exchange_view"),
    path("import/", exchange.bring_in, name="exchange_import"),
]
