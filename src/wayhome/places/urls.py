"""Routes of the room, under `/p/<slug>/places/`."""

from django.urls import URLPattern, path

from wayhome.places import urls_areas, urls_gates, urls_works
from wayhome.places.views import areas, assessments, gazetteers, readiness, written

urlpatterns: list[URLPattern] = [
    path("areas/", areas.listing, name="areas"),
    path("areas/add/", areas.add, name="area_add"),
    path("areas/<int:pk>/", areas.area, name="area"),
    path("areas/<int:pk>/edit/", areas.edit, name="area_edit"),
    path("areas/<int:pk>/names/", areas.add_name, name="area_add_name"),
    path("areas/<int:pk>/names/<int:name>/", areas.name_state, name="area_name_state"),
    path("written/", written.written, name="places_written"),
    path("written/choose/", written.choose, name="place_choose"),
    path("written/certain/", written.confirm_certain, name="places_certain"),
    path("gazetteers/", gazetteers.gazetteers, name="gazetteers"),
    path("names/", areas.policy, name="place_names"),
    path("readiness/", readiness.board, name="readiness"),
    path("readiness/set-up/", readiness.set_up, name="readiness_set_up"),
    path("readiness/scores.csv", readiness.scores_csv, name="readiness_scores"),
    path("readiness/answers.csv", readiness.answers_hxl, name="readiness_answers"),
    path("readiness/areas/<int:pk>/", readiness.area, name="readiness_area"),
    path("readiness/index/new/", readiness.new_version, name="readiness_version_new"),
    path("readiness/index/<int:number>/", readiness.version, name="readiness_version"),
    path("readiness/assessments/", assessments.listing, name="assessments"),
    path("readiness/assessments/add/", assessments.add, name="assessment_add"),
    path("readiness/assessments/<int:number>/", assessments.assessment, name="assessment"),
    path("readiness/assessments/<int:number>/withdraw/", assessments.withdraw, name="assessment_withdraw"),
    path("readiness/tables/", assessments.bring, name="assessment_tables"),
    path("readiness/tables/<int:number>/", assessments.table, name="assessment_table"),
    path("readiness/tables/<int:number>/step/", assessments.table_step, name="assessment_table_step"),
    *urls_areas.urlpatterns,
    *urls_works.urlpatterns,
    *urls_gates.urlpatterns,
]
