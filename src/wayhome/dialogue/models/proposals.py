"""What the machine found, and what people decided about it. Decisions are appended; a proposal's state follows from them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.accounts.scoped import Scoped
from wayhome.dialogue.models.documents import Document, Passage, ReadingRun
from wayhome.dialogue.states import ProposalState


class Proposal(Scoped):
    """One finding. `found` is what the engine said (contract JSON), `payload` what stands now after corrections."""

    class Kind(models.TextChoices):
        COMMUNICATION = "communication", _("Communication")
        ASK = "ask", _("Ask")
        COMMITMENT = "commitment", _("Commitment")
        SILENCE = "silence", _("Silence")
        STATEMENT = "statement", _("Statement")
        EVENT = "event", _("Event")

    class Origin(models.TextChoices):
        RULES = "rules", _("Reading engine")
        EXTRACTOR = "extractor", _("Outside extractor")
        PERSON = "person", _("Added by a person")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="proposals")
    run = models.ForeignKey(ReadingRun, null=True, on_delete=models.SET_NULL, related_name="proposals")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.RULES)
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="proposals")
    found = models.JSONField(default=dict)
    payload = models.JSONField(default=dict)
    confidence = models.FloatField(default=0)
    explanation = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged_from")
    split_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="parts")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # What a confirmation made; one of these at most.
    ask = models.ForeignKey("dialogue.Ask", null=True, on_delete=models.SET_NULL, related_name="proposals")
    commitment = models.ForeignKey("dialogue.Commitment", null=True, on_delete=models.SET_NULL, related_name="proposals")
    silence = models.ForeignKey("dialogue.Silence", null=True, on_delete=models.SET_NULL, related_name="proposals")
    communication = models.ForeignKey("dialogue.Communication", null=True, on_delete=models.SET_NULL, related_name="proposals")
    statement = models.ForeignKey("dialogue.Statement", null=True, on_delete=models.SET_NULL, related_name="proposals")
    event = models.ForeignKey("dialogue.Event", null=True, on_delete=models.SET_NULL, related_name="proposals")

    class Meta:
        ordering = ["passage__start", "id"]
        indexes = [
            models.Index(fields=["process", "state"], name="proposal_state"),
            models.Index(fields=["document", "state"], name="proposal_document"),
        ]


class ProposalDecision(models.Model):
    """One judgement of a person on a proposal, never changed; an undo is a new row that names the one it takes back."""

    class Act(models.TextChoices):
        CONFIRM = "confirm", _("Confirmed")
        CORRECT = "correct", _("Corrected")
        REJECT = "reject", _("Rejected")
        MERGE = "merge", _("Merged")
        SPLIT = "split", pgettext_lazy("proposal", "Split")
        ADD = "add", _("Added")
        UNDO = "undo", _("Undone")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="decisions")
    act = models.CharField(max_length=8, choices=Act.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
