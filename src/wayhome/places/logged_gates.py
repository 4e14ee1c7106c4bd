"""What the audit log calls the actions on gates and criteria."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "gate.decided": _("Gate closed or not decided"),
    "gate.opening_proposed": _("Opening of a gate recorded, waits for a second person"),
    "gate.opened": _("Gate opened by a second person’s word"),
    "gate.opening_refused": _("Opening of a gate refused"),
    "gate.paper_read": _("Paper of a gate opened"),
    "gate.works_set": _("Works that open a gate chosen"),
    "gate.kind_required": _("Kind of gate required"),
    "gate.kind_release_proposed": _("Kind of gate to be required no longer, waits for a second person"),
    "gate.kind_released": _("Kind of gate required no longer"),
    "gate.kind_release_refused": _("Kind of gate stays required"),
    "gate.kind_added": _("Kind of gate added"),
    "criteria.rule_changed": _("Criterion corrected"),
}
