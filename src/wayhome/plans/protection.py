"""Small counts of a public table are kept back, and enough others that they cannot be worked out from the totals.

A cell from 1 to 4 is kept back first. Then, as long as what is published lets anybody narrow a kept-back cell to a range that
does not hold both "nobody" and at least `LEAST`, the smallest published cell of its row or column is kept back too. Totals of
rows and columns that are themselves small are kept back as cells are. The ranges are found by linear programming over
everything that is published.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

LEAST = 5
Cell = tuple[int, int]


@dataclass(slots=True)
class Safe:
    """A protected table. None stands where a figure is kept back."""

    cells: list[list[int | None]]
    rows: list[int | None]
    columns: list[int | None]
    total: int | None
    protected: int = 0
    hidden: set[Cell] = field(default_factory=set)


def protect(counts: list[list[int]]) -> Safe:
    """The table of counts with what would betray few kept back. The last row and column are the totals, protected alike."""
    if not counts or not counts[0]:
        return Safe([], [], [], 0)
    inner = np.array(counts, dtype=np.int64)
    whole = np.zeros((inner.shape[0] + 1, inner.shape[1] + 1), dtype=np.int64)
    whole[:-1, :-1] = inner
    whole[-1, :] = whole[:-1].sum(0)
    whole[:, -1] = whole[:, :-1].sum(1)
    small = {(int(r), int(c)) for r, c in np.argwhere((whole > 0) & (whole < LEAST))}
    hidden = set(small)
    at_risk = sorted(small)
    while at_risk:
        cell = at_risk[0]
        if _wide(whole, hidden, cell):
            at_risk.pop(0)
            continue
        more = _next(whole, hidden, cell)
        if not more:
            hidden |= {(r, c) for r in range(whole.shape[0]) for c in range(whole.shape[1])}  # nothing of it can be said
            break
        hidden |= more

    def shown(r: int, c: int) -> int | None:
        return None if (r, c) in hidden else int(whole[r, c])

    last_row, last_column = inner.shape
    return Safe(
        [[shown(r, c) for c in range(last_column)] for r in range(last_row)],
        [shown(r, last_column) for r in range(last_row)],
        [shown(last_row, c) for c in range(last_column)],
        shown(last_row, last_column),
        len(hidden),
        hidden,
    )


def span(whole: np.ndarray, hidden: set[Cell], cell: Cell) -> tuple[float, float]:
    """The least and the most that a kept-back cell can be for somebody who knows all that is published and adds it up."""
    order = {one: at for at, one in enumerate(sorted(hidden))}
    rows, bounds = [], []
    for lines in (whole, whole.T):
        turned = lines is not whole
        for r in range(lines.shape[0]):
            terms = np.zeros(len(order))
            right = 0.0
            for c in range(lines.shape[1]):
                sign = -1.0 if c == lines.shape[1] - 1 else 1.0
                at = order.get((c, r) if turned else (r, c))
                if at is None:
                    right -= sign * float(lines[r, c])
                else:
                    terms[at] += sign
            if terms.any():
                rows.append(terms)
                bounds.append(right)
    goal = np.zeros(len(order))
    goal[order[cell]] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * goal, A_eq=np.array(rows) if rows else None, b_eq=bounds or None, bounds=(0, None), method="highs")
        ends.append(float(sign * found.fun) if found.status == 0 else (0.0 if sign > 0 else np.inf))
    return ends[0], ends[1]


def _wide(whole: np.ndarray, hidden: set[Cell], cell: Cell) -> bool:
    least, most = span(whole, hidden, cell)
    return least < 1.0 and most >= LEAST


def _next(whole: np.ndarray, hidden: set[Cell], cell: Cell) -> set[Cell]:
    """What to keep back next: the smallest shown cells, not zero where there are others, that close a ring through the cell."""
    r, c = cell
    best: tuple[tuple[int, int], set[Cell]] | None = None
    for other_r in range(whole.shape[0]):
        for other_c in range(whole.shape[1]):
            if other_r == r or other_c == c:
                continue
            ring = {(r, other_c), (other_r, c), (other_r, other_c)}
            fresh = ring - hidden
            if not fresh:
                continue
            empty = sum(whole[one] == 0 for one in ring)
            key = (int(empty), int(sum(whole[one] for one in fresh)))
            if best is None or key < best[0]:
                best = (key, fresh)
    return best[1] if best is not None else set()
