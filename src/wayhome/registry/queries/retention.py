"""Which records have been kept for as long as the process set, or past the day that was decided for them."""

from __future__ import annotations

from datetime import date

from django.db.models import DateField, Q
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.registry.models import Person, RegistrySettings


def months_before(day: date, months: int) -> date:
    """The same day that many months earlier, or the last of a shorter month."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def due(process: Process, on: date | None = None) -> ScopedQuerySet[Person]:
    """Persons whose period has ended, oldest first, with `last_confirmed`: the household's confirmation, or the registration."""
    on = on or timezone.localdate()
    settings = RegistrySettings.objects.filter(process=process).first() or RegistrySettings()
    ended = Q(retain_until__lt=on)
    if settings.retention_months:
        ended |= Q(retain_until=None, last_confirmed__lt=months_before(on, settings.retention_months))
    rows = Person.objects.of(process).annotate(
        last_confirmed=Coalesce("household__confirmed_on", "household__registered_on", Cast("created_at", DateField()))
    )
    return rows.filter(ended).select_related("household").order_by("last_confirmed", "number")
