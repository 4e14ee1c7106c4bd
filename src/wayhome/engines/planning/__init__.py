"""Return plans: which works start when, who can go home when, how close that is to the best.

    instance = Instance.from_tables(settings, tables)     # raises InstanceError with everything that is wrong
    result = run(instance, params=Params(time_limit=60), seed=1)
    assert not check(instance, result.plan) and result.value <= result.bound

Pure: no files, no network, no database. `docs/planning.md` has the model and the method.
"""

from __future__ import annotations

from wayhome.engines.planning.blockers import Blocker, Root, blockers, roots
from wayhome.engines.planning.check import check
from wayhome.engines.planning.compare import Comparison, Summary, compare, summary
from wayhome.engines.planning.counterfactual import Effect, Forward, bring_forward, what_if
from wayhome.engines.planning.errors import InstanceError, PlanError, Problem
from wayhome.engines.planning.explain import explain_all, explain_household, explain_work
from wayhome.engines.planning.infeasible import Core, infeasible_core
from wayhome.engines.planning.prices import Priced, price_list, prices_with_ranges
from wayhome.engines.planning.reasons import Code, HouseholdReasons, Reason, ReasonTable, Standing, WorkCode, WorkNote, WorkReason
from wayhome.engines.planning.run import run
from wayhome.engines.planning.sensitivity import Sensitivity, Spread, difference, sensitivity
from wayhome.engines.planning.types import (
    NEVER,
    RESOURCES,
    Demands,
    Families,
    Instance,
    Params,
    Plan,
    Prices,
    Progress,
    Result,
    Stage,
    Violation,
)
from wayhome.engines.planning.verify import Verdict, priced_bound, verify

__version__ = "1"

__all__ = [
    "NEVER",
    "RESOURCES",
    "Blocker",
    "Code",
    "Comparison",
    "Core",
    "Demands",
    "Effect",
    "Families",
    "Forward",
    "HouseholdReasons",
    "Instance",
    "InstanceError",
    "Params",
    "Plan",
    "PlanError",
    "Priced",
    "Prices",
    "Problem",
    "Progress",
    "Reason",
    "ReasonTable",
    "Result",
    "Root",
    "Sensitivity",
    "Spread",
    "Stage",
    "Standing",
    "Summary",
    "Verdict",
    "Violation",
    "WorkCode",
    "WorkNote",
    "WorkReason",
    "blockers",
    "bring_forward",
    "check",
    "compare",
    "difference",
    "explain_all",
    "explain_household",
    "explain_work",
    "infeasible_core",
    "price_list",
    "priced_bound",
    "prices_with_ranges",
    "roots",
    "run",
    "sensitivity",
    "summary",
    "verify",
    "what_if",
]
