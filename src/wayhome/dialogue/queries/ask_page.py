"""Everything the page of an ask shows: its thread, evidence, ladder, clocks, what it concerns. A constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.accounts.models import Process
from wayhome.dialogue.clocks import basis_words
from wayhome.dialogue.models import (
    Ask,
    AskEvent,
    AskPassage,
    Communication,
    CommunicationParty,
    Deadline,
    Evidence,
    Passage,
    Silence,
)
from wayhome.dialogue.queries.ladder import may_be_asked_from
from wayhome.dialogue.queries.passages import WITHOUT_TEXT, Citation, cite, speaking, text_url
from wayhome.dialogue.states import ANSWERED_POSITIONS, Axis, Basis, Position
from wayhome.dialogue.words import long_date, silence_words


@dataclass(slots=True)
class Item:
    """One communication of the thread, or the stretch of silence at its end."""

    on: date | None
    who: str
    says: list[str] = field(default_factory=list)
    quotes: list[Citation] = field(default_factory=list)
    ref: str = ""
    kind: str = ""
    url: str = ""
    gap: str = ""
    dated: str = ""


@dataclass(slots=True)
class Rung:
    """One step of who has been asked: done, now or next."""

    state: str
    name: str
    ask: Ask | None = None
    note: str = ""
    tone_of: str = ""


@dataclass(slots=True)
class ClockLine:
    """One line of the clocks: a word, the figure, how it came about; `struck` for a date that no longer stands."""

    title: str
    value: str
    note: str = ""
    struck: bool = False


def get(process: Process, number: int, *, restricted: bool) -> Ask | None:
    """The ask with what its page needs of its neighbours; None outside the process, or where the person may not read its words."""
    return (
        Ask.objects.of(process)
        .readable(restricted=restricted)
        .filter(number=number)
        .select_related(
            "process", "addressee", "asker", "communication", "same_as", "escalated_from__addressee", "added_by", "escalation"
        )
        .first()
    )


def events(ask: Ask) -> list[AskEvent]:
    """The log in the order in which it was written."""
    return list(ask.events.select_related("passage__document", "by").defer(*(f"passage__{name}" for name in WITHOUT_TEXT)))


def passages(ask: Ask) -> list[AskPassage]:
    return list(
        ask.passages.select_related("passage__document").defer(*(f"passage__{name}" for name in WITHOUT_TEXT)).order_by("id")
    )


def thread(
    ask: Ask,
    log: list[AskEvent],
    links: list[AskPassage],
    *,
    today: date,
    searched: int,
    restricted: bool,
) -> list[Item]:
    """The communications that carry, repeat, answer or mention the ask, newest first, each with its words.

    A communication belongs to the thread through an event, or because a passage of the ask stands in its document.
    """
    silences = list(
        Silence.objects.filter(asks=ask)
        .select_related("passage__document", "stated_by", "communication")
        .defer(*(f"passage__{name}" for name in WITHOUT_TEXT))
    )
    ids = {event.communication_id for event in log if event.communication_id} | {ask.communication_id} - {None}
    ids |= {silence.communication_id for silence in silences if silence.communication_id}
    documents = {link.passage.document_id for link in links}
    found = (
        Communication.objects.of(ask.process)
        .filter(Q(pk__in=ids - {None}) | Q(document__in=documents))
        .select_related("document")
        .defer(*WITHOUT_TEXT)
        .prefetch_related(
            Prefetch("parts", CommunicationParty.objects.exclude(part="copy").select_related("party"), to_attr="sides")
        )
    )
    by_event: dict[int, list[AskEvent]] = defaultdict(list)
    for event in log:
        if event.communication_id:
            by_event[event.communication_id].append(event)
    items = []
    for communication in found:
        items.append(_item(ask, communication, by_event[communication.pk], links, silences, restricted=restricted))
    items += _loose(log)
    items.sort(key=lambda item: (item.on or date.min, item.ref), reverse=True)
    gap = silence_words(ask, today=today, searched=searched)
    if gap:
        items.insert(0, Item(today, "", gap=gap))
    return items


def _item(
    ask: Ask,
    communication: Communication,
    log: list[AskEvent],
    links: list[AskPassage],
    silences: list[Silence],
    *,
    restricted: bool,
) -> Item:
    document = communication.document
    hidden = document is not None and document.restricted and not restricted
    slug = ask.process.slug
    item = Item(
        on=communication.day,
        who=_names(communication, "from") or _("Sender not named"),
        ref=communication.ref,
        kind=communication.get_kind_display(),
        url="" if hidden or document is None else text_url(document, communication, slug),
        dated=communication.dated,
    )
    here: list[Passage] = []
    repeated: set[int] = set()
    for link in links:
        if document is not None and link.passage.document_id == document.pk:
            here.append(link.passage)
            if link.use == AskPassage.Use.REPEATS:
                item.says.append(_("put the request again"))
                repeated.add(link.passage_id)
            elif link.use == AskPassage.Use.STATES and communication.pk != ask.communication_id:
                to = _names(communication, "to")
                item.says.append(_("asked this of %(party)s") % {"party": to} if to else _("asked"))
    for event in log:
        if event.axis == Axis.NOTE and event.passage_id in repeated:
            continue  # said already: put again
        item.says += _says(event, communication.day)
        if event.passage is not None:
            here.append(event.passage)
    for silence in silences:
        if silence.communication_id == communication.pk or (document and silence.passage.document_id == document.pk):
            item.says.append(_("states: %(kind)s") % {"kind": silence.get_kind_display()})
            here.append(silence.passage)
    if communication.pk == ask.communication_id and not item.says:
        item.says.append(_("asked"))
    if not item.says and communication.summary and not hidden:
        item.says.append(communication.summary)
    item.says = list(dict.fromkeys(item.says))
    unique = {passage.pk: passage for passage in here}
    item.quotes = [cite(passage, communication, restricted=restricted, slug=slug) for passage in unique.values()]
    return item


def _names(communication: Communication, part: str) -> str:
    return ", ".join(side.party.name for side in communication.sides if side.part == part)  # type: ignore[attr-defined]


def _says(event: AskEvent, day: date | None) -> list[str]:
    said: list[str] = []
    if event.axis == Axis.POSITION:
        match event.after:
            case Position.MADE if event.before == Position.CLOSED:
                pass  # opened again: its note says why
            case Position.MADE:
                said.append(
                    _("clarified; the clock goes on")
                    if event.before == Position.CLARIFICATION_ASKED
                    else _("asked for the first time")
                )
            case Position.ACKNOWLEDGED:
                said.append(_("acknowledged. An acknowledgement does not stop the answer clock."))
            case _other:
                said.append(_("answered: %(state)s") % {"state": Position(event.after).label})
        if event.note:
            said.append(event.note)
    elif event.axis == Axis.NOTE and event.note:
        said.append(event.note)
    elif event.axis == Axis.DELIVERY and event.after in {"received", "bounced"} and event.on != day:
        word = _("received") if event.after == "received" else _("came back undelivered")
        said.append(_("%(word)s on %(date)s") % {"word": word, "date": long_date(event.on)})
    return said


def _loose(log: list[AskEvent]) -> list[Item]:
    """Answers and notes that were logged without a communication, e.g. said by telephone."""
    items = []
    for event in log:
        if event.communication_id is None and event.axis in {Axis.POSITION, Axis.NOTE, Axis.OUTCOME}:
            if event.axis == Axis.POSITION and event.after in {Position.MADE, Position.DRAFTED} and not event.note:
                continue
            state = str(Position(event.after).label) if event.axis == Axis.POSITION else ""
            words = [word for word in (state, event.note) if word]
            if words:
                items.append(Item(event.on, event.by_label, words, kind=_("entry")))
    return items


def evidence(ask: Ask, *, restricted: bool) -> list[dict[str, Any]]:
    return evidence_rows(ask.evidence.all(), ask.process.slug, restricted=restricted)


def evidence_rows(rows: QuerySet[Evidence], slug: str, *, restricted: bool) -> list[dict[str, Any]]:
    """Evidence with its chip and its passage; two queries."""
    found = list(rows.select_related("passage__document").defer(*(f"passage__{name}" for name in WITHOUT_TEXT)))
    spoken = speaking(row.passage.document_id for row in found if row.passage is not None)
    return [_evidence_row(row, slug, spoken, restricted=restricted) for row in found]


def _evidence_row(row: Evidence, slug: str, spoken: dict[int, Communication], *, restricted: bool) -> dict[str, Any]:
    tone = {Evidence.Standing.VERIFIED: "ok", Evidence.Standing.CLAIMED: "soon", Evidence.Standing.DISPUTED: "late"}
    return {
        "row": row,
        "tone": tone[Evidence.Standing(row.standing)],
        "citation": cite(row.passage, spoken.get(row.passage.document_id), restricted=restricted, slug=slug)
        if row.passage
        else None,
    }


def ladder(ask: Ask) -> list[Rung]:
    """Who has been asked below and above this ask, who is asked now, and who may be asked next and from when."""
    rungs: list[Rung] = []
    chain: list[Ask] = []
    above = ask.escalated_from
    while above is not None and len(chain) < 50:
        chain.append(above)
        above = (
            Ask.objects.filter(pk=above.escalated_from_id).select_related("addressee").first()
            if above.escalated_from_id
            else None
        )
    for earlier in reversed(chain):
        rungs.append(_asked("done", earlier))
    rungs.append(_asked("now", ask))
    children = list(ask.escalated_to.select_related("addressee").order_by("number"))
    rungs += [_asked("done" if child.asked_on else "next", child) for child in children]
    asked = {child.addressee_id for child in children} | {earlier.addressee_id for earlier in chain} | {ask.addressee_id}
    for step in ask.ladder.select_related("party"):
        if step.party_id in asked:
            continue
        note = []
        day = may_be_asked_from(ask, step)
        if day is not None:
            note.append(_("may be asked from %(date)s") % {"date": long_date(day)})
        note.append(
            ngettext("%(n)d working day to answer", "%(n)d working days to answer", step.answer_days) % {"n": step.answer_days}
        )
        if step.note:
            note.append(step.note)
        rungs.append(Rung("next", step.party.name, note="; ".join(note)))
    return rungs


def _asked(state: str, ask: Ask) -> Rung:
    if ask.asked_on is None:
        note = _("drafted, not sent")
    else:
        note = _("asked %(date)s") % {"date": long_date(ask.asked_on)}
        if ask.answered_on:
            note += "; " + _("answered %(date)s") % {"date": long_date(ask.answered_on)}
        elif state == "done" and ask.position not in ANSWERED_POSITIONS and ask.position != Position.CLOSED:
            note += "; " + _("stays answerable")
    return Rung(state, ask.addressee.name if ask.addressee else _("nobody named"), ask, note, ask.position)


def clock_lines(ask: Ask, deadlines: list[Deadline], today: date) -> list[ClockLine]:
    """First reply, answer, the date that stands with how it was counted, and the earlier dates, struck but kept."""
    lines: list[ClockLine] = []

    def days(n: int) -> str:
        return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}

    first = min((day for day in (ask.acknowledged_on, ask.answered_on) if day), default=None)
    if ask.asked_on and first:
        note = _("asked %(asked)s, first reply %(reply)s") % {"asked": long_date(ask.asked_on), "reply": long_date(first)}
        lines.append(ClockLine(_("First reply"), days((first - ask.asked_on).days), note))
    if ask.last_reply_on and (first is None or ask.last_reply_on > first):
        note = _("its latest communication on file; whether it answers this ask, a person says")
        lines.append(ClockLine(_("Heard from"), long_date(ask.last_reply_on), note))
    if ask.asked_on and ask.answered_on:
        lines.append(ClockLine(_("Answer"), days((ask.answered_on - ask.asked_on).days), long_date(ask.answered_on)))
    standing = next((d for d in reversed(deadlines) if ask.due_on == d.due_on and ask.due_basis == d.basis), None)
    if ask.due_on:
        titles = {Position.PARTLY_ACCEPTED: _("The rest"), Position.ACCEPTED: _("To be done by")}
        title = titles.get(Position(ask.position), _("Due"))
        lines.append(ClockLine(title, long_date(ask.due_on), _how(ask, standing)))
    elif ask.paused_days_left is not None:
        kept = ngettext("%(n)d working day kept", "%(n)d working days kept", ask.paused_days_left) % {"n": ask.paused_days_left}
        lines.append(ClockLine(_("Paused"), kept, _("goes on when the question is answered")))
    elif ask.asked_on is None:
        lines.append(ClockLine(_("Answer"), _("No clock"), _("starts with delivery")))
    for deadline in reversed(deadlines):
        if deadline is standing:
            continue
        passed = _("kept, passed") if deadline.due_on < today else _("kept")
        note = f"{passed}; {basis_words(deadline.basis, deadline.basis_text)}"
        lines.append(ClockLine(_("Earlier date"), long_date(deadline.due_on), note, struck=True))
    return lines


def _how(ask: Ask, deadline: Deadline | None) -> str:
    parts = []
    if deadline is not None and deadline.working_days is not None and deadline.counted_from is not None:
        parts.append(
            ngettext("%(n)d working day from %(date)s", "%(n)d working days from %(date)s", deadline.working_days)
            % {"n": deadline.working_days, "date": long_date(deadline.counted_from)}
        )
        parts.append(
            _("holidays of %(calendar)s counted") % {"calendar": deadline.calendar}
            if deadline.calendar
            else _("weekends counted as free")
        )
    words = str(basis_words(ask.due_basis, ask.due_basis_text))
    parts.append(_("own request, not law") if ask.due_basis == Basis.REQUEST else words)
    return "; ".join(parts)
