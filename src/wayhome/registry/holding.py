"""Why a person cannot be erased yet, and what is written over or taken away where it stands elsewhere: claims, files of lists."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.registry import list_files, reports
from wayhome.registry.actions import erasing
from wayhome.registry.claim_states import ClaimState
from wayhome.registry.models import Claimant, Import, Person

_AT_WORK = (
    *(Import.State.UPLOADED, Import.State.CHECKING, Import.State.READY, Import.State.COMMITTING),
    *(Import.State.UNDOING, Import.State.FAILED),
)


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


def list_at_work(person: Person) -> tuple[str, str] | None:
    """The file of a list is still needed while its rows come in or are taken back, and before."""
    if person.source is None:
        return None
    waiting = Import.objects.filter(process_id=person.process_id, digest=person.source.digest, state__in=_AT_WORK).first()
    if waiting is None:
        return None
    return (
        _("The list %(ref)s, which the record came from, is not done.") % {"ref": waiting.ref},
        _("Bring it in or give it up first."),
    )


def take_out_of_list(person: Person) -> None:
    """The list's file says what the person said: it goes, and of its rows only those still to be corrected are kept, sealed."""
    source = person.source
    if source is None:
        return
    source.issues.filter(row=person.source_row).delete()
    if not list_files.is_whole(source.process_id, source.digest):
        return
    reports.reduce_to_bad_rows(source)
    process_id, digest = source.process_id, source.digest
    transaction.on_commit(lambda: list_files.drop_file(process_id, digest))


def connect() -> None:
    """Called once when the app is ready."""
    erasing.register_guard(open_claims)
    erasing.register_guard(list_at_work)
    erasing.register_cleaner(anonymous_claimant)
    erasing.register_cleaner(take_out_of_list)
