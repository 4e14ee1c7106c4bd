"""The trained scorer that ships with the engine. `benchmarks/linking/train.py` makes it again from the repository's generators."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from wayhome.engines.linking.context import CONTEXT, SPELLINGS
from wayhome.engines.linking.errors import LinkingError
from wayhome.engines.linking.features import CHEAP, TEXT
from wayhome.engines.linking.types import Floats

if TYPE_CHECKING:
    import lightgbm

STAGES = ("sieve", "first", "second")
COLUMNS = {"sieve": CHEAP, "first": CHEAP + TEXT, "second": CHEAP + TEXT + CONTEXT + SPELLINGS}


@dataclass(frozen=True, slots=True)
class Model:
    """Boosted trees a stage: the sieve drops hopeless candidates, the first scores each pair alone, the second knows the others."""

    boosters: dict[str, lightgbm.Booster]
    digest: str

    def predict(self, stage: str, features: Floats, threads: int) -> Floats:
        if not len(features):
            return np.zeros(0, dtype=np.float32)
        found = self.boosters[stage].predict(features, num_threads=threads)
        return np.asarray(found, dtype=np.float32)


def trees() -> Any:
    """The LightGBM package, which needs the OpenMP run time of the system.

    Raises:
        LinkingError: the run time is not there; says how to install it.
    """
    try:
        import lightgbm
    except OSError as error:
        raise LinkingError(
            "no_openmp",
            "The OpenMP run time, which comparing records needs, is not on this machine.",
            "Install it: apt-get install libgomp1 (Debian), or brew install libomp (macOS).",
        ) from error
    return lightgbm


def of_texts(texts: dict[str, str]) -> Model:
    """A model from LightGBM's own text form; the columns it was trained on must be the engine's."""
    boosters = {}
    for stage in STAGES:
        booster = trees().Booster(model_str=texts[stage])
        if tuple(booster.feature_name()) != COLUMNS[stage]:
            raise LinkingError(
                "model_columns",
                f"The trained model's {stage} stage was trained on other columns than this version measures.",
                "Train it again: python benchmarks/linking/train.py.",
            )
        boosters[stage] = booster
    return Model(boosters, hashlib.sha256("".join(texts[stage] for stage in STAGES).encode()).hexdigest()[:16])


@functools.cache
def shipped() -> Model:
    """The model in `data/model`."""
    folder = resources.files(__package__).joinpath("data", "model")
    return of_texts({stage: gzip.decompress(folder.joinpath(f"{stage}.txt.gz").read_bytes()).decode() for stage in STAGES})
