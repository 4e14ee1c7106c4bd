"""Parties: one record for one person, office, organ, organisation or community, with its names in every language."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.core.text import fold


class Party(Scoped):
    """Who speaks or is spoken to. `of` is the body an office or person belongs to; a merged party points to the one that stays."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        OFFICE = "office", _("Office")
        ORGAN = "organ", _("State organ")
        STATE = "state", _("State")
        ORGANISATION = "organisation", _("Organisation")
        COMMUNITY = "community", _("Community")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.ORGANISATION)
    name = models.CharField(_("name"), max_length=250)
    of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="members", verbose_name=_("of"))
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.TextField(_("postal address"), blank=True)
    language = models.CharField(_("language of letters to it"), max_length=8, blank=True)
    salutation = models.CharField(_("salutation"), max_length=150, blank=True)
    calendar = models.CharField(_("holiday calendar"), max_length=20, blank=True)
    ours = models.BooleanField(_("speaks for the community of this process"), default=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("party")
        indexes = [models.Index(fields=["process", "name"], name="party_name")]

    def __str__(self) -> str:
        return self.name


class PartyName(models.Model):
    """A name of a party in a language, as its sources write it. `key` is the folded form used to find it."""

    class Use(models.TextChoices):
        FULL = "full", _("Full name")
        SHORT = "short", _("Short name")
        TITLE = "title", _("Title or form of address")
        FORMER = "former", _("Former name")
        MENTION = "mention", _("As mentioned in a document")

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(_("name"), max_length=250)
    language = models.CharField(_("language"), max_length=8, blank=True)
    use = models.CharField(_("use"), max_length=8, choices=Use.choices, default=Use.FULL)
    key = models.CharField(max_length=250, db_index=True)

    class Meta:
        ordering = ["language", "text"]
        constraints = [models.UniqueConstraint(fields=["party", "text", "language"], name="party_name_once")]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: object, **kwargs: object) -> None:
        self.key = fold(self.text)[:250]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class PartyMerge(Scoped):
    """Two records made one: what was pointed elsewhere, so that the step can be taken back."""

    kept = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="merged_by")
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
