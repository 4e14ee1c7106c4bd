"""Gates: conditions that must hold before anyone may go to a place, and every decision about them.

What a gate is today is not stored: it follows from the decisions, the second person's word and the calendar (`queries.gates`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Scoped
from wayhome.places.gate_states import Ruling
from wayhome.places.models.areas import Area
from wayhome.places.models.standards import Rule


class GateKind(models.Model):
    """A kind of gate: mine clearance, security, access. `process` is empty for those that ship.

    `rule_key` names the rule the kind rests on; `required` is what holds in a process that has said nothing else about it.
    `name` is for kinds of a process's own; those that ship have their words in `gate_words`.
    """

    process = models.ForeignKey(Process, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120, blank=True)
    rule_key = models.CharField(_("rule it rests on"), max_length=80, blank=True)
    required = models.BooleanField(_("required at first"), default=False)
    needs_expiry = models.BooleanField(_("an opening has a last day"), default=False)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("kind of gate")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(process=None), name="gate_kind_shipped_once"),
            models.UniqueConstraint(fields=["process", "code"], name="gate_kind_once"),
        ]

    def __str__(self) -> str:
        from wayhome.places.gate_words import kind_words

        return str(kind_words(self))


class GateNeed(Scoped):
    """Whether a kind of gate is required in a process; appended, the latest that counts stands.

    To require a kind counts at once. To require it no longer may open places, so it counts once another person agreed.
    """

    kind = models.ForeignKey(GateKind, on_delete=models.RESTRICT, related_name="needs")
    required = models.BooleanField(_("required"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        verbose_name = _("need of a kind of gate")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="gate_need_has_reason")]


class Gate(Scoped):
    """One kind of gate of one area, on file because something was decided about it. A missing row is a gate not decided."""

    area = models.ForeignKey(Area, on_delete=models.RESTRICT, related_name="gates")
    kind = models.ForeignKey(GateKind, on_delete=models.RESTRICT, related_name="gates")
    works = models.ManyToManyField("places.Work", blank=True, related_name="opens", verbose_name=_("works that open it"))

    class Meta:
        ordering = ["area", "kind__position", "id"]
        verbose_name = _("gate")
        constraints = [models.UniqueConstraint(fields=["area", "kind"], name="gate_once")]


class GateDecision(Scoped):
    """One decision about a gate, with whose it is and on which paper. Never changed; the next one is another row.

    `expected_on` is the day on which the authority expects to decide: an expectation, not a promise, and it opens nothing.
    `ground_kind` and `ground_uid` name the ask, commitment or letter it rests on (`places.grounds`). `rule` is the version of the
    rule that the gate's kind rested on when it was decided.
    """

    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="decisions")
    ruling = models.CharField(_("decision"), max_length=9, choices=Ruling.choices)
    authority = models.CharField(_("whose decision it is"), max_length=200, blank=True)
    method = models.CharField(_("how it was established"), max_length=200, blank=True)
    certificate = models.CharField(_("certificate or document"), max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    decided_on = models.DateField(_("decided on"))
    expires_on = models.DateField(_("valid until and with"), null=True, blank=True)
    expected_on = models.DateField(_("decision expected on"), null=True, blank=True)
    ground_kind = models.CharField(max_length=20, blank=True)
    ground_uid = models.UUIDField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    rule = models.ForeignKey(Rule, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        verbose_name = _("decision about a gate")
        constraints = [
            models.CheckConstraint(condition=Q(ruling__in=Ruling.values), name="gate_decision_known_ruling"),
            models.CheckConstraint(
                condition=~Q(ruling=Ruling.OPEN) | (~Q(authority="") & ~Q(certificate="")), name="gate_opening_has_paper"
            ),
            models.CheckConstraint(condition=Q(expires_on=None) | Q(ruling=Ruling.OPEN), name="gate_expiry_of_opening"),
            models.CheckConstraint(condition=Q(expires_on=None) | Q(expires_on__gte=F("decided_on")), name="gate_expiry_after"),
            models.CheckConstraint(condition=Q(expected_on=None) | ~Q(ruling=Ruling.OPEN), name="gate_expected_not_open"),
            models.CheckConstraint(
                condition=Q(ground_kind="", ground_uid=None) | (~Q(ground_kind="") & Q(ground_uid__isnull=False)),
                name="gate_ground_whole",
            ),
        ]
        indexes = [models.Index(fields=["process", "gate"], name="gate_decision_gate")]


class GateReview(Scoped):
    """The second person's word on an opening, or on requiring a kind no longer. One word each; never changed.

    The database refuses a word of agreement from the person who proposed.
    """

    decision = models.OneToOneField(GateDecision, null=True, blank=True, on_delete=models.CASCADE, related_name="review")
    need = models.OneToOneField(GateNeed, null=True, blank=True, on_delete=models.CASCADE, related_name="review")
    agreed = models.BooleanField(_("agreed"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200)
    on = models.DateField(_("on"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("second person's word on a gate")
        constraints = [
            models.CheckConstraint(
                condition=Q(decision=None, need__isnull=False) | Q(decision__isnull=False, need=None), name="gate_review_of_one"
            ),
            models.CheckConstraint(
                condition=Q(agreed=False) | Q(by=None) | Q(proposed_by=None) | ~Q(by=F("proposed_by")),
                name="gate_review_second_person",
            ),
        ]
