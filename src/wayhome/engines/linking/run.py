"""Records in; scored, explained pairs and persons out."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from wayhome.engines.linking import blocking, clusters, levels, model, people, records, scoring
from wayhome.engines.linking.errors import LinkingError, Stopped
from wayhome.engines.linking.explain import Explainer
from wayhome.engines.linking.types import LinkingData, Pairs, Params, Result, Stop

_ENGINE = "1"


class _Clock:
    """Seconds by stage; asks between stages whether to stop."""

    def __init__(self, stop: Stop | None) -> None:
        self.seconds: dict[str, float] = {}
        self._stop = stop
        self._last = time.perf_counter()

    def start(self, stage: str) -> None:
        if self._stop and self._stop():
            raise Stopped(stage)

    def done(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(now - self._last, 2)
        self._last = now


def run(data: LinkingData, *, params: Params | None = None, seed: int = 0, stop: Stop | None = None) -> Result:
    """Link `data`. The result depends on the rows, the parameters and the shipped model, not on the order of rows or on the number
    of threads. `seed` is kept in the report; nothing here draws at random. Raises `LinkingError` when a file cannot be used, and
    `Stopped` when `stop` says so between two stages."""
    params = params or Params()
    trained = model.shipped()
    levels.table()
    clock = _Clock(stop)
    connection = people.connect(params.threads, params.memory)
    try:
        clock.start("read")
        bad = people.load(connection, data.people)
        bad += people.load_gazetteer(connection, data.gazetteer)
        clock.done("read")
        clock.start("fold")
        table = records.prepare(connection)
        ids = np.asarray(connection.execute("select record_id from people order by i").fetchnumpy()["record_id"], dtype=object)
        if data.focus:
            table.focus = np.fromiter((one in data.focus for one in ids.tolist()), dtype=bool, count=len(ids))
        digest = _digest(connection)
        clock.done("fold")
        clock.start("block")
        database, close = _database(params, connection)
        try:
            found = blocking.find(table, database, factor=params.block)
        finally:
            close()
        clock.done("block")
    finally:
        connection.close()
    clock.start("score")
    scored, counts = scoring.score(table, found, trained, params.threads)
    clock.done("score")
    clock.start("cluster")
    same, different = _judged(data, ids)
    person = clusters.cluster(
        table.count,
        scored.left,
        scored.right,
        scored.probability,
        table.household,
        params.threshold,
        same=same,
        different=different,
    )
    clock.done("cluster")
    kept = np.flatnonzero(scored.probability >= params.least)
    kept = kept[np.lexsort((scored.right[kept], scored.left[kept], -scored.probability[kept]))]
    pairs = Pairs(scored.left[kept].astype(np.int64), scored.right[kept].astype(np.int64), scored.probability[kept])
    explainer = Explainer.of(table, pairs, model.COLUMNS["second"], scored.features[kept])
    clock.done("explain")
    report = {
        "engine": _ENGINE,
        "model": trained.digest,
        "input": digest,
        "seed": seed,
        "backend": params.backend,
        "threshold": params.threshold,
        "bands": {"auto": params.auto, "review": params.review, "kept": params.least},
        "records": table.count,
        "lists": {name: table.alphabets[name] for name in sorted(table.alphabets)},
        "bad_rows": len(bad),
        "persons": len(np.unique(person)),
        "pairs": {**counts, "kept": len(pairs), **_by_band(pairs, params)},
        "blocking_pairs": found.by_rule,
        "levels": {"trained": sum(map(len, levels.LEVELS.values())), "untrained": []},
        "seconds": clock.seconds,
        "peak_memory_mib": round(peak_mib()),
        "versions": versions(),
    }
    return Result(ids, pairs, person, tuple(bad), report, explainer, params)


def _database(params: Params, connection: duckdb.DuckDBPyConnection) -> tuple[blocking.Database, Callable[[], None]]:
    if params.backend == "duckdb":
        return blocking.DuckDB(connection), lambda: None
    if params.backend == "spark":
        from wayhome.engines.linking.spark import Spark

        session = Spark(f"local[{params.threads}]")
        return session, session.close
    raise LinkingError("unknown_backend", f"There is no backend “{params.backend}”.", "Use duckdb or spark.")


def _by_band(pairs: Pairs, params: Params) -> dict[str, int]:
    auto = int(np.count_nonzero(pairs.probability >= params.auto))
    review = int(np.count_nonzero(pairs.probability >= params.review)) - auto
    return {"auto": auto, "review": review, "unlikely": len(pairs) - auto - review}


def _judged(data: LinkingData, ids: npt.NDArray[np.object_]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Judged pairs by record number; judgements on records that are not here are left out."""
    if not data.judgements:
        return [], []
    place = {name: at for at, name in enumerate(ids.tolist())}
    out: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for judgement in data.judgements:
        left, right = place.get(judgement.record_id_l), place.get(judgement.record_id_r)
        if left is not None and right is not None:
            out[judgement.same].append((left, right))
    return out[True], out[False]


def _digest(connection: duckdb.DuckDBPyConnection) -> str:
    """A hash of the rows that does not depend on their order."""
    rows = connection.execute("select count(*), bit_xor(md5_number_lower(people::varchar)) from people").fetchall()[0]
    places = connection.execute("select count(*), bit_xor(md5_number_lower(gazetteer::varchar)) from gazetteer").fetchall()[0]
    return hashlib.sha256(repr((rows, places)).encode()).hexdigest()[:16]


def peak_mib() -> float:
    """Most memory this process had, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform != "darwin" else most / 1024**2


def versions() -> dict[str, Any]:
    """Versions of what the figures depend on."""
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("duckdb", "lightgbm", "numpy", "rapidfuzz")},
    }
