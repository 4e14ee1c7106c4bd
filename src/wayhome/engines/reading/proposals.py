"""Proposals from outside (an optional extractor) that may be added to a reading, each only with its exact passage.

Nothing a proposal says is believed that the text does not show: its quote must be in the text, parties must be named in
it, a due date's year must be written in it. What is added is marked with its origin and is less sure than own findings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from wayhome.engines.reading.types import Ask, Commitment, CommitmentKind, Reading, Silence, SilenceKind

MAX_CONFIDENCE = 0.5
_MOST = 500  # proposals of one kind looked at
_SHORTEST = 8  # characters of a quote: less is found by chance
_LONGEST = 2_000
_SAME = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u00a0": " ", "\u202f": " "}
_ISO = re.compile(r"(\d{4})(-\d{2}(-\d{2})?)?")

Finding = Ask | Commitment | Silence


@dataclass(frozen=True, slots=True)
class Merged:
    """A reading with what was added, and what became of all proposals: their counts add up to the number given."""

    reading: Reading
    added: int = 0
    known: int = 0
    not_in_text: int = 0
    malformed: int = 0

    @property
    def given(self) -> int:
        return self.added + self.known + self.not_in_text + self.malformed


def merge(reading: Reading, proposals: Mapping[str, Any], *, origin: str) -> Merged:
    """Add the proposals that hold to `reading`. `proposals` has lists `asks`, `commitments`, `silences` as in the contract.

    `origin` names who proposed; it stands in each added finding's `explanation`. Offsets in proposals are ignored: the quote
    decides. Own findings are never changed or removed. Same input, same output.
    """
    text = _Text(reading.text)
    counts = {"added": 0, "known": 0, "not_in_text": 0, "malformed": 0}

    def accepted(kind: str, existing: Iterable[Finding]) -> list[Finding]:
        found: list[Finding] = list(existing)
        rows = proposals.get(kind)
        for row in rows[:_MOST] if isinstance(rows, list) else []:
            outcome = _finding(kind, row, text, found, origin)
            if isinstance(outcome, str):
                counts[outcome] += 1
            else:
                counts["added"] += 1
                found.append(outcome)
        return sorted(found, key=lambda one: (one.start, one.end))

    asks = tuple(one for one in accepted("asks", reading.asks) if isinstance(one, Ask))
    commitments = tuple(one for one in accepted("commitments", reading.commitments) if isinstance(one, Commitment))
    silences = tuple(one for one in accepted("silences", reading.silences) if isinstance(one, Silence))
    return Merged(replace(reading, asks=asks, commitments=commitments, silences=silences), **counts)


def _finding(kind: str, row: Any, text: _Text, found: list[Finding], origin: str) -> Finding | str:
    """The finding a row stands for, or what is wrong with it, by the name of its count."""
    if not isinstance(row, Mapping) or not isinstance(row.get("quote"), str):
        return "malformed"
    places = text.places(row["quote"])
    if not places:
        return "not_in_text"
    place = next((one for one in places if not _is_known(one, found)), None)
    if place is None:
        return "known"
    start, end = place
    sure = row.get("confidence")
    confidence = (
        min(MAX_CONFIDENCE, max(0.0, float(sure))) if isinstance(sure, int | float) and math.isfinite(sure) else MAX_CONFIDENCE
    )
    explanation = f"proposed by {origin}"
    if kind == "asks":
        return Ask(
            asker=text.party(row.get("asker")),
            addressees=text.parties(row.get("addressees")),
            action=_line(row.get("action")) or _line(passage(text.original, start, end)) or "",
            act=None,
            beneficiary=text.party(row.get("beneficiary")),
            place=text.party(row.get("place")),
            due=text.due(row.get("due")),
            basis=text.parties(row.get("basis")),
            start=start,
            end=end,
            confidence=confidence,
            explanation=explanation,
        )
    if kind == "commitments":
        if row.get("kind") not in get_args(CommitmentKind):
            return "malformed"
        return Commitment(
            who=text.party(row.get("who")),
            what=_line(row.get("what")) or passage(text.original, start, end),
            kind=row["kind"],
            instrument=text.party(row.get("instrument")),
            start=start,
            end=end,
            confidence=confidence,
            explanation=explanation,
        )
    if row.get("kind") not in get_args(SilenceKind):
        return "malformed"
    return Silence(
        who=text.party(row.get("who")),
        toward=text.party(row.get("toward")),
        kind=row["kind"],
        start=start,
        end=end,
        confidence=confidence,
        explanation=explanation,
    )


def _is_known(place: tuple[int, int], found: Iterable[Finding]) -> bool:
    """Overlap by half of the union, or one inside the other and at most twice as long."""
    start, end = place
    for one in found:
        common = min(end, one.end) - max(start, one.start)
        if common <= 0:
            continue
        longer, shorter = max(end - start, one.end - one.start), min(end - start, one.end - one.start)
        if common / (longer + shorter - common) >= 0.5 or (common == shorter and longer <= 2 * shorter):
            return True
    return False


def passage(text: str, start: int, end: int) -> str:
    """A passage on one line."""
    return " ".join(text[start:end].split())


def _line(value: Any) -> str | None:
    return " ".join(value.split())[:300] or None if isinstance(value, str) else None


class _Text:
    """A text to look passages up in, whatever its line breaks, quotation marks and dashes."""

    def __init__(self, original: str) -> None:
        self.original = original
        kept: list[str] = []
        self._where: list[int] = []
        for position, char in enumerate(original):
            plain = _SAME.get(char, char)
            if plain.isspace():
                if kept and kept[-1] == " ":
                    continue
                plain = " "
            kept.append(plain)
            self._where.append(position)
        self._plain = "".join(kept)
        self._folded = self._plain.casefold()

    def places(self, quote: str) -> list[tuple[int, int]]:
        """Where `quote` stands, as offsets in the original text; at most 50 places."""
        needle = " ".join("".join(_SAME.get(char, char) for char in quote).split()).strip()
        if not _SHORTEST <= len(needle) <= _LONGEST:
            return []
        found: list[tuple[int, int]] = []
        at = self._plain.find(needle)
        while at >= 0 and len(found) < 50:
            found.append((self._where[at], self._where[at + len(needle) - 1] + 1))
            at = self._plain.find(needle, at + 1)
        return found

    def party(self, value: Any) -> str | None:
        """A name that the text itself gives, or None."""
        name = _line(value)
        if not name:
            return None
        plain = "".join(_SAME.get(char, char) for char in name).casefold()
        return name if re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", self._folded) else None

    def parties(self, value: Any) -> tuple[str, ...]:
        """The names in a list (or one string) that the text gives; at most 20."""
        values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(dict.fromkeys(name for one in values[:20] if (name := self.party(one))))

    def due(self, value: Any) -> str | None:
        """An ISO 8601 date whose year the text writes."""
        match = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
        return match[0] if match and match[1] in self._plain else None
