"""Who is asked, who promised, who kept silent: participants of a predicate and the document's own addressee.

`document_parties` reads the sheet's head (To:, salutation, "presents its compliments to", a news wrapper's "letter to");
`Participants` walks a sentence's parse; pronouns are resolved to the party mentioned last that fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wayhome.engines.reading.features import party_type
from wayhome.engines.reading.graph import CLAUSES, OBJECTS, SUBJECTS, Graph
from wayhome.engines.reading.zones import Block

_NAMED = frozenset({"party", "name", "person"})
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
    r"(?:presents?|present) (?:its|his|her|their) compliments to (the .{3,90}?)(?=,| and (?:has|with|acknow|begs?|wish|would|refer)| and,| in | with | on )"
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
    """Sender and addressee of the document itself, as its head names them; None where it does not."""

    sender: str | None
    addressee: str | None


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip(" ,.;:—–-\"'()[]*")[:120]


def document_parties(blocks: Sequence[Block], senders: Sequence[str] = (), recipients: Sequence[str] = ()) -> DocumentParties:
    """Sender and addressee from the file's own fields, the head lines, the salutation or the first paragraphs."""
    sender = ", ".join(senders) or None
    addressee = ", ".join(recipients) or None
    head = list(blocks[:16])
    for block in head:
        if addressee is None and (m := _TO_LINE.match(block.clean)):
            addressee = _tidy(m[1])
        if sender is None and (m := _FROM_LINE.match(block.clean)):
            sender = _tidy(m[1])
    salutation = next((b for b in head if b.role == "salutation"), None)
    if addressee is None:
        address: list[str] = []
        for block in head + list(blocks[-6:]):
            if block is salutation or len(block.clean) > 130:
                if block is salutation:
                    continue
                if block in head and block.role in ("body",) and len(block.clean) > 130:
                    break
                continue
            m = _ADDRESS_LINE.match(block.clean) or _A_TO_LINE.match(block.clean)
            if (
                m
                and block.role in ("letterhead", "heading", "signature", "wrapper")
                and not re.search(r"compliments|[.!?]$", block.clean[-1:])
            ):
                address.append(_tidy(m[1]))
                if len(address) >= 2:
                    break
        if address:
            addressee = ", ".join(dict.fromkeys(address))
    if salutation is not None and not _EMPTY_SALUTATION.match(salutation.clean):
        said = _tidy(_DEAR.sub("", salutation.clean))
        addressee = said if addressee is None else (addressee if said.lower() in addressee.lower() else f"{said} ({addressee})")
    body = " ".join(b.clean for b in blocks[:9] if b.role in ("body", "wrapper", "heading", "letterhead"))[:1800]
    if m := _COMPLIMENTS.search(body):
        addressee = addressee or _tidy(next(x for x in m.groups() if x))
    if addressee is None and (m := _LETTER_TO.search(body[:900])):
        addressee = _tidy(m[1])
    if addressee is None:
        for block in head[:5]:
            if block.role in ("letterhead", "heading") and (m := _X_TO_Y.match(block.clean)):
                addressee = _tidy(m[1])
                break
    return DocumentParties(sender, addressee)


class Participants:
    """Resolve participants sentence by sentence, in text order, remembering which parties were mentioned."""

    def __init__(self, text: str, parties: DocumentParties) -> None:
        self.text = text
        self.parties = parties
        self.people: list[str] = []
        self.groups: list[str] = []
        self.asked: list[str] = []
        self.lead: str | None = None

    # naming -----------------------------------------------------------------------------------------------------------
    def phrase(self, g: Graph, i: int) -> str:
        """The noun phrase of token *i* in the document's own words, without relative clauses."""
        start = g.left[i]
        while start < i and (g.pos[start] in ("PUNCT", "CCONJ", "ADP", "SCONJ") or g.dep[start] in ("case", "mark")):
            start += 1
        stop = i + 1
        allowed = {
            "prep",
            "pobj",
            "compound",
            "flat",
            "flat:name",
            "flat:foreign",
            "nmod",
            "case",
            "amod",
            "det",
            "poss",
            "fixed",
            "appos",
            "nummod",
            "conj",
            "cc",
            "npadvmod",
            "punct",
            "nmod:poss",
        }
        while stop <= g.right[i] and stop < len(g):
            if g.dep[stop] not in allowed or (g.low[stop] in (",", ";", "(", '"', ":") and stop > i):
                break
            if g.dep[stop] == "prep" and g.low[stop] not in ("of", "for", "in", "at", "on", "de", "du", "des", "d'"):
                break
            stop += 1
        while stop > i + 1 and g.pos[stop - 1] in ("ADP", "PUNCT", "CCONJ", "DET"):
            stop -= 1
        start = max(start, i - 9)
        a, b = g.sentence.span(start, stop)
        return re.sub(r"\s+", " ", self.text[a:b]).strip(" ,*_\"'’“”«»")[:120]

    def name(self, g: Graph, i: int | None) -> str | None:
        """The party that token *i* stands for, pronouns resolved; None when nobody is found."""
        if i is None:
            return None
        kind = party_type(g, i)
        if kind == "second":
            return self.parties.addressee or self.phrase(g, i)
        if kind == "first":
            return self.parties.sender or ("we" if g.language == "en" else "nous")
        if kind == "body":
            return self.parties.sender
        if kind == "relative":
            head = g.head[g.head[i]]
            return self.name(g, head) if head != i and g.dep[g.head[i]] == "relcl" and g.dep[head] != "relcl" else None
        if kind in ("third", "it"):
            plural = g.low[i] in ("they", "them", "their", "ils", "elles", "leur", "leurs", "eux")
            before = [
                self.phrase(g, k)
                for k in range(i)
                if g.pos[k] in ("PROPN", "NOUN") and party_type(g, k) in _NAMED and (g.dep[k] in SUBJECTS | OBJECTS)
            ]
            pool = (self.groups if plural or kind == "it" else self.people) or self.groups or self.people
            return before[-1] if before and kind != "it" and not plural else pool[-1] if pool else before[-1] if before else None
        if g.pos[i] in ("NOUN", "PROPN", "ADJ", "X"):
            return self.phrase(g, i)
        return None

    def remember(self, g: Graph) -> None:
        """Note the parties that a sentence mentions, subjects last (they stay in mind longest)."""
        seen: list[tuple[bool, int]] = []
        for i in range(len(g)):
            if (
                g.pos[i] in ("PROPN", "NOUN")
                and g.dep[i] not in ("compound", "flat", "flat:name", "amod")
                and party_type(g, i) in _NAMED
            ):
                seen.append((g.dep[i] in SUBJECTS, i))
        for _, i in sorted(seen):
            phrase = self.phrase(g, i)
            if phrase:
                pool = self.groups if "party" in g.classes[i] or g.low[i].endswith("s") else self.people
                pool.append(phrase)
        del self.people[:-30], self.groups[:-30]

    # roles ------------------------------------------------------------------------------------------------------------
    def asked_of(self, g: Graph, i: int) -> str | None:
        """Addressee of the ask that predicate *i* heads."""
        token = self._asked_token(g, i)
        found = self.name(g, token) if token is not None else None
        if found is None and self.lead is not None and g.head[i] == i:
            found = self.lead
        if found is None:
            found = self.parties.addressee or (self.asked[-1] if self.asked else None)
        if found is None:
            pool = self.groups or self.people
            found = pool[-1] if pool else None
        if found:
            self.asked.append(found)
        return found

    def _asked_token(self, g: Graph, i: int) -> int | None:
        seen = 0
        while seen < 5:
            seen += 1
            token = self._own_addressee(g, i)
            if token is not None:
                return token
            up = g.head[i]
            if up == i or g.dep[i] not in CLAUSES | {
                "conj",
                "pobj",
                "prep",
                "obj",
                "attr",
                "acomp",
                "nsubj",
                "nsubj:pass",
                "obl:arg",
                "obl:mod",
                "nmod",
                "appos",
            }:
                break
            i = up
        return None

    def _own_addressee(self, g: Graph, i: int) -> int | None:
        kids = g.kids[i]
        passive = any(g.dep[k] in ("nsubj:pass", "aux:pass") for k in kids)
        requesting = bool(g.classes[i] & {"request", "demand", "order", "propose", "hope", "wonder", "seek", "speech"})
        subject = next((k for k in kids if g.dep[k] in SUBJECTS), None)
        if requesting and g.is_verb(i):
            if passive and subject is not None and self._can_act(g, subject) and any(g.is_infinitive(k) for k in kids):
                return subject
            for k in kids:  # urge X to, ask X for, vous prie de
                if g.dep[k] in OBJECTS and self._can_act(g, k) and (g.dep[k] != "iobj" or k < i or g.language == "fr"):
                    return k
            for k in kids:  # clause's own subject: that X should; X to do
                if g.dep[k] in CLAUSES:
                    inner = g.subject(k)
                    if inner is not None and self._can_act(g, inner):
                        return inner
            for k in kids:  # call on X, appeal to X, demande à X, demande par X
                case = g.low[k] if g.dep[k] == "prep" else next((g.low[m] for m in g.kids[k] if g.dep[m] == "case"), "")
                if case in ("on", "upon", "to", "from", "with", "by", "of", "à", "au", "aux", "auprès", "sur"):
                    inside = [m for m in g.kids[k] if g.dep[m] == "pobj"] if g.dep[k] == "prep" else [k]
                    for m in inside:
                        if self._can_act(g, m):
                            return m
            for k in kids:
                if g.dep[k] in OBJECTS:  # demands the withdrawal of X's forces, demande le respect par X
                    agent = self._agent(g, k)
                    if agent is not None:
                        return agent
            return None
        if g.pos[i] in ("NOUN", "PROPN"):
            for k in kids:
                case = g.low[k] if g.dep[k] == "prep" else next((g.low[m] for m in g.kids[k] if g.dep[m] == "case"), "")
                if case in ("to", "on", "upon", "à", "au", "aux", "by", "par", "for", "auprès"):
                    inside = [m for m in g.kids[k] if g.dep[m] == "pobj"] if g.dep[k] == "prep" else [k]
                    for m in inside:
                        if self._can_act(g, m):
                            return m
            return None
        if passive:
            for k in kids:  # should be done by X
                if g.dep[k] == "agent":
                    return next((m for m in g.kids[k] if self._can_act(g, m)), k if self._can_act(g, k) else None)
            return None
        if subject is not None and self._can_act(g, subject) and party_type(g, subject) != "first":
            return subject
        return None

    def _agent(self, g: Graph, i: int) -> int | None:
        for k in range(g.left[i], g.right[i] + 1):
            if g.low[k] in ("by", "from", "par", "of", "de", "des", "d'", "du"):
                inside = list(g.kids[k]) or ([g.head[k]] if g.dep[k] == "case" else [])
                for m in inside:
                    if party_type(g, m) in ("party", "name", "second") and self._can_act(g, m):
                        return m
        return None

    @staticmethod
    def _can_act(g: Graph, i: int) -> bool:
        return party_type(g, i) in ("party", "name", "person", "second", "third", "relative", "first")

    def hearer(self, g: Graph, i: int) -> str | None:
        """Whom the speech above predicate *i* is made to ("told X that ...")."""
        for up in g.ancestors(i):
            if g.classes[up] & {"speech", "request", "wonder"}:
                for k in g.kids[up]:
                    if g.dep[k] in OBJECTS and self._can_act(g, k) and party_type(g, k) != "first":
                        return self.name(g, k)
        return None

    def actor(self, g: Graph, i: int) -> str | None:
        """Who promised, is bound or kept silent: the predicate's subject, possessor or agent."""
        j = i
        for _ in range(5):
            subject = next((k for k in g.kids[j] if g.dep[k] in SUBJECTS and g.dep[k] != "nsubj:pass"), None)
            if subject is not None and self._can_act(g, subject):
                return self.name(g, subject)
            for k in g.kids[j]:
                if g.dep[k] in ("poss", "nmod:poss") and self._can_act(g, k):
                    return self.name(g, k)
                if g.dep[k] in ("agent", "prep", "nmod", "obl:arg") and (
                    g.low[k] in ("by", "of")
                    or g.dep[k] == "agent"
                    or any(g.low[m] in ("par", "de", "du", "d'") for m in g.kids[k])
                ):
                    who = next((m for m in [*g.kids[k], k] if party_type(g, m) in _NAMED), None)
                    if who is not None:
                        return self.name(g, who)
            if g.head[j] == j:
                break
            j = g.head[j]
        return self.parties.sender if party_type(g, g.subject(i)) == "first" else None

    def affected(self, g: Graph, i: int) -> str | None:
        """Toward whom a silence is kept: an object or a to-phrase that is a party."""
        for k in g.kids[i]:
            if g.dep[k] in OBJECTS and party_type(g, k) in _NAMED | {"second", "first"}:
                return self.name(g, k)
            if g.dep[k] in ("prep", "obl:arg", "obl:mod"):
                who = next((m for m in [*g.kids[k], k] if party_type(g, m) in _NAMED | {"first", "second"}), None)
                if who is not None:
                    return self.name(g, who)
        return None
