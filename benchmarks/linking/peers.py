"""Two peers on the same rows, as a person would first set them up: Splink 5 with its standard comparisons, and recordlinkage.

python benchmarks/linking/peers.py splink|recordlinkage FOLDER     prints seconds, memory, and the best F1 any threshold could give

Neither is told the truth while it links; its threshold is then chosen *on the truth*, which favours it. The engine's is fixed in advance."""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.linking import truth


def with_splink(people: Path) -> tuple[Any, Any, Any]:
    """Standard comparisons on the raw columns, six blocking rules, training by random sampling and expectation maximisation."""
    import duckdb
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    connection.execute("set threads = 2")
    database = DuckDBAPI(connection=connection)
    table = database.register(connection.execute("select * from read_csv(?, all_varchar = true)", [str(people)]).to_arrow_table())
    names = [
        compare.NameComparison(name).configure(term_frequency_adjustments=True)
        for name in ("given_name", "patronymic", "family_name")
    ]
    settings = SettingsCreator(
        unique_id_column_name="record_id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("birth_date"),
            block_on("phone"),
            block_on("document_number"),
            block_on("given_name", "family_name", "patronymic"),
            block_on("family_name", "origin_place", "birth_year"),
            block_on("given_name", "origin_place", "birth_year"),
        ],
        comparisons=[
            *names,
            compare.DateOfBirthComparison("birth_date", input_is_string=True),
            compare.ExactMatch("origin_place").configure(term_frequency_adjustments=True),
            compare.ExactMatch("phone"),
            compare.ExactMatch("document_number"),
            compare.ExactMatch("sex"),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(table, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "family_name", "birth_date")], recall=0.3
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=3e6, seed=1)
    for rule in (block_on("birth_date"), block_on("family_name", "given_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    predicted = linker.inference.predict(threshold_match_weight=-5)
    linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_weight=6.0)
    found = predicted.as_duckdbpyrelation().select("record_id_l, record_id_r, match_weight").fetchnumpy()
    return found["record_id_l"], found["record_id_r"], found["match_weight"]


def with_recordlinkage(people: Path) -> tuple[Any, Any, Any]:
    """Blocks on the birth date, the phone, and family name with birth year; Jaro-Winkler names; its unsupervised ECM classifier."""
    import pandas
    import recordlinkage

    frame = pandas.read_csv(people, dtype=str).set_index("record_id")
    index = recordlinkage.Index()
    index.block("birth_date")
    index.block("phone")
    index.block(["family_name", "birth_year"])
    pairs = index.index(frame)
    compare = recordlinkage.Compare(n_jobs=1)
    for name in ("given_name", "patronymic", "family_name", "origin_place"):
        compare.string(name, name, method="jarowinkler", threshold=0.88, label=name)
    for name in ("birth_date", "phone", "document_number", "sex"):
        compare.exact(name, name, label=name)
    seen = compare.compute(pairs, frame)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(seen)
    scores = classifier.prob(seen)
    return np.array([pair[0] for pair in scores.index]), np.array([pair[1] for pair in scores.index]), scores.to_numpy()


def best(left: Any, right: Any, score: Any, folder: Path) -> dict[str, float]:
    """The best pairwise F1 that any threshold gives, and the share of the true pairs that were candidates."""
    ids = sorted(set(left.tolist()) | set(right.tolist()))
    place = {one: at for at, one in enumerate(ids)}
    person = truth.read(folder / "truth.csv", ids)
    every = truth.read_all(folder / "truth.csv")
    true = truth.pairs_of(every)
    hit = person[[place[one] for one in left.tolist()]] == person[[place[one] for one in right.tolist()]]
    order = np.argsort(-score, kind="stable")
    hits, number = np.cumsum(hit[order]), np.arange(1, len(order) + 1)
    f1 = 2 * hits / (number + true)
    at = int(f1.argmax()) if len(f1) else 0
    return {
        "best_f1": float(f1[at]),
        "precision": float(hits[at] / number[at]),
        "recall": float(hits[at] / true),
        "candidates_recall": float(hit.sum() / true),
    }


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    peer, where = sys.argv[1], Path(sys.argv[2])
    began = time.perf_counter()
    answer = {"splink": with_splink, "recordlinkage": with_recordlinkage}[peer](where / "people.csv")
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        json.dumps(
            {
                "peer": peer,
                "seconds": round(seconds, 1),
                "gib": round(memory, 2),
                **{k: round(v, 4) for k, v in best(*answer, where).items()},
            }
        )
    )
