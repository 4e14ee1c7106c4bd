"""Assessments that ship for the demo: two rounds in the invented Lirva Valley, and voices that differ. Invented, CC0."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from importlib import resources

from wayhome.accounts.models import Process
from wayhome.core.actors import Actor
from wayhome.places.actions.assessment_tables import bring_in, check
from wayhome.places.actions.readiness_models import set_up
from wayhome.places.models import Assessment, AssessmentTable

FILE = "lirva-assessments.csv"


def bring_in_lirva_assessments(*, process: Process, actor: Actor, today: date) -> AssessmentTable | None:
    """Set the index up and bring the table in as a person would; days are counted back from `today`. Twice changes nothing."""
    set_up(process=process, actor=actor)
    if Assessment.objects.of(process).exists():
        return None
    table = check(process=process, actor=actor, file_name=FILE, data=table_of(today).encode(), today=today)
    return bring_in(table=table, actor=actor, today=today)


def table_of(today: date) -> str:
    """The table as an office would send it, with the days of the assessments instead of how long ago they were."""
    text = resources.files("wayhome.places.data").joinpath("lirva_assessments.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    names = [name for name in rows[0] if name != "days_ago"]
    writer.writerow(["date", *names])
    for row in rows:
        writer.writerow([today - timedelta(days=int(row["days_ago"])), *(row[name] for name in names)])
    return buffer.getvalue()
