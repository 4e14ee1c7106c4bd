"""Claims as the board, their pages and the public figures read them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet
from django.http import QueryDict

from wayhome.accounts.models import Process
from wayhome.places.models import Area
from wayhome.registry import claim_tables
from wayhome.registry import claim_validators as valid
from wayhome.registry.claim_states import UNDECIDED, ClaimState, LinkJudgement, Outcome, PropertyKind
from wayhome.registry.models import Claim, Claimant, ClaimEvent, ClaimLink, ClaimsSettings, Household, Occupant

BOARD = tuple(ClaimState)
CARDS = 8  # a column of the board shows so many; the list has all


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for; anything unknown is left out."""

    state: str = ""
    words: str = ""
    right: str = ""
    kind: str = ""
    area: int | None = None
    mark: str = ""  # matches, occupants, undelivered

    MARKS = ("matches", "occupants", "undelivered")

    @classmethod
    def read(cls, query: QueryDict) -> Filter:
        area = query.get("area", "")
        return cls(
            state=query.get("state", "") if query.get("state") in ClaimState.values else "",
            words=query.get("q", "").replace("\x00", "")[:200],
            right=query.get("right", "") if query.get("right") in claim_tables.rights() else "",
            kind=query.get("kind", "") if query.get("kind") in PropertyKind.values else "",
            area=int(area) if area.isascii() and area.isdigit() and len(area) < 12 else None,
            mark=query.get("mark", "") if query.get("mark") in cls.MARKS else "",
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.words.strip() or self.right or self.kind or self.area or self.mark)


def _marked(mark: str) -> Q:
    open_links = ClaimLink.objects.filter(gone=False, judgement=LinkJudgement.OPEN)
    match mark:
        case "matches":
            return Q(pk__in=open_links.values("one")) | Q(pk__in=open_links.values("other"))
        case "occupants":
            return Q(holding__in=Occupant.objects.filter(left_on=None).values("holding"))
        case "undelivered":
            return Q(notices__kind="decision", notices__state__in=["prepared", "sent", "returned"])
    return Q()


def claims(process: Process, wanted: Filter) -> QuerySet[Claim]:
    """Claims that fit, by number. Words find numbers, names of claimants, addresses and cadastral numbers."""
    rows = Claim.objects.of(process)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.right:
        rows = rows.filter(right=wanted.right)
    if wanted.kind:
        rows = rows.filter(holding__kind=wanted.kind)
    if wanted.area:
        rows = rows.filter(holding__area=wanted.area)
    if wanted.mark:
        rows = rows.filter(_marked(wanted.mark)).distinct()
    words = wanted.words.strip()
    if words:
        number = words.upper().removeprefix("C-").lstrip("0")
        if number.isascii() and number.isdigit() and len(number) < 9:
            rows = rows.filter(Q(number=int(number)) | Q(holding__cadastral_key__startswith=valid.key(words)))
        else:
            key = valid.key(words)
            named = Claimant.objects.filter(claim__process=process)
            for word in valid.words_key(words).split():
                named = named.filter(name_key__contains=word)
            rows = rows.filter(
                Q(pk__in=named.values("claim"))
                | Q(holding__address_key__contains=key)
                | Q(holding__cadastral_key__startswith=key)
                | Q(holding__place_text__icontains=words)
            )
    return rows.order_by("number")


def with_people(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """What a list shows beside the claim; four queries whatever their number."""
    return rows.select_related("holding__area").prefetch_related(
        Prefetch("claimants", queryset=Claimant.objects.select_related("person").order_by("id")),
        "holding__area__names",
        Prefetch("holding__occupants", queryset=Occupant.objects.filter(left_on=None)),
    )


def counts(process: Process, wanted: Filter) -> dict[str, int]:
    """Claims of each state under the filter but its state; one query."""
    rows = claims(process, Filter(words=wanted.words, right=wanted.right, kind=wanted.kind, area=wanted.area, mark=wanted.mark))
    found = Counter({row["state"]: row["n"] for row in rows.order_by().values("state").annotate(n=Count("pk", distinct=True))})
    return {state: found[state] for state in BOARD}


def open_links(rows: Iterable[Claim]) -> Counter[int]:
    """Unjudged matches of each claim; one query."""
    keys = [claim.pk for claim in rows]
    found: Counter[int] = Counter()
    links = ClaimLink.objects.filter(Q(one__in=keys) | Q(other__in=keys), gone=False, judgement=LinkJudgement.OPEN)
    for one, other in links.values_list("one", "other"):
        found[one] += 1
        found[other] += 1
    return found


def get(process: Process, number: int) -> Claim | None:
    return (
        with_people(Claim.objects.of(process))
        .select_related("process", "household", "family", "lodged_by")
        .filter(number=number)
        .first()
    )


def of_household(household: Household) -> list[Claim]:
    """Claims lodged for a household, or by one of its people; five queries."""
    rows = Claim.objects.filter(Q(household=household) | Q(claimants__person__household=household)).distinct()
    return list(with_people(rows).prefetch_related("evidence").order_by("number"))


def days_of(claim: Claim) -> dict[str, date]:
    """The day on which each state was last reached; the day of lodging with it. One query."""
    found = {
        row["after"]: row["day"]
        for row in ClaimEvent.objects.filter(claim=claim, kind=ClaimEvent.Kind.STEP)
        .values("after")
        .annotate(day=Max("on"))
        .order_by()
    }
    return {ClaimState.LODGED: claim.lodged_on, **found}


# Figures


@dataclass(slots=True)
class Row:
    """Claims of one municipality. `reached`: the earliest lodging among claims not decided, None when
    all are; every claim lodged before it is decided. `first`: the first lodging of all."""

    area: Area | None
    lodged: int = 0
    decided: int = 0
    granted: int = 0
    repossessed: int = 0
    reached: date | None = None
    first: date | None = None
    parts: dict[str, str] = field(default_factory=dict)  # what may be shown, by column

    @property
    def begun(self) -> bool:
        """Whether any claim was lodged before the filing date reached."""
        return self.reached is not None and self.first is not None and self.first < self.reached


COLUMNS = ("lodged", "decided", "granted", "repossessed")


def upwards(areas: Iterable[int], level: int) -> dict[int, Area]:
    """The area at `level` above each area, or the highest below it that there is; one query a level."""
    held: dict[int, Area] = {}
    wanted = set(areas)
    while wanted:
        rows = list(Area.objects.filter(pk__in=wanted).prefetch_related("names"))
        held.update({row.pk: row for row in rows})
        wanted = {row.parent_id for row in rows if row.parent_id and row.level > level} - held.keys()
    found = {}
    for key in areas:
        at = held.get(key)
        while at is not None and at.level > level and at.parent_id in held:
            at = held[at.parent_id]
        if at is not None:
            found[key] = at
    return found


def reached(claims_of: QuerySet[Claim]) -> date | None:
    """The filing date reached: the earliest lodging among claims not decided; None when all are, or there are none.

    Claims withdrawn before a decision do not hold it back.
    """
    return claims_of.filter(state__in=UNDECIDED).aggregate(first=Min("lodged_on"))["first"]


def settings_of(process: Process) -> ClaimsSettings:
    return ClaimsSettings.objects.filter(process=process).first() or ClaimsSettings(process=process)


def figures(process: Process) -> tuple[list[Row], Row]:
    """Claims by municipality, and their sum. A claim is decided once a decision was made, repossessed while it is so."""
    setting = settings_of(process)
    own = Claim.objects.of(process)
    by_area = list(
        own.values("holding__area")
        .annotate(
            lodged=Count("pk"),
            decided=Count("pk", filter=~Q(outcome="")),
            granted=Count("pk", filter=Q(outcome__in=[Outcome.GRANTED, Outcome.PARTLY])),
            repossessed=Count("pk", filter=Q(repossessed_on__isnull=False)),
            first=Min("lodged_on"),
            waiting=Min("lodged_on", filter=Q(state__in=UNDECIDED)),
        )
        .order_by()
    )
    up = upwards({row["holding__area"] for row in by_area if row["holding__area"]}, setting.figures_level)
    rows: dict[int | None, Row] = {}
    total = Row(None)
    for found in by_area:
        area = up.get(found["holding__area"])
        row = rows.setdefault(area.pk if area else None, Row(area))
        for target in (row, total):
            for name in COLUMNS:
                setattr(target, name, getattr(target, name) + found[name])
            for name, day in (("reached", found["waiting"]), ("first", found["first"])):
                held = getattr(target, name)
                if day is not None and (held is None or day < held):
                    setattr(target, name, day)
    return sorted(rows.values(), key=lambda row: (row.area is None, -row.lodged)), total


def protect(rows: list[Row], total: Row, small: int) -> None:
    """Fill `parts`: what may be shown in public. Counts from 1 to `small` - 1 are hidden, and with a column's only hidden cell
    the next smallest of the column, so that it can't be worked out from the sum."""
    for name in COLUMNS:
        hidden = [row for row in rows if 0 < getattr(row, name) < small]
        # One hidden cell, or several that add up to less than the limit, could be worked out from the column's sum.
        rest = sorted((row for row in rows if row not in hidden and getattr(row, name) > 0), key=lambda row: getattr(row, name))
        while hidden and rest and (len(hidden) == 1 or sum(getattr(row, name) for row in hidden) < small):
            hidden.append(rest.pop(0))
        for row in rows:
            row.parts[name] = "" if row in hidden else str(getattr(row, name))
        value = getattr(total, name)
        only_hidden = bool(hidden) and len(hidden) == 1  # the whole column is that cell
        total.parts[name] = "" if 0 < value < small or only_hidden else str(value)


def history(claim: Claim, limit: int | None = None) -> tuple[list[ClaimEvent], int]:
    rows = claim.events.select_related("by").order_by("-on", "-id")
    return list(rows[:limit] if limit else rows), rows.count()


def by_state(process: Process) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for row in Claim.objects.of(process).values("state").annotate(n=Count("pk")).order_by():
        found[row["state"]] = row["n"]
    return dict(found)


def words_of(table: dict[str, Any], code: str) -> str:
    """The words of a code, or the code itself when the table no longer has it."""
    row = table.get(code)
    return str(row.words) if row is not None else code
