"""Families of like claims decided by one template, samples read a second time, and the delivery of papers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.registry.claim_states import (
    FAMILY_STEPS,
    FamilyState,
    Finding,
    NoticeChannel,
    NoticeKind,
    NoticeState,
    Outcome,
    Remedy,
)
from wayhome.registry.models.claims import Claim, Claimant
from wayhome.registry.models.properties import Occupant


class ClaimFamily(Numbered):
    """Claims alike enough to be decided by one text. `template` is the text with fields in braces, filled from each claim.

    `criteria` is the filter by which the claims were chosen, kept so that the choice can be explained.
    """

    prefix = "CF"

    name = models.CharField(_("name"), max_length=150)
    why_alike = models.CharField(_("what makes them alike"), max_length=500)
    criteria = models.JSONField(default=dict)
    outcome = models.CharField(_("decision"), max_length=12, choices=Outcome.choices, blank=True)
    remedy = models.CharField(_("remedy"), max_length=12, choices=Remedy.choices, blank=True)
    basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    template = models.TextField(_("reasons, with fields in braces"), blank=True)
    state = models.CharField(max_length=9, choices=FamilyState.choices, default=FamilyState.GATHERING)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("family of claims")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="claim_family_number"),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in FAMILY_STEPS]), name="claim_family_known_state"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClaimSample(Numbered):
    """Claims drawn at random to be read by a second person: before a family is decided, or among decided ones for quality.

    The draw is repeated by `seed` over the claims' numbers in order: `frame` of them, `size` drawn.
    """

    prefix = "Q"

    class Purpose(models.TextChoices):
        FAMILY = "family", _("Before a family is decided")
        QUALITY = "quality", _("Quality of decisions")

    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    family = models.ForeignKey(ClaimFamily, null=True, on_delete=models.CASCADE, related_name="samples")
    decided_from = models.DateField(_("decided, from"), null=True, blank=True)
    decided_to = models.DateField(_("decided, to"), null=True, blank=True)
    frame = models.PositiveIntegerField()
    size = models.PositiveIntegerField(_("claims to draw"))
    seed = models.PositiveIntegerField(_("seed"))
    drawn_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("sample")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="claim_sample_number"),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=models.F("frame")), name="claim_sample_size"),
        ]


class SampledClaim(models.Model):
    """One claim of a sample and what its second reader found. The second reader is not the one who lodged or decided it."""

    sample = models.ForeignKey(ClaimSample, on_delete=models.CASCADE, related_name="items")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="samples")
    finding = models.CharField(max_length=8, choices=Finding.choices, blank=True)
    note = models.CharField(_("why"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["claim__number"]
        constraints = [models.UniqueConstraint(fields=["sample", "claim"], name="sampled_claim_once")]


class ClaimNotice(Numbered):
    """One paper on its way to one claimant or occupant: when it went, when it arrived or came back, by what it is known."""

    prefix = "N"

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("what"), max_length=11, choices=NoticeKind.choices)
    claimant = models.ForeignKey(Claimant, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices")
    occupant = models.ForeignKey(Occupant, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices")
    to_text = models.CharField(_("to"), max_length=250)
    channel = models.CharField(_("how"), max_length=7, choices=NoticeChannel.choices)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.PREPARED)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    returned_on = models.DateField(_("came back on"), null=True, blank=True)
    proof = models.CharField(_("known by"), max_length=250, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("notice")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="claim_notice_number"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.PREPARED, sent_on=None)
                | (~Q(state=NoticeState.PREPARED) & Q(sent_on__isnull=False)),
                name="claim_notice_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.RECEIVED) | Q(received_on__isnull=False), name="claim_notice_received"
            ),
        ]
