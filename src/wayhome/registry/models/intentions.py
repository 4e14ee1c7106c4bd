"""What households said they want: one answer a household and wave, corrected by a newer one, never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.scoped import Scoped
from wayhome.registry.models.waves import Wave
from wayhome.registry.wish_states import Asked, Presence, Silence, Wish


class Intention(Scoped):
    """A household's answer in a wave. The answer that counts is the one with `replaced_at` empty.

    `adults` is how many adults were asked or spoken for, `adults_same` how many of them want what the household wants; both
    are empty where nobody asked. Single answers are in `AdultWish`. A period is a range (`when_from`, `when_to`, either may
    be open) and the words it was given in.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="intentions")
    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="intentions")
    wish = models.CharField(_("wish"), max_length=9, choices=Wish.choices)
    silence = models.CharField(_("why there is no answer"), max_length=11, choices=Silence.choices, blank=True)
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    place_text = models.CharField(_("where, in their words"), max_length=250, blank=True)
    when_text = models.CharField(_("when, in their words"), max_length=120, blank=True)
    when_from = models.DateField(_("not before"), null=True, blank=True)
    when_to = models.DateField(_("not after"), null=True, blank=True)
    adults = models.PositiveSmallIntegerField(_("adults asked"), null=True, blank=True)
    adults_same = models.PositiveSmallIntegerField(_("of them of the same wish"), null=True, blank=True)
    asked_on = models.DateField(_("asked on"), null=True, blank=True)
    how = models.CharField(_("how asked"), max_length=9, choices=Asked.choices, blank=True)
    presence = models.CharField(_("who else was present"), max_length=10, choices=Presence.choices, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    source = models.ForeignKey("registry.WaveTable", null=True, blank=True, on_delete=models.SET_NULL, related_name="intentions")
    source_row = models.PositiveIntegerField(null=True)
    row_digest = models.CharField(max_length=32, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-wave__starts_on", "-id"]
        verbose_name = _("intention")
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "household"], condition=models.Q(replaced_at=None), name="intention_one_stands"
            ),
            models.CheckConstraint(condition=models.Q(wish__in=Wish.values), name="intention_known_wish"),
            models.CheckConstraint(
                condition=models.Q(silence="") | models.Q(wish=Wish.NO_ANSWER), name="intention_silence_has_no_wish"
            ),
            models.CheckConstraint(
                condition=models.Q(when_from=None) | models.Q(when_to=None) | models.Q(when_from__lte=models.F("when_to")),
                name="intention_period",
            ),
            models.CheckConstraint(
                condition=models.Q(adults=None, adults_same=None)
                | models.Q(adults__isnull=False, adults_same__isnull=False, adults_same__lte=models.F("adults")),
                name="intention_adults",
            ),
        ]
        indexes = [models.Index(fields=["wave", "wish"], name="intention_wave_wish")]


class AdultWish(models.Model):
    """What one adult said, where it was asked of each. Every adult decides alone."""

    intention = models.ForeignKey(Intention, on_delete=models.CASCADE, related_name="adult_wishes")
    person = models.ForeignKey("registry.Person", on_delete=models.CASCADE, related_name="wishes")
    wish = models.CharField(_("wish"), max_length=9, choices=Wish.choices)
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(_("note"), max_length=250, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["intention", "person"], name="adult_wish_once")]


class IntentionCondition(models.Model):
    """A condition a household named: a code of `data/conditions.csv`, or their own words, or both. `rank` 1 is named first."""

    intention = models.ForeignKey(Intention, on_delete=models.CASCADE, related_name="conditions")
    code = models.CharField(_("condition"), max_length=40)
    words = models.CharField(_("in their words"), max_length=250, blank=True)
    rank = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["intention", "code", "words"], name="intention_condition_once"),
        ]
        indexes = [models.Index(fields=["code"], name="intention_condition_code")]
