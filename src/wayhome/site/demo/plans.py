"""Plans of the demo: two scenarios of the valley, the second with a third of the money less; the first plan is approved.

They are made, solved and approved by the use cases that the pages call. Loading again finds them done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from wayhome.accounts.models import Process, User
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.plans.actions import approving, running, scenarios
from wayhome.plans.models import Run, Scenario
from wayhome.plans.states import WITH_PLAN

SECONDS = 8


def load_plans(*, process: Process, staff: dict[str, User], tell: Callable[[str], None], today: date) -> None:
    """Make and solve both scenarios, once."""
    planner, lead = Actor.of(staff["editor"], "cli"), Actor.of(staff["process_lead"], "cli")
    first = Scenario.objects.of(process).filter(name="A, steady funding").first()
    if first is None:
        first = scenarios.make(
            process=process,
            actor=planner,
            today=today,
            name="A, steady funding",
            note="Money as the funders have committed it. Invented, like the valley.",
        )
    second = Scenario.objects.of(process).filter(name="B, a third less").first()
    if second is None:
        note = "What is lost if a third of the money does not come. Invented, like the valley."
        second = scenarios.copy(scenario=first, actor=planner, name="B, a third less", note=note, budget_share="66.7")
    for scenario in (first, second):
        if Run.objects.of(process).filter(scenario=scenario).exists():
            continue
        run = running.ask_for_run(scenario=scenario, actor=planner, time_limit=SECONDS, gap=0.005)
        running.run_now(run.pk)
        run.refresh_from_db()
        if run.state not in WITH_PLAN:
            tell(f"  scenario {scenario.name}: {run.problem}")
            continue
        tell(f"  scenario {scenario.name}: {run.households_home:,} households home in {run.months} months, within {run.gap:.1%}")
        if scenario is first:
            try:
                approving.approve(run=run, actor=lead, note="It opens the first villages soonest. Invented for the demo.")
            except WayhomeError as error:
                tell(f"  not approved: {error}")
