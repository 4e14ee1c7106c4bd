"""Why a person cannot be erased yet, and what is written over where a record has to stay: claims."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wayhome.registry.actions import erasing
from wayhome.registry.claim_states import ClaimState
from wayhome.registry.models import Claimant, Person


def open_claims(person: Person) -> tuple[str, str] | None:
    """A claim that is not closed waits for its end: a decision, or a withdrawal."""
    claimant = (
        Claimant.objects.filter(person=person)
        .exclude(claim__state=ClaimState.CLOSED)
        .select_related("claim")
        .order_by("claim__number")
        .first()
    )
    if claimant is None:
        return None
    state = claimant.claim.get_state_display()
    return (
        _("%(person)s claims in %(claim)s (%(state)s).") % {"person": person.ref, "claim": claimant.claim.ref, "state": state},
        _("Close the claim or take the person off it first."),
    )


def anonymous_claimant(person: Person) -> None:
    """In closed claims the number stands where the name was; shares and decisions stay what they are."""
    Claimant.objects.filter(person=person).update(person=None, name=_("%(ref)s, erased") % {"ref": person.ref}, name_key="")


def connect() -> None:
    """Called once when the app is ready."""
    erasing.register_guard(open_claims)
    erasing.register_cleaner(anonymous_claimant)
