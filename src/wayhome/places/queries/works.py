"""Works for pages: filtered, by month, on the map, one work with its money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.core.days import written as day_written
from wayhome.places.maps import Map
from wayhome.places.models import Area, ExchangeRate, Funding, Work
from wayhome.places.money import MixedCurrencies, Rates, by_currency, listed, written
from wayhome.places.names import APART, Policy
from wayhome.places.queries import areas as area_queries
from wayhome.places.queries.areas import labels
from wayhome.places.queries.supply import month_of, months_from
from wayhome.places.work_states import BEGUN, OPEN, SECURED, Stage, WorkKind, WorkState

MONTHS = 24
MOST_DRAWN = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """What the board is narrowed to; unknown words narrow nothing."""

    state: str = ""
    kind: str = ""
    area: int | None = None
    gap: bool = False
    words: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Filter:
        state, kind, area = query.get("state", ""), query.get("kind", ""), query.get("area", "")
        return cls(
            state if state in WorkState.values or state == "open" else "",
            kind if kind in WorkKind.values else "",
            int(area) if area.isascii() and area.isdigit() and len(area) < 12 else None,
            query.get("gap") == "1",
            query.get("q", "").strip()[:100],
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.area or self.gap or self.words)

    def rows(self, process: Process, *, state: bool = True) -> QuerySet[Work]:
        """The works that fit; `state=False` leaves the state out, for counts by state."""
        rows = Work.objects.of(process)
        if state and self.state:
            rows = rows.filter(state__in=OPEN) if self.state == "open" else rows.filter(state=self.state)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.area:
            rows = rows.filter(Q(area=self.area) | Q(area__parent=self.area) | Q(area__parent__parent=self.area))
        if self.words:
            found = Q(title__icontains=self.words) | Q(code__icontains=self.words) | Q(implementer__name__icontains=self.words)
            if self.words.upper().startswith("W-") and self.words[2:].isdigit() and len(self.words) < 10:
                found |= Q(number=int(self.words[2:]))
            rows = rows.filter(found)
        return rows.select_related("implementer", "crew", "after")


def work(process: Process, number: int) -> Work:
    """One work of the process; outside it there is no such page."""
    rows = Work.objects.of(process).select_related("process", "area", "implementer", "crew", "after", "changed_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def counts(process: Process, wanted: Filter) -> dict[str, int]:
    """How many works that fit are in each state."""
    rows = wanted.rows(process, state=False).order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    found = dict(rows)
    return {state: found.get(state, 0) for state in WorkState}


def rates(process: Process) -> Rates:
    """The exchange rates of a process. One query."""
    return Rates(ExchangeRate.objects.of(process).values_list("base", "quote", "rate", "on", "source"))


@dataclass(slots=True)
class Money:
    """What of a work's cost is there, in the currency of the cost. `problem` says why it could not be added up; then all is None."""

    currency: str
    cost: Decimal | None
    stages: dict[str, Decimal] = field(default_factory=dict)
    problem: str = ""
    apart: str = ""  # the money as it stands on file, currency by currency

    @property
    def secured(self) -> Decimal:
        return sum((self.stages.get(stage, Decimal(0)) for stage in SECURED), Decimal(0))

    @property
    def pledged(self) -> Decimal:
        return self.stages.get(Stage.PLEDGED, Decimal(0))

    @property
    def gap(self) -> Decimal | None:
        """What is neither committed nor disbursed; None where the cost or a rate is not known."""
        return None if self.cost is None or self.problem else max(self.cost - self.secured, Decimal(0))

    @property
    def gap_written(self) -> str:
        return written(self.gap, self.currency) if self.gap is not None else ""

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """The bar: (stage or gap, where it begins, how wide), in per cent of the cost or of the money, whichever is more."""
        if self.cost is None or self.problem:
            return []
        whole = max(self.cost, self.secured + self.pledged) or Decimal(1)
        at, found = Decimal(0), []
        for name in (Stage.DISBURSED, Stage.COMMITTED, Stage.PLEDGED):
            amount = self.stages.get(name, Decimal(0))
            if amount:
                found.append((str(name), round(float(100 * at / whole), 2), round(float(100 * amount / whole), 2)))
            at += amount
        return found


def money_of(works: Iterable[Work], process: Process) -> dict[int, Money]:
    """The money of each work. Two queries, however many works."""
    every = list(works)
    known = rates(process)
    funding: dict[int, list[Funding]] = {}
    for row in Funding.objects.of(process).filter(retired_at=None, work__in=[work.pk for work in every]):
        funding.setdefault(row.work_id or 0, []).append(row)
    return {work.pk: _money(work, funding.get(work.pk, []), known) for work in every}


def _money(work: Work, rows: Sequence[Funding], known: Rates) -> Money:
    currency = work.currency or (rows[0].currency if rows else "")
    apart = by_currency((row.amount, row.currency) for row in rows)
    found = Money(currency, work.cost, apart=listed(apart) if rows else "")
    try:
        for stage in Stage:
            amounts = [(row.amount, row.currency, row.on) for row in rows if row.stage == stage]
            found.stages[stage] = known.add(amounts, currency)
    except MixedCurrencies as error:
        found.stages, found.problem = {}, str(error)
    return found


# --- by month ---


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the drawing by month: how many months it spans; a bar has words and a tone."""

    span: int
    words: str = ""
    tone: str = ""
    now: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A work with its cells over the months drawn."""

    work: Work
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Months:
    """The drawing: years with their spans, months, rows; works without any date stand apart."""

    years: list[tuple[int, int]]
    months: list[date]
    rows: list[Row]
    undated: list[Work]
    earlier: date
    later: date


def period_of(work: Work) -> tuple[date, date] | None:
    """The first day of a work and the first day after it, as they are or as planned; None where no start is known."""
    start = work.started_on or work.planned_start
    if start is None:
        return None
    if work.finished_on is not None:
        return start, work.finished_on
    if work.duration_months is None:
        return start, start
    return start, months_from(start, work.duration_months + 1)[-1]


def by_month(works: Iterable[Work], money: dict[int, Money], *, start: date, months: int = MONTHS) -> Months:
    """Works over so many months from `start`. A bar says when; a work that lacks money says that instead."""
    firsts = months_from(start, months)
    today = month_of(timezone.localdate())
    rows, undated = [], []
    for work in works:
        period = period_of(work)
        if period is None:
            if work.state in OPEN:
                undated.append(work)
            continue
        begin, end = month_of(period[0]), period[1]
        first = (begin.year - firsts[0].year) * 12 + begin.month - firsts[0].month
        last = (end.year - firsts[0].year) * 12 + end.month - firsts[0].month
        if end.day > 1 or last <= first:
            last += 1
        first, last = max(first, 0), min(last, months)
        if last <= 0 or first >= months:
            continue
        cells = [Cell(1, now=month == today) for month in firsts[:first]]
        words, tone = _bar(work, money.get(work.pk), begin, end)
        cells.append(Cell(last - first, words, tone))
        cells += [Cell(1, now=month == today) for month in firsts[last:]]
        rows.append(Row(work, cells))
    rows.sort(key=lambda row: (period_of(row.work), row.work.number))  # type: ignore[arg-type,return-value]
    years: dict[int, int] = {}
    for month in firsts:
        years[month.year] = years.get(month.year, 0) + 1
    before = months_from(date(start.year - 1, start.month, 1), 13)
    return Months(list(years.items()), firsts, rows, undated, before[6], months_from(start, 7)[-1])


def _bar(work: Work, money: Money | None, begin: date, end: date) -> tuple[str, str]:
    if work.state == WorkState.FINISHED:
        return _("finished %(month)s") % {"month": day_written(end, "M Y")}, "ok"
    if work.state == WorkState.SUSPENDED:
        return _("suspended"), "late"
    if work.state == WorkState.CANCELLED:
        return _("cancelled"), "still"
    if work.state not in BEGUN and money is not None and money.gap:
        return _("gap %(amount)s") % {"amount": money.gap_written}, "soon"
    words = f"{day_written(begin, 'M')} – {day_written(end, 'M Y')}"
    return words, "home" if work.kind == WorkKind.HOUSING else ""


# --- on the map ---


def map_of(process: Process, works: Sequence[Work]) -> Map:
    """Where the works are: a point or outline for each area, larger with more works, coloured by how many are finished."""
    board = Map("works", _("Works by area"), [_("Area"), _("Works"), _("Finished"), _("Under way")])
    by_area: dict[int, list[Work]] = {}
    for one in works:
        by_area.setdefault(one.area_id, []).append(one)
    rows = list(area_queries.areas(process).filter(pk__in=by_area).select_related("boundary")[:MOST_DRAWN])
    area_queries.put_labels(rows, Policy.of(process.pk))
    for row in sorted(rows, key=lambda one: -len(by_area[one.pk])):
        here = by_area[row.pk]
        done = sum(one.state == WorkState.FINISHED for one in here)
        begun = sum(one.state == WorkState.UNDER_WAY for one in here)
        put(
            board,
            process,
            row,
            cells=[str(len(here)), str(done), str(begun)],
            value=len(here),
            tone=1 + round(4 * done / len(here)),
        )
    return board


def put(board: Map, process: Process, row: Area, *, cells: list[str], value: float, tone: int) -> None:
    """An area on a map of this room, leading to its works."""
    name: str = row.shown_name  # type: ignore[attr-defined]
    board.area(
        row,
        name=name,
        short=name.split(APART, maxsplit=1)[0],
        url=f"{reverse('works', args=[process.slug])}?area={row.pk}",
        cells=cells,
        value=value,
        tone=tone,
        outline=row.boundary if hasattr(row, "boundary") else None,
    )


@dataclass
class Shown:
    """One work with all that its page shows."""

    work: Work
    area_name: str
    money: Money
    funding: list[Funding]
    retired: list[Funding]
    before: list[Work]
    gates: list[Any]
    period: tuple[date, date] | None
    lacks: list[str]


def shown(process: Process, number: int) -> Shown:
    """The page of one work. Constant queries."""
    one = work(process, number)
    rows = list(Funding.objects.of(process).filter(work=one).select_related("funder").order_by("on", "pk"))
    standing = [row for row in rows if row.retired_at is None]
    gates = list(one.opens.select_related("kind", "area"))
    names = labels(process, {one.area_id, *(gate.area_id for gate in gates)})
    for gate in gates:
        gate.area_name = names.get(gate.area_id, str(gate.area))
    lacks = []
    if one.state in OPEN:
        if one.cost is None:
            lacks.append(_("its cost"))
        if one.duration_months is None:
            lacks.append(_("its months of work"))
    return Shown(
        one,
        names.get(one.area_id, str(one.area)),
        _money(one, standing, rates(process)),
        standing,
        [row for row in rows if row.retired_at is not None],
        list(one.before.select_related("after")),
        gates,
        period_of(one),
        lacks,
    )


@dataclass
class Gaps:
    """Costs and money of all open works in one currency; what could not be added is named."""

    currency: str
    currencies: list[str]
    rows: list[tuple[Work, Money]]
    total: Money
    free: dict[str, dict[str, Decimal]]
    free_rows: list[Funding]
    problems: list[str]
    unpriced: int


def gaps(process: Process, currency: str = "") -> Gaps:
    """What open works cost, what is there for them and what is missing, in `currency` or the one most works have."""
    works = list(Work.objects.of(process).filter(state__in=OPEN).select_related("implementer"))
    money = money_of(works, process)
    known = rates(process)
    used: dict[str, int] = {}
    for one in works:
        if one.currency:
            used[one.currency] = used.get(one.currency, 0) + 1
    offered = sorted(used, key=lambda code: (-used[code], code))
    chosen = currency if currency in used else (offered[0] if offered else "")
    total = Money(chosen, Decimal(0), {stage: Decimal(0) for stage in Stage})
    problems: list[str] = []
    rows: list[tuple[Work, Money]] = []
    for one in works:
        here = money[one.pk]
        if here.cost is None:
            continue
        rows.append((one, here))
        if here.problem:
            problems.append(f"{one.ref}: {here.problem}")
            continue
        try:
            cost = known.convert(here.cost, here.currency, chosen, one.price_date)
            stages = {
                stage: known.convert(amount, here.currency, chosen, one.price_date) for stage, amount in here.stages.items()
            }
        except MixedCurrencies as error:
            problems.append(f"{one.ref}: {error}")
            continue
        total.cost = (total.cost or Decimal(0)) + cost
        for stage, amount in stages.items():
            total.stages[stage] += amount
    rows.sort(key=lambda row: (-(row[1].gap or Decimal(0)), row[0].number))
    free_rows = list(
        Funding.objects.of(process).filter(retired_at=None, work=None).select_related("funder").order_by("available_from", "pk")
    )
    free: dict[str, dict[str, Decimal]] = {}
    for row in free_rows:
        by_stage = free.setdefault(row.currency, {})
        by_stage[row.stage] = by_stage.get(row.stage, Decimal(0)) + row.amount
    return Gaps(chosen, offered, rows, total, free, free_rows, problems, sum(one.cost is None for one in works))
