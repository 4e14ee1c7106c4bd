"""`wayhome plan`: which works start when and who can go home when; and whether a plan holds what it says."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Any

import click

_SHOWN = 40
_REASONS_UP_TO = 200_000
_STARTING = 2.0
_COMPILED = 6.0
"""Seconds from which the loops were compiled and not read from the cache."""
_FOLDER = click.Path(file_okay=False, path_type=Path)


class _PlanOrVerify(click.Group):
    """`wayhome plan INSTANCE ...` solves; `wayhome plan verify PLAN INSTANCE` checks."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["solve", *args]
        return super().parse_args(ctx, args)


@click.group(name="plan", cls=_PlanOrVerify)
def command() -> None:
    """Plan returns: `wayhome plan INSTANCE --out PLAN` (the same as `wayhome plan solve`), and `wayhome plan verify PLAN INSTANCE`."""


@command.command()
@click.argument("instance", type=_FOLDER)
@click.option("--out", type=_FOLDER, required=True, help="Folder for the plan; made when missing.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds for all, reading and writing included.",
)
@click.option(
    "--gap",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    show_default=True,
    help="Stop when this close to the bound (0.01 is 1 %).",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the random search.")
@click.option("--iterations", type=click.IntRange(1), help="Steps instead of the clock: the same plan every time.")
@click.option("--previous", type=_FOLDER, help="The approved plan that is planned again.")
@click.option(
    "--frozen-until",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="What the approved plan has before this period is past.",
)
@click.option(
    "--stability",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="Share of the households that could go as planned and may be moved.",
)
@click.option(
    "--reasons/--no-reasons",
    default=None,
    help=f"Write why each household is not home sooner (default: up to {_REASONS_UP_TO} households).",
)
def solve(
    instance: Path, out: Path, time_limit: float, gap: float, seed: int, iterations: int | None, previous: Path | None, frozen_until: int,
    stability: float, reasons: bool | None,
) -> None:  # fmt: skip
    """Solve the instance in a folder. Ctrl-C stops with the best plan so far."""
    from wayhome.commands import plan_folders
    from wayhome.engines.planning import InstanceError, Params, PlanError, Progress, run
    from wayhome.engines.planning.warming import warm

    if frozen_until and previous is None:
        raise click.UsageError("--frozen-until needs --previous.")
    # Starting up and loading the compiled loops count as well; only compiling them, once on a machine, does not.
    began = time.perf_counter() - min(time.process_time(), _STARTING)
    compiling = warm()
    if compiling > _COMPILED:
        began += compiling
    try:
        made = plan_folders.read_instance(instance)
        old = plan_folders.read_plan(previous, made, strict=False) if previous is not None else None
    except (InstanceError, PlanError) as error:
        _complain(error)
    read = time.perf_counter() - began
    explained = reasons if reasons is not None else made.households <= _REASONS_UP_TO
    writing = 0.3 + made.households * (1.5e-5 if explained else 3e-6)
    stopped: list[bool] = []
    signal.signal(signal.SIGINT, lambda *_: stopped.append(True))
    shown = [0.0]

    def tell(now: Progress) -> None:
        if sys.stderr.isatty() and now.seconds - shown[0] >= 1:
            shown[0] = now.seconds
            click.echo(
                f"\r{now.seconds:6.0f} s  {now.stage.value:8} value {now.value:.1f}  bound {now.bound:.1f}  gap {now.gap:.2%} ",
                nl=False,
                err=True,
            )

    limit = max(0.5, time_limit - read - writing)
    params = Params(
        time_limit=limit, gap=gap, iterations=iterations, previous=old, frozen_until=frozen_until, stability=stability
    )
    try:
        result = run(made, params=params, seed=seed, stop=lambda: bool(stopped), progress=tell)
    except PlanError as error:
        _complain(error)
    seconds: dict[str, Any] = {"read": round(read, 3), **result.seconds}
    if compiling > 0.01:
        seconds["loops made ready"] = round(compiling, 3)
    plan_folders.write_plan(
        out, made, result, reasons=explained, also={"seconds": seconds, "time_limit": time_limit, "frozen_until": frozen_until}
    )
    if shown[0]:
        click.echo(err=True)
    back = int((result.plan.area >= 0).sum())
    click.echo(
        f"{back} of {int(made.willing.sum())} willing households return, {int((result.plan.starts >= 0).sum())} of {made.projects} works start; "
        f"value {result.value:.2f}, bound {result.bound:.2f}, gap {result.gap:.2%}."
    )
    if old is not None:
        click.echo(f"{result.moved} households that could go as planned are moved.")
    click.echo(
        f"{time.perf_counter() - began:.1f} s, {result.peak_gib:.2f} GiB, stopped by {result.stopped_by}; written to {out}"
    )


@command.command()
@click.argument("plan", type=_FOLDER)
@click.argument("instance", type=_FOLDER)
def verify(plan: Path, instance: Path) -> None:
    """Check a plan against all rules, and compute its value and bound once more by separate code."""
    from wayhome.commands import plan_folders
    from wayhome.core import column_files
    from wayhome.engines.planning import InstanceError, PlanError
    from wayhome.engines.planning import verify as recompute
    from wayhome.engines.planning.reports import PRICES, prices_from

    try:
        made = plan_folders.read_instance(instance)
        given = plan_folders.read_plan(plan, made)
        report = plan_folders.read_report(plan)
        tables, _ = column_files.read_folder(plan / "reasons", [PRICES])
        if PRICES not in tables:
            raise PlanError("The plan has no prices to recompute the bound from.", "Plan again.")
        verdict = recompute(made, given, prices_from(made, tables[PRICES]), report)
    except (InstanceError, PlanError, column_files.TableError) as error:
        _complain(error)
    for one in verdict.violations[:_SHOWN]:
        click.echo(f"rule {one.rule}: {one.text}", err=True)
    click.echo(f"value {verdict.value:.6f} (report: {verdict.reported_value:.6f})")
    click.echo(
        f"bound {verdict.bound:.6f} (report: {verdict.reported_bound:.6f}, resting on {verdict.bound_rests_on}), gap {verdict.gap:.2%}"
    )
    click.echo("The plan keeps all rules and says the truth." if verdict.holds else "The plan does not hold.")
    sys.exit(0 if verdict.holds else 1)


def _complain(error: Exception) -> Any:
    lines = str(error).splitlines()
    for line in lines[:_SHOWN]:
        click.echo(line, err=True)
    if len(lines) > _SHOWN:
        click.echo(f"and {len(lines) - _SHOWN} more", err=True)
    click.echo("Nothing was solved.", err=True)
    sys.exit(1)
