"""What an ask asks for, as a code after the PLOVER ontology of political events, without conflict scores; its place and whom it serves.

The classes, their stems and an example of each are rows of `data/acts.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading import tables
from wayhome.engines.reading.party_mentions import MentionFinder, PartyMention
from wayhome.engines.reading.party_words import party_words

# What stands before the action itself in a clause that quotes the requesting verb too.
_LEAD = {
    "en": re.compile(
        r"^.{0,160}?\b(?:ask\w*|request\w*|urg\w+|call\w* (?:on|upon|for)|appeal\w* (?:to|for)|invit\w+|beg\w*|demand\w*|expect\w*|count\w* on|"
        r"recommend\w*|propos\w+|suggest\w*|want\w*|wish\w*|grateful (?:if|to)|appreciate(?: it)?(?: if)?|instruct\w*|encourag\w+|insist\w*|hope\w*)\b",
        re.IGNORECASE | re.DOTALL,
    ),
    "fr": re.compile(
        r"^.{0,160}?\b(?:demand\w+|pri(?:e|ons|er|ait|ent)|invit\w+|exhort\w+|appel\w+ (?:à|au|aux)|appelle\w*|sollicit\w+|exig\w+|souhait\w+|"
        r"recommand\w+|propos\w+|suggér\w+|gré de|reconnaissant\w* (?:de|à)|suppli\w+|charg\w+|enjoi\w+|compt\w+ sur|insist\w+)\b",
        re.IGNORECASE | re.DOTALL,
    ),
}
_PLACE = {
    "en": re.compile(r"(?<!\w)(?:to|in|into|at|from|near|through|across|between|around)\s+(?:the\s+)?(?P<place>(?:[A-Z][\w'’-]+)(?:\s+(?:of\s+(?:the\s+)?)?[A-Z][\w'’-]+){0,4})"),
    "fr": re.compile(r"(?<!\w)(?:à|au|aux|en|dans|vers|depuis|près de|entre|sur)\s+(?:la\s+|le\s+|les\s+|l['’])?(?P<place>(?:[A-ZÀ-Ý][\w'’-]+)(?:\s+(?:de\s+(?:la\s+)?|du\s+)?[A-ZÀ-Ý][\w'’-]+){0,4})"),
}  # fmt: skip
_OFFICES = ("commissioner", "minister", "president", "commissaire", "ministre", "président", "secretary", "secrétaire")
_GEOGRAPHY = {
    "en": r"valley|villages?|town|city|district|province|region|camp|quarter|river|bridge|pass|island|islands|area|territory|border",
    "fr": r"vallée|villages?|ville|district|province|région|camp|quartier|rivière|pont|col|îles?|zone|territoire|frontière",
}


@dataclass(frozen=True, slots=True)
class Act:
    """The class of an action ("YIELD") and its mode ("return"); `text[start:end]` is the word that decided."""

    code: str
    mode: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.code}-{self.mode.replace(' ', '_')}"


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    mode: str
    level: int
    pattern: re.Pattern[str]


@cache
def _rows(language: str) -> tuple[_Row, ...]:
    return tuple(
        _Row(row["code"], row["mode"], int(row["level"]), re.compile(rf"(?<![\w-])(?:{row['stems']})", re.IGNORECASE))
        for row in tables.rows("acts")
        if row["language"] == language
    )


def act_of(clause: str, language: str = "en") -> Act | None:
    """The class of what a clause asks for, or None where no stem of the table occurs in it.

    The stem nearest to the beginning of the action decides; the requesting verb itself does not count.
    """
    plain = re.sub(r"\s", " ", clause.replace("’", "'"))
    lead = _LEAD[language].match(plain) if language in _LEAD else None
    start = lead.end() if lead and lead.end() < len(plain) - 6 else 0
    for origin in dict.fromkeys((start, 0)):
        best: tuple[int, int, int, Act] | None = None
        for order, row in enumerate(_rows(language)):
            match = row.pattern.search(plain, origin)
            if match is None or match.end() == match.start():
                continue
            candidate = (row.level, match.start(), order, Act(row.code, row.mode, match.start(), match.end()))
            if best is None or candidate[:3] < best[:3]:
                best = candidate
        if best is not None:
            return best[3]
    return None


def place_in(clause: str, language: str = "en", parties: Sequence[str] = ()) -> str | None:
    """The place that a clause names: a capitalised name after a preposition of place that is no office, body or person asked.

    *parties* are the names of asker and addressees, which are no places here.
    """
    rule = _PLACE.get(language)
    if rule is None:
        return None
    words = party_words(language)
    for match in rule.finditer(clause):
        low = match["place"].lower().replace("’", "'")
        if re.search(r"'s?$", low) or clause[match.end() : match.end() + 1] in {"'", "’"}:
            continue
        first = low.split()[0]
        if first in words.notname or low in words.honorific or any(part in words.office | words.body for part in low.split()):
            continue
        if any(match["place"] in party for party in parties):
            continue
        tail = re.match(rf"\s+(?:{_GEOGRAPHY[language]})\b", clause[match.end() :], re.IGNORECASE)
        return " ".join((match["place"] + (tail.group() if tail else "")).split())
    return None


def beneficiary_in(clause: str, language: str = "en", parties: Sequence[str] = ()) -> str | None:
    """Whom the action serves, where the clause names a group of people: "the families", "the displaced of Lower Zelna"."""
    words = party_words(language)
    finder = MentionFinder(language)
    for mention in finder.find(clause):
        if mention.form in {"first", "second"} or any(mention.text in party or party in mention.text for party in parties):
            continue
        if _is_people(mention, words.people) and not any(word in mention.text.lower() for word in _OFFICES):
            return mention.text
    loose = re.search(
        r"\b(?:the|our|its|their|all|les|nos|ses|leurs|tous les|toutes les)\s+(?P<group>(?:[\w-]+\s+){0,2}?"
        + r"(?:families|familles|refugees|réfugiés|prisoners|prisonniers|children|enfants|widows|veuves|orphans|orphelins|displaced|déplacés|residents|habitants"
        + r"|villagers|villageois|returnees|rapatriés|exiles|exilés|survivors|survivants|inhabitants|people|populations?|detainees|détenus|missing|disparus))\b",
        clause,
        re.IGNORECASE,
    )
    return loose["group"] if loose else None


def _is_people(mention: PartyMention, people: frozenset[str]) -> bool:
    low = mention.text.lower()
    return any(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low)
        for word in people
        if word not in {"parties", "sides", "chiefs", "chefs"}
    ) or bool(re.fullmatch(r"(?:[\w-]+ )?[A-ZÀ-Ý][\w-]+(?:ians|ans|ese|is|ens|iens|ais|ois)", mention.text))
