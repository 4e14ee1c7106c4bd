"""Tables of plans."""

from wayhome.plans.models.approvals import Approval, PlanAlert, Publication
from wayhome.plans.models.questions import WhatIf
from wayhome.plans.models.runs import HouseholdReturn, Run, WorkStart
from wayhome.plans.models.scenarios import (
    BudgetLine,
    Demand,
    ExchangeRate,
    GateAssumption,
    Scenario,
    ScenarioCrew,
    Transport,
    WorkChoice,
)
from wayhome.plans.models.studies import Study

__all__ = [
    "Approval",
    "BudgetLine",
    "Demand",
    "ExchangeRate",
    "GateAssumption",
    "HouseholdReturn",
    "PlanAlert",
    "Publication",
    "Run",
    "Scenario",
    "ScenarioCrew",
    "Study",
    "Transport",
    "WhatIf",
    "WorkChoice",
    "WorkStart",
]
