"""What the review page shows: numbered cards in the order of the text, each with its fields, reasons and what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.accounts.models import Process
from wayhome.accounts.rules import Access
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.dialogue import confidence, dating
from wayhome.dialogue.desk import Desk, Unit
from wayhome.dialogue.models import Ask, Communication, Document, Proposal, ProposalDecision
from wayhome.dialogue.names import plain_name
from wayhome.dialogue.parties import Resolution
from wayhome.dialogue.payloads import Payload, Reference, title_of
from wayhome.dialogue.queries import silence
from wayhome.dialogue.queries.documents import DECIDED, OPEN, documents
from wayhome.dialogue.rendering import CSS, Block, Mark, blocks
from wayhome.dialogue.states import Basis, ProposalState
from wayhome.dialogue.words import long_date

# A proposal that was merged or split is shown by what came of it; those not found again only on request.
SHOWN = (ProposalState.OPEN, ProposalState.CONFIRMED, ProposalState.REJECTED)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field: its words, a note in small type, where it leads, whether it needs a look."""

    text: str
    note: str = ""
    href: str = ""
    flag: str = ""  # "new": a record that will be made; "unclear": a person must choose


@dataclass(frozen=True, slots=True)
class Pair:
    """A field of a card."""

    label: str
    values: list[Value]


@dataclass(slots=True)
class Card:
    """One proposal as it is shown."""

    number: int
    proposal: Proposal
    title: str
    css: str
    pairs: list[Pair]
    sure: Any
    seen: int
    decided: str = ""
    current: bool = False
    note: str = ""
    made: Value | None = None

    @property
    def open(self) -> bool:
        return bool(self.proposal.state == ProposalState.OPEN)


@dataclass(slots=True)
class Page:
    """The whole review of a document."""

    document: Document
    desk: Desk
    cards: list[Card]
    marks: list[Mark] = field(default_factory=list)
    searched: int = 0

    @property
    def current(self) -> Card | None:
        return next((card for card in self.cards if card.current), None)

    @property
    def decided(self) -> int:
        return sum(not card.open for card in self.cards)

    @property
    def to_go(self) -> int:
        return sum(card.open for card in self.cards)

    @property
    def likely(self) -> int:
        return sum(card.open and card.proposal.confidence >= confidence.LIKELY for card in self.cards)

    @property
    def heading(self) -> str:
        """The document's title; without one, what it is and its date; without that, its file name."""
        title = self.document.title
        if title and not title.isupper():  # capitals alone are a letterhead, not a title
            return title
        own = self.desk.own
        kind = own.row.kind if own and own.row else (own.proposal.payload.get("kind") if own and own.proposal else "")
        if kind and self.document.dated:
            words = {"kind": Communication.Kind(kind).label, "date": dating.shown(self.document.dated)}
            return _("%(kind)s of %(date)s") % words
        return title or self.document.name

    def blocks(self) -> list[Block]:
        """The document's text with its passages."""
        return blocks(self.document.text, self.document.zones, self.marks)


def link(name: str, *args: Any) -> str:
    """The address of a route, or nothing where it is not served."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def review_page(document: Document, *, at: int | None = None) -> Page:
    """Cards and marks of a document; `at` is the proposal that is open, by default the first one not decided."""
    desk = Desk.of(document)
    newest = dict(
        ProposalDecision.objects.filter(proposal__document=document)
        .order_by()
        .values_list("proposal")
        .annotate(newest=Max("pk"))
        .values_list("proposal", "newest")
    )
    shown = [proposal for proposal in desk.proposals if proposal.state in SHOWN]
    searched = silence.searched(document.process)
    cards = [_card(number, p, desk, newest.get(p.pk, 0), searched) for number, p in enumerate(shown, 1)]
    current = next((card for card in cards if card.proposal.pk == at), None)
    current = current or next((card for card in cards if card.open), cards[0] if cards else None)
    if current is not None:
        current.current = True
    marks = [
        Mark(
            card.number,
            card.proposal.pk,
            card.proposal.kind,
            card.proposal.passage.start,
            card.proposal.passage.end,
            done=not card.open,
            current=card.current,
        )
        for card in cards
        if card.proposal.state != ProposalState.REJECTED
    ]
    return Page(document, desk, cards, marks, searched)


def _card(number: int, proposal: Proposal, desk: Desk, seen: int, searched: int) -> Card:
    pairs = {
        Proposal.Kind.COMMUNICATION: _communication,
        Proposal.Kind.ASK: _ask,
        Proposal.Kind.COMMITMENT: _commitment,
        Proposal.Kind.SILENCE: _silence,
        Proposal.Kind.STATEMENT: _statement,
        Proposal.Kind.EVENT: _event,
    }[Proposal.Kind(proposal.kind)](proposal, desk)
    if proposal.kind == Proposal.Kind.SILENCE and proposal.payload.get("kind") == "no_reply":
        pairs.append(Pair(_("Stands on file as"), [Value(stands_as(searched))]))
    card = Card(
        number,
        proposal,
        _title(proposal, desk),
        CSS.get(proposal.kind, proposal.kind),
        [pair for pair in pairs if pair.values],
        confidence.in_words(proposal.confidence) if proposal.origin != Proposal.Origin.PERSON else _("added by a person"),
        seen,
    )
    if proposal.state != ProposalState.OPEN:
        words = (
            _("confirmed by %(who)s, %(day)s") if proposal.state == ProposalState.CONFIRMED else _("rejected by %(who)s, %(day)s")
        )
        when = long_date(timezone.localtime(proposal.decided_at).date()) if proposal.decided_at else ""
        card.decided = words % {"who": proposal.decided_by or _("somebody"), "day": when}
        card.made = _made(proposal, desk)
    return card


def stands_as(searched: int) -> str:
    """ "no reply on file as of 14 May 2027; 128 communications searched"."""
    count = ngettext("%(n)d communication searched", "%(n)d communications searched", searched) % {"n": searched}
    return _("no reply on file as of %(date)s; %(count)s") % {"date": long_date(timezone.localdate()), "count": count}


def _title(proposal: Proposal, desk: Desk) -> str:
    if proposal.kind == Proposal.Kind.COMMUNICATION:
        kind = Communication.Kind(proposal.payload.get("kind") or "letter").label
        date = dating.shown(proposal.payload.get("date"))
        to = ", ".join(desk.resolve(ref).shown for ref in proposal.payload.get("to") or ())
        if proposal.payload.get("this_document"):
            words = _("This document: %(kind)s to %(to)s") if to else _("This document: %(kind)s")
        else:
            words = _("%(kind)s to %(to)s") if to else _("%(kind)s")
        said = words % {"kind": kind, "to": to}
        return f"{said}, {date}" if date else said
    if proposal.kind == Proposal.Kind.SILENCE:
        about = desk.silence_about(proposal)
        kinds = {
            "no_reply": _("No reply"),
            "refusal": _("Refusal"),
            "denial": _("Denial"),
            "failure": _("Failure to act"),
            "objection": _("Objection"),
        }
        said = kinds.get(proposal.payload.get("kind") or "", _("No reply"))
        if about is not None and proposal.payload.get("kind") == "no_reply" and (date := unit_date(about)):
            return _("%(what)s to the communication of %(date)s") % {"what": said, "date": date}
        who = desk.resolve(proposal.payload.get("who")).shown
        return f"{said}: {who}" if who else said
    return title_of(proposal)


def unit_date(unit: Unit) -> str:
    """The date of a communication on file or proposed, in words."""
    return dating.shown(unit.row.dated if unit.row else unit.proposal.payload.get("date") if unit.proposal else "")


def party_value(ref: Reference | None, desk: Desk) -> list[Value]:
    """A party as a card shows it: the record, with the words as written and why; or the record that will be made."""
    if not ref:
        return []
    found: Resolution = desk.resolve(ref)
    differs = bool(ref["text"]) and plain_name(ref["text"]).casefold() != found.shown.casefold()
    written = _("“%(words)s”") % {"words": ref["text"]} if differs else ""
    if found.party is not None:
        note = ", ".join(str(part) for part in (written, found.reason if written else "") if part)
        return [Value(found.party.name, note, link("party", desk.document.process.slug, found.party.pk))]
    if found.is_new:
        return [Value(found.new_name, ", ".join(part for part in (written, _("new record")) if part), flag="new")]
    several = ", ".join(one.party.name for one in found.candidates[:3])
    note = _("may be: %(names)s") % {"names": several} if several else _("who is meant is not clear")
    return [Value(ref["text"], note, flag="unclear")]


def _parties(refs: Iterable[Reference] | None, desk: Desk) -> list[Value]:
    return [value for ref in refs or () for value in party_value(ref, desk)]


def _words(text: str | None, note: str = "") -> list[Value]:
    return [Value(text, note)] if text else []


def unit_value(unit: Unit | None, desk: Desk) -> list[Value]:
    """The communication in which something was said."""
    if unit is None:
        return []
    if unit.row is not None:
        kind = unit.row.get_kind_display()
        date = dating.shown(unit.row.dated)
        href = link("letter", desk.document.process.slug, unit.row.number)
        return [Value(unit.row.ref, f"{kind}, {date}" if date else str(kind), href)]
    assert unit.proposal is not None
    date = unit_date(unit)
    if unit.own:
        words = _("this document")
    else:
        words = _("communication of %(date)s") % {"date": date} if date else _("a communication without a date")
    return [Value(words, _("not confirmed yet"))]


def _communication(proposal: Proposal, desk: Desk) -> list[Pair]:
    payload = proposal.payload
    same = desk.existing_communication(payload) if proposal.state == ProposalState.OPEN else []
    on_file = []
    chosen = payload.get("existing")
    for one in same:
        if chosen == "new" or (chosen and one.row.pk != chosen):
            continue
        note = _("is this one") if one.sure or chosen else _("same day; choose it under “Correct” if it is this one")
        on_file.append(Value(one.row.ref, note, link("letter", desk.document.process.slug, one.row.number)))
    return [
        Pair(_("From"), _parties(payload.get("from"), desk)),
        Pair(_("To"), _parties(payload.get("to"), desk)),
        Pair(_("Copy"), _parties(payload.get("copy"), desk)),
        Pair(_("Date"), _words(dating.shown(payload.get("date")))),
        Pair(_("On file as"), on_file),
    ]


def _deadline(payload: Payload) -> list[Value]:
    if not payload.get("due") and not payload.get("due_text"):
        return []
    basis = str(Basis(payload.get("due_basis") or Basis.REQUEST).label)
    words = _("“%(words)s”") % {"words": payload["due_text"]} if payload.get("due_text") else ""
    if not payload.get("due"):
        return [Value(words, f"{basis} · {_('no day named')}")]
    return [Value(dating.shown(payload["due"]), " · ".join(part for part in (words, basis) if part))]


def _ask(proposal: Proposal, desk: Desk) -> list[Pair]:
    payload = proposal.payload
    slug = desk.document.process.slug
    again: list[Value] = []
    if proposal.state == ProposalState.OPEN:
        for one in desk.same_asks(proposal):
            if payload.get("same_as") and one.row.pk != payload["same_as"]:
                continue
            words = _("put again") if payload.get("same_as") else _("perhaps; choose it under “Correct”")
            shared = _("words shared: %(words)s") % {"words": ", ".join(one.shared[:5])}
            again.append(Value(one.row.ref, f"{words} · {shared}", link("ask", slug, one.row.number)))
    return [
        Pair(_("Asked by"), party_value(payload.get("asker"), desk)),
        Pair(_("Asked of"), _parties(payload.get("addressees"), desk)),
        Pair(_("For whom"), _words(payload.get("beneficiary"))),
        Pair(_("Places"), _words(payload.get("place"))),
        Pair(_("Deadline"), _deadline(payload)),
        Pair(_("Asked in"), unit_value(desk.unit_for(proposal), desk)),
        Pair(_("Same as"), again),
    ]


def _commitment(proposal: Proposal, desk: Desk) -> list[Pair]:
    payload = proposal.payload
    instrument = desk.instrument(payload)
    named = payload.get("instrument_text") or ""
    if instrument is not None:
        under = [Value(str(instrument), _("“%(words)s”") % {"words": named} if named else "")]
    else:
        under = _words(named)
    kinds = {"promise": _("promise"), "agreement": _("agreement"), "obligation": _("obligation")}
    return [
        Pair(_("Whose"), party_value(payload.get("who"), desk)),
        Pair(_("Toward"), party_value(payload.get("toward"), desk)),
        Pair(_("Kind"), _words(kinds.get(payload.get("kind") or ""))),
        Pair(_("Instrument"), under),
        Pair(_("Due"), _words(dating.shown(payload.get("due")))),
        Pair(_("Said in"), unit_value(desk.unit_for(proposal), desk)),
    ]


def _silence(proposal: Proposal, desk: Desk) -> list[Pair]:
    payload = proposal.payload
    asks = {p.ask_id: p.ask for p in desk.proposals if p.ask_id}
    slug = desk.document.process.slug
    tied = [
        Value(ask.ref, ask.action[:80], link("ask", slug, ask.number))
        for pk in desk.silent_asks(proposal)
        if (ask := asks.get(pk)) is not None
    ]
    return [
        Pair(_("Whose"), party_value(payload.get("who"), desk)),
        Pair(_("Toward"), party_value(payload.get("toward"), desk)),
        Pair(_("About"), unit_value(desk.silence_about(proposal), desk)),
        Pair(_("Asks"), tied),
    ]


def _statement(proposal: Proposal, desk: Desk) -> list[Pair]:
    return [
        Pair(_("Speaker"), party_value(proposal.payload.get("speaker"), desk)),
        Pair(_("Date"), _words(dating.shown(proposal.payload.get("date")))),
        Pair(_("Quoted in"), unit_value(desk.unit_for(proposal), desk)),
    ]


def _event(proposal: Proposal, desk: Desk) -> list[Pair]:
    same = desk.same_event(proposal.payload) if proposal.state == ProposalState.OPEN else None
    return [
        Pair(_("Date"), _words(dating.shown(proposal.payload.get("date")))),
        Pair(_("On file"), _words(same.title if same else "", _("another account of this event"))),
        Pair(_("Account of"), party_value(proposal.payload.get("speaker"), desk)),
    ]


def _made(proposal: Proposal, desk: Desk) -> Value | None:
    """What a confirmation made, as a link."""
    slug = desk.document.process.slug
    if proposal.ask is not None:
        return Value(proposal.ask.ref, href=link("ask", slug, proposal.ask.number))
    if proposal.commitment is not None:
        return Value(proposal.commitment.ref, href=link("commitment", slug, proposal.commitment.number))
    if proposal.communication is not None:
        return Value(proposal.communication.ref, href=link("letter", slug, proposal.communication.number))
    return None


def not_carried(document: Document) -> list[Proposal]:
    """Decided proposals of the earlier version whose words are not in this one."""
    if document.earlier_version_id is None:
        return []
    carried = {
        after.get("carried_from")
        for after in ProposalDecision.objects.filter(proposal__document=document, after__has_key="carried_from").values_list(
            "after", flat=True
        )
    }
    rows = Proposal.objects.filter(document=document.earlier_version_id, state__in=SHOWN[1:]).select_related(
        "passage", "document"
    )
    kept = set(ProposalDecision.objects.filter(pk__in=carried).values_list("proposal", flat=True)) if carried else set()
    return [row for row in rows if row.pk not in kept]


def queue(process: Process, access: Access) -> ScopedQuerySet[Document]:
    """Documents with open proposals, the oldest first."""
    return (
        documents(process, access)
        .filter(proposals__state=ProposalState.OPEN)
        .annotate(
            open_count=Count("proposals", filter=OPEN, distinct=True),
            decided_count=Count("proposals", filter=DECIDED, distinct=True),
            ask_count=Count("proposals", filter=OPEN & Q(proposals__kind=Proposal.Kind.ASK), distinct=True),
            since=Min("proposals__created_at"),
        )
        .order_by("created_at", "pk")
        .defer("text", "zones")
    )


def neighbours(document: Document, access: Access) -> tuple[Document | None, Document | None]:
    """The document before and the one after in the review queue."""
    rows = documents(document.process, access).filter(proposals__state=ProposalState.OPEN).only("number", "process_id")
    before = rows.filter(number__lt=document.number).order_by("-number").first()
    after = rows.filter(number__gt=document.number).order_by("number").first()
    return before, after


def choices_of_asks(desk: Desk, proposal: Proposal) -> list[tuple[int, str]]:
    """Asks on file that this one may put again."""
    rows: list[Ask] = [same.row for same in desk.same_asks(proposal)]
    chosen = proposal.payload.get("same_as")
    if chosen and chosen not in {row.pk for row in rows}:
        rows.extend(Ask.objects.of(desk.document.process).readable(restricted=desk.document.restricted).filter(pk=chosen))
    named = [(row.pk, f"{row.ref} {row.action[:90]}") for row in rows]
    if chosen and chosen not in dict(named):  # chosen when it could be read by everybody here: it stays, without its words
        named += [(row.pk, row.ref) for row in Ask.objects.of(desk.document.process).filter(pk=chosen)]
    return named
