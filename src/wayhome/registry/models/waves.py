"""Survey waves and who was asked in each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Numbered
from wayhome.registry.wish_states import Frame


class Wave(Numbered):
    """One round of asking. The households asked are rows of `WaveHousehold`; how they were chosen is written here in words.

    `seed` and `share` say how a random sample was drawn, so that it can be drawn again.
    """

    prefix = "W"

    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    language = models.CharField(_("language of the questions"), max_length=8)
    frame = models.CharField(_("who is asked"), max_length=8, choices=Frame.choices, default=Frame.EVERY)
    frame_note = models.CharField(_("who is asked, in words"), max_length=500, blank=True)
    seed = models.PositiveIntegerField(_("seed"), null=True, blank=True)
    share = models.PositiveSmallIntegerField(_("share of the sample, per cent"), null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name = _("survey wave")
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="wave_number"),
            models.UniqueConstraint(fields=["process", "name"], name="wave_name"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="wave_period"),
            models.CheckConstraint(
                condition=~models.Q(frame=Frame.SAMPLE) | models.Q(seed__isnull=False, share__isnull=False),
                name="wave_sample_has_seed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WaveHousehold(models.Model):
    """A household that is asked in a wave. `added` for one asked although it was not among those chosen."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="asked")
    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="waves")
    added = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "household"], name="wave_household_once")]
