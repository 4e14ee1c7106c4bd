"""Scenarios: made from what is on file, changed part by part, copied, put away. Every change is logged with what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.places.money import currencies
from wayhome.places.queries import supply
from wayhome.plans.models import (
    BudgetLine,
    Demand,
    ExchangeRate,
    GateAssumption,
    Scenario,
    ScenarioCrew,
    Transport,
    WorkChoice,
)
from wayhome.plans.months import first_of, month_at
from wayhome.plans.states import DemandKind

BASICS = (
    *("name", "note", "start", "months", "discount", "fairness_floor", "families", "group_by", "currency"),
    *("budget_share", "transport_each"),
)
PARTS: Mapping[str, Any] = {
    "budget": BudgetLine,
    "rates": ExchangeRate,
    "crews": ScenarioCrew,
    "transport": Transport,
    "works": WorkChoice,
    "gates": GateAssumption,
    "demands": Demand,
}
MOST_LINES = 3_000
MOST_SCENARIOS = 500


def make(*, process: Process, actor: Actor, today: date | None = None, **values: Any) -> Scenario:
    """A new scenario: what `values` does not say is proposed from what is on file. The money of the places is copied into it.

    Raises:
        Forbidden: the role makes no plans.
        InvalidInput: a value does not fit; `field` names it.
        Conflict: a scenario has this name already.
    """
    require_actor(actor, process, Permission.PLAN)
    today = today or timezone.localdate()
    values = {"start": month_at(today, 1), **values}
    values.setdefault("currency", main_currency(process, values["start"], int(values.get("months") or 24)))
    with transaction.atomic():
        scenario = Scenario(process=process, number=next_number(Scenario, process), made_by_id=actor.user_id)
        if Scenario.objects.of(process).count() >= MOST_SCENARIOS:
            raise Conflict(
                _("There are %(n)s scenarios already.") % {"n": MOST_SCENARIOS}, _("Ask the operator to remove old ones.")
            )
        _set(scenario, values)
        _save(scenario)
        _take_money(scenario)
        audit.record("scenario.made", actor=actor, subject=scenario, process_id=process.pk, detail=_said(scenario))
    return scenario


def change(*, scenario: Scenario, actor: Actor, **values: Any) -> Scenario:
    """Change basics of a scenario. Runs that were made keep what they were made of.

    Raises:
        InvalidInput: a value does not fit.
        Conflict: the name is another one's, or the scenario came as a file.
    """
    require_actor(actor, scenario.process, Permission.PLAN)
    if scenario.imported and set(values) - {"name", "note"}:
        raise Conflict(
            _("This scenario came as a folder; only its name and note can be changed here."),
            _("Change the folder and bring it in again."),
        )
    with transaction.atomic():
        scenario = Scenario.objects.select_for_update().get(pk=scenario.pk)
        before = {name: getattr(scenario, name) for name in values}
        _set(scenario, values)
        changed = {
            name: [str(before[name]), str(getattr(scenario, name))] for name in values if before[name] != getattr(scenario, name)
        }
        if changed:
            _save(scenario)
            audit.record(
                "scenario.changed",
                actor=actor,
                subject=scenario,
                process_id=scenario.process_id,
                detail={"scenario": scenario.ref, "changed": changed},
            )
    return scenario


def set_part(*, scenario: Scenario, actor: Actor, part: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Put the rows of one part (budget, rates, crews, transport, works, gates, demands) in the place of those there.

    Raises:
        InvalidInput: a row does not fit; `field` says which part, the words which row.
        Conflict: the scenario came as a file.
    """
    require_actor(actor, scenario.process, Permission.PLAN)
    if scenario.imported:
        raise Conflict(_("This scenario came as a folder."), _("Change the folder and bring it in again."))
    model = PARTS[part]
    made = []
    for number, row in enumerate(rows, start=1):
        if number > MOST_LINES:
            raise InvalidInput(_("More than %(n)s lines.") % {"n": MOST_LINES}, field=part)
        one = model(scenario=scenario, **row)
        try:
            one.clean_fields(exclude=["scenario"])
        except ValidationError as error:
            raise InvalidInput(
                _("Line %(n)s: %(error)s") % {"n": number, "error": " ".join(error.messages)}, field=part
            ) from None
        _fits(scenario, part, one, number)
        made.append(one)
    with transaction.atomic():
        Scenario.objects.select_for_update().get(pk=scenario.pk)
        model.objects.filter(scenario=scenario).delete()
        try:
            with transaction.atomic():
                model.objects.bulk_create(made)
        except IntegrityError:
            raise InvalidInput(_("The same thing is said twice."), _("Keep one of the two lines."), field=part) from None
        Scenario.objects.filter(pk=scenario.pk).update(changed_at=timezone.now())
        audit.record(
            "scenario.changed",
            actor=actor,
            subject=scenario,
            process_id=scenario.process_id,
            detail={"scenario": scenario.ref, "part": part, "lines": len(made)},
        )
    return len(made)


def _fits(scenario: Scenario, part: str, row: Any, number: int) -> None:
    """What the fields alone cannot say: days are firsts of months within the plan, currencies exist, areas are the process's."""

    def refuse(problem: str, remedy: str = "") -> None:
        raise InvalidInput(_("Line %(n)s: %(error)s") % {"n": number, "error": problem}, remedy, field=part)

    month = getattr(row, "month", None)
    if month is not None:
        row.month = first_of(month)
        if scenario.period(row.month) >= scenario.months or (scenario.period(row.month) < 0 and part != "budget"):
            refuse(_("the month lies outside the plan."), _("Choose one of its months."))
    for name in ("expected", "earliest"):
        if getattr(row, name, None) is not None:
            setattr(row, name, first_of(getattr(row, name)))
    if part in {"budget", "rates"}:
        row.currency = row.currency.upper()
        if row.currency not in currencies():
            refuse(_("“%(code)s” is no currency.") % {"code": row.currency}, _("Write its three letters: USD, EUR."))
        if part == "rates" and row.currency == scenario.currency:
            refuse(_("a rate of a currency to itself."), _("Take the line out."))
        if part == "rates" and row.rate <= 0:
            refuse(_("a rate is more than zero."))
    if part == "demands":
        if row.kind == DemandKind.START_BY and row.work_id is None:
            refuse(_("no work was chosen."))
        if row.kind == DemandKind.OPEN_BY and row.area_id is None:
            refuse(_("no place was chosen."))
    from wayhome.places.models import Area, Work

    for name in ("area_id", "hub_id"):
        value = getattr(row, name, None)
        if value is not None and not Area.objects.of(scenario.process).filter(pk=value).exists():
            refuse(_("there is no such place."))
    if getattr(row, "work_id", None) is not None and not Work.objects.of(scenario.process).filter(pk=row.work_id).exists():
        refuse(_("there is no such work."))


def copy(*, scenario: Scenario, actor: Actor, name: str = "", **values: Any) -> Scenario:
    """The same assumptions under another name, with changes of single fields: a third less money is `budget_share`."""
    require_actor(actor, scenario.process, Permission.PLAN)
    with transaction.atomic():
        made = Scenario(
            process=scenario.process,
            number=next_number(Scenario, scenario.process),
            made_by_id=actor.user_id,
            copied_from=scenario,
        )
        for field in BASICS:
            setattr(made, field, getattr(scenario, field))
        made.imported_digest, made.imported_name = scenario.imported_digest, scenario.imported_name
        _set(made, {"name": name or free_name(scenario), **values})
        _save(made)
        for model in PARTS.values():
            rows = list(model.objects.filter(scenario=scenario))
            for row in rows:
                row.pk, row.scenario = None, made
                row._state.adding = True
            model.objects.bulk_create(rows)
        audit.record(
            "scenario.copied",
            actor=actor,
            subject=made,
            process_id=made.process_id,
            detail={"scenario": made.ref, "from": scenario.ref, **{name: str(value) for name, value in values.items()}},
        )
    return made


def take_money(*, scenario: Scenario, actor: Actor) -> int:
    """Take the money of the places anew: the lines that are there go. Returns how many lines came."""
    require_actor(actor, scenario.process, Permission.PLAN)
    if scenario.imported:
        raise Conflict(_("This scenario came as a folder."), _("Change the folder and bring it in again."))
    with transaction.atomic():
        scenario.budget.all().delete()
        lines = _take_money(scenario)
        audit.record(
            "scenario.changed",
            actor=actor,
            subject=scenario,
            process_id=scenario.process_id,
            detail={"scenario": scenario.ref, "part": "budget", "lines": lines},
        )
    return lines


def archive(*, scenario: Scenario, actor: Actor, away: bool) -> None:
    """Put a scenario away, or take it up again. Its runs stay."""
    require_actor(actor, scenario.process, Permission.PLAN)
    with transaction.atomic():
        Scenario.objects.filter(pk=scenario.pk).update(archived_at=timezone.now() if away else None)
        audit.record(
            "scenario.archived" if away else "scenario.restored",
            actor=actor,
            subject=scenario,
            process_id=scenario.process_id,
            detail={"scenario": scenario.ref},
        )


# --- parts ---


def main_currency(process: Process, start: date, months: int) -> str:
    """The currency of most of the money on file; dollars where there is none."""
    sums = {code: sum(by_month) for code, by_month in supply.funding_by_month(process, start, min(max(months, 1), 60)).items()}
    return max(sums, key=lambda code: sums[code]) if sums else "USD"


def _take_money(scenario: Scenario) -> int:
    """Lines for the secured money of the places, and the newest rates on file for what is in other currencies."""
    from wayhome.places.models import ExchangeRate as FiledRate
    from wayhome.places.models import Work

    money = supply.funding_by_month(scenario.process, scenario.start, scenario.months)
    lines = [
        BudgetLine(
            scenario=scenario, month=scenario.month(period), amount=amount, currency=code, source=_("Secured money on file")
        )
        for code, by_month in sorted(money.items())
        for period, amount in enumerate(by_month)
        if amount
    ]
    BudgetLine.objects.bulk_create(lines)
    asked = set(Work.objects.of(scenario.process).exclude(currency="").values_list("currency", flat=True)) | set(money)
    asked -= {scenario.currency, *scenario.rates.values_list("currency", flat=True)}
    rates: dict[str, ExchangeRate] = {}
    for row in FiledRate.objects.of(scenario.process).order_by("on", "pk"):
        code = row.base if row.quote == scenario.currency else row.quote if row.base == scenario.currency else ""
        if code in asked:
            one = row.rate if row.base == code else Decimal(1) / row.rate
            rates[code] = ExchangeRate(
                scenario=scenario, currency=code, rate=round(one, 8), on=row.on, source=(row.source or _("Rates on file"))[:200]
            )
    ExchangeRate.objects.bulk_create(rates.values())
    return len(lines)


def free_name(scenario: Scenario) -> str:
    """A name for a copy that no scenario of the process has."""
    taken = set(Scenario.objects.of(scenario.process).values_list("name", flat=True))
    for number in range(2, MOST_SCENARIOS + 3):
        name = f"{scenario.name[:110]} ({number})"
        if name not in taken:
            return name
    return scenario.name


def _set(scenario: Scenario, values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(BASICS)
    if unknown:
        raise TypeError(f"no such field of a scenario: {sorted(unknown)}")
    for name, value in values.items():
        setattr(scenario, name, value)
    scenario.name = " ".join(str(scenario.name).split())
    scenario.start = first_of(scenario.start)
    scenario.currency = str(scenario.currency).upper()


def _save(scenario: Scenario) -> None:
    try:
        scenario.clean_fields(exclude=[field.name for field in Scenario._meta.fields if field.name not in BASICS])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        label = str(Scenario._meta.get_field(field).verbose_name)
        raise InvalidInput(f"{label}: {' '.join(messages)}", field=field) from None
    if scenario.discount <= 0:
        raise InvalidInput(_("The weight of a month later is more than 0 and at most 1."), field="discount")
    if scenario.currency not in currencies():
        raise InvalidInput(
            _("“%(code)s” is no currency.") % {"code": scenario.currency},
            _("Write its three letters: USD, EUR."),
            field="currency",
        )
    others = Scenario.objects.of(scenario.process).filter(name=scenario.name).exclude(pk=scenario.pk)
    if others.exists():
        raise Conflict(
            _("A scenario is called “%(name)s” already.") % {"name": scenario.name}, _("Choose another name."), field="name"
        )
    scenario.save()


def _said(scenario: Scenario) -> dict[str, Any]:
    return {"scenario": scenario.ref, **{name: str(getattr(scenario, name)) for name in BASICS}}
