"""What goes into the linking engine and what comes out."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from wayhome.engines.linking.explain import Explainer

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Marks = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

COLUMNS = (
    "record_id",
    "list_id",
    "given_name",
    "patronymic",
    "family_name",
    "sex",
    "birth_date",
    "birth_year",
    "origin_place",
    "phone",
    "document_number",
    "household_id",
)
"""Columns of a people table. All but the first two may be empty; `household_id` is local to its list; dates are `YYYY-MM-DD`."""

NAMES = ("given_name", "patronymic", "family_name")
GAZETTEER_COLUMNS = ("place_id", "name")
"""Columns a gazetteer must have; several rows a place. `language` and `script` may be there and are not needed."""


class Band(enum.StrEnum):
    """How sure a pair is. Nothing is merged because of a band: a person or a rule a person switched on decides."""

    AUTO = "auto"
    REVIEW = "review"
    UNLIKELY = "unlikely"


class Direction(enum.StrEnum):
    """What one field says of a pair."""

    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What people decided about two records; it holds whatever the machine thinks."""

    record_id_l: str
    record_id_r: str
    same: bool


@dataclass(frozen=True, slots=True)
class LinkingData:
    """People to link.

    `people` is CSV or Parquet files, or rows with the keys of `COLUMNS`; so is `gazetteer` with `place_id` and `name`.
    `focus` names records (an import, say): only pairs with at least one of them are looked at. Empty: everything against everything.
    """

    people: Sequence[Path] | Sequence[Mapping[str, Any]]
    gazetteer: Sequence[Path] | Sequence[Mapping[str, Any]] = ()
    focus: frozenset[str] = frozenset()
    judgements: Sequence[Judgement] = ()


@dataclass(frozen=True, slots=True)
class Params:
    """`threshold`: probability at which records go into one cluster. `auto`, `review`: lower ends of the bands. `least`: pairs
    under it are not kept. `block`: factor on the sizes of blocks. `threads`, `memory`: of the database in process."""

    threshold: float = 0.5
    auto: float = 0.985
    review: float = 0.3
    least: float = 0.02
    block: float = 1.0
    threads: int = 2
    memory: str = "1200MB"
    backend: str = "duckdb"

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.review <= self.auto <= 1 or not 0 < self.threshold < 1:
            raise ValueError("0 < least <= review <= auto <= 1 and 0 < threshold < 1 must hold")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row, or one field of it, that was set apart. `kept` says whether the rest of the row was linked."""

    file: str
    line: int
    field: str
    value: str
    problem: str
    remedy: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One field of one pair: both values romanised, `weight` 0 to 100 (50 says nothing), a stable `code` with `params` for
    translation, and the sentence in English."""

    field: str
    code: str
    direction: Direction
    weight: int
    left: str
    right: str
    words: str
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scored pairs by row: indices into `Result.record_ids`, `left < right`, likeliest first."""

    left: Ints
    right: Ints
    probability: Floats

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True, slots=True)
class Result:
    """`person` gives each record's cluster as the index of the record that names it (the smallest of its record ids)."""

    record_ids: npt.NDArray[np.object_]
    pairs: Pairs
    person: Ints
    bad_rows: tuple[BadRow, ...]
    report: dict[str, Any]
    explainer: Explainer
    params: Params

    def band(self, probability: float) -> Band:
        if probability >= self.params.auto:
            return Band.AUTO
        return Band.REVIEW if probability >= self.params.review else Band.UNLIKELY

    def reasons(self, pair: int) -> tuple[Reason, ...]:
        """Why the pair in row `pair` got its probability, the field that says most first."""
        return self.explainer.reasons(pair)


Stop = Callable[[], bool]
"""Asked between stages; true means stop."""
