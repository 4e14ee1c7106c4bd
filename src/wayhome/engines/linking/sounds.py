"""A pool of distinct romanised strings: every comparison and key is worked out once for each string, not for each row."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wayhome.engines.linking.fold import skeleton
from wayhome.engines.linking.types import Codes


class Pool:
    """Strings by number. Number 0 is the empty string."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {"": 0}

    def add(self, sounds: str) -> int:
        return self._number.setdefault(sounds, len(self._number))

    def freeze(self) -> Sounds:
        return Sounds(list(self._number))


class Sounds:
    """The frozen pool with its skeletons.

    `fine`, `consonants`, `classes`: object arrays of strings by number; `lengths` of `fine`; `class_id`, `loose_id`: equal numbers mean equal skeletons,
    0 means none; `begins`: the first sign of `classes`."""

    def __init__(self, strings: list[str]) -> None:
        self.fine: npt.NDArray[np.object_] = _objects(strings)
        self.lengths: Codes = np.array([len(text) for text in strings], dtype=np.int32)
        self.consonants = _objects([skeleton.consonants(text) for text in strings])
        self.classes = _objects([skeleton.classes(text) for text in strings])
        self.begins: Codes = np.array([ord(text[0]) if text else 0 for text in self.classes.tolist()], dtype=np.int32)
        loose = _objects([skeleton.loose(text) for text in strings])
        self.class_id, self.class_names = number(self.classes)
        self.loose_id, _ = number(loose)


def number(strings: npt.NDArray[np.object_]) -> tuple[Codes, list[str]]:
    """Numbers by sorted order, so that they depend on the set of strings alone; 0 is the empty string."""
    names = ["", *sorted(set(strings.tolist()) - {""})]
    place = {text: at for at, text in enumerate(names)}
    return np.fromiter((place[text] for text in strings.tolist()), dtype=np.int32, count=len(strings)), names


def _objects(strings: list[str]) -> npt.NDArray[np.object_]:
    out = np.empty(len(strings), dtype=object)
    out[:] = strings
    return out
