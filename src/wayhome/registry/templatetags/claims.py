"""Words and marks of intentions and claims in templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.registry import claim_tables
from wayhome.registry.claim_states import NOTICE_STEPS, ClaimState, NoticeState
from wayhome.registry.queries.intentions import NO_REPLY, SMALL, Tally
from wayhome.registry.queries.wish_charts import WORDS
from wayhome.registry.wish_states import ANSWERS

register = template.Library()
_LANGUAGES = dict(settings.LANGUAGES)


@register.filter
def percent(share: float | None) -> str:
    """A share as a whole per cent, or nothing where there is no share."""
    return "" if share is None else f"{round(share * 100)} %"


@register.filter
def language_name(code: str) -> str:
    """A language in its own words."""
    return _LANGUAGES.get(code, code)


@register.simple_tag
def small(n: int) -> SafeString | str:
    """The mark beside a count that is too small to be shown outside."""
    if not 0 < n < SMALL:
        return ""
    return format_html('<abbr class="smallcount" title="{}">*</abbr>', _("under 5: not for publication"))


@register.simple_tag
def wish_share(tally: Tally, wish: str) -> str:
    """The share of those who answered."""
    return percent(tally.share(wish))


@register.simple_tag
def wish_word(position: int) -> Any:
    """The wish at a place of the legend."""
    return ANSWERS[position].label


@register.inclusion_tag("registry/parts/wish_legend.html")
def wish_legend() -> dict[str, Any]:
    """The legend of every drawing of wishes."""
    return {"legend": [*((wish.value, wish.label) for wish in ANSWERS), (NO_REPLY, WORDS[NO_REPLY])]}


@register.inclusion_tag("registry/parts/wish_steps.html")
def wish_steps() -> dict[str, Any]:
    """The classes of the map's colours."""
    return {"steps": [(n + 1, f"{20 * n}–{20 * n + 20} %") for n in range(5)]}


@register.simple_tag
def gate_words(gate: str) -> Any:
    """What a gate is called."""
    return claim_tables.GATE_WORDS.get(gate, gate)


@register.simple_tag
def area_name(names: dict[int, str], area_id: int | None, text: str = "") -> str:
    """The name of an area from those fetched for the page, else the words as written."""
    return names.get(area_id or 0, "") or text or "–"


@register.simple_tag
def adults(said: Any) -> str:
    """ "4 of 4 adults", where each was asked."""
    if said is None or said.adults is None:
        return "–" if said is not None else ""
    return _("%(same)d of %(adults)d adults") % {"same": said.adults_same, "adults": said.adults}


@register.filter
def right_words(code: str) -> Any:
    """What a right is called."""
    return claim_tables.RIGHT_WORDS.get(code, code)


@register.filter
def loss_words(code: str) -> Any:
    """What a way of loss is called."""
    return claim_tables.LOSS_WORDS.get(code, code)


@register.filter
def evidence_words(code: str) -> Any:
    """What a kind of evidence is called."""
    return claim_tables.EVIDENCE_WORDS.get(code, code)


@register.filter
def strength_words(strength: int) -> Any:
    """A step of the scale of evidence in words."""
    return claim_tables.STRENGTH_WORDS.get(strength, strength)


@register.filter
def strength_marks(strength: int) -> list[bool]:
    """Four boxes, filled as far as the strength goes."""
    return [n < strength for n in range(4)]


TONES = {
    "lodged": "draft",
    "notified": "wait",
    "under_review": "wait",
    "decided": "ok",
    "appealed": "soon",
    "enforced": "soon",
    "repossessed": "ok",
    "closed": "still",
    "prepared": "draft",
    "sent": "wait",
    "received": "ok",
    "returned": "late",
    "unchecked": "draft",
    "confirmed": "ok",
    "not_found": "soon",
    "contradicted": "late",
    "not_asked": "draft",
    "not_needed": "still",
    "needed": "late",
    "offered": "soon",
    "provided": "ok",
    "agrees": "ok",
    "differs": "late",
    "unclear": "soon",
    "gathering": "draft",
    "sampled": "wait",
    "dissolved": "still",
    "": "draft",
    "apart": "still",
    "competes": "soon",
    "duplicate": "late",
}


@register.filter
def claim_tone(state: str) -> str:
    """The shape and hue of a state's chip."""
    return TONES.get(str(state), "still")


@register.filter
def share_words(row: Any) -> str:
    """A claimant's share as a fraction."""
    if row.numerator is None:
        return ""
    return "1" if row.numerator == row.denominator else f"{row.numerator}/{row.denominator}"


@register.simple_tag
def claim_links(links: Any, claim: Any) -> int:
    """How many matches of a claim wait to be judged, from those counted for the page."""
    return int(links.get(claim.pk, 0))


@register.simple_tag
def state_words(state: str) -> Any:
    """A state of a claim in words."""
    return ClaimState(state).label if state in ClaimState.values else state


@register.filter
def notice_marks(notice: Any) -> list[str]:
    """What can be said of a paper next."""
    return [str(state) for state in NoticeState if state in NOTICE_STEPS[NoticeState(notice.state)]]


@register.simple_tag
def mark_words(mark: str) -> Any:
    """A state of a paper in words."""
    return NoticeState(mark).label


_COLUMNS = {
    "lodged": gettext_lazy("Lodged"),
    "decided": gettext_lazy("Decided"),
    "granted": gettext_lazy("of them granted"),
    "repossessed": gettext_lazy("Repossessed"),
}


@register.simple_tag
def column_words(name: str) -> Any:
    """A column of the figures in words."""
    return _COLUMNS[name]


@register.simple_tag
def figure(row: Any, name: str, public: bool) -> SafeString | str:
    """A figure as it may be shown: whole inside, with a mark where the public page keeps it back; there a dash."""
    kept_back = row.parts.get(name) == ""
    if public:
        return "–" if kept_back else row.parts[name]
    if kept_back:
        return format_html('{} <abbr class="smallcount" title="{}">*</abbr>', getattr(row, name), _("kept back in public"))
    return str(getattr(row, name))


@register.inclusion_tag("registry/parts/claim_progress.html")
def progress_bar(row: Any) -> dict[str, Any]:
    """Decided and repossessed of lodged, as a bar."""
    whole = max(row.lodged, 1)
    return {"row": row, "decided": round(100 * row.decided / whole, 2), "repossessed": round(100 * row.repossessed / whole, 2)}


@register.inclusion_tag("registry/parts/claim_figures.html")
def claim_figures_table(rows: Any, total: Any, public: bool) -> dict[str, Any]:
    """The table of figures, inside or in public."""
    return {"rows": rows, "total": total, "public": public, "columns": list(_COLUMNS)}
