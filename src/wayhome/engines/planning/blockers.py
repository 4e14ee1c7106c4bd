"""What keeps most people from going home sooner: the reasons of all households added up, and followed to money and crews."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wayhome.engines.planning.explain import explain_all, plan_of, work_note
from wayhome.engines.planning.ledger import Ledger
from wayhome.engines.planning.reasons import Code, ReasonTable, Standing, WorkCode, WorkNote
from wayhome.engines.planning.types import NEVER, Instance, Ints, Plan, Result, summed


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing and whom it holds back: households and persons, of them `alone` households that nothing else holds back in some period,
    `waiting` households that are not home within the plan; `months` household-periods. `code` with `area_id`, `hub_id` and `work` as in
    `Reason`."""

    code: Code
    area_id: str
    hub_id: str
    work: WorkNote | None
    households: int
    persons: int
    alone: int
    waiting: int
    months: int


@dataclass(frozen=True, slots=True)
class Root:
    """Why the works that people wait for are not sooner, followed back over `after`: money, a crew, or nothing but their own duration
    (`WorkCode.FREE`). `works` are those at the end of the chains; households as in `Blocker`."""

    code: WorkCode
    crew: str
    works: tuple[str, ...]
    households: int
    persons: int


def blockers(instance: Instance, plan: Plan | Result, table: ReasonTable | None = None, *, most: int = 50) -> tuple[Blocker, ...]:
    """The `most` things that hold back most persons, first those that hold back most alone. `table`: of `explain_all`, if it is there."""
    p = plan_of(plan)
    table = explain_all(instance, p) if table is None else table
    ledger = Ledger(instance, p)
    keep = np.flatnonzero((table.code != Code.FAMILY) & (table.code != Code.FREE))
    if not len(keep):
        return ()
    # Transport is asked for by hub, everything else by area.
    area = np.where(table.code[keep] == Code.TRANSPORT, NEVER, table.area[keep])
    keys = np.stack([table.code[keep], area, table.hub[keep]], 1)
    distinct, back = np.unique(keys, axis=0, return_inverse=True)
    back = back.ravel()
    whose = table.household[keep]
    pair, at, = np.unique(back * np.int64(instance.households) + whose, return_inverse=True)  # fmt: skip
    of, household = pair // instance.households, pair % instance.households
    alone = np.zeros(len(pair), np.bool_)
    alone[at[table.alone[keep] > 0]] = True
    months = np.zeros(len(pair), np.int64)
    np.maximum.at(months, at, table.periods[keep])
    n = len(distinct)
    persons = instance.persons[household].astype(np.float64)
    counts = np.bincount(of, minlength=n)
    weight = summed(of, persons, n)
    by_alone = np.bincount(of[alone], minlength=n)
    waiting = np.bincount(of[table.standing[household] == Standing.WAITS], minlength=n)
    span = summed(of, months.astype(np.float64), n)
    order = np.lexsort((-weight, -summed(of[alone], persons[alone], n)))[:most]
    work = _work_of(table.work[keep], back, n)
    return tuple(
        Blocker(
            Code(int(distinct[k, 0])), _name(instance.area_ids, distinct[k, 1]), _name(instance.hub_ids, distinct[k, 2]),
            work_note(ledger, int(work[k])) if work[k] >= 0 else None,
            int(counts[k]), int(weight[k]), int(by_alone[k]), int(waiting[k]), int(span[k]),
        )
        for k in order.tolist()
    )  # fmt: skip


def _name(ids: np.ndarray, at: int) -> str:
    return str(ids[at]) if at >= 0 else ""


def _work_of(work: Ints, back: Ints, n: int) -> Ints:
    """The work most rows of each key name."""
    out, most = np.full(n, NEVER), np.zeros(n, np.int64)
    rows = work >= 0
    pair, times = np.unique(np.stack([back[rows], work[rows]], 1), axis=0, return_counts=True)
    for (key, value), count in zip(pair.tolist(), times.tolist(), strict=True):
        if count > most[key]:
            out[key], most[key] = value, count
    return out


def roots(instance: Instance, plan: Plan | Result, table: ReasonTable | None = None) -> tuple[Root, ...]:
    """What the works that people wait for wait for themselves, most persons first."""
    p = plan_of(plan)
    table = explain_all(instance, p) if table is None else table
    ledger = Ledger(instance, p)
    rows = np.flatnonzero(table.work >= 0)
    works, back = np.unique(table.work[rows], return_inverse=True)
    ends: dict[tuple[WorkCode, int], set[int]] = {}
    causes: dict[tuple[WorkCode, int], list[int]] = {}
    for position, work in enumerate(works.tolist()):
        at = work
        while (code := _last(ledger, at)) == WorkCode.AFTER:
            at = int(instance.after[at])
        key = (code, int(instance.crew[at]) if code == WorkCode.CREW else NEVER)
        ends.setdefault(key, set()).add(at)
        causes.setdefault(key, []).append(position)
    out = []
    for (code, crew), positions in causes.items():
        who = np.unique(table.household[rows[np.isin(back, positions)]])
        names = tuple(str(instance.project_ids[w]) for w in sorted(ends[code, crew]))
        out.append(
            Root(code, str(instance.crew_ids[crew]) if crew >= 0 else "", names, len(who), int(instance.persons[who].sum()))
        )
    return tuple(sorted(out, key=lambda r: (-r.persons, r.code)))


def _last(ledger: Ledger, work: int) -> WorkCode:
    """What holds in the last period before the work starts (or in the last of the plan, where it never does)."""
    note = work_note(ledger, work)
    i = ledger.instance
    last = (i.periods - int(i.duration[work]) if note.start is None else note.start) - 1
    held = [r.code for r in note.why if r.until is None or r.until > last]
    return min(held, default=WorkCode.FREE)
