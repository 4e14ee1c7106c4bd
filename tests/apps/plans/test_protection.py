"""Small counts of a public table cannot be seen, nor worked out from what is shown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.plans.protection import LEAST, protect, span


def whole(counts):
    inner = np.array(counts)
    table = np.zeros((inner.shape[0] + 1, inner.shape[1] + 1), dtype=np.int64)
    table[:-1, :-1] = inner
    table[-1] = table[:-1].sum(0)
    table[:, -1] = table[:, :-1].sum(1)
    return table


def test_one_small_cell_takes_others_with_it():
    safe = protect([[20, 3, 10], [12, 30, 8], [9, 14, 25]])
    assert safe.cells[0][1] is None
    kept = sum(cell is None for row in safe.cells for cell in row)
    assert kept >= 4 and safe.total == 131


def test_a_table_without_small_cells_is_whole():
    safe = protect([[20, 30], [0, 8]])
    assert safe.cells == [[20, 30], [0, 8]] and safe.rows == [50, 8] and safe.protected == 0


def test_nothing_at_all():
    assert protect([]).total == 0


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 4).flatmap(lambda c: st.lists(st.lists(st.integers(0, 30), min_size=c, max_size=c), min_size=1, max_size=5))
)
def test_no_small_figure_is_shown_or_can_be_worked_out(counts):
    safe = protect(counts)
    table = whole(counts)
    shown = [cell for row in safe.cells for cell in row] + safe.rows + safe.columns + [safe.total]
    assert not [cell for cell in shown if cell is not None and 0 < cell < LEAST]
    if len(safe.hidden) == table.size:
        return
    for r, c in safe.hidden:
        if 0 < table[r, c] < LEAST:
            least, most = span(table, safe.hidden, (r, c))
            assert least < 1 and most >= LEAST


@pytest.mark.parametrize("n", [1, 4])
def test_a_single_small_count_hides_the_table(n):
    safe = protect([[n]])
    assert safe.cells == [[None]] and safe.total is None
