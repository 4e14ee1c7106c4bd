"""Instances and results as bytes to keep, and back. Results are arrays and words (npz without pickles)."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from wayhome.engines.planning import Instance, Plan, Prices, Result
from wayhome.plans import folders, instances
from wayhome.plans.models import Run

_PRICES = tuple(one.name for one in fields(Prices))
_PLAN = tuple(one.name for one in fields(Plan))
_WORDS = tuple(one.name for one in fields(Result) if one.name not in {"plan", "prices"})


def pack_instance(instance: Instance) -> bytes:
    """The contract's folder of an instance."""
    return folders.pack(*instance.to_tables())


def unpack_instance(data: bytes) -> Instance:
    """Raises `InstanceError` where the tables do not fit, `InvalidInput` where they cannot be read."""
    settings, tables, names = folders.unpack(data)
    from wayhome.engines.planning.tables import from_tables

    return from_tables(settings, tables, names)


def pack_result(result: Result) -> bytes:
    """Plan, prices and figures."""
    arrays = {f"plan_{name}": getattr(result.plan, name) for name in _PLAN}
    arrays |= {f"prices_{name}": getattr(result.prices, name) for name in _PRICES}
    words = {name: getattr(result, name) for name in _WORDS}
    sink = io.BytesIO()
    np.savez_compressed(sink, words=np.frombuffer(json.dumps(words, default=_plain).encode(), dtype=np.uint8), **arrays)
    return sink.getvalue()


def unpack_result(data: bytes) -> Result:
    """What `pack_result` kept."""
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        words: dict[str, Any] = json.loads(kept["words"].tobytes())
        plan = Plan(*(kept[f"plan_{name}"] for name in _PLAN))
        prices = Prices(*(kept[f"prices_{name}"] for name in _PRICES))
    return Result(plan=plan, prices=prices, **words)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if hasattr(value, "items"):
        return dict(value)
    raise TypeError(type(value).__name__)


def instance_of(run: Run) -> Instance:
    """The instance that a run solved, opened from its seal. Reading a household out of it is to be logged by the caller."""
    return unpack_instance(instances.load(run.process, run.instance_digest))


def result_of(run: Run) -> Result:
    """What the run found."""
    return unpack_result(instances.load(run.process, run.result_digest))


@dataclass(frozen=True, slots=True)
class Opened:
    """A run's instance and result, opened once for all that a page or a job asks of them."""

    instance: Instance
    result: Result


def opened(run: Run) -> Opened:
    """Both, out of their seals."""
    return Opened(instance_of(run), result_of(run))
