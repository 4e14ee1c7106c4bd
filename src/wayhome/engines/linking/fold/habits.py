"""How a list reads its Latin letters, learnt from people who are found by other means.

Letters alone often do not tell whether a clerk's `c` is a `dzh`, a `ts` or a `k`. Records of one birth day and sex on two lists that share
one name are mostly one person; the alphabet under which their names agree best with the other lists' is the list's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from wayhome.engines.linking.fold import letters, names, scripts, skeleton

_FEWEST = 25
_MOST = 160
_GAIN = 0.006

Pair = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""Two lists and the names that the same person bears on each, field by field."""


def settle(guessed: Mapping[str, str], pairs: Sequence[Pair]) -> dict[str, str]:
    """The alphabet of each list: the guess, unless the pairs speak clearly for another. The order of `pairs` must be fixed."""
    settled = dict(guessed)
    of_list: dict[str, list[tuple[tuple[str, ...], str, tuple[str, ...]]]] = {}
    for list_l, list_r, left, right in pairs:
        for own, mine, other, theirs in ((list_l, left, list_r, right), (list_r, right, list_l, left)):
            if own in settled and any(scripts.of_word(name) == scripts.LATIN for name in mine if name):
                of_list.setdefault(own, []).append((mine, other, theirs))
    for own in sorted(of_list):
        met = []
        for one in of_list[own]:
            if _meet(one[0], guessed[own], one[2], guessed[one[1]]):
                met.append(one)
                if len(met) == _MOST:
                    break
        if len(met) < _FEWEST:
            continue
        scores = {code: _agreement(met, code, guessed) for code in letters.latin_alphabets() if code != letters.ANY}
        best = max(sorted(scores), key=lambda code: scores[code])
        if scores[best] > scores[guessed[own]] + _GAIN:
            settled[own] = best
    return settled


def _meet(mine: tuple[str, ...], alphabet: str, theirs: tuple[str, ...], other: str) -> bool:
    """Whether one of the fields has the same loose skeleton on both sides."""
    for one, two in zip(mine, theirs, strict=True):
        if one and two:
            loose = skeleton.loose(names.fold(one, alphabet).joined)
            if len(loose) >= 2 and loose == skeleton.loose(names.fold(two, other).joined):
                return True
    return False


def _agreement(met: Sequence[tuple[tuple[str, ...], str, tuple[str, ...]]], alphabet: str, of: Mapping[str, str]) -> float:
    """How alike the consonants of all names of the pairs are, on the mean, when the list is read by one alphabet."""
    total, number = 0.0, 0
    for mine, other, theirs in met:
        for one, two in zip(mine, theirs, strict=True):
            if one and two:
                x = skeleton.consonants(names.fold(one, alphabet).joined)
                y = skeleton.consonants(names.fold(two, of[other]).joined)
                total += Levenshtein.normalized_similarity(x, y) + Levenshtein.normalized_similarity(
                    skeleton.classes(x), skeleton.classes(y)
                )
                number += 2
    return total / max(number, 1)
