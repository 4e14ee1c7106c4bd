"""Routes of the registry, under `/p/<slug>/registry/`."""

from django.urls import URLPattern, path

from wayhome.registry.views import judging

urlpatterns: list[URLPattern] = [
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
