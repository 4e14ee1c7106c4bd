"""How a person can be reached without harm, and from where, when and why people had to leave."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.registry import changes
from wayhome.registry.actions import checks
from wayhome.registry.births import Birth
from wayhome.registry.models import Contact, Displacement, Household, Person
from wayhome.registry.states import Cause, Channel

_BY_NUMBER = (Channel.PHONE, Channel.TEXT)


@transaction.atomic
def add(
    *, person: Person, actor: Actor, channel: str, value: str = "", safe: bool = False, preferred: bool = False, note: str = ""
) -> Contact:
    """One way to reach a person. The preferred one is always one the person called safe.

    Raises:
        InvalidInput: preferred but not safe, or no number or address where the channel needs one.
    """
    checks.may_register(actor, person.process)
    if channel not in Channel.values:
        raise InvalidInput(_("There is no such channel."), _("Choose one of the list."), field="channel")
    if preferred and not safe:
        raise InvalidInput(
            _("Only a channel that the person called safe can be preferred."),
            _("Ask the person, then mark it safe."),
            field="safe",
        )
    value = checks.clean(value)
    if channel != Channel.IN_PERSON and not value:
        raise InvalidInput(
            _("A number, an address or a name is needed."), _("Write it, or choose “In person only”."), field="value"
        )
    if preferred:
        Contact.objects.filter(person=person, preferred=True).update(preferred=False)
    contact = Contact.objects.create(
        person=person,
        channel=channel,
        value=value,
        key=checks.phone_key(value) if channel in _BY_NUMBER else "",
        safe=safe,
        preferred=preferred,
        note=checks.clean(note),
    )
    if channel in _BY_NUMBER and not person.phone:
        changes.apply(person, {"phone": value[:40], "phone_key": contact.key}, actor=actor)
    _log("person.contact_added", person, actor, channel=channel)
    return contact


@transaction.atomic
def prefer(*, contact: Contact, actor: Actor) -> Contact:
    """The person wants to be reached this way first, and says that it is safe."""
    person = contact.person
    checks.may_register(actor, person.process)
    Contact.objects.filter(person=person, preferred=True).exclude(pk=contact.pk).update(preferred=False)
    contact.safe = contact.preferred = True
    contact.save(update_fields=["safe", "preferred"])
    _log("person.contact_preferred", person, actor, channel=contact.channel)
    return contact


@transaction.atomic
def remove(*, contact: Contact, actor: Actor) -> None:
    """This way is not used any more. The same number goes from the person's own field, and from what is searched."""
    person, channel = contact.person, contact.channel
    checks.may_register(actor, person.process)
    if contact.key and contact.key == person.phone_key:
        changes.apply(person, {"phone": "", "phone_key": ""}, actor=actor)
    contact.delete()
    _log("person.contact_removed", person, actor, channel=channel)


@transaction.atomic
def add_displacement(
    *,
    actor: Actor,
    household: Household | None = None,
    person: Person | None = None,
    left: Birth | None = None,
    cause: str = "",
    from_text: str = "",
    from_area: Any = None,
    to_text: str = "",
    to_area: Any = None,
    note: str = "",
) -> Displacement:
    """An episode of a household, or of one person whose way was another.

    Args:
        left: when, as exactly as it is known (`births.parse` understands the same words).
    """
    subject = person or household
    if subject is None:
        raise InvalidInput(_("Whose displacement is it?"), _("Choose a household or a person."))
    checks.may_register(actor, subject.process)
    checks.same_process(subject.process, household, person, from_area, to_area)
    if cause and cause not in Cause.values:
        raise InvalidInput(_("There is no such cause."), _("Choose one of the list."), field="cause")
    from_text, to_text = checks.clean(from_text), checks.clean(to_text)
    if not (from_text or from_area or to_text or to_area or left):
        raise InvalidInput(_("Nothing is said yet."), _("Write from where, to where, or when."), field="from_text")
    checks.not_in_future(left.first if left else None, "left")
    episode = Displacement.objects.create(
        process=subject.process,
        household=household,
        person=person,
        left_from=left.first if left else None,
        left_to=left.last if left else None,
        left_precision=left.precision if left else "",
        left_text=left.text if left else "",
        cause=cause,
        from_text=from_text,
        from_area=from_area,
        to_text=to_text,
        to_area=to_area,
        note=checks.clean(note, 500),
    )
    _log("displacement.added", subject, actor)
    return episode


@transaction.atomic
def remove_displacement(*, episode: Displacement, actor: Actor) -> None:
    """Recorded in error."""
    subject = episode.person or episode.household
    assert subject is not None
    checks.may_register(actor, episode.process)
    episode.delete()
    _log("displacement.removed", subject, actor)


def _log(action: str, subject: Person | Household, actor: Actor, **more: Any) -> None:
    key = "person" if isinstance(subject, Person) else "household"
    audit.record(action, actor=actor, subject=subject, process_id=subject.process_id, detail={key: subject.ref, **more})
