"""A letter from the chosen asks to the approved words. Its sending is next door, in `actions.sending`.

`step` is the one writer of a letter's state: it checks the table `LETTER_STEPS`, who may, and which version is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue.actions import escalation
from wayhome.dialogue.actions.asks import correct
from wayhome.dialogue.models import Ask, Communication, Letter, LetterDecision, LetterVersion, Party
from wayhome.dialogue.states import LETTER_STEPS, Basis, LetterState, Position
from wayhome.outputs.composing import enclosure, text
from wayhome.outputs.composing.draft import Request, draft
from wayhome.outputs.composing.head import head
from wayhome.outputs.composing.language import codes, language
from wayhome.outputs.queries.letters import for_composing

MOST_ASKS = 200
MOST_PARAGRAPHS = 400
MOST_CHARACTERS = 200_000

_L = LetterState
NEEDED: dict[tuple[LetterState, LetterState], Permission] = {
    (_L.DRAFT, _L.IN_REVIEW): Permission.DRAFT_LETTER,
    (_L.DRAFT, _L.DISCARDED): Permission.DRAFT_LETTER,
    (_L.IN_REVIEW, _L.DRAFT): Permission.DRAFT_LETTER,
    (_L.IN_REVIEW, _L.APPROVED): Permission.APPROVE_LETTER,
    (_L.IN_REVIEW, _L.DISCARDED): Permission.DRAFT_LETTER,
    (_L.APPROVED, _L.DRAFT): Permission.DRAFT_LETTER,
    # A sent letter moves the asks in it, and an approved one is another person's decision too.
    (_L.APPROVED, _L.SENT): Permission.DECIDE,
    (_L.APPROVED, _L.DISCARDED): Permission.DECIDE,
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """Everything about a letter but its words."""

    sender: Party
    addressee: Party
    language: str
    copies: Sequence[Party] = ()
    reference: str = ""
    signatory: str = ""
    signatory_title: str = ""
    place: str = ""
    dated: date | None = None
    answer_by: date | None = None
    answer_basis: str = Basis.REQUEST
    answer_basis_text: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a version."""

    subject: str
    salutation: str
    paragraphs: list[str] = field(default_factory=list)
    closing: str = ""


def _check(process: Process, given: Particulars) -> Particulars:
    for name in ("sender", "addressee"):
        party = getattr(given, name)
        if party.process_id != process.pk:
            raise InvalidInput(_("This record belongs to another process."), field=name)
    if any(party.process_id != process.pk for party in given.copies):
        raise InvalidInput(_("This record belongs to another process."), field="copies")
    if not given.sender.ours:
        raise InvalidInput(
            _("A letter is sent by a party that speaks for the community."),
            _("Mark the party as ours on its page, or choose another sender."),
            field="sender",
        )
    if given.addressee.ours:
        raise InvalidInput(_("The addressee speaks for the community itself."), _("Choose another addressee."), field="addressee")
    if given.language not in codes():
        raise InvalidInput(_("Letters are not written in this language."), field="language")
    if given.answer_basis not in Basis.values:
        raise InvalidInput(
            _("A deadline needs its basis: law, the other side's promise, or the own request."), field="answer_basis"
        )
    if given.answer_by is not None:
        if given.answer_by <= (given.dated or timezone.localdate()):
            raise InvalidInput(_("The date for the answer lies before the letter."), _("Choose a later day."), field="answer_by")
        if given.answer_basis == Basis.LAW and not given.answer_basis_text.strip():
            raise InvalidInput(_("A deadline by law needs the law and its article."), field="answer_basis_text")
    return given


def _write(letter: Letter, given: Particulars) -> None:
    """The letter's own fields from `given`, without saving."""
    for one in fields(given):
        value = getattr(given, one.name)
        if one.name == "copies":
            continue
        if isinstance(value, str):
            limit = Letter._meta.get_field(one.name).max_length  # type: ignore[union-attr]
            value = text.line(value)[:limit]
        setattr(letter, one.name, value)


def _new_version(letter: Letter, actor: Actor, words: Words, table: list[enclosure.Row], as_of: date) -> LetterVersion:
    latest = letter.versions.order_by("-version").first()
    return LetterVersion.objects.create(
        letter=letter,
        version=(latest.version if latest else 0) + 1,
        subject=words.subject,
        salutation=words.salutation,
        paragraphs=words.paragraphs,
        closing=words.closing,
        head=head(letter, copies=list(letter.copies.order_by("name").prefetch_related("names")), as_of=as_of),
        enclosure=table,
        by_id=actor.user_id,
    )


def current(letter: Letter) -> LetterVersion:
    """The newest version."""
    return letter.versions.select_related("by").latest("version")


def _cite(letter: Letter, table: list[enclosure.Row]) -> None:
    numbers = {entry["communication"] for row in table for entry in row["earlier"]}
    letter.cites.set(Communication.objects.of(letter.process).filter(number__in=numbers))


def _compose(letter: Letter, as_of: date) -> tuple[Words, list[enclosure.Row]]:
    asks = for_composing(letter.asks.all())
    table = enclosure.rows(asks, addressee=letter.addressee, language=letter.language, as_of=as_of)
    made = draft(
        asks,
        table,
        language=language(letter.language),
        as_of=as_of,
        request=Request(letter.answer_by, letter.answer_basis, letter.answer_basis_text),
        salutation=letter.addressee.salutation if letter.addressee.language in {"", letter.language} else "",
    )
    return Words(text.line(made.subject), text.line(made.salutation), made.paragraphs, text.line(made.closing)), table


@transaction.atomic
def start(*, process: Process, actor: Actor, asks: Iterable[Ask], given: Particulars, put_others: bool = False) -> Letter:
    """Begin a letter to an addressee from asks, and compose its first version.

    Asks to another addressee are enclosed for information; with `put_others` they are put to this addressee as well, each as
    an escalation of its own (which needs the permission to decide).

    Raises:
        InvalidInput: no ask, a sender that is not ours, an unknown language, a date that has passed.
        Conflict: an ask that is closed, or that cannot be put to this addressee.
    """
    require_actor(actor, process, Permission.DRAFT_LETTER)
    _check(process, given)
    chosen = list(asks)
    _check_count(chosen)
    taken = [_taken(ask, process, given.addressee, actor, put_others) for ask in chosen]
    letter = Letter(process=process, number=next_number(Letter, process), written_by_id=actor.user_id)
    _write(letter, given)
    letter.save()
    letter.copies.set(given.copies)
    letter.asks.set(taken)
    today = timezone.localdate()
    words, table = _compose(letter, today)
    _cite(letter, table)
    _new_version(letter, actor, words, table, today)
    audit.record(
        "letter.started",
        actor=actor,
        subject=letter,
        process_id=process.pk,
        detail={"number": letter.number, "asks": sorted(ask.number for ask in taken), "addressee": given.addressee.name},
    )
    return letter


def _taken(ask: Ask, process: Process, addressee: Party, actor: Actor, put_others: bool) -> Ask:
    """The ask that goes into the letter: itself, or the one that puts it to this addressee."""
    if ask.process_id != process.pk:
        raise InvalidInput(_("This record belongs to another process."), field="asks")
    if ask.position == Position.CLOSED:
        raise Conflict(_("%(ref)s is closed.") % {"ref": ask.ref}, _("Open it again first, or leave it out."), code="closed")
    if ask.addressee_id == addressee.pk:
        return ask
    if ask.addressee_id is None and ask.position == Position.DRAFTED:
        return correct(ask=ask, actor=actor, addressee=addressee)
    if not put_others:
        return ask
    above = ask.escalated_to.filter(addressee=addressee).exclude(position=Position.CLOSED).first()
    return above or escalation.escalate(ask=ask, actor=actor, party=addressee, reason=str(_("Put with a letter.")))


def _locked(letter: Letter) -> Letter:
    """The letter's row, locked and fresh."""
    return Letter.objects.select_for_update(of=("self",)).select_related("process", "sender", "addressee").get(pk=letter.pk)


def _editable(letter: Letter, seen: int) -> LetterVersion:
    if letter.state != LetterState.DRAFT:
        raise Conflict(
            _("Words are changed in a draft; this letter is “%(state)s”.") % {"state": letter.get_state_display()},
            _("Take it back to draft first."),
            code="not_a_draft",
        )
    latest = current(letter)
    if latest.version != seen:
        raise Conflict(
            _("%(name)s saved version %(n)d meanwhile.") % {"name": latest.by or _("Somebody"), "n": latest.version},
            _("Your words are kept below. Compare the versions, then save again."),
            code="changed_meanwhile",
        )
    return latest


@transaction.atomic
def save(*, letter: Letter, actor: Actor, seen: int, words: Words, given: Particulars) -> LetterVersion:
    """Write a new version of a draft: its words and what stands around them. Nothing changed writes nothing.

    Args:
        seen: the version that the person had on the screen; a newer one in the database is a `Conflict`.
    """
    letter_now = _locked(letter)
    require_actor(actor, letter_now.process, Permission.DRAFT_LETTER)
    latest = _editable(letter_now, seen)
    _check(letter_now.process, given)
    cleaned = Words(
        text.line(words.subject)[:300],
        text.line(words.salutation)[:200],
        [paragraph for one in words.paragraphs for paragraph in text.paragraphs(one)],
        text.line(words.closing)[:300],
    )
    _check_words(cleaned)
    moved = given.addressee.pk != letter_now.addressee_id or given.language != letter_now.language
    _write(letter_now, given)
    letter_now.save()
    letter_now.copies.set(given.copies)
    as_of = date.fromisoformat(latest.head["as_of"]) if latest.head.get("as_of") else timezone.localdate()
    table = latest.enclosure
    if moved:  # whom an ask is put to, and the language of names, stand in the table
        as_of = timezone.localdate()
        table = enclosure.rows(
            for_composing(letter_now.asks.all()), addressee=given.addressee, language=given.language, as_of=as_of
        )
    around = head(letter_now, copies=list(letter_now.copies.order_by("name").prefetch_related("names")), as_of=as_of)
    same = (latest.subject, latest.salutation, latest.paragraphs, latest.closing, latest.head, latest.enclosure)
    if same == (cleaned.subject, cleaned.salutation, cleaned.paragraphs, cleaned.closing, around, table):
        return latest
    version = _new_version(letter_now, actor, cleaned, table, as_of)
    _log_saved(letter_now, version, actor)
    letter.refresh_from_db()
    return version


def _check_words(words: Words) -> None:
    if not words.subject:
        raise InvalidInput(_("A letter needs a subject."), field="subject")
    if not words.paragraphs:
        raise InvalidInput(_("A letter needs words."), field="body")
    if len(words.paragraphs) > MOST_PARAGRAPHS or sum(map(len, words.paragraphs)) > MOST_CHARACTERS:
        raise InvalidInput(
            _("A letter has at most %(p)d paragraphs and %(c)d characters.") % {"p": MOST_PARAGRAPHS, "c": MOST_CHARACTERS},
            _("Put the rest into an enclosure."),
            field="body",
        )


def _log_saved(letter: Letter, version: LetterVersion, actor: Actor, how: str = "") -> None:
    detail: dict[str, Any] = {"number": letter.number, "version": version.version}
    if how:
        detail["how"] = how
    audit.record("letter.saved", actor=actor, subject=letter, process_id=letter.process_id, detail=detail)


@transaction.atomic
def compose_again(*, letter: Letter, actor: Actor, seen: int, table_only: bool) -> LetterVersion:
    """A new version of a draft from the asks as they stand today: the enclosed table alone, or the words as well.

    The words that a person wrote stay in the version before.
    """
    letter_now = _locked(letter)
    require_actor(actor, letter_now.process, Permission.DRAFT_LETTER)
    latest = _editable(letter_now, seen)
    today = timezone.localdate()
    words, table = _compose(letter_now, today)
    if table_only:
        words = Words(latest.subject, latest.salutation, latest.paragraphs, latest.closing)
    _cite(letter_now, table)
    version = _new_version(letter_now, actor, words, table, today)
    _log_saved(letter_now, version, actor, "table" if table_only else "composed")
    return version


def _check_count(chosen: list[Ask]) -> None:
    if not chosen:
        raise InvalidInput(
            _("A letter needs at least one ask."), _("Pick asks in the docket, or an addressee here."), field="asks"
        )
    if len(chosen) > MOST_ASKS:
        raise InvalidInput(_("A letter takes at most %(n)d asks.") % {"n": MOST_ASKS}, field="asks")


@transaction.atomic
def set_asks(*, letter: Letter, actor: Actor, seen: int, asks: Iterable[Ask]) -> LetterVersion:
    """Choose the asks of a draft anew: a new version with the table made again. The words stay; the page says what they lack.

    Raises:
        InvalidInput: no ask left, too many. Conflict: a closed ask that was not in the letter before, a newer version.
    """
    locked = _locked(letter)
    require_actor(actor, locked.process, Permission.DRAFT_LETTER)
    latest = _editable(locked, seen)
    chosen = list(asks)
    _check_count(chosen)
    before = set(locked.asks.values_list("pk", flat=True))
    taken = [ask if ask.pk in before else _taken(ask, locked.process, locked.addressee, actor, False) for ask in chosen]
    if {ask.pk for ask in taken} == before:
        return latest
    locked.asks.set(taken)
    today = timezone.localdate()
    table = enclosure.rows(for_composing(locked.asks.all()), addressee=locked.addressee, language=locked.language, as_of=today)
    _cite(locked, table)
    words = Words(latest.subject, latest.salutation, latest.paragraphs, latest.closing)
    version = _new_version(locked, actor, words, table, today)
    _log_saved(locked, version, actor, "asks")
    return version


@transaction.atomic
def step(*, letter: Letter, to: str, actor: Actor, seen: int, note: str = "") -> LetterDecision:
    """Take one step other than sending.

    Args:
        seen: the version that the person decides about. A newer one is a `Conflict`: nobody approves what they did not read.
        note: needed when a letter goes back to draft.

    Raises:
        Conflict: a step that the table forbids, a newer version, an approval by the writer of the version.
    """
    if to == LetterState.SENT:
        raise InvalidInput(_("Sending has a step of its own."), field="to")
    locked = _locked(letter)
    decision = write_step(locked, to, actor=actor, seen=seen, note=note)
    letter.state = locked.state
    return decision


def write_step(letter: Letter, to: str, *, actor: Actor, seen: int, note: str = "") -> LetterDecision:
    """Check and write a step of a letter that the caller locked in this transaction."""
    before = LetterState(letter.state)
    if to not in LetterState.values or LetterState(to) not in LETTER_STEPS[before]:
        raise Conflict(
            _("“%(before)s” cannot be followed by “%(after)s”.")
            % {"before": before.label, "after": LetterState(to).label if to in LetterState.values else to},
            _("Read the page again: somebody may have taken the step already."),
            code="no_such_step",
        )
    after = LetterState(to)
    require_actor(actor, letter.process, NEEDED[before, after])
    latest = current(letter)
    if latest.version != seen:
        raise Conflict(
            _("The letter has version %(n)d by now.") % {"n": latest.version},
            _("Read it, then decide."),
            code="changed_meanwhile",
        )
    if after == LetterState.APPROVED and actor.user_id is not None and actor.user_id == latest.by_id:
        raise Conflict(
            _("You wrote this version; a second person approves it."),
            _("Ask somebody else who may approve letters."),
            code="own_words",
        )
    if after == LetterState.APPROVED and actor.user_id is None:
        raise Conflict(_("A person approves a letter."), code="no_person")
    if after == LetterState.DRAFT and not text.clean(note):
        raise InvalidInput(
            _("Going back to draft needs a note: what is to be changed."), _("Write it in one sentence."), field="note"
        )
    letter.state = after
    letter.save(update_fields=["state"])
    decision = LetterDecision.objects.create(
        letter=letter, version=latest.version, before=before, after=after, note=text.clean(note)[:2000], by_id=actor.user_id
    )
    audit.record(
        "letter.state",
        actor=actor,
        subject=letter,
        process_id=letter.process_id,
        detail={"number": letter.number, "version": latest.version, "before": before, "after": after},
    )
    return decision
