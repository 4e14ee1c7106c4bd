"""Train the linking model on invented worlds, from nothing but this repository.

python benchmarks/linking/train.py [--to src/wayhome/engines/linking/data/model]

The sieve and the first stage learn on some worlds; the second stage learns on what the first makes of others, so that it never sees the
first stage on its own training data. Worlds differ in everything `worlds.py` draws. Deterministic for the versions it prints."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.linking import truth, worlds  # noqa: E402

from wayhome.engines import population  # noqa: E402
from wayhome.engines.linking import blocking, features, levels, model, people, records, scoring  # noqa: E402
from wayhome.engines.linking.run import versions  # noqa: E402

THREADS = 2
OWN_WORLD = "abstract"
SCATTERED = "scattered"
FIRST = (
    (SCATTERED, 31, 40_000),
    (SCATTERED, 32, 60_000),
    (OWN_WORLD, 1, 60_000),
    (OWN_WORLD, 2, 60_000),
    (OWN_WORLD, 3, 30_000),
    ("mosaic", 101, 60_000),
    ("highlands", 102, 60_000),
    ("rivers", 103, 60_000),
    ("horn", 104, 60_000),
    ("plains", 105, 60_000),
    ("coast", 106, 40_000),
)
SECOND = (
    (SCATTERED, 21, 60_000),
    (SCATTERED, 22, 40_000),
    (SCATTERED, 23, 60_000),
    (OWN_WORLD, 11, 40_000),
    (OWN_WORLD, 12, 60_000),
    ("mosaic", 201, 120_000),
    ("highlands", 202, 30_000),
    ("rivers", 203, 40_000),
    ("horn", 204, 40_000),
    ("plains", 205, 40_000),
    ("coast", 206, 40_000),
    ("crossing", 207, 60_000),
)
"""World, seed, records. `abstract` and `scattered` are `worlds.py` here; the others are the training worlds of `wayhome.engines.population`. Its held-out
worlds, and any other seed, are for measuring."""

HARD_KEPT = 0.3
"""Share of the false candidates that pass the sieve and the first stage learns from; weighted up again."""

FALSE_KEPT = 0.06
"""Share of the false candidates the sieve learns from; weighted up again."""

SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.08,
    "num_leaves": 40,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "num_threads": THREADS,
    "verbose": -1,
    "seed": 1,
    "deterministic": True,
}
ROUNDS = {"sieve": 40, "first": 180, "second": 220}
OWN = {"sieve": {"num_leaves": 31, "learning_rate": 0.25}, "first": {}, "second": {"learning_rate": 0.05}}


@dataclass
class Built:
    """A world as arrays, its candidates, and which of them are true."""

    records: records.Records
    found: blocking.Candidates
    person: truth.Ints
    true_pairs: int

    def same(self, left: Any, right: Any) -> Any:
        return self.person[left] == self.person[right]


def build(world: str, seed: int, size: int, folder: Path) -> Built:
    """One world, written, read and blocked as the engine does it."""
    where = folder / f"{world}-{seed}-{size}"
    if not (where / "truth.csv").exists():
        if world in {OWN_WORLD, SCATTERED}:
            worlds.write(size, seed, where, scattered=world == SCATTERED)
        else:
            population.generate(population.TRAINING[world], size, seed=seed).write(where)
    return load(where)


def load(where: Path) -> Built:
    connection = people.connect(THREADS, "1200MB")
    people.load(connection, [where / "people.csv"])
    people.load_gazetteer(connection, [where / "gazetteer.csv"])
    table = records.prepare(connection)
    ids = [row[0] for row in connection.execute("select record_id from people order by i").fetchall()]
    person = truth.read(where / "truth.csv", ids)
    found = blocking.find(table, blocking.DuckDB(connection))
    connection.close()
    built = Built(table, found, person, truth.pairs_of(person))
    recall = built.same(found.left, found.right).sum() / built.true_pairs
    print(
        f"{where.name}: {table.count} records, {built.true_pairs} true pairs, {len(found.left)} candidates, recall {recall:.4f}",
        flush=True,
    )
    return built


def fit(stage: str, seen: Any, same: Any, weight: Any = None) -> lightgbm.Booster:
    data = lightgbm.Dataset(seen, same, weight=weight, feature_name=list(model.COLUMNS[stage]))
    return lightgbm.train({**SETTINGS, **OWN[stage]}, data, ROUNDS[stage])


def first_stages(folder: Path) -> dict[str, str]:
    """The sieve, on a sample of the false candidates; the first stage, on what the sieve lets through."""
    rng = np.random.default_rng(1)
    built = [build(world, seed, size, folder) for world, seed, size in FIRST]
    seen, same = [], []
    for world in built:
        found = world.found
        true = world.same(found.left, found.right)
        rows = np.flatnonzero(true | (rng.random(len(true)) < FALSE_KEPT))
        seen.append(
            features.cheap(world.records, found.left[rows], found.right[rows], found.rules[rows], found.smallest[rows], THREADS)
        )
        same.append(true[rows])
    x, y = np.concatenate(seen), np.concatenate(same)
    sieve = fit("sieve", x, y, np.where(y, 1, 1 / FALSE_KEPT))
    half = model.Model({"sieve": sieve}, "")
    seen, same = [], []
    for world in built:
        found = world.found
        rows = scoring.sieve(world.records, found, half, THREADS)
        true = world.same(found.left[rows], found.right[rows])
        hard = true | (rng.random(len(true)) < HARD_KEPT)
        all_true = world.same(found.left, found.right).sum()
        print(
            f"  sieve keeps {true.sum() / all_true:.4f} of the true, {(~true).sum() / (len(found.left) - all_true):.4f} of the false candidates",
            flush=True,
        )
        rows, true = rows[hard], true[hard]
        seen.append(
            scoring.measure(world.records, found.left[rows], found.right[rows], found.rules[rows], found.smallest[rows], THREADS)
        )
        same.append(true)
    y = np.concatenate(same)
    first = fit("first", np.concatenate(seen), y, np.where(y, 1, 1 / HARD_KEPT))
    return {"sieve": sieve.model_to_string(), "first": first.model_to_string()}


def second_stage(folder: Path, texts: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The second stage on the first's output; and the counts of levels."""
    half = model.Model({stage: lightgbm.Booster(model_str=text) for stage, text in texts.items()}, "")
    seen, same = [], []
    counts: dict[str, Any] = {
        field: {"same": dict.fromkeys(names, 0), "chance": dict.fromkeys(names, 0)} for field, names in levels.LEVELS.items()
    }
    for name, seed, size in SECOND:
        built = build(name, seed, size, folder)
        scored, _ = scoring.single(built.records, built.found, half, THREADS)
        together = scoring.together(built.records, scored)
        true = built.same(scored.left, scored.right)
        print(f"  after the first stage {len(true)}, recall {true.sum() / built.true_pairs:.4f}", flush=True)
        seen.append(together)
        same.append(true)
        _count(built, scored.left[true], scored.right[true], together[true], counts, "same")
        _chance(built, seed, counts)
    x, y = np.concatenate(seen), np.concatenate(same)
    booster = fit("second", x, y)
    gains = booster.feature_importance("gain")
    top = sorted(zip(gains / gains.sum(), booster.feature_name(), strict=True), reverse=True)[:16]
    print("second stage leans on", ", ".join(f"{name} {gain:.3f}" for gain, name in top))
    return booster.model_to_string(), counts


def _count(built: Built, left: Any, right: Any, seen: Any, counts: dict[str, Any], kind: str) -> None:
    columns = model.COLUMNS["second"] if seen.shape[1] == len(model.COLUMNS["second"]) else model.COLUMNS["first"]
    found = levels.of_pairs(built.records, left, right, {name: seen[:, at] for at, name in enumerate(columns)})
    for field, names in levels.LEVELS.items():
        numbers = np.bincount(found[field], minlength=len(names))
        for name, number in zip(names, numbers.tolist(), strict=True):
            counts[field][kind][name] += number


def _chance(built: Built, seed: int, counts: dict[str, Any], size: int = 60_000) -> None:
    """Levels of pairs drawn at random. Households of strangers share nobody."""
    rng = np.random.default_rng(seed)
    left = rng.integers(0, built.records.count, size).astype(np.int32)
    right = rng.integers(0, built.records.count, size).astype(np.int32)
    apart = built.person[left] != built.person[right]
    left, right = left[apart], right[apart]
    none = np.zeros(len(left), dtype=np.int32)
    seen = scoring.measure(built.records, left, right, none, none, THREADS)
    columns = {name: seen[:, at] for at, name in enumerate(model.COLUMNS["first"])}
    house = built.records.household
    members = np.bincount(house)
    both = (house[left] > 0) & (house[right] > 0) & (house[left] != house[right])
    columns["household_least"] = np.where(both, np.minimum(members[house[left]], members[house[right]]), -1).astype(np.float32)
    columns["household_others"] = np.where(both, 0, -1).astype(np.float32)
    found = levels.of_pairs(built.records, left, right, columns)
    for field, names in levels.LEVELS.items():
        for name, number in zip(names, np.bincount(found[field], minlength=len(names)).tolist(), strict=True):
            counts[field]["chance"][name] += number


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("--to", type=Path, default=ROOT / "src/wayhome/engines/linking/data/model")
    ask.add_argument("--worlds", type=Path, help="keep the worlds here and use them again")
    ask.add_argument("--second-only", action="store_true", help="keep the sieve and the first stage that are there")
    given = ask.parse_args()
    began = time.monotonic()
    print("versions", versions())
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.worlds or Path(temporary)
        if given.second_only:
            texts = {stage: gzip.decompress((given.to / f"{stage}.txt.gz").read_bytes()).decode() for stage in ("sieve", "first")}
        else:
            texts = first_stages(folder)
        texts["second"], counts = second_stage(folder, texts)
    untrained = levels.untrained_levels(counts)
    if untrained:
        sys.exit(f"No training pair reached: {', '.join(untrained)}")
    given.to.mkdir(parents=True, exist_ok=True)
    for stage, text in texts.items():
        (given.to / f"{stage}.txt.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    (given.to / "levels.json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    print(f"trained in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
