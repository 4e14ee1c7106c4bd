"""Train the clause model of the engine `reading` on the development side of the corpus.

    python benchmarks/reading/train.py             # writes src/wayhome/engines/reading/data/clauses.json.gz

No network, one process, a fixed seed; about a minute. Held-out genres are never read. Thresholds come from cross-validation
over genres (each genre predicted by a model that never saw it).
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent))

from annotated import corpus
from scoring import content_words, count, iou, matches

from wayhome.engines.reading import lexicon as lexicon_rows
from wayhome.engines.reading.addressee import DocumentParties, document_parties
from wayhome.engines.reading.candidates import Predicate, apart, predicates
from wayhome.engines.reading.context import Chances, Neighbours, neighbours, second_names
from wayhome.engines.reading.data import FOLDER
from wayhome.engines.reading.document_parties import document_parties as all_parties
from wayhome.engines.reading.kind import document_kind
from wayhome.engines.reading.model import FILE, KINDS, ClauseModel
from wayhome.engines.reading.parse import Parsed, parse
from wayhome.engines.reading.participants import Participants, after_ask, likeliest
from wayhome.engines.reading.select import FAINT, choose

SEED = 20
LEXICON = "lexicon"
FOLDS = 5
# How far below the best F1 a stricter threshold may stay. A missed ask costs a person more than a doubtful one.
TOLERANCE = {"asks": 0.005, "commitments": 0.02, "silences": 0.03}
# A request under "if" asks nothing: the lexicon's sentences teach that too.
HYPOTHETICAL = frozenset({"request", "demand", "propose", "order", "seek", "promise"})
IF = {"en": "If", "fr": "Si"}
THEN = {"en": "the matter would still be open", "fr": "la question resterait ouverte"}
STRENGTH = {"asks": 0.2, "commitments": 0.15, "silences": 0.3, "edges": 0.3, "addressees": 0.15, "second": 0.015}
LEAST_COUNT = {"heads": 4, "edges": 3, "addressees": 5, "second": 5}
# Genres of the two languages that are one genre in two tongues share a fold.
FAMILY = {
    "lettre_communaute": "community_letter",
    "telegramme": "cable",
    "presse": "news_report",
    "reponse": "reply",
    "extrait": "excerpt",
    "courriel": "email",
    "declaration": "statement",
    "lettre_chefs": "leaders_letter",
    "rapport_ong": "ngo_report",
}


@dataclass(slots=True)
class Sample:
    """One document ready for training: its predicates, gold items, and the labels drawn from them."""

    name: str
    genre: str
    language: str
    text: str
    gold: dict[str, list[dict[str, Any]]]
    pool: list[Predicate]
    apart: frozenset[tuple[int, int]]
    names: list[list[str]]
    edges: list[list[list[str]]]
    around: list[Neighbours]
    heads: dict[str, tuple[np.ndarray, np.ndarray]]
    choices: dict[str, list[tuple[int, list[float]]]]
    asked: list[tuple[list[tuple[str, list[str]]], str, set[str]]]


def sample(name: str, genre: str, text: str, gold: dict[str, list[dict[str, Any]]], language: str | None = None) -> Sample:
    """Parse a document and label its predicates."""
    parsed = parse(text, language=language)
    pool = predicates(parsed)
    names = [p.names for p in pool]
    edges = [[p.edge_names(n) for n in range(len(p.spans))] for p in pool]
    out = Sample(name, genre, parsed.language, text, gold, pool, apart(pool), names, edges, neighbours(pool), {}, {}, [])
    for kind in KINDS:
        out.heads[kind], out.choices[kind] = _labels(pool, gold[kind])
    if gold["asks"] and genre != LEXICON:
        out.asked = _asked(text, pool, _parties(parsed), gold["asks"])
    return out


def _labels(
    pool: Sequence[Predicate], gold: Sequence[dict[str, Any]]
) -> tuple[tuple[np.ndarray, np.ndarray], list[tuple[int, list[float]]]]:
    """Which predicates head a gold passage, with weights; and how well each of their passages fits.

    A predicate whose best passage is also the best of all for a gold item is positive; others that merely match it weigh
    little, as do those that match a doubtful item.
    """
    label, weight = np.zeros(len(pool)), np.ones(len(pool))
    choices: list[tuple[int, list[float]]] = []
    fits = [[[iou((g["start"], g["end"]), s) for s in p.passages] for p in pool] for g in gold]
    for g, fit in zip(gold, fits, strict=True):
        top = max((max(f) for f in fit), default=0.0)
        for i, f in enumerate(fit):
            if not any(matches((g["start"], g["end"]), s) for s in pool[i].passages):
                continue
            best = max(f) >= 0.95 * top
            if g.get("doubtful"):
                weight[i] = min(weight[i], 0.1)
            elif best:
                label[i], weight[i] = 1.0, 1.0
            elif not label[i]:
                weight[i] = min(weight[i], 0.25)
            if best and len(f) > 1:
                choices.append((i, f))
    return (label, weight), choices


def _parties(parsed: Parsed) -> DocumentParties:
    """Sender and addressee of a document, as `run` puts them together."""
    kind = document_kind(parsed.text, parsed.blocks, parsed.language, None).kind
    read = all_parties(parsed.blocks, parsed.language, kind)
    return document_parties(parsed.blocks, language=parsed.language).beside(read.senders, read.addressees)


def _asked(
    text: str, pool: Sequence[Predicate], parties: DocumentParties, gold: Sequence[dict[str, Any]]
) -> list[tuple[list[tuple[str, list[str]]], str, set[str]]]:
    """For each gold ask in order its candidate addressees with features, how it names one, the content words of the right one."""
    people = Participants(text, parties, list({id(p.graph): p.graph for p in pool}.values()))
    out = []
    for g in sorted(gold, key=lambda g: (g["start"], g["end"])):
        fit, i = max(
            ((max(iou((g["start"], g["end"]), s) for s in p.passages), -i) for i, p in enumerate(pool)), default=(0.0, 0)
        )
        want = content_words(g.get("addressee"))
        if fit > 0.3 and want:
            choices, how = people.choices(pool[-i].graph, pool[-i].at)
            out.append(([(c.name, sorted(c.features)) for c in choices], how, want))
    return out


def rank_weights(samples: Sequence[Sample]) -> dict[str, float]:
    """Weights of the addressee ranker.

    Trained twice: the second time each ask sees the addressee that the first ranker gave the ask before it, as in reading.
    """
    weights: dict[str, float] = {}
    for turn in range(2):
        sets = []
        for s in samples:
            before: str | None = None
            for choices, how, want in s.asked:
                rows = after_ask(choices, how, before if turn else None)
                right = [bool(content_words(name) & want) for name, _ in rows]
                if any(right) and not all(right):
                    sets.append(([features for _, features in rows], right))
                before = likeliest(choices, how, weights, before) if turn else None
        weights = _softmax_weights(sets)
    return weights


def _softmax_weights(sets: Sequence[tuple[list[list[str]], list[bool]]]) -> dict[str, float]:
    """A softmax over each ask's candidates, several of which may be right, with L2 decay."""
    rows = [features for group, _ in sets for features in group]
    names = vocabulary(rows, LEAST_COUNT["addressees"])
    x = matrix(rows, names)
    right = np.array([r for _, flags in sets for r in flags])
    starts = np.cumsum([0, *(len(group) for group, _ in sets)])[:-1]
    owner = np.repeat(np.arange(len(sets)), [len(group) for group, _ in sets])
    decay = STRENGTH["addressees"]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = x @ w
        score = score - np.maximum.reduceat(score, starts)[owner]
        weight = np.exp(score)
        total = np.add.reduceat(weight, starts)
        good = np.add.reduceat(np.where(right, weight, 0.0), starts) + 1e-12
        pull = weight / total[owner] - np.where(right, weight, 0.0) / good[owner]
        return float(np.sum(np.log(total) - np.log(good)) + 0.5 * w @ w / decay), x.T @ pull + w / decay

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return {name: round(float(fitted.x[i]), 3) for name, i in names.items() if abs(fitted.x[i]) >= 0.001}


def rank_accuracy(samples: Sequence[Sample], weights: dict[str, float]) -> tuple[int, int, int]:
    """Right, reachable and all gold asks with a named addressee, read in order."""
    right = reach = total = 0
    for s in samples:
        before: str | None = None
        for choices, how, want in s.asked:
            total += 1
            reach += any(content_words(name) & want for name, _ in choices)
            before = likeliest(choices, how, weights, before)
            right += bool(content_words(before) & want)
    return right, reach, total


def vocabulary(rows: Iterable[Sequence[str]], least: int) -> dict[str, int]:
    """Feature names that occur in at least *least* rows, numbered."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen.update(set(row))
    return {name: i for i, name in enumerate(sorted(n for n, c in seen.items() if c >= least))}


def matrix(rows: Sequence[Sequence[str]], names: dict[str, int]) -> csr_matrix:
    """One row a predicate or passage, one column a feature."""
    index: list[int] = []
    ends = [0]
    for row in rows:
        index.extend(sorted({names[n] for n in row if n in names}))
        ends.append(len(index))
    return csr_matrix((np.ones(len(index), np.float32), index, ends), shape=(len(rows), len(names)))


def _fit(rows: Sequence[Sequence[str]], label: np.ndarray, weight: np.ndarray, strength: float, least: int) -> dict[str, float]:
    names = vocabulary(rows, least)
    fitted = LogisticRegression(C=strength, max_iter=400, solver="liblinear", random_state=SEED)
    fitted.fit(matrix(rows, names), label, sample_weight=weight)
    weights = {name: round(float(fitted.coef_[0][i]), 3) for name, i in names.items()}
    weights["bias"] = round(weights.get("bias", 0.0) + float(fitted.intercept_[0]), 3)
    return {name: w for name, w in weights.items() if w}


def train(samples: Sequence[Sample], thresholds: dict[str, float] | None = None, rank: bool = True) -> ClauseModel:
    """Fit both steps of every kind on *samples*, and with *rank* the addressee ranker."""
    heads, edges = {}, {}
    for kind in KINDS:
        rows = [n for s in samples for n in s.names]
        label = np.concatenate([s.heads[kind][0] for s in samples])
        weight = np.concatenate([s.heads[kind][1] for s in samples])
        heads[kind] = _fit(rows, label, weight, STRENGTH[kind], LEAST_COUNT["heads"])
        chosen, fits, weights = [], [], []
        for s in samples:
            for i, f in s.choices[kind]:
                top = max(f)
                for n, value in enumerate(f):
                    good = value >= 0.97 * top
                    chosen.append([*s.edges[i][n], "bias"])
                    fits.append(good)
                    weights.append(1.0 if good else max(0.1, min(1.0, 2 * (top - value))))
        edges[kind] = _fit(chosen, np.array(fits), np.array(weights), STRENGTH["edges"], LEAST_COUNT["edges"])
    return ClauseModel(heads, edges, thresholds or dict.fromkeys(KINDS, 0.3), {}, rank_weights(samples) if rank else {})


def predict(model: ClauseModel, s: Sample, kind: str) -> list[tuple[float, int, int, int]]:
    """(probability, place, predicate) of one document's candidate passages of a kind, before selection."""
    out = []
    for i, chances in enumerate(model.look(s.names, s.around)):
        probability = chances[KINDS.index(kind)]
        if probability >= FAINT:
            shares = model.shares(kind, s.edges[i])
            out += [(probability * share, *place, i) for share, place in zip(shares, s.pool[i].places, strict=True)]
    return out


def tally(
    samples: Sequence[Sample], scored: Sequence[list[tuple[float, int, int, int]]], kind: str, threshold: float
) -> tuple[int, int, int]:
    """Matched, found and sure gold items over *samples* at a threshold."""
    matched = found = sure = 0
    for s, hypotheses in zip(samples, scored, strict=True):
        passage = {place: text for p in s.pool for place, text in zip(p.places, p.passages, strict=True)}
        m, f, g = count([passage[start, end] for _, start, end, _ in choose(hypotheses, threshold, s.apart)], s.gold[kind])
        matched, found, sure = matched + m, found + f, sure + g
    return matched, found, sure


def f1(matched: int, found: int, sure: int, beta: float = 1.0) -> float:
    """F-measure; beta above 1 favours recall."""
    precision, recall = matched / max(found, 1), matched / max(sure, 1)
    return (1 + beta**2) * precision * recall / max(beta**2 * precision + recall, 1e-9)


def first_looks(
    samples: Sequence[Sample], always: Sequence[Sample] = ()
) -> tuple[dict[str, list[Chances]], dict[str, ClauseModel]]:
    """Every document's first look by a model that never saw its genre, and those models by fold.

    *always* is added to every training side.
    """
    looks: dict[str, list[Chances]] = {}
    models: dict[str, ClauseModel] = {}
    group = folds(samples)
    for fold in sorted(set(group.values())):
        models[fold] = train([*(s for s in samples if group[s.genre] != fold), *always], rank=False)
        for s in samples:
            if group[s.genre] == fold:
                looks[s.name] = [models[fold].probabilities(names) for names in s.names]
    return looks, models


def second_weights(samples: Sequence[Sample], looks: dict[str, list[Chances]]) -> dict[str, dict[str, float]]:
    """Weights of the second look, fitted on first looks of models that never saw the document's genre."""
    rows = [names for s in samples for names in second_names(s.around, looks[s.name])]
    return {
        kind: _fit(
            rows,
            np.concatenate([s.heads[kind][0] for s in samples]),
            np.concatenate([s.heads[kind][1] for s in samples]),
            STRENGTH["second"],
            LEAST_COUNT["second"],
        )
        for kind in KINDS
    }


def cross_validated(
    samples: Sequence[Sample], looks: dict[str, list[Chances]], models: dict[str, ClauseModel]
) -> dict[str, list[list[tuple[float, int, int, int]]]]:
    """Scored passages of every document by models of both looks that never saw its genre."""
    out: dict[str, dict[str, list[tuple[float, int, int, int]]]] = {kind: {} for kind in KINDS}
    group = folds(samples)
    for fold, first in models.items():
        second = second_weights([s for s in samples if group[s.genre] != fold], looks)
        model = ClauseModel(first.heads, first.edges, first.thresholds, {}, {}, second)
        for s in samples:
            if group[s.genre] == fold:
                for kind in KINDS:
                    out[kind][s.name] = predict(model, s, kind)
    return {kind: [out[kind][s.name] for s in samples] for kind in KINDS}


def best_thresholds(samples: Sequence[Sample], scored: dict[str, list[list[tuple[float, int, int, int]]]]) -> dict[str, float]:
    """The threshold of each kind: the highest whose F1 is within TOLERANCE of the best.

    Real papers hold fewer findings a page than the corpus, so of thresholds that do about equally well the strictest travels best.
    """
    out = {}
    for kind in KINDS:
        values = {t / 100: f1(*tally(samples, scored[kind], kind, t / 100)) for t in range(14, 70, 2)}
        out[kind] = max(t for t, value in values.items() if value >= max(values.values()) - TOLERANCE[kind])
    return out


def folds(samples: Sequence[Sample]) -> dict[str, str]:
    """Genres in FOLDS groups; a genre and its twin in the other language are never parted."""
    return {genre: str(n % FOLDS) for n, genre in enumerate(sorted({s.genre for s in samples}))}


def development() -> list[Sample]:
    """Every document of the corpus that may be developed on."""
    out = []
    for d in corpus(heldout=False):
        genre = d.path.parent.name
        out.append(sample(f"{d.genre}/{d.path.stem}", FAMILY.get(genre, genre), d.text, d.gold))
    return out


def lexicon_samples() -> list[Sample]:
    """The lexicon's sentences as tiny documents: each positive one with its passage, each negative one with none."""
    out = []
    for language in ("en", "fr"):
        for n, row in enumerate(lexicon_rows.rows(language)):
            gold: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
            gold[row.kind] = [{"start": a, "end": b} for a, b in row.passages]
            out.append(sample(f"lexicon/{language}/{n}+", LEXICON, row.positive, gold, language))
            if row.word_class in HYPOTHETICAL and row.passages[0][0] == 0 and not row.positive.endswith("?"):
                text = f"{IF[language]} {row.positive[0].lower()}{row.positive[1:].rstrip('.')}, {THEN[language]}."
                out.append(sample(f"lexicon/{language}/{n}?", LEXICON, text, {kind: [] for kind in KINDS}, language))
            out.append(sample(f"lexicon/{language}/{n}-", LEXICON, row.negative, {kind: [] for kind in KINDS}, language))
    return out


def main() -> int:
    samples = development()
    lexicon = lexicon_samples()
    looks, models = first_looks(samples, lexicon)
    scored = cross_validated(samples, looks, models)
    thresholds = best_thresholds(samples, scored)
    for kind in KINDS:
        m, f, g = tally(samples, scored[kind], kind, thresholds[kind])
        print(f"{kind}: threshold {thresholds[kind]} cross-validated F1 {f1(m, f, g):.3f} ({m} matched, {f} found, {g} gold)")
    model = train([*samples, *lexicon], thresholds)
    second = second_weights(samples, looks)
    about = {
        "documents": len(samples),
        "predicates": sum(len(s.names) for s in samples),
        "seed": SEED,
        "strength": STRENGTH,
        "least_count": LEAST_COUNT,
    }
    raw = {
        "about": about,
        "thresholds": thresholds,
        "heads": model.heads,
        "edges": model.edges,
        "addressees": model.addressees,
        "second": second,
    }
    payload = json.dumps(raw, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    (FOLDER / FILE).write_bytes(gzip.compress(payload, mtime=0))
    print(f"{FILE}: {len(payload) / 1e6:.2f} MB plain, {(FOLDER / FILE).stat().st_size / 1e6:.2f} MB packed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
