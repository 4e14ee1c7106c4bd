"""Skeletons: what is left of a name's sounds when spelling habits are taken away.

Three of them, each coarser than the last:
- `consonants`: every consonant told apart, vowels gone; for comparing;
- `classes`: consonants in nine classes that scripts and clerks confuse (`b p f v` are one), a leading vowel kept; the main key;
- `loose`: `classes` without the sounds that come and go inside a word (`h kh gh v f`); the second key.
"""

from __future__ import annotations

import functools

from wayhome.engines.linking.fold.letters import VOWELS

_CLASS = {
    letter: kind
    for kind, members in {"k": "kqgGXh", "t": "td", "p": "bpfvw", "s": "szSZCJcj", "m": "m", "n": "n", "l": "l", "r": "r"}.items()
    for letter in members
}
_COMES_AND_GOES = frozenset("vwhXGf")


@functools.lru_cache(maxsize=1_000_000)
def consonants(sounds: str) -> str:
    """Consonants only, glides out; a leading vowel is kept as `a`."""
    if not sounds:
        return ""
    out = "a" if sounds[0] in VOWELS or sounds[0] == "y" else ""
    return out + "".join(sound for sound in sounds if sound not in VOWELS and sound != "y")


def _reduce(sounds: str, loose: bool) -> str:
    if not sounds:
        return ""
    if sounds[-1] == "h" and len(sounds) > 1:
        sounds = sounds[:-1]
    out = "a" if sounds[0] in VOWELS or sounds[0] == "y" else ""
    for sound in sounds:
        kind = _CLASS.get(sound, "")
        if loose and out and sound in _COMES_AND_GOES:
            continue
        if kind and (not out or out[-1] != kind):
            out += kind
    return out


@functools.lru_cache(maxsize=1_000_000)
def classes(sounds: str) -> str:
    """The consonant classes of romanised sounds, `muhamad` to `mkmt`."""
    return _reduce(sounds, loose=False)


@functools.lru_cache(maxsize=1_000_000)
def loose(sounds: str) -> str:
    """Coarser: `muhamad` to `mt`."""
    return _reduce(sounds, loose=True)
