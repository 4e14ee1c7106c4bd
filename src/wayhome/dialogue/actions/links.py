"""Outside links: made for the addressee of asks, shown once, sent by mail, revoked. What comes back is in `actions.outside`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue import tokens
from wayhome.dialogue.actions.replies import our_party
from wayhome.dialogue.models import Ask, OutsideLink, Party
from wayhome.dialogue.queries.links import addressed_to
from wayhome.dialogue.states import Position
from wayhome.dialogue.words import long_date

LONGEST_DAYS = 365
MOST_ASKS = 100


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link with its address, which exists nowhere else once this is gone. `mailed_to` is empty when no mail was sent."""

    link: OutsideLink
    url: str
    mailed_to: str = ""
    mail_problem: str = ""


def make_link(
    *,
    process: Process,
    user: Any,
    party: Party,
    asks: Sequence[Ask],
    days: int | None = None,
    language: str = "",
    may_answer: bool = True,
    note: str = "",
    mail_to: str = "",
) -> MadeLink:
    """Make a link with which `party` reads and answers these asks until it expires.

    The address is in the result alone; only its hash is kept. With `mail_to` it is sent there when the link is committed;
    when that fails the link still holds and the result says why.

    Raises:
        InvalidInput: no ask, an ask to somebody else or not sent, an expiry beyond a year, no mail address.
    """
    require(user, process, Permission.SHARE_LINK)
    days = settings.OUTSIDE_LINK_DAYS if days is None else days
    asks = list(asks)
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(_("A link holds for 1 to %(most)d days.") % {"most": LONGEST_DAYS}, field="days")
    if not 1 <= len(asks) <= MOST_ASKS:
        raise InvalidInput(_("A link is for 1 to %(most)d asks.") % {"most": MOST_ASKS}, field="asks")
    if party.process_id != process.pk or any(ask.process_id != process.pk for ask in asks):
        raise InvalidInput(_("This record belongs to another process."), field="party")
    theirs = set(addressed_to(party).filter(pk__in=[ask.pk for ask in asks]).values_list("pk", flat=True))
    for ask in asks:
        if ask.pk not in theirs:
            raise InvalidInput(
                _("%(ref)s was not put to %(party)s.") % {"ref": ask.ref, "party": party.name},
                _("A link shows a party only what was asked of it."),
                field="asks",
            )
        if ask.position == Position.DRAFTED:
            raise InvalidInput(_("%(ref)s is a draft that was not sent.") % {"ref": ask.ref}, field="asks")
    if language and language not in dict(settings.LANGUAGES):
        raise InvalidInput(_("This language is not one of the interface's."), field="language")
    if mail_to:
        try:
            validate_email(mail_to)
        except ValidationError:
            raise InvalidInput(_("This is no mail address."), field="mail_to") from None
    token = tokens.new_token()
    actor = Actor.of(user)
    with transaction.atomic():
        link = OutsideLink.objects.create(
            process=process,
            party=party,
            token_sha256=tokens.digest(token),
            language=language or party.language,
            may_answer=may_answer,
            note=note.strip()[:250],
            expires_at=timezone.now() + timedelta(days=days),
            made_by=user,
        )
        link.asks.set(asks)
        audit.record(
            "link.made",
            actor=actor,
            subject=link,
            process_id=process.pk,
            detail={"party": party.name, "asks": [ask.ref for ask in asks], "expires": link.expires_at.isoformat(), "days": days},
        )
    url = settings.PUBLIC_URL + reverse("outside", args=[token])
    if not mail_to:
        return MadeLink(link, url)
    problem = _send(link, url, mail_to, asks)
    with transaction.atomic():
        audit.record(
            "link.mailed" if not problem else "link.not_mailed",
            actor=actor,
            subject=link,
            process_id=process.pk,
            detail={"to": mail_to} if not problem else {"to": mail_to, "why": problem},
        )
    return MadeLink(link, url, "" if problem else mail_to, problem)


def _send(link: OutsideLink, url: str, to: str, asks: Sequence[Ask]) -> str:
    """Send the address; what went wrong, or nothing."""
    message = compose(link, url, asks)
    message.to = [to]
    try:
        message.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a header that cannot be written is a ValueError
        return str(error)[:200] or type(error).__name__
    return ""


def compose(link: OutsideLink, url: str, asks: Sequence[Ask]) -> EmailMessage:
    """The mail with a link, in the party's language, without a recipient yet."""
    ours = our_party(link.process, asks)
    with translation.override(link.language or link.process.language):
        who = ours.name if ours else link.process.name
        count = ngettext("%(n)d request", "%(n)d requests", len(asks)) % {"n": len(asks)}
        paragraphs = [
            link.party.salutation,
            _("%(who)s put %(count)s to %(party)s. With this address they can be read and answered, without an account:")
            % {"who": who, "count": count, "party": link.party.name},
            url,
            _("It holds until %(day)s and is meant for you alone: whoever has it can read and answer.")
            % {"day": long_date(timezone.localdate(link.expires_at))},
            who,
        ]
        subject = _("%(who)s: %(count)s to read and answer") % {"who": who, "count": count}
    return EmailMessage(" ".join(subject.split())[:200], "\n\n".join(one for one in paragraphs if one) + "\n")


def revoke_link(*, link: OutsideLink, user: Any) -> None:
    """End a link now. Answers given through it stay."""
    require(user, link.process, Permission.SHARE_LINK)
    with transaction.atomic():
        locked = OutsideLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        if locked.revoked_at is not None:
            raise Conflict(_("The link was revoked already."), code="revoked_already")
        locked.revoked_at, locked.revoked_by = timezone.now(), user
        locked.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("link.revoked", actor=Actor.of(user), subject=locked, process_id=locked.process_id)
    link.revoked_at = locked.revoked_at


def open_link(token: str, now: datetime | None = None) -> OutsideLink | None:
    """The link of a token, if it holds now. Bad, expired and revoked tokens all give None and nothing else."""
    if not tokens.is_ours(token):
        return None
    digest = tokens.digest(token)
    link = OutsideLink.objects.filter(token_sha256=digest).select_related("process", "party", "made_by").first()
    if link is None or not tokens.same(link.token_sha256, digest):
        return None
    now = now or timezone.now()
    if link.revoked_at is not None or link.expires_at <= now or link.party.merged_into_id is not None:
        return None
    return link
