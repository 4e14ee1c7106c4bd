"""Second look: what a predicate's neighbours seem to be says much about the predicate itself.

A coordinated action shares the fate of the first one, a clause inside a request mostly adds nothing of its own, and requests
come in rows. The first look's probabilities of the neighbours are the features of the second.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wayhome.engines.reading.graph import CLAUSES

if TYPE_CHECKING:
    from wayhome.engines.reading.candidates import Predicate

Chances = tuple[float, float, float]
KIND_MARKS = ("a", "c", "s")
STEPS = (0.01, 0.03, 0.07, 0.13, 0.2, 0.3, 0.42, 0.55, 0.7, 0.85, 0.95)
WIDE_STEPS = (0.05, 0.2, 0.5, 0.85)


@dataclass(slots=True)
class Neighbours:
    """Numbers of the predicates around one: above it with the relation, the first of its row, below it, beside it, in the sentence before."""

    up: int | None = None
    relation: str = "root"
    first: int | None = None
    second: int | None = None
    below: list[int] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    form: str = ""


def neighbours(pool: Sequence[Predicate]) -> list[Neighbours]:
    """Who stands where, for every predicate of a document in text order."""
    at = {(id(p.graph), p.at): n for n, p in enumerate(pool)}
    out = [Neighbours() for _ in pool]
    sentences: list[list[int]] = []
    for n, p in enumerate(pool):
        if not sentences or pool[sentences[-1][-1]].graph is not p.graph:
            sentences.append([])
        sentences[-1].append(n)
        g, own = p.graph, out[n]
        own.form = f"{g.tag[p.at] if g.is_verb(p.at) else g.pos[p.at]}"
        relation, j = "", p.at
        while g.head[j] != j:
            dep = g.dep[j]
            relation += "c" if dep == "conj" else "x" if dep in CLAUSES else "n"
            j = g.head[j]
            up = at.get((id(g), j))
            if up is not None:
                own.up, own.relation = up, relation[:3]
                out[up].below.append(n)
                break
        if g.dep[p.at] == "conj":
            first = p.at
            while g.dep[first] == "conj" and g.head[first] != first:
                first = g.head[first]
            own.first = at.get((id(g), first))
            if own.first is not None and out[own.first].second is None:
                out[own.first].second = n
    for number, row in enumerate(sentences):
        for n in row:
            out[n].beside = [m for m in row if m != n]
            out[n].before = sentences[number - 1] if number else []
    return out


def second_names(around: Sequence[Neighbours], chances: Sequence[Chances]) -> list[list[str]]:
    """Feature names of the second look for every predicate, from the first look's probabilities of all."""
    out = []
    for n, own in enumerate(around):
        names = ["bias", f"form={own.form}", f"rel={own.relation}"]
        for k, mark in enumerate(KIND_MARKS):

            def most(numbers: Sequence[int], k: int = k) -> int:
                return bisect(WIDE_STEPS, max((chances[m][k] for m in numbers), default=-1.0)) if numbers else 9

            mine = bisect(STEPS, chances[n][k])
            wide = bisect(WIDE_STEPS, chances[n][k])
            up = most([own.up] if own.up is not None else [])
            first = most([own.first] if own.first is not None else [])
            names += [
                f"{mark}={mine}",
                *(f"{mark}>{step}" for step in range(mine)),
                f"{mark}={wide}|form={own.form}",
                f"{mark}.up={up}|{own.relation}",
                f"{mark}.up={up}|{own.relation}|form={own.form}",
                f"{mark}.up={up}|{own.relation}|own={wide}",
                f"{mark}.first={first}|form={own.form}",
                f"{mark}.first={first}|own={wide}",
                f"{mark}.second={most([own.second] if own.second is not None else [])}|own={wide}",
                f"{mark}.below={most(own.below)}|own={wide}",
                f"{mark}.beside={most(own.beside)}|own={wide}",
                f"{mark}.before={most(own.before)}|own={wide}",
            ]
        out.append(names)
    return out
