"""Truth beside a people table: which records are one person. Only training and measuring read it; linking never does."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def read(path: Path, record_ids: list[str]) -> Ints:
    """The person of each record, as numbers in the order of `record_ids`."""
    with path.open(newline="", encoding="utf-8") as handle:
        person = {row["record_id"]: row["person_id"] for row in csv.DictReader(handle)}
    _, numbers = np.unique(np.array([person[one] for one in record_ids]), return_inverse=True)
    return numbers.reshape(-1).astype(np.int64)


def pairs_of(groups: Ints) -> int:
    """How many pairs share a group."""
    sizes = np.bincount(groups)
    return int((sizes.astype(np.int64) * (sizes - 1) // 2).sum())


def read_all(path: Path) -> Ints:
    """The person of every record, as numbers."""
    with path.open(newline="", encoding="utf-8") as handle:
        persons = [row["person_id"] for row in csv.DictReader(handle)]
    _, numbers = np.unique(np.array(persons), return_inverse=True)
    return numbers.reshape(-1).astype(np.int64)
