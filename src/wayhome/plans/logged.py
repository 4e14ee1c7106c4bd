"""The room's actions in the audit log, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "plan.alert": _("Approved plan marked for planning anew"),
    "plan.approved": _("Plan approved"),
    "plan.failed": _("Run of the planning engine failed"),
    "plan.household_read": _("Plan of a household read"),
    "plan.households_read": _("Households of a plan read"),
    "plan.imported": _("Instance folder brought in"),
    "plan.input_read": _("Registry read for a plan"),
    "plan.instance_exported": _("Instance folder of a plan taken out"),
    "plan.published": _("Version of the plan published"),
    "plan.run_asked": _("Run of the planning engine asked for"),
    "plan.run_done": _("Run of the planning engine done"),
    "plan.run_infeasible": _("Demands of a scenario cannot be met together"),
    "plan.stop_asked": _("Run stopped, best plan kept"),
    "plan.studied": _("Study of a plan asked for"),
    "plan.superseded": _("Plan superseded"),
    "plan.taken_out": _("Plan taken out"),
    "plan.what_if": _("Plan asked what would change"),
    "plan.withdrawn": _("Published version of the plan withdrawn"),
    "scenario.archived": _("Scenario put away"),
    "scenario.changed": _("Scenario changed"),
    "scenario.copied": _("Scenario copied"),
    "scenario.made": _("Scenario made"),
    "scenario.restored": _("Scenario taken up again"),
}
