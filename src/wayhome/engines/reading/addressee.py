"""Sender and addressee of a document as its head names them: To:, salutation, address block, "presents its compliments to"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wayhome.engines.reading.zones import CLOSING as _CLOSING
from wayhome.engines.reading.zones import Block

_UP = "A-ZÀ-ÖØ-ÞŒ"
_NAME = rf"(?:(?:the|la|le|les|l'|son|sa|his|her|mr|mrs|ms|dr|m|mme|sir)\.?\s*)*[{_UP}][^.;:!?\n\"]{{2,110}}"
_TO_LINE = re.compile(
    r"^\W*(?:to|à|a|pour|for|destinataires?|addressees?|attention|attn|à l'attention de|for the attention of)\s*:\s*(.{3,110})$",
    re.I,
)
_FROM_LINE = re.compile(r"^\W*(?:from|de|expéditeur|sender|par)\s*:\s*(.{3,110})$", re.I)
_ADDRESS_LINE = re.compile(
    rf"^\W*(?:to |à |au |aux )?((?:(?:his|her|your|son|sa) (?:excellency|excellence|majesty|majesté|grace|holiness|sainteté|eminence|éminence)|h\.e\.|s\.e\.m?\.|the (?:rt\.? )?hon(?:ourable|\.)?"
    rf"|the (?:secretary|president|prime minister|minister|chairman|director|high commissioner|ambassador|governor|permanent|commissioner|head|mayor|speaker)"
    rf"|(?:monsieur|madame|messieurs|m\.|mme) (?:le|la|les)|(?:monsieur|madame|mr\.?|mrs\.?|ms\.?|dr\.?|sir) (?=[{_UP}]))\b.{{0,110}})$",
    re.I,
)
_A_TO_LINE = re.compile(
    rf"^\W*(?:à|au|aux|to)\s+((?:la |le |les |the |l')?(?:son |sa |monsieur |madame |m\. )?[{_UP}].{{3,100}})$"
)
_COMPLIMENTS = re.compile(
    r"(?:presents?|present) (?:its|his|her|their) compliments to ((?:the|his|her) .{3,90}?)(?=,| and (?:has|with|acknow|begs?|wish|would|refer)| and,| in | with | on )"
    r"|présente ses compliments (?:à la |à l'|au |aux |à )(.{3,90}?)(?=,| et (?:a |lui |se |l'|accuse|,|saisit|en)| au sujet)"
    r"|a l'honneur (?:d'informer|de prier|de faire savoir à|d'appeler l'attention (?:du|de la|de l')|d'accuser|d'attirer l'attention (?:bienveillante )?(?:du|de la|de l'))\s*(.{3,70}?)(?=,| que | de | sur )",
    re.I,
)
_LETTER_TO = re.compile(
    rf"\b(?:letter|message|appeal|note|telegram|petition|memorandum|lettre|message|appel|télégramme|pétition|requête)\b(?: \w+){{0,3}}? (?:to|à|au|aux)\s+((?:the |la |le |les |l')?(?:[{_UP}][\w.'-]+)"
    rf"(?:[ -](?:of|the|for|and|de|des|du|la|l'|d'|et|[{_UP}][\w.'-]*))*(?: [{_UP}][\w.'-]+)?)"
)
_X_TO_Y = re.compile(rf"^\W*[{_UP}][^:.]{{2,70}}? (?:to|à|au|aux) (?!the attention)((?:the |la |le |l')?[{_UP}][^.:]{{2,80}})$")
_DEAR = re.compile(r"^\W*(?:dear|cher|chère|chers|chères|my dear|mon cher|ma chère)\s+", re.I)
_EMPTY_SALUTATION = re.compile(
    r"^\W*(?:(?:dear|cher|chère|your|votre|my|mon|the)\s+)*(?:sirs?|madam|madame|monsieur|messieurs|mesdames|excellency|excellencies|excellence|gentlemen|colleagues?|collègues?|friends?|amis?"
    r"|all|tous|whom it may concern|it may concern|to whom it may concern|,|\s|and|et|or|ou|/)*\W*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class DocumentParties:
    """Sender and addressee of the document itself, as its head names them; None where it does not.

    `supposed` says that the addressee is not named but follows from the form: a mission's cable goes to its own ministry;
    `other` is a second reading of who is addressed.
    """

    sender: str | None
    addressee: str | None
    supposed: bool = False
    other: str | None = None
    writer: str | None = None

    @property
    def author(self) -> str | None:
        """Who says "we" in the document, by one name."""
        return self.writer or self.sender

    def beside(self, senders: Sequence[str], addressees: Sequence[str]) -> DocumentParties:
        """These parties beside those that another reading of the head names; theirs lead, `other` keeps a differing addressee."""
        sender = ", ".join(dict.fromkeys([*senders[:2], *([self.sender] if self.sender else [])]))[:160] or None
        if not addressees:
            return replace(self, sender=sender, writer=senders[0] if senders else None)
        first = ", ".join(addressees[:2])
        other = self.addressee if self.addressee and not self.supposed and self.addressee != first else None
        return DocumentParties(sender, first, False, other, senders[0] if senders else None)


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip(" ,.;:—–-\"'()[]*!")[:120]


_DATED = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_MARKING = re.compile(
    r"^\W*(?:secret|confidential|confidentiel|restricted|unclassified|immediate|immédiat|priority|routine|urgent|personal|private|personnel|privé|ref|réf|subject|objet|re|no|n°|"
    r"tel|fax|by |par |cypher|cable|telegram|dated|from|de|paraphrase|inward|outward|copy|copie|draft|projet|note|aide)\b",
    re.I,
)
_CABLE = re.compile(
    r"\b(?:cablegram|savingram|telno|inward|outward|cypher|immediate|routine|priority|austeo|secstate|amembassy|télégramme|diplomatie|despatch|dispatch|dépêche|my telegram|your telegram|mon télégramme"
    r"|votre télégramme|reftel|mytel|yourtel|urtel)\b",
    re.I,
)
_UPPER_TO = re.compile(
    r"^\W*(?:(?:TO|POUR)\s+(?:(?:IMMEDIATE|PRIORITY|ROUTINE|FLASH)\s+)?|[A-Z .'-]{3,40}\sTO\s)([A-Z][A-Z .&'-]{1,60}?)(?:\s+(?:TELNO|IMMEDIATE|PRIORITY|ROUTINE|\d).*)?$"
)
_TITLE_TO = re.compile(
    rf"^\W*(?:open |public |joint |lettre |texte )?(?:letter|appeal|petition|message|memorial|memorandum|address|lettre|appel|pétition|requête|adresse|mémoire)\b.{{0,140}}?\b"
    rf"(?:addressed to|to|adressée? à|adressée? au|à|au|aux) ((?:the |la |le |les |l'|son |sa |monsieur |madame |m\. )?[{_UP}].{{3,100}})$",
    re.I,
)
_REPLY_TO = re.compile(
    rf"(?:réponse (?:à|au|aux)|reply to|answer to|response to)\b.{{0,60}}?\b(?:de|by|from|of) ((?:m\.|mme|mr|mrs|ms|the|la|le) ?[{_UP}][^.,;:]{{2,70}})",
    re.I,
)
_PRESENTS = re.compile(
    rf"^\W*((?:the|la|le|l')\s?[{_UP}][^.;:,]{{2,80}}?)\s+(?:presents?|présente|has the honou?r|a l'honneur|avails itself)", re.I
)
_ADDRESSES = re.compile(
    rf"^\W*(?!On |In |At |Le \d|En )((?:the )?[{_UP}][^.;:,\d]{{2,70}}?)(?<! we)(?<! I)(?<! nous)(?<! je)\s+(?:addresses|sent|sends|writes|wrote|has written|appeals?|écrit|adresse|a adressé|a écrit)\b"
)
HOME_MINISTRY = {"en": "Department (Ministry of Foreign Affairs)", "fr": "Département (ministère des Affaires étrangères)"}


def document_parties(
    blocks: Sequence[Block], senders: Sequence[str] = (), recipients: Sequence[str] = (), language: str = "en"
) -> DocumentParties:
    """Sender and addressee from the file's own fields, the head lines, the salutation, the first paragraphs or the signature."""
    head = [b for b in blocks[:16] if b.clean]
    addressee = ", ".join(recipients) or _addressee(head, blocks)
    supposed = False
    if not addressee and any(_CABLE.search(b.clean[:160]) for b in head[:7]):
        addressee, supposed = HOME_MINISTRY.get(language, HOME_MINISTRY["en"]), True
    sender = ", ".join(senders) or _sender(head, blocks, addressee)
    return DocumentParties(sender, addressee, supposed)


def _addressee(head: Sequence[Block], blocks: Sequence[Block]) -> str | None:
    for block in head:
        m = _TO_LINE.match(block.clean) or (
            _UPPER_TO.match(block.clean) if block.role != "body" or len(block.clean) < 80 else None
        )
        if m:
            return _tidy(m[1])
    place = next((n for n, b in enumerate(head) if b.role == "salutation"), None)
    address = _address(head, place)
    salutation = head[place].clean if place is not None else ""
    said = "" if not salutation or _EMPTY_SALUTATION.match(salutation) else _tidy(_DEAR.sub("", salutation))
    if address or said:
        if said and said.lower() in (address or "").lower():
            return address
        return f"{said} ({address})" if said and address else said or address
    for block in head[:5]:
        if block.role != "body" or len(block.clean) < 220:
            for pattern in (_TITLE_TO, _REPLY_TO):
                if m := pattern.search(block.clean):
                    return _tidy(m[1])
    body = " ".join(b.clean for b in blocks[:9] if b.role in ("body", "wrapper", "heading", "letterhead"))[:1800]
    if m := _COMPLIMENTS.search(body):
        return _tidy(next(x for x in m.groups() if x))
    if m := _LETTER_TO.search(body[:900]):
        return _tidy(m[1])
    for block in head[:5]:
        if block.role in ("letterhead", "heading") and (m := _X_TO_Y.match(block.clean)):
            return _tidy(m[1])
    for block in blocks[-5:]:
        if block.role in ("signature", "letterhead", "heading") and (
            m := _A_TO_LINE.match(block.clean) or _ADDRESS_LINE.match(block.clean)
        ):
            return _tidy(m[1])
    return None


def _address(head: Sequence[Block], place: int | None) -> str | None:
    """The address block: "To ..." lines, lines with a title, or the lines right above the salutation."""
    lines: list[str] = []
    for block in head[: place if place is not None else 12]:
        if block.role == "body" and len(block.clean) > 130:
            break
        m = _A_TO_LINE.match(block.clean) or _ADDRESS_LINE.match(block.clean)
        if m and block.role != "body" and len(block.clean) < 130:
            lines.append(_tidy(m[1]))
        elif (
            lines
            and block.role == "letterhead"
            and not _DATED.search(block.clean)
            and len(lines) < 3
            and not _MARKING.match(block.clean)
        ):
            lines.append(_tidy(block.clean))
    if not lines and place:
        for block in reversed(head[1:place]):
            if block.role != "letterhead" or _DATED.search(block.clean) or _MARKING.match(block.clean) or len(block.clean) > 110:
                break
            lines.insert(0, _tidy(block.clean))
    return ", ".join(dict.fromkeys(line for line in lines if line)) or None


def _sender(head: Sequence[Block], blocks: Sequence[Block], addressee: str | None) -> str | None:
    for block in head:
        if m := _FROM_LINE.match(block.clean):
            return _tidy(m[1])
    for block in head[:6]:
        if block.role in ("body", "wrapper", "heading") and (m := _PRESENTS.match(block.clean) or _ADDRESSES.match(block.clean)):
            return _tidy(m[1])
    names: list[str] = []
    first = head[0].clean if head else ""
    if (
        head
        and head[0].role == "letterhead"
        and not _DATED.search(first)
        and not _MARKING.match(first)
        and _tidy(first) not in (addressee or "")
    ):
        names.append(_tidy(first))
    closing = [b for b in blocks[-8:] if b.role == "signature" and not _CLOSING.search(b.clean) and not _DATED.search(b.clean)]
    names += [_tidy(b.clean) for b in closing[:3] if _tidy(b.clean) not in (addressee or "")]
    return ", ".join(dict.fromkeys(n for n in names if n))[:160] or None
