"""The plans' part of the table of routes: its records of one process, and what each route answers to each role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from wayhome.accounts.roles import Permission as P


class PlanRecords:
    """Scenarios and runs that paths name; numbers differ between the two processes of the walk."""

    process: Any

    @cached_property
    def scenario(self) -> Any:
        from datetime import date

        from wayhome.plans.models import Scenario

        first = 1 if self.process.slug == "lirva" else 601
        return Scenario.objects.create(process=self.process, number=first, name="Steady funding", start=date(2030, 1, 1))

    @cached_property
    def plan_run(self) -> Any:
        from wayhome.plans.models import Run

        return Run.objects.create(
            process=self.process,
            number=self.scenario.number,
            scenario=self.scenario,
            start=self.scenario.start,
            months=24,
            state="solved",
            value=0,
            bound=1,
            gap=1,
            households_home=0,
            persons_home=0,
            cost=0,
        )

    @cached_property
    def planned(self) -> Any:
        """A run that holds a plan, with its instance and what was asked of it."""
        from tests.apps.plans.solved import solved
        from wayhome.plans.models import WhatIf

        run = solved(self.process, None, name="Planned")
        run.number += 40 if self.process.slug == "lirva" else 740
        run.save()
        run.question = WhatIf.objects.create(
            process=self.process, run=run, changes=[{"kind": "Crew", "crew": "repair", "units": 1}]
        )
        return run


def routes(in_process_with: Callable[..., Any], everybody: Callable[..., Any]) -> dict[str, Any]:
    def one(permission: P) -> Any:
        return in_process_with(permission).made_with(lambda at: {"number": at.scenario.number})

    def run(permission: P, **more: Any) -> Any:
        return in_process_with(permission).made_with(lambda at: {"number": at.plan_run.number, **more})

    def plan(permission: P, more: Callable[[Any], dict[str, Any]] = lambda run: {}) -> Any:
        return in_process_with(permission).made_with(lambda at: {"number": at.planned.number, **more(at.planned)})

    return {
        "plan_compare": in_process_with(P.VIEW),
        "plan_months": plan(P.VIEW),
        "plan_months_csv": plan(P.EXPORT),
        "plan_works_csv": plan(P.EXPORT),
        "plan_why": plan(P.VIEW),
        "plan_ask": plan(P.PLAN).posts({"kind": "crew", "target": "crew:repair", "n": "1"}),
        "plan_answered": plan(P.VIEW, lambda run: {"pk": run.question.pk}),
        "plan_studies": plan(P.VIEW),
        "plan_study_parts": plan(P.VIEW),
        "plan_households": plan(P.VIEW_REGISTRY),
        "plan_household": plan(P.VIEW_REGISTRY, lambda run: {"key": run.returns.first().key}),
        "scenarios": in_process_with(P.VIEW),
        "scenario_new": in_process_with(P.PLAN).posts_too({"name": ""}, does=422),
        "plan_folder_in": in_process_with(P.PLAN).posts_too({}, does=422),
        "scenario": one(P.VIEW),
        "scenario_who": one(P.VIEW),
        "scenario_edit": one(P.PLAN).posts_too({"name": ""}, does=422),
        "scenario_copy": one(P.PLAN).posts_too({"name": "Less money", "budget_share": "66.7"}),
        "scenario_away": one(P.PLAN).posts(),
        "scenario_run": one(P.PLAN).posts({"time_limit": "20", "seed": "1"}),
        "scenario_part": in_process_with(P.PLAN)
        .made_with(lambda at: {"number": at.scenario.number, "part": "budget"})
        .posts_too({"rows-TOTAL_FORMS": 0, "rows-INITIAL_FORMS": 0}),
        "plan_runs": in_process_with(P.VIEW),
        "plan_run": run(P.VIEW),
        "plan_progress": run(P.VIEW),
        "plan_step": run(P.PLAN).posts({"act": "stop"}),
        "plan_approve": run(P.APPROVE_PLAN).posts({"note": "It opens Meshul first."}),
        "plan_folder": run(P.EXPORT_PERSONS, what="instance").posts(),
        "plan_approved": in_process_with(P.VIEW),
        "plan_publish": in_process_with(P.PUBLISH).posts({"act": "publish"}),
        "plan_public": replace(everybody(404), other_parts=False),  # public only once a version stands
        "plan_public_csv": replace(everybody(404), other_parts=False),
    }
