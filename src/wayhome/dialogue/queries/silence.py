"""Silence: the latest communication from an addressee since an ask was made, and how many communications were searched.

A communication counts as from the addressee when it comes from that party or from somebody who belongs to it (a minister for
the ministry); an automatic reply does not count. A date known to the month or the year counts as its last day, so that a reply
of "April 2023" is never overlooked for an ask of 7 April.
"""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from wayhome.accounts.models import Process
from wayhome.dialogue.models import Ask, Communication, CommunicationParty


def searched(process: Process) -> int:
    """How many communications are on file and were looked through for a reply."""
    return Communication.objects.of(process).count()


def last_day(dated: str, day: date | None) -> date | None:
    """The last day that an ISO date of year, month or day precision may mean."""
    if day is None:
        return None
    if len(dated) == 4:
        return date(day.year, 12, 31)
    if len(dated) == 7:
        return date(day.year, day.month, months.monthrange(day.year, day.month)[1])
    return day


def refresh(parties: Iterable[int]) -> int:
    """Bring `last_reply_on` of every ask to these parties in step with the communications on file; number of asks changed.

    Called in the transaction that changes a communication (`dialogue.signals`) and after a bulk import. Four queries.
    """
    from_them = set(parties)
    if not from_them:
        return 0
    asks = list(
        Ask.objects.filter(asked_on__isnull=False)
        .filter(Q(addressee__in=from_them) | Q(addressee__members__in=from_them) | Q(addressee__members__members__in=from_them))
        .only("pk", "addressee_id", "asked_on", "last_reply_on")
        .distinct()
    )
    if not asks:
        return 0
    addressees = {ask.addressee_id for ask in asks}
    days: dict[int, list[tuple[date, date]]] = defaultdict(list)
    parts = (
        CommunicationParty.objects.filter(part=CommunicationParty.Part.FROM, communication__day__isnull=False)
        .exclude(communication__kind=Communication.Kind.AUTOMATIC_REPLY)
        .filter(Q(party__in=addressees) | Q(party__of__in=addressees) | Q(party__of__of__in=addressees))
        .values_list("party_id", "party__of_id", "party__of__of_id", "communication__dated", "communication__day")
    )
    for party, of, above, dated, day in parts:
        for one in {party, of, above} & addressees:
            days[one].append((day, last_day(dated, day) or day))
    changed = []
    for ask in asks:
        since = [max(day, ask.asked_on) for day, end in days.get(ask.addressee_id or 0, []) if end >= ask.asked_on]
        latest = max(since, default=None)
        if latest != ask.last_reply_on:
            ask.last_reply_on = latest
            changed.append(ask)
    Ask.objects.bulk_update(changed, ["last_reply_on"], batch_size=500)
    return len(changed)


def refresh_ask(ask: Ask) -> None:
    """The same for one ask that was just made or given another addressee."""
    if ask.asked_on is None or ask.addressee_id is None:
        latest = None
    else:
        parts = (
            CommunicationParty.objects.filter(part=CommunicationParty.Part.FROM, communication__day__isnull=False)
            .exclude(communication__kind=Communication.Kind.AUTOMATIC_REPLY)
            .filter(Q(party=ask.addressee_id) | Q(party__of=ask.addressee_id) | Q(party__of__of=ask.addressee_id))
            .filter(communication__day__year__gte=ask.asked_on.year)
            .values_list("communication__dated", "communication__day")
        )
        since = [max(day, ask.asked_on) for dated, day in parts if (last_day(dated, day) or day) >= ask.asked_on]
        latest = max(since, default=None)
    if latest != ask.last_reply_on:
        ask.last_reply_on = latest
        ask.save(update_fields=["last_reply_on"])
