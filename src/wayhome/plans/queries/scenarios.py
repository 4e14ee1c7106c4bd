"""Scenarios as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import ngettext

from wayhome.accounts.models import Process
from wayhome.places.models import Area, Crew, Work
from wayhome.places.queries import gates as gate_queries
from wayhome.places.queries import supply
from wayhome.places.queries.areas import labels
from wayhome.plans import words
from wayhome.plans.models import Run, Scenario
from wayhome.registry.models import Household, Intention
from wayhome.registry.wish_states import Wish

_RUN_PARTS = ("trace", "counts", "keys", "problems", "reasons", "assumed")


def listing(process: Process, *, away: bool = False) -> QuerySet[Scenario]:
    """Scenarios with their newest run as `newest` (a list of one or none). Two queries."""
    last = Run.objects.filter(scenario=OuterRef("pk")).order_by("-number").values("pk")[:1]
    newest = Run.objects.filter(pk__in=Scenario.objects.of(process).annotate(last=Subquery(last)).values("last")).defer(
        *_RUN_PARTS
    )
    return (
        Scenario.objects.of(process)
        .filter(archived_at__isnull=not away)
        .select_related("made_by", "copied_from")
        .prefetch_related(Prefetch("runs", queryset=newest, to_attr="newest"))
        .order_by("-number")
    )


def get(process: Process, number: int) -> Scenario:
    """One scenario of the process, or no such page."""
    found = Scenario.objects.of(process).select_related("process", "made_by", "copied_from").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@dataclass(slots=True)
class MonthMoney:
    """Money of one month in the scenario's currency after its share: new, and all up to then. Heights are per cent of the most."""

    month: Any
    new: Decimal
    total: Decimal
    height: float = 0.0
    x: float = 0.0
    width: float = 0.0

    @property
    def top(self) -> float:
        return round(60 - self.height, 2)


@dataclass(slots=True)
class Money:
    months: list[MonthMoney]
    total: Decimal
    cost: Decimal
    """Of the works that the scenario may do and that are not under way, where their currencies are known."""
    unknown: list[str] = field(default_factory=list)
    """Currencies without a rate: a run names them and stops."""


def money(scenario: Scenario, works: list[WorkRow]) -> Money:
    """The budget by month with the cost of the works beside it."""
    rates = {row.currency: row.rate for row in scenario.rates.all()} | {scenario.currency: Decimal(1)}
    share = scenario.budget_share / 100
    new = [Decimal(0)] * scenario.months
    unknown = set()
    for line in scenario.budget.all():
        period = max(scenario.period(line.month), 0)
        if line.currency not in rates:
            unknown.add(line.currency)
        elif period < scenario.months:
            new[period] += line.amount * rates[line.currency] * share
    cost = Decimal(0)
    for work in works:
        if work.out or work.underway or work.cost is None:
            continue
        if work.currency in rates:
            cost += work.cost * rates[work.currency]
        elif work.cost:
            unknown.add(work.currency)
    rows, total = [], Decimal(0)
    top = max([*new, Decimal(1)])
    for period, amount in enumerate(new):
        total += amount
        rows.append(
            MonthMoney(
                scenario.month(period),
                amount,
                total,
                float(round(amount / top * 60, 2)),
                round(period * 600 / scenario.months, 2),
                round(600 / scenario.months * 0.8, 2),
            )
        )
    return Money(rows, total, cost, sorted(unknown))


@dataclass(slots=True)
class WorkRow:
    """A work with what the scenario says of it. `lacks`: why no plan may use it."""

    id: int
    code: str
    title: str
    area_id: int
    area: str
    kind: str
    state: str
    duration: int | None
    cost: Decimal | None
    currency: str
    out: bool
    own_duration: int | None
    own_cost: Decimal | None
    earliest: Any
    underway: bool
    adds: str
    lacks: list[str]


def works(scenario: Scenario) -> list[WorkRow]:
    """Every open work of the process, plannable or not, by place."""
    from wayhome.places.work_states import WorkKind, WorkState

    process = scenario.process
    choices = {row.work_id: row for row in scenario.works.all()}
    plannable = supply.plannable_works(process, scenario.start)
    other = supply.unplannable_works(process)
    names = labels(process, {one.area_id for one in plannable} | {one.area_id for one in other})
    kinds, states = dict(WorkKind.choices), dict(WorkState.choices)
    rows = []
    for one in plannable:
        choice = choices.get(one.id)
        duration = choice.duration if choice and choice.duration is not None else one.duration_months
        cost = choice.cost if choice and choice.cost is not None else one.cost
        rows.append(
            WorkRow(
                id=one.id,
                code=one.code,
                title=one.title,
                area_id=one.area_id,
                area=names.get(one.area_id, ""),
                kind=str(kinds.get(one.kind, one.kind)),
                state=str(states.get(one.state, one.state)),
                duration=duration,
                cost=cost,
                currency=scenario.currency if choice and choice.cost is not None else one.currency,
                out=bool(choice and choice.inclusion == "out"),
                own_duration=choice.duration if choice else None,
                own_cost=choice.cost if choice else None,
                earliest=choice.earliest if choice else None,
                underway=one.started_on is not None and one.state == WorkState.UNDER_WAY,
                adds=added(one.resource, one.adds),
                lacks=[],
            )
        )
    for lacking in other:
        rows.append(
            WorkRow(
                id=lacking.id,
                code=lacking.code,
                title=lacking.title,
                area_id=lacking.area_id,
                area=names.get(lacking.area_id, ""),
                kind="",
                state="",
                duration=None,
                cost=None,
                currency="",
                out=False,
                own_duration=None,
                own_cost=None,
                earliest=None,
                underway=False,
                adds="",
                lacks=[words.left(f"work_{why}") for why in lacking.lacks],
            )
        )
    return sorted(rows, key=lambda row: (row.area, row.code))


def added(resource: str, n: int) -> str:
    """What a work adds, in words; nothing where it adds no places."""
    if not n:
        return ""
    match resource:
        case "dwelling":
            return ngettext("%(n)s home", "%(n)s homes", n) % {"n": n}
        case "water":
            return ngettext("water for %(n)s person", "water for %(n)s people", n) % {"n": n}
        case "school":
            return ngettext("%(n)s place at school", "%(n)s places at school", n) % {"n": n}
        case "clinic":
            return ngettext("%(n)s place at the clinic", "%(n)s places at the clinic", n) % {"n": n}
    return ""


@dataclass(slots=True)
class GateRow:
    """A required gate that is not open today: what would open it, and what the scenario assumes."""

    area_id: int
    area: str
    kind: str
    title: str
    state: str
    lamp: str
    reason: str
    works: list[str]
    expected: Any
    assumed: Any = None
    why: str = ""
    wishing: int = 0


def gates(scenario: Scenario, today: Any) -> list[GateRow]:
    """The closed gates of places that people wish for or that have homes or works; most wished for first."""
    from wayhome.places.gate_states import LAMPS

    process = scenario.process
    wished = dict(wishes_by_area(process))
    supplied = {one.area_id for one in supply.area_supply(process, scenario.start)}
    wanted = supplied | (set(wished) & supplied)
    standing = gate_queries.standing(process, today, sorted(wanted))
    assumed = {(row.area_id, row.kind): row for row in scenario.gates.all()}
    names = labels(process, standing)
    titles = dict(Work.objects.of(process).values_list("pk", "title"))
    rows = []
    for area_id, here in standing.items():
        for gate in here.shut_by:
            own = assumed.get((area_id, gate.kind))
            rows.append(
                GateRow(
                    area_id=area_id,
                    area=names.get(area_id, ""),
                    kind=gate.kind,
                    title=str(gate.title),
                    state=str(gate.state.label),
                    lamp=LAMPS[gate.state],
                    reason=gate.reason,
                    works=[titles[pk] for pk in gate.work_ids if pk in titles],
                    expected=gate.expected_on,
                    assumed=own.expected if own else None,
                    why=own.reason if own else "",
                    wishing=wished.get(area_id, 0),
                )
            )
    return sorted(rows, key=lambda row: (-row.wishing, row.area, row.kind))


def wishes_by_area(process: Process) -> list[tuple[int, int]]:
    """Households whose answer on file is to return, by the place they named; counted, not listed."""
    from django.db.models import Count

    rows = (
        Intention.objects.of(process)
        .filter(replaced_at=None, wish=Wish.RETURN)
        .exclude(area=None)
        .values("area")
        .annotate(n=Count("household", distinct=True))
        .order_by()
        .values_list("area", "n")
    )
    return list(rows)


@dataclass(slots=True)
class HubRow:
    """A place from which people would travel: households that live there, seats on file, seats of the scenario."""

    hub_id: int
    name: str
    households: int
    filed: int | None
    every: int | None
    months: int


def hubs(scenario: Scenario) -> list[HubRow]:
    """Places of displacement with people in them, the fullest first."""
    from django.db.models import Count

    process = scenario.process
    filed = {one.area_id: one.seats[0] for one in supply.hubs(process, scenario.start, 1)}
    living = dict(
        Household.objects.of(process)
        .filter(closed_on=None, merged_into=None)
        .exclude(present=None)
        .values("present")
        .annotate(n=Count("pk"))
        .order_by()
        .values_list("present", "n")
    )
    every: dict[int, int] = {}
    months: dict[int, int] = {}
    for row in scenario.transport.all():
        if row.month is None:
            every[row.hub_id] = row.persons
        else:
            months[row.hub_id] = months.get(row.hub_id, 0) + 1
    names = labels(process, living.keys() | every.keys() | months.keys() | filed.keys())
    rows = [
        HubRow(pk, names.get(pk, f"#{pk}"), living.get(pk, 0), filed.get(pk), every.get(pk), months.get(pk, 0)) for pk in names
    ]
    return sorted(rows, key=lambda row: (-row.households, row.name))


@dataclass(slots=True)
class CrewRow:
    code: str
    name: str
    filed: int
    own: Decimal | None
    needed: int


def crews(scenario: Scenario) -> list[CrewRow]:
    """Crews on file with the fewest units of any month of the plan, and what the scenario says."""
    process = scenario.process
    by_month = supply.crews_by_month(process, scenario.start, scenario.months)
    own = {row.crew: row.units for row in scenario.crews.all()}
    names = dict(Crew.objects.of(process).values_list("code", "name"))
    needed: dict[str, int] = {}
    for one in supply.plannable_works(process, scenario.start):
        if one.crew:
            needed[one.crew] = needed.get(one.crew, 0) + 1
    return [
        CrewRow(code, names.get(code, code), min(by_month.get(code, [0])), own.get(code), needed.get(code, 0))
        for code in sorted(by_month.keys() | own.keys() | needed.keys())
    ]


def places(process: Process) -> list[tuple[int, str]]:
    """Places with homes or works on file, by name, for a choice."""
    ids = set(Area.objects.of(process).filter(Q(homes__isnull=False) | Q(works__isnull=False)).values_list("pk", flat=True))
    return sorted(labels(process, ids).items(), key=lambda pair: pair[1])


@dataclass(slots=True)
class LeftRow:
    """One reason for which households were left out, with the places it concerns."""

    code: str
    words: str
    remedy: str
    households: int
    persons: int
    places: list[tuple[str, int, str]]
    share: float = 0.0


def left_out(process: Process, counts: dict[str, Any]) -> list[LeftRow]:
    """The reasons kept by a run or a look at the input, most households first."""
    rows: dict[str, LeftRow] = {}
    ids = {row["area"] for row in counts.get("left", []) if row["area"]}
    names = labels(process, ids)
    titles = gate_titles(process)
    for row in counts.get("left", []):
        code = row["code"]
        one = rows.setdefault(code, LeftRow(code, words.left(code), str(words.LEFT_REMEDIES.get(code, "")), 0, 0, []))
        one.households += row["households"]
        one.persons += row["persons"]
        if row["area"] in names:
            held = ", ".join(titles.get(kind, kind) for kind in row["gates"])
            one.places.append((names[row["area"]], row["households"], held))
    every = max(counts.get("households", 0), 1)
    for one in rows.values():
        one.share = round(100 * one.households / every, 2)
    return sorted(rows.values(), key=lambda row: -row.households)


def gate_titles(process: Process) -> dict[str, str]:
    """What each kind of gate is called."""
    from wayhome.places.gate_words import kind_words

    return {kind.code: str(kind_words(kind)) for kind in gate_queries.kinds(process)}
