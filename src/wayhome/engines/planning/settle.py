"""Households into a given schedule of works, the wanted ones first: a plan by construction, one household after the other.

Not the solver's filling, which looks for value; this one is asked to meet demands.
"""

from __future__ import annotations

import numpy as np

from wayhome.engines.planning.ledger import Ledger, floors_hold
from wayhome.engines.planning.types import FAIRNESS_SLACK, NEVER, Doubles, Flags, Instance, Ints, Plan


def settle(instance: Instance, starts: Ints, area: Ints, by: Ints) -> Plan:
    """A plan with these starts, which must keep the rules of works. `area` (U,): where each unit is wanted, NEVER for no matter; `by` (U,):
    until when. Units without a wanted area follow, by weight; then units of groups that are ahead are left out until floors of
    fairness hold."""
    n = instance.households
    ledger = Ledger(instance, Plan(starts, np.full(n, NEVER), np.full(n, NEVER)))
    units, T = ledger.units, instance.periods
    left, seats, opens = ledger.left.copy(), ledger.seats.copy(), ledger.opens
    to, when = np.full(units.count, NEVER), np.full(units.count, NEVER)
    heads = np.searchsorted(units.hub_unit, np.arange(units.count + 1))

    def place(unit: int, where: int) -> bool:
        begin = max(int(units.earliest[unit]), int(opens[where]))
        if begin >= T:
            return False
        room = np.minimum.accumulate(left[where, :, ::-1], 1)[:, ::-1]
        fits = (room >= units.needs[unit][:, None]) | (units.needs[unit] == 0)[:, None]
        can = fits.all(0)
        for pair in range(heads[unit], heads[unit + 1]):
            can &= seats[units.hub[pair]] >= units.hub_persons[pair]
        can[:begin] = False
        if not can.any():
            return False
        t = int(can.argmax())
        left[where, :, t:] -= units.needs[unit][:, None]
        for pair in range(heads[unit], heads[unit + 1]):
            seats[units.hub[pair], t] -= units.hub_persons[pair]
        to[unit], when[unit] = where, t
        return True

    wanted = np.flatnonzero(area >= 0)
    for unit in wanted[np.lexsort((units.size[wanted], by[wanted]))].tolist():
        place(unit, int(area[unit]))
    for v in np.lexsort((units.earliest[units.wish_unit], -units.wish_weight)).tolist():
        if to[units.wish_unit[v]] < 0:
            place(int(units.wish_unit[v]), int(units.wish_area[v]))
    to = _fair(ledger, to, area >= 0)
    when = np.where(to >= 0, when, NEVER)
    home = units.of >= 0
    if not units.count:
        return ledger.plan
    at = np.maximum(units.of, 0)
    return Plan(starts, np.where(home, to[at], NEVER), np.where(home, when[at], NEVER))


def _fair(ledger: Ledger, to: Ints, wanted: Flags) -> Ints:
    """Leave units out, those nobody asked for first, until every group reaches its floor."""
    i, units = ledger.instance, ledger.units
    groups, total = len(i.group_ids), float(i.willing_persons.sum())
    if not i.fairness_floor or not total:
        return to
    persons = np.zeros((units.count, groups))
    persons[units.group_unit, units.group] = units.group_persons
    to = to.copy()
    returned: Doubles = persons[to >= 0].sum(0)
    order = np.lexsort((-units.needs[:, 1], wanted))
    for unit in order[to[order] >= 0].tolist():
        if floors_hold(i, returned, FAIRNESS_SLACK):
            break
        due = i.fairness_floor * returned.sum() / total * i.willing_persons - FAIRNESS_SLACK
        own = persons[unit] > 0
        if (returned[own] - persons[unit][own] >= due[own]).all():
            returned = returned - persons[unit]
            to[unit] = NEVER
    return to
