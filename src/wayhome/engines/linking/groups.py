"""Sums and largest values by group, in a fixed order, so that a run gives the same bits each time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def number(*keys: Array) -> tuple[Array, int]:
    """Group numbers of rows that agree in every key, and how many groups there are."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    groups = 1
    for key in keys:
        _, inverse = np.unique(key, return_inverse=True)
        code = code * (int(inverse.max()) + 1 if len(inverse) else 1) + inverse
        _, code = np.unique(code, return_inverse=True)
        groups = int(code.max()) + 1 if len(code) else 0
    return code, groups


def total(group: Array, groups: int, values: Array) -> Array:
    """Sum of `values` by group."""
    return np.bincount(group, weights=values, minlength=groups)


def largest(group: Array, groups: int, values: Array) -> Array:
    """Largest of `values` by group; 0 for an empty group (values are not negative)."""
    out = np.zeros(groups)
    np.maximum.at(out, group, values)
    return out


def rank(group: Array, values: Array) -> Array:
    """Place of each row within its group, 0 for the largest value; ties by row."""
    order = np.lexsort((np.arange(len(values)), -values, group))
    sorted_group = group[order]
    first = np.concatenate([[True], sorted_group[1:] != sorted_group[:-1]]) if len(order) else np.zeros(0, bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0)) if len(order) else np.zeros(0, np.int64)
    out = np.empty(len(order), dtype=np.int64)
    out[order] = np.arange(len(order)) - start
    return out
