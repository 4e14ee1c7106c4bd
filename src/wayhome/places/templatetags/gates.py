"""Tags of the pages of gates and criteria."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wayhome.core.days import written
from wayhome.places.gate_states import LAMPS, State
from wayhome.places.models import Area, Rule
from wayhome.places.models.standards import Mark
from wayhome.places.queries import gates as queries
from wayhome.places.queries.gate_board import SOON, Cell

register = template.Library()


@register.simple_tag
def rule_badge(rule: Rule) -> SafeString:
    """Whether a rule was read, with source and part on hovering; grey where it was not."""
    said = " · ".join(
        one for one in (rule.standard.title, rule.number, rule.edition, rule.source if rule.source != "none" else "") if one
    )
    words, tone = {
        Mark.READ: (_("read"), "ok"),
        Mark.SECOND_HAND: (_("read in a copy"), "ok"),
        Mark.OURS: (_("our own rule"), "draft"),
    }.get(Mark(rule.mark), (_("not read"), "still"))
    return format_html('<span class="chip {}" title="{}">{}</span>', tone, said, words)


@register.simple_tag
def gate_note(cell: Cell, on: date) -> SafeString | str:
    """What stands small beside a lamp: until when, when expected, whose gate, that a second person is waited for."""
    gate, parts = cell.gate, []
    if gate.state == State.OPEN and gate.expires_on is not None:
        soon = gate.expires_on <= on + timedelta(SOON)
        parts.append(
            format_html('<span class="{}">{}</span>', "soon" if soon else "", _("to %(day)s") % {"day": _short(gate.expires_on)})
        )
    elif gate.state == State.EXPIRED and gate.expires_on is not None:
        parts.append(format_html("<span>{}</span>", _("after %(day)s") % {"day": _short(gate.expires_on)}))
    elif gate.expected_on is not None:
        parts.append(format_html("<span>{}</span>", _("expected %(day)s, not promised") % {"day": _short(gate.expected_on)}))
    if gate.waiting:
        parts.append(format_html("<span>{}</span>", _("second person awaited")))
    if cell.above:
        parts.append(format_html("<span>{} <bdi>{}</bdi></span>", _("gate of"), cell.above))
    if not parts:
        return ""
    return format_html("<small>{}</small>", SafeString(" ".join(parts)))


def _short(day: date) -> str:
    return written(day, "j M Y")


@register.simple_tag
def head_of(heads: Sequence[Any], at: int) -> Any:
    """The head of a column by its place."""
    return heads[at]


@register.inclusion_tag("places/parts/area_gates.html", takes_context=True)
def gates_of(context: Any, area: Area) -> dict[str, Any]:
    """The gates of an area today, for its page and for those of who wishes to go there."""
    process = context["process"]
    found = queries.standing(process, timezone.localdate(), [area.pk]).get(area.pk)
    gates = [(gate, LAMPS[gate.state]) for gate in found.gates if gate.required or gate.gate_id is not None] if found else []
    return {"process": process, "area": area, "standing": found, "gates": gates}
