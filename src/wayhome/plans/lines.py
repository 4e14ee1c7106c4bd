"""The areas of a run's instance, with their own places of each kind, and those that stay closed for the whole plan."""

from __future__ import annotations

import csv
import io
import zipfile

from django.core.cache import cache

from wayhome.plans import instances
from wayhome.plans.models import Run
from wayhome.plans.schedule import PlaceLine

_KEPT = 3600  # seconds; counts of homes by area, no household


def place_lines(run: Run) -> list[PlaceLine]:
    """One line an area. Areas that no gate lets open are not in the instance: they stand here as shut."""
    known: dict[str, int] = run.keys.get("areas", {})
    lines = [
        PlaceLine(key, known.get(key), dwelling, water, school, clinic) for key, dwelling, water, school, clinic in _areas(run)
    ]
    there = {line.area_id for line in lines}
    shut = {row["area"] for row in run.counts.get("left", []) if row.get("area") and row.get("gates")} - there
    return lines + [PlaceLine(f"closed-{pk}", pk, shut=True) for pk in sorted(shut)]


def _areas(run: Run) -> list[tuple[str, float, float, float, float]]:
    if not run.instance_digest:
        return []
    name = f"plans.areas.{run.process_id}.{run.instance_digest}"
    found: list[tuple[str, float, float, float, float]] | None = cache.get(name)
    if found is None:
        with (
            zipfile.ZipFile(io.BytesIO(instances.load(run.process, run.instance_digest))) as folder,
            io.TextIOWrapper(folder.open("areas.csv"), encoding="utf-8", newline="") as table,
        ):
            found = [
                (row["area_id"], *(float(row[kind] or 0) for kind in ("dwelling", "water", "school", "clinic")))  # type: ignore[misc]
                for row in csv.DictReader(table)
            ]
        cache.set(name, found, _KEPT)
    return found
