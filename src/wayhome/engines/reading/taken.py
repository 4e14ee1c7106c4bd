"""Which stretches of a text are taken already, asked and told in logarithmic time."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable


class Taken:
    """Stretches that do not overlap, in order."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._spans: list[tuple[int, int]] = []
        for start, end in spans:
            self.take(start, end)

    def free(self, start: int, end: int) -> bool:
        """Whether nothing of `start:end` is taken."""
        place = bisect_right(self._spans, (start, start))
        before = place == 0 or self._spans[place - 1][1] <= start
        return before and (place == len(self._spans) or self._spans[place][0] >= end)

    def take(self, start: int, end: int) -> bool:
        """Take a stretch if it is free and not empty; says whether it was."""
        if end <= start or not self.free(start, end):
            return False
        insort(self._spans, (start, end))
        return True
