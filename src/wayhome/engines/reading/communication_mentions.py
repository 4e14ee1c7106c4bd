"""Where a text mentions a letter, note, cable, meeting or other communication, with what stands right there: parties, date, number.

Verbs ("we wrote to the Minister") are rows of `data/communication_phrases.csv`, nouns ("your note of 3 May") of
`data/communication_nouns.csv`; the grammar of a noun's surroundings is here. Works on one block's clean text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from wayhome.engines.reading import tables
from wayhome.engines.reading.dates import DateMention
from wayhome.engines.reading.marked import ANY_PARTY, DATE, NOUN, NUMBER, PARTY, READER, WRITER, Marked, compiled
from wayhome.engines.reading.party_mentions import Form, PartyMention
from wayhome.engines.reading.references import reference_numbers
from wayhome.engines.reading.taken import Taken

REACH = 70
CABLE_NUMBER = re.compile(r"^(?:[A-Z]{1,2}\.)?[A-Z]{1,5}\d{3,6}$")
# A cable's "Your 455", "Votre 991".
_SHORT_NUMBER = re.compile(rf"[{WRITER}{READER}] (?:[Nn]o\.? ?)?(?P<number>\d{{2,5}})(?![\w%]|[.,]\d| [a-zà-ÿ])")
_SENTENCE = re.compile(rf"[.!?;](?!\s?{NUMBER})(?=\s|$|[\"')])|\n")
_SELF = re.compile(r"\b(?:this|present|attached|herewith|cette|ce|présente?|ci-jointe?)\s+(?:\w+\s+)?$", re.IGNORECASE)
_AWAITED = re.compile(r"\b(?:await\w*|expect\w*|wait\w* for|attend\w*|espér\w*|pending)\b[^.;]{0,24}$", re.IGNORECASE)
_FOLLOWING = re.compile(r"\b(?:following|preceding|suivant|précédent)e?\s+$", re.IGNORECASE)
_ISSUED = re.compile(r" (?:issued|published|released|publié|diffusé)e?\b", re.IGNORECASE)
_HIS = re.compile(r"\b(?:his|her|their|its|sa|son|ses|leurs?)\s+(?:[\w-]+ ){0,4}$", re.IGNORECASE)
_NAMED_AFTER = re.compile(
    rf"[^.;{NOUN}]{{0,130}}? (?:du|of|signed on|signée? le|dated|concluded on) (?:the )?{DATE}", re.IGNORECASE
)
_NONE = re.compile(r"\b(?:no|any|without|aucune?|see|voir|foot|of|draft|projet de)\s+$", re.IGNORECASE)
_HELD = frozenset({"meeting", "conference", "summit", "réunion", "conférence"})
_POSSESSIVE = frozenset({"our", "my", "your", "notre", "nos", "mon", "ma", "mes", "votre", "vos"})
_SEND = (
    r"(?:put in|put forward|sent|addressed|addresses|sends|submitted|delivered|handed|issued|published|made|presented|forwarded|dispatched|despatched"
    r"|sought|requested|held|convened|had|transmitted|circulated|conveyed|lodged|filed|posted|wrote|written|released|launched|left"
    r"|envoyé|envoie|adressé|adresse|remis|transmis|publié|fait|diffusé|présenté|déposé|écrit|lancé|laissé)"
)
_DETERMINER = r"(?:an?|the|his|her|its|their|one|two|three|four|five|six|ten|several|another|quatre|cinq|une?|la|le|l'|sa|son|ses|leur|leurs|des|deux|trois|plusieurs)"
_MARK = f"[{ANY_PARTY}]"
_GAP = r"(?:(?!(?:for|of|to|in|on|with|and|at|by|from|de|pour|du|des|et|à|sur|en)\b)[\w-]+ )"
_OWNER = re.compile(rf"(?P<from>{_MARK})(?P<possessive>'s?)? {_GAP}{{0,3}}$")
_OWN = re.compile(rf"\b(?:(?P<first>our|my|notre|nos|mon|ma|mes)|(?P<second>your|votre|vos))\s+{_GAP}{{0,3}}$", re.IGNORECASE)
# Words that take what the reader sent: "thank you for the birthday telegram".
_TAKEN = re.compile(
    rf"(?:thank(?:s|ing)?(?: {READER})?[^.;{PARTY}]{{0,20}} for|receipt of|merci (?:de|pour)|remerci\w+ (?:de|pour)) (?:the |la |le |les |l')?{_GAP}{{0,2}}$",
    re.IGNORECASE,
)
# "We asked in an open letter": the means of a verb.
_MEANS = re.compile(
    rf"(?P<from>{_MARK})(?: [\w']+){{1,5}} (?:in|by|through|dans|par) (?:an?|one|une?) {_GAP}{{0,2}}$", re.IGNORECASE
)
_MEANT = frozenset({"letter", "cable", "e-mail", "note", "statement", "press release", "memorandum"})
_SENT = re.compile(
    rf"(?P<from>{_MARK})(?: [\w']+){{0,3}} {_SEND}(?: (?:to )?(?P<to>{_MARK}))? {_DETERMINER} ?(?:[\w-]+ ){{0,2}}$", re.IGNORECASE
)
_GOT = re.compile(
    rf"(?P<to>{_MARK})(?: [\w']+){{0,2}} (?:received|got|reçu|obtenu) {_DETERMINER} ?(?:[\w-]+ ){{0,2}}$", re.IGNORECASE
)
_ARTICLED = r"(?:(?:the|his|her|its|their|le|la|les|leur|sa|son) |l')*"
_RIGHT = (
    ("number", re.compile(rf",?(?: (?:no|nos|n|ref|réf)[.°º]{{0,2}}| number| nº| №| #)? ?(?P<number>{NUMBER})", re.IGNORECASE)),
    ("date", re.compile(rf",? \(?(?:(?:dated|of|on|from|sent on|made on|issued on|received on|du|des|de|en date du|datée? du|daté du|le|en|d'|от|с|в|tarixli|بتاريخ|المؤرخة?(?: في)?) ?)?(?:the )?(?P<date>{DATE})", re.IGNORECASE)),
    ("between", re.compile(rf"(?: ?\"?,?(?: (?:was|were|has been|have been|had been|a été|ont été|fut|furent))? (?:signed|concluded|initialled|signée?s?|conclue?s?|paraphée?s?))? (?:between|entre) {_ARTICLED}(?P<from>{_MARK}) (?:and|et) {_ARTICLED}(?P<to>{_MARK})", re.IGNORECASE)),
    ("to", re.compile(rf"(?: [^.;,{ANY_PARTY}{NOUN}{DATE}]{{0,25}})? (?:a été|ont été|was|were|has been|have been|had been) (?:[\w-]+ )?(?:sent|addressed|submitted|handed|delivered|adressée?s?|soumise?s?|envoyée?s?|remise?s?|transmise?s?) (?:to|à|au|aux) {_ARTICLED}(?P<to>{_MARK})", re.IGNORECASE)),
    ("to", re.compile(rf",?(?: (?:addressed|sent|submitted|presented|handed|delivered|adressée?s?|soumise?s?|envoyée?s?|remise?s?))?(?: to| à| au| aux) {_ARTICLED}(?P<to>{_MARK})", re.IGNORECASE)),
    ("with", re.compile(rf"(?: (?:of|on|about|sur) [^.;{ANY_PARTY}{NOUN}{DATE}]{{0,40}}?)? (?:with|avec) {_ARTICLED}(?P<to>{_MARK})(?: (?:and|et) {_ARTICLED}(?P<to2>{_MARK}))?", re.IGNORECASE)),
    ("from", re.compile(rf",?(?: (?:made|sent|issued|given|signed|tabled|faite|publiée?|envoyée?|signée?))? (?:from|by|of|par|de|du|des) {_ARTICLED}(?P<from>{PARTY})|,? d'(?P<from2>{PARTY})", re.IGNORECASE)),
    ("sent", re.compile(rf",? (?:which|that|que) {_ARTICLED}(?P<from>{_MARK})(?: [\w']+){{0,3}} {_SEND}(?: (?:to|à|au|aux) {_ARTICLED}(?P<to>{_MARK}))?", re.IGNORECASE)),
)  # fmt: skip
_ARTICLE_BEFORE = re.compile(r"(?<!\w)(?:the\s|le\s|la\s|les\s|l')$", re.IGNORECASE)
_LEAD_IN = re.compile(r"(?:\b(?:on|in|dated|since|le|en|du|dès le)\s+(?:the\s+)?)$", re.IGNORECASE)


@dataclass(slots=True)
class CommunicationMention:
    """One mention at `start:end` of the clean text; parties are mentions still to be resolved."""

    kind: str
    start: int
    end: int
    senders: list[PartyMention] = field(default_factory=list)
    recipients: list[PartyMention] = field(default_factory=list)
    date: DateMention | None = None
    number: str | None = None
    noun: bool = False
    owned: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class _Noun:
    kind: str
    weak: bool
    written: bool


@cache
def _noun_rules(language: str) -> tuple[re.Pattern[str], tuple[_Noun, ...]]:
    mine = [row for row in tables.rows("communication_nouns") if row["language"] == language]
    pattern = "|".join(f"(?P<k{place}>{row['forms']})" for place, row in enumerate(mine)) or r"(?!)"
    nouns = tuple(_Noun(row["kind"], row["weak"] == "yes", row["written"] == "yes") for row in mine)
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE), nouns


@cache
def _verb_rules(language: str) -> tuple[tuple[str, bool, re.Pattern[str]], ...]:
    mine = [row for row in tables.rows("communication_phrases") if row["language"] == language]
    return tuple((row["kind"], row["weak"] == "yes", compiled(row["pattern"])) for row in mine)


def mark_block(clean: str, mentions: Sequence[PartyMention], dates: Sequence[DateMention], language: str) -> Marked:
    """The marked form of a block with its parties, dates, reference numbers and nouns for communications."""
    pattern, nouns = _noun_rules(language)
    found = [(m.start(), m.end(), NOUN, nouns[int((m.lastgroup or "k0")[1:])]) for m in pattern.finditer(clean)]
    numbers = [(start, end, NUMBER, form) for start, end, form in reference_numbers(clean)]
    taken = Taken((start, end) for start, end, *_ in numbers)
    for date in dates:
        taken.take(date.start, date.end)
    found = [noun for noun in found if taken.free(noun[0], noun[1])]
    nouns_at = Taken((noun[0], noun[1]) for noun in found)
    # A party's name that holds such a noun ("Letter Office") is no name here; Marked lets the noun win.
    inner = [m for m in mentions if nouns_at.free(m.start, m.end)]
    return Marked(clean, inner, tuple(dates), [*numbers, *found])


def find_mentions(marked: Marked, language: str, cable: bool = False) -> list[CommunicationMention]:
    """Mentions in a marked block, in order of place. *cable*: the document is one, so that a bare cable number is another."""
    sentences = _sentences(marked.text)
    found = [*_by_verb(marked, language, sentences), *_by_noun(marked, sentences)]
    if cable:
        found += _by_number(marked)
    ranked = sorted(found, key=lambda m: (m.date is None, -len(m.senders) - len(m.recipients), m.start - m.end, m.start))
    taken = Taken()
    return sorted((mention for mention in ranked if taken.take(mention.start, mention.end)), key=lambda m: m.start)


def _sentences(text: str) -> list[tuple[int, int]]:
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    starts = [0, *ends]
    return list(zip(starts, [*ends, len(text)], strict=True))


def _around(sentences: Sequence[tuple[int, int]], place: int) -> tuple[int, int]:
    return next((span for span in sentences if span[0] <= place < span[1]), (0, place + 1))


def _by_verb(marked: Marked, language: str, sentences: Sequence[tuple[int, int]]) -> list[CommunicationMention]:
    found: list[CommunicationMention] = []
    for kind, weak, rule in _verb_rules(language):
        for match in rule.finditer(marked.text):
            start, end = match.span()
            bound = {name: marked.mark(match.start(name)) for name in match.groupdict() if match[name]}
            mention = CommunicationMention(kind, start, end)
            _bind(mention, bound.get("from"), mention.senders)
            _bind(mention, bound.get("to"), mention.recipients)
            date_mark = bound.get("date")
            if date_mark is not None:
                mention.date = date_mark.value
            else:
                _clause_date(marked, mention, sentences)
            if weak and mention.date is None:
                continue
            first = min((place for name in match.groupdict() if match[name] for place in [match.start(name)]), default=start)
            mention.start = min(mention.start, first) if mention.start != start else start
            lead = _ARTICLE_BEFORE.search(marked.text[max(0, mention.start - 8) : mention.start])
            mention.start -= len(lead.group()) if lead else 0
            found.append(_placed(marked, mention))
    return found


def _bind(mention: CommunicationMention, mark: object, into: list[PartyMention]) -> None:
    value = getattr(mark, "value", None)
    if isinstance(value, PartyMention):
        into.append(value)


def _clause_date(marked: Marked, mention: CommunicationMention, sentences: Sequence[tuple[int, int]]) -> None:
    """The date of a verb's clause: the one that opens the sentence just before it, else the first close behind it."""
    low, high = _around(sentences, mention.start)
    before = marked.marks_in(low, mention.start, DATE)
    if before and re.fullmatch(r",?\s*(?:the\s|le\s|la\s|les\s|l')?", marked.text[before[-1][0] + 1 : mention.start]):
        place, mark = before[-1]
        mention.date = mark.value
        lead = _LEAD_IN.search(marked.text[low:place])
        mention.start = place - (len(lead.group()) if lead else 0)
        return
    after = marked.marks_in(mention.end, min(high, mention.end + REACH), DATE)
    if after and not marked.marks_in(mention.end, after[0][0], NOUN):
        place, mark = after[0]
        between = marked.text[mention.end : place]
        if not re.search(r",\s+(?!on\b|in\b|le\b|en\b|dated\b)\w+|\b(?:and|et|that|que|to|who|qui)\b", between):
            mention.date, mention.end = mark.value, place + 1


def _by_noun(marked: Marked, sentences: Sequence[tuple[int, int]]) -> list[CommunicationMention]:
    found = []
    for place, mark in marked.marks_in(0, len(marked.text), NOUN):
        low, high = _around(sentences, place)
        before = marked.text[low:place]
        noun: _Noun = mark.value
        if _SELF.search(before) or _NONE.search(before) or (noun.kind == "reply" and _AWAITED.search(before)):
            continue
        mention = CommunicationMention(noun.kind, place, place + 1, noun=True)
        _left(marked, mention, low)
        _right(marked, mention, high)
        if mention.date is None:
            _loose_date(marked, mention, low, high)
        plural = mark.end - mark.start > 4 and marked.clean[mark.end - 1] == "s"
        if _enough(mention, noun, plural) or _told_by_context(mention, before, marked.text[place + 1 : place + 14]):
            found.append(_placed(marked, mention))
    return found


def _left(marked: Marked, mention: CommunicationMention, low: int) -> None:
    """Whose the noun is, or who sent or got it."""
    before = marked.text[low : mention.start]
    owner = _OWNER.search(before)
    if owner:
        mark = marked.mark(low + owner.start("from"))
        value: PartyMention | None = mark.value if mark else None
        place = marked.mark(mention.start)
        joined = (
            owner.end() - owner.start("from") == 2
            and place is not None
            and marked.clean[place.start : place.end].lower() in _HELD
        )
        own = value is not None and (owner["possessive"] or joined or value.text.lower() in _POSSESSIVE)
        if value is not None and own:
            mention.senders.append(value)
            mention.start, mention.owned = low + owner.start("from"), True
            return
    own_word = _OWN.search(before)
    if own_word:
        group = "first" if own_word["first"] else "second"
        start, end = marked.clean_span(low + own_word.start(group), low + own_word.end(group))
        form: Form = "first" if group == "first" else "second"
        mention.senders.append(PartyMention(start, end, marked.clean[start:end], form))
        mention.start, mention.owned = low + own_word.start(group), True
        return
    taken = _TAKEN.search(before)
    if taken:
        at = marked.clean_place(low + taken.end())
        mention.senders.append(PartyMention(at, at, "", "second"))
        mention.owned = True
        return
    means = _MEANS.search(before) if mention.kind in _MEANT else None
    if means:
        _bind(mention, marked.mark(low + means.start("from")), mention.senders)
        mention.start, mention.sent = low + means.start("from"), bool(mention.senders)
        return
    for rule in (_SENT, _GOT):
        match = rule.search(before)
        if match is None:
            continue
        for name, into in (("from", mention.senders), ("to", mention.recipients)):
            if name in match.groupdict() and match[name]:
                _bind(mention, marked.mark(low + match.start(name)), into)
        mention.sent = bool(mention.senders)
        mention.start = low + match.start()
        return


def _right(marked: Marked, mention: CommunicationMention, high: int) -> None:
    """The number, date, sender and addressee that follow the noun, in any order."""
    for _ in range(6):
        for name, rule in _RIGHT:
            match = rule.match(marked.text, mention.end, high)
            if (
                match is None
                or (name == "from" and (mention.senders or mention.kind == "agreement"))
                or (name in {"to", "with"} and mention.recipients)
            ):
                continue
            groups = match.groupdict()
            if "number" in groups and mention.number is None:
                mark = marked.mark(match.start("number"))
                mention.number = mark.value if mark else None
            elif "date" in groups and mention.date is None:
                mark = marked.mark(match.start("date"))
                mention.date = mark.value if mark else None
            elif "number" in groups or "date" in groups:
                continue
            for key, into in (
                ("from", mention.senders),
                ("from2", mention.senders),
                ("to", mention.recipients),
                ("to2", mention.recipients),
            ):
                if groups.get(key) and (not into or key == "to2"):
                    _bind(mention, marked.mark(match.start(key)), into)
            mention.end = match.end()
            break
        else:
            return


def _loose_date(marked: Marked, mention: CommunicationMention, low: int, high: int) -> None:
    """A date a few words behind the noun, or the one that opens the sentence before "a letter was sent"."""
    named = _NAMED_AFTER.match(marked.text, mention.end, high) if mention.kind == "agreement" else None
    if named:
        mark = marked.mark(named.end() - 1)
        mention.date, mention.end = mark.value if mark else None, named.end()
        return
    after = marked.marks_in(mention.end, min(high, mention.end + 30), DATE)
    if after and not re.search(
        r"[,;:]|\b(?:that|que|to|and|et|after|before|until|which)\b", marked.text[mention.end : after[0][0]]
    ):
        mention.date, mention.end = after[0][1].value, after[0][0] + 1
        return
    before = marked.marks_in(low, mention.start, DATE)
    opens = before and re.fullmatch(r",?\s*(?:the\s|an?\s|une?\s|le\s|la\s|l')?", marked.text[before[-1][0] + 1 : mention.start])
    if opens and mention.senders:
        mention.date = before[-1][1].value
        lead = _LEAD_IN.search(marked.text[low : before[-1][0]])
        mention.start = before[-1][0] - (len(lead.group()) if lead else 0)


def _told_by_context(mention: CommunicationMention, before: str, after: str) -> bool:
    """Whether words beside a noun make it one communication: "following telegram", "the press release issued"."""
    if mention.kind == "cable":
        return bool(_FOLLOWING.search(before))
    if mention.kind == "press release":
        return bool(_ISSUED.match(after))
    return mention.kind == "meeting" and bool(mention.recipients) and bool(_HIS.search(before))


def _enough(mention: CommunicationMention, noun: _Noun, plural: bool) -> bool:
    """Whether the surroundings make a noun one communication and not the thing in general."""
    dated = mention.date is not None
    if dated and mention.kind == "meeting" and mention.date and mention.date.basis == "relative":
        dated = bool(mention.senders or mention.recipients)
    named = [party for party in mention.senders if party.form in {"named", "described"}]
    if dated or mention.number or (mention.sent and noun.written):
        return True
    if not noun.weak:
        return bool(mention.senders or mention.recipients)
    if mention.kind == "instructions" and mention.owned:
        return True
    if mention.kind == "meeting":
        return bool(mention.senders) and (bool(mention.recipients) or mention.owned)
    if plural:
        return False
    if mention.kind in {"reply", "statement", "appeal", "resolution", "order", "recommendation"}:
        return bool(named)
    return False


def _by_number(marked: Marked) -> list[CommunicationMention]:
    """Cable numbers that stand alone: "our O.JA1401"."""
    found = []
    for match in _SHORT_NUMBER.finditer(marked.text):
        mark = marked.mark(match.start())
        if mark is not None:
            short = CommunicationMention(
                "cable", match.start(), match.end(), [mark.value], number=match["number"], noun=True, owned=True
            )
            found.append(_placed(marked, short))
    for place, mark in marked.marks_in(0, len(marked.text), NUMBER):
        if not CABLE_NUMBER.match(str(mark.value)):
            continue
        mention = CommunicationMention("cable", place, place + 1, number=str(mark.value), noun=True)
        _left(marked, mention, 0)
        _right(marked, mention, len(marked.text))
        found.append(_placed(marked, mention))
    return found


def _placed(marked: Marked, mention: CommunicationMention) -> CommunicationMention:
    mention.start, mention.end = marked.clean_span(mention.start, mention.end)
    return mention
