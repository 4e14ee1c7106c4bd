"""What goes in and comes out: places with their names, words that people wrote, candidates with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wayhome.engines.gazetteer import explain

# Kinds of places, as far as words say them: "village of", "rayonu", "محافظة".
SETTLEMENT, QUARTER, CAMP, DISTRICT, PROVINCE, COUNTRY = "settlement", "quarter", "camp", "district", "province", "country"


@dataclass(frozen=True, slots=True)
class Place:
    """One area. `parent` is another place's id; `kind` one of the constants above or nothing; `population` in persons."""

    id: int
    parent: int | None = None
    kind: str = ""
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a place. `kind`: official, local, former, exonym, romanised, variant. `until`: year, month or day it ended."""

    place: int
    text: str
    language: str = ""
    kind: str = "official"
    until: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a candidate stands where it does: a stable code, what fills its sentence, and the sentence in English."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return explain.sentence(self.code, self.params)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant: score 0 to 1, the name that was met, and the reasons, the weightiest first.

    `exact`: the name is the same letter by letter, or the same by sound in another script; nothing was guessed.
    """

    place: int
    score: float
    name: str
    reasons: tuple[Reason, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the words may mean, best first.

    `band`: `certain` (one place has this very name and no other comes near), `likely` (one stands clearly before the others),
    `ambiguous` (several come near each other), `none` (nothing on file is near).
    """

    text: str
    band: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Params:
    """Bounds of an answer; scores are 0 to 1. `apart`: how far before the next the first must be, not to be ambiguous."""

    most: int = 9
    least: float = 0.6
    likely: float = 0.75
    certain: float = 0.93
    apart: float = 0.06
