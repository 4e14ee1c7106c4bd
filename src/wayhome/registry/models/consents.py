"""Legal basis by purpose, consent of each person, and what the process set about keeping data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import Scoped
from wayhome.registry.states import Given, LegalBasis, Purpose


class RegistrySettings(models.Model):
    """Of a process; set by its data protection officer. Photographs are off until somebody decides otherwise."""

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="registry_settings")
    photographs = models.BooleanField(_("photographs are kept"), default=False)
    retention_months = models.PositiveSmallIntegerField(
        _("months a record is kept after it was last confirmed"), default=60, help_text=_("0: no period has been set")
    )
    retention_deletes = models.BooleanField(
        _("delete at the end of the period"), default=False, help_text=_("otherwise the record is listed for a decision")
    )
    two_judges = models.BooleanField(_("two judges for sensitive records"), default=True)


class ProcessingPurpose(models.Model):
    """Why a process handles personal data for one purpose: its legal basis, in words people were told."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="purposes")
    purpose = models.CharField(max_length=11, choices=Purpose.choices)
    legal_basis = models.CharField(_("legal basis"), max_length=10, choices=LegalBasis.choices)
    notice = models.TextField(_("what people are told"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "purpose"], name="purpose_once")]


class Consent(Scoped):
    """One person's yes to one purpose, explained in a language they understand, and the day it was taken back, if it was.

    A withdrawal needs no reason and takes effect at once. A refusal is recorded too (`refused`), so that nobody asks twice.
    """

    person = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=11, choices=Purpose.choices)
    partner = models.CharField(_("with whom"), max_length=200, blank=True)
    refused = models.BooleanField(_("refused"), default=False)
    given_on = models.DateField(_("on"))
    given = models.CharField(_("how"), max_length=10, choices=Given.choices, blank=True)
    language = models.CharField(_("explained in"), max_length=8, blank=True)
    witness = models.CharField(_("witness"), max_length=150, blank=True)
    by_guardian = models.ForeignKey("registry.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(purpose=Purpose.SHARING) | ~models.Q(partner=""), name="consent_names_partner"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on=None) | models.Q(refused=False), name="consent_refusal_not_withdrawn"
            ),
        ]
        indexes = [models.Index(fields=["person", "purpose"], name="consent_person")]
