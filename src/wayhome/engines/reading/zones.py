"""Split a document's text into blocks and say what role each block plays (letterhead, salutation, body, signature ...).

Rules over lines only; no model. Every character of a block's clean text remembers where it stands in the original text, so
that whatever is found later can be quoted exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from wayhome.engines.reading.types import Zone, ZoneSpan

Role = Literal[
    "letterhead", "heading", "wrapper", "salutation", "body", "quoted", "note", "signature", "enclosures", "boilerplate"
]
ZONE_OF_ROLE: dict[str, Zone] = {
    "letterhead": "letterhead",
    "heading": "body",
    "wrapper": "wrapper",
    "salutation": "salutation",
    "body": "body",
    "quoted": "quoted",
    "note": "body",
    "signature": "signature",
    "enclosures": "enclosures",
    "boilerplate": "boilerplate",
}
READ_ROLES = frozenset({"body", "wrapper", "quoted", "note"})

# Marks of Markdown, HTML and footnotes that are not language; the link's own words stay.
_NOISE = re.compile(
    r"<!--.*?(?:-->|$)|!\[[^\]\n]*\]\([^)\n]*\)|\[\^?\w{1,3}\](?:\(#[^)\n]*\))?(?=\W|$)|\[\]\([^)\n]*\)"
    r"|</?[a-zA-Z][^<>\n]{0,120}>"
    r"|https?://[^\s)\]>]+|\*{1,3}|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)|\\(?=[-.*_#\[\]()!>+&~`]|\s*$)|`+",
    re.S | re.M,
)
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\([^)\n]*\)")
_MARKER = re.compile(
    r"^[ \t]*(?:>+[ \t]*)*(?:\*\*)?(?:(?:\\?[-*+•–—·▪][ \t]+|\(?\d{1,3}\\?[.)](?:[ \t]+|(?=[A-Z]))"
    r"|\(?[a-zA-Z]\\?\)[ \t]+|[a-h]\\?\.[ \t]+"
    r"|\(?[ivxIVX]{1,5}\\?[.)][ \t]+|§+[ \t]*\d*\.?[ \t]*|#{1,6}[ \t]*|OP\d{1,2}\.?[ \t]+)+)"
)
_NOTE_MARK = re.compile(r"^[ \t]*(?:\*[ \t]+)?_?[ \t]*(?:\[\^?\d{1,3}\]:?|\d{1,3}|[¹²³⁴⁵⁶⁷⁸⁹]+)[ \t]+(?=[^\d\W])")
_TABLE_ROW = re.compile(r"^[ \t]*\|.*\|?[ \t]*$")
_QUOTE_MARK = re.compile(r"^[ \t]*>")
_QUOTE_HEAD = re.compile(
    r"^\W*(?:-{2,}\s*(?:original message|forwarded message|message d'origine|message transféré)|(?:on"
    r"|le)\b.{4,90}\b(?:wrote|a écrit)\s*:\s*$)",
    re.I,
)
_BOILERPLATE = re.compile(
    r"^\W*(?:©|copyright\b|all rights reserved|tous droits réservés|tags?\s*:|share (?:this|on)\b|share$"
    r"|you (?:might|may) also like|read (?:also|more)\b"
    r"|related (?:news|articles|stories)|subscribe\b|follow us|print this|source\s*:|lire (?:aussi|la suite)"
    r"|partager\b|abonnez|à lire aussi|cookies?\b"
    r"|this e-?mail (?:and|is)|ce (?:courriel|message) (?:est|et)|page \d+(?: (?:of|sur|de) \d+)?$|\d+$|consulter le dossier"
    r"|(?:archived|downloaded) from)|^\W*(?-i:\[?[A-Z]{1,5}\s*[:,]?\s*(?:[A-Z]{1,3}\s?)?\d[\w/,. :()-]*\]?_?\W*$"
    r"|\[[A-Z]{2,8}:[^\]]*\]\W*$)",
    re.I,
)
_SALUTATION = re.compile(
    r"^\W*(?:dear\b|(?:your )?excellenc(?:y|ies)\b|your (?:honou?r|holiness|eminence|majesty|grace|lordship"
    r"|beatitude)|(?:my )?(?:lord|lady)\b|sirs?\b|gentlemen"
    r"|madame?\b|(?:mr|mrs|ms|madam)\.? (?:president|secretary|chair\w*|minister|speaker|ambassador)|honou?rable"
    r"|to whom it may concern"
    r"|monsieur|messieurs|mesdames|cher\b|chère|chers\b|votre (?:excellence|éminence|sainteté|majesté)|monseigneur"
    r"|sire\b)[^.!?\n]{0,90}[,:;!—-]?\W*$",
    re.I,
)
CLOSING = re.compile(
    r"\b(?:yours (?:sincerely|faithfully|truly|respectfully|ever|very)|(?:sincerely|respectfully"
    r"|faithfully) (?:yours|submitted)|^\W*(?:sincerely|respectfully)\W*$"
    r"|accept\b.{0,60}\bassurances?\b|assurances? of (?:its|my|our|their) (?:high|distinguished|renewed)|(?:renew"
    r"|express|convey)\w* .{0,50}assurances? of"
    r"|(?:veuillez|daignez|je vous prie|nous vous prions|vous priant)\b.{0,60}\b(?:agréer|recevoir|croire"
    r"|accepter)\b.{0,90}\b(?:assurance|expression|considération|sentiments|hommage|salutations)"
    r"|les? assurances? de (?:sa|ma|leur|notre) .{0,20}considération|haute considération|(?:best|kind|warm) regards"
    r"|have the honou?r to be\b"
    r"|salutations distinguées|remain,? (?:sir|sirs|excellency|gentlemen|your))",
    re.I,
)
_ENCLOSURE = re.compile(
    r"^\W*(?:enclosures?|encl?s?\.?|attachments?|annex(?:es)?|pièces? jointes?|p\.? ?j\.?|annexes?|copy to|cc"
    r"|copies? à)\s*[:.(\d]",
    re.I,
)
_PRESENTS = re.compile(
    r"(?:presents?|publish(?:es)?|reads?|follows|full text|text) (?:of )?(?:the |its |his "
    r"|their )?(?:\w+ ){0,2}(?:letter|statement|appeal|text|message|as follows|in full)?\s*(?:reads?|is as follows"
    r"|follows)?\s*:\s*$"
    r"|(?:voici|texte|intégralité)\b.{0,60}\b(?:lettre|déclaration|appel|message|communiqué|texte)\b.{0,30}:\s*$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?;:…][\"'”’»)\]]*\W*$")


@dataclass(slots=True)
class Block:
    """A paragraph, list item, heading or note.

    `clean` is the text without marks of layout; `where[i]` is the position in the document's text of `clean[i]`.
    `item` says that a list or paragraph mark opened it.
    """

    start: int
    end: int
    role: Role = "body"
    clean: str = ""
    where: list[int] = field(default_factory=list)
    item: bool = False


def clean_span(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Text between *start* and *end* without layout marks, single-spaced, and the position of every kept character."""
    segment = text[start:end]
    gone = bytearray(len(segment))
    for m in _LINK.finditer(segment):
        gone[m.start() : m.start(1)] = b"\1" * (m.start(1) - m.start())
        gone[m.end(1) : m.end()] = b"\1" * (m.end() - m.end(1))
    for m in _NOISE.finditer(segment):
        gone[m.start() : m.end()] = b"\1" * (m.end() - m.start())
    out: list[str] = []
    where: list[int] = []
    for i, char in enumerate(segment):
        if gone[i] or char in "\u200b\u200e\u200f\ufeff":
            continue
        if char == "\u00ad":  # a soft hyphen before a space is a hyphen that OCR left at a line's end
            if segment[i + 1 : i + 2].isspace() and out and out[-1] != " ":
                out.append("-")
                where.append(start + i)
            continue
        if char.isspace():
            if out and out[-1] not in " " and not (out[-1] == "-" and segment[i - 1 : i] == "\u00ad"):
                out.append(" ")
                where.append(start + i)
            continue
        out.append(_PLAIN.get(char, char))
        where.append(start + i)
    while out and out[-1] == " ":
        out.pop()
        where.pop()
    return "".join(out), where


_PLAIN = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "\u2010": "-",
    "\u2011": "-",
}


def _wrap_width(lines: Sequence[str]) -> int:
    """Typical length of a full line, 0 when paragraphs stand on one line each."""
    followed = [len(a.strip()) for a, b in pairwise(lines) if a.strip() and b.strip() and not _MARKER.match(b)]
    full = sorted(n for n in followed if n >= 40)
    return full[int(len(full) * 0.7)] if len(full) >= 3 and full[len(full) // 2] <= 140 else 0


def split_blocks(text: str) -> list[tuple[int, int]]:
    """Extents of blocks: blank lines, list marks, table rows and short lines open a new one; wrapped lines are joined."""
    lines = text.splitlines(keepends=True)
    width = _wrap_width(lines)
    blocks: list[list[int]] = []
    position, previous = 0, ""
    for line in lines:
        stripped = line.strip()
        if stripped:
            lower = stripped[0].islower()
            joined = bool(previous) and not _MARKER.match(line) and not _TABLE_ROW.match(line) and not previous.endswith("\\")
            if joined and not lower:
                full = width and len(previous) >= 0.72 * width
                joined = bool(full) and not (_NOTE_MARK.match(line) and _SENTENCE_END.search(previous))
            if joined and _QUOTE_MARK.match(line) and not _QUOTE_MARK.match(previous):
                joined = False
            if joined:
                blocks[-1][1] = position + len(line)
            else:
                blocks.append([position, position + len(line)])
        previous = stripped
        position += len(line)
    return [(a, b) for a, b in blocks]


def _latin(clean: str) -> bool:
    letters = [c for c in clean if c.isalpha()]
    return bool(letters) and sum(c < "\u0250" for c in letters) >= 0.5 * len(letters)


def find_blocks(text: str, proven: Sequence[ZoneSpan] = ()) -> list[Block]:
    """Blocks of *text* with their roles; *proven* zones (from the file's format) overrule the rules."""
    blocks: list[Block] = []
    spans = split_blocks(text)
    wrapper_until = _wrapper_end(text, spans)
    after_close = quoted_on = salutation_seen = prose_seen = False
    for number, (start, end) in enumerate(spans):
        raw = text[start:end]
        late = start > 0.45 * len(text)
        note = _NOTE_MARK.match(raw) if (late or re.match(r"^\W*\[\^?\d", raw)) else None
        mark = _MARKER.match(raw)
        heading = bool(re.match(r"^[ \t]*#{1,6}\s", raw))
        skip = (note.end() if note else 0) or (mark.end() if mark else 0)
        block = Block(start, end, item=bool(mark) and not heading)
        block.clean, block.where = clean_span(text, start + skip, end)
        clean = block.clean
        short = len(clean) < 110 and not _SENTENCE_END.search(clean) and not block.item
        if _QUOTE_HEAD.match(raw):
            quoted_on = True
        if not clean or not _latin(clean) or _TABLE_ROW.match(raw) or _BOILERPLATE.search(clean):
            block.role = "boilerplate"
        elif quoted_on or _QUOTE_MARK.match(raw):
            block.role = "quoted"
        elif note and (after_close or late):
            block.role = "note"
        elif heading or (clean.isupper() and len(clean) < 160 and not _SENTENCE_END.search(clean)):
            block.role = "heading" if prose_seen or heading else "letterhead"
        elif len(clean) < 110 and _SALUTATION.match(clean):
            block.role = "salutation"
            salutation_seen = True
        elif _ENCLOSURE.match(clean) and len(clean) < 300:
            block.role = "enclosures"
        elif len(clean) < 330 and CLOSING.search(clean) and not _REQUEST_INCLOSING.search(clean):
            block.role = "signature"
            after_close = late or salutation_seen
        elif after_close and len(clean) < 90 and not clean.endswith((";", ".")):
            block.role = "signature"
        elif start < wrapper_until:
            block.role = "wrapper" if not (short and number == 0) else "heading"
        elif short:
            block.role = "letterhead" if not prose_seen else ("signature" if late and len(clean) < 60 else "heading")
        elif not prose_seen and not salutation_seen and number < 8 and _HEAD_LINE.match(clean) and len(clean) < 160:
            block.role = "letterhead"
        if block.role in READ_ROLES and len(clean) > 80:
            prose_seen = True
        if block.role == "signature" and not late:
            block.role = "signature" if CLOSING.search(clean) else "heading"
        blocks.append(block)
    _late_salutation(blocks)
    _apply_proven(blocks, proven)
    return blocks


_ARTICLE = re.compile(
    r"^\W*(?:the|la|le|les|l'|un|une|a|an|vu|considering|whereas|recalling|noting|having|in|on|at|by|for)\b|\d{4}|:$", re.I
)


def _late_salutation(blocks: list[Block]) -> None:
    """A short line that ends with a comma or an exclamation mark, right before the first paragraph, opens the letter."""
    if any(b.role == "salutation" for b in blocks[:16]):
        return
    for block, after in pairwise(blocks[:16]):
        if block.role in ("letterhead", "heading") and len(block.clean) < 80 and block.clean.rstrip('"').endswith((",", "!")):
            if after.role in ("body", "quoted") and len(after.clean) > 60 and not _ARTICLE.search(block.clean):
                block.role = "salutation"
            return


_REQUEST_INCLOSING = re.compile(
    r"\b(?:grateful if|request that|kindly|would appreciate|circulat\w+|prie de bien vouloir|saurais gré|reconnaissant)", re.I
)
_HEAD_LINE = re.compile(
    r"^\W*(?:to|from|date|subject|re|ref|reference|cc|à|de|objet|réf|destinataire|expéditeur|le \d|the \d"
    r"|\d{1,2} [a-zéû]+ \d{4}|[A-ZÉ][\w' -]+,? (?:le )?\d{1,2}(?:st|nd|rd|th|er)? [A-Za-zéû]+)\b"
    r"[^.!?]{0,140}\.?$",
    re.I,
)


def _wrapper_end(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Where a news page's own words stop and the letter that it presents begins; 0 when nothing is presented."""
    for (start, end), (following, stop) in pairwise(spans):
        if start > 0.5 * len(text):
            break
        clean, _ = clean_span(text, start, end)
        after, _ = clean_span(text, following, stop)
        if _PRESENTS.search(clean[-140:]) and (after[:1] in "\"'" or _SALUTATION.match(after)):
            return following
        if after[:1] == '"' and len(after) < 110 and _SALUTATION.match(after):
            return following
    return 0


def _apply_proven(blocks: list[Block], proven: Sequence[ZoneSpan]) -> None:
    """Overrule roles by zones that the file format proves."""
    for block in blocks:
        for zone in proven:
            if zone.start <= block.start and block.end <= zone.end and zone.zone != "body":
                block.role = zone.zone
                break


def zone_spans(blocks: Sequence[Block]) -> tuple[ZoneSpan, ...]:
    """Contract zones: neighbouring blocks of one zone joined."""
    out: list[ZoneSpan] = []
    for block in blocks:
        zone = ZONE_OF_ROLE[block.role]
        if out and out[-1].zone == zone:
            out[-1] = ZoneSpan(zone, out[-1].start, block.end)
        else:
            out.append(ZoneSpan(zone, block.start, block.end))
    return tuple(out)
