"""Homes and services by area, as pages show them. Conflicts about ownership come as a measure of a higher room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.places import disputes
from wayhome.places.maps import Map
from wayhome.places.models import Area, HomeStock, ServiceCapacity, TransportHub, Work
from wayhome.places.models.homes import Service
from wayhome.places.names import Policy
from wayhome.places.queries import areas as area_queries
from wayhome.places.queries import supply
from wayhome.places.queries.works import put
from wayhome.places.work_states import OPEN, Damage, WorkState

SERVICES = tuple(str(service) for service in Service)


@dataclass(slots=True)
class Line:
    """An area with what stands there today and what open works will add."""

    area: Area
    stock: HomeStock | None
    supply: supply.AreaSupply
    services: dict[str, ServiceCapacity]
    planned: dict[str, int] = field(default_factory=dict)
    disputed: int | None = None
    least: str = ""

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """The bar of homes by damage: (class, where it begins, how wide), in per cent of all homes counted."""
        if self.stock is None or not self.stock.total:
            return []
        at, found = 0.0, []
        for damage in Damage:
            width = 100 * (getattr(self.stock, damage) or 0) / self.stock.total
            if width:
                found.append((str(damage), round(at, 2), round(width, 2)))
            at += width
        return found

    @property
    def dwelling_planned(self) -> int:
        return self.planned.get("dwelling", 0)

    def cells(self) -> list[tuple[str, int, int]]:
        """(service, places free, places planned) in the order of the services."""
        return [(name, getattr(self.supply, name), self.planned.get(name, 0)) for name in SERVICES]


@dataclass
class Board:
    """The page: lines, sums of homes, the map."""

    lines: list[Line]
    totals: dict[str, int]
    map: Map
    measured: bool
    hubs: list[supply.HubSupply]
    hub_names: dict[int, str]
    crews: dict[str, list[int]]
    months: list[date]


def board(process: Process, on: date) -> Board:
    """Every area with a count, a capacity or a work. Constant queries."""
    there = {one.area_id: one for one in supply.area_supply(process, on)}
    stocks = supply.standing_homes(process, on)
    services = supply.standing_capacities(process, on)
    planned: dict[int, dict[str, int]] = {}
    rows = Work.objects.of(process).filter(state__in=OPEN).exclude(resource="").values_list("area_id", "resource", "adds")
    for area_id, resource, adds in rows:
        here = planned.setdefault(area_id, {})
        here[resource] = here.get(resource, 0) + adds
    disputed = disputes.by_area(process.pk)
    found = list(area_queries.areas(process).filter(pk__in=there).select_related("boundary"))
    area_queries.put_labels(found, Policy.of(process.pk))
    lines = [
        Line(
            row,
            stocks.get(row.pk),
            there[row.pk],
            {name: one for (area, name), one in services.items() if area == row.pk},
            planned.get(row.pk, {}),
            disputed.get(row.pk, 0) if disputed is not None else None,
        )
        for row in found
    ]
    lines.sort(key=lambda line: (-line.supply.dwelling - line.dwelling_planned, str(line.area)))
    totals = {
        "free": sum(line.supply.dwelling for line in lines),
        "planned": sum(line.dwelling_planned for line in lines),
        "major": sum((line.stock.major or 0) for line in lines if line.stock),
        "destroyed": sum((line.stock.destroyed or 0) for line in lines if line.stock),
        "disputed": sum(line.disputed or 0 for line in lines),
    }
    hubs = supply.hubs(process, on, 6)
    return Board(
        lines,
        totals,
        _map(process, lines),
        disputed is not None,
        hubs,
        area_queries.labels(process, [hub.area_id for hub in hubs]),
        supply.crews_by_month(process, on, 6),
        supply.months_from(on, 6),
    )


def _map(process: Process, lines: list[Line]) -> Map:
    board = Map(
        "homes",
        _("Homes in which families could live today"),
        [_("Area"), _("Homes free"), _("Works will add"), _("Major or destroyed")],
    )
    for line in lines:
        broken = (line.stock.major or 0) + (line.stock.destroyed or 0) if line.stock else 0
        share = line.supply.dwelling / max(line.supply.dwelling + broken, 1)
        put(
            board, process, line.area, cells=[str(line.supply.dwelling), str(line.dwelling_planned), str(broken)],
            value=line.supply.dwelling, tone=1 + min(4, round(4 * share)),
        )  # fmt: skip
    return board


@dataclass
class Shown:
    """One area with its counts, newest first, its services and its works."""

    area: Area
    name: str
    stocks: list[HomeStock]
    standing: HomeStock | None
    services: list[ServiceCapacity]
    standing_services: set[int]
    works: list[Work]
    supply: supply.AreaSupply
    disputed: int | None
    hub: TransportHub | None


def shown(process: Process, pk: int, on: date) -> Shown:
    """The homes and services of one area of the process, or 404."""
    row = area_queries.areas(process).filter(pk=pk).first()
    if row is None:
        raise Http404
    area_queries.put_labels([row], Policy.of(process.pk))
    stocks = list(HomeStock.objects.of(process).filter(area=row).select_related("recorded_by").order_by("-as_of", "-pk"))
    services = list(ServiceCapacity.objects.of(process).filter(area=row).order_by("service", "-as_of", "-pk"))
    standing = supply.standing_homes(process, on).get(pk)
    counted = {one.pk for (area, _name), one in supply.standing_capacities(process, on).items() if area == pk}
    here = next((one for one in supply.area_supply(process, on) if one.area_id == pk), supply.AreaSupply(pk, pk))
    disputed = disputes.by_area(process.pk)
    return Shown(
        row,
        row.shown_name,  # type: ignore[attr-defined]
        stocks,
        standing,
        services,
        counted,
        list(Work.objects.of(process).filter(area=row).exclude(state=WorkState.CANCELLED).select_related("implementer")),
        here,
        disputed.get(pk, 0) if disputed is not None else None,
        TransportHub.objects.of(process).filter(area=row).first(),
    )
