"""Routes of the pages of a plan that was found, under `/p/<slug>/plans/`."""

from django.urls import URLPattern, path

from wayhome.plans.views import families, questions, results, studies

urlpatterns: list[URLPattern] = [
    path("runs/compare/", results.compare, name="plan_compare"),
    path("runs/<int:number>/plan/", results.plan, name="plan_months"),
    path("runs/<int:number>/plan/months.csv", results.months_csv, name="plan_months_csv"),
    path("runs/<int:number>/plan/works.csv", results.works_csv, name="plan_works_csv"),
    path("runs/<int:number>/plan/why/", questions.why, name="plan_why"),
    path("runs/<int:number>/plan/ask/", questions.ask, name="plan_ask"),
    path("runs/<int:number>/plan/asked/<int:pk>/", questions.answered, name="plan_answered"),
    path("runs/<int:number>/plan/studies/", studies.studies, name="plan_studies"),
    path("runs/<int:number>/plan/studies/parts/", studies.study_parts, name="plan_study_parts"),
    path("runs/<int:number>/plan/households/", families.households, name="plan_households"),
    path("runs/<int:number>/plan/households/<str:key>/", families.household, name="plan_household"),
]
