"""An instance in; the best plan found, a bound on every plan, and the prices that prove it out."""

from __future__ import annotations

from wayhome.engines.planning.types import Instance, Params, Report, Result, Stop


def run(
    instance: Instance,
    *,
    params: Params | None = None,
    seed: int = 0,
    stop: Stop | None = None,
    progress: Report | None = None,
) -> Result:
    """The best plan of `instance` found within `params`, and a bound. Whenever it is stopped there is a plan that keeps all rules (at
    worst the empty one) and a bound that holds. With `params.iterations` the result depends on the instance, the parameters and the
    seed alone; otherwise on what the machine manages in the time. `progress` is called from this thread, several times a second.
    Raises `PlanError` where `params.previous` does not belong to the instance."""
    # The compiler is loaded by whoever plans, not by every page that shows a plan.
    from wayhome.engines.planning.solver import Solver

    return Solver(instance, params or Params(), seed, stop, progress).result()
