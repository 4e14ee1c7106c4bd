"""Criteria as data: standards, their rules with the editions they were read in, and the answers a rule allows.

A rule is never changed: a correction, or a newer edition, is another row with a higher version. What ships belongs to no process;
a process that corrects a rule has its own row, which counts there and nowhere else. Whoever applies a rule keeps the row it
applied, so that a later correction alters no finding of the past.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.accounts.models import Process


class Mark(models.TextChoices):
    """How it is known what the source says."""

    READ = "R", _("Read in the named source")
    SECOND_HAND = "R2", _("Read in a copy, a summary or a report of it")
    MEMORY = "M", _("Not read: from memory")
    OPEN = "open", _("Not found in anything read")
    OURS = "ours", _("A rule of this product")


class Comparison(models.TextChoices):
    """How a value is to be taken."""

    LEAST = "min", _("at least")
    MOST = "max", _("at most")
    RANGE = "range", pgettext_lazy("comparison", "between")
    EXACT = "eq", _("exactly")
    TEXT = "text", _("in words")


class Standard(models.Model):
    """A text with rules: who issued it, which edition, which part of it. `url_text` says where it is found, as text."""

    key = models.CharField(max_length=60, unique=True)
    body = models.CharField(_("issued by"), max_length=120)
    title = models.CharField(_("title"), max_length=250)
    edition = models.CharField(_("edition"), max_length=120, blank=True)
    section = models.CharField(_("part"), max_length=120, blank=True)
    url_text = models.CharField(_("where it is found"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    use = models.CharField(_("used here for"), max_length=250, blank=True)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("standard")

    def __str__(self) -> str:
        return self.title


class Rule(models.Model):
    """One version of one rule. `process` is empty for what ships. The version that counts in a process: `queries.criteria`.

    `statement` says the rule in our own words; `value` and `unit` hold the figure where there is one. `confirmed` says whether
    somebody read it in the source: what is not confirmed is shown as such and never as a duty.
    """

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="rules")
    process = models.ForeignKey(Process, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(_("number in the text"), max_length=60, blank=True)
    statement = models.CharField(_("in our words"), max_length=600)
    value = models.CharField(_("value"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    comparison = models.CharField(_("how it is taken"), max_length=5, choices=Comparison.choices, default=Comparison.TEXT)
    edition = models.CharField(_("edition it was read in"), max_length=120, blank=True)
    source = models.CharField(_("read where"), max_length=300, blank=True)
    mark = models.CharField(_("how it is known"), max_length=4, choices=Mark.choices, default=Mark.MEMORY)
    confirmed = models.BooleanField(_("read in a source"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("why it was changed"), max_length=300, blank=True)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    editor_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        ordering = ["standard__position", "standard", "position", "key", "version"]
        verbose_name = _("rule")
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], condition=Q(process=None), name="rule_shipped_version_once"),
            models.UniqueConstraint(fields=["process", "key", "version"], name="rule_version_once"),
            models.CheckConstraint(
                condition=~Q(mark__in=[Mark.MEMORY, Mark.OPEN], confirmed=True), name="rule_confirmed_was_read"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=models.F("valid_to")), name="rule_period"
            ),
            models.CheckConstraint(condition=Q(process=None) | ~Q(reason=""), name="rule_change_has_reason"),
        ]
        indexes = [models.Index(fields=["key"], name="rule_key")]

    def __str__(self) -> str:
        return self.statement


class RuleOption(models.Model):
    """One answer that a rule allows, with its place in the order; part of the version it belongs to."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="options")
    code = models.CharField(max_length=40)
    label = models.CharField(_("answer"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    confirmed = models.BooleanField(_("read in a source"), default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["rule", "code"], name="rule_option_once")]
