"""Routes of the room, under `/p/<slug>/plans/`; the public page under `/public/<slug>/plan/`."""

from django.urls import URLPattern, path

from wayhome.plans import urls_results
from wayhome.plans.views import parts, runs, scenarios

urlpatterns: list[URLPattern] = [
    path("scenarios/", scenarios.listing, name="scenarios"),
    path("scenarios/new/", scenarios.new, name="scenario_new"),
    path("scenarios/folder/", scenarios.bring_in, name="plan_folder_in"),
    path("scenarios/<int:number>/", scenarios.scenario, name="scenario"),
    path("scenarios/<int:number>/edit/", scenarios.edit, name="scenario_edit"),
    path("scenarios/<int:number>/copy/", scenarios.copy, name="scenario_copy"),
    path("scenarios/<int:number>/who/", scenarios.who, name="scenario_who"),
    path("scenarios/<int:number>/away/", scenarios.archive, name="scenario_away"),
    path("scenarios/<int:number>/run/", scenarios.run, name="scenario_run"),
    path("scenarios/<int:number>/<slug:part>/", parts.part, name="scenario_part"),
    path("runs/", runs.listing, name="plan_runs"),
    path("runs/<int:number>/", runs.run, name="plan_run"),
    path("runs/<int:number>/progress/", runs.progress, name="plan_progress"),
    path("runs/<int:number>/step/", runs.step, name="plan_step"),
    path("runs/<int:number>/approve/", runs.approve, name="plan_approve"),
    path("runs/<int:number>/folder/<slug:what>/", runs.folder, name="plan_folder"),
    *urls_results.urlpatterns,
    path("approved/", runs.approved, name="plan_approved"),
    path("approved/publish/", runs.publish, name="plan_publish"),
]
public_urlpatterns: list[URLPattern] = [
    path("", runs.public, name="plan_public"),
    path("plan.csv", runs.public_csv, name="plan_public_csv"),
]
