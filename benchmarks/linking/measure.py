"""Measure linking on worlds it was not trained on, beside two peers on the same rows in the same run.

python benchmarks/linking/measure.py WORLD RECORDS SEED [--peers splink,recordlinkage] [--keep FOLDER]
python benchmarks/linking/measure.py --data FOLDER            a folder with people.csv, gazetteer.csv, truth.csv

WORLD is a held-out world of `wayhome.engines.population` (far_hills, far_steppe, far_horn, far_mosaic), a training world, or `abstract`."""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.linking import worlds  # noqa: E402

from wayhome.engines.linking.fold import scripts  # noqa: E402

AUTO_PRECISION = 0.99
FEWEST_OF_SCRIPTS = 100


def make(world: str, size: int, seed: int, folder: Path) -> None:
    from wayhome.engines import population

    if world == "abstract":
        worlds.write(size, seed, folder)
    else:
        population.generate({**population.TRAINING, **population.HELD_OUT}[world], size, seed=seed).write(folder)


def link(data: Path, out: Path) -> tuple[float, float]:
    """Seconds and GiB of `wayhome link`, in a process of its own."""
    command = [
        str(Path(sys.executable).parent / "wayhome"),
        "link",
        str(data / "people.csv"),
        "--gazetteer",
        str(data / "gazetteer.csv"),
        "--out",
        str(out),
    ]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
    if status:
        raise SystemExit("wayhome link failed")
    return time.perf_counter() - began, used.ru_maxrss / 2**20


def script_of(row: dict[str, str]) -> str:
    """The script of most letters of a record's names."""
    return scripts.of_word(row["given_name"] + row["patronymic"] + row["family_name"])


def figures(data: Path, out: Path) -> dict[str, Any]:
    """Pairwise figures of the clusters, recall by pair of scripts, and what the automatic band holds."""
    with (data / "people.csv").open(newline="", encoding="utf-8") as handle:
        script = {row["record_id"]: script_of(row) for row in csv.DictReader(handle)}
    with (data / "truth.csv").open(newline="", encoding="utf-8") as handle:
        person = {row["record_id"]: row["person_id"] for row in csv.DictReader(handle)}
    with (out / "clusters.csv").open(newline="", encoding="utf-8") as handle:
        cluster = {row["record_id"]: row["person_id"] for row in csv.DictReader(handle)}
    groups: dict[str, list[str]] = {}
    for record, of in person.items():
        groups.setdefault(of, []).append(record)
    true, hit = 0, 0
    kinds: dict[tuple[str, ...], list[int]] = {}
    for members in groups.values():
        for one, other in itertools.combinations(members, 2):
            same = cluster.get(one, one) == cluster.get(other, other)
            count = kinds.setdefault(tuple(sorted((script[one], script[other]))), [0, 0])
            count[0] += 1
            count[1] += same
            true += 1
            hit += same
    sizes = np.unique(np.array(list(cluster.values())), return_counts=True)[1].astype(np.int64)
    found = int((sizes * (sizes - 1) // 2).sum())
    cross = [numbers for kind, numbers in kinds.items() if kind[0] != kind[1]]
    auto_true = auto = scored = 0
    with (out / "pairs.csv").open(newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            same = person[row["record_id_l"]] == person[row["record_id_r"]]
            scored += same
            if row["band"] == "auto":
                auto += 1
                auto_true += same
    precision, recall = hit / max(found, 1), hit / max(true, 1)
    return {
        "records": len(person),
        "true_pairs": true,
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-12), 4),
        "cross_script_recall": round(sum(n[1] for n in cross) / max(sum(n[0] for n in cross), 1), 4),
        "scored_recall": round(scored / max(true, 1), 4),
        "auto_precision": round(auto_true / max(auto, 1), 4),
        "auto_recall": round(auto_true / max(true, 1), 4),
        "by_scripts": {
            " ".join(kind): [n[0], round(n[1] / n[0], 3)]
            for kind, n in sorted(kinds.items(), key=lambda item: -item[1][0])
            if n[0] >= FEWEST_OF_SCRIPTS
        },
    }


def main() -> None:
    ask = argparse.ArgumentParser(description="Measure linking beside its peers.")
    ask.add_argument("world", nargs="?")
    ask.add_argument("records", nargs="?", type=int, default=60_000)
    ask.add_argument("seed", nargs="?", type=int, default=501)
    ask.add_argument("--data", type=Path)
    ask.add_argument("--keep", type=Path)
    ask.add_argument("--peers", default="splink")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = given.data or (given.keep or Path(temporary)) / f"{given.world}-{given.records}-{given.seed}"
        if not (data / "truth.csv").exists():
            make(given.world, given.records, given.seed, data)
        out = Path(temporary) / "out"
        seconds, memory = link(data, out)
        report = {"data": data.name, "seconds": round(seconds, 1), "gib": round(memory, 2), **figures(data, out)}
        report["stages"] = json.loads((out / "report.json").read_text(encoding="utf-8"))["seconds"]
        for peer in filter(None, given.peers.split(",")):
            command = [sys.executable, str(ROOT / "benchmarks/linking/peers.py"), peer, str(data)]
            answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
            report[peer] = {**answer, "times_its_seconds": round(seconds / answer["seconds"], 2)}
        print(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
