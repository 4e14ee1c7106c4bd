"""All compiled loops made ready before the clock of a run starts: from the cache in a second, or compiled, once on a machine."""

from __future__ import annotations

import threading
import time

import numpy as np

from wayhome.engines.planning import filling, scheduling
from wayhome.engines.planning.bound import Ascent, fixed_prices, transfer
from wayhome.engines.planning.model import units_of, works_of
from wayhome.engines.planning.tables import from_tables

_lock = threading.Lock()
_done = threading.Event()


def warm() -> float:
    """Make the loops ready; seconds it took (0 when they were)."""
    if _done.is_set():
        return 0.0
    began = time.perf_counter()
    with _lock:
        if not _done.is_set():
            _touch()
            _done.set()
    return time.perf_counter() - began


def _touch() -> None:
    """Call every loop once on two areas, a gate, a house and three households."""
    instance = from_tables(
        {"periods": 4, "discount": 0.9, "fairness_floor": 0.5, "families": "free"},
        {
            "areas": {"area_id": ["a", "b"], "district_id": ["d", "d"], "dwelling": [1, 1], "water": [9, 9], "school": [9, 9], "clinic": [9, 9]},
            "projects": {
                "project_id": ["p", "q"], "area_id": ["a", "b"], "kind": ["", ""], "duration": [1, 1], "cost": [1, 1], "crew": ["c", "c"],
                "crew_units": [1, 1], "resource": ["", "dwelling"], "adds": [0, 1], "after": ["", "p"], "gate": [1, 0],
            },
            "budget": {"period": [0], "amount": [2]},
            "crews": {"crew": ["c"], "units": [1]},
            "transport": {"hub_id": ["h"] * 4, "period": [0, 1, 2, 3], "persons": [9] * 4},
            "households": {
                "household_id": ["x", "y", "z"], "family_id": ["", "", ""], "hub_id": ["h"] * 3, "group_id": ["g"] * 3, "persons": [2, 3, 4],
                "children": [0, 0, 0], "clinic": [0, 0, 0], "earliest": [0, 0, 0],
            },
            "wishes": {"household_id": ["x", "x", "y", "z"], "area_id": ["a", "b", "a", "b"], "weight": [1, 0.5, 1, 1]},
        },
    )  # fmt: skip
    works, crowd = works_of(instance), units_of(instance).crowd
    ascent = Ascent.new(works, crowd)
    ascent.count(2, 0.3, 0.1)
    transfer(ascent, works, crowd)
    bench = scheduling.bench_of(works, crowd)
    layout, x, P = ascent.layout, ascent.best_x, len(works.area)
    queue = filling.priced_queue(layout, works, crowd, x, bench.opening)
    order, dropped, least = np.arange(P), np.zeros(P, dtype=bool), np.zeros(P, dtype=np.int64)
    score = np.zeros(2)
    scheduling.anneal(
        works, crowd, queue, least, 0.3, np.array([12345]), 3, 1.0, order, dropped, score, order.copy(), dropped.copy(), bench
    )
    scheduling.schedule(works, order, dropped, least, bench)
    scheduling.judge(works, crowd, queue, bench, 0.3)
    starts = bench.starts.copy()
    scheduling.provide(works, starts, bench.opening, bench.room)
    fixed_prices(works, crowd, x, bench.room, bench.opening, 2, 0.1, 0.1, lambda: False)
    filling.fill(works, crowd, layout, x, starts, np.random.default_rng(0), lambda tries, took: False)
    room = bench.room.copy()
    if scheduling.fits(crowd, 0, 1, 0, room, bench.seats):
        scheduling.take(crowd, 0, 1.0, 1, 0, room, bench.seats, bench.back)
    else:
        scheduling.take(crowd, 0, 0.0, 1, 0, room, bench.seats, bench.back)
    filling._trim(works, crowd, np.arange(crowd.rows), True, np.zeros(1), np.full(crowd.rows, -1), np.full(crowd.rows, -1))
