"""Free text to a place of the gazetteer, across scripts and spellings."""

from __future__ import annotations

from collections.abc import Iterable

from wayhome.engines.linking.fold import names, skeleton

_SHORTEST = 4


class Places:
    """An index of a gazetteer's names: as written, as heard, by consonants, and with one consonant left out (for a slip).

    A reading that leads to several places settles nothing, and the next coarser one is not tried beyond it."""

    def __init__(self, gazetteer: Iterable[tuple[str, str]]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._slip: dict[str, set[str]] = {}
        for place, text in gazetteer:
            for key in self._keys(text, "en"):
                self._exact.setdefault(key, set()).add(place)
            for key in _one_left_out(names.fold(text).joined):
                self._slip.setdefault(key, set()).add(place)

    @staticmethod
    def _keys(text: str, alphabet: str) -> list[str]:
        sounds = names.fold(text, alphabet).joined
        keys = ["=" + text.lower(), "~" + sounds]
        bare = skeleton.consonants(sounds)
        if len(bare) >= 2:
            keys.append("^" + bare)
        classes = skeleton.classes(sounds)
        if len(classes) >= 3:
            keys.append("*" + classes)
        return keys

    def find(self, text: str, alphabet: str) -> tuple[str | None, str]:
        """The place, when one and only one fits; and the sounds of the text."""
        sounds = names.fold(text, alphabet).joined
        for key in self._keys(text, alphabet):
            found = self._exact.get(key)
            if found:
                if len(found) == 1:
                    return next(iter(found)), sounds
                if key[0] in "=~":
                    return None, sounds
        votes: dict[str, int] = {}
        for key in _one_left_out(sounds):
            for place in self._slip.get(key, ()):
                votes[place] = votes.get(place, 0) + 1
        if len(votes) == 1:
            return next(iter(votes)), sounds
        return None, sounds


def _one_left_out(sounds: str) -> set[str]:
    """The consonant skeleton with each sign left out in turn, and whole."""
    bare = skeleton.consonants(sounds)
    if len(bare) < _SHORTEST:
        return set()
    return {bare[:at] + bare[at + 1 :] for at in range(len(bare))} | {bare}
