"""Typed reasons, free of words: codes and figures that pages put into sentences. Periods count from 0; `until` is the first period in
which the reason no longer holds, None when that is not within the plan."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.types import Doubles, Ints


class Standing(enum.IntEnum):
    """How a household stands in the plan."""

    ON_TIME = 0
    """Home in its first period, to the area it wants most."""
    LATE = 1
    """Home later than its first period, to the area it wants most."""
    ELSEWHERE = 2
    """Home, in time or late, to an area on its list that it wants less."""
    WAITS = 3
    """Willing and not home within the plan."""
    NOT_NOW = 4
    """Said "not now"; never on a list."""
    NO_WISH = 5
    """Names no area it would accept; never on a list."""
    AFTER_PLAN = 6
    """Its first period lies after the plan."""


class Code(enum.IntEnum):
    """What keeps a household from an area in a period in which it would rather be there. The order is the one in which several reasons of
    the same beginning are listed."""

    FAMILY = 0
    """A member household of the family is ready later (`other`), and they go together."""
    GATE = 1
    """The area is closed: `work` is the gate work finished last, or one never started."""
    DWELLING = 2
    WATER = 3
    SCHOOL = 4
    CLINIC = 5
    """Places of the kind are full or promised: `have` there are at the tightest period, `used` of them; `need` is what the household
    takes. `work` is the work after which there is room, or one that would add places and is never started."""
    TRANSPORT = 6
    """Nobody more can leave `hub`."""
    FAIRNESS = 7
    """One more return of this group alone would leave another below its floor."""
    FREE = 8
    """Nothing in the rules stands in the way: the plan leaves this open, a longer run may use it."""


RESOURCE_CODES = (Code.DWELLING, Code.WATER, Code.SCHOOL, Code.CLINIC)


class WorkCode(enum.IntEnum):
    """Why a work does not start earlier."""

    AFTER = 0
    """The work before it is not finished."""
    MONEY = 1
    CREW = 2
    FREE = 3
    """It could start earlier by the rules; the plan has not chosen so."""
    LONG = 4
    """Never started: it takes longer than the plan lasts."""


@dataclass(frozen=True, slots=True)
class WorkReason:
    """One reason why a work does not start in the periods from `since` to `until`; of a work that is never started, those in which it
    would still be finished within the plan. `lacking` is money or crew units short at the worst."""

    code: WorkCode
    since: int
    until: int | None
    periods: int
    project_id: str
    """The work before it; empty for other reasons."""
    crew: str
    lacking: float


@dataclass(frozen=True, slots=True)
class WorkNote:
    """A work in the plan: when it starts and is finished (None: never), and why not earlier."""

    project_id: str
    start: int | None
    end: int | None
    why: tuple[WorkReason, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of one household, for one area of its list. `periods` counts the periods between `since` and `until` in which it holds,
    `alone` those in which nothing else does: with this reason gone the household could be there then."""

    code: Code
    area_id: str
    since: int
    until: int | None
    periods: int
    alone: int
    work: WorkNote | None
    hub_id: str
    have: float
    used: float
    need: float
    other_id: str
    """The household that is waited for; empty for other reasons."""


@dataclass(frozen=True, slots=True)
class HouseholdReasons:
    """What a household is told: when and where it returns (None: not within the plan), from when it could, and what is in the way, the
    area it wants most first and then by beginning."""

    household_id: str
    standing: Standing
    area_id: str | None
    period: int | None
    earliest: int | None
    reasons: tuple[Reason, ...]

    @property
    def binding(self) -> tuple[Reason, ...]:
        """Reasons that alone keep the household back in some period; all of them where none does alone."""
        return tuple(r for r in self.reasons if r.alone) or self.reasons


@dataclass(frozen=True)
class ReasonTable:
    """The reasons of all households, columnar; rows of a household are consecutive and in order. Indices are the instance's, NEVER for
    none; `until` is T where the reason holds to the end of the plan."""

    standing: Ints
    """(N,)"""
    start: Ints
    """(N + 1,) household i has the rows start[i] .. start[i + 1] - 1"""
    code: Ints
    area: Ints
    since: Ints
    until: Ints
    periods: Ints
    alone: Ints
    work: Ints
    hub: Ints
    other: Ints
    have: Doubles
    used: Doubles
    need: Doubles

    def __len__(self) -> int:
        return len(self.code)

    @property
    def household(self) -> Ints:
        """(rows,) whose reason each row is."""
        return np.repeat(np.arange(len(self.standing)), np.diff(self.start))

    def rows(self, household: int) -> range:
        return range(int(self.start[household]), int(self.start[household + 1]))

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))
