"""Who sends a document to whom: from its container, its address lines, its first sentence, its salutation and its signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from wayhome.engines.reading import tables
from wayhome.engines.reading.dates import find_dates
from wayhome.engines.reading.marked import Marked, compiled
from wayhome.engines.reading.parties import PartyBook, fill
from wayhome.engines.reading.party_mentions import MentionFinder, PartyMention, inner_names, lower_words
from wayhome.engines.reading.zones import Block

HEAD_BLOCKS, FOOT_BLOCKS, LONGEST_LINE = 16, 8, 170
ADDRESS_ROLES = frozenset({"letterhead", "salutation", "signature"})
_ADDRESS = re.compile(r"\s*[<(\[]?[\w.+-]+@[\w.-]+[>)\]]?")
_GREETING = re.compile(
    r"^\W*(?:my |mon |ma )?(?:dear|cher|chère|chers|excellenc[ey]|your excellency|votre excellence)\b", re.IGNORECASE
)
_STATE = re.compile(
    r"^\W*(?:the |la |le |l')?(?:republic|kingdom|state|federation|union|république|royaume|état|confédération)\b", re.IGNORECASE
)
_DATELINE_PLACE = re.compile(
    r"^\W*(?:(?:[Cc]ablegram|[Tt]elegram|[Ss]avingram|[Tt]élégramme)\s+)?(?:[Nn]o\.? \d+ )?(?P<place>[A-ZÀ-Ý][\w'-]+(?: [A-ZÀ-Ý][\w'-]+){0,2})(?: \d+)?,?"
    r"(?: [A-ZÀ-Ý]+,)?(?: (?:le|the))?\W*$",
)
_POST_LINES = (
    re.compile(r"^\W*(?:FROM |FM |DE )?(?P<from>[A-ZÀ-Ý][\w '.-]{2,40}?),? (?:to|TO|à|À) (?P<to>[A-ZÀ-Ý][\w '.,-]{2,40})\W*$"),
    re.compile(r"^\W*(?:FM|FROM)\s+(?P<from>[A-ZÀ-Ý][A-ZÀ-Ý '-]{2,30})"),
    re.compile(r"^\W*TO\s+(?:(?:PRIORITY|IMMEDIATE|ROUTINE|FLASH)\s+)?(?P<to>[A-ZÀ-Ý][A-ZÀ-Ý '-]{1,40})\W*$"),
)
_NOT_LETTERS = re.compile(r"^\W+|\W+$")


@dataclass(slots=True)
class DocumentParties:
    """A document's senders, addressees and those copied, each by fullest name; `statement` is the passage that says so.

    `book` holds every party of the document, `mentions` every mention by block number, in the block's clean text.
    """

    senders: tuple[str, ...]
    addressees: tuple[str, ...]
    copied: tuple[str, ...]
    statement: tuple[int, int] | None
    book: PartyBook
    mentions: dict[int, list[PartyMention]] = field(default_factory=dict)

    def resolve(self, mention: PartyMention) -> tuple[str, ...]:
        """The fullest names of the parties that a mention means."""
        return self.book.resolve(mention, self.senders, self.addressees)


@dataclass(slots=True)
class _Guess:
    senders: list[str] = field(default_factory=list)
    addressees: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    statement: tuple[int, int] | None = None
    used: set[int] = field(default_factory=set)


def document_parties(
    blocks: Sequence[Block],
    language: str,
    kind: str | None = None,
    senders: Sequence[str] = (),
    recipients: Sequence[str] = (),
) -> DocumentParties:
    """The parties of a document whose blocks are given; *senders* and *recipients* are what its container says (an e-mail).

    *kind* is the document's (see `kind`): a cable without a named sender is its place's, a resolution its body's.
    """
    read = [block.clean for block in blocks if block.role != "boilerplate"]
    finder = MentionFinder(language, lower_words(" ".join(read)), inner_names(read))
    terse = kind in {"cable", "telegram"}
    mentions = {
        n: finder.find(block.clean, bare=terse or (block.role in ADDRESS_ROLES and len(block.clean) < LONGEST_LINE))
        for n, block in enumerate(blocks)
        if block.role != "boilerplate"
    }
    book = fill(PartyBook(language), (mention for n in sorted(mentions) for mention in mentions[n]))
    guess = _Guess()
    _add_all(guess.senders, [_ADDRESS.sub("", name).strip(' "') for name in senders])
    _add_all(guess.addressees, [_ADDRESS.sub("", name).strip(' "') for name in recipients])
    if terse:
        _from_post_lines(blocks, guess)
    _from_lines(blocks, language, mentions, guess)
    _from_phrases(blocks, language, mentions, guess, kind)
    _from_letterhead(blocks, mentions, guess, kind)
    _from_phrases(blocks, language, mentions, guess, kind, foot=True)
    _from_first_sentence(blocks, mentions, guess, kind)
    _from_signature(blocks, mentions, guess, book, kind)
    full = {name: (book.add(name) or None) for name in guess.senders + guess.addressees + guess.copied}
    named = {name: party.name if party else name for name, party in full.items()}
    from_, to = ([named[name] for name in group] for group in (guess.senders, guess.addressees))
    return DocumentParties(
        tuple(dict.fromkeys(from_)),
        tuple(dict.fromkeys(name for name in to if name not in from_)),
        tuple(dict.fromkeys(named[name] for name in guess.copied)),
        guess.statement,
        book,
        mentions,
    )


def _add_all(into: list[str], names: Sequence[str]) -> None:
    into.extend(name for name in names if name and name not in into)


@cache
def _line_rules(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    mine = [row for row in tables.rows("party_lines") if row["language"] in {"*", language}]
    return tuple((row["role"], re.compile(rf"^\W*{row['pattern']}\s*", re.IGNORECASE)) for row in mine)


@cache
def _phrase_rules(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    mine = [row for row in tables.rows("sender_phrases") if row["language"] in {"*", language}]
    return tuple((row["where"], compiled(row["pattern"])) for row in mine)


def _names(mentions: Sequence[PartyMention], start: int = 0) -> list[str]:
    """The named parties of a line, from a place on; the described ones only where none is named."""
    after = [mention for mention in mentions if mention.start >= start and mention.form in {"named", "described"}]
    return [m.text for m in after if m.form == "named"] or [m.text for m in after]


def _from_lines(blocks: Sequence[Block], language: str, mentions: dict[int, list[PartyMention]], guess: _Guess) -> None:
    """ "From:", "To:", "To the Minister of ...", "Copy to:" lines."""
    edge = [*range(min(HEAD_BLOCKS, len(blocks))), *range(max(HEAD_BLOCKS, len(blocks) - FOOT_BLOCKS), len(blocks))]
    for number in edge:
        block = blocks[number]
        if number not in mentions or len(block.clean) > LONGEST_LINE or block.role == "quoted":
            continue
        for role, rule in _line_rules(language):
            match = rule.match(block.clean)
            if match is None or (role != "copy" and re.search(r"[a-zà-ÿ][.!?]\s+[A-ZÀ-Ý]", block.clean[match.end() :])):
                continue
            plain = re.split(r"\s*[<(;]|,\s+(?=[a-zà-ÿ])", block.clean[match.end() :], maxsplit=1)[0].strip(" .,;:")
            plain = re.sub(r"^(?:the|le|la|les)\s+|^l'", "", _ADDRESS.sub("", plain), flags=re.IGNORECASE)
            if not 1 < len(plain) < 110 or re.search(r"\d{4}\W*$", block.clean):
                continue
            guess.used.add(number)
            _add_all({"from": guess.senders, "to": guess.addressees, "copy": guess.copied}[role], [plain])
            break


def _from_post_lines(blocks: Sequence[Block], guess: _Guess) -> None:
    """A cable's "KARSK TO FOREIGN OFFICE", "FM KARSK", "TO PRIORITY FOREIGN OFFICE"."""
    for block in blocks[:8]:
        for rule in _POST_LINES:
            match = rule.match(block.clean) if len(block.clean) <= 70 else None
            groups = match.groupdict() if match else {}
            if groups.get("from") and not guess.senders:
                guess.senders.append(groups["from"].strip())
            if groups.get("to") and not guess.addressees:
                guess.addressees.append(groups["to"].strip())


def _from_phrases(
    blocks: Sequence[Block],
    language: str,
    mentions: dict[int, list[PartyMention]],
    guess: _Guess,
    kind: str | None,
    foot: bool = False,
) -> None:
    """Sentences like "X presents its compliments to Y"."""
    prose = [n for n, block in enumerate(blocks) if n in mentions and block.role not in {"quoted", "note"}]
    seen: dict[int, Marked] = {}
    found_from, found_to, whole = bool(guess.senders), bool(guess.addressees), False
    for where, rule in _phrase_rules(language):
        if (where == "foot") != foot:
            continue
        if found_from and found_to and whole:
            break
        presented = any(block.role in {"wrapper", "quoted"} for block in blocks)
        places = {
            "head": prose[:6],
            "foot": prose[-4:],
            "any": prose,
            "news": prose[:6] if presented or kind == "news" else [],
            "resolution": prose if kind == "resolution" else [],
        }[where]
        for number in places:
            if number not in seen:
                seen[number] = Marked(blocks[number].clean, mentions[number])
            marked = seen[number]
            match = rule.search(marked.text)
            if match is None:
                continue
            bound = {key: marked.mark(match.start(key)) for key in match.groupdict() if match[key]}
            sender, addressee = bound.get("from"), bound.get("to")
            if sender and not found_from and not guess.senders:
                guess.senders.append(sender.value.text)
                found_from = True
            if addressee and not found_to and not guess.addressees:
                guess.addressees.append(addressee.value.text)
                found_to = True
            if sender and not foot and (guess.statement is None or (sender and addressee and not whole)):
                start, end = marked.clean_span(match.start(), match.end())
                where_ = blocks[number].where
                guess.statement = (where_[start], where_[end - 1] + 1)
                whole = bool(sender and addressee)
            break


def _from_letterhead(blocks: Sequence[Block], mentions: dict[int, list[PartyMention]], guess: _Guess, kind: str | None) -> None:
    """The head's lines: the first that is a party's name alone is the sender's, the one at the salutation the addressee's."""
    salutation = next((n for n, b in enumerate(blocks[: HEAD_BLOCKS * 2]) if b.role == "salutation" or greets(b)), None)
    if salutation is not None and salutation in mentions and not guess.addressees:
        inside = [n for n in range(max(0, salutation - 5), salutation) if n in mentions and _mostly_party(blocks[n], mentions[n])]
        inside = [n for n in inside if not (n == min(mentions) and len(inside) > 1)]
        names = _names(mentions[salutation])
        if names:
            _add_all(guess.addressees, names[:1])
        elif inside and not (inside == [min(mentions)] and not guess.senders):
            _add_all(guess.addressees, _names(mentions[inside[0]])[:1])
        else:
            _add_all(guess.addressees, [m.text for m in mentions[salutation] if m.form == "second"][:1])
    if not guess.senders and kind not in {"cable", "telegram", "news"}:
        stop = salutation if salutation is not None else min(6, len(blocks))
        heads = [
            n
            for n in range(stop)
            if n in mentions
            and n not in guess.used
            and blocks[n].role in {"letterhead", "heading", "body"}
            and _mostly_party(blocks[n], mentions[n])
        ]
        # Under a State's name stands the ministry that writes.
        heads = [n for n in heads if not (_STATE.match(blocks[n].clean) and n + 1 in heads)]
        for n in heads:
            name = _names(mentions[n])[:1]
            if name and name[0] not in guess.addressees:
                _add_all(guess.senders, name)
                break
    if not guess.senders and kind in {"cable", "telegram"}:
        for block in blocks[:5]:
            dates = (
                [date for date in find_dates(block.clean) if date.iso and len(date.iso) == 10] if len(block.clean) < 120 else []
            )
            place = _DATELINE_PLACE.match(block.clean[: dates[0].start]) if dates else None
            if place:
                _add_all(guess.senders, [place["place"]])
                break


def greets(block: Block) -> bool:
    """A salutation, also one that the zones took for something else: "My dear President,", "Dear Mr. President:"."""
    return (
        block.role in {"salutation", "letterhead", "heading", "body"}
        and len(block.clean) < 90
        and bool(_GREETING.match(block.clean))
        and block.clean[-1:] in ",:;!-—"
    )


def _from_first_sentence(
    blocks: Sequence[Block], mentions: dict[int, list[PartyMention]], guess: _Guess, kind: str | None
) -> None:
    """Papers in the third person: the party that opens the first paragraph speaks; a report is its heading's."""
    if guess.senders:
        return
    if kind == "report":
        first = next((b for b in blocks if b.clean and b.role == "letterhead"), None)
        if first and len(first.clean) <= 60 and not re.search(r"\d|report|rapport|[.:]", first.clean, re.IGNORECASE):
            _add_all(guess.senders, [first.clean])
            return
    if kind not in {"memorandum", "note verbale", "statement", "resolution", "report"}:
        return
    for n, block in enumerate(blocks[:8]):
        if block.role != "body" or len(block.clean) < 60 or n not in mentions:
            continue
        opening = [m for m in mentions[n] if m.start <= 5 and m.form in {"named", "described"} and not m.person]
        _add_all(guess.senders, [opening[0].text] if opening else [])
        return


def _mostly_party(block: Block, mentions: Sequence[PartyMention]) -> bool:
    """Whether a line is little but a party's name, an organisation's or an office's."""
    named = [mention for mention in mentions if mention.form in {"named", "described"}]
    bare = _NOT_LETTERS.sub("", block.clean)
    if not named or len(bare) > LONGEST_LINE or re.search(r"\d{3}", bare):
        return False
    covered = sum(mention.end - mention.start for mention in named)
    return covered >= 0.55 * len(bare) and any(not mention.person for mention in named)


def _from_signature(
    blocks: Sequence[Block], mentions: dict[int, list[PartyMention]], guess: _Guess, book: PartyBook, kind: str | None
) -> None:
    """Names under the closing formula, the organisation's or office's before the person's."""
    if guess.senders or kind in {"resolution", "news"}:
        return
    to = {book.resolve(PartyMention(0, 0, name, "named")) for name in guess.addressees}
    signed = [
        n for n in range(len(blocks)) if n in mentions and blocks[n].role == "signature" and len(blocks[n].clean) < LONGEST_LINE
    ]
    signed += [
        n for n in list(mentions)[-4:] if n not in signed and len(blocks[n].clean) < 90 and blocks[n].role not in {"body", "note"}
    ]
    found = [
        m for n in sorted(signed)[-6:] for m in mentions[n] if m.form in {"named", "described"} and book.resolve(m) not in to
    ]
    best = [m for m in found if m.form == "named" and not m.person] or [m for m in found if m.form == "named"] or found
    _add_all(guess.senders, [best[0].text] if best else [])
