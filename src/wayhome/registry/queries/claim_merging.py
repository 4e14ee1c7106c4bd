"""What a template for a family of claims may say of each claim: fields in braces, and their words for one claim."""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.core.errors import InvalidInput
from wayhome.places.names import Policy, label
from wayhome.registry import claim_tables
from wayhome.registry.models import Claim

FIELDS: dict[str, Any] = {
    "claim": gettext_lazy("number of the claim"),
    "claimants": gettext_lazy("names of the claimants"),
    "property": gettext_lazy("kind and address of the property"),
    "place": gettext_lazy("place of the property"),
    "cadastral": gettext_lazy("old cadastral number"),
    "right": gettext_lazy("the right claimed"),
    "loss": gettext_lazy("how it was lost"),
    "lost": gettext_lazy("when it was lost"),
    "lodged": gettext_lazy("the day on which it was lodged"),
    "evidence": gettext_lazy("items of evidence for the claim, with their numbers"),
}


def fields_of(template: str) -> list[str]:
    """The fields a template uses, in order.

    Raises:
        InvalidInput: for a field that does not exist, or braces that do not close.
    """
    try:
        parsed = [name for _text, name, _spec, _how in string.Formatter().parse(template) if name is not None]
    except ValueError:
        raise InvalidInput(
            _("A brace in the template is not closed."),
            _("Write fields as {claim}; write a brace itself twice: {{."),
            field="template",
        ) from None
    unknown = [name for name in parsed if name not in FIELDS]
    if unknown:
        raise InvalidInput(
            _("The template has no field “%(name)s”.") % {"name": unknown[0][:40]},
            _("It may use: %(fields)s.") % {"fields": ", ".join(f"{{{name}}}" for name in FIELDS)},
            field="template",
        )
    return list(dict.fromkeys(parsed))


def _day(value: Any) -> str:
    from wayhome.dialogue.words import long_date

    return long_date(value) if value else ""


def values_of(claim: Claim, *, policy: Policy, language: str) -> dict[str, str]:
    """The words of each field for one claim; empty where the file says nothing. Reads what was prefetched (`with_parts`)."""
    home = claim.holding
    place = ""
    if home.area is not None:
        place = label(home.area.names.all(), policy, language, home.place_text or str(home.area))
    lost = [part for part in (_day(claim.lost_from), _day(claim.lost_to)) if part]
    return {
        "claim": claim.ref,
        "claimants": ", ".join(row.name or str(row.person or "") for row in claim.claimants.all()),
        "property": ", ".join(part for part in (str(home.get_kind_display()), home.address) if part),
        "place": place or home.place_text,
        "cadastral": home.cadastral_number,
        "right": str(claim_tables.RIGHT_WORDS.get(claim.right, claim.right)),
        "loss": str(claim_tables.LOSS_WORDS.get(claim.loss, "")),
        "lost": " – ".join(dict.fromkeys(lost)),
        "lodged": _day(claim.lodged_on),
        "evidence": "; ".join(f"{item.ref} {item.title}" for item in claim.evidence.all() if not item.against),
    }


def with_parts(claims: Any) -> Any:
    """Claims with all that a template can say of them; five queries whatever their number."""
    return claims.select_related("holding__area", "process").prefetch_related(
        "claimants__person", "evidence", "holding__area__names", "holding__occupants"
    )


def merged(template: str, values: dict[str, str]) -> str:
    """The reasons for one claim."""
    return template.format_map(values)


def empty_fields(used: Iterable[str], values: dict[str, str]) -> list[str]:
    """Fields the template uses that this claim's file leaves empty."""
    return [name for name in used if not values[name]]
