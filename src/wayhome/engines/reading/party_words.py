"""The words of parties' names by language, from `data/party_words.csv`; a language without rows borrows the others'."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading import tables

GROUPS = (
    "office",
    "body",
    "people",
    "title",
    "honorific",
    "first",
    "second",
    "article",
    "joiner",
    "modifier",
    "world",
    "direction",
    "verb",
    "notname",
)


@dataclass(frozen=True, slots=True)
class PartyWords:
    """Lower-case words and phrases by what they do in a party's name (the groups of the table)."""

    office: frozenset[str]
    body: frozenset[str]
    people: frozenset[str]
    title: frozenset[str]
    honorific: frozenset[str]
    first: frozenset[str]
    second: frozenset[str]
    article: frozenset[str]
    joiner: frozenset[str]
    modifier: frozenset[str]
    world: frozenset[str]
    direction: frozenset[str]
    verb: frozenset[str]
    notname: frozenset[str]

    @property
    def heads(self) -> frozenset[str]:
        """Nouns that alone, with an article, name a party ("the Embassy", "le ministre")."""
        return self.office | self.body | self.people


@cache
def party_words(language: str) -> PartyWords:
    """The words of one language; of all languages together where it has none of its own."""
    known = {row["language"] for row in tables.rows("party_words")}
    found: dict[str, set[str]] = {group: set() for group in GROUPS}
    for row in tables.rows("party_words"):
        if row["language"] == language or language not in known:
            found[row["group"]].update(tables.words(row["forms"]))
    return PartyWords(**{group: frozenset(words) for group, words in found.items()})


@cache
def abbreviations() -> dict[str, str]:
    """What an abbreviation of an office or a body stands for, both lower case."""
    return {row["short"]: row["long"] for row in tables.rows("party_abbreviations")}
