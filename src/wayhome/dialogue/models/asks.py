"""Asks: what is requested of whom; events appended along four axes; deadlines with their basis; evidence; escalation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.dialogue.models.communications import Communication
from wayhome.dialogue.models.documents import Passage
from wayhome.dialogue.models.parties import Party
from wayhome.dialogue.models.stated import StatedQuerySet
from wayhome.dialogue.states import ANSWERED_POSITIONS, Axis, Basis, Delivery, Outcome, Position


class AskQuerySet(StatedQuerySet["Ask"]):
    links, owner = "dialogue.AskPassage", "ask"


class Ask(Numbered):
    """One requested action with a clock of its own.

    `position`, `outcome`, `delivery`, `due_on`, `due_basis`, `due_basis_text`, `asked_on`, `acknowledged_on`, `answered_on`
    and `paused_days_left` repeat what the event log says, so that a docket of thousands can be filtered by the database. The
    one writer (`dialogue.actions.steps.append`) sets them with the event in one transaction; `queries.replay` derives them
    from the log and a test holds both equal. `last_reply_on` repeats what the communications say (`queries.silence`).
    Whether an ask is due, overdue or silent is never stored.
    """

    prefix = "A"
    objects = AskQuerySet.as_manager()

    action = models.CharField(_("what is asked"), max_length=500)
    act = models.CharField(_("PLOVER code"), max_length=40, blank=True)
    asker = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="asks_made")
    addressee = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="asks_received")
    also_addressed = models.ManyToManyField(Party, blank=True, related_name="+")
    communication = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="asks")
    beneficiary = models.CharField(_("for whom"), max_length=250, blank=True)
    place = models.CharField(_("place"), max_length=250, blank=True)
    instruments = models.ManyToManyField("dialogue.Instrument", blank=True, related_name="asks")
    escalated_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="escalated_to")
    same_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="put_again")
    position = models.CharField(max_length=19, choices=Position.choices, default=Position.DRAFTED)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.NONE)
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.UNSENT)
    asked_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    due_basis = models.CharField(max_length=7, choices=Basis.choices, blank=True)
    due_basis_text = models.CharField(max_length=250, blank=True)
    acknowledged_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    paused_days_left = models.PositiveSmallIntegerField(null=True)
    last_reply_on = models.DateField(null=True, help_text="latest communication from the addressee on file since delivery")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="ask_number"),
            models.CheckConstraint(
                condition=models.Q(position__in=Position.values)
                & models.Q(outcome__in=Outcome.values)
                & models.Q(delivery__in=Delivery.values),
                name="ask_known_states",
            ),
            # A draft has no clock and no answer, and nothing can have come of it.
            models.CheckConstraint(
                condition=~models.Q(position=Position.DRAFTED)
                | models.Q(due_on=None, answered_on=None, paused_days_left=None, outcome__in=[Outcome.NONE, Outcome.SUPERSEDED]),
                name="ask_draft_has_no_clock",
            ),
            models.CheckConstraint(
                condition=models.Q(paused_days_left=None) | models.Q(position=Position.CLARIFICATION_ASKED, due_on=None),
                name="ask_kept_days_only_when_paused",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on=None) | models.Q(due_basis__in=Basis.values), name="ask_deadline_has_basis"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_on=None) | models.Q(position__in=[*sorted(ANSWERED_POSITIONS), Position.CLOSED]),
                name="ask_answer_date_only_when_answered",
            ),
            models.CheckConstraint(
                condition=~models.Q(position=Position.CLOSED) | models.Q(due_on=None, paused_days_left=None),
                name="ask_closed_has_no_clock",
            ),
        ]
        indexes = [
            models.Index(fields=["process", "position", "due_on"], name="ask_position"),
            models.Index(fields=["process", "outcome"], name="ask_outcome"),
            models.Index(fields=["process", "due_on"], name="ask_due"),
            models.Index(fields=["process", "asked_on"], name="ask_asked"),
            models.Index(fields=["process", "addressee"], name="ask_addressee"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.action}"


class AskPassage(models.Model):
    """A passage and what it is to the ask."""

    class Use(models.TextChoices):
        STATES = "states", _("States the ask")
        REPEATS = "repeats", _("Puts it again")
        ANSWERS = "answers", _("Answers it")
        SILENCE = "silence", _("Says that there was no reply")
        EVIDENCE = "evidence", _("Evidence")

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="passages")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=8, choices=Use.choices, default=Use.STATES)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ask", "passage", "use"], name="ask_passage_once")]


class AskEvent(models.Model):
    """One step along one axis; appended, never changed. `on` is when it happened, `at` when it was written down."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="events")
    axis = models.CharField(max_length=8, choices=Axis.choices)
    before = models.CharField(max_length=19, blank=True)
    after = models.CharField(max_length=19, blank=True)
    on = models.DateField()
    communication = models.ForeignKey(Communication, null=True, on_delete=models.SET_NULL, related_name="ask_events")
    passage = models.ForeignKey(Passage, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ask", "axis", "id"], name="ask_event")]


class Deadline(models.Model):
    """A date by which an answer is due and on whose word. The newest counts; the older ones stay visible."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="deadlines")
    due_on = models.DateField()
    basis = models.CharField(max_length=7, choices=Basis.choices)
    basis_text = models.CharField(max_length=250, blank=True)
    passage = models.ForeignKey(Passage, null=True, on_delete=models.PROTECT, related_name="+")
    working_days = models.PositiveSmallIntegerField(null=True)
    counted_from = models.DateField(null=True)
    calendar = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


class Assessment(models.Model):
    """An implementation grade, 0 to 3 (Peace Accords Matrix scale), on a date; of an ask or of a commitment."""

    ask = models.ForeignKey(Ask, null=True, on_delete=models.CASCADE, related_name="assessments")
    commitment = models.ForeignKey("dialogue.Commitment", null=True, on_delete=models.CASCADE, related_name="assessments")
    grade = models.PositiveSmallIntegerField()
    on = models.DateField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__lte=3), name="grade_0_to_3"),
            models.CheckConstraint(
                condition=models.Q(ask__isnull=False, commitment__isnull=True)
                | models.Q(ask__isnull=True, commitment__isnull=False),
                name="assessment_of_one",
            ),
        ]


class Evidence(models.Model):
    """What shows that something happened: a passage, a measure or a note. Claimed is not verified; verifying names who did."""

    class Standing(models.TextChoices):
        CLAIMED = "claimed", _("Claimed only")
        VERIFIED = "verified", _("Verified")
        DISPUTED = "disputed", _("Disputed")

    ask = models.ForeignKey(Ask, null=True, on_delete=models.CASCADE, related_name="evidence")
    commitment = models.ForeignKey("dialogue.Commitment", null=True, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(_("what it shows"), max_length=300)
    figure = models.DecimalField(_("figure"), max_digits=16, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    measure = models.CharField(max_length=80, blank=True)
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("who says"), max_length=250)
    passage = models.ForeignKey(Passage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.CLAIMED)
    verified_by = models.CharField(_("verified by"), max_length=250, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-as_of", "id"]


class LadderStep(models.Model):
    """A step of the escalation ladder: whom to ask next and when. `ask` None: the process's own ladder, copied for new asks."""

    process = models.ForeignKey("accounts.Process", on_delete=models.CASCADE, related_name="+")
    ask = models.ForeignKey(Ask, null=True, on_delete=models.CASCADE, related_name="ladder")
    rank = models.PositiveSmallIntegerField()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    after_working_days = models.PositiveSmallIntegerField(_("may be asked after working days without an answer"), default=30)
    answer_days = models.PositiveSmallIntegerField(_("working days to answer"), default=30)
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering = ["rank"]


class Escalation(models.Model):
    """The same ask put to a higher addressee: links parent and child; the parent stays answerable."""

    parent = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="escalations")
    child = models.OneToOneField(Ask, on_delete=models.CASCADE, related_name="escalation")
    step = models.ForeignKey(LadderStep, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)


class Reminder(models.Model):
    """A note to a colleague that a date comes near or has passed; sent once."""

    ask = models.ForeignKey(Ask, null=True, on_delete=models.CASCADE, related_name="reminders")
    commitment = models.ForeignKey("dialogue.Commitment", null=True, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    note = models.CharField(max_length=250, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["on", "id"]
