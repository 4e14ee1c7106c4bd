"""The best plan and the lowest bound so far, shared by the threads of a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from wayhome.engines.planning.filling import Filling
from wayhome.engines.planning.types import Doubles, Ints


@dataclass
class Board:
    """What a run has reached. Safe to use from several threads."""

    began: float
    limit: float
    """Seconds; infinite where steps are counted instead."""
    gap: float
    asked: Callable[[], bool]
    value: float = -1.0
    starts: Ints | None = None
    filling: Filling | None = None
    bound: float = np.inf
    method: str = ""
    stopped: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def elapsed(self) -> float:
        return time.perf_counter() - self.began

    def left(self) -> float:
        return self.limit - self.elapsed()

    def offer(self, starts: Ints, filling: Filling) -> bool:
        """A plan that keeps all rules; is it the best?"""
        with self._lock:
            if filling.value <= self.value:
                return False
            self.value, self.starts, self.filling = filling.value, starts.copy(), filling
            return True

    def lower(self, bound: float, method: str) -> None:
        """A bound that holds."""
        with self._lock:
            if bound < self.bound:
                self.bound, self.method = bound, method

    def count(self, what: str, number: int) -> None:
        with self._lock:
            self.counts[what] = self.counts.get(what, 0) + number

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - began

    def over(self) -> bool:
        """Is there a reason to stop? The first one found is remembered."""
        if self.stopped:
            return True
        if self.asked():
            self.stopped = "stop"
        elif self.bound < np.inf and self.value >= 0 and self.bound - self.value <= self.gap * self.bound:
            self.stopped = "gap"
        elif self.left() <= 0:
            self.stopped = "time_limit"
        return bool(self.stopped)


@dataclass
class Guide:
    """Prices and urgency of works at some moment of the ascent, for whoever searches."""

    x: Doubles
    urgency: Doubles
