"""References to other documents: reference numbers, and a document's kind with its number or date ("your note No. 123/45")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading import tables
from wayhome.engines.reading.dates import DateMention, find_dates
from wayhome.engines.reading.taken import Taken

REACH, NUMBER_REACH = 60, 24
# "resolution 194 (III)", "note 12/4 of": a number right behind the noun that counts nothing ("a letter 3 weeks old").
_BARE = re.compile(
    r"\s+(?P<number>\d{1,5}(?:/\d{1,5})?(?:\s\([IVXLC]+\))?)(?!\s*%|[\w.,]\d|\s\(|\s+[A-Z][a-z]+\s\d{4}"
    r"|\s+(?!(?:and|of|et|du|to|which|that|was|is|on|by|in|as|a|à|de)\b)[a-zà-ÿ])"
)
_LABELLED = re.compile(
    r"(?<![^\W_])(?P<label>no|nos|nr|nº|n°|№|ref|refs|réf|reference|référence|doc|symbol|cote|файл|исх)"
    r"\s*(?P<dot>[.:]|°|º|(?=\s))\s*(?:no?[.º°]?\s*)?(?P<number>[A-Z]{0,8}[\w./()\-]*\d[\w./()\-]*)",
    re.IGNORECASE,
)
_RUN_ON = re.compile(r"(?<![^\W_])Ref(?P<number>[A-Z]\.[A-Z]{1,5}\d{2,6})")
_CABLE = re.compile(r"(?<![\w/.])(?:[A-Z]{1,2}\.)?[A-Z]{1,5}\d{3,6}(?![\w/])")
_SYMBOL = re.compile(r"(?<![\w/.])(?:[A-Z]{1,6}(?:\.\d+)?/)+(?:[A-Z\d][\w.()]*/?)+(?<![/.])(?:\s\([IVXLC]+\))?")
_HYPHENED = re.compile(r"(?<![\w/.\-])(?:\d{1,4}|[A-Z]{1,4}\d?)(?:-[A-Z\d]{1,8}){2,}(?:/\d{2,4})?(?![\w/])")
_DATE_SHAPED = re.compile(r"^\d{1,2}([/.\-])\d{1,2}\1\d{2,4}$|^\d{4}-\d{2}-\d{2}$|^\d{1,2}$|^(?:1[5-9]|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer to a document at `text[start:end]`. `whose` is "first" for the writer's own, "second" for the reader's, else None."""

    start: int
    end: int
    number: str | None
    kind: str | None
    date: str | None
    whose: str | None


def reference_numbers(text: str) -> list[tuple[int, int, str]]:
    """Places and forms of reference numbers, in order, none inside another: "AF/203", "O.JA1408", "A/RES/61/106", "RC-B9-0163/2024"."""
    found: list[tuple[int, int, str]] = []
    taken = Taken()
    for pattern in (_RUN_ON, _LABELLED, _SYMBOL, _HYPHENED, _CABLE):
        for match in pattern.finditer(text):
            group = "number" if "number" in pattern.groupindex else 0
            number = (
                match[group].rstrip(".,;:)(-/")
                if match[group].count("(") != match[group].count(")")
                else match[group].rstrip(".,;:-/")
            )
            start = match.start(group)
            labelled = pattern is _LABELLED
            if not any(char.isdigit() for char in number) or (_DATE_SHAPED.match(number) and not labelled):
                continue
            if labelled and match["label"] in {"no", "nos"} and not match["dot"]:
                continue
            end = start + len(number)
            if taken.take(start, end):
                found.append((start, end, number))
    return sorted(found)


@cache
def _nouns(language: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    mine = [row for row in tables.rows("communication_nouns") if row["language"] == language and row["written"] == "yes"]
    pattern = "|".join(f"(?P<k{place}>{row['forms']})" for place, row in enumerate(mine)) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), tuple(row["kind"] for row in mine)


_WHOSE = {
    "first": re.compile(r"(?:\b(?:our|my|notre|nos|mon|ma|mes)\b(?:\s+\S+){0,2}\s*)$", re.IGNORECASE),
    "second": re.compile(r"(?:\b(?:your|votre|vos|your\s+\w+['’]s)\b(?:\s+\S+){0,2}\s*)$", re.IGNORECASE),
}


def find_references(
    text: str, language: str, document_date: str | None = None, dates: tuple[DateMention, ...] | None = None
) -> tuple[Reference, ...]:
    """Every reference to a document in a text, in order of place.

    A kind of document counts with a number or a date close behind it; a number counts alone. *dates* are those of the text where
    the caller has them.
    """
    when = find_dates(text, language, document_date) if dates is None else dates
    numbers = reference_numbers(text)
    used: set[int] = set()
    found: list[Reference] = []
    pattern, kinds = _nouns(language)
    nouns = list(pattern.finditer(text))
    for place, noun in enumerate(nouns):
        limit = min(noun.end() + REACH, nouns[place + 1].start() if place + 1 < len(nouns) else len(text))
        stop = re.search(r"[.;!?](?=\s+[A-ZÀ-Ý]{1}[a-zà-ÿ]|\s*$)|\n", text[noun.end() : limit])
        limit = (
            noun.end() + stop.start()
            if stop and text[noun.end() + stop.start() - 2 : noun.end() + stop.start()].lower() != "no"
            else limit
        )
        bare = _BARE.match(text, noun.end())
        number = (bare.start("number"), bare.end("number"), bare["number"]) if bare else None
        if number is None:
            near = min(limit, noun.end() + NUMBER_REACH)
            number = next((item for item in numbers if noun.end() <= item[0] < near and item[0] not in used), None)
        date = next((item for item in when if noun.end() <= item.start < limit and item.iso), None)
        if number is None and date is None:
            continue
        if number:
            used.add(number[0])
        end = max(number[1] if number else 0, date.end if date else 0)
        before = text[max(0, noun.start() - 40) : noun.start()]
        whose = next((name for name, rule in _WHOSE.items() if rule.search(before)), None)
        lead = _WHOSE[whose].search(before) if whose else None
        start = noun.start() - (len(lead.group()) if lead else 0)
        kind = kinds[int((noun.lastgroup or "k0")[1:])]
        found.append(Reference(start, end, number[2] if number else None, kind, date.iso if date else None, whose))
    for start, end, form in numbers:
        if start not in used:
            found.append(Reference(start, end, form, None, None, None))
    return tuple(sorted(found, key=lambda item: (item.start, item.end)))


def same_number(one: str, other: str) -> bool:
    """Whether two reference numbers are the same when case, spaces and marks are left out ("AF/203" and "af 203")."""
    plain = [re.sub(r"[\W_]", "", form).casefold() for form in (one, other)]
    return bool(plain[0]) and plain[0] == plain[1]
