"""Identities: which records are one person, as a pure function of the judgements.

Nothing here touches the database. The same judgements give the same clusters whatever the order they are read in: they are
ordered by their number first. A "same" that would put two records judged different into one cluster is not applied and is
reported as a contradiction, for a person to settle.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wayhome.registry.states import PairState, Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """One judgement that stands. `order` is its number; `judge` tells two judges apart; a rule has a judge of its own."""

    order: int
    left: int
    right: int
    verdict: str
    judge: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`left` and `right` were judged the same, and `apart` names two records of their clusters judged different."""

    left: int
    right: int
    apart: tuple[int, int]


@dataclass(slots=True)
class Identities:
    """`of`: record to the lowest-numbered record of its cluster, for clusters of two and more."""

    of: dict[int, int] = field(default_factory=dict)
    clusters: dict[int, tuple[int, ...]] = field(default_factory=dict)
    contradictions: list[Contradiction] = field(default_factory=list)


def pair_state(said: Sequence[Said], *, judges_needed: int) -> PairState:
    """What the standing judgements on one pair come to. The latest word of each judge counts.

    "Same" needs `judges_needed` judges; one "different" beside a "same" is a dispute, which somebody settles by changing
    their word. Judges who cannot tell or want the family asked do not outvote a judge who knows.
    """
    latest: dict[str, str] = {}
    for one in sorted(said, key=lambda one: one.order):
        latest[one.judge] = one.verdict
    words = list(latest.values())
    same, different = words.count(Verdict.SAME), words.count(Verdict.DIFFERENT)
    if same and different:
        return PairState.DISPUTED
    if different:
        return PairState.DIFFERENT
    if same:
        return PairState.SAME if same >= judges_needed else PairState.SECOND
    if Verdict.ASK in words:
        return PairState.ASK
    return PairState.UNSURE if words else PairState.OPEN


def identities(settled: Iterable[tuple[int, int, int, PairState]]) -> Identities:
    """Clusters from settled pairs `(order, left, right, state)`; pairs that are neither same nor different are left out."""
    rows = sorted(settled)
    apart: dict[int, set[int]] = defaultdict(set)
    for _order, left, right, state in rows:
        if state == PairState.DIFFERENT:
            apart[left].add(right)
            apart[right].add(left)
    root: dict[int, int] = {}
    members: dict[int, set[int]] = {}

    def find(node: int) -> int:
        root.setdefault(node, node)
        members.setdefault(root[node], {node})
        return root[node]

    found = Identities()
    for _order, left, right, state in rows:
        if state != PairState.SAME:
            continue
        a, b = find(left), find(right)
        if a == b:
            continue
        small, large = sorted((a, b), key=lambda node: (len(members[node]), node))
        hindrance = next(((one, other) for one in sorted(members[small]) for other in sorted(apart[one] & members[large])), None)
        if hindrance is not None:
            found.contradictions.append(Contradiction(left, right, hindrance))
            continue
        for node in members[small]:
            root[node] = large
        members[large] |= members.pop(small)
    for group in members.values():
        if len(group) > 1:
            first = min(group)
            found.clusters[first] = tuple(sorted(group))
            found.of.update(dict.fromkeys(group, first))
    return found


def value_of_information(probability: float, *, records: int, sensitive: bool) -> float:
    """How much judging a pair would settle: the machine's doubt in bits, times the records that would move together.

    Args:
        probability: of the two being one person.
        records: people in the two households; a wrong answer counts or loses their shared help too.
        sensitive: a merge of sensitive records needs two judges, so it settles half as much a step.

    Shannon entropy, floored so that pairs the machine is sure of still come up after the doubtful ones.
    """
    p = min(max(probability, 1e-6), 1 - 1e-6)
    doubt = -(p * math.log2(p) + (1 - p) * math.log2(1 - p))
    worth = max(doubt, 0.05 * p) * (1 + math.log2(max(records, 1)))
    return round(worth / 2 if sensitive else worth, 6)
