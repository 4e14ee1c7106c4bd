"""What one more unit of money, crew, seats or places returns, and how far that is to be believed.

The price comes from the bound: one more unit raises the bound at these prices by so much. It is a slope of a bound, not of the plan: works
and households are whole, so a small change may bring nothing and a larger one much. Hence every price that is shown with a range has been
planned again with less and with more, and the range is where that confirms it. Sure in any case is only what the bounds say:
`Step.least` and `Step.most`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.changes import Budget, Change, Crew, Places, Seats, apply
from wayhome.engines.planning.counterfactual import Resolve, again, resolve_from, what_if
from wayhome.engines.planning.ledger import Ledger
from wayhome.engines.planning.types import RESOURCES, Instance, Params, Result
from wayhome.engines.planning.verify import priced_bound

CONFIRMED = 0.5
"""A step confirms a price when what it brings differs from the price by less than this share."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What can be had more of. `kind`: money, crew, seats, or one of the four kinds of places. `period` None: in every period alike
    (places: from the area's opening on)."""

    kind: str
    crew: str = ""
    hub_id: str = ""
    area_id: str = ""
    period: int | None = None

    def change(self, amount: float) -> Change:
        """That much more of it, as a change: money in all, crew units and persons in every period."""
        if self.kind == "money":
            return Budget(amount, self.period)
        if self.kind == "crew":
            return Crew(self.crew, amount)
        if self.kind == "seats":
            return Seats(self.hub_id, amount, self.period)
        return Places(self.area_id, self.kind, amount)


@dataclass(frozen=True, slots=True)
class Step:
    """A change of so much, planned again. `value`: what that brought, as found; the best plan's difference lies between `least` and
    `most`, whatever the search found. `households`: more (fewer) home at the end."""

    amount: float
    value: float
    least: float
    most: float
    households: int


@dataclass(frozen=True, slots=True)
class Priced:
    """A thing and its price per unit. `unit` is a step that means something (a household's places, one crew unit, a part of the money).
    `low`, `high`: the range of changes in which planning again confirmed the price, 0 to 0 where not even the smallest did; `steps` what
    each brought. Without steps nothing was planned again."""

    thing: Thing
    price: float
    unit: float
    low: float = 0.0
    high: float = 0.0
    steps: tuple[Step, ...] = ()

    @property
    def worth(self) -> float:
        """Value of a unit at the price."""
        return self.price * self.unit

    @property
    def confirmed(self) -> bool:
        return self.low < 0 or self.high > 0


def price_list(instance: Instance, result: Result) -> tuple[Priced, ...]:
    """Every thing with a price above zero, the worth of a unit first; nothing planned again. Money by period, crews and seats over all
    periods and by period, places by area and kind."""
    i, prices = instance, result.prices
    out: list[Priced] = []

    def add(thing: Thing, price: float, unit: float) -> None:
        if price > 1e-12 and unit > 0:
            out.append(Priced(thing, float(price), float(unit)))

    money = prices.budget()
    part = float(i.budget.sum()) / 20
    add(Thing("money"), float(money.mean()), part)
    for t in np.flatnonzero(money).tolist():
        add(Thing("money", period=t), money[t], part)
    for k, crew in enumerate(i.crew_ids.tolist()):
        add(Thing("crew", crew=str(crew)), prices.crews[k].sum(), 1.0)
    household = max(1.0, round(float(i.persons.mean()))) if i.households else 1.0
    for h, hub in enumerate(i.hub_ids.tolist()):
        add(Thing("seats", hub_id=str(hub)), prices.transport[h].sum(), household)
        for t in np.flatnonzero(prices.transport[h]).tolist():
            add(Thing("seats", hub_id=str(hub), period=t), prices.transport[h, t], household)
    opens = Ledger(i, result.plan).opens
    homes = np.concatenate([prices.homes(), np.zeros((i.areas, 4, 1))], 2)
    typical = np.maximum(1.0, np.round(i.needs.mean(0))) if i.households else np.ones(4)
    for a, area in enumerate(i.area_ids.tolist()):
        for r, kind in enumerate(RESOURCES):
            add(Thing(kind, area_id=str(area)), homes[a, r, min(int(opens[a]), i.periods)], typical[r])
    return tuple(sorted(out, key=lambda p: -p.worth))


def prices_with_ranges(
    instance: Instance,
    result: Result,
    things: Sequence[Priced] | None = None,
    *,
    most: int = 4,
    sizes: Sequence[float] = (1.0, 2.0, 4.0),
    params: Params | None = None,
    seed: int | None = None,
    before: Result | None = None,
    solver: Resolve | None = None,
) -> tuple[Priced, ...]:
    """Prices confirmed, or not, by planning again with `sizes` units less and more of each thing (`params`: how long each time).

    `things`: of `price_list`; None: its first of every kind, at most `most`. `before`: the unchanged problem planned again, if it is
    there. Sizes beyond the first that does not confirm are left out."""
    params = params or Params(time_limit=2.0)
    solver = resolve_from(result, params) if solver is None else solver
    chosen = _first_of_each(price_list(instance, result))[:most] if things is None else list(things)
    if chosen and before is None:
        before = again(instance, result.plan, params, result.seed if seed is None else seed, solver)
    out = []
    for priced in chosen:
        steps: list[Step] = []
        reach = {-1: 0.0, 1: 0.0}
        for sign in (-1, 1):
            for size in sizes:
                amount = sign * size * priced.unit
                effect = what_if(
                    instance, result, priced.thing.change(amount), params=params, seed=seed, before=before, solver=solver
                )
                ceiling = priced_bound(apply(instance, [priced.thing.change(amount)])[0], result.prices) - effect.before.value
                households = int(effect.comparison.second.home[-1] - effect.comparison.first.home[-1])
                steps.append(Step(amount, effect.value, effect.least, min(effect.most, ceiling), households))
                if abs(effect.value - priced.price * amount) > CONFIRMED * abs(priced.price * amount):
                    break
                reach[sign] = amount
        steps.sort(key=lambda s: s.amount)
        out.append(dataclasses.replace(priced, low=reach[-1], high=reach[1], steps=tuple(steps)))
    return tuple(out)


def _first_of_each(listed: Sequence[Priced]) -> list[Priced]:
    """The whole of money, crews and seats before single periods; each crew, hub and area once."""
    seen: set[tuple[str, str, str, str]] = set()
    out = []
    for priced in [p for p in listed if p.thing.period is None]:
        key = (
            priced.thing.kind if priced.thing.kind in ("money", "crew", "seats") else "places",
            priced.thing.crew,
            priced.thing.hub_id,
            priced.thing.area_id,
        )
        if key not in seen:
            seen.add(key)
            out.append(priced)
    return out
