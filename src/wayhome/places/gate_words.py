"""Words for the kinds of gates that ship, by code; a process's own kinds have the name they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from wayhome.places.models import GateKind

KINDS: dict[str, Any] = {
    "clearance": pgettext_lazy("gate", "Clearance"),
    "security": pgettext_lazy("gate", "Security"),
    "access": pgettext_lazy("gate", "Access"),
    "shelter": pgettext_lazy("gate", "Shelter"),
    "water": pgettext_lazy("gate", "Water"),
    "services": pgettext_lazy("gate", "Services"),
    "livelihoods": pgettext_lazy("gate", "Livelihoods"),
    "hlp": pgettext_lazy("gate", "Property"),
    "documents": pgettext_lazy("gate", "Documents"),
}
MEANINGS: dict[str, Any] = {
    "clearance": _(
        "Land searched for mines and explosive remnants and handed over with a certificate, or never suspected by a dated statement."
    ),
    "security": _("Nobody who goes there is put at risk; who judged it, and when."),
    "access": _("The road can be used, and people may come and go freely."),
    "shelter": _("A home that can be lived in, for those who go."),
    "water": _("Enough water that is safe to drink."),
    "services": _("A doctor within reach, a school, electricity."),
    "livelihoods": _("Work, land or trade to live from."),
    "hlp": _("Homes and land can be claimed back; nobody's home is given to others."),
    "documents": _("Papers are recognised, or can be had anew."),
}


def kind_words(kind: GateKind) -> Any:
    """What a kind of gate is called."""
    return kind.name or KINDS.get(kind.code, kind.code)


def meaning(kind: GateKind) -> Any:
    """What a kind that ships asks for, in a sentence; nothing for a process's own."""
    return "" if kind.process_id is not None else MEANINGS.get(kind.code, "")
