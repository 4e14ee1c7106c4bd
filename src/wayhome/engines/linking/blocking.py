"""Candidate pairs: records that share a key. The SQL is plain enough that DuckDB and Spark both run it.

A rule names what two records must share. Blocks over a rule's cap say too little and are dropped whole: their records meet under
another rule that asks for more. Keys are 64-bit hashes of numbers, worked out from distinct values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import duckdb
import numpy as np

from wayhome.engines.linking.records import Records
from wayhome.engines.linking.sounds import number
from wayhome.engines.linking.types import Codes, Ints

DOCUMENT = 1
"""Bit of the rule by which two records share a document's number; it is the first rule."""

MOST_YEARS_APART = 12
"""A slip of ten years or between two calendars is under it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`keys` is a query giving `i` and the columns that make the key; `cap` the most records a block may have."""

    name: str
    keys: str
    cap: int


RULES = (
    Rule("document", "select i, dc from rec where dc > 0", 12),
    Rule("phone", "select i, ph from rec where ph > 0", 25),
    Rule("date, loose name", "select i, dob, t from rec join loose using (i) where dob > 0", 60),
    Rule("date, place", "select i, dob, pk from rec where dob > 0 and pk > 0", 40),
    Rule("date, sex", "select i, dob, sx from rec where dob > 0", 12),
    Rule("two names, year", "select i, t, u, w from two join years using (i)", 50),
    Rule("two loose names, year", "select i, t, u, y from two_loose join rec using (i) where y > 0", 40),
    Rule("two names, place", "select i, t, u, pk from two join rec using (i) where pk > 0", 50),
    Rule("two names, sex", "select i, t, u, sx from two join rec using (i)", 60),
    Rule("two loose names", "select i, t, u from two_loose", 25),
    Rule("three names", "select i, p.t, p.u, n.t as v from two p join names n using (i) where n.t > p.u", 40),
    Rule("loose name, place, day and month", "select i, t, pk, md from loose join rec using (i) where pk > 0 and md > 0", 30),
    Rule("name, place, sex", "select i, t, pk, sx from names join rec using (i) where pk > 0", 15),
    Rule("loose name, day and month, sex", "select i, t, md, sx from loose join rec using (i) where md > 0", 15),
    Rule("name, name with a slip, year", "select i, t, d, y from slips join rec using (i) where y > 0", 15),
    Rule("name, name with a slip, place", "select i, t, d, pk, sx from slips join rec using (i) where pk > 0 and y = 0", 15),
    Rule("name, name with a slip, sex", "select i, t, d, sx from slips join rec using (i)", 12),
    Rule("date, beginning of a name", "select i, dob, b from names join rec using (i) where dob > 0", 30),
    Rule(
        "place, year, beginning of a name",
        "select i, pk, w, b from names join rec using (i) join years using (i) where pk > 0",
        25,
    ),
    Rule("two beginnings, year, sex", "select i, b, bu, y, sx from two join rec using (i) where y > 0", 25),
    Rule("two endings, year, sex", "select i, e, eu, y, sx from two join rec using (i) where y > 0", 25),
    Rule("two beginnings, place, sex", "select i, b, bu, pk, sx from two join rec using (i) where pk > 0", 25),
    Rule("rare name, sex", "select i, t, sx from names join rec using (i) where c <= 40", 20),
    Rule("rare name, year", "select i, t, w, sx from names join rec using (i) join years using (i) where long", 30),
)
"""Caps suit any size: a block's size is the number of records that share the key by chance, which is what the scorer must undo."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs by record number, `left < right`, sorted. `rules` is a bit a rule; `smallest` the size of the smallest block they share."""

    left: Codes
    right: Codes
    rules: Codes
    smallest: Codes
    by_rule: dict[str, int]


class Database(Protocol):
    """What candidate generation asks of a database."""

    def table(self, name: str, columns: dict[str, Any]) -> None:
        """Make a table of arrays."""

    def view(self, name: str, sql: str) -> None:
        """Keep the result of a query as a table."""

    def hash(self, columns: str) -> str:
        """The expression for a 64-bit hash of some columns."""

    def add_pairs(self, keys: str, cap: int, bit: int, focus: bool) -> None:
        """Add the pairs of every block of `keys` (columns `i`, `k`) with 2 to `cap` records."""

    def pairs(self) -> tuple[Codes, Codes, Codes, Codes]:
        """All pairs: left, right, bits of the rules, smallest block; sorted."""


class DuckDB:
    """The database in process."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute("create or replace table pair (l integer, r integer, m integer, n integer)")

    def table(self, name: str, columns: dict[str, Any]) -> None:
        self._connection.register("arrays", columns)
        self._connection.execute(f"create or replace table {name} as select * from arrays")
        self._connection.unregister("arrays")

    def view(self, name: str, sql: str) -> None:
        self._connection.execute(f"create or replace table {name} as {sql}")

    def hash(self, columns: str) -> str:
        return f"hash({columns})"

    def add_pairs(self, keys: str, cap: int, bit: int, focus: bool) -> None:
        self._connection.execute(pairs_sql(keys, cap, bit, focus, into="insert into pair "))

    def pairs(self) -> tuple[Codes, Codes, Codes, Codes]:
        found = self._connection.execute(
            "select l, r, bit_or(m) as m, min(n) as n from pair group by l, r order by l, r"
        ).fetchnumpy()
        self._connection.execute("drop table pair")
        left, right, bits, smallest = (np.asarray(found[name], dtype=np.int32) for name in ("l", "r", "m", "n"))
        return left, right, bits, smallest


def pairs_sql(keys: str, cap: int, bit: int, focus: bool, into: str = "") -> str:
    """Pairs of one rule. Birth years that are further apart than any slip make no pair, unless the document is the same; with a focus,
    nor do two records outside it."""
    wanted = " and (x.f or y.f)" if focus else ""
    near = "" if bit == DOCUMENT else f" and (x.y = 0 or y.y = 0 or abs(x.y - y.y) <= {MOST_YEARS_APART})"
    flag = ", rec.f" if focus else ""
    return (
        f"{into}with k as (select distinct i, k from ({keys}) q), "
        f"s as (select k, cast(count(*) as integer) as n from k group by k having count(*) between 2 and {cap}), "
        f"kk as (select k.i, k.k, s.n, rec.y{flag} from k join s on s.k = k.k join rec on rec.i = k.i) "
        f"select x.i as l, y.i as r, {bit} as m, x.n as n from kk x join kk y on x.k = y.k and x.i < y.i"
        f"{near}{wanted}"
    )


def find(records: Records, database: Database, *, factor: float = 1.0) -> Candidates:
    """All candidate pairs. `factor` widens or narrows every cap."""
    _tables(records, database)
    for at, rule in enumerate(RULES):
        columns = rule.keys.split("select i, ", 1)[1].split(" from ", 1)[0]
        plain = ", ".join(column.split(" as ")[-1].split(".")[-1].strip() for column in columns.split(","))
        keys = f"select i, {database.hash(f'{at}, {plain}')} as k from ({rule.keys}) o"
        database.add_pairs(keys, max(2, round(rule.cap * factor)), 1 << at, records.focus is not None)
    left, right, bits, smallest = database.pairs()
    by_rule = {rule.name: int(np.count_nonzero(bits & (1 << at))) for at, rule in enumerate(RULES)}
    return Candidates(left, right, bits, smallest, by_rule)


def _tables(records: Records, database: Database) -> None:
    of_year = records.month * 32 + records.day
    real = records.real
    columns: dict[str, Any] = {
        "i": np.arange(records.count, dtype=np.int32),
        "y": records.year,
        "md": np.where(real, of_year, 0).astype(np.int32),
        "dob": np.where(real & (records.year > 0), records.year * 512 + of_year, 0).astype(np.int32),
        "pk": records.place,
        "ph": records.phone,
        "dc": records.document,
        "sx": records.sex,
    }
    if records.focus is not None:
        columns["f"] = records.focus
    database.table("rec", columns)
    dated = np.flatnonzero(records.year > 0).astype(np.int32)
    year = records.year[dated]
    # Two windows of two years each: any two records at most one year apart share one.
    database.table(
        "years",
        {"i": np.concatenate([dated, dated]), "w": np.concatenate([year // 2 * 2, (year + 1) // 2 * 2 + 1]).astype(np.int32)},
    )
    record, token = records.class_pairs
    class_names = records.sounds.class_names
    long = np.array([len(text) >= 3 for text in class_names])
    begins = number(np.array([text[:2] for text in class_names], dtype=object))[0]
    ends = number(np.array([text[-2:] for text in class_names], dtype=object))[0]
    database.table(
        "names",
        {"i": record, "t": token, "c": records.token_frequency[token], "long": long[token], "b": begins[token], "e": ends[token]},
    )
    record, token = records.loose_pairs
    database.table("loose", {"i": record, "t": token})
    database.view(
        "two",
        "select x.i, x.t, y.t as u, x.b, y.b as bu, least(x.e, y.e) as e, greatest(x.e, y.e) as eu from names x join names y on x.i = y.i and x.t < y.t",
    )
    database.view("two_loose", "select x.i, x.t, y.t as u from loose x join loose y on x.i = y.i and x.t < y.t")
    skeletons, without = _slips(records.sounds.class_names)
    database.table("slip", {"u": skeletons, "d": without})
    database.view(
        "slips",
        "select o.i, o.t, s.d from (select i, t, u from two union all select i, u as t, t as u from two) o join slip s on s.u = o.u",
    )


def _slips(class_names: list[str]) -> tuple[Ints, Ints]:
    """(skeleton, what is left of it with one sign dropped, or the whole), numbered; skeletons of three signs and more."""
    number: dict[str, int] = {}
    left: list[int] = []
    right: list[int] = []
    for at, text in enumerate(class_names):
        if len(text) >= 3:
            for shorter in sorted({text[:cut] + text[cut + 1 :] for cut in range(len(text))} | {text}):
                left.append(at)
                right.append(number.setdefault(shorter, len(number)))
    return np.array(left, dtype=np.int64), np.array(right, dtype=np.int64)
