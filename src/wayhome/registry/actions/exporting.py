"""Lists of people that leave the house: for a purpose, of those who said yes to it, without anything sealed, logged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.registry import births
from wayhome.registry.models import Consent, Person
from wayhome.registry.states import Purpose

# Column, HXL tag, words; in the order of the file. HXL tags of people's lists: #meta +id and own tags (#x_) where the standard has none.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("person", "#meta+id+person"),
    ("household", "#meta+id+household"),
    ("given_name", "#x_name+given"),
    ("patronymic", "#x_name+patronymic"),
    ("family_name", "#x_name+family"),
    ("sex", "#x_sex"),
    ("born", "#date+birth"),
    ("born_from", "#date+birth+start"),
    ("born_to", "#date+birth+end"),
    ("relation", "#x_relation"),
    ("origin", "#loc+origin+name"),
    ("present", "#loc+name"),
    ("list", "#meta+source"),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A list on its way out: its rows, and how many people were left out because they did not say yes."""

    rows: Iterator[list[Any]]
    people: int
    withheld: int


def agreed(process: Process, purpose: str, partner: str) -> QuerySet[Person]:
    """People with a valid yes to the purpose today; for sharing, to sharing with this partner."""
    today = timezone.localdate()
    yes = Consent.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=today), person=OuterRef("pk"), purpose=purpose, refused=False, withdrawn_on=None
    )
    if purpose == Purpose.SHARING:
        yes = yes.filter(partner__iexact=partner.strip())
    return Person.objects.filter(Exists(yes), process=process)


def take_out(*, process: Process, purpose: str, partner: str, why: str, actor: Actor) -> Taken:
    """The list of everybody who agreed, and the audit entry that says so.

    Raises:
        Forbidden: the role takes no list of people out.
        InvalidInput: no purpose, no partner to share with, or no reason.
    """
    require_actor(actor, process, Permission.EXPORT_PERSONS)
    if purpose not in {Purpose.SERVICES, Purpose.SHARING, Purpose.TRACING}:
        raise InvalidInput(
            _("Choose what the list is for."),
            _("For statistics and publication take figures, not a list of people."),
            field="purpose",
        )
    if purpose == Purpose.SHARING and not partner.strip():
        raise InvalidInput(
            _("Say with whom the list is shared."), _("Only people who agreed to this partner are on it."), field="partner"
        )
    if len(why.strip()) < 4:
        raise InvalidInput(
            _("Say what the list is needed for."), _("A few words are enough; they are kept in the log."), field="why"
        )
    people = agreed(process, purpose, partner)
    with transaction.atomic():
        count = people.count()
        withheld = Person.objects.filter(process=process).count() - count
        audit.record(
            "persons.taken_out",
            actor=actor,
            process_id=process.pk,
            detail={
                "purpose": purpose,
                "partner": partner.strip()[:200] if purpose == Purpose.SHARING else "",
                "why": why.strip()[:200],
                "people": count,
                "withheld": withheld,
            },
        )
    return Taken(_rows(people), count, withheld)


def _rows(people: QuerySet[Person]) -> Iterator[list[Any]]:
    for person in people.select_related("household").order_by("number").iterator(chunk_size=2000):
        yield [
            person.ref,
            person.household.ref if person.household else "",
            person.given_name,
            person.patronymic,
            person.family_name,
            person.sex,
            births.words(person),
            person.birth_from,
            person.birth_to,
            person.relation,
            person.origin_text,
            person.present_text,
            person.list_name,
        ]
