"""Measure the engine `reading` and write `benchmarks/reading.md`.

    python benchmarks/reading/measure.py           # a few minutes

Three views: the real letters in `../shared/letters` when they are there (development documents), the development side of the
corpus by cross-validation over genres, and the held-out genres, which nobody develops on.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import train as training
from annotated import corpus
from scoring import content_words, count, pair
from train import (
    SEED,
    Sample,
    cross_validated,
    development,
    f1,
    first_looks,
    lexicon_samples,
    predict,
    rank_accuracy,
    sample,
    tally,
)

from wayhome.engines.reading.model import KINDS, clause_model
from wayhome.engines.reading.run import run
from wayhome.engines.reading.types import Extracted

ROOT = Path(__file__).resolve().parents[2]
LETTERS = next((p for p in (ROOT.parent / "shared" / "letters", ROOT.parents[1] / "shared" / "letters") if p.is_dir()), None)
OUT = ROOT / "benchmarks" / "reading.md"
PAGE = 300
Figures = dict[str, list[int]]


def read(text: str, gold: dict[str, list[dict[str, Any]]]) -> Figures:
    """Matched, found, gold of each kind, and right addressees over matched asks, by the shipped engine."""
    reading = run(Extracted(text, "text/plain"))
    out: Figures = {kind: list(count([(i.start, i.end) for i in getattr(reading, kind)], gold[kind])) for kind in KINDS}
    right = asked = 0
    for j, i in pair([(a.start, a.end) for a in reading.asks], gold["asks"]):
        if gold["asks"][i].get("doubtful"):
            continue
        want = content_words(gold["asks"][i].get("addressee"))
        asked += 1
        right += bool(want & content_words(list(reading.asks[j].addressees))) or not want
    out["addressee"] = [right, asked, asked]
    return out


def add(into: dict[str, Figures], name: str, figures: Figures) -> None:
    row = into.setdefault(name, {})
    for kind, values in figures.items():
        row[kind] = [a + b for a, b in zip(row.get(kind, [0, 0, 0]), values, strict=True)]


def total(rows: dict[str, Figures]) -> Figures:
    out: dict[str, Figures] = {}
    for figures in rows.values():
        add(out, "all", figures)
    return out["all"]


def table(rows: dict[str, Figures], first: str) -> list[str]:
    """Markdown lines: matched/found/gold of each kind, with F1 in the last row."""
    lines = [f"| {first} | asks | commitments | silences | addressee |", "|---|---|---|---|---|"]
    for name, figures in rows.items():
        cells = ["{}/{}/{}".format(*figures.get(kind, [0, 0, 0])) for kind in KINDS]
        right = "{}/{}".format(*figures["addressee"][:2]) if "addressee" in figures else ""
        lines.append(f"| {name} | {' | '.join(cells)} | {right} |")
    whole = total(rows)
    cells = []
    for kind in KINDS:
        m, f, g = whole[kind]
        cells.append(f"**F1 {f1(m, f, g):.3f}** (P {m / max(f, 1):.2f}, R {m / max(g, 1):.2f})")
    share = f"**{whole['addressee'][0] / max(whole['addressee'][1], 1):.2f}**" if "addressee" in whole else ""
    return [*lines, f"| all | {' | '.join(cells)} | {share} |"]


def by_genre(samples: Sequence[Sample], scored: dict[str, Any], thresholds: dict[str, float]) -> dict[str, Figures]:
    rows: dict[str, Figures] = {}
    for n, s in enumerate(samples):
        genre = s.name.rsplit("/", 1)[0]
        add(rows, genre, {kind: list(tally([s], [scored[kind][n]], kind, thresholds[kind])) for kind in KINDS})
    return dict(sorted(rows.items()))


def ablation(samples: Sequence[Sample], lexicon: Sequence[Sample], letters: Sequence[Sample]) -> list[str]:
    """F1 on letters, at the best threshold of each, when a part is left out of training."""
    import re
    from copy import copy

    def without(pattern: str) -> Callable[[Sample], Sample]:
        regex = re.compile(pattern)

        def strip(s: Sample) -> Sample:
            t = copy(s)
            t.names = [[n for n in row if not regex.search(n)] for row in s.names]
            return t

        return strip

    def same(s: Sample) -> Sample:
        return s

    cases: list[tuple[str, Callable[[Sample], Sample], bool]] = [
        ("nothing", same, True),
        ("the lexicon's sentences", same, False),
        ("coarse frames", without(r"^~"), True),
        ("words' own lemmas", without(r"^l="), True),
        ("the sentence before", without(r"^before="), True),
    ]
    lines = ["| left out | asks | commitments | silences |", "|---|---|---|---|"]
    for name, change, with_lexicon in cases:
        model = training.train([change(s) for s in [*samples, *(lexicon if with_lexicon else [])]], rank=False)
        cells = []
        for kind in KINDS:
            scored = [predict(model, change(s), kind) for s in letters]
            cells.append(f"{max(f1(*tally(letters, scored, kind, t / 50)) for t in range(6, 40)):.3f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def speed(texts: Sequence[str]) -> tuple[float, float]:
    """Pages of 300 words a second of processor time and of wall time, once loaded."""
    for text in texts[:2]:
        run(Extracted(text, "text/plain"))
    pages = sum(len(t.split()) for t in texts) / PAGE
    cpu, wall = time.process_time(), time.perf_counter()
    for text in texts:
        run(Extracted(text, "text/plain"))
    return pages / (time.process_time() - cpu), pages / (time.perf_counter() - wall)


def main() -> int:
    model = clause_model()
    samples, lexicon = development(), lexicon_samples()
    scored = cross_validated(samples, *first_looks(samples, lexicon))
    heldout: dict[str, Figures] = {}
    documents = corpus(heldout=True)
    for d in documents:
        add(heldout, d.genre, read(d.text, d.gold))
    lines = [
        "# The reading engine, measured",
        "",
        "`benchmarks/reading/measure.py` writes this file. A match is the contract's: overlap of one half, or one passage contains the",
        "other and is at most twice as long. Cells are matched/found/gold; doubtful gold items count neither way.",
        "",
        f"Version {version('wayhome')}, seed {SEED}, Python {platform.python_version()}, {platform.machine()}; thresholds "
        + ", ".join(f"{k} {v}" for k, v in model.thresholds.items())
        + ".",
        "",
    ]
    texts = [d.text for d in documents]
    if LETTERS is not None:
        letters: dict[str, Figures] = {}
        gold_samples = []
        for file in sorted(LETTERS.glob("*.json")):
            raw = json.loads(file.read_text(encoding="utf-8"))
            text = file.with_suffix(".txt").read_text(encoding="utf-8")
            gold = {kind: raw.get(kind, []) for kind in KINDS}
            add(letters, file.stem, read(text, gold))
            gold_samples.append(sample(file.stem, "letters", text, gold))
        lines += [
            "## Real letters (development documents)",
            "",
            "No model was trained on them, but features were chosen and invented excerpts written with their faults in view.",
            "",
            *table(letters, "document"),
            "",
            "What each part of the first look is worth there (F1 at the best threshold of each line, without the second look):",
            "",
            *ablation(samples, lexicon, gold_samples),
            "",
        ]
    lines += [
        "## Corpus, development genres, each read by a model that never saw its genre",
        "",
        *table(by_genre(samples, scored, model.thresholds), "genre"),
        "",
    ]
    group = training.folds(samples)
    ranked = [0, 0, 0]
    for fold in sorted(set(group.values())):
        weights = training.rank_weights([s for s in samples if group[s.genre] != fold])
        part = rank_accuracy([s for s in samples if group[s.genre] == fold], weights)
        ranked = [a + b for a, b in zip(ranked, part, strict=True)]
    lines += [
        f"Addressee, over all gold asks with a named addressee, by cross-validation: {ranked[0]}/{ranked[2]} = {ranked[0] / ranked[2]:.3f}"
        f" ({ranked[1]} had the right party among the candidates).",
        "",
        "## Corpus, held-out genres (nobody developed on them)",
        "",
        *table(dict(sorted(heldout.items())), "genre"),
        "",
    ]
    cpu, wall = speed(texts)
    lines += [
        "## Speed",
        "",
        f"{cpu:.1f} pages of {PAGE} words a second of processor time ({wall:.1f} by the clock), one process, once loaded, over"
        f" {len(texts)} documents.",
        "",
    ]
    OUT.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
