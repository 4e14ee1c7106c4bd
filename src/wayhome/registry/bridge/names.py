"""Names to sounds and skeletons, by the letter tables of the engine `linking`."""

from __future__ import annotations

import re
from functools import lru_cache

from wayhome.engines.linking.fold import romanise, skeleton

MOST_SOUNDS = 40  # letters of one word that are kept; longer words are cut
_TURKIC = re.compile("[əƏğĞıİşŞ]")
# Latin letters that are heard in two ways: `c`, `x`, `q` in Turkic alphabets, `j` in Slavic ones.
_SECOND = {"az": re.compile(r"c(?!h)|x|q", re.IGNORECASE), "sl": re.compile("j", re.IGNORECASE)}


@lru_cache(maxsize=400_000)
def readings(word: str) -> tuple[str, ...]:
    """The sounds of one word in any script, the likeliest first; Latin letters heard in two ways give two.

    Digits stay as they are. Empty when the word has neither letters nor digits.
    """
    if word.isdigit():
        return (str(int(word)) if word.isascii() else word,)
    first = "az" if _TURKIC.search(word) else "en"
    found = [romanise.word(word, first)[:MOST_SOUNDS]]
    if word.isascii():
        found += [romanise.word(word, alphabet)[:MOST_SOUNDS] for alphabet, letters in _SECOND.items() if letters.search(word)]
    return tuple(dict.fromkeys(sounds for sounds in found if sounds))


def words(text: str) -> list[str]:
    """The words of a name as written, split at spaces, hyphens and commas."""
    return romanise.words(text)


@lru_cache(maxsize=400_000)
def skeletons(sounds: str) -> tuple[str, str]:
    """Two skeletons of romanised sounds: by consonant classes, and the looser one without sounds that come and go."""
    if sounds.isdigit():
        return sounds[:24], sounds[:24]
    return skeleton.classes(sounds)[:24], skeleton.loose(sounds)[:24]


def consonants(sounds: str) -> str:
    """The consonants of romanised sounds, for comparing two words."""
    return skeleton.consonants(sounds)
