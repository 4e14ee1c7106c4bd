"""Which work comes after which: circles, and an order that respects every "only after"."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def circles(after: Mapping[K, K | None]) -> list[list[K]]:
    """Every circle among works that each come after at most one other, as the works in it, each once.

    `after` maps a work to the one before it or None; one that is not a key stands outside and is in no circle. Linear time.
    """
    found: list[list[K]] = []
    done: set[K] = set()
    for start in after:
        line: list[K] = []
        place: dict[K, int] = {}
        at: K | None = start
        while at is not None and at in after and at not in done and at not in place:
            place[at] = len(line)
            line.append(at)
            at = after[at]
        if at is not None and at in place:
            found.append(line[place[at] :])
        done.update(line)
    return found


def in_order(after: Mapping[K, K | None]) -> list[K]:
    """The works with each after the one it waits for; otherwise in the order given.

    Raises: ValueError where there is a circle.
    """
    if circle := circles(after):
        raise ValueError(f"in a circle: {circle[0]}")
    ordered: dict[K, None] = {}
    for start in after:
        line: list[K] = []
        at: K | None = start
        while at is not None and at in after and at not in ordered:
            line.append(at)
            at = after[at]
        ordered.update(dict.fromkeys(reversed(line)))
    return list(ordered)
