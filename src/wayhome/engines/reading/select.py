"""Choose, among scored candidate passages of one kind, those that stand: best first, none overlapping a better one."""

from __future__ import annotations

from collections.abc import Sequence

OVERLAP = 0.3


def choose(scored: Sequence[tuple[float, int, int, int]], threshold: float) -> list[int]:
    """Indices (the fourth field) of the chosen among (score, start, end, index); ties go to the earlier, shorter passage."""
    kept: list[tuple[int, int, int]] = []
    for score, start, end, index in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if score < threshold:
            break
        if all(min(end, b) - max(start, a) <= OVERLAP * min(end - start, b - a) for a, b, _ in kept):
            kept.append((start, end, index))
    return [index for _, _, index in sorted(kept)]
