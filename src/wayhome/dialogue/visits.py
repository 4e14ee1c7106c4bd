"""How often an outside link, and one address, may be used: counted in the table of visits, bounded by time.

Refused uses are written down once in a window and not counted, so that a flood fills neither the table nor the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from wayhome.dialogue.models import OutsideLink, OutsideVisit

OPENED, ANSWERED, SAVED, UNKNOWN, LIMITED = "opened", "answered", "saved", "unknown", "limited"
KEPT_UNKNOWN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` uses in `seconds`."""

    most: int
    seconds: int


PER_ADDRESS = Rate(120, 600)
UNKNOWN_PER_ADDRESS = Rate(20, 600)  # addresses of links that do not exist
PER_LINK = Rate(90, 600)
ANSWERS_PER_LINK = Rate(12, 3600)


def address_wait(address: str) -> int:
    """Seconds that this address (its hash) must wait; 0 when it may go on. Asked before the link is even looked at."""
    return _wait(PER_ADDRESS, address_hash=address) or _wait(UNKNOWN_PER_ADDRESS, address_hash=address, act=UNKNOWN)


def link_wait(link: OutsideLink, act: str) -> int:
    """Seconds that the users of this link must wait for `act`."""
    if act == ANSWERED and (wait := _wait(ANSWERS_PER_LINK, link=link, act=ANSWERED)):
        return wait
    return _wait(PER_LINK, link=link)


def _wait(rate: Rate, **which: object) -> int:
    now = timezone.now()
    since = now - timedelta(seconds=rate.seconds)
    times = list(
        OutsideVisit.objects.filter(at__gt=since, **which)
        .exclude(act=LIMITED)
        .order_by("-at")
        .values_list("at", flat=True)[: rate.most]
    )
    if len(times) < rate.most:
        return 0
    return max(1, int((times[-1] + timedelta(seconds=rate.seconds) - now).total_seconds()) + 1)


def note(address: str, act: str, link: OutsideLink | None = None) -> bool:
    """Write a use down; whether it was written. Of refused uses the first in ten minutes is."""
    now = timezone.now()
    if act == LIMITED:
        since = now - timedelta(seconds=PER_ADDRESS.seconds)
        if OutsideVisit.objects.filter(address_hash=address, link=link, act=LIMITED, at__gt=since).exists():
            return False
    if act == UNKNOWN:
        OutsideVisit.objects.filter(link=None, at__lt=now - KEPT_UNKNOWN).delete()
    OutsideVisit.objects.create(link=link, address_hash=address, act=act)
    return True
