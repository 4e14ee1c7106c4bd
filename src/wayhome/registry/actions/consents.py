"""Consent by purpose, and the legal basis of each purpose. A withdrawal needs no reason and takes effect at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.registry.actions import checks
from wayhome.registry.births import is_child
from wayhome.registry.models import Consent, Person, ProcessingPurpose
from wayhome.registry.states import Given, LegalBasis, Purpose


def _common(person: Person, purpose: str, partner: str, on: date, by_guardian: Person | None) -> str:
    """Checks of a yes and of a no; returns the cleaned partner."""
    if purpose not in Purpose.values:
        raise InvalidInput(_("There is no such purpose."), _("Choose one of the list."), field="purpose")
    checks.not_in_future(on, "given_on")
    partner = checks.clean(partner, 200)
    if purpose == Purpose.SHARING and not partner:
        raise InvalidInput(
            _("Consent to sharing names with whom."), _("Write the partner; ask again for another one."), field="partner"
        )
    checks.same_process(person.process, by_guardian)
    child = is_child(person, on)
    if child and by_guardian is None:
        raise InvalidInput(
            _("%(ref)s is under 18.") % {"ref": person.ref},
            _("Choose the parent or guardian who decides with the child."),
            field="by_guardian",
        )
    if by_guardian is not None:
        if by_guardian.pk == person.pk or is_child(by_guardian, on):
            raise InvalidInput(_("A guardian is another person, of age."), _("Choose an adult."), field="by_guardian")
        if child is False:
            raise InvalidInput(
                _("%(ref)s is of age and decides alone.") % {"ref": person.ref}, _("Ask the person."), field="by_guardian"
            )
    return partner if purpose == Purpose.SHARING else ""


@transaction.atomic
def give(
    *,
    person: Person,
    actor: Actor,
    purpose: str,
    given: str,
    on: date,
    partner: str = "",
    language: str = "",
    witness: str = "",
    by_guardian: Person | None = None,
    expires_on: date | None = None,
) -> Consent:
    """Record a yes: to one purpose, given on a day, explained in a language. An earlier answer stays on file.

    Raises:
        InvalidInput: no partner for sharing, a child without a guardian, an adult with one, an oral yes without a witness,
            an end before the beginning.
    """
    checks.may_register(actor, person.process)
    partner = _common(person, purpose, partner, on, by_guardian)
    if given not in Given.values:
        raise InvalidInput(_("How was consent given?"), _("Choose one of the list."), field="given")
    witness = checks.clean(witness, 150)
    if given == Given.ORAL and not witness:
        raise InvalidInput(_("An oral yes needs a witness."), _("Write who was there."), field="witness")
    if expires_on is not None and expires_on <= on:
        raise InvalidInput(_("The consent would end before it begins."), _("Check both dates."), field="expires_on")
    consent = Consent.objects.create(
        process=person.process,
        person=person,
        purpose=purpose,
        partner=partner,
        given_on=on,
        given=given,
        language=checks.clean(language, 8),
        witness=witness,
        by_guardian=by_guardian,
        expires_on=expires_on,
        recorded_by_id=actor.user_id,
    )
    _log("consent.given", consent, actor)
    return consent


@transaction.atomic
def refuse(
    *,
    person: Person,
    actor: Actor,
    purpose: str,
    on: date,
    partner: str = "",
    language: str = "",
    by_guardian: Person | None = None,
) -> Consent:
    """Record a no, so that nobody asks twice. A yes in force for the same purpose ends with it."""
    checks.may_register(actor, person.process)
    partner = _common(person, purpose, partner, on, by_guardian)
    _standing(person, purpose, partner).update(withdrawn_on=on)
    consent = Consent.objects.create(
        process=person.process,
        person=person,
        purpose=purpose,
        partner=partner,
        refused=True,
        given_on=on,
        language=checks.clean(language, 8),
        by_guardian=by_guardian,
        recorded_by_id=actor.user_id,
    )
    _log("consent.refused", consent, actor)
    return consent


@transaction.atomic
def withdraw(*, consent: Consent, actor: Actor, on: date | None = None) -> Consent:
    """Take a yes back: from that day, with no reason asked. Every other yes to the same purpose and partner ends too."""
    checks.may_register(actor, consent.process)
    row = Consent.objects.select_for_update(of=("self",)).select_related("person", "process").get(pk=consent.pk)
    on = on or timezone.localdate()
    checks.not_in_future(on, "on")
    if row.refused or row.withdrawn_on is not None:
        raise Conflict(_("This consent does not stand any more."), _("Nothing needs to be taken back."))
    if on < row.given_on:
        raise InvalidInput(_("It would be withdrawn before it was given."), _("Check the date."), field="on")
    _standing(row.person, row.purpose, row.partner).update(withdrawn_on=on)
    row.refresh_from_db()
    _log("consent.withdrawn", row, actor)
    return row


def _standing(person: Person, purpose: str, partner: str) -> QuerySet[Consent]:
    return Consent.objects.filter(person=person, purpose=purpose, partner=partner, refused=False, withdrawn_on=None)


def _log(action: str, consent: Consent, actor: Actor) -> None:
    audit.record(
        action,
        actor=actor,
        subject=consent.person,
        process_id=consent.process_id,
        detail={
            "person": consent.person.ref,
            "purpose": consent.purpose,
            **({"partner": consent.partner} if consent.partner else {}),
        },
    )


def allows(person: Person, purpose: str, *, partner: str = "", on: date | None = None) -> bool:
    """Whether the person's latest answer on this purpose is a yes that stands on a day. Silence is a no."""
    on = on or timezone.localdate()
    latest = (
        Consent.objects.filter(person=person, purpose=purpose, partner=partner, given_on__lte=on)
        .order_by("-given_on", "-id")
        .first()
    )
    return latest is not None and stands(latest, on)


def stands(consent: Consent, on: date) -> bool:
    """Whether a yes holds on a day: not refused, not withdrawn by then, not past its end."""
    return (
        not consent.refused
        and (consent.withdrawn_on is None or consent.withdrawn_on > on)
        and (consent.expires_on is None or consent.expires_on >= on)
    )


def in_force(on: date | None = None) -> Q:
    """The same as a condition on rows of `Consent`, for lists and statistics."""
    on = on or timezone.localdate()
    return (
        Q(refused=False)
        & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))
        & (Q(expires_on=None) | Q(expires_on__gte=on))
        & Q(given_on__lte=on)
    )


@transaction.atomic
def set_purpose(*, process: Process, actor: Actor, purpose: str, legal_basis: str, notice: str = "") -> ProcessingPurpose:
    """The legal basis on which the process handles data for a purpose, and what people are told."""
    require_actor(actor, process, Permission.PRIVACY)
    if purpose not in Purpose.values or legal_basis not in LegalBasis.values:
        raise InvalidInput(_("Choose a purpose and a legal basis of the lists."), field="legal_basis")
    notice = notice.replace("\x00", "").strip()[:4000]
    before = ProcessingPurpose.objects.filter(process=process, purpose=purpose).first()
    row, _made = ProcessingPurpose.objects.update_or_create(
        process=process, purpose=purpose, defaults={"legal_basis": legal_basis, "notice": notice}
    )
    audit.record(
        "purpose.set",
        actor=actor,
        subject=row,
        process_id=process.pk,
        detail={"purpose": purpose, "legal_basis": [before.legal_basis if before else "", legal_basis], "notice": notice},
    )
    return row
