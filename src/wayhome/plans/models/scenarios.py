"""Scenarios: what is assumed about money, crews, transport, works and gates when a plan is sought.

What a scenario does not say is taken from the places and the registry on the day of the run. Periods are months; period 0 is
the month of `start`.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.plans.months import month_at, period_of
from wayhome.plans.states import DemandKind, Families, GroupBy, Inclusion

MOST_MONTHS = 60


class Scenario(Numbered):
    """One set of assumptions. `budget_share` (per cent) scales every budget line: two thirds of the money is 67 here.

    `imported_digest` names the sealed instance folder of a scenario that came as a file: its runs use that folder as it is and
    know nothing of the registry.
    """

    prefix = "S"

    name = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("what it is about"), max_length=500, blank=True)
    start = models.DateField(_("first month"))
    months = models.PositiveSmallIntegerField(
        _("months"), default=24, validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)]
    )
    discount = models.DecimalField(
        _("weight of a month later"),
        max_digits=5,
        decimal_places=4,
        default="0.9800",
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("A return one month later counts this much of one now: 0.98 is two per cent less."),
    )
    fairness_floor = models.DecimalField(
        _("fairness floor"),
        max_digits=3,
        decimal_places=2,
        default="0.60",
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("Each group gets at least this share of what all get on average: 0 asks nothing, 1 asks equal shares."),
    )
    families = models.CharField(_("families"), max_length=8, choices=Families.choices, default=Families.TOGETHER)
    group_by = models.CharField(_("fair between"), max_length=7, choices=GroupBy.choices, default=GroupBy.ORIGIN)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    budget_share = models.DecimalField(
        _("share of the budget, per cent"),
        max_digits=5,
        decimal_places=1,
        default="100.0",
        validators=[MinValueValidator(0), MaxValueValidator(500)],
        help_text=_("100 is the budget as it stands; 66.7 cuts every month by a third."),
    )
    transport_each = models.PositiveIntegerField(
        _("seats a month from each place"),
        default=200,
        help_text=_("Persons who can travel in a month from a place of displacement that has no line of its own."),
    )
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    imported_digest = models.CharField(max_length=64, blank=True)
    imported_name = models.CharField(max_length=255, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("scenario")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="scenario_number"),
            models.UniqueConstraint(fields=["process", "name"], name="scenario_name_once"),
            models.CheckConstraint(condition=models.Q(months__gte=1, months__lte=MOST_MONTHS), name="scenario_months"),
            models.CheckConstraint(condition=models.Q(discount__gt=0, discount__lte=1), name="scenario_discount"),
            models.CheckConstraint(condition=models.Q(fairness_floor__gte=0, fairness_floor__lte=1), name="scenario_fairness"),
            models.CheckConstraint(condition=models.Q(start__day=1), name="scenario_starts_on_a_first"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def imported(self) -> bool:
        return bool(self.imported_digest)

    def month(self, period: int) -> date:
        """First day of a period; also of those after the last one."""
        return month_at(self.start, period)

    def period(self, day: date) -> int:
        """The period in which a day lies; below 0 before the start, `months` and more after the end."""
        return period_of(self.start, day)

    @property
    def every_month(self) -> list[date]:
        return [self.month(period) for period in range(self.months)]

    @property
    def last_month(self) -> date:
        return self.month(self.months - 1)


class BudgetLine(models.Model):
    """Money that comes in a month. Several lines a month are added; what is not spent is kept for later months."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="budget")
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3)
    source = models.CharField(_("from whom"), max_length=200, blank=True)

    class Meta:
        ordering = ["month", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="budget_not_negative")]


class ExchangeRate(models.Model):
    """How many units of the scenario's currency one unit of `currency` is worth, on which day, according to whom."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)
    on = models.DateField(_("of the day"))
    source = models.CharField(_("according to"), max_length=200)

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "currency"], name="scenario_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="scenario_rate_above_zero"),
        ]


class ScenarioCrew(models.Model):
    """How many crews of a kind work in every month, where the scenario says otherwise than the places."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="crews")
    crew = models.CharField(_("crew"), max_length=60)
    units = models.DecimalField(_("crews at work"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        ordering = ["crew"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "crew"], name="scenario_crew_once"),
            models.CheckConstraint(condition=models.Q(units__gte=0), name="crew_not_negative"),
        ]


class Transport(models.Model):
    """Persons who can travel from a place of displacement: in `month`, or in every month that has no line of its own."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="transport")
    hub = models.ForeignKey("places.Area", on_delete=models.CASCADE, related_name="+")
    month = models.DateField(_("month"), null=True, blank=True)
    persons = models.PositiveIntegerField(_("persons"))

    class Meta:
        ordering = ["hub", "month"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "hub", "month"], name="transport_month_once"),
            models.UniqueConstraint(
                fields=["scenario", "hub"], condition=models.Q(month=None), name="transport_every_month_once"
            ),
        ]


class WorkChoice(models.Model):
    """What a scenario says of one work; what is empty stays as the work's own page has it."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="works")
    work_id = models.BigIntegerField()
    inclusion = models.CharField(max_length=4, choices=Inclusion.choices, default=Inclusion.FREE)
    duration = models.PositiveSmallIntegerField(_("months it takes"), null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=16, decimal_places=2, null=True, blank=True)
    earliest = models.DateField(_("not before"), null=True, blank=True)

    class Meta:
        ordering = ["work_id"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "work_id"], name="work_choice_once"),
            models.CheckConstraint(condition=models.Q(cost=None) | models.Q(cost__gte=0), name="work_cost_not_negative"),
        ]


class GateAssumption(models.Model):
    """A gate of `area`, of a kind (its code), that the scenario assumes to open in a month: shown as assumed, never as promised."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="gates")
    area = models.ForeignKey("places.Area", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    expected = models.DateField(_("assumed open from"), null=True, blank=True)
    reason = models.CharField(_("why this is assumed"), max_length=250, blank=True)

    class Meta:
        ordering = ["area", "kind"]
        constraints = [models.UniqueConstraint(fields=["scenario", "area", "kind"], name="gate_assumption_once")]


class Demand(models.Model):
    """A hard wish: a work started or a place open by a month."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="demands")
    kind = models.CharField(_("what"), max_length=8, choices=DemandKind.choices)
    work_id = models.BigIntegerField(null=True, blank=True)
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    month = models.DateField(_("by"))
    note = models.CharField(_("on whose word"), max_length=250, blank=True)

    class Meta:
        ordering = ["month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=DemandKind.START_BY, work_id__isnull=False)
                | models.Q(kind=DemandKind.OPEN_BY, area__isnull=False),
                name="demand_says_of_what",
            )
        ]
