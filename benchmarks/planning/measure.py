"""Measure `wayhome plan` on instances of the contract, beside what it is compared with, in one run.

    python benchmarks/planning/measure.py --tools ../shared/tools --tools-python PYTHON [--sizes 300,1000,10000,100000,1000000,replan]
        [--profiles corridor,city] [--seeds 1,2] [--work FOLDER] [--out benchmarks/planning.md]

For each size, profile and seed: the instance is generated, `naive_greedy.py` plans it, at 300 and 1,000 households `reference_milp.py`
has 120 s, `wayhome plan` has the contract's seconds (all included but making the compiled loops ready, which is told), `check_plan.py`
judges, `wayhome plan verify` recomputes value and bound. `replan` closes one gate of a 10,000-household plan half way. Seeds from
101 on are kept apart: nobody tunes on them. PYTHON needs numpy, pyarrow and highspy.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from wayhome.commands.plan_folders import read_instance, read_plan
from wayhome.core import column_files
from wayhome.engines.planning.tables import to_tables

SIZES = {
    "300": (300, 10, 12, 6),
    "1000": (1_000, 20, 24, 30),
    "10000": (10_000, 50, 24, 60),
    "100000": (100_000, 200, 36, 180),
    "1000000": (1_000_000, 200, 36, 300),
}
REFERENCE_SECONDS = 120
REPLAN_SECONDS = 10
HEAD = (
    "| instance | limit s | wall s | value | bound | gap | x naive | reference (bound) | to reference | GiB | checker | verify |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclasses.dataclass(frozen=True)
class Bench:
    tools: Path
    python: str
    work: Path

    def tool(self, name: str, *arguments: str | Path) -> tuple[float, str, int]:
        return timed([self.python, str(self.tools / name), *map(str, arguments)])


def timed(command: list[str]) -> tuple[float, str, int]:
    """Wall seconds, what was printed and the exit status."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return time.perf_counter() - began, (done.stdout + done.stderr).strip(), done.returncode


def wayhome(*arguments: str | Path) -> tuple[float, str, int]:
    return timed([sys.executable, "-m", "wayhome.cli", *map(str, arguments)])


def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


def measure(bench: Bench, size: str, profile: str, seed: int, families: str) -> str:
    households, areas, periods, limit = SIZES[size]
    name = f"{profile}_{size}_{seed}" + ("" if families == "free" else "_together")
    instance, naive, plan, exact = (bench.work / kind / name for kind in ("instances", "naive", "plans", "reference"))
    if not (instance / "settings.json").exists():
        bench.tool(
            "make_plan_instance.py", "--households", str(households), "--areas", str(areas), "--periods", str(periods), "--seed", str(seed),
            "--profile", profile, "--families", families, "--out", instance,
        )  # fmt: skip
    bench.tool("naive_greedy.py", instance, "--out", naive)
    reference, against = "", ""
    if households <= 1_000:
        bench.tool("reference_milp.py", instance, "--time-limit", str(REFERENCE_SECONDS), "--out", exact, "--threads", "2")
    wall, said, status = wayhome("plan", instance, "--out", plan, "--time-limit", str(limit), "--seed", "1")
    if status:
        return f"| {name} | {limit} | {wall:.1f} | failed: {said.splitlines()[-1] if said else status} |"
    ours, theirs = report(plan), report(naive)
    if households <= 1_000:
        best = report(exact)
        reference, against = f"{best['value']:.2f} ({best['bound']:.2f})", f"{ours['value'] / max(best['value'], 1e-9):.4f}"
    _, judged, feasible = bench.tool("check_plan.py", instance, plan)
    _, told, holds = wayhome("plan", "verify", plan, instance)
    word = "feasible" if feasible == 0 else (judged.splitlines() or ["?"])[-1]
    again = "holds" if holds == 0 else (told.splitlines() or ["?"])[-1]
    ready = ours["seconds"].get("loops made ready", 0.0)
    return (
        f"| {name} | {limit} | {wall:.1f} (of it {ready:.1f} loops made ready) | {ours['value']:.2f} | {ours['bound']:.2f} | {ours['gap']:.2%} "
        f"| {ours['value'] / max(theirs['value'], 1e-9):.3f} | {reference} | {against} | {ours['peak_gib']:.2f} | {word} | {again} |"
    )


def closed(source: Path, plan: Path, target: Path, half: int) -> str:
    """`source` with one gate that no longer opens within the plan: of the areas nobody has reached by `half`, the one most were to
    return to. Its id."""
    made = read_instance(source)
    old = read_plan(plan, made)
    reached = set(old.area[(old.area >= 0) & (old.period < half)].tolist())
    gated = set(made.project_area[made.gate].tolist())
    later = [a for a in old.area[old.area >= 0].tolist() if a not in reached and a in gated]
    area = int(np.bincount(later).argmax()) if later else int(made.project_area[np.argmax(made.gate)])
    gates = np.flatnonzero(made.gate & (made.project_area == area) & ~((old.starts >= 0) & (old.starts < half)))
    duration = made.duration.copy()
    duration[gates if len(gates) else np.flatnonzero(made.gate & (made.project_area == area))] = made.periods
    settings, tables = to_tables(dataclasses.replace(made, duration=duration))
    target.mkdir(parents=True, exist_ok=True)
    (target / "settings.json").write_text(json.dumps(settings))
    for name, table in tables.items():
        column_files.write(target / f"{name}.parquet", table)
    return str(made.area_ids[area])


def replan(bench: Bench, profile: str, seed: int) -> str:
    name = f"{profile}_10000_{seed}"
    instance, plan = bench.work / "instances" / name, bench.work / "plans" / name
    if not (plan / "report.json").exists():
        measure(bench, "10000", profile, seed, "free")
    changed, again = bench.work / "instances" / f"{name}_closed", bench.work / "plans" / f"{name}_again"
    half = 8
    area = closed(instance, plan, changed, half)
    wall, said, status = wayhome(
        "plan",
        changed,
        "--out",
        again,
        "--previous",
        plan,
        "--frozen-until",
        str(half),
        "--time-limit",
        str(REPLAN_SECONDS),
        "--seed",
        "1",
    )
    if status:
        return f"| {name} | failed: {said.splitlines()[-1] if said else status} |"
    made = read_instance(changed)
    old, new = read_plan(plan, made), read_plan(again, made)
    shut = int(np.flatnonzero(made.area_ids == area)[0])
    unaffected = np.flatnonzero((old.area >= 0) & (old.area != shut))
    same = (old.area[unaffected] == new.area[unaffected]) & (old.period[unaffected] == new.period[unaffected])
    _, judged, feasible = bench.tool("check_plan.py", changed, again)
    ours = report(again)
    word = "feasible" if feasible == 0 else (judged.splitlines() or ["?"])[-1]
    return (
        f"| {name}, {area} closes | {REPLAN_SECONDS} | {wall:.1f} | {len(unaffected)} | {int((~same).sum())} ({(~same).mean():.2%}) "
        f"| {old.value(made):.1f} | {ours['value']:.1f} | {word} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=Path("../shared/tools"))
    parser.add_argument("--tools-python", default=sys.executable)
    parser.add_argument("--sizes", default="300,1000,10000,100000,1000000,replan")
    parser.add_argument("--profiles", default="corridor,city")
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--families", default="free", choices=("free", "together"))
    parser.add_argument("--work", type=Path, default=Path("/tmp/wayhome-planning"))
    parser.add_argument("--out", type=Path, help="Append the rows to this file as well.")
    asked = parser.parse_args()
    bench = Bench(asked.tools, asked.tools_python, asked.work)
    profiles, seeds = asked.profiles.split(","), [int(seed) for seed in asked.seeds.split(",")]
    cpu = next(
        (m[1] for m in [re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())] if m), platform.processor()
    )
    lines: list[str] = []

    def tell(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    load = f"load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    tell(f"Measured with Python {platform.python_version()} on {os.cpu_count()} cores ({cpu}), {load}; seeds {asked.seeds}.")
    sizes = asked.sizes.split(",")
    if any(size in SIZES for size in sizes):
        tell("")
        tell(HEAD)
    for size in sizes:
        if size in SIZES:
            for profile in profiles:
                for seed in seeds if int(size) < 100_000 else seeds[:1]:
                    tell(measure(bench, size, profile, seed, asked.families))
    if "replan" in sizes:
        tell("")
        tell(
            "| replanned | limit s | wall s | unaffected | moved of them | value as planned | value now | checker |\n|---|---|---|---|---|---|---|---|"
        )
        for profile in profiles:
            tell(replan(bench, profile, seeds[0]))
    if asked.out:
        with asked.out.open("a", encoding="utf-8") as handle:
            handle.write("\n".join(["", *lines, ""]))


if __name__ == "__main__":
    main()
