"""What a reply seems to say to each of the asks put to its author: a suggestion with its words and its reasons, for a person to judge.

    reading = read_reply(text, subject=..., asks=[AskWords(key=12, action="Open the road", quotes=("...",))])

Nothing here decides anything. The words by which a reply shows what it is are data (`data/reply_words.csv`, in English, French
and Russian); a sentence is tied to an ask by the words they share, by a place or number that both name, or by being the only
thing asked. Words that the reply quotes from an earlier letter count for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from wayhome.engines.reading import tables
from wayhome.engines.reading.dates import find_dates

Effect = Literal["acknowledged", "accepted", "partly_accepted", "refused", "redirected", "clarification_asked", "deferred"]

_LONGEST = 200_000  # characters looked at: a reply longer than this is a report
_SENTENCE = re.compile(r"[^.!?…\n]+(?:\n(?!\s*\n)[^.!?…\n]+)*[.!?…]*")
_ABBREVIATION = re.compile(r"(?:\b(?:No|Nos|art|Art|para|Mr|Mrs|Ms|Dr|St|cf|p|pp|M|Mme|г|гг|ст|п|им|т|№)|\b[A-ZА-Я])\.$")
_WORD = re.compile(r"[^\W_]{4,}|\d{2,}")
# Words of correspondence itself: shared by every letter and reply, so that sharing them ties nothing to anything.
_COMMON = frozenset(
    """
    that this with before after until during between every each only from have been were will shall would could should must they them their there which your yours ours
    about into also than then when where what whom whose such these those more most other please request letter reply
    answer office government ministry minister board excellency dear sincerely cette cela votre notre leur leurs dans pour
    avec sans sont etre elle nous vous mais plus tout tous toute lettre demande reponse madame monsieur ministere bureau
    conseil prie agreer avant apres jusque chaque entre depuis чтобы после перед этого этот было были будет быть вашего ваше вашу просим письмо письма ответ министерство
    уважаемый также которые
    """.split()
)
_ORDER: tuple[Effect, ...] = ("refused", "redirected", "deferred", "clarification_asked", "accepted", "acknowledged")


@dataclass(frozen=True, slots=True)
class AskWords:
    """An ask as its letter states it. `key` is the caller's own number for it; `quotes` are its passages."""

    key: int
    action: str
    quotes: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the reply may say to the ask `key`, by the sentence at `start` to `end`.

    `due` is a later day that the sentence names (ISO 8601), for a deferral or an acceptance. `reasons` are pairs of a code (`words`, `cue`, `only`, `place`)
    and its words. `confidence` ranks, it is no probability.
    """

    key: int
    effect: Effect
    start: int
    end: int
    confidence: float
    reasons: tuple[tuple[str, str], ...] = ()
    due: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """`automatic` holds the words that show a machine's answer; `acknowledges` those that only confirm receipt. Both may be empty."""

    automatic: str
    acknowledges: str
    suggestions: tuple[Suggestion, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Cue:
    effect: str
    where: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    text: str
    words: frozenset[str]
    effects: tuple[tuple[str, str], ...]


@cache
def cues() -> tuple[_Cue, ...]:
    """The lexicon, compiled."""
    return tuple(_Cue(row["effect"], row["where"], re.compile(row["pattern"], re.I | re.U)) for row in tables.rows("reply_words"))


def automatic_subject(subject: str) -> str:
    """The words of a subject line that show an automatic reply, or nothing."""
    for cue in cues():
        if cue.effect == "automatic" and cue.where == "subject" and (match := cue.pattern.search(subject)):
            return match[0]
    return ""


def read_reply(
    text: str,
    *,
    subject: str = "",
    asks: Sequence[AskWords] = (),
    quoted: Iterable[tuple[int, int]] = (),
    language: str = "en",
    dated: str | None = None,
) -> ReplyReading:
    """Judge a reply against the asks that it may answer.

    Args:
        quoted: stretches of `text` that repeat an earlier letter; left out.
        dated: the reply's own date, ISO 8601; only a later day can be the new date of a deferral.
    """
    sentences = _sentences(text[:_LONGEST], list(quoted))
    automatic = automatic_subject(subject) or _first(sentences[:12], "automatic")
    acknowledges = _first(sentences, "acknowledged")
    if automatic:
        return ReplyReading(automatic, acknowledges)
    suggestions = [one for ask in asks if (one := _suggest(ask, sentences, asked=len(asks), language=language, dated=dated))]
    return ReplyReading("", acknowledges, tuple(suggestions))


def _first(sentences: Sequence[_Sentence], effect: str) -> str:
    return next((words for sentence in sentences for found, words in sentence.effects if found == effect), "")


def _sentences(text: str, quoted: list[tuple[int, int]]) -> list[_Sentence]:
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start >= end:
            continue
        joined = spans and "\n\n" not in text[spans[-1][1] : start] and _ABBREVIATION.search(text[spans[-1][0] : spans[-1][1]])
        if joined:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    found = []
    for start, end in spans:
        if any(start < stop and begin < end for begin, stop in quoted):
            continue
        words = text[start:end]
        found.append(_Sentence(start, end, words, _content(words), _effects(words)))
    return found


def _effects(sentence: str) -> tuple[tuple[str, str], ...]:
    flat = sentence.replace("’", "'").replace("\n", " ")
    return tuple(
        (cue.effect, match[0]) for cue in cues() if cue.where == "text" and (match := cue.pattern.search(flat)) is not None
    )


def _content(text: str) -> frozenset[str]:
    """The stems of a text's words of substance: folded, six letters long."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(char for char in plain if not unicodedata.combining(char))
    return frozenset(word[:6] for word in _WORD.findall(folded) if word not in _COMMON)


def _suggest(ask: AskWords, sentences: Sequence[_Sentence], *, asked: int, language: str, dated: str | None) -> Suggestion | None:
    own = _content(" ".join((ask.action, *ask.quotes)))
    places = _content(ask.place)
    ranked: list[tuple[float, int, Suggestion]] = []
    for number, sentence in enumerate(sentences):
        effect, cue = _strongest(sentence)
        if effect is None:
            continue
        # The words of the sentence before belong to it too: "Your request … . It is refused."
        near = sentence.words | (sentences[number - 1].words if number else frozenset())
        shared = own & sentence.words
        beside = (own & near) - shared
        there = places & near
        score = 0.2 * min(len(shared), 3) + 0.08 * min(len(beside), 3) + 0.2 * bool(there) + 0.25 * (asked == 1)
        if effect == "acknowledged":
            # It concerns the letter as a whole, and any answer found says more.
            score = 0.15
        due = _later_day(sentence, language, dated) if effect in ("deferred", "accepted") else None
        if effect == "deferred" and due and score:
            score += 0.15  # a deferral is worth what its date is worth
        if score < 0.15:
            continue
        reasons: list[tuple[str, str]] = [("cue", cue)]
        if shared or beside:
            reasons.append(("words", ", ".join(_shown(shared | beside, sentence, ask)[:5])))
        if there:
            reasons.append(("place", ask.place))
        if asked == 1:
            reasons.append(("only", ""))
        suggestion = Suggestion(
            ask.key, effect, sentence.start, sentence.end, round(min(score + 0.1, 0.95), 2), tuple(reasons), due
        )
        ranked.append((score, -number, suggestion))
    if not ranked:
        return None
    ranked.sort(key=lambda row: (row[0], row[1]), reverse=True)
    score, _, best = ranked[0]
    other = {"accepted": "refused", "refused": "accepted"}.get(best.effect)
    against = next((one for theirs, _, one in ranked if one.effect == other and theirs >= 0.75 * score), None)
    if against is not None:
        # One sentence grants and another denies: the words that grant are the ones to read first.
        grants = best if best.effect == "accepted" else against
        return replace(grants, effect="partly_accepted", reasons=(*best.reasons, *against.reasons[:1]))
    return best


def _strongest(sentence: _Sentence) -> tuple[Effect | None, str]:
    """One effect for a sentence: a refusal inside an agreement wins, and a receipt loses to everything."""
    named = dict(reversed(sentence.effects))
    for effect in _ORDER:
        if effect in named:
            return effect, named[effect]
    return None, ""


def _shown(stems: frozenset[str], sentence: _Sentence, ask: AskWords) -> list[str]:
    """The ask's own words for these stems, in the order of the ask."""
    shown: dict[str, None] = {}
    for word in _WORD.findall(" ".join((ask.action, *ask.quotes))):
        if _content(word) & stems:
            shown.setdefault(word.casefold())
    return list(shown)


def _later_day(sentence: _Sentence, language: str, dated: str | None) -> str | None:
    days = [mention.iso for mention in find_dates(sentence.text, language, dated) if mention.iso and len(mention.iso) == 10]
    later = [day for day in days if dated is None or day > dated]
    return max(later, default=None)
