"""Assessments of areas: what somebody answered to indicators on a day, and the versions of the index that read the answers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.accounts.scoped import Numbered, Scoped
from wayhome.places import readiness_words
from wayhome.places.models.areas import Area


class Mark(models.TextChoices):
    """How a fact of an index is known."""

    READ = "read", _("read in its source")
    SECOND_HAND = "second_hand", _("read at second hand")
    UNREAD = "unread", _("from memory, not read")
    OWN = "own", _("our own proposal")


class Indicator(Scoped):
    """Something asked about an area. `answers` is a list of {code, x, name} with x from 0 (best) to 1 (worst).

    Without answers it is a number in `unit` between `best` and `worst`. What an answer means never changes: another set of
    answers is another `edition`, and the one before is retired. Names of shipped indicators are translated (`readiness_words`).
    """

    code = models.SlugField(_("code"), max_length=60)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    name = models.CharField(_("name"), max_length=200, blank=True)
    answers = models.JSONField(default=list)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    best = models.FloatField(_("best"), null=True, blank=True)
    worst = models.FloatField(_("worst"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    mark = models.CharField(_("how it is known"), max_length=12, choices=Mark.choices, default=Mark.OWN)
    answers_mark = models.CharField(_("how its answers are known"), max_length=12, choices=Mark.choices, default=Mark.OWN)
    shipped = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code", "-edition"]
        verbose_name = _("indicator")
        constraints = [
            models.UniqueConstraint(fields=["process", "code", "edition"], name="indicator_edition_once"),
            models.UniqueConstraint(fields=["process", "code"], condition=Q(retired_at=None), name="indicator_one_in_use"),
        ]

    def __str__(self) -> str:
        return str(self.words)

    @property
    def words(self) -> Any:
        """What to call it: the translated words of a shipped one, else the name it was given."""
        return (readiness_words.INDICATORS.get(self.code) if self.shipped else None) or self.name or self.code

    def answer_words(self, code: str) -> Any:
        """The words of one answer; the code itself where there are none."""
        shipped = readiness_words.ANSWERS.get((self.code, code)) if self.shipped else None
        return shipped or next((answer.get("name") or code for answer in self.answers if answer["code"] == code), code)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Answers with their words, from the best to the worst."""
        return [(answer["code"], self.answer_words(answer["code"])) for answer in sorted(self.answers, key=lambda one: one["x"])]

    @property
    def confirmed(self) -> bool:
        return self.mark == Mark.READ


class ReadinessModel(Scoped):
    """A version of the process's readiness index; never changed once made: weights, classes or days that change make another.

    `classes` is a list of {code, from, name, mark}, from the best to the worst; `scales` one of {code, name}. In force from
    `in_force_from` (always, when empty) until the day before `retired_on`.
    """

    class Rule(models.TextChoices):
        MEDIAN = "median", _("the middle one of them")
        WORST = "worst", _("the worst of them")
        LATEST = "latest", _("the latest of them")

    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=150)
    scales = models.JSONField(default=list)
    classes = models.JSONField(default=list)
    rule = models.CharField(_("when sources differ, the score takes"), max_length=8, choices=Rule.choices, default=Rule.MEDIAN)
    least_share = models.FloatField(_("least share of all weight measured for a class"), default=0.5)
    together_days = models.PositiveIntegerField(_("days within which sources count together"), default=45)
    stale_days = models.PositiveIntegerField(_("days after which a value is old"), default=270)
    expire_days = models.PositiveIntegerField(_("days after which it no longer counts"), default=730)
    hotspot_families = models.PositiveIntegerField(_("families that make a hotspot"), default=50)
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    in_force_from = models.DateField(_("in force from"), null=True)
    retired_on = models.DateField(_("retired on"), null=True)
    reason = models.CharField(_("why this version"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-version"]
        verbose_name = _("version of the readiness index")
        constraints = [
            models.UniqueConstraint(fields=["process", "version"], name="readiness_version_once"),
            models.UniqueConstraint(fields=["process"], condition=Q(retired_on=None), name="readiness_one_in_force"),
            models.CheckConstraint(condition=Q(least_share__gte=0, least_share__lte=1), name="readiness_least_share"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {_('version')} {self.version}"

    def class_words(self, code: str) -> Any:
        """What to call a class; "not classed" for none."""
        if not code:
            return pgettext_lazy("readiness", "not classed")
        named = next((one.get("name") for one in self.classes if one["code"] == code), "")
        return named or readiness_words.CLASSES.get(code, code)

    def scale_words(self, code: str) -> Any:
        named = next((one.get("name") for one in self.scales if one["code"] == code), "")
        return named or readiness_words.SCALES.get(code, code)


class ModelIndicator(models.Model):
    """An indicator in a version of the index, on a scale, with its weight."""

    model = models.ForeignKey(ReadinessModel, on_delete=models.CASCADE, related_name="parts")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    scale = models.CharField(_("scale"), max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    weight = models.FloatField(_("weight"), default=1.0)
    weight_mark = models.CharField(_("how the weight is known"), max_length=12, choices=Mark.choices, default=Mark.OWN)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["model", "indicator"], name="model_indicator_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="model_indicator_weight"),
        ]


class AssessmentTable(Numbered):
    """A table of assessments that was brought in. `rows` holds what was read until it is in or given up; `faults` stay.

    `replaced` are the assessments that its rows corrected: undoing the table takes them into use again.
    """

    prefix = "AT"

    class State(models.TextChoices):
        CHECKED = "checked", _("Checked, nothing brought in yet")
        DONE = "done", _("Brought in")
        DROPPED = "dropped", _("Given up")
        UNDONE = "undone", _("Taken back")

    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=12, blank=True)
    rows = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    unused = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    replaced = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("table of assessments")
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="assessment_table_number")]


class Assessment(Numbered):
    """What a source found in an area on a day; never overwritten: a correction replaces it, and a withdrawn one stays on file.

    `assessor` is who asked or looked, as the source names them. `families` live in the area by the same source.
    """

    prefix = "AS"

    class Method(models.TextChoices):
        KEY_INFORMANTS = "informants", _("Talks with key informants")
        SURVEY = "survey", _("Survey of households")
        VISIT = "visit", _("Visit and observation")
        RECORDS = "records", _("Records of an authority")
        REMOTE = "remote", _("From afar: telephone, images")
        OTHER = "other", pgettext_lazy("method", "Other")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="assessments")
    on = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=200)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices, default=Method.KEY_INFORMANTS)
    assessor = models.CharField(_("assessor"), max_length=150, blank=True)
    families = models.PositiveIntegerField(_("families living there"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    model = models.ForeignKey(ReadinessModel, on_delete=models.PROTECT, related_name="assessments")
    table = models.ForeignKey(AssessmentTable, null=True, blank=True, on_delete=models.PROTECT, related_name="assessments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_reason = models.CharField(_("reason"), max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces")

    class Meta:
        ordering = ["-on", "-number"]
        verbose_name = _("assessment")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="assessment_number"),
            models.UniqueConstraint(
                fields=["area", "on", "source", "assessor", "method"],
                condition=Q(retired_at=None),
                name="assessment_one_of_a_source_and_day",
            ),
        ]
        indexes = [models.Index(fields=["process", "on"], name="assessment_day")]

    def __str__(self) -> str:
        return self.ref


class IndicatorValue(models.Model):
    """One answer: a code of the indicator's answers, or a number as text; `x` is what it came to, 0 best to 1 worst."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=60)
    x = models.FloatField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "indicator"], name="indicator_value_once"),
            models.CheckConstraint(condition=Q(x__gte=0, x__lte=1), name="indicator_value_x"),
        ]

    @property
    def words(self) -> Any:
        """The answer in words, or the number with its unit."""
        if self.indicator.answers:
            return self.indicator.answer_words(self.answer)
        return f"{self.answer} {self.indicator.unit}".strip()
