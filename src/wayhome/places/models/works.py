"""Works: what has to be built, cleared or mended before people can live somewhere, by whom, with which crew and whose money."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered, Scoped
from wayhome.places.models.areas import Area
from wayhome.places.money import check_currency
from wayhome.places.work_states import OrganisationKind, Resource, Stage, WorkKind, WorkState


class Organisation(Scoped):
    """Who pays, builds or is present. Known again by `key`, the folded name, or by its acronym where a table has only that."""

    name = models.CharField(_("name"), max_length=250)
    acronym = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices, blank=True)
    iati_identifier = models.CharField(_("IATI identifier"), max_length=100, blank=True)
    key = models.CharField(max_length=250, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        constraints = [models.UniqueConstraint(fields=["process", "key"], name="organisation_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def short(self) -> str:
        return self.acronym or self.name


class Crew(Scoped):
    """A kind of crew (clearance teams, builders, a pipe-laying gang): works need units of it, a period has so many."""

    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=150)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("crew")
        constraints = [models.UniqueConstraint(fields=["process", "code"], name="crew_code_once")]

    def __str__(self) -> str:
        return self.name


class CrewCapacity(models.Model):
    """From a month on there are so many units of a crew, until the next row of the same crew says otherwise."""

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="capacities")
    starts_on = models.DateField(_("from"))
    units = models.PositiveSmallIntegerField(_("units"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ["crew", "starts_on"]
        constraints = [models.UniqueConstraint(fields=["crew", "starts_on"], name="crew_capacity_once")]


class Work(Numbered):
    """A work in one area.

    `cost` in `currency` at the prices of `price_date`; cost or duration is empty where nobody has said: such a work is shown
    and never planned. `after` must be finished before it starts. `adds` places of `resource` are there once it is finished.
    `state` is written by `places.actions.works.move` alone.
    """

    prefix = "W"

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="works")
    code = models.CharField(_("code in the source"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=WorkKind.choices)
    title = models.CharField(_("title"), max_length=250)
    language = models.CharField(_("language of the title"), max_length=12, blank=True)
    scope = models.TextField(_("what is done"), max_length=4000, blank=True)
    cost = models.DecimalField(
        _("cost"), max_digits=16, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[check_currency])
    price_date = models.DateField(_("prices of"), null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField(
        _("months of work"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    after = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="before", verbose_name=_("only after")
    )
    crew = models.ForeignKey(Crew, null=True, blank=True, on_delete=models.PROTECT, related_name="works")
    crew_units = models.PositiveSmallIntegerField(_("units of the crew"), default=0)
    resource = models.CharField(_("adds places of"), max_length=8, choices=Resource.choices, blank=True)
    adds = models.PositiveIntegerField(_("places added"), default=0)
    implementer = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="builds", verbose_name=_("implementer")
    )
    state = models.CharField(_("state"), max_length=10, choices=WorkState.choices, default=WorkState.PLANNED)
    progress = models.PositiveSmallIntegerField(_("progress, per cent"), default=0, validators=[MaxValueValidator(100)])
    planned_start = models.DateField(_("planned to start"), null=True, blank=True)
    started_on = models.DateField(_("started"), null=True, blank=True)
    finished_on = models.DateField(_("finished"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    iati_identifier = models.CharField(_("IATI identifier"), max_length=100, blank=True)
    sector = models.CharField(_("sector (DAC code)"), max_length=5, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]
        verbose_name = _("work")
        indexes = [
            models.Index(fields=["process", "area"], name="work_area"),
            models.Index(fields=["process", "state"], name="work_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="work_number_once"),
            models.UniqueConstraint(fields=["process", "code"], condition=~Q(code=""), name="work_code_once"),
            models.CheckConstraint(condition=Q(state__in=WorkState.values), name="work_known_state"),
            models.CheckConstraint(condition=Q(kind__in=WorkKind.values), name="work_known_kind"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="work_cost"),
            models.CheckConstraint(condition=Q(cost=None) | ~Q(currency=""), name="work_cost_has_currency"),
            models.CheckConstraint(condition=Q(duration_months=None) | Q(duration_months__gte=1), name="work_duration"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="work_progress"),
            models.CheckConstraint(condition=Q(after=None) | ~Q(after=F("id")), name="work_not_after_itself"),
            models.CheckConstraint(condition=~Q(resource="") | Q(adds=0), name="work_adds_something"),
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(finished_on=None) | Q(finished_on__gte=F("started_on")), name="work_period"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def plannable(self) -> bool:
        """Whether cost and duration are known."""
        return self.cost is not None and self.duration_months is not None


class WorkStateChange(models.Model):
    """A step of a work: from which state to which, on which day, by whom, why."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="steps")
    before = models.CharField(max_length=10, choices=WorkState.choices, blank=True)
    after = models.CharField(max_length=10, choices=WorkState.choices)
    on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]


class WorkPhoto(Scoped):
    """A photograph of a work, stored by its content without what the camera wrote into it."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="photos")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    caption = models.CharField(_("what it shows"), max_length=300)
    taken_on = models.DateField(_("taken on"), null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-taken_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["work", "sha256"], name="work_photo_once")]


class Funding(Scoped):
    """Money of a funder, for one work or (`work` empty) for works of the process as the plan sees fit.

    A record is in one stage at a time; what was pledged and is now committed moves on, it is not written twice.
    """

    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.CASCADE, related_name="funding")
    funder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pays", verbose_name=_("funder"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    price_date = models.DateField(_("prices of"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=9, choices=Stage.choices, default=Stage.PLEDGED)
    on = models.DateField(_("said on"))
    available_from = models.DateField(_("can be spent from"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["on", "id"]
        verbose_name = _("funding")
        indexes = [models.Index(fields=["process", "work"], name="funding_work")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="funding_amount"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="funding_known_stage"),
        ]


class ExchangeRate(Scoped):
    """One unit of `base` was worth `rate` units of `quote` on a day, as `source` says."""

    base = models.CharField(_("one unit of"), max_length=3, validators=[check_currency])
    quote = models.CharField(_("in"), max_length=3, validators=[check_currency])
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=8)
    on = models.DateField(_("on"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["base", "quote", "-on"]
        verbose_name = _("exchange rate")
        constraints = [
            models.UniqueConstraint(fields=["process", "base", "quote", "on"], name="place_rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="place_rate_positive"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="place_rate_two_currencies"),
        ]
