"""What is sealed of a person and how often it was opened; never the values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.core.models import AuditEntry
from wayhome.registry.models import SealedValue
from wayhome.registry.states import SealedKind

NEEDS = (SealedKind.NEED, SealedKind.HEALTH, SealedKind.PROTECTION)


def opened(persons: Iterable[int]) -> Counter[int]:
    """How often each sealed value of these persons was opened, by its key. One query on the audit log."""
    subjects = [str(pk) for pk in persons]
    entries = AuditEntry.objects.filter(subject_type="registry.person", subject_id__in=subjects, action="sealed.opened")
    return Counter(value for value in entries.values_list("detail__value", flat=True) if value is not None)


def words(count: int, times: int) -> str:
    """“sealed, opened 2 times”, or nothing on record."""
    if not count:
        return ""
    if not times:
        return _("sealed")
    return ngettext("sealed, opened %(n)d time", "sealed, opened %(n)d times", times) % {"n": times}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value as a page shows it."""

    value: SealedValue
    times: int

    @property
    def words(self) -> str:
        return words(1, self.times)


def needs_words(ids: Iterable[int]) -> dict[int, str]:
    """For each person the words of the column “Needs”: how much of it is sealed and how often it was opened. Two queries."""
    wanted = list(ids)
    times = opened(wanted)
    counts: Counter[int] = Counter()
    uses: Counter[int] = Counter()
    for pk, person in SealedValue.objects.filter(person__in=wanted, kind__in=NEEDS).values_list("pk", "person_id"):
        counts[person] += 1
        uses[person] += times[pk]
    return {person: words(count, uses[person]) for person, count in counts.items()}
