"""What the audit log calls the actions of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "gazetteer.imported": _("Gazetteer brought in"),
    "area.created": _("Area added"),
    "area.changed": _("Area changed"),
    "area.name_added": _("Name of an area added"),
    "area.name_retired": _("Name of an area retired"),
    "area.name_restored": _("Name of an area restored"),
    "area.succession_recorded": _("Said what became of an area"),
    "area.succession_retired": _("Statement of what became of an area taken back"),
    "area.boundary_set": _("Outline of an area set"),
    "place.matched": _("Area chosen for a place as written"),
    "place.unmatched": _("Choice for a place as written retired"),
    "readiness.version_made": _("Version of the readiness index made"),
    "assessment.recorded": _("Assessment recorded"),
    "assessment.withdrawn": _("Assessment withdrawn"),
    "assessment_table.checked": _("Table of assessments checked"),
    "assessment_table.brought_in": _("Table of assessments brought in"),
    "assessment_table.dropped": _("Table of assessments given up"),
    "assessment_table.undone": _("Table of assessments taken back"),
    "readiness.exported": _("Readiness of areas taken out"),
    "places.policy_changed": _("Order of place names changed"),
}
