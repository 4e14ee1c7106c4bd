"""Planning again: the past is fact, and who can go as planned goes as planned, but for a share that may be moved for the better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning import scheduling
from wayhome.engines.planning.errors import PlanError
from wayhome.engines.planning.filling import Filling, trimmed
from wayhome.engines.planning.model import Crowd, Units, Works, classes, taken, works_of
from wayhome.engines.planning.types import Doubles, Flags, Instance, Ints, Params, Plan


@dataclass
class Replan:
    """What stays of an approved plan. `works`: starts that stay are fixed, places and seats that are taken are gone."""

    instance: Instance
    units: Units
    works: Works
    kept: tuple[Ints, Ints]
    """(U,) area and period of units that stay as planned, -1 for those to be placed."""
    facts: tuple[Ints, Ints]
    """(N,) the same of households that have returned before `frozen_until`."""
    planned: tuple[Ints, Ints]
    """(N,) where and when the previous plan sends each household."""
    possible: Ints
    """Households that could go as planned: the unaffected."""

    def rest(self) -> tuple[Crowd, Ints]:
        """Classes of the units to be placed, and the class of each unit (-1: it is placed)."""
        free = np.flatnonzero(self.kept[0] < 0)
        few, back = classes(taken(self.units.crowd, free, np.ones(len(free))))
        of = np.full(self.units.count, -1, dtype=np.int64)
        of[free] = back
        return few, of

    def floor(self) -> tuple[Ints, Filling]:
        """What stays, and nothing more."""
        crowd = self.units.crowd
        starts = np.where(self.works.fixed >= 0, self.works.fixed, -1)
        locked = self.kept[0] >= 0
        found = trimmed(self.works, crowd, self.kept[0], self.kept[1], locked & False)
        if found is None:
            found = Filling(self.kept[0].copy(), self.kept[1].copy(), 0.0)
        return starts, found

    def with_facts(self, area: Ints, period: Ints) -> tuple[Ints, Ints]:
        known = self.facts[0] >= 0
        return np.where(known, self.facts[0], area), np.where(known, self.facts[1], period)

    def moved(self, plan: Plan) -> int:
        """Households that could go as planned and go otherwise."""
        who = self.possible
        same = (plan.area[who] == self.planned[0][who]) & (plan.period[who] == self.planned[1][who])
        return int((~same).sum())


def prepare(instance: Instance, units: Units, params: Params) -> Replan:
    """What stays of `params.previous` in `instance`: starts that the rules still allow, in the order of the old plan, and returns
    that have an open area, places and transport. Where everybody may be moved (`stability` 1), the past alone stays."""
    plan, until = params.previous, params.frozen_until
    if plan is None or (len(plan.starts), len(plan.area)) != (instance.projects, instance.households):
        raise PlanError(
            "The previous plan has other projects or households than the instance.", "Read it with this instance's ids."
        )
    before = np.where((plan.starts >= 0) & (plan.starts < until), plan.starts, -1)
    works = works_of(instance, frozen=before, frozen_until=until)
    free = params.stability >= 1
    works = works._replace(fixed=before if free else _still_possible(works, plan, until))
    past = (plan.area >= 0) & (plan.period < until)
    facts = (np.where(past, plan.area, -1), np.where(past, plan.period, -1))
    crowd = units.crowd
    first = units.member[units.member_ptr[:-1]]
    wanted_area, wanted_period = plan.area[first].copy(), plan.period[first].copy()
    # A unit whose households the old plan parts (families were free then) is placed anew.
    length = np.diff(units.member_ptr)
    of = np.repeat(np.arange(units.count), length)
    parted = np.zeros(units.count, dtype=bool)
    parted[of[(plan.area[units.member] != wanted_area[of]) | (plan.period[units.member] != wanted_period[of])]] = True
    wanted_area[parted] = -1
    if free:
        wanted_area = np.where(past[first], wanted_area, -1)
    area, period, room, seats = _placed(works, crowd, wanted_area, wanted_period, past[first] & ~parted)
    possible = np.flatnonzero(units.households(np.flatnonzero(area >= 0), area[area >= 0], instance.households) >= 0)
    possible = possible[~past[possible]]
    # Who is home already and is no unit any more (its wish was taken back, say) still lives there.
    home = np.flatnonzero(past & (units.households(np.flatnonzero(area >= 0), area[area >= 0], instance.households) < 0))
    for i in home.tolist():
        room[plan.area[i], :, plan.period[i] :] += instance.needs[i][:, None]
    return Replan(
        instance,
        units,
        works._replace(places=works.places, transport=seats, used=room),
        (area, period),
        facts,
        (plan.area, plan.period),
        possible,
    )


def _still_possible(works: Works, plan: Plan, until: int) -> Ints:
    """(P,) starts of the old plan that order, money and crews still allow, earliest first; all of the past."""
    planned = np.flatnonzero(plan.starts >= 0)
    order = planned[np.lexsort((planned, plan.starts[planned]))]
    money, crews = works.money.copy(), np.repeat(works.capacity[:, None], len(works.money), 1)
    fixed = np.full(len(works.area), -1, dtype=np.int64)
    T = len(works.money)
    for p in order.tolist():
        t, d, k = int(plan.starts[p]), int(works.duration[p]), int(works.crew[p])
        end = min(T, t + d)
        if t >= until:
            q = int(works.after[p])
            waits = q >= 0 and (fixed[q] < 0 or fixed[q] + works.duration[q] > t)
            poor = bool((money[t:] + 1e-9 < works.cost[p]).any())
            busy = k >= 0 and bool((crews[k, t:end] + 1e-9 < works.units[p]).any())
            # What is no longer done within the plan would only hold a crew that others wait for.
            if waits or poor or busy or t + d >= T:
                continue
        fixed[p] = t
        money[t:] -= works.cost[p]
        if k >= 0:
            crews[k, t:end] -= works.units[p]
    return fixed


def _placed(works: Works, crowd: Crowd, area: Ints, period: Ints, past: Flags) -> tuple[Ints, Ints, Doubles, Doubles]:
    """Units that can go as planned under the fixed starts (those of the past went); places they use by area, kind and period; seats
    left."""
    T = len(works.money)
    opening = np.zeros(len(works.places), dtype=np.int64)
    room = np.zeros((len(works.places), 4, T))
    scheduling.provide(works, works.fixed, opening, room)
    whole = room.copy()
    seats = works.transport.copy()
    back = np.zeros(len(works.willing))
    for a in range(len(works.places)):
        room[a] = np.minimum.accumulate(room[a][:, ::-1], 1)[:, ::-1]
    to, when = np.full(crowd.rows, -1, dtype=np.int64), np.full(crowd.rows, -1, dtype=np.int64)
    who = np.flatnonzero(area >= 0)
    used = np.zeros_like(whole)
    for i in who[np.lexsort((who, period[who], ~past[who]))].tolist():
        a, t = int(area[i]), int(period[i])
        wished = crowd.wish_area[crowd.wish_ptr[i] : crowd.wish_ptr[i + 1]]
        if not past[i] and (
            t < opening[a] or t < crowd.earliest[i] or a not in wished or not scheduling.fits(crowd, i, a, t, room, seats)
        ):
            continue
        scheduling.take(crowd, i, 1.0, a, t, room, seats, back)
        used[a, :, t:] += crowd.use[i][:, None]
        to[i], when[i] = a, t
    return to, when, used, seats
