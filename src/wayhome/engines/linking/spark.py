"""Candidate pairs on Spark, for a national register: the same rules and the same SQL as in process, so the same pairs.

Needs the extra `spark` and a Java run time. Tables go over as Parquet files in a folder of their own, which is removed at the end."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from wayhome.engines.linking.blocking import pairs_sql
from wayhome.engines.linking.errors import LinkingError
from wayhome.engines.linking.types import Codes


class Spark:
    """A Spark session behind the protocol of `blocking.Database`. `master` is Spark's address, `local[2]` for two cores here."""

    def __init__(self, master: str = "local[2]", memory: str = "2g") -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise LinkingError(
                "no_spark", "Spark is not installed.", "Install it with: pip install 'wayhome[spark]', and a Java 17 run time."
            ) from error
        self._folder = Path(tempfile.mkdtemp(prefix="wayhome-spark-"))
        try:
            self._session = (
                SparkSession.builder.master(master)
                .appName("wayhome link")
                .config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.driver.memory", memory)
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "8")
                .config("spark.sql.autoBroadcastJoinThreshold", "-1")
                .config("spark.local.dir", str(self._folder / "local"))
                .config("spark.sql.warehouse.dir", str(self._folder / "warehouse"))
                .getOrCreate()
            )
        except Exception as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise LinkingError(
                "no_java",
                f"Spark did not start: {str(error).splitlines()[0]}",
                "Install a Java 17 run time and set JAVA_HOME, or use the backend duckdb.",
            ) from error
        self._session.sparkContext.setLogLevel("ERROR")
        self._parts: list[Path] = []

    def table(self, name: str, columns: dict[str, Any]) -> None:
        path = self._folder / f"{name}.parquet"
        with duckdb.connect() as connection:
            connection.register("arrays", columns)
            connection.execute(f"copy (select * from arrays) to '{path}' (format parquet)")
        self._session.read.parquet(str(path)).createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        path = self._folder / f"{name}.parquet"
        self._session.sql(sql).write.parquet(str(path))
        self._session.read.parquet(str(path)).createOrReplaceTempView(name)

    def hash(self, columns: str) -> str:
        return f"xxhash64({columns})"

    def add_pairs(self, keys: str, cap: int, bit: int, focus: bool) -> None:
        path = self._folder / f"pairs-{bit}.parquet"
        self._session.sql(pairs_sql(keys, cap, bit, focus)).write.parquet(str(path))
        self._parts.append(path)

    def pairs(self) -> tuple[Codes, Codes, Codes, Codes]:
        self._session.read.parquet(*map(str, self._parts)).createOrReplaceTempView("pair")
        path = self._folder / "candidates.parquet"
        self._session.sql("select l, r, bit_or(m) as m, min(n) as n from pair group by l, r").write.parquet(str(path))
        with duckdb.connect() as connection:
            found = connection.execute(f"select l, r, m, n from '{path}/*.parquet' order by l, r").fetchnumpy()
        left, right, bits, smallest = (np.asarray(found[name], dtype=np.int32) for name in ("l", "r", "m", "n"))
        return left, right, bits, smallest

    def close(self) -> None:
        self._session.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
