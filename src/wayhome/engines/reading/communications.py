"""Every communication of a document: the document itself and the earlier ones that it mentions, each once, with its answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from wayhome.engines.reading import calendar, tables
from wayhome.engines.reading.communication_mentions import CommunicationMention, find_mentions, mark_block
from wayhome.engines.reading.dates import DateMention, find_dates
from wayhome.engines.reading.document_parties import DocumentParties
from wayhome.engines.reading.marked import READER, WRITER, Marked, compiled
from wayhome.engines.reading.parties import name_words, proper_of
from wayhome.engines.reading.party_mentions import PartyMention
from wayhome.engines.reading.party_words import party_words
from wayhome.engines.reading.references import same_number
from wayhome.engines.reading.types import Answered, Communication
from wayhome.engines.reading.zones import Block

_LETTERS = frozenset({"letter", "note", "note verbale", "e-mail", "reply", "communication", "message"})
_TALKS = frozenset({"meeting", "conference", "call", "oral statement"})
_FAMILY = {**dict.fromkeys(_LETTERS, "letter"), **dict.fromkeys(_TALKS, "meeting"), "motion": "resolution"}
_GENERIC = {"communication": 2, "reply": 1}
_CABLES = frozenset({"cable", "telegram"})
_ANSWERABLE = _CABLES | {"appeal", "request", "memorandum"}


@dataclass(slots=True)
class _Item:
    """A communication while its mentions are gathered; `places` are the numbers of its mentions in order of reading."""

    kind: str
    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    date: str | None
    number: str | None
    start: int
    end: int
    order: int
    this_document: bool = False
    in_reply_to: str | None = None
    answered: Answered = "unknown"
    owned: bool = False
    reply: bool = False
    spans: list[tuple[int, int]] = field(default_factory=list)


class CommunicationFinder:
    """Gathers the communications of one document."""

    def __init__(
        self, blocks: Sequence[Block], parties: DocumentParties, language: str, kind: str | None, date: DateMention | None
    ):
        self.blocks, self.parties, self.language, self.kind, self.date = blocks, parties, language, kind, date
        self.heads = {part for head in party_words(language).heads for part in head.replace("-", " ").split()}
        self.items: list[_Item] = []
        self.marked: dict[int, Marked] = {}

    def find(self) -> tuple[Communication, ...]:
        """The communications in order of place, the document itself first."""
        itself = self._itself()
        day = self.date.iso if self.date else None
        for number, block in enumerate(self.blocks):
            if number not in self.parties.mentions or not block.clean:
                continue
            dates = find_dates(block.clean, self.language, day)
            marked = self.marked[number] = mark_block(block.clean, self.parties.mentions[number], dates, self.language)
            head = block.role in {"letterhead", "heading"} and number < 6
            for mention in find_mentions(marked, self.language, cable=self.kind in _CABLES and not head):
                if head and mention.noun and mention.number and not mention.senders:
                    continue
                self._enter(self._item(mention, block), block, itself)
        self._answers(itself)
        return tuple(self._finished(item) for item in [itself, *self.items])

    def _itself(self) -> _Item:
        first = next((b for b in self.blocks if b.clean and b.role != "boilerplate"), None)
        span = (first.start, first.start + len(first.clean)) if first else (0, 0)
        if first:
            span = (first.where[0], first.where[-1] + 1)
        if self.parties.statement:
            span = self.parties.statement
        elif self.date and self.date.end:
            line = next((b for b in self.blocks if b.start <= self.date.start < b.end and b.clean), None)
            span = (line.where[0], line.where[-1] + 1) if line and len(line.clean) < 120 else (self.date.start, self.date.end)
        day = self.date.iso if self.date else None
        kind = self.kind or "document"
        return _Item(kind, self.parties.senders, self.parties.addressees, day, None, *span, -1, this_document=True)

    def _item(self, mention: CommunicationMention, block: Block) -> _Item:
        senders = tuple(dict.fromkeys(name for m in mention.senders for name in self._names(m)))
        recipients = tuple(dict.fromkeys(name for m in mention.recipients for name in self._names(m)))
        if not mention.recipients and mention.senders and len(mention.senders) == 1 and mention.noun:
            if mention.senders[0].form == "second":
                recipients = self.parties.senders or (WRITER,)
            elif mention.senders[0].form == "first" and mention.kind in _LETTERS and not recipients and self.kind not in _CABLES:
                recipients = ()
        recipients = tuple(name for name in recipients if name not in senders)
        start, end = block.where[mention.start], block.where[mention.end - 1] + 1
        date = mention.date.iso if mention.date else None
        item = _Item(mention.kind, senders, recipients, date, mention.number, start, end, len(self.items), owned=mention.owned)
        item.spans.append((start, end))
        item.reply = mention.kind == "reply"
        return item

    def _names(self, mention: PartyMention) -> tuple[str, ...]:
        """The parties that a mention means; the writer and the reader stand as marks where the document does not name them."""
        return self.parties.resolve(mention) or (
            (WRITER,) if mention.form == "first" else (READER,) if mention.form == "second" else ()
        )

    def _enter(self, item: _Item, block: Block, itself: _Item) -> None:
        if self._is_itself(item, block, itself):
            return
        for known in reversed(self.items):
            if self._same(known, item):
                self._join(known, item)
                return
        item.order = len(self.items)
        self.items.append(item)

    def _is_itself(self, item: _Item, block: Block, itself: _Item) -> bool:
        """Whether a mention is the document speaking, or its wrapper speaking, of the document."""
        titled = not item.senders and item.date is None and block.role in {"heading", "letterhead"} and self._at_head(block)
        if titled and _family(item.kind) == _family(itself.kind):
            return not item.recipients or self._affine(item.recipients, itself.recipients)
        if (
            block.role in {"wrapper", "heading", "letterhead"}
            and item.date in {None, itself.date}
            and _family(item.kind) == _family(itself.kind)
        ):
            return self._affine(item.senders, itself.senders) and (
                not item.recipients or self._affine(item.recipients, itself.recipients)
            )
        if item.date and item.date == itself.date and not item.senders and not item.recipients and self._at_head(block):
            return _family(item.kind) == _family(itself.kind)
        return bool(
            item.date is not None
            and item.date == itself.date
            and itself.kind != "resolution"
            and _family(item.kind) == _family(itself.kind)
            and self._affine(item.senders, itself.senders)
            and (not item.recipients or self._affine(item.recipients, itself.recipients))
        )

    def _at_head(self, block: Block) -> bool:
        return any(block is first for first in self.blocks[:5])

    def _affine(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Whether two groups of parties share one: the same name, or a proper word in common."""
        if set(one) & set(other):
            return True
        words = [set(proper_of(name_words(name, self.language), self.heads)) for name in one]
        return any(mine & set(proper_of(name_words(name, self.language), self.heads)) for mine in words for name in other)

    def _same(self, known: _Item, new: _Item) -> bool:
        if known.number and new.number:
            return same_number(known.number, new.number)
        if _family(known.kind) != _family(new.kind) or not calendar.compatible(known.date, new.date):
            return False
        from_known, from_new = known.senders, new.senders
        senders_fit = self._affine(from_known, from_new) if from_known and from_new else True
        recipients_fit = self._affine(known.recipients, new.recipients) if known.recipients and new.recipients else True
        if not senders_fit or not recipients_fit:
            return False
        if known.date and new.date:
            return True
        if known.number or new.number:
            return False
        return bool(from_known and from_new) and (new.owned or bool(new.recipients))

    def _join(self, known: _Item, new: _Item) -> None:
        better = (new.date is not None and (known.date is None or len(new.date) > len(known.date))) or (
            known.date is None and not known.recipients and bool(new.recipients)
        )
        known.spans += new.spans
        if better:
            known.start, known.end = new.start, new.end
            known.date = new.date or known.date
        if _GENERIC.get(new.kind, 0) < _GENERIC.get(known.kind, 0) and new.kind in _FAMILY:
            known.kind = new.kind
        known.number = known.number or new.number
        known.senders = known.senders or new.senders
        known.recipients = known.recipients or new.recipients
        known.owned = known.owned or new.owned
        known.reply = known.reply or new.reply

    def _answers(self, itself: _Item) -> None:
        """Fills `in_reply_to` and `answered` from what the text says of replies."""
        for number in self.marked:
            where = self.blocks[number].where
            marked = Marked(self.blocks[number].clean, self.parties.mentions[number])
            for answered, rule in _answer_rules(self.language):
                for match in rule.finditer(marked.text):
                    start, end = marked.clean_span(match.start(), match.end())
                    groups = match.groupdict()
                    mark = marked.mark(match.start("who")) if groups.get("who") else None
                    who = self._names(mark.value) if mark else ()
                    target = self._answered_by(where[start], where[end - 1] + 1, who)
                    if target is not None and target.answered == "unknown":
                        target.answered = answered
        for number, marked in list(self.marked.items())[:12]:
            where = self.blocks[number].where
            for rule in _opening_rules(self.language):
                opening = rule.search(marked.text)
                if opening is None or itself.in_reply_to is not None:
                    continue
                start, end = marked.clean_span(opening.start(), opening.end())
                low, high = where[start], where[end - 1] + 1
                earlier = next((i for i in self.items if any(a < high + 4 and low < b for a, b in i.spans)), None)
                if earlier is not None and not (itself.senders and self._affine(earlier.senders, itself.senders)):
                    itself.in_reply_to = earlier.number or earlier.date
                    earlier.answered = "yes"
                    earlier.senders = earlier.senders or itself.recipients
                    earlier.recipients = earlier.recipients or tuple(n for n in itself.senders if n not in earlier.senders)
        for item in self.items:
            if item.reply:
                earlier = next(
                    (i for i in self.items if i is not item and _family(i.kind) == "letter" and self._turned(i, item)), None
                )
                if earlier is not None:
                    earlier.answered = "yes"
                    item.in_reply_to = earlier.number or earlier.date

    def _turned(self, first: _Item, second: _Item) -> bool:
        """Whether the second goes back from the first one's addressee to its sender."""
        return bool(first.recipients and second.senders and self._affine(first.recipients, second.senders)) and (
            not second.recipients or self._affine(first.senders, second.recipients)
        )

    def _answered_by(self, start: int, end: int, who: Sequence[str]) -> _Item | None:
        """The communication that a sentence about an answer speaks of: in the same sentence, else the last one to that party."""
        if who:
            to = [i for i in self.items if i.recipients and self._affine(i.recipients, who) and min(a for a, _ in i.spans) < end]
            return to[-1] if to else None
        letters = [i for i in self.items if _family(i.kind) == "letter" or i.kind in _ANSWERABLE]
        before = [(b, i.order) for i in letters for _, b in i.spans if b <= start + 2 and start - b < 160]
        if before:
            return self.items[max(before)[1]]
        after = [
            (a, i.order) for i in letters for a, _ in i.spans if a >= end - 2 and a - end < 60 and self._one_sentence(end, a)
        ]
        return self.items[min(after)[1]] if after else None

    def _one_sentence(self, start: int, end: int) -> bool:
        """Whether no sentence ends between two places of the text."""
        block = next((b for b in self.blocks if b.start <= start < b.end), None)
        if block is None or end >= block.end:
            return False
        between = "".join(char for char, place in zip(block.clean, block.where, strict=True) if start <= place < end)
        return not re.search(r"[.!?;]\s", between)

    def _finished(self, item: _Item) -> Communication:
        return Communication(
            senders=tuple(name for name in item.senders if name not in {WRITER, READER}),
            recipients=tuple(name for name in item.recipients if name not in {WRITER, READER}),
            date=item.date,
            kind=item.kind,
            this_document=item.this_document,
            in_reply_to=item.in_reply_to,
            answered=item.answered,
            start=item.start,
            end=item.end,
        )


def _family(kind: str) -> str:
    return _FAMILY.get(kind, kind)


@cache
def _answer_rules(language: str) -> tuple[tuple[Answered, re.Pattern[str]], ...]:
    mine = [row for row in tables.rows("answer_phrases") if row["language"] == language]
    return tuple(("yes" if row["answered"] == "yes" else "no", compiled(row["pattern"])) for row in mine)


@cache
def _opening_rules(language: str) -> tuple[re.Pattern[str], ...]:
    mine = [row for row in tables.rows("reply_openings") if row["language"] == language and row["strong"] == "yes"]
    return tuple(compiled(row["pattern"]) for row in mine)


def find(
    blocks: Sequence[Block], parties: DocumentParties, language: str, kind: str | None = None, date: DateMention | None = None
) -> tuple[Communication, ...]:
    """The document itself and every earlier communication that it mentions, mentions of the same one joined.

    *parties* come from `document_parties`, *kind* from `document_kind`, *date* is the one that the document bears.
    """
    return CommunicationFinder(blocks, parties, language, kind, date).find()
