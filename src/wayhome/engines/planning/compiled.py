"""The one decorator of compiled loops: no lock held while they run, compiled once per machine, kept where it can be written.

numba keeps what it compiled beside the source. Where that folder cannot be written (an installed package), it goes under the data
folder `WAYHOME_HOME`, so that only the first plan on a machine waits for the compiler."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy.typing as npt

_Loop = TypeVar("_Loop", bound=Callable[..., object])


def _cache_folder() -> None:
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    if os.access(Path(__file__).parent, os.W_OK):
        return
    home = Path(os.environ.get("WAYHOME_HOME") or Path.home() / ".wayhome").expanduser()
    numba.config.CACHE_DIR = str(home / "cache" / "numba")


_cache_folder()


_HOW = {"cache": True, "nogil": True, "fastmath": {"contract", "reassoc", "nsz"}, "error_model": "numpy"}
"""Sums may be reordered, and never more: not-a-number stays what it is."""


def compiled(loop: _Loop) -> _Loop:
    """`loop` compiled by numba."""
    made: _Loop = numba.njit(**_HOW)(loop)
    return made


def inner(loop: _Loop) -> _Loop:
    """The same for what only other compiled loops call: without the code to be called from Python, which costs most of the compiler's
    time where dozens of arrays are given."""
    made: _Loop = numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_HOW)(loop)
    return made


@inner
def put(target: npt.NDArray[Any], source: npt.NDArray[Any]) -> None:
    """`source` into `target`, both of one axis. A plain loop: assigning slices makes the compiler build error messages, for seconds."""
    for n in range(len(target)):
        target[n] = source[n]


@inner
def clear(target: npt.NDArray[Any]) -> None:
    """Zeros into a contiguous array."""
    flat = target.reshape(target.size)
    for n in range(len(flat)):
        flat[n] = 0
