"""Who is who: runs of the linking engine, the pairs it proposes, what people judged, and rules that may judge for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered, Scoped
from wayhome.registry.states import Band, PairState, Verdict


class LinkRun(Numbered):
    """One run of the linking engine over the process's records: with which engine, parameters, seed and input."""

    prefix = "K"

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    engine = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=1)
    input_digest = models.CharField(max_length=64, blank=True)
    records = models.PositiveIntegerField(default=0)
    pairs = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    problem = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="linkrun_number")]


class CandidatePair(Scoped):
    """Two records that may be the same person, `left` the one with the lower key.

    A later run renews the probability and the reasons and leaves judgements alone. `value` orders the queue: how much a
    judgement would settle (`registry.identities.value_of_information`). `state` repeats what the judgements say.
    """

    left = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(LinkRun, null=True, on_delete=models.SET_NULL, related_name="found")
    probability = models.FloatField()
    band = models.CharField(max_length=8, choices=Band.choices)
    reasons = models.JSONField(default=list)
    value = models.FloatField(default=0)
    state = models.CharField(max_length=9, choices=PairState.choices, default=PairState.OPEN)

    class Meta:
        ordering = ["-value", "id"]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="pair_ordered"),
            models.CheckConstraint(condition=Q(probability__gte=0, probability__lte=1), name="pair_probability"),
        ]
        indexes = [
            models.Index(fields=["process", "state", "-value", "id"], name="pair_queue"),
            models.Index(fields=["process", "band", "state"], name="pair_band"),
        ]


class MergeRule(Scoped):
    """A rule by which pairs are judged the same without a person: only while a data protection officer has it switched on."""

    name = models.CharField(_("name"), max_length=120)
    minimum = models.FloatField(_("at least this sure"))
    same_birth_date = models.BooleanField(_("only with equal full birth dates"), default=True)
    same_document = models.BooleanField(_("only with equal document numbers"), default=False)
    reason = models.CharField(_("why it is safe here"), max_length=250)
    switched_on_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    switched_off_at = models.DateTimeField(null=True)
    switched_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(minimum__gte=0.9, minimum__lte=1), name="rule_is_strict")]


class Judgement(Scoped):
    """What somebody, or a rule, said of two records. Appended; taken back by `retired_at`, never changed."""

    left = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    reason = models.CharField(_("why"), max_length=250, blank=True)
    probability = models.FloatField(null=True, help_text="what the machine said when it was judged")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200, blank=True)
    rule = models.ForeignKey(MergeRule, null=True, on_delete=models.PROTECT, related_name="judgements")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_reason = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(left__lt=F("right")), name="judgement_ordered")]
        indexes = [
            models.Index(fields=["left", "right"], name="judgement_pair"),
            models.Index(fields=["right"], name="judgement_right"),
        ]
