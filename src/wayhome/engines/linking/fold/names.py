"""A name field to tokens of sounds, particles and patronymic endings off."""

from __future__ import annotations

from dataclasses import dataclass

from wayhome.engines.linking.fold import letters, romanise

MOST_TOKENS = 4
"""Tokens of one field beyond this many are joined to the last: no name that was seen needs more, and keys grow with their square."""

_LEAST_WITH_ARTICLE = 6


@dataclass(frozen=True, slots=True)
class FoldedName:
    """`joined` is the whole field's sounds without spaces (so `Abd Allah` meets `Abdallah`), `words` its words. `tokens` are the words and
    each once more without an article that may stand joined to it (`albasri`, `basri`): they serve as keys, where a reading too many does no harm."""

    joined: str
    words: tuple[str, ...]
    tokens: tuple[str, ...]


EMPTY = FoldedName("", (), ())


def fold(text: str, alphabet: str = "en", *, patronymic: bool = False) -> FoldedName:
    """The sounds of one name field, written in any script; `alphabet` says how its Latin letters are read."""
    sounds = [found for part in romanise.words(text) if (found := romanise.word(part, alphabet))]
    if not sounds:
        return EMPTY
    word, ending = letters.particles()
    kept = [sound for sound in sounds if not word.fullmatch(sound)] if len(sounds) > 1 else sounds
    kept = kept or sounds
    if patronymic:
        kept = [shorter if len(shorter := ending.sub("", sound)) >= 3 else sound for sound in kept]
    if len(kept) > MOST_TOKENS:
        kept = [*kept[: MOST_TOKENS - 1], "".join(kept[MOST_TOKENS - 1 :])]
    bare = [sound[2:] for sound in kept if _may_have_article(sound)]
    return FoldedName(romanise.joined(kept), tuple(kept), tuple(kept + bare))


def _may_have_article(sound: str) -> bool:
    return len(sound) >= _LEAST_WITH_ARTICLE and sound[:2] in {"al", "el"} and sound[2] not in letters.VOWELS
