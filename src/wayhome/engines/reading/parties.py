"""Who is who in a document: every mention of a party brought to one party of the document, under its fullest name.

Inside one document "Prime Minister N. of A", "the Prime Minister" and "the PM" are one party; "we" is the document's sender and
"Your Excellency" its addressee (see `document_parties`). Across documents a person decides; the engine only proposes names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from wayhome.engines.reading.party_mentions import PartyMention
from wayhome.engines.reading.party_words import abbreviations, party_words

_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*\.?")


@dataclass(slots=True)
class Party:
    """One party of a document: its fullest name, every way it is named, and where it was named first and last (mention numbers)."""

    name: str
    variants: set[str]
    keys: set[frozenset[str]]
    person: bool
    head: str | None
    surname: str | None
    last: int = 0
    words: set[str] = field(default_factory=set)


@cache
def _title_words(language: str) -> frozenset[str]:
    return frozenset(part for title in party_words(language).title for part in title.replace(".", "").split())


@cache
def _head_words(language: str) -> frozenset[str]:
    return frozenset(part for head in party_words(language).heads for part in head.replace("-", " ").split())


def name_words(name: str, language: str) -> list[str]:
    """The words of a name that tell parties apart: lower case, no articles, joiners or titles, abbreviations written out."""
    return list(_name_words(name, language))


@lru_cache(maxsize=8192)
def _name_words(name: str, language: str) -> tuple[str, ...]:
    words = party_words(language)
    expanded: list[str] = []
    for match in _WORD.finditer(name.replace("’", "'")):
        word = match.group().lower()
        bare = word.replace(".", "")
        expanded.extend((abbreviations().get(bare) or bare).replace("-", " ").split())
    titles = _title_words(language)
    return tuple(w for w in expanded if len(w) > 1 and w not in words.article | words.joiner and w not in titles)


class PartyBook:
    """The parties of one document, filled by reading its mentions in order of place."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.parties: list[Party] = []
        self._heads = _head_words(language)
        self._count = 0

    def add(self, mention: PartyMention | str, person: bool = False) -> Party | None:
        """The party that a named or described mention means, entered when it is new; None for a pronoun or an empty name."""
        if isinstance(mention, PartyMention):
            if mention.form in {"first", "second"}:
                return None
            text, person, described = mention.text, mention.person, mention.form == "described"
        else:
            text, described = mention.strip(" ,;:."), False
        words = name_words(text, self.language)
        if not words:
            return None
        self._count += 1
        party = self._known(text, described)
        if party is None:
            party = Party(text, set(), set(), person, *self._head_and_surname(text, person))
            self.parties.append(party)
        elif len(words) > len(name_words(party.name, self.language)):
            party.name = text
            party.head, party.surname = self._head_and_surname(text, person)
        party.variants.add(text)
        party.keys.add(frozenset(words))
        party.words.update(words)
        party.last = self._count
        if not isinstance(mention, PartyMention):
            self._absorb(party)
        return party

    def _absorb(self, party: Party) -> None:
        """Joins to a party those that its fuller name shows to be the same ("Mr N." once "the Minister, Mr N." is read)."""
        words = set(name_words(party.name, self.language))
        for other in [known for known in self.parties if known is not party and known.words <= words]:
            if other.surname == party.surname is not None or (other.head is not None and other.head == party.head):
                party.variants |= other.variants
                party.keys |= other.keys
                self.parties.remove(other)

    def _known(self, name: str, described: bool) -> Party | None:
        words = name_words(name, self.language)
        if not words:
            return None
        wanted = frozenset(words)
        for party in self.parties:
            if wanted in party.keys:
                return party
        if self._is_acronym(words):
            initials = words[0].replace(".", "")
            for party in self.parties:
                if initials in _initials(party.name):
                    return party
        proper = proper_of(words, self._heads)
        head, surname = self._head_and_surname(name, False)
        candidates = [party for party in self.parties if self._covers(party, words, head, surname)]
        if not candidates:
            return None
        if described or not proper:
            return max(candidates, key=lambda party: party.last)
        return candidates[0] if len(candidates) == 1 else max(candidates, key=lambda party: (len(party.words), party.last))

    def _covers(self, party: Party, words: Sequence[str], head: str | None, surname: str | None) -> bool:
        """Whether a shorter or longer name means the party: a surname, an office alone, a name without its place, and the reverse."""
        mine = name_words(party.name, self.language)
        if not mine:
            return False
        if set(words) <= set(mine):
            if head is None:
                return party.surname is not None and words[-1] == party.surname
            return head == party.head or (party.head is None and surname is not None and surname == party.surname)
        if set(mine) <= set(words):
            if party.head is None:
                return party.person and surname == mine[-1]
            return head == party.head and bool(proper_of(mine, self._heads) or list(words[: len(mine)]) == mine)
        return False

    def _head_and_surname(self, name: str, person: bool) -> tuple[str | None, str | None]:
        """The noun that says what a party is (before any "of"), and a person's last name after it."""
        words = party_words(self.language)
        joiners = words.joiner
        apposed = re.search(r",\s+(\w+)\.?\s(?:.*\s)?([^\W\d_]+)$", name)
        if apposed and apposed[1].lower() in words.title:
            return self._head_and_surname(name[: apposed.start()], person)[0], apposed[2].lower()
        core: list[str] = []
        for match in _WORD.finditer(name.replace("’", "'")):
            low = match.group().lower()
            if core and low in joiners and low not in {"the", "la", "le", "al", "el", "bin", "ibn", "van", "von", "di", "da"}:
                break
            core.extend((abbreviations().get(low.replace(".", "")) or low).replace("-", " ").split())
        places = [place for place, word in enumerate(core) if word in self._heads]
        after = [word for word in core[places[-1] + 1 :] if len(word) > 1] if places else []
        surname = after[-1] if after else (core[-1] if core and not places and (person or len(core) > 1) else None)
        return core[places[-1]] if places else None, surname

    def fullest(self, name: str) -> str:
        """The fullest name of the party that a name means in this document; the name itself where no party is known by it."""
        words = name_words(name, self.language)
        party = self._known(name, not proper_of(words, self._heads)) if words else None
        return party.name if party else name

    def _is_acronym(self, words: Sequence[str]) -> bool:
        return len(words) == 1 and 2 <= len(words[0]) <= 8 and words[0].isalpha()

    def resolve(self, mention: PartyMention, senders: Sequence[str] = (), addressees: Sequence[str] = ()) -> tuple[str, ...]:
        """The fullest names that a mention means; first person means the senders, second person the addressees."""
        if mention.form == "first":
            return tuple(senders)
        if mention.form == "second":
            return tuple(addressees)
        party = self._known(mention.text, mention.form == "described")
        return (party.name if party else mention.text,)


def _initials(name: str) -> set[str]:
    """The initials of a name's capitalised words and of all its longer words, lower case."""
    found = re.findall(r"[^\W\d_]+", name)
    capital = "".join(word[0] for word in found if word[0].isupper()).lower()
    every = "".join(word[0] for word in found if len(word) > 3).lower()
    bracketed = re.findall(r"\(([A-Z.]{2,8})\)", name)
    return {part for part in (capital, every, *(b.replace(".", "").lower() for b in bracketed)) if len(part) >= 2}


def fill(book: PartyBook, mentions: Iterable[PartyMention]) -> PartyBook:
    """Enters mentions in order; named ones first, so that a description finds the name that comes later too."""
    listed = list(mentions)
    for mention in listed:
        if mention.form == "named":
            book.add(mention)
    for mention in listed:
        if mention.form == "described":
            book.add(mention)
    return book


def proper_of(words: Iterable[str], heads: Collection[str]) -> list[str]:
    """The words of a name that are no office, body or group."""
    return [word for word in words if word not in heads]
