"""Calendar feeds: make a secret address, revoke it."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.models import CalendarFeed


def digest_of(token: str) -> str:
    """What is kept of a token: its SHA-256. The token has 256 bits of its own, so no key is needed."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


@transaction.atomic
def make_feed(*, process: Process, actor: Actor) -> str:
    """A new secret token for the actor's own deadlines; every earlier one of theirs in the process is revoked.

    Returns:
        The token, which is shown once and kept nowhere.
    """
    require_actor(actor, process, Permission.VIEW)
    if actor.user_id is None:
        raise InvalidInput("A feed belongs to a person.")
    _revoke(process, actor)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(process=process, user_id=actor.user_id, token_sha256=digest_of(token))
    audit.record("feed.made", actor=actor, subject=feed, process_id=process.pk)
    return token


@transaction.atomic
def revoke_feeds(*, process: Process, actor: Actor) -> int:
    """Revoke the actor's feeds in the process; the number revoked."""
    return _revoke(process, actor)


def _revoke(process: Process, actor: Actor) -> int:
    feeds = list(CalendarFeed.objects.of(process).filter(user=actor.user_id, revoked_at=None))
    for feed in feeds:
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
        audit.record("feed.revoked", actor=actor, subject=feed, process_id=process.pk)
    return len(feeds)
