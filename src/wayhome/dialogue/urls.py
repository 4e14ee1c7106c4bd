"""Routes of the dialogue room, under `/p/<slug>/dialogue/`."""

from django.urls import URLPattern, path

from wayhome.dialogue.views import asks, calendar, commitments, docket, ladders, search

urlpatterns: list[URLPattern] = [
    # the docket
    path("docket/", docket.docket, name="docket"),
    path("docket/export.csv", docket.export, name="docket_export"),
    path("docket/step/", docket.bulk, name="docket_bulk"),
    path("asks/new/", asks.ask_new, name="ask_new"),
    path("asks/<int:number>/", asks.ask, name="ask"),
    path("asks/<int:number>/ladder/", ladders.ask_ladder, name="ask_ladder"),
    path("asks/<int:number>/steps/<slug:step>/", asks.ask_step, name="ask_step"),
    path("evidence/<int:pk>/judge/", asks.evidence_judge, name="evidence_judge"),
    path("commitments/", commitments.commitments, name="commitments"),
    path("commitments/new/", commitments.commitment_new, name="commitment_new"),
    path("commitments/<int:number>/", commitments.commitment, name="commitment"),
    path("commitments/<int:number>/steps/<slug:step>/", commitments.commitment_step, name="commitment_step"),
    path("instruments/", commitments.instruments, name="instruments"),
    path("search/", search.search, name="search"),
    path("calendar/", calendar.feeds, name="calendar_feeds"),
    path("ladder/", ladders.process_ladder, name="process_ladder"),
]
