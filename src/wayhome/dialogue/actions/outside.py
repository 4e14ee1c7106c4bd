"""An outside party answers through its link: a document with its words, a communication, and for each ask a proposal.

Nothing it says moves an ask; a person of the process confirms (`actions.answers.decide`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput, TooLarge
from wayhome.dialogue.actions.documents import add_file, queue
from wayhome.dialogue.actions.replies import make_communication, our_party
from wayhome.dialogue.filenames import safe_name
from wayhome.dialogue.models import Answer, Ask, Communication, Document, Incoming, OutsideLink
from wayhome.dialogue.passages import passage_at
from wayhome.dialogue.queries.links import Shown, shown_asks
from wayhome.dialogue.states import Position
from wayhome.dialogue.words import long_date

Effect = Answer.Effect
# What a party can answer. An acknowledgement is no answer, and silence needs no form.
EFFECTS = (
    Effect.ACCEPTED,
    Effect.PARTLY_ACCEPTED,
    Effect.REFUSED,
    Effect.CLARIFICATION_ASKED,
    Effect.REDIRECTED,
    Effect.DEFERRED,
)
LONGEST_TEXT = 10_000  # characters of one answer
MOST_FILES = 3
MOST_BYTES = 10 * 1024 * 1024  # of one file
KINDS = (".pdf", ".docx", ".txt", ".md", ".html", ".eml")  # what the engine reads


@dataclass(frozen=True, slots=True)
class Given:
    """What a party says to one ask, as it filled in the form."""

    ask: Ask
    effect: str
    text: str = ""
    due_on: date | None = None
    redirected_name: str = ""


def actor_of(link: OutsideLink) -> Actor:
    """The party with this link, for the audit log."""
    return Actor(None, f"{link.party.name[:150]} (link {str(link.uid)[:8]})", "link")


def effect_words() -> dict[str, str]:
    """How the form and the document name each answer, in the active language."""
    return {
        Effect.ACCEPTED: _("Yes, in full"),
        Effect.PARTLY_ACCEPTED: _("Yes, in part"),
        Effect.REFUSED: _("No"),
        Effect.CLARIFICATION_ASKED: _("We have a question first"),
        Effect.REDIRECTED: _("Somebody else is competent"),
        Effect.DEFERRED: _("Later, on a date"),
    }


def check(given: Given) -> None:
    """Raise `InvalidInput` with the field that is wanting."""
    if given.effect not in EFFECTS:
        raise InvalidInput(_("Choose an answer."), field="effect")
    if len(given.text) > LONGEST_TEXT:
        raise InvalidInput(_("The answer is longer than %(n)d characters.") % {"n": LONGEST_TEXT}, field="text")
    if given.effect in {Effect.PARTLY_ACCEPTED, Effect.CLARIFICATION_ASKED} and not given.text.strip():
        problem = {
            Effect.PARTLY_ACCEPTED: _("Which part?"),
            Effect.CLARIFICATION_ASKED: _("What is the question?"),
        }[given.effect]
        raise InvalidInput(problem, _("Write it in the field under the answer."), field="text")
    if given.effect == Effect.REDIRECTED and not given.redirected_name.strip():
        raise InvalidInput(_("Who is competent?"), _("Name the office or person."), field="redirected_name")
    if given.effect == Effect.DEFERRED:
        if given.due_on is None:
            raise InvalidInput(_("Until when?"), _("Give a date."), field="due_on")
        if given.due_on <= timezone.localdate():
            raise InvalidInput(_("The date has passed."), _("Give a date after today."), field="due_on")


def check_file(name: str, size: int) -> None:
    """Raise for a file that is empty, too large, or of a kind that cannot be read."""
    shown = safe_name(name)
    if PurePath(shown).suffix.lower() not in KINDS:
        raise InvalidInput(
            _("%(name)s is of a kind that cannot be read here.") % {"name": shown},
            _("Attach one of these: %(kinds)s.") % {"kinds": ", ".join(kind[1:].upper() for kind in KINDS)},
            field="files",
        )
    limit = min(MOST_BYTES, settings.UPLOAD_MAX_BYTES)
    if size > limit:
        raise TooLarge(
            _("%(name)s has %(size)s; the limit is %(limit)s.")
            % {"name": shown, "size": filesizeformat(size), "limit": filesizeformat(limit)},
            _("Attach a smaller file, or send it by post or mail."),
            field="files",
        )
    if size == 0:
        raise InvalidInput(_("%(name)s is empty.") % {"name": shown}, field="files")


def answer(
    *,
    link: OutsideLink,
    given: Sequence[Given],
    name: str,
    office: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    language: str = "en",
) -> Communication:
    """Keep what the party answered. The link was opened (`actions.links.open_link`) and the rates were checked by the caller.

    Raises:
        Conflict: the link does not hold any more, or is for reading alone. InvalidInput, TooLarge: see `check`, `check_file`.
    """
    if not given:
        raise InvalidInput(_("No request was answered."), _("Answer at least one of them."), field="effect")
    if not name.strip():
        raise InvalidInput(_("Who answers?"), _("Give your name."), field="name")
    if len(files) > MOST_FILES:
        raise InvalidInput(_("At most %(n)d files can be attached.") % {"n": MOST_FILES}, field="files")
    for one in given:
        check(one)
    for file_name, data in files:
        check_file(file_name, len(data))
    with transaction.atomic():
        locked = OutsideLink.objects.select_for_update(of=("self",)).select_related("process", "party").get(pk=link.pk)
        if locked.revoked_at is not None or locked.expires_at <= timezone.now() or not locked.may_answer:
            raise Conflict(_("The link does not hold any more."), code="link_ended")
        shown = {row.ask.pk: row for row in shown_asks(locked)}
        if any(one.ask.pk not in shown for one in given):
            raise Conflict(
                _("One of these requests is no longer shown by this link."), _("Load the page again."), code="not_shown"
            )
        return _write(locked, list(given), shown, who=(name.strip()[:150], office.strip()[:150]), files=files, language=language)


def _write(
    link: OutsideLink,
    given: list[Given],
    shown: dict[int, Shown],
    *,
    who: tuple[str, str],
    files: Sequence[tuple[str, bytes]],
    language: str,
) -> Communication:
    process, actor, today = link.process, actor_of(link), timezone.localdate()
    with translation.override(language):
        text, spans = compose(link, given, shown, who=who, on=today)
        title = _("Answer of %(party)s") % {"party": link.party.name}
    added = add_file(
        process=process,
        name=f"{title} {today.isoformat()}.txt",
        data=text.encode(),
        actor=actor,
        origin=Document.Origin.OUTSIDE,
        received_on=today,
        # The answer repeats what is asked; where that is kept from some who work here, the answer is as well.
        restricted=Ask.objects.unreadable().filter(pk__in=[one.ask.pk for one in given]).exists(),
        read=False,
    )
    if not added.new:
        raise Conflict(_("This answer was given already."), code="same_answer")
    document = added.document
    document.text, document.language, document.title, document.dated = text, language, title[:300], today.isoformat()
    document.save(update_fields=["text", "language", "title", "dated"])
    queue(document)  # the engine looks for promises and dates in it as in any other reply
    letters = list(dict.fromkeys(one.ask.communication for one in given if one.ask.communication is not None))
    row = make_communication(
        process=process,
        actor=actor,
        kind=Communication.Kind.REPLY,
        sender=link.party,
        recipient=our_party(process, [one.ask for one in given]),
        on=today,
        document=document,
        title=title,
        earlier=max(letters, key=lambda letter: (letter.day or date.min, letter.pk)) if letters else None,
    )
    for file_name, data in files:
        add_file(
            process=process,
            name=file_name,
            data=data,
            actor=actor,
            origin=Document.Origin.OUTSIDE,
            received_on=today,
            enclosed_in=document,
        )
    for one, span in zip(given, spans, strict=True):
        Answer.objects.filter(ask=one.ask, link=link, state=Answer.State.OPEN).update(state=Answer.State.REPLACED)
        Answer.objects.create(
            process=process,
            ask=one.ask,
            communication=row,
            effect=one.effect,
            passage=passage_at(document, *span),
            words=one.text.strip(),
            due_on=one.due_on if one.effect == Effect.DEFERRED else None,
            redirected_name=one.redirected_name.strip()[:250] if one.effect == Effect.REDIRECTED else "",
            origin=Answer.Origin.OUTSIDE,
            link=link,
        )
    Incoming.objects.create(
        process=process,
        source=Incoming.Source.LINK,
        state=Incoming.State.FILED,
        key=f"link:{uuid.uuid4()}",
        subject=title[:300],
        sender_name=", ".join(part for part in who if part)[:200],
        sent_on=today.isoformat(),
        document=document,
        communication=row,
        party=link.party,
        earlier=row.in_reply_to,
        match=Incoming.Match.MESSAGE if row.in_reply_to_id else "",
    )
    _settle_replaced(link)
    audit.record(
        "link.answered",
        actor=actor,
        subject=link,
        process_id=process.pk,
        detail={
            "communication": row.ref,
            "asks": [{"ask": one.ask.ref, "effect": one.effect} for one in given],
            "files": len(files),
        },
    )
    transaction.on_commit(lambda: _tell(link, row))
    return row


def _settle_replaced(link: OutsideLink) -> None:
    """Earlier answers of which nothing waits any more leave the inbox."""
    Incoming.objects.filter(source=Incoming.Source.LINK, state=Incoming.State.FILED, communication__answers__link=link).exclude(
        communication__answers__state=Answer.State.OPEN
    ).update(state=Incoming.State.DONE)


def compose(
    link: OutsideLink, given: Sequence[Given], shown: dict[int, Shown], *, who: tuple[str, str], on: date
) -> tuple[str, list[tuple[int, int]]]:
    """The answer as a text, and for each ask where its answer stands in it."""
    signed = ", ".join(part for part in who if part)
    head = _("%(party)s, %(day)s. Given through a link by %(who)s.") % {
        "party": link.party.name,
        "day": long_date(on),
        "who": signed,
    }
    # Two answers with the same words in one minute are two documents all the same.
    text = f"{head}\n{_('Number of this answer:')} {uuid.uuid4().hex[:12]}\n"
    spans: list[tuple[int, int]] = []
    words = effect_words()
    for one in given:
        text += f"\n{one.ask.ref} {_plain(one.ask.action)}\n\n"
        begun = len(text)
        said = f"{words[one.effect]}"
        if one.effect == Effect.DEFERRED and one.due_on is not None:
            said += f": {long_date(one.due_on)}"
        elif one.effect == Effect.REDIRECTED:
            said += f": {_plain(one.redirected_name)}"
        text += said + "."
        if one.text.strip():
            text += " " + _lines(one.text)
        spans.append((begun, len(text)))
        text += "\n"
    return text, spans


def _plain(words: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())


def _lines(words: str) -> str:
    """The party's lines without control characters; a blank line between two stays one."""
    lines = [_plain(line) for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def _tell(link: OutsideLink, row: Communication) -> None:
    """Tell the maker of the link that an answer came; what it says is read after log-in alone."""
    maker = link.made_by
    if maker is None or not maker.is_active or not maker.email:
        return
    with translation.override(maker.language or link.process.language):
        url = settings.PUBLIC_URL + reverse("reply_link", args=[link.process.slug, row.number])
        message = EmailMessage(
            " ".join((_("An answer came from %(party)s") % {"party": link.party.name}).split())[:200],
            _("%(party)s answered through its link. Nothing has moved yet; read and confirm it here:")
            % {"party": link.party.name}
            + f"\n\n{url}\n",
            to=[maker.email],
        )
    try:
        message.send()
    except (OSError, ValueError):
        return  # the inbox shows it all the same


def copy_of(link: OutsideLink) -> str:
    """The party's own copy: what was asked and what it answered through this link, in the active language."""
    words = effect_words()
    lines = [
        f"{link.party.name} · {link.process.name}",
        _("Requests and answers as of %(day)s") % {"day": long_date(timezone.localdate())},
    ]
    for row in shown_asks(link):
        lines += ["", "-" * 60, f"{row.ask.ref} {_plain(row.ask.action)}"]
        if row.letter_day:
            reference = f", {row.letter_reference}" if row.letter_reference else ""
            lines.append(_("Our letter of %(day)s") % {"day": long_date(row.letter_day)} + reference)
        lines += [f"    “{_plain(quote)}”" for quote in row.quotes]
        if row.hidden:
            lines.append(_("Its words stand in a letter that is not shown here."))
        for one in reversed(row.answers):
            lines += ["", f"{long_date(timezone.localdate(one.created_at))}: {words.get(one.effect, one.effect)}"]
            if one.due_on:
                lines.append(f"    {long_date(one.due_on)}")
            if one.redirected_name:
                lines.append(f"    {_plain(one.redirected_name)}")
            lines += [f"    {line}" for line in one.words.splitlines()]
        if not row.answers:
            lines.append(_("Not answered through this link."))
    return "\n".join(lines) + "\n"


def is_open(ask: Ask) -> bool:
    """Whether an answer to the ask can still be given."""
    return ask.position not in {Position.CLOSED, Position.DRAFTED}
