"""Every code of the tables fits the column that keeps it: SQLite would not say so, PostgreSQL refuses it."""

import csv
from pathlib import Path

import pytest

import wayhome.registry
from wayhome.registry.models import Claim, ClaimEvidence

DATA = Path(wayhome.registry.__file__).parent / "data"


@pytest.mark.parametrize(
    ("table", "model", "field"),
    [("rights.csv", Claim, "right"), ("losses.csv", Claim, "loss"), ("evidence_kinds.csv", ClaimEvidence, "kind")],
)
def test_codes_fit_their_columns(table, model, field):
    with (DATA / table).open(encoding="utf-8", newline="") as handle:
        codes = [row["code"] for row in csv.DictReader(handle)]
    assert codes and max(map(len, codes)) <= model._meta.get_field(field).max_length
