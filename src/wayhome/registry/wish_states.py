"""What a household can say when it is asked about return, how it was asked, and in whose presence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Wish(models.TextChoices):
    """A wish on a date, not a promise. `NO_ANSWER` says that the household was asked and gave none."""

    RETURN = "return", pgettext_lazy("wish", "Return")
    STAY = "stay", pgettext_lazy("wish", "Stay")
    ELSEWHERE = "elsewhere", pgettext_lazy("wish", "Go elsewhere")
    UNDECIDED = "undecided", pgettext_lazy("wish", "Undecided")
    NO_ANSWER = "no_answer", pgettext_lazy("wish", "No answer")


ANSWERS = (Wish.RETURN, Wish.STAY, Wish.ELSEWHERE, Wish.UNDECIDED)


class Silence(models.TextChoices):
    """Why there is no answer, where that is known."""

    NOT_REACHED = "not_reached", _("Could not be reached")
    DECLINED = "declined", _("Did not wish to answer")
    MOVED = "moved", _("Has moved, address not known")
    STOPPED = "stopped", _("Interview broken off")
    NOT_SAFE = "not_safe", _("It was not safe to ask")
    UNKNOWN = "unknown", pgettext_lazy("no answer", "Not known")


class Asked(models.TextChoices):
    PHONE = "phone", _("By telephone")
    IN_PERSON = "in_person", _("In person")
    FORM = "form", _("On a form filled in alone")
    GROUP = "group", _("In a group")


class Presence(models.TextChoices):
    """Who else heard the answer. An answer before an official or a leader is not the same answer."""

    ALONE = "alone", _("Nobody else")
    FAMILY = "family", _("Members of the household")
    NEIGHBOURS = "neighbours", _("Neighbours or other displaced people")
    LEADER = "leader", _("A community leader")
    OFFICIAL = "official", _("An official")
    NOT_NOTED = "", _("Not noted")


class Frame(models.TextChoices):
    """Who was asked: the population behind every figure of a wave."""

    EVERY = "every", _("Every household of the registry")
    ORIGINS = "origins", _("Households from some places of origin")
    PRESENT = "present", _("Households living in some places now")
    SAMPLE = "sample", _("A random sample of the registry")
    LIST = "list", _("Households of a list")


class Place(models.TextChoices):
    """By which place a table or a map of wishes counts."""

    ORIGIN = "origin", _("Place of origin")
    PRESENT = "present", _("Present place")
