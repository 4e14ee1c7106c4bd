"""Tables of the contract to an instance and back. Nothing is guessed: whatever is wrong is named, all of it, and nothing is solved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wayhome.engines.planning.cells import Columns, Problems
from wayhome.engines.planning.errors import InstanceError, PlanError
from wayhome.engines.planning.types import NEVER, RESOURCES, Families, Flags, Instance, Ints, Names, Plan, Table, summed

TABLES: Mapping[str, tuple[str, ...]] = {
    "areas": ("area_id", "district_id", *RESOURCES),
    "projects": (
        "project_id",
        "area_id",
        "kind",
        "duration",
        "cost",
        "crew",
        "crew_units",
        "resource",
        "adds",
        "after",
        "gate",
    ),
    "budget": ("period", "amount"),
    "crews": ("crew", "units"),
    "transport": ("hub_id", "period", "persons"),
    "households": ("household_id", "family_id", "hub_id", "group_id", "persons", "children", "clinic", "earliest"),
    "wishes": ("household_id", "area_id", "weight"),
}
"""Tables an instance is made of, and the columns each must have. `projects` and `budget` may have `currency` too."""
MOST_PERIODS = 240

_NO_NEGATIVE_MONEY = ("negative_money", "An amount of money is negative.", "Give zero or more; refunds are no costs.")


def from_tables(settings: Mapping[str, Any], tables: Mapping[str, Table], names: Mapping[str, str] | None = None) -> Instance:
    """The instance in `settings` and `tables`. `names` says what each table is called where it comes from (a file), for messages.

    Raises `InstanceError` listing every problem with file, row, field, what was found and what to do."""
    problems = Problems({"settings": "settings.json", **(names or {})})
    periods, discount, floor, families = _settings(settings, problems)
    read = {name: Columns(name, tables.get(name), needed, problems) for name, needed in TABLES.items()}
    if not all(table.complete for table in read.values()):
        problems.raise_any()

    areas = read["areas"]
    area_ids, area_place = areas.unique("area_id", "area")
    district_ids = areas.text("district_id", required=False)
    places = np.stack([areas.numbers(kind) for kind in RESOURCES], 1) if areas.rows else np.zeros((0, 4))
    if not areas.rows:
        problems.add("areas", 0, "area_id", None, "no_rows", "There are no areas.", "Add at least one area.")

    crews = read["crews"]
    crew_ids, crew_place = crews.unique("crew", "crew")
    capacity = crews.numbers("units")

    projects = read["projects"]
    project_ids, project_place = projects.unique("project_id", "project")
    project_area = projects.codes("area_id", area_place, where="areas")
    duration = projects.numbers("duration", whole=True).astype(np.int64)
    cost = projects.numbers("cost", range_says=_NO_NEGATIVE_MONEY)
    crew = projects.codes("crew", crew_place, where="crews", required=False)
    units = projects.numbers("crew_units", empty=0.0)
    resource = projects.codes(
        "resource", {kind: at for at, kind in enumerate(RESOURCES)}, where="dwelling, water, school, clinic", required=False
    )
    adds = projects.numbers("adds", empty=0.0)
    after = projects.codes("after", project_place, where="projects", required=False)
    gate = projects.numbers("gate", whole=True, most=1.0, range_says=("not_0_or_1", "A gate is 0 or 1.", "Write 1 or 0."))
    _cycles(project_ids, after, problems)
    if areas.rows and not places[:, 0].any() and not (adds[resource == 0] > 0).any():
        problems.add(
            "areas",
            0,
            "dwelling",
            0,
            "zero_homes",
            "No area has a home and no project adds one, so nobody can return.",
            "Enter the homes that stand, or projects with resource “dwelling”.",
        )

    budget = read["budget"]
    at = _periods(budget, periods)
    _once(budget, "period", at, problems, "The period")
    amounts = summed(at, budget.numbers("amount", range_says=_NO_NEGATIVE_MONEY), periods)
    currency = _currency(projects, budget, problems)

    transport = read["transport"]
    leaving, hubs = transport.named("hub_id")
    when = _periods(transport, periods)
    _once(transport, "period", leaving * periods + when, problems, "This hub and period")
    persons_leaving = transport.numbers("persons")

    households = read["households"]
    household_ids, household_place = households.unique("household_id", "household")
    family, family_ids = households.named("family_id", required=False)
    hub, hub_ids = households.named("hub_id", hubs)
    group, group_ids = households.named("group_id")
    persons = households.numbers(
        "persons",
        whole=True,
        least=1,
        range_says=("no_members", "A household has at least one member.", "Enter its members or take the household out."),
    )
    needs = {name: households.numbers(name, whole=True) for name in ("children", "clinic")}
    for name, count in needs.items():
        problems.rows(
            "households",
            name,
            count > persons,
            households.raw(name),
            "more_than_members",
            "There are more of them than members.",
            "Correct the household.",
        )
    earliest = households.numbers("earliest", empty=float(NEVER), whole=True)
    if not households.rows:
        problems.add(
            "households", 0, "household_id", None, "no_rows", "There are no households.", "Add the households that are asked."
        )

    wishes = read["wishes"]
    wisher = wishes.codes("household_id", household_place, where="households")
    wished = wishes.codes("area_id", area_place, where="areas")
    weight = wishes.numbers("weight")
    problems.rows(
        "wishes",
        "weight",
        (weight <= 0) | (weight > 1),
        wishes.raw("weight"),
        "weight_range",
        "A weight is more than 0 and at most 1.",
        "Correct the weight, or take the row out where the area is not accepted.",
    )
    order = np.lexsort((wished, wisher))
    same = np.zeros(len(order), dtype=bool)
    same[order[1:]] = (np.diff(wisher[order]) == 0) & (np.diff(wished[order]) == 0) & (wisher[order][1:] >= 0)
    problems.rows(
        "wishes",
        "area_id",
        same,
        wishes.raw("area_id"),
        "duplicate",
        "The household already wishes this area.",
        "Keep one of the rows.",
    )
    problems.raise_any()

    table = np.zeros((len(hub_ids), periods))
    table[leaving, when] = persons_leaving
    start = np.concatenate([[0], np.cumsum(np.bincount(wisher, minlength=len(household_ids)))]).astype(np.int64)
    return Instance(
        periods=periods,
        discount=discount,
        fairness_floor=floor,
        families=families,
        currency=currency,
        area_ids=area_ids,
        district_ids=district_ids,
        places=places,
        project_ids=project_ids,
        project_area=project_area,
        kind=projects.text("kind", required=False),
        duration=duration,
        cost=cost,
        crew=crew,
        crew_units=units,
        resource=resource,
        adds=adds,
        after=after,
        gate=gate == 1,
        budget=amounts,
        crew_ids=crew_ids,
        crew_capacity=capacity,
        hub_ids=hub_ids,
        transport=table,
        household_ids=household_ids,
        family=family,
        family_ids=family_ids,
        hub=hub,
        group=group,
        group_ids=group_ids,
        persons=persons.astype(np.int64),
        children=needs["children"].astype(np.int64),
        clinic=needs["clinic"].astype(np.int64),
        earliest=earliest.astype(np.int64),
        wish_start=start,
        wish_area=wished[order],
        wish_weight=weight[order],
    )


def to_tables(instance: Instance) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Settings and tables of `instance`; empty cells are None."""
    settings = {
        "periods": instance.periods,
        "discount": instance.discount,
        "fairness_floor": instance.fairness_floor,
        "families": instance.families.value,
    }
    resources = np.array([*RESOURCES, None], dtype=object)
    money = {"currency": np.full(instance.projects, instance.currency, dtype=object)} if instance.currency else {}
    periods = np.arange(instance.periods)
    hubs = len(instance.hub_ids)
    tables: dict[str, dict[str, Any]] = {
        "areas": {
            "area_id": instance.area_ids,
            "district_id": instance.district_ids,
            **{kind: instance.places[:, at] for at, kind in enumerate(RESOURCES)},
        },
        "projects": {
            "project_id": instance.project_ids,
            "area_id": instance.area_ids[instance.project_area],
            "kind": instance.kind,
            "duration": instance.duration,
            "cost": instance.cost,
            "crew": _or_none(instance.crew_ids, instance.crew),
            "crew_units": instance.crew_units,
            "resource": resources[instance.resource],
            "adds": instance.adds,
            "after": _or_none(instance.project_ids, instance.after),
            "gate": instance.gate.astype(np.int64),
            **money,
        },
        "budget": {"period": periods, "amount": instance.budget},
        "crews": {"crew": instance.crew_ids, "units": instance.crew_capacity},
        "transport": {
            "hub_id": np.repeat(instance.hub_ids, instance.periods),
            "period": np.tile(periods, hubs),
            "persons": instance.transport.ravel(),
        },
        "households": {
            "household_id": instance.household_ids,
            "family_id": _or_none(instance.family_ids, instance.family),
            "hub_id": instance.hub_ids[instance.hub],
            "group_id": instance.group_ids[instance.group],
            "persons": instance.persons,
            "children": instance.children,
            "clinic": instance.clinic,
            "earliest": np.ma.masked_less(instance.earliest, 0),
        },
        "wishes": {
            "household_id": instance.household_ids[instance.wish_household],
            "area_id": instance.area_ids[instance.wish_area],
            "weight": instance.wish_weight,
        },
    }
    return settings, tables


def plan_to_tables(instance: Instance, plan: Plan) -> dict[str, dict[str, Any]]:
    """`starts` and `returns` of the contract: only what starts, only who returns."""
    started = np.flatnonzero(plan.starts >= 0)
    back = np.flatnonzero(plan.area >= 0)
    return {
        "starts": {"project_id": instance.project_ids[started], "start": plan.starts[started]},
        "returns": {
            "household_id": instance.household_ids[back],
            "area_id": instance.area_ids[plan.area[back]],
            "period": plan.period[back],
        },
    }


def plan_from_tables(instance: Instance, tables: Mapping[str, Table], *, strict: bool = True) -> Plan:
    """The plan in `starts` and `returns`. With `strict` an id that the instance does not have is an error; without (a plan of
    yesterday for today's instance) such rows are left out. Raises `PlanError`."""
    problems = Problems({})
    plan = Plan.empty(instance)
    for file, key, needed in (
        ("starts", "project_id", ("project_id", "start")),
        ("returns", "household_id", ("household_id", "area_id", "period")),
    ):
        table = Columns(file, tables.get(file), needed, problems)
        if not table.complete:
            raise PlanError(f"The plan lacks {file} or one of its columns {', '.join(needed)}.", "Give the folder of a plan.")
        ids = instance.project_ids if file == "starts" else instance.household_ids
        place = {one: at for at, one in enumerate(ids.tolist())}
        who = table.text(key).tolist()
        row = np.fromiter((place.get(one, -1) for one in who), dtype=np.int64, count=len(who))
        known = row >= 0
        if file == "starts":
            when = table.numbers("start", empty=float(NEVER), whole=True, least=NEVER, most=instance.periods - 1).astype(np.int64)
            plan.starts[row[known]] = when[known]
        else:
            areas = {one: at for at, one in enumerate(instance.area_ids.tolist())}
            to = table.text("area_id").tolist()
            area = np.fromiter((areas.get(one, -1) for one in to), dtype=np.int64, count=len(to))
            when = table.numbers("period", whole=True, most=instance.periods - 1).astype(np.int64)
            if strict and (area < 0).any():
                raise PlanError(
                    f"The plan sends households to “{to[int(np.argmin(area))]}”, which the instance does not have.",
                    "Give the instance the plan was made for.",
                )
            known &= area >= 0
            plan.area[row[known]] = area[known]
            plan.period[row[known]] = when[known]
        if strict and (row < 0).any():
            raise PlanError(
                f"The plan names “{who[int(np.argmin(row))]}”, which the instance does not have.",
                "Give the instance the plan was made for.",
            )
        if strict and len(np.unique(row)) != len(row):
            raise PlanError(f"The plan names an id of {file} twice.", "Keep one of the rows.")
    try:
        problems.raise_any()
    except InstanceError as error:
        raise PlanError(str(error), "Correct the plan's files.") from None
    return plan


def _settings(settings: Mapping[str, Any], problems: Problems) -> tuple[int, float, float, Families]:
    def number(name: str, low: float, high: float, says: str) -> float:
        given = settings.get(name)
        if isinstance(given, bool) or not isinstance(given, (int, float)) or not low <= given <= high:
            problems.add("settings", 0, name, given, "setting", says, "Correct the setting.")
            return low
        return float(given)

    periods = number("periods", 1, MOST_PERIODS, f"A whole number from 1 to {MOST_PERIODS} is needed.")
    if periods != int(periods):
        problems.add("settings", 0, "periods", periods, "setting", "A whole number is needed.", "Correct the setting.")
    discount = number("discount", 1e-6, 1.0, "A factor per period, more than 0 and at most 1, is needed.")
    floor = number("fairness_floor", 0.0, 1.0, "A share from 0 to 1 is needed.")
    families = settings.get("families")
    if families not in {"free", "together"}:
        problems.add(
            "settings", 0, "families", families, "setting", "Either “free” or “together” is needed.", "Correct the setting."
        )
        families = "free"
    return max(1, int(periods)), discount, floor, Families(families)


def _periods(table: Columns, periods: int) -> Ints:
    return table.numbers(
        "period",
        whole=True,
        most=periods - 1,
        range_says=(
            "period_outside",
            f"The period is outside 0 .. {periods - 1}.",
            "Correct the period, or “periods” in the settings.",
        ),
    ).astype(np.int64)


def _once(table: Columns, field: str, key: Ints, problems: Problems, what: str) -> None:
    _, first = np.unique(key, return_index=True)
    twice: Flags = np.ones(len(key), dtype=bool)
    twice[first] = False
    problems.rows(table.file, field, twice, table.raw(field), "duplicate", f"{what} is given twice.", "Keep one of the rows.")


def _currency(projects: Columns, budget: Columns, problems: Problems) -> str:
    first: tuple[str, str] | None = None
    for table in (budget, projects):
        if not table.has("currency"):
            continue
        for at, name in enumerate(table.text("currency").tolist()):
            if name is None:
                continue
            if first is None:
                first = (name, f"{table.file}, row {at + 1}")
            elif name != first[0]:
                problems.add(
                    table.file,
                    at + 1,
                    "currency",
                    name,
                    "mixed_currencies",
                    f"Other amounts are in {first[0]} ({first[1]}).",
                    "Convert all amounts to one currency, at a rate and date you can name.",
                )
    return first[0] if first else ""


def _cycles(ids: Names, after: Ints, problems: Problems) -> None:
    """Every cycle of `after` once, at its first project in the table."""
    state = np.zeros(len(after), dtype=np.int64)
    for first in range(len(after)):
        path = []
        at = first
        while at >= 0 and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = int(after[at])
        if at >= 0 and state[at] == 1:
            ring = path[path.index(at) :]
            head = min(ring)
            ring = ring[ring.index(head) :] + ring[: ring.index(head)]
            words = " → ".join(str(ids[one]) for one in [*ring, head])
            problems.add(
                "projects",
                head + 1,
                "after",
                words,
                "cycle",
                "These projects wait for each other, so none can start.",
                "Take one “after” of the ring out.",
            )
        state[path] = 2


def _or_none(names: Names, index: Ints) -> Names:
    out = np.empty(len(index), dtype=object)
    known = index >= 0
    out[known] = names[index[known]]
    return out
