"""Whether a new ask is an earlier one put again: ranked candidates with reasons, for a person to judge.

    found = put_again(PutAsk(key=0, action="open the bridge at Toll", ...), [PutAsk(key=12, ...), ...])

Grounds: the words that the two share (a rare word tells more than a common one), the addressee, the kind of act, the place, and whether
the passage itself says that it repeats. Two languages share no words; then the other grounds alone speak, and lower.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Literal

from wayhome.engines.reading import tables
from wayhome.engines.reading.parties import name_words, proper_of
from wayhome.engines.reading.party_words import party_words

Code = Literal["words", "addressee", "higher_addressee", "act", "place", "says_again"]

LEAST = 0.35
_WORD = re.compile(r"[^\W_]{3,}|\d{2,}")
_STEM = 6
# Words of requests themselves: they stand in every ask and make no two alike.
_COMMON = frozenset(
    """
    the and for that this with from our your their its his her all any not are was were been have has had will would could should may
    might must can which who whom whose such than then them they you ask asks request requests urge urges call calls appeal appeals kindly
    please again once more also further take steps necessary measures make into upon without delay possible government ministry minister
    les des une que qui dans pour par sur avec sans nos vos leur leurs notre votre nous vous est sont été être fait faire tout tous toute
    toutes aux plus bien vouloir prie prions demande demandons invite appelle gouvernement ministère ministre mesures nécessaires
    """.split()
)


@dataclass(frozen=True, slots=True)
class PutAsk:
    """An ask as a document puts it. `key` is the caller's own; `act` the code of `acts`; `date` ISO 8601."""

    key: int
    action: str
    quote: str = ""
    addressees: tuple[str, ...] = ()
    act: str | None = None
    place: str | None = None
    language: str = "en"
    date: str | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two asks may be one: a code for the caller to translate, and the words that say so."""

    code: Code
    words: str

    def __str__(self) -> str:
        said = {
            "words": "shares the words {}",
            "addressee": "is put to the same addressee, {}",
            "higher_addressee": "is put to another addressee, {}",
            "act": "asks for the same kind of thing, {}",
            "place": "names the same place, {}",
            "says_again": "says that it is put again: “{}”",
        }[self.code]
        return said.format(self.words)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier ask that the new one may repeat. `score` (0 to 1) ranks, it is no probability; `escalation`: another addressee."""

    key: int
    score: float
    reasons: tuple[Reason, ...]
    escalation: bool


def put_again(new: PutAsk, earlier: Sequence[PutAsk], least: float = LEAST) -> tuple[Candidate, ...]:
    """The earlier asks that *new* may put again, the likeliest first; those later than it are left out."""
    before = [ask for ask in earlier if not (ask.date and new.date and ask.date > new.date)]
    weights = _weights([new, *before])
    again = _says_again(new)
    mine = _words(new)
    found = []
    for ask in before:
        theirs = _words(ask)
        shared = mine.keys() & theirs.keys()
        alike = _alike(mine.keys(), theirs.keys(), weights)
        reasons: list[Reason] = []
        if shared:
            ranked = sorted(shared, key=lambda stem: (-weights[stem], stem))[:6]
            reasons.append(Reason("words", ", ".join(mine[stem] for stem in ranked)))
        same_act = bool(new.act and new.act == ask.act)
        if same_act:
            reasons.append(Reason("act", str(new.act)))
        same_place = bool(new.place and ask.place and _plain(new.place) == _plain(ask.place))
        if same_place:
            reasons.append(Reason("place", str(new.place)))
        addressee = _same_addressee(new, ask)
        if addressee:
            reasons.append(Reason("addressee", addressee))
        elif new.addressees and ask.addressees:
            reasons.append(Reason("higher_addressee", ", ".join(new.addressees)))
        score = 0.62 * alike + 0.12 * same_act + 0.12 * same_place + 0.14 * bool(addressee)
        if again and (alike >= 0.15 or (same_act and addressee)):
            score += 0.15
            reasons.append(Reason("says_again", again))
        if new.language != ask.language and same_act:
            score += 0.15 * (same_place + bool(addressee))
        if score >= least and (alike > 0 or new.language != ask.language):
            found.append(
                Candidate(
                    ask.key, round(min(score, 1.0), 3), tuple(reasons), bool(not addressee and ask.addressees and new.addressees)
                )
            )
    return tuple(sorted(found, key=lambda candidate: (-candidate.score, candidate.key)))


def _plain(word: str) -> str:
    """Lower case without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))


def _words(ask: PutAsk) -> dict[str, str]:
    """The content words of an ask by stem, addressees' own words left out."""
    named = {_plain(word) for name in ask.addressees for word in name_words(name, ask.language)}
    found: dict[str, str] = {}
    for match in _WORD.finditer(f"{ask.action} {ask.quote}"):
        word = _plain(match.group())
        if word not in _COMMON and match.group().lower() not in _COMMON and word not in named:
            found.setdefault(word[:_STEM] if len(word) > _STEM else word.rstrip("s"), match.group().lower())
    return found


def _weights(asks: Sequence[PutAsk]) -> dict[str, float]:
    """How much each stem tells: the fewer asks hold it, the more."""
    counts = Counter(stem for ask in asks for stem in _words(ask))
    return {stem: math.log(1 + len(asks) / count) for stem, count in counts.items()}


def _alike(mine: Set[str], theirs: Set[str], weights: dict[str, float]) -> float:
    """Weighted share of common stems: of the union, and, for a short ask inside a long one, of the shorter."""
    both = sum(weights[stem] for stem in mine & theirs)
    union = sum(weights[stem] for stem in mine | theirs)
    shorter = min(sum(weights[stem] for stem in mine), sum(weights[stem] for stem in theirs))
    return 0.0 if union == 0 else 0.5 * both / union + 0.5 * both / max(shorter, 1e-9)


def _same_addressee(one: PutAsk, other: PutAsk) -> str:
    """The addressee that two asks share, as the first names it; empty when none."""
    for name in one.addressees:
        mine = name_words(name, one.language)
        heads = {part for head in party_words(one.language).heads for part in head.replace("-", " ").split()}
        for second in other.addressees:
            theirs = name_words(second, other.language)
            proper = set(proper_of(mine, heads)) & set(proper_of(theirs, heads))
            if mine and (set(mine) == set(theirs) or proper or set(mine) <= set(theirs) or (theirs and set(theirs) <= set(mine))):
                return name
    return ""


@cache
def _renewals(language: str) -> re.Pattern[str]:
    mine = [row["pattern"] for row in tables.rows("renewal_phrases") if row["language"] == language]
    return re.compile("|".join(f"(?:{pattern})" for pattern in mine) or r"(?!)", re.IGNORECASE)


def _says_again(ask: PutAsk) -> str:
    """The words by which the passage, or the sentence around it, says that it repeats an earlier request."""
    match = _renewals(ask.language).search(f"{ask.quote} {ask.context}".replace("’", "'"))
    return " ".join(match.group().split()) if match else ""
