"""Which language a text is in, by script, function words and telling letters. The languages are rows of `data/languages.csv`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading import tables

UNKNOWN = "und"
SAMPLE = 40_000
_WORD = re.compile(r"[^\W\d_]+")
_URL = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """A text's main language (ISO 639-1, `und` where nothing tells), whether its rules are complete, and how sure (0 to 1)."""

    code: str
    supported: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class _Profile:
    code: str
    script: str
    supported: bool
    letters: frozenset[str]
    words: frozenset[str]


@cache
def _profiles() -> tuple[_Profile, ...]:
    return tuple(
        _Profile(
            code=row["code"],
            script=row["script"],
            supported=row["supported"] == "yes",
            letters=frozenset(row["letters"]),
            words=frozenset(tables.words(row["words"])),
        )
        for row in tables.rows("languages")
    )


@cache
def script_of(char: str) -> str:
    """The script of a letter as Unicode names it ("LATIN", "ARMENIAN"); an empty string for anything that is no letter."""
    if not char.isalpha():
        return ""
    return unicodedata.name(char, "").split(" ", 1)[0].split("-", 1)[0]


def supported(code: str) -> bool:
    """Whether asks, commitments and silences are read in this language, and not dates, parties and references alone."""
    return any(profile.supported for profile in _profiles() if profile.code == code)


def detect(text: str) -> LanguageGuess:
    """The main language of a text: the language whose function words and letters cover most of it, in its main script."""
    sample = _URL.sub(" ", text[:SAMPLE])
    found = [word.lower() for word in _WORD.findall(sample)]
    scripts = Counter[str]()
    for word in found:
        scripts[script_of(word[0])] += len(word)
    scripts.pop("", None)
    if not scripts:
        return LanguageGuess(UNKNOWN, False, 0.0)
    script, letters_in_script = min(scripts.items(), key=lambda item: (-item[1], item[0]))
    share = letters_in_script / sum(scripts.values())
    counts = Counter(word for word in found if script_of(word[0]) == script)
    total = sum(counts.values())
    chars = Counter[str]()
    for word, times in counts.items():
        for char in set(word):
            chars[char] += times
    candidates = [profile for profile in _profiles() if profile.script == script]
    scored = sorted(((-_score(profile, counts, chars, total), order, profile) for order, profile in enumerate(candidates)))
    if not scored:
        return LanguageGuess(UNKNOWN, False, 0.0)
    best, runner_up = -scored[0][0], -scored[1][0] if len(scored) > 1 else 0.0
    profile = scored[0][2]
    if best <= 0.02 and len(candidates) > 1:
        return LanguageGuess(UNKNOWN, False, 0.0)
    margin = 1.0 if runner_up <= 0 else min(1.0, (best - runner_up) / best)
    return LanguageGuess(profile.code, supported(profile.code), round(share * (0.5 + 0.5 * margin), 3))


def _score(profile: _Profile, counts: Counter[str], chars: Counter[str], total: int) -> float:
    """Share of the words that are the language's function words, and half the share that carry one of its telling letters."""
    functional = sum(times for word, times in counts.items() if word in profile.words)
    telling = sum(chars[letter] for letter in profile.letters)
    return (functional + 0.5 * min(telling, total)) / total
