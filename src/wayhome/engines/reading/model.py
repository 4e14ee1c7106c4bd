"""The clause model: a logistic model over named features, trained by `benchmarks/reading/train.py`, kept as plain JSON.

Two steps for each kind of finding: how likely a predicate heads one, and which of its candidate passages states it.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from functools import cache

from wayhome.engines.reading.data import FOLDER

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
    ) -> None:
        self.heads = heads
        self.edges = edges
        self.thresholds = thresholds
        self.about = about
        self.addressees = addressees or {}
        rows: dict[str, list[float]] = {}
        for n, kind in enumerate(KINDS):
            for name, weight in heads[kind].items():
                rows.setdefault(name, [0.0] * len(KINDS))[n] = weight
        self._rows = {name: (r[0], r[1], r[2]) for name, r in rows.items()}

    def probabilities(self, names: Iterable[str]) -> tuple[float, float, float]:
        """Probability for each of KINDS that a predicate with these features heads a finding."""
        a = b = c = 0.0
        rows = self._rows
        for name in set(names):
            row = rows.get(name)
            if row is not None:
                a += row[0]
                b += row[1]
                c += row[2]
        return _logistic(a), _logistic(b), _logistic(c)

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


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, x))))


@cache
def clause_model() -> ClauseModel:
    """The trained model, read once."""
    raw = json.loads(gzip.decompress((FOLDER / FILE).read_bytes()))
    return ClauseModel(raw["heads"], raw["edges"], raw["thresholds"], raw["about"], raw["addressees"])
