"""Figures of a wave. Every one names how many answered of how many were asked; silence is counted and never filled in.

Where figures could leave the registry, cells under `SMALL` are marked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from wayhome.accounts.models import Process
from wayhome.places.models import Area
from wayhome.registry import claim_tables
from wayhome.registry.models import Household, Intention, IntentionCondition, Wave, WaveHousehold
from wayhome.registry.wish_states import ANSWERS, Place, Wish

SMALL = 5
NOT_ASKED = "not_asked"
NO_REPLY = "no_reply"  # asked, nothing on file
STANDS = Q(replaced_at=None)


@dataclass(slots=True)
class Cell:
    """A count, and whether it is too small to be shown outside."""

    n: int

    @property
    def small(self) -> bool:
        return 0 < self.n < SMALL


@dataclass(slots=True)
class Tally:
    """Answers of some households: by wish, those who gave none, those from whom nothing is on file."""

    asked: int = 0
    wishes: Counter[str] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        return sum(self.wishes[wish] for wish in ANSWERS)

    @property
    def no_answer(self) -> int:
        return self.wishes[Wish.NO_ANSWER]

    @property
    def no_reply(self) -> int:
        """Asked, and nothing is on file, not even that there was no answer."""
        return max(self.asked - self.answered - self.no_answer, 0)

    @property
    def silent(self) -> int:
        return self.asked - self.answered

    @property
    def small(self) -> bool:
        """Whether any count is too small to be shown outside."""
        return any(0 < n < SMALL for n in (*(self.wishes[wish] for wish in ANSWERS), self.silent))

    def cells(self) -> list[Cell]:
        """By wish in the order of the legend."""
        return [Cell(self.wishes[wish]) for wish in ANSWERS]

    def share(self, wish: str) -> float | None:
        """Of those who answered; None where nobody did."""
        return self.wishes[wish] / self.answered if self.answered else None

    @property
    def response(self) -> float | None:
        return self.answered / self.asked if self.asked else None


def tallies(waves: Iterable[Wave]) -> dict[int, Tally]:
    """Figures of each wave; two queries whatever their number."""
    keys = [wave.pk for wave in waves]
    found = {key: Tally() for key in keys}
    for row in WaveHousehold.objects.filter(wave__in=keys).values("wave").annotate(n=Count("pk")).order_by():
        found[row["wave"]].asked = row["n"]
    for row in Intention.objects.filter(STANDS, wave__in=keys).values("wave", "wish").annotate(n=Count("pk")).order_by():
        found[row["wave"]].wishes[row["wish"]] = row["n"]
    return found


@dataclass(slots=True)
class ByPlace:
    """Figures of the households of one area; `area` None for those whose place is not known."""

    area: Area | None
    tally: Tally


def by_place(wave: Wave, place: str) -> list[ByPlace]:
    """Figures by place of origin or present place, the largest first; three queries."""
    column = f"household__{Place(place).value}"
    found: dict[int | None, Tally] = {}
    for row in WaveHousehold.objects.filter(wave=wave).values(column).annotate(n=Count("pk")).order_by():
        found.setdefault(row[column], Tally()).asked = row["n"]
    for row in Intention.objects.filter(STANDS, wave=wave).values(column, "wish").annotate(n=Count("pk")).order_by():
        found.setdefault(row[column], Tally()).wishes[row["wish"]] = row["n"]
    areas = {
        area.pk: area
        for area in Area.objects.filter(pk__in=[key for key in found if key is not None])
        .select_related("boundary", "parent")
        .prefetch_related("names")
    }
    rows = [ByPlace(areas.get(key) if key is not None else None, tally) for key, tally in found.items()]
    return sorted(rows, key=lambda row: (row.area is None, -row.tally.asked, row.area.pk if row.area else 0))


def destinations(wave: Wave) -> list[tuple[Area, int]]:
    """Where those who wish to return or go elsewhere want to live, by area; two queries."""
    counted = {
        row["area"]: row["n"]
        for row in Intention.objects.filter(STANDS, wave=wave, wish__in=[Wish.RETURN, Wish.ELSEWHERE])
        .exclude(area=None)
        .values("area")
        .annotate(n=Count("pk"))
        .order_by()
    }
    areas = Area.objects.filter(pk__in=counted).prefetch_related("names")
    return sorted(((area, counted[area.pk]) for area in areas), key=lambda pair: -pair[1])


@dataclass(frozen=True, slots=True)
class Asks:
    """How many households named a condition, how many of them named it first, and how many of those who would return did."""

    code: Any
    named: int
    first: int
    returning: int

    @property
    def small(self) -> bool:
        return 0 < self.named < SMALL


def conditions(wave: Wave) -> list[Asks]:
    """What people ask for, most named first; one query. A household that names a condition twice counts once."""
    table = claim_tables.conditions()
    rows = (
        IntentionCondition.objects.filter(intention__wave=wave, intention__replaced_at=None)
        .values("code")
        .annotate(
            named=Count("intention", distinct=True),
            first=Count("intention", distinct=True, filter=Q(rank=1)),
            returning=Count("intention", distinct=True, filter=Q(intention__wish=Wish.RETURN)),
        )
        .order_by("-named", "code")
    )
    return [Asks(table[row["code"]], row["named"], row["first"], row["returning"]) for row in rows if row["code"] in table]


def gates_asked_for(asked: list[Asks], wave: Wave) -> list[tuple[str, int]]:
    """Households that named at least one condition of each gate, most first; one query."""
    table = claim_tables.conditions()
    gates: dict[str, set[int]] = {}
    named = IntentionCondition.objects.filter(intention__wave=wave, intention__replaced_at=None).values_list("intention", "code")
    for intention, code in named.iterator(chunk_size=5_000):
        row = table.get(code)
        if row is not None and row.gate:
            gates.setdefault(row.gate, set()).add(intention)
    return sorted(((gate, len(who)) for gate, who in gates.items()), key=lambda pair: (-pair[1], pair[0]))


def own_words(wave: Wave, limit: int = 30) -> list[tuple[str, int]]:
    """What households said in their own words, with how many said the same, without naming who; one query."""
    rows = (
        IntentionCondition.objects.filter(intention__wave=wave, intention__replaced_at=None)
        .exclude(words="")
        .values("words")
        .annotate(n=Count("intention", distinct=True))
        .order_by("-n", "words")[:limit]
    )
    return [(row["words"], row["n"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Flow:
    """Households that said `before` in one wave and `after` in a later one."""

    before: str
    after: str
    n: int

    @property
    def small(self) -> bool:
        return 0 < self.n < SMALL

    @property
    def changed(self) -> bool:
        return self.before != self.after


FLOW_STATES = (*ANSWERS, NO_REPLY, NOT_ASKED)


def flows(earlier: Wave, later: Wave) -> list[Flow]:
    """Who changed from what to what. A household asked in one wave only flows from or to "not asked"; four queries.

    "No answer" and nothing on file are one state here: nothing was said.
    """

    def said(wave: Wave) -> dict[int, str]:
        found = dict.fromkeys(WaveHousehold.objects.filter(wave=wave).values_list("household", flat=True), NO_REPLY)
        for household, wish in Intention.objects.filter(STANDS, wave=wave).values_list("household", "wish"):
            found[household] = NO_REPLY if wish == Wish.NO_ANSWER else wish
        return found

    before, after = said(earlier), said(later)
    counted: Counter[tuple[str, str]] = Counter()
    for household in before.keys() | after.keys():
        counted[before.get(household, NOT_ASKED), after.get(household, NOT_ASKED)] += 1
    order = {state: n for n, state in enumerate(FLOW_STATES)}
    return [
        Flow(one, other, n)
        for (one, other), n in sorted(counted.items(), key=lambda item: (order[item[0][0]], order[item[0][1]]))
    ]


def waves(process: Process) -> QuerySet[Wave]:
    return Wave.objects.of(process).order_by("-starts_on", "-id")


def earlier_waves(wave: Wave) -> QuerySet[Wave]:
    """Waves that began before this one, the nearest first."""
    return (
        Wave.objects.filter(process_id=wave.process_id)
        .filter(Q(starts_on__lt=wave.starts_on) | Q(starts_on=wave.starts_on, pk__lt=wave.pk))
        .order_by("-starts_on", "-id")
    )


def history(household: Household) -> list[tuple[Wave, Intention | None]]:
    """Every wave in which a household was asked with what it said, newest first; None where nothing is on file. Four queries."""
    asked = list(
        WaveHousehold.objects.filter(household=household).select_related("wave").order_by("-wave__starts_on", "-wave__id")
    )
    said = {
        row.wave_id: row
        for row in Intention.objects.filter(STANDS, household=household)
        .select_related("area")
        .prefetch_related("conditions", "adult_wishes__person", "area__names")
    }
    return [(row.wave, said.get(row.wave_id)) for row in asked]


LISTS = ("all", "answered", "no_answer", "waiting")


def asked(wave: Wave, which: str = "all", words: str = "") -> QuerySet[WaveHousehold]:
    """Households asked in a wave: all, those who answered, those who gave no answer, those of whom nothing is on file."""
    standing = Intention.objects.filter(STANDS, wave=wave)
    rows = WaveHousehold.objects.filter(wave=wave).select_related("household__head", "household__origin", "household__present")
    if which == "answered":
        rows = rows.filter(household__in=standing.filter(wish__in=ANSWERS).values("household"))
    elif which == "no_answer":
        rows = rows.filter(household__in=standing.filter(wish=Wish.NO_ANSWER).values("household"))
    elif which == "waiting":
        rows = rows.exclude(household__in=standing.values("household"))
    plain = words.strip().upper().removeprefix("H-").lstrip("0")
    if plain.isascii() and plain.isdigit() and len(plain) < 9:
        rows = rows.filter(household__number=int(plain))
    elif words.strip():
        rows = rows.filter(
            Q(household__name__icontains=words.strip())
            | Q(household__head__family_name__icontains=words.strip())
            | Q(household__head__given_name__icontains=words.strip())
        )
    return rows.order_by("household__number")


def standing_of(wave: Wave, households: Iterable[int]) -> dict[int, Intention]:
    """The answers of some households in a wave; one query."""
    return {
        row.household_id: row
        for row in Intention.objects.filter(STANDS, wave=wave, household__in=list(households)).select_related("area")
    }


def protected(rows: list[ByPlace]) -> list[tuple[ByPlace, list[str]]]:
    """Counts by place as they may leave the registry: asked, answered, each wish, no answer.

    A count from 1 to 4 is written "<5". A row's only hidden part could be worked out from its sums, so the next smallest part
    of the row is hidden with it; and a column's only hidden part from the column, so the next smallest of the column too.
    """
    width = len(ANSWERS) + 1
    parts = [[*(row.tally.wishes[wish] for wish in ANSWERS), row.tally.silent] for row in rows]
    hidden = [[0 < n < SMALL for n in row] for row in parts]

    def also(cells: list[tuple[int, int]]) -> bool:
        shut = [at for at in cells if hidden[at[0]][at[1]]]
        rest = sorted(
            (at for at in cells if not hidden[at[0]][at[1]] and parts[at[0]][at[1]]), key=lambda at: parts[at[0]][at[1]]
        )
        if len(shut) == 1 and rest:
            hidden[rest[0][0]][rest[0][1]] = True
            return True
        return False

    for _round in range(len(rows) * width + 1):  # each round hides at least one cell more
        moved = [also([(n, m) for m in range(width)]) for n in range(len(rows))]
        moved += [also([(n, m) for n in range(len(rows))]) for m in range(width)]
        if not any(moved):
            break
    lines = []
    for n, row in enumerate(rows):
        cells = [("<5" if parts[n][m] < SMALL else "x") if hidden[n][m] else str(parts[n][m]) for m in range(width)]
        # "Answered" is asked without the silent: shown only where the silent are.
        answered = str(row.tally.answered) if not hidden[n][-1] and not 0 < row.tally.answered < SMALL else "x"
        asked_for = str(row.tally.asked) if not 0 < row.tally.asked < SMALL else "<5"
        lines.append((row, [asked_for, answered, *cells]))
    return lines
