"""The clause model: a logistic model over named features, trained by `benchmarks/reading/train.py`, kept as plain JSON.

Three steps for each kind of finding: how likely a predicate heads one, how likely that still is in view of its neighbours (see
`context`), and which of its candidate passages states it.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from functools import cache

from wayhome.engines.reading.context import Chances, Neighbours, second_names
from wayhome.engines.reading.data import FOLDER

# How much the second look counts beside the first for each kind, chosen by cross-validation; it tells nothing about silences.
SECOND_SHARE = (0.6, 0.6, 0.0)
KINDS = ("asks", "commitments", "silences")
FILE = "clauses.json.gz"


class ClauseModel:
    """Weights by feature name: `heads[kind]`, `edges[kind]`, the threshold of each kind, and how it was trained."""

    def __init__(
        self,
        heads: dict[str, dict[str, float]],
        edges: dict[str, dict[str, float]],
        thresholds: dict[str, float],
        about: dict[str, object],
        addressees: dict[str, float] | None = None,
        second: dict[str, dict[str, float]] | None = None,
    ) -> None:
        self.heads = heads
        self.edges = edges
        self.thresholds = thresholds
        self.about = about
        self.addressees = addressees or {}
        self.second = second or {}
        self._rows = _by_name(heads)
        self._second_rows = _by_name(self.second) if self.second else {}

    def probabilities(self, names: Iterable[str]) -> Chances:
        """Probability for each of KINDS that a predicate with these features heads a finding."""
        return _sums(self._rows, names)

    def look(self, rows: Sequence[Sequence[str]], around: Sequence[Neighbours]) -> list[Chances]:
        """The same for all predicates of a document, each seen first alone and then beside its neighbours.

        Args:
            rows: feature names of each predicate; `around`: who stands where, of the same length.
        """
        first = [self.probabilities(names) for names in rows]
        if not self.second:
            return first
        out = []
        for one, names in zip(first, second_names(around, first), strict=True):
            two = _sums(self._second_rows, names)
            a, b, c = (w * y + (1 - w) * x for w, x, y in zip(SECOND_SHARE, one, two, strict=True))
            out.append((a, b, c))
        return out

    def shares(self, kind: str, passages: Sequence[Sequence[str]]) -> list[float]:
        """How a predicate's probability is shared among its candidate passages, by the fit of their edges; sums to 1."""
        weights = self.edges[kind]
        scores = [_logistic(sum(weights.get(name, 0.0) for name in set(names))) for names in passages]
        total = sum(scores)
        return [score / total for score in scores]

    def telling(self, kind: str, names: Iterable[str], most: int = 3) -> list[str]:
        """The features that spoke most for the finding."""
        weights = self.heads[kind]
        ranked = sorted(((weights.get(n, 0.0), n) for n in set(names) if n != "bias"), key=lambda p: (-p[0], p[1]))
        return [name for weight, name in ranked[:most] if weight > 0]


def _by_name(weights: dict[str, dict[str, float]]) -> dict[str, Chances]:
    rows: dict[str, list[float]] = {}
    for n, kind in enumerate(KINDS):
        for name, weight in weights[kind].items():
            rows.setdefault(name, [0.0] * len(KINDS))[n] = weight
    return {name: (r[0], r[1], r[2]) for name, r in rows.items()}


def _sums(rows: dict[str, Chances], names: Iterable[str]) -> Chances:
    a = b = c = 0.0
    for name in set(names):
        row = rows.get(name)
        if row is not None:
            a += row[0]
            b += row[1]
            c += row[2]
    return _logistic(a), _logistic(b), _logistic(c)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, x))))


@cache
def clause_model() -> ClauseModel:
    """The trained model, read once."""
    raw = json.loads(gzip.decompress((FOLDER / FILE).read_bytes()))
    return ClauseModel(raw["heads"], raw["edges"], raw["thresholds"], raw["about"], raw["addressees"], raw["second"])
