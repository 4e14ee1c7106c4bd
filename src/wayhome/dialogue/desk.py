"""Everything that is on the table when one document is reviewed: its proposals, whom its words mean, where each thing was said.

The page shows what the desk suggests and confirming writes what the desk suggests, so that both are always the same. A desk
is loaded with a constant number of queries, whatever the document holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from wayhome.core.text import fold
from wayhome.dialogue.bridge import PutAsk, put_again
from wayhome.dialogue.dating import first_day, is_whole
from wayhome.dialogue.models import (
    Ask,
    Communication,
    CommunicationParty,
    Document,
    Event,
    Instrument,
    Party,
    Proposal,
)
from wayhome.dialogue.names import analyse, share
from wayhome.dialogue.parties import PartyIndex, Resolution, Setting, setting_of
from wayhome.dialogue.payloads import Payload, Reference
from wayhome.dialogue.states import Position, ProposalState

MOST_COMPARED = 25  # asks on file that are compared word by word with one proposal
LEAST_ALIKE = 0.45  # from here on an ask on file is shown as perhaps the same
NEAR = 200  # characters between words and a communication mentioned beside them
_WORD = re.compile(r"\w{4,}", re.UNICODE)
Part = CommunicationParty.Part


@dataclass(slots=True)
class Unit:
    """A communication the document is or mentions: a row on file, or a proposal that is still open."""

    start: int
    end: int
    paragraph: int
    own: bool
    senders: list[Resolution]
    recipients: list[Resolution]
    row: Communication | None = None
    proposal: Proposal | None = None

    def is_to(self, parties: Iterable[Party | None], words: Iterable[str], index: PartyIndex) -> bool:
        """Whether it was sent to one of these, or to the body one of them belongs to."""
        for party in parties:
            if party and any(one.party and related(one.party, party, index) for one in self.recipients):
                return True
        return any(same_body(word, one.shown) for word in words for one in self.recipients)


@dataclass(frozen=True, slots=True)
class Same:
    """An ask, communication or event on file that a proposal may repeat, and the words they share."""

    row: Any
    shared: tuple[str, ...] = ()
    sure: bool = False


@dataclass
class Desk:
    """The state of one document's review. Make it with `Desk.of`."""

    document: Document
    index: PartyIndex
    proposals: list[Proposal]
    units: list[Unit] = field(default_factory=list)
    setting: Setting = field(default_factory=Setting)
    _rows: list[Communication] = field(default_factory=list)
    _resolved: dict[tuple[str, int | None, str], Resolution] = field(default_factory=dict)
    _asks: dict[int, list[Ask]] | None = None
    _same: dict[int, list[Same]] = field(default_factory=dict)
    _alike: list[Communication] | None = None
    _events: list[Event] | None = None

    @classmethod
    def of(cls, document: Document, index: PartyIndex | None = None) -> Desk:
        """Load the desk of a document that the caller fetched through a scoped query."""
        proposals = list(
            document.proposals.exclude(state=ProposalState.SUPERSEDED)
            .select_related("passage", "decided_by", "ask", "commitment", "communication", "silence", "statement", "event")
            .order_by("passage__start", "-passage__end", "id")
        )
        rows = list(
            (
                Communication.objects.of(document.process).filter(document=document)
                | Communication.objects.of(document.process).filter(mentions__passage__document=document)
            )
            .distinct()
            .prefetch_related("parts__party", "mentions__passage")
        )
        desk = cls(document, index or PartyIndex(document.process), proposals, _rows=rows)
        desk._lay_out()
        return desk

    def _lay_out(self) -> None:
        """Units from the rows on file, then from open proposals; the setting from the document's own communication."""
        own = next((row for row in self._rows if row.document_id == self.document.pk), None)
        if own is not None:
            self.setting = setting_of(_parties(own, Part.FROM), _parties(own, Part.TO))
        self.setting.named |= {part.party_id for row in self._rows for part in row.parts.all()}
        for row in self._rows:
            spans = [m.passage for m in row.mentions.all() if m.passage.document_id == self.document.pk]
            senders = [_of(party) for party in _parties(row, Part.FROM)]
            recipients = [_of(party) for party in _parties(row, Part.TO)]
            is_own = row.document_id == self.document.pk
            for span in spans or [None]:
                start, end, paragraph = (span.start, span.end, span.paragraph) if span else (0, 0, 1)
                self.units.append(Unit(start, end, paragraph, is_own, senders, recipients, row=row))
        waiting = [p for p in self.proposals if p.kind == Proposal.Kind.COMMUNICATION and p.state == ProposalState.OPEN]
        waiting.sort(key=lambda p: not p.payload.get("this_document"))
        for proposal in waiting:
            senders = [self.resolve(ref) for ref in proposal.payload.get("from") or ()]
            recipients = [self.resolve(ref) for ref in proposal.payload.get("to") or ()]
            is_own = bool(proposal.payload.get("this_document"))
            if is_own and own is None and not self.setting.authors and not self.setting.addressees:
                self.setting.authors = [one.party for one in senders if one.party]
                self.setting.addressees = [one.party for one in recipients if one.party]
                self.setting.named |= {one.party.pk for one in (*senders, *recipients) if one.party}
                self._resolved.clear()
            p = proposal.passage
            self.units.append(Unit(p.start, p.end, p.paragraph, is_own, senders, recipients, proposal=proposal))

    @property
    def own(self) -> Unit | None:
        """The communication that the document itself is."""
        return next((unit for unit in self.units if unit.own and unit.row), next((u for u in self.units if u.own), None))

    # Whom words mean

    def forget(self) -> None:
        """Work names out anew, after a record was made."""
        self._resolved.clear()
        self._same.clear()

    def resolve(self, ref: Reference | None) -> Resolution:
        """What a reference means: the record a person chose, the name a person wrote, or what the words suggest."""
        if not ref:
            return Resolution("", (), None, "", "", "", False)
        key = (ref["text"], ref.get("party"), ref.get("name") or "")
        if key not in self._resolved:
            self._resolved[key] = self._resolve(ref)
        return self._resolved[key]

    def _resolve(self, ref: Reference) -> Resolution:
        chosen = self.index.parties.get(ref.get("party") or 0)
        if chosen is not None:
            return Resolution(ref["text"], (), chosen, _("chosen by a person"), "", "", False)
        if ref.get("name"):
            named = self.index.named(ref["name"])
            if named is not None:
                return Resolution(ref["text"], (), named, _("chosen by a person"), "", "", False)
            from wayhome.dialogue.names import kind_of

            return Resolution(ref["text"], (), None, _("a new record"), ref["name"], kind_of(ref["name"]), False)
        found = self.index.resolve(ref["text"], self.setting)
        if found.unclear and not found.candidates and (deictic := analyse(ref["text"]).deictic):
            # Nobody is on file yet; the document's own proposal says who is meant.
            side = "to" if deictic == "addressee" else "from"
            for proposal in self.proposals:
                mentions = proposal.payload.get(side) or []
                if proposal.payload.get("this_document") and len(mentions) == 1 and not analyse(mentions[0]["text"]).deictic:
                    return self.resolve(mentions[0])
        return found

    @cached_property
    def author(self) -> Party | None:
        """Who speaks in the document, when it is one party and on file."""
        return self.setting.authors[0] if len(self.setting.authors) == 1 else None

    # Where something was said

    def unit_for(self, proposal: Proposal) -> Unit | None:
        """The communication in which an ask, a promise, a statement was made: one mentioned right beside it, else the document's own.

        A mentioned one counts when it stands in the same paragraph, at most `NEAR` characters away, and went to one of those
        who are asked; or, further away, when it alone went to them.
        """
        chosen = proposal.payload.get("communication")
        if chosen:
            return next((unit for unit in self.units if unit.row and unit.row.pk == chosen), None)
        own = self.own
        if proposal.kind != Proposal.Kind.ASK:
            return own
        resolved = [self.resolve(ref) for ref in proposal.payload.get("addressees") or ()]
        parties = [one.party for one in resolved]
        words = [one.shown for one in resolved]
        passage = proposal.passage
        to_them = [u for u in self.units if not u.own and u.is_to(parties, words, self.index)]

        def gap(unit: Unit) -> int:
            return max(unit.start - passage.end, passage.start - unit.end, 0)

        beside = [u for u in to_them if u.paragraph == passage.paragraph and gap(u) <= NEAR]
        if beside:
            return min(beside, key=gap)
        if own is not None and own.is_to(parties, words, self.index):
            return own
        before = [u for u in to_them if u.paragraph == passage.paragraph]
        return min(before, key=gap) if before else own

    # What is on file already

    def existing_communication(self, payload: Payload) -> list[Same]:
        """Communications on file that this one may be: same day and a party in common; sure when both sides agree."""
        day = first_day(payload.get("date"))
        if payload.get("this_document"):
            own = next((row for row in self._rows if row.document_id == self.document.pk), None)
            if own is not None:
                return [Same(own, sure=True)]
        if day is None:
            return []
        senders = {r.party.pk for ref in payload.get("from") or () if (r := self.resolve(ref)).party}
        recipients = {r.party.pk for ref in payload.get("to") or () if (r := self.resolve(ref)).party}
        found = []
        for row in self._same_days():
            if row.day != day:
                continue
            if payload.get("this_document") and row.document_id and row.document_id != self.document.pk:
                continue
            theirs = {part.party_id for part in row.parts.all() if part.part == Part.FROM}
            ours = {part.party_id for part in row.parts.all() if part.part != Part.FROM}
            if not (theirs & senders or ours & recipients):
                continue
            fits = bool(theirs & senders) and (bool(ours & recipients) or not recipients or not ours)
            found.append(Same(row, sure=fits and is_whole(payload.get("date"))))
        return sorted(found, key=lambda same: not same.sure)

    def _same_days(self) -> list[Communication]:
        if self._alike is None:
            days = {first_day(p.payload.get("date")) for p in self.proposals if p.kind == Proposal.Kind.COMMUNICATION} - {None}
            self._alike = list(
                Communication.objects.of(self.document.process).filter(day__in=days).prefetch_related("parts__party")
                if days
                else ()
            )
        return self._alike

    def same_asks(self, proposal: Proposal) -> list[Same]:
        """Asks on file to the same addressee that this one may put again, the likeliest first, with the words they share.

        A cheap look at the words picks at most `MOST_COMPARED` of them; the engine compares those.
        """
        if proposal.pk in self._same:
            return self._same[proposal.pk]
        payload = proposal.payload
        words = content_words(payload.get("action") or "")
        near: list[tuple[int, Ask]] = []
        for ref in payload.get("addressees") or ():
            party = self.resolve(ref).party
            for ask in self._asks_to().get(party.pk, ()) if party else ():
                common = len(words & content_words(ask.action))
                if common and ask.pk != proposal.ask_id:
                    near.append((common, ask))
        near.sort(key=lambda pair: (-pair[0], pair[1].number))
        asks = {ask.pk: ask for _common, ask in near[:MOST_COMPARED]}
        language = self.document.language
        new = PutAsk(
            key=0,
            action=payload.get("action") or "",
            quote=proposal.passage.exact,
            addressees=("the addressee",),
            act=payload.get("act") or None,
            place=payload.get("place") or None,
            language=language,
        )
        earlier = [
            PutAsk(pk, ask.action, "", ("the addressee",), ask.act or None, ask.place or None, language)
            for pk, ask in asks.items()
        ]
        found = []
        for candidate in put_again(new, earlier, LEAST_ALIKE):
            shared = next((reason.words for reason in candidate.reasons if reason.code == "words"), "")
            found.append(Same(asks[candidate.key], tuple(shared.split(", ")) if shared else ()))
        self._same[proposal.pk] = found[:3]
        return found[:3]

    def _asks_to(self) -> dict[int, list[Ask]]:
        """Asks on file, by addressee, to anybody whom an ask of this document is put to."""
        if self._asks is None:
            self._asks = {}
            wanted = {
                one.party.pk
                for p in self.proposals
                for ref in p.payload.get("addressees") or ()
                if (one := self.resolve(ref)).party is not None
            }
            # Everybody who reads an open document sees what is suggested for it.
            rows = Ask.objects.of(self.document.process).readable(restricted=self.document.restricted)
            rows = rows.filter(addressee__in=wanted).exclude(position=Position.CLOSED)
            for ask in (
                rows.only("pk", "number", "action", "act", "place", "addressee_id", "process_id", "communication_id")
                if wanted
                else ()
            ):
                self._asks.setdefault(ask.addressee_id or 0, []).append(ask)
        return self._asks

    def silence_about(self, proposal: Proposal) -> Unit | None:
        """The communication that met the silence: chosen, or the nearest one mentioned that went to the silent party."""
        chosen = proposal.payload.get("about")
        if chosen:
            return next((unit for unit in self.units if unit.row and unit.row.pk == chosen), None)
        who = self.resolve(proposal.payload.get("who"))
        to_them = [u for u in self.units if not u.own and u.is_to([who.party], [who.shown], self.index)]
        at = proposal.passage.start
        return min(to_them, key=lambda u: (u.start > at, abs(at - u.start)), default=None)

    def silent_asks(self, proposal: Proposal) -> list[int]:
        """Keys of the asks on file that the silence is about: chosen ones, or those put in that communication."""
        chosen = proposal.payload.get("asks")
        if chosen is not None:
            return [int(pk) for pk in chosen]
        unit = self.silence_about(proposal)
        if proposal.payload.get("kind") != "no_reply" or unit is None or unit.row is None:
            return []
        return [p.ask_id for p in self.proposals if p.ask_id and p.ask and p.ask.communication_id == unit.row.pk]

    def same_event(self, payload: Payload) -> Event | None:
        """An event on file of the same day in whose title most of the words return."""
        day = first_day(payload.get("date"))
        if day is None:
            return None
        if self._events is None:
            days = {first_day(p.payload.get("date")) for p in self.proposals if p.kind == Proposal.Kind.EVENT} - {None}
            events = Event.objects.of(self.document.process).readable(restricted=self.document.restricted)
            self._events = list(events.filter(day__in=days))
        words = content_words(payload.get("title") or "")
        for event in self._events:
            theirs = content_words(event.title)
            if event.dated == payload.get("date") and len(words & theirs) >= max(2, 0.6 * min(len(words), len(theirs))):
                return event
        return None

    def instrument(self, payload: Payload) -> Instrument | None:
        """The provision on file that the words name: chosen, or the one whose name they hold, with its article if they give one."""
        if payload.get("instrument"):
            return next((one for one in self.instruments if one.pk == payload["instrument"]), None)
        text = fold(payload.get("instrument_text") or "")
        words = content_words(text)
        if not words:
            return None
        best: tuple[float, Instrument] | None = None
        for one in self.instruments:
            name = content_words(fold(one.name))
            if not name:
                continue
            fit = min(share(frozenset(name), frozenset(words)), share(frozenset(words), frozenset(name)) + 0.2)
            numbers = set(re.findall(r"\d+", one.provision))
            if numbers & set(re.findall(r"\d+", text)):
                fit += 0.2
            if fit >= 0.75 and (best is None or fit > best[0]):
                best = (fit, one)
        return best[1] if best else None

    @cached_property
    def instruments(self) -> list[Instrument]:
        """The table of provisions."""
        return list(Instrument.objects.all())


def content_words(text: str) -> set[str]:
    """Folded words of four letters or more, cut to their first six letters so that endings do not part them."""
    return {word[:6] for word in _WORD.findall(fold(text))}


def related(one: Party, other: Party, index: PartyIndex) -> bool:
    """The same record, or one belongs to the other, or both to the same body."""
    if other.pk in (one.pk, one.of_id) or other.of_id == one.pk:
        return True
    if one.of_id and one.of_id == other.of_id:
        return True
    return same_body(one.name, other.name)


def same_body(one: str, other: str) -> bool:
    """A state, its government and its office holders: "Armenia", "the Government of Armenia", "the Prime Minister of Armenia"."""
    a, b = analyse(one), analyse(other)
    body_a, body_b = a.body or (a.words if not a.title else frozenset()), b.body or (b.words if not b.title else frozenset())
    if not body_a or not body_b:
        return False
    return share(body_a, body_b) >= 0.99 and share(body_b, body_a) >= 0.99


def due_on(payload: Payload) -> date | None:
    """The day of a deadline that names one."""
    return first_day(payload.get("due")) if is_whole(payload.get("due")) else None


def _parties(row: Communication, part: str) -> list[Party]:
    return [one.party for one in row.parts.all() if one.part == part]


def _of(party: Party) -> Resolution:
    return Resolution(party.name, (), party, "", "", "", False)
