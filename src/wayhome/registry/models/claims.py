"""Claims to housing, land and property: who claims which right in what, on which evidence, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Numbered
from wayhome.registry.claim_states import (
    AFTER_DECISION,
    TRANSITIONS,
    UNDECIDED,
    Capacity,
    ClaimantKind,
    ClaimState,
    EvidenceStanding,
    LinkJudgement,
    LinkKind,
    Lodged,
    Outcome,
    Remedy,
)
from wayhome.registry.models.properties import Property


class ClaimsSettings(models.Model):
    """Of a process: what of its claims is public, and the numbers the work is measured by."""

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="claims_settings")
    lookup_public = models.BooleanField(_("claimants may look up their claim by number and code"), default=False)
    figures_public = models.BooleanField(_("figures by municipality are public"), default=False)
    small_cell = models.PositiveSmallIntegerField(_("smallest figure that is shown in public"), default=5)
    figures_level = models.PositiveSmallIntegerField(
        _("level of the areas counted"), default=2, help_text=_("1 to 4; 2 is mostly the municipality or district")
    )
    appeal_days = models.PositiveSmallIntegerField(_("days to appeal"), default=30)
    authority = models.CharField(_("who decides"), max_length=200, blank=True)


class Claim(Numbered):
    """One claim to one property. `state` and its dates repeat what the events say; `actions.claim_steps.transition` writes both.

    `code_digest` is the keyed hash of the code that the claimant was given with the number; the code itself is not kept.
    """

    prefix = "C"

    state = models.CharField(_("state"), max_length=12, choices=ClaimState.choices, default=ClaimState.LODGED)
    lodged_on = models.DateField(_("lodged on"))
    lodged_how = models.CharField(_("how it came in"), max_length=7, choices=Lodged.choices, default=Lodged.IN_PERSON)
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(_("language of letters"), max_length=8, default="en")
    household = models.ForeignKey("registry.Household", null=True, blank=True, on_delete=models.SET_NULL, related_name="claims")
    holding = models.ForeignKey(Property, on_delete=models.PROTECT, related_name="claims")
    right = models.CharField(_("right claimed"), max_length=40, help_text="a code of data/rights.csv")
    right_note = models.CharField(_("the right, in their words"), max_length=300, blank=True)
    remedy = models.CharField(_("what they want"), max_length=12, choices=Remedy.choices, default=Remedy.RESTITUTION)
    loss = models.CharField(_("how it was lost"), max_length=40, blank=True, help_text="a code of data/losses.csv")
    lost_from = models.DateField(_("lost, not before"), null=True, blank=True)
    lost_to = models.DateField(_("lost, not after"), null=True, blank=True)
    loss_note = models.CharField(_("the loss, in their words"), max_length=500, blank=True)
    family = models.ForeignKey("registry.ClaimFamily", null=True, blank=True, on_delete=models.SET_NULL, related_name="claims")
    outcome = models.CharField(_("decision"), max_length=12, choices=Outcome.choices, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    enforced_on = models.DateField(_("enforced on"), null=True, blank=True)
    repossessed_on = models.DateField(_("repossessed on"), null=True, blank=True)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("claim")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="claim_number"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(AFTER_DECISION)) | (Q(decided_on__isnull=False) & ~Q(outcome="")),
                name="claim_decided_has_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(UNDECIDED)) | Q(decided_on=None, outcome="", enforced_on=None, repossessed_on=None),
                name="claim_undecided_has_none",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.REPOSSESSED) | Q(repossessed_on__isnull=False), name="claim_repossessed_has_day"
            ),
            # A decided claim is not a repossessed one, whatever anybody writes into the table.
            models.CheckConstraint(
                condition=Q(repossessed_on=None) | Q(state__in=[ClaimState.REPOSSESSED, ClaimState.CLOSED]),
                name="claim_only_repossessed_has_day",
            ),
            models.CheckConstraint(
                condition=Q(lost_from=None) | Q(lost_to=None) | Q(lost_from__lte=F("lost_to")), name="claim_loss_period"
            ),
        ]
        indexes = [
            models.Index(fields=["process", "state", "lodged_on"], name="claim_state"),
            models.Index(fields=["process", "lodged_on"], name="claim_lodged"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"{self.prefix}-{self.number:04d}"


class Claimant(models.Model):
    """Who claims: a person of the registry, or words (heirs not all named, a cooperative). A share is a fraction, or not stated."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="claimants")
    kind = models.CharField(_("kind"), max_length=6, choices=ClaimantKind.choices, default=ClaimantKind.PERSON)
    person = models.ForeignKey("registry.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="claims")
    name = models.CharField(_("name, as written"), max_length=250, blank=True)
    name_key = models.CharField(max_length=250, blank=True, editable=False)
    capacity = models.CharField(_("claims as"), max_length=14, choices=Capacity.choices, default=Capacity.HOLDER)
    numerator = models.PositiveIntegerField(null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(name=""), name="claimant_is_somebody"),
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None)
                | Q(numerator__gt=0, denominator__gt=0, numerator__lte=F("denominator")),
                name="claimant_share",
            ),
            models.UniqueConstraint(fields=["claim", "person"], condition=Q(person__isnull=False), name="claimant_person_once"),
        ]
        indexes = [models.Index(fields=["name_key"], name="claimant_name")]


class ClaimEvidence(Numbered):
    """One item that speaks for or against a claim. `strength` is the place of its kind on the scale in data/evidence_kinds.csv."""

    prefix = "E"

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=40)
    strength = models.PositiveSmallIntegerField(_("strength"), default=0)
    title = models.CharField(_("what it is"), max_length=300)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    copy = models.BooleanField(_("a copy"), default=False)
    against = models.BooleanField(_("speaks against the claim"), default=False)
    standing = models.CharField(_("checked"), max_length=12, choices=EvidenceStanding.choices, default=EvidenceStanding.UNCHECKED)
    standing_note = models.CharField(_("how it was checked"), max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-strength", "number"]
        verbose_name = _("item of evidence")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="claim_evidence_number"),
            models.CheckConstraint(condition=Q(strength__lte=4), name="claim_evidence_strength"),
        ]

    @property
    def ref(self) -> str:
        return f"{self.prefix}-{self.number:04d}"


_STEPS = Q()
for _before, _afters in TRANSITIONS.items():
    _STEPS |= Q(before=_before, after__in=sorted(_afters))


class ClaimEvent(models.Model):
    """One thing that happened to a claim; appended, never changed. Of a step, `before` and `after` are states.

    `on` is when it happened, `at` when it was written down.
    """

    class Kind(models.TextChoices):
        LODGED = "lodged", _("Lodged")
        STEP = "step", _("State")
        NOTE = "note", _("Note")
        CORRECTED = "corrected", _("Corrected")
        EVIDENCE = "evidence", _("Evidence")
        OCCUPANT = "occupant", _("Secondary occupant")
        LINK = "link", _("Match with another claim")
        NOTICE = "notice", _("Delivery")
        CODE = "code", _("Code for the look-up")

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12, blank=True)
    on = models.DateField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(kind="step") | _STEPS, name="claim_event_known_step")]


class ClaimDecision(models.Model):
    """A decision with its reasons. A later one (on appeal, or after a new review) stands beside it; the newest is in force."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=12, choices=Outcome.choices)
    remedy = models.CharField(_("remedy"), max_length=12, choices=Remedy.choices, blank=True)
    reasons = models.TextField(_("reasons"))
    basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    on = models.DateField(_("on"))
    on_appeal = models.BooleanField(_("on appeal"), default=False)
    family = models.ForeignKey("registry.ClaimFamily", null=True, on_delete=models.SET_NULL, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]


class ClaimLink(models.Model):
    """Two claims that may concern each other, found by the machine and judged by a person. `one` has the lower number.

    Until it is judged, neither claim can be awarded.
    """

    one = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="links_up")
    other = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="links_down")
    kind = models.CharField(max_length=8, choices=LinkKind.choices)
    reasons = models.JSONField(default=list)  # codes of queries.claim_matches.REASONS with what they rest on
    found_at = models.DateTimeField(auto_now_add=True)
    gone = models.BooleanField(default=False, help_text="not found again after a correction")
    judgement = models.CharField(_("judgement"), max_length=9, choices=LinkJudgement.choices, blank=True)
    note = models.CharField(_("why"), max_length=500, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other", "kind"], name="claim_link_once"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="claim_link_of_two"),
        ]


class ClaimLookup(models.Model):
    """A try to look up a claim in public: what the rate limit counts. The address is kept as a keyed hash, for two days."""

    address_hash = models.CharField(max_length=64)
    wrong = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["address_hash", "at"], name="claim_lookup_rate")]
