"""What the audit log calls the actions on works, money, homes and presence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "work.added": _("Work added"),
    "work.changed": _("Work changed"),
    "work.moved": _("Work moved to another state"),
    "work.progress": _("Progress of a work set"),
    "work.photo_added": _("Photograph of a work added"),
    "work.photo_removed": _("Photograph of a work removed"),
    "works.imported": _("Table of works or supplies brought in"),
    "works.exported": _("Works or supplies taken out"),
    "organisation.added": _("Organisation added"),
    "organisation.changed": _("Organisation changed"),
    "funding.added": _("Money written down"),
    "funding.moved": _("Money moved to another stage"),
    "funding.retired": _("Money taken back"),
    "rate.set": _("Exchange rate set"),
    "homes.counted": _("Homes counted"),
    "homes.retired": _("Count of homes retired"),
    "capacity.counted": _("Capacity of a service counted"),
    "capacity.retired": _("Capacity of a service retired"),
    "crew.set": _("Units of a crew set"),
    "seats.set": _("Seats to travel set"),
    "presence.imported": _("Table of who does what where brought in"),
    "presence.undone": _("Table of who does what where taken back"),
}
