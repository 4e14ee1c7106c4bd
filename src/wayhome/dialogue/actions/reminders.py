"""Reminders: a note to a colleague that a date comes near or has passed, by e-mail, once."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.accounts.models import Process, User
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import access, require_actor
from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.actions.evidence import Subject
from wayhome.dialogue.models import Ask, Reminder
from wayhome.dialogue.queries.asks import clock, reads
from wayhome.dialogue.words import clock_words, long_date


@transaction.atomic
def remind(*, subject: Subject, user: User, on: date, actor: Actor, note: str = "") -> Reminder:
    """Have `user` reminded of an ask or a commitment on a day, today at the earliest."""
    require_actor(actor, subject.process, Permission.DECIDE)
    if on < timezone.localdate():
        raise InvalidInput(gettext_lazy("The day has passed."), gettext_lazy("Choose today or later."), field="on")
    if not access(user, subject.process).may(Permission.VIEW):
        raise InvalidInput(gettext_lazy("This person holds no role in the process."), field="user")
    if not reads(user, subject):
        raise InvalidInput(
            gettext_lazy("This person may not read the restricted document in which it stands."),
            gettext_lazy("Remind somebody whose role includes restricted documents."),
            field="user",
        )
    owner = {"ask": subject} if isinstance(subject, Ask) else {"commitment": subject}
    reminder, made = Reminder.objects.get_or_create(**owner, user=user, on=on, sent_at=None, defaults={"note": note[:250]})
    if made:
        audit.record(
            "ask.reminder_set" if isinstance(subject, Ask) else "commitment.reminder_set",
            actor=actor,
            subject=subject,
            process_id=subject.process_id,
            detail={"reminder": reminder.pk, "user": user.pk, "on": on.isoformat()},
        )
    return reminder


def send_due_reminders(*, today: date | None = None, actor: Actor = SYSTEM) -> int:
    """Send every reminder whose day has come and that was not sent; the number sent. Run daily: `wayhome remind`.

    A reminder is marked as sent in its own transaction and mailed when that is committed, so that a crash in between loses one
    mail at most and never sends one twice. Somebody who lost the role since, or may not read its words by now, gets none.
    """
    today = today or timezone.localdate()
    sent = 0
    due = Reminder.objects.filter(on__lte=today, sent_at=None).order_by("pk").values_list("pk", flat=True)
    for pk in list(due):
        with transaction.atomic():
            reminder = (
                Reminder.objects.select_for_update(of=("self",))
                .select_related("user", "ask__process", "ask__addressee", "commitment__process", "commitment__who")
                .filter(pk=pk, sent_at=None)
                .first()
            )
            if reminder is None:
                continue
            subject = reminder.ask or reminder.commitment
            if subject is None:
                continue
            reminder.sent_at = timezone.now()
            reminder.save(update_fields=["sent_at"])
            may_see = reads(reminder.user, subject)
            audit.record(
                "reminder.sent" if may_see else "reminder.dropped",
                actor=actor,
                subject=subject,
                process_id=subject.process_id,
                detail={"reminder": reminder.pk, "user": reminder.user_id},
            )
            if may_see:
                message = compose(reminder, subject, today)
                transaction.on_commit(message.send)
                sent += 1
    return sent


def compose(reminder: Reminder, subject: Subject, today: date) -> EmailMessage:
    """The mail, in the language of the one who gets it. It names the ask, its addressee and its clock; it quotes no document."""
    process: Process = subject.process
    with translation.override(reminder.user.language or process.language):
        if isinstance(subject, Ask):
            head, tail = clock_words(clock(subject, today), subject.due_basis_text)
            state = f"{head}; {tail}" if tail else head
            party = subject.addressee
            path = reverse("ask", args=[process.slug, subject.number])
            words = subject.action
        else:
            state = _("due %(date)s") % {"date": long_date(subject.due_on)} if subject.due_on else _("no date")
            party = subject.who
            path = reverse("commitment", args=[process.slug, subject.number])
            words = subject.what
        body = [f"{subject.ref}  {words}", "", f"{party.name if party else _('nobody named')}: {state}"]
        if reminder.note:
            body += ["", reminder.note]
        body += ["", f"{settings.PUBLIC_URL}{path}"]
        return EmailMessage(
            subject=_("%(ref)s: %(state)s") % {"ref": subject.ref, "state": state},
            body="\n".join(body),
            to=[reminder.user.email],
            connection=get_connection(),
        )
