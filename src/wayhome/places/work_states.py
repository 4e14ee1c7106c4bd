"""Kinds and states of works, the one table of steps between states, and the stages of money."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WorkKind(models.TextChoices):
    """What is done. Clearance comes before people set foot there; the rest makes a place fit to live in."""

    DEMINING = "demining", _("Clearance of mines and explosives")
    HOUSING = "housing", _("Homes")
    WATER = "water", pgettext_lazy("kind of work", "Water")
    POWER = "power", pgettext_lazy("kind of work", "Power")
    SCHOOL = "school", pgettext_lazy("kind of work", "School")
    CLINIC = "clinic", pgettext_lazy("kind of work", "Clinic")
    ROAD = "road", _("Road or bridge")
    PUBLIC = "public", _("Public building or service")
    OTHER = "other", pgettext_lazy("kind of work", "Other")


class Resource(models.TextChoices):
    """What a household that has returned uses, and what a work may add places of. Empty: it adds none."""

    DWELLING = "dwelling", pgettext_lazy("places", "Homes")
    WATER = "water", pgettext_lazy("places", "Water, persons")
    SCHOOL = "school", pgettext_lazy("places", "School, children")
    CLINIC = "clinic", pgettext_lazy("places", "Clinic, patients")


class WorkState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("work", "Planned")
    FUNDED = "funded", pgettext_lazy("work", "Funded")
    TENDERED = "tendered", pgettext_lazy("work", "Tendered")
    UNDER_WAY = "under_way", pgettext_lazy("work", "Under way")
    SUSPENDED = "suspended", pgettext_lazy("work", "Suspended")
    FINISHED = "finished", pgettext_lazy("work", "Finished")
    CANCELLED = "cancelled", pgettext_lazy("work", "Cancelled")


_S = WorkState
TRANSITIONS: dict[WorkState, frozenset[WorkState]] = {
    # A community begins with its own hands too: nothing forces a tender.
    _S.PLANNED: frozenset({_S.FUNDED, _S.TENDERED, _S.UNDER_WAY, _S.CANCELLED}),
    # Back to planned when a promise of money is taken back.
    _S.FUNDED: frozenset({_S.TENDERED, _S.UNDER_WAY, _S.PLANNED, _S.CANCELLED}),
    _S.TENDERED: frozenset({_S.FUNDED, _S.UNDER_WAY, _S.PLANNED, _S.CANCELLED}),
    _S.UNDER_WAY: frozenset({_S.SUSPENDED, _S.FINISHED, _S.CANCELLED}),
    _S.SUSPENDED: frozenset({_S.UNDER_WAY, _S.CANCELLED}),
    # A finished work is opened again when somebody finds that it is not.
    _S.FINISHED: frozenset({_S.UNDER_WAY}),
    _S.CANCELLED: frozenset({_S.PLANNED}),
}
# Steps that need a reason in words: whoever waits for the work will ask why.
NEEDS_REASON = frozenset(
    {
        *((before, _S.CANCELLED) for before in _S if _S.CANCELLED in TRANSITIONS[before]),
        (_S.UNDER_WAY, _S.SUSPENDED),
        (_S.FINISHED, _S.UNDER_WAY),
        (_S.CANCELLED, _S.PLANNED),
        (_S.FUNDED, _S.PLANNED),
        (_S.TENDERED, _S.PLANNED),
        (_S.TENDERED, _S.FUNDED),
    }
)
OPEN = frozenset({_S.PLANNED, _S.FUNDED, _S.TENDERED, _S.UNDER_WAY, _S.SUSPENDED})
BEGUN = frozenset({_S.UNDER_WAY, _S.SUSPENDED, _S.FINISHED})
TONES = {
    _S.PLANNED: "", _S.FUNDED: "wait", _S.TENDERED: "wait", _S.UNDER_WAY: "soon", _S.SUSPENDED: "late", _S.FINISHED: "ok",
    _S.CANCELLED: "still",
}  # fmt: skip


class Stage(models.TextChoices):
    """How sure the money is. A record is in one stage at a time, so the stages of a work add up and never overlap."""

    PLEDGED = "pledged", pgettext_lazy("money", "Pledged")
    COMMITTED = "committed", pgettext_lazy("money", "Committed")
    DISBURSED = "disbursed", pgettext_lazy("money", "Disbursed")


SECURED = frozenset({Stage.COMMITTED, Stage.DISBURSED})


class OrganisationKind(models.TextChoices):
    """Kinds as 3W tables and IATI tell them apart."""

    GOVERNMENT = "government", _("Government")
    UN = "un", _("United Nations body")
    INTERNATIONAL = "ingo", _("International organisation without profit")
    NATIONAL = "nngo", _("National organisation without profit")
    RED_CROSS = "rcrc", _("Red Cross and Red Crescent Movement")
    DONOR = "donor", _("Donor")
    COMMUNITY = "community", _("The community itself")
    PRIVATE = "private", _("Company")
    ACADEMIC = "academic", _("University or research body")
    OTHER = "other", pgettext_lazy("organisation", "Other")
    UNKNOWN = "", pgettext_lazy("organisation", "Not said")


class Damage(models.TextChoices):
    """Damage of a home. With none or minor damage a family can live in it while it is mended."""

    NONE = "none", pgettext_lazy("damage", "None")
    MINOR = "minor", pgettext_lazy("damage", "Minor")
    MAJOR = "major", pgettext_lazy("damage", "Major")
    DESTROYED = "destroyed", pgettext_lazy("damage", "Destroyed")
