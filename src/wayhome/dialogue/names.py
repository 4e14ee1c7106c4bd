"""What a name says: title, body, person, or only a form of address. Pure; words come from the tables in `dialogue/data`.

"Prime Minister Nikol Pashinyan of Armenia" -> title prime_minister, body {armenia}, person {nikol, pashinyan}.
"Your Excellency" -> deictic "addressee". "We" -> deictic "author".
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from babel import Locale

from wayhome.core.text import fold

_WORDS = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*\.?", re.UNICODE)
_NO_STATES = frozenset({"UN", "EU", "EZ", "QO", "ZZ", "XA", "XB"})  # codes of the table that name no state
_POSSESSIVE = re.compile(r"['’]s?$")
_LANGUAGES = ("en", "fr", "ru", "az", "hy", "ar")
# Words that carry no weight when two names are compared.
_LIGHT = frozenset(
    fold(w)
    for w in [
        "the",
        "of",
        "and",
        "for",
        "to",
        "in",
        "de",
        "la",
        "le",
        "les",
        "des",
        "du",
        "et",
        "l",
        "d",
        "der",
        "von",
        "republic",
        "république",
        "республика",
        "республики",
        "республику",
    ]
)


@dataclass(frozen=True, slots=True)
class Analysed:
    """A name taken apart. `key` is the folded whole without articles and honorifics; the sets hold folded words."""

    text: str
    key: str
    words: frozenset[str]
    title: str
    body: frozenset[str]
    person: frozenset[str]
    government: bool
    deictic: str


def _rows(name: str) -> list[dict[str, str]]:
    with resources.files("wayhome.dialogue.data").joinpath(name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@lru_cache(maxsize=1)
def _titles() -> list[tuple[str, re.Pattern[str]]]:
    forms = [(row["code"], fold(form)) for row in _rows("titles.csv") for form in row["forms"].split("|") if form]
    forms.sort(key=lambda pair: -len(pair[1]))  # "deputy prime minister" before "prime minister" before "minister"
    return [(code, re.compile(rf"(?<!\w){re.escape(form)}(?!\w)")) for code, form in forms]


@lru_cache(maxsize=16)
def forms(use: str) -> tuple[str, ...]:
    """The folded forms of one use in `forms_of_address.csv`, the longest first."""
    found = {fold(f) for row in _rows("forms_of_address.csv") if row["use"] == use for f in row["forms"].split("|") if f}
    return tuple(sorted(found, key=len, reverse=True))


@lru_cache(maxsize=16)
def _pattern(use: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(form) for form in forms(use)) + r")(?!\w)")


@lru_cache(maxsize=1)
def _bodies() -> dict[str, frozenset[str]]:
    """Short name -> the words of every full name it stands for."""
    found: dict[str, set[str]] = {}
    for row in _rows("bodies.csv"):
        found.setdefault(fold(row["short"]).replace(".", ""), set()).update(_content(fold(row["full"])))
    return {short: frozenset(words) for short, words in found.items()}


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    """Folded names of states in the languages of the interface -> their ISO 3166 code."""
    found = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_STATES:
                found[fold(name)] = code
    return found


@lru_cache(maxsize=1)
def _state_words() -> frozenset[str]:
    """States' names of one word."""
    return frozenset(name for name in _states() if " " not in name)


def _content(folded: str) -> frozenset[str]:
    words = (re.sub(r"^[a-z]{1,2}['’]", "", word).strip(".'’-") for word in _WORDS.findall(folded))
    return frozenset(word for word in words if word and word not in _LIGHT and len(word) > 1)


def _strip_front(folded: str) -> str:
    """Without articles and honorifics at the front, however many there are."""
    changed = True
    while changed:
        changed = False
        for use in ("honorific", "article"):
            for form in forms(use):
                tight = form.endswith(("'", "’"))
                if folded.startswith(form + ("" if tight else " ")):
                    folded = folded[len(form) :].lstrip(" ,")
                    changed = True
    return folded


@lru_cache(maxsize=8192)
def analyse(text: str) -> Analysed:
    """Take a name or a mention apart."""
    folded = re.sub(r"\s+", " ", fold(text)).strip(" ,;:.()\"'“”«»")
    folded = _POSSESSIVE.sub("", folded)
    if any(re.match(re.escape(form) + r"['’]s\b", folded) for form in forms("addressee") if " " in form):
        return Analysed(
            text, folded, frozenset(), "", frozenset(), frozenset(), False, "addressee"
        )  # "Your Excellency's good offices"
    for use in ("addressee", "author"):
        if folded in forms(use) or _strip_front(folded) in forms(use):
            return Analysed(text, folded, frozenset(), "", frozenset(), frozenset(), False, use)
    first, _, others = folded.partition(" ")
    for use in ("addressee", "author"):
        # "our elected office", "your Ministry": who speaks, who is spoken to. A longer phrase names somebody else.
        if first in forms(f"possessive_{use}") and 1 <= len(others.split()) <= 3:
            return Analysed(text, folded, frozenset(), "", frozenset(), frozenset(), False, use)
    key = _strip_front(folded)
    rest = re.sub(r"\([^)]*\)", " ", key)
    title = ""
    before, after = "", rest
    for code, pattern in _titles():
        match = pattern.search(rest)
        if match:
            title, before, after = code, rest[: match.start()], rest[match.end() :]
            break
    government = bool(_pattern("government").search(rest))
    body: frozenset[str] = frozenset()
    person: frozenset[str] = frozenset()
    if title:
        # "Minister X of Y": what follows the first link word is the body; "Y's Minister X": what stands before is the body.
        link = re.search(r"(?<!\w)(?:" + "|".join(re.escape(form) for form in forms("link")) + r")(?!\w)\s*", after)
        named, of = (after[: link.start()], after[link.end() :]) if link else (after, "")
        if "," in named:
            named, _, more = named.partition(",")
            of = f"{more} {of}"
        if "," in before:  # "Name, Minister of Y"
            front, _, before = before.rpartition(",")
            named = f"{front} {named}"
        body = _content(of) | _content(re.sub(r"['’]s?\s*$", "", before.strip()))
        person = _content(_strip_front(named.strip()))
        # Languages without a link word put the body right after the title; a state's name is never a person's.
        states = frozenset(word for word in person if word in _state_words())
        body, person = body | states, person - states
    elif government:
        body = _content(_pattern("government").sub(" ", rest))
    return Analysed(text, key, _spelt_out(_content(key)), title, _spelt_out(body), person, government, "")


def _spelt_out(words: frozenset[str]) -> frozenset[str]:
    """Short names spelt out, and beside a state's name its code, so that names in two scripts meet."""
    found: set[str] = set()
    for word in words:
        found |= _bodies().get(word, frozenset({word}))
        if word in _states():
            found.add("=" + _states()[word])
    return frozenset(found)


def alike(one: str, other: str) -> bool:
    """Two words of one root: equal, or with a long common beginning ("armenian", "armenia"; other case endings)."""
    if one == other:
        return True
    if one[:5] != other[:5]:
        return False
    shorter = min(len(one), len(other))
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    return shorter >= 5 and common >= max(5, shorter - 2) and abs(len(one) - len(other)) <= 4


def share(few: frozenset[str], many: frozenset[str]) -> float:
    """How much of `few` is found in `many`, 0 to 1."""
    if not few:
        return 0.0
    plain = few & many
    return (len(plain) + sum(any(alike(word, other) for other in many) for word in few - plain)) / len(few)


def kind_of(text: str) -> str:
    """The kind of party a new name most likely is: a Party.Kind value."""
    name = analyse(text)
    if name.title:
        return "person" if name.person else "office"
    if name.government:
        return "organ"
    if _pattern("community").search(name.key):
        return "community"
    if name.key in _states() or re.sub(r"^(?:republic|republique|kingdom|state) (?:of|de|du) ", "", name.key) in _states():
        return "state"
    if _pattern("organ").search(name.key):
        return "organ"
    return "organisation"


def plain_name(text: str) -> str:
    """A mention as the name of a record: without the article in front, first letter large."""
    name = _POSSESSIVE.sub("", re.sub(r"\s+", " ", text).strip(" ,;:"))
    for article in forms("article"):
        tight = article.endswith(("'", "’"))
        head = article + ("" if tight else " ")
        if fold(name).startswith(head) and len(name) > len(head):
            name = name[len(head) :]
            break
    return (name[:1].upper() + name[1:])[:250]
