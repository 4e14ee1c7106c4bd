"""Where a text names a party: persons, offices, bodies and groups by name, by office alone, or by pronoun.

Works on a block's clean text (single spaces, plain quotes). The words are data; no name is known beforehand, so that exchanging
two names changes nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from wayhome.engines.reading.party_words import PartyWords, party_words

Form = Literal["named", "described", "first", "second"]
LONGEST_NAME = 18
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’](?=[A-ZÀ-Ý])[^\W\d_]+|-[^\W\d_]+)*|\d+(?:st|nd|rd|th)?|[^\w\s]")
_ELIDED = re.compile(r"(?<!\w)([ldjnscLDJNSC]|qu|Qu)['’](?=\w)")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\"(\[—–]\s*|\n\s*|^\W+)$")


@dataclass(frozen=True, slots=True)
class PartyMention:
    """A party's name at `start:end` of the text searched: named, described by its office or kind alone, or a pronoun."""

    start: int
    end: int
    text: str
    form: Form
    person: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    low: str
    capital: bool


def _low(word: str) -> str:
    """A word as the tables write it: lower case, plain apostrophe, an abbreviation without its last stop."""
    low = word.lower().replace("’", "'")
    return low[:-1] if len(low) > 2 and low.endswith(".") else low


def _tokens(text: str, language: str) -> list[_Token]:
    """Words and marks; in French an elided article is a word of its own."""
    found: list[_Token] = []
    elided = {match.start(): match.end() for match in _ELIDED.finditer(text)} if language == "fr" else {}
    place = 0
    while place < len(text):
        if place in elided:
            part = text[place : elided[place]]
            found.append(_Token(place, elided[place], part, _low(part), part[0].isupper()))
            place = elided[place]
            continue
        match = _TOKEN.search(text, place)
        if match is None:
            break
        cut = next((start for start in sorted(elided) if match.start() < start < match.end()), None) if elided else None
        if match.start() in elided:
            place = match.start()
            continue
        end = cut or match.end()
        part = text[match.start() : end]
        found.append(_Token(match.start(), end, part, _low(part), part[0].isupper()))
        place = end
    return found


_Phrases = dict[str, tuple[tuple[str, ...], ...]]


@cache
def _phrases(language: str, *groups: str) -> _Phrases:
    """The phrases of word groups by their first word, the longest first, as the tokens of a text."""
    words = party_words(language)
    found: dict[str, set[tuple[str, ...]]] = {}
    for group in groups:
        for phrase in getattr(words, group):
            parts = (
                (phrase,) if "." in phrase or phrase.endswith("'") else tuple(token.low for token in _tokens(phrase, language))
            )
            found.setdefault(parts[0], set()).add(parts)
    return {first: tuple(sorted(all_, key=lambda parts: (-len(parts), parts))) for first, all_ in found.items()}


class MentionFinder:
    """Finds parties in the blocks of one document.

    `lower` are the words that the document also writes without a capital, `inner` those it capitalises inside a sentence (see
    `lower_words`, `inner_names`): they settle what a capital at a sentence's head means.
    """

    def __init__(self, language: str, lower: frozenset[str] = frozenset(), inner: frozenset[str] = frozenset()) -> None:
        self.language = language
        self.inner = inner
        self.words: PartyWords = party_words(language)
        self.lower = lower
        self._heads = _phrases(language, "office", "body", "people")
        self._titles = _phrases(language, "title")
        self._pronouns: tuple[tuple[Form, _Phrases], ...] = (
            ("first", _phrases(language, "first")),
            ("second", _phrases(language, "second")),
        )
        self._honorifics = _phrases(language, "honorific")
        self._shouting = self._bare = False
        self._tail_lead = {"of", "for", "to", "in", "at", "on"} if language != "fr" else set()

    def find(self, text: str, bare: bool = False) -> list[PartyMention]:
        """Mentions in order of place; none inside another. *bare*: an address line, where an office needs no article."""
        self._bare = bare
        tokens = _tokens(text, self.language)
        letters = [char for char in text if char.isalpha()]
        self._shouting = len(letters) > 60 and sum(char.isupper() for char in letters) > 0.8 * len(letters)
        found: list[PartyMention] = []
        index = 0
        while index < len(tokens):
            hit, stop = self._at(text, tokens, index)
            if hit is not None:
                found.append(hit)
            index = max(stop, index + 1)
        return found

    def _at(self, text: str, tokens: list[_Token], index: int) -> tuple[PartyMention | None, int]:
        honorific = self._phrase(tokens, index, self._honorifics)
        if honorific:
            end = tokens[index + honorific - 1].end
            return PartyMention(tokens[index].start, end, text[tokens[index].start : end], "second"), index + honorific
        article = index if tokens[index].low in self.words.article else None
        start = index + 1 if article is not None else index
        start, stop, capital, head, titled = self._core(text, tokens, start)
        if stop > start and (capital or head):
            stop, capital = self._tail(tokens, stop, capital, head)
            low = " ".join(token.low for token in tokens[start:stop])
            named = capital or (titled and not head) or any(phrase in low for phrase in self.words.world)
            if named or titled or article is not None or (self._bare and tokens[start].capital):
                mention = PartyMention(
                    tokens[start].start,
                    tokens[stop - 1].end,
                    text[tokens[start].start : tokens[stop - 1].end],
                    "named" if named else "described",
                    person=(titled and not head) or (capital and not head),
                )
                return mention, stop
        low = tokens[index].low
        for form, group in self._pronouns:
            size = self._phrase(tokens, index, group)
            if size and not (low == "us" and tokens[index].text == "US"):
                end = tokens[index + size - 1].end
                return PartyMention(tokens[index].start, end, text[tokens[index].start : end], form), index + size
        return None, index + 1

    def _phrase(self, tokens: list[_Token], index: int, group: _Phrases) -> int:
        """How many tokens from *index* are a phrase of the group, the longest; 0 when none."""
        for phrase in group.get(tokens[index].low, ()):
            size = len(phrase)
            if size == 1 or tuple(token.low for token in tokens[index : index + size]) == phrase:
                return size
        return 0

    def _core(self, text: str, tokens: list[_Token], index: int) -> tuple[int, int, bool, bool, bool]:
        """Titles, head nouns and capitalised words in a row: where the name begins ("Monsieur le" left out) and stops, and whether a
        name, a head noun, a title is among them."""
        capital = head = titled = False
        place = first = index
        while place < len(tokens) and place - index < LONGEST_NAME:
            owner = tokens[place].text == "'"
            if place > index and not owner and not self._adjacent(text, tokens[place - 1], tokens[place]):
                break
            token = tokens[place]
            owned = self._owned(tokens, place) if place > index and (capital or head) else 0
            if owned:
                place, head = place + owned, True
                continue
            size = self._phrase(tokens, place, self._titles)
            if size and token.capital and (place + size < len(tokens)):
                following = place + size + (tokens[place + size].text == ".")
                if following < len(tokens) and (tokens[following].capital or tokens[following].low in self.words.article):
                    titled, place = True, following
                    if self.language == "fr" and tokens[following].low in {"le", "la", "l'"}:
                        place = first = following + 1
                    continue
            size = self._phrase(tokens, place, self._heads)
            if size:
                if head and not token.capital and not capital and self.language != "fr":
                    break
                head, place = True, place + size
                continue
            if self._is_name(text, tokens, place):
                capital, place = True, place + 1
                if tokens[place - 1].text.isalpha() and len(tokens[place - 1].text) == 1 and self._dot(text, tokens, place):
                    place += 1
                continue
            if token.low in self.words.modifier and (head or self._head_follows(tokens, place)):
                place += 1
                continue
            if head and self.language == "fr" and not token.capital and self._adjective(token):
                capital, place = True, place + 1
                continue
            break
        return first, place, capital, head, titled

    def _owned(self, tokens: list[_Token], place: int) -> int:
        """How many tokens of "'s Government", "' National League" follow a name; 0 where what it owns is no body or office."""
        if tokens[place].text != "'" or place + 1 >= len(tokens):
            return 0
        step = 2 if tokens[place + 1].low == "s" and tokens[place + 1].start == tokens[place].end else 1
        for ahead in range(step, step + 3):
            if place + ahead >= len(tokens):
                return 0
            size = self._phrase(tokens, place + ahead, self._heads)
            if size and (step == 2 or tokens[place + ahead].capital):
                return ahead + size
            if not tokens[place + ahead].capital and tokens[place + ahead].low not in self.words.modifier:
                return 0
        return 0

    def _adjective(self, token: _Token) -> bool:
        """A French adjective of nationality after a body or office ("Gouvernement velmarien")."""
        return bool(re.search(r"(?:[^s]i?en(?:ne)?s?|[^aeiou]ais(?:es?)?|ois(?:es?)?|[^mvbl]ain(?:es?)?)$", token.low)) and len(
            token.low
        ) > 5 and token.low not in {"anciens", "anciennes", "ancienne", "combien", "jamais", "désormais", "mauvais"}  # fmt: skip

    def _dot(self, text: str, tokens: list[_Token], place: int) -> bool:
        return place < len(tokens) and tokens[place].text == "." and tokens[place].start == tokens[place - 1].end

    def _adjacent(self, text: str, before: _Token, after: _Token) -> bool:
        return text[before.end : after.start] in {"", " "} and (after.text[0].isalpha() or after.text[0].isdigit())

    def _head_follows(self, tokens: list[_Token], place: int) -> bool:
        return any(self._phrase(tokens, place + ahead, self._heads) for ahead in (1, 2) if place + ahead < len(tokens))

    def _is_name(self, text: str, tokens: list[_Token], place: int) -> bool:
        """A capitalised word that is no ordinary one; at a sentence's head only when never written small in the document."""
        token = tokens[place]
        if not token.capital or not token.text[0].isalpha() or (len(token.text) == 1 and not self._dot(text, tokens, place + 1)):
            return False
        if self._shouting or (token.low in self.words.title and (place + 1 >= len(tokens) or not tokens[place + 1].capital)):
            return False
        if token.low in self.words.direction:
            return place + 1 < len(tokens) and tokens[place + 1].capital and tokens[place + 1].start - token.end <= 1
        if token.low in self.words.notname or (token.low.endswith(("'s", "’s")) and token.low[:-2] in self.words.notname):
            return False
        first = place == 0 or bool(_SENTENCE_START.search(text[max(0, token.start - 4) : token.start]))
        if not first:
            return True
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if following is not None and following.text == "," and token.low.endswith(("ly", "ment")):
            return False
        if token.low in self.lower or token.low.endswith(("ing", "ly", "ed", "ment", "ant")):
            return False
        if token.text in self.inner or "-" in token.text or "." in token.text or following is None:
            return True
        return following.capital or following.low in self.words.verb or following.text in {",", "'", "."}

    def _tail(self, tokens: list[_Token], stop: int, capital: bool, head: bool) -> tuple[int, bool]:
        """ "of the Republic of X", "for Refugees and Repatriation", "de la vallée du Sorn" after a head noun."""
        begin = stop
        while stop < len(tokens) and stop - begin < LONGEST_NAME:
            lead = tokens[stop]
            place = stop + 1
            if self.language == "fr":
                if lead.low not in {"de", "du", "des", "d'", "à", "au", "aux", "pour", "en", "près"} or not head:
                    break
                while place < len(tokens) and tokens[place].low in {"la", "le", "les", "l'", "de"}:
                    place += 1
                another = place < len(tokens) and (
                    self._phrase(tokens, place, self._titles) or self._phrase(tokens, place, self._heads)
                )
                if another and lead.low in {"à", "au", "aux"}:
                    break
            else:
                if lead.low not in self._tail_lead or not (head or lead.low == "of"):
                    break
                if place < len(tokens) and tokens[place].low in {"the", "all"}:
                    place += 1
            if place >= len(tokens):
                break
            inner = place
            inner_capital = False
            limit = place + 7
            while inner < len(tokens) and inner < limit:
                token = tokens[inner]
                if inner > place and token.start - tokens[inner - 1].end > 1:
                    break
                if token.capital and token.text[0].isalpha() and token.low not in self.words.first | self.words.second:
                    inner_capital = True
                elif inner == place and head and self._common_noun(tokens, inner):
                    inner += 1 + (tokens[inner].low in _COUNTS)
                    break
                elif not (token.low in self.words.modifier or token.low in self._heads or (inner > place and token.text == "-")):
                    joins = token.low in {"and", "et", "&"} and inner > place and inner + 1 < len(tokens)
                    after = inner + 1
                    while joins and after < len(tokens) and tokens[after].low in {"des", "de", "la", "l'", "du", "le", "les"}:
                        after += 1
                    if joins and after < len(tokens) and self._belongs(tokens, place, after):
                        inner = after
                        continue
                    break
                inner += 1
            if inner == place or (
                lead.low in {"in", "at", "on", "to", "à", "au", "aux", "en", "pour", "près"} and not inner_capital
            ):
                break
            if lead.low in {"to", "on", "at"} and tokens[stop - 1].low not in _POSTED:
                break
            stop, capital = inner, capital or inner_capital
        return stop, capital

    def _common_noun(self, tokens: list[_Token], place: int) -> bool:
        """Whether a small word is the kind of place before its name: "the parish of Upper Zelna", "du hameau de Ravna"."""
        of = {"de", "du", "des", "d'"} if self.language == "fr" else {"of"}
        number = 1 if place + 1 < len(tokens) and tokens[place].low in _COUNTS else 0
        noun, after = place + number, place + number + 1
        if (
            after + 1 >= len(tokens)
            or len(tokens[noun].text) < 3
            or not tokens[noun].text.isalpha()
            or tokens[after].low not in of
        ):
            return False
        return any(token.capital and token.text[0].isalpha() for token in tokens[after + 1 : after + 4])

    def _belongs(self, tokens: list[_Token], place: int, after: int) -> bool:
        """Whether "and X" still names what a ministry or committee is for: "Refugees and Repatriation"."""
        token = tokens[after]
        return token.capital and tokens[place].low in _SUBJECTS


_COUNTS = frozenset(
    {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "deux", "trois", "quatre", "cinq", "sept", "neuf"}
)
_POSTED = frozenset(
    {
        "ambassador",
        "mission",
        "representative",
        "envoy",
        "delegation",
        "embassy",
        "permanent",
        "delegate",
        "observer",
        "minister",
        "consul",
    }
)
_SUBJECTS = frozenset(
    [
        "refugees",
        "housing",
        "internal",
        "foreign",
        "external",
        "territorial",
        "home",
        "justice",
        "culture",
        "repatriation",
        "resettlement",
        "relief",
        "human",
        "lands",
        "réfugiés",
        "terres",
        "affaires",
        "intérieur",
        "justice",
        "culture",
        "logement",
        "rapatriement",
        "secours",
        "droits",
        "affairs",
        "trade",
        "health",
        "planning",
    ]
)


def lower_words(text: str) -> frozenset[str]:
    """The words that a text writes without a capital: at a sentence's head they are no names."""
    return frozenset(re.findall(r"(?<![\w'’])[a-zà-ÿ][\w'-]*", text))


def inner_names(texts: Iterable[str]) -> frozenset[str]:
    """The words that texts capitalise inside a sentence, after a small word and a space."""
    return frozenset(word for text in texts for word in re.findall(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][^\W\d_]+", text))
