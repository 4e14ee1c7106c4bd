"""Routes of the timeline's desk, under `/p/<slug>/outputs/timeline/`."""

from django.urls import path

from wayhome.outputs.views import timeline

urlpatterns = [
    path("", timeline.desk, name="timeline_desk"),
    path("publish/", timeline.publish_many, name="timeline_publish"),
    path("documents/<uuid:uid>/redact/", timeline.redact, name="timeline_redact"),
    path("redactions/<int:pk>/remove/", timeline.unredact, name="timeline_unredact"),
    path("<slug:kind>/<int:pk>/", timeline.entry, name="timeline_entry"),
]
