"""Mask proper names before parsing, so that no finding hangs on which party a sentence is about.

A parse by a small model changes when one name is exchanged for another. Every name is therefore shown to the model as the
same common name of its shape (noun, adjective, plural, acronym); the tokens keep their places in the document's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from wayhome.engines.reading.data import word_groups

_WORD = re.compile(r"[^\W\d_][\w'.-]*$")
# Words of ordinary language as data (`data/words.LANGUAGE.txt`): `common` are capitalised words that are not names (titles,
# offices, bodies, months), `titles` stand before a person's name, a word in -i or -ese before one of `no_noun` is a person or a
# people, not an adjective ("Rovani had", "the Kestrese would").
WORDS = {language: word_groups(f"words.{language}.txt") for language in ("en", "fr")}
_ADJECTIVE = {
    "en": re.compile(r"(?:[ei]an|[^ao]n?ese|[^d]ish|[^aeiou]i|[eo]tic|icic|[eo]lic)$", re.I),
    "fr": re.compile(r"(?:i?en|ienne|[ao]is|[ao]ise|ain|aine|ique|[^aeiou]ie?)$", re.I),
}
_PLURAL = {
    "en": re.compile(r"(?:ians|[^aeiou]is|eans|ards|ans)$", re.I),
    "fr": re.compile(r"(?:iens|iennes|[ao]is|[ao]ises|ains|aines)$", re.I),
}
_LOWER_ADJECTIVE = re.compile(r"(?:(?:i?en|ais|ois|ain)(?:ne|e)?s?|[^aeiou]ie?s?)$")


class NameBook:
    """The names of one document: every capitalised word that is not ordinary language and stands inside a sentence."""

    def __init__(self, sentences: Iterable[Sequence[str]], language: str) -> None:
        self.language = language
        self._common = WORDS.get(language, WORDS["en"])["common"]
        lower: set[str] = set()
        names: set[str] = set()
        for words in sentences:
            for i, word in enumerate(words):
                if not word[:1].isalpha():
                    continue
                if word.islower():
                    lower.add(word)
                elif i and word[0].isupper() and words[i - 1] not in {'"', ":", "(", "-"} and _WORD.match(word):
                    names.add(word)
        self.names = frozenset(n for n in names if n.lower() not in self._common and n.lower() not in lower)
        self._stems = frozenset(n[:5].lower() for n in self.names if len(n) >= 6)

    def is_name(self, word: str, first: bool) -> bool:
        """Whether *word* is a proper name; at a sentence's start only when the same word is one elsewhere."""
        if word in self.names:
            return True
        if first or not word[:1].isupper() or not _WORD.match(word):
            return False
        return word.lower() not in self._common and (len(word) > 1 and not (word.isupper() and len(word) <= 2))

    def mask(self, words: Sequence[str]) -> list[str]:
        """The words of a sentence with every name replaced by a placeholder of the same shape."""
        out = list(words)
        named = [self.is_name(w, i == 0) for i, w in enumerate(words)]
        for i, word in enumerate(words):
            if named[i]:
                before = words[i - 1].lower().rstrip(".") if i else ""
                chained = (i + 1 < len(words) and named[i + 1]) and not _ADJECTIVE[self.language].search(word)
                follows = i > 0 and named[i - 1] and not _ADJECTIVE[self.language].search(words[i - 1])
                out[i] = self._placeholder(word, before, chained, follows, words[i + 1] if i + 1 < len(words) else "")
            elif self.language == "fr" and word.islower() and word[:5] in self._stems and _LOWER_ADJECTIVE.search(word):
                out[i] = (
                    "français"
                    + ("e" if re.search(r"(?:ne|e|ie)s?$", word) else "")
                    + ("es" if re.search(r"(?:nes|es|ies)$", word) else "")
                )
                out[i] = out[i].replace("eees", "es").replace("ees", "es")
        return out

    def _placeholder(self, word: str, before: str, chained: bool, follows: bool, after: str) -> str:
        english = self.language == "en"
        if word.isupper() and len(word) > 1 and len(word) <= 8 and not follows and not chained:
            return "NATO" if english else "OTAN"
        if word.endswith(("'s", "’s")):
            return "Canada's"
        if (
            _PLURAL[self.language].search(word)
            and not chained
            and not (after[:1].isalpha() and after.islower() and english and not after.endswith("ed"))
        ):
            return "Canadians" if english else "Canadiens"
        if (
            english
            and _ADJECTIVE["en"].search(word)
            and after[:1].isalpha()
            and after not in WORDS["en"]["no_noun"]
            and before not in WORDS[self.language]["titles"]
        ):
            return "Canadian"
        if chained and not follows:
            return "John" if english else "Jean"
        if follows or before in WORDS[self.language]["titles"]:
            return "Smith" if english else "Martin"
        if english:
            return "Canada"
        return (
            "France"
            if before in {"la", "en", "l'", "cette", "toute"}
            else ("Canada" if before in {"le", "au", "du", "ce", "tout"} else "Martin")
        )
