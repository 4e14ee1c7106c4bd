"""Routes of the registry, under `/p/<slug>/registry/`."""

from django.urls import URLPattern, path

from wayhome.registry import urls_claims, urls_imports, urls_intentions
from wayhome.registry.views import exporting, households, judging, moves, persons, privacy, search

urlpatterns: list[URLPattern] = [
    # households
    path("households/", households.listing, name="households"),
    path("households/new/", households.new, name="household_new"),
    path("households/<int:number>/", households.household, name="household"),
    path("households/<int:number>/edit/", households.edit, name="household_edit"),
    path("households/<int:number>/confirm/", households.confirm, name="household_confirm"),
    path("households/<int:number>/card/", households.card, name="household_card"),
    path("households/<int:number>/moves/", moves.moves, name="household_moves"),
    path("households/<int:number>/people/new/", households.add_person, name="household_person"),
    path("households/<int:number>/displacements/new/", households.add_displacement, name="household_displacement"),
    path("households/steps/<int:pk>/undo/", moves.undo, name="household_undo"),
    # persons
    path("persons/", search.persons, name="persons"),
    path("persons/new/", households.new_person, name="person_new"),
    path("persons/<int:number>/", persons.person, name="person"),
    path("persons/<int:number>/edit/", persons.edit, name="person_edit"),
    path("persons/<int:number>/add/<slug:what>/", persons.add, name="person_add"),
    path("persons/<int:number>/steps/<slug:what>/<int:pk>/", persons.step, name="person_step"),
    path("persons/<int:number>/sealed/<int:pk>/", privacy.opened, name="sealed_open"),
    path("persons/<int:number>/report/", privacy.report, name="person_report"),
    path("persons/<int:number>/erase/", privacy.erase, name="person_erase"),
    path("persons/<int:number>/keep/", privacy.keep, name="person_keep"),
    path("persons/<int:number>/photograph/", privacy.photograph, name="person_photograph"),
    path("persons/<int:number>/photograph/put/", privacy.put_photograph, name="person_photograph_put"),
    path("persons/list/", exporting.take_out, name="persons_out"),
    # privacy
    path("privacy/", privacy.privacy, name="registry_privacy"),
    path("privacy/purposes/<slug:purpose>/", privacy.purpose, name="registry_purpose"),
    path("privacy/retention/", privacy.run_retention, name="registry_retention"),
    # who is who
    path("who/", judging.queue, name="pairs"),
    path("who/run/", judging.run_status, name="link_run"),
    path("who/run/now/", judging.run, name="link_run_now"),
    path("who/compare/", judging.compare, name="pair_compare"),
    path("who/rules/", judging.merge_rules, name="merge_rules"),
    path("who/rules/<int:pk>/off/", judging.rule_off, name="merge_rule_off"),
    path("who/<int:pk>/", judging.pair, name="pair"),
    path("who/<int:pk>/judge/", judging.judge, name="pair_judge"),
    path("who/judgements/<int:pk>/back/", judging.take_back, name="judgement_take_back"),
]
urlpatterns += urls_intentions.urlpatterns
urlpatterns += urls_claims.urlpatterns
urlpatterns += urls_imports.urlpatterns
