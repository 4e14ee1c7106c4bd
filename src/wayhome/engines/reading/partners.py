"""Who speaks with whom in a document: hearers of what was said, and parties named as acting together.

A request reported without its addressee ("X suggested Bali") was mostly put to the one with whom X speaks elsewhere in the text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from wayhome.engines.reading.frame import party_type
from wayhome.engines.reading.graph import Graph
from wayhome.engines.reading.mentions import NAMED, Mention, content, phrase_of

FIRST = "\x00first"
_HEARING = frozenset({"object", "p:to", "p:with", "p:à", "p:au", "p:aux", "p:avec", "p:auprès"})
_WITH = frozenset({"p:with", "p:avec"})
_SAYING = frozenset({"speech", "request", "demand", "order", "propose", "wonder"})
_FAR = 12


def partners(text: str, graphs: Sequence[Graph], mentioned: Sequence[Sequence[Mention]]) -> dict[str, Counter[str]]:
    """For each content word of a party's name (FIRST for "I" and "we") the phrases of those whom it speaks with, counted."""
    out: dict[str, Counter[str]] = defaultdict(Counter)
    for g, row in zip(graphs, mentioned, strict=True):
        for m in row:
            j = m.at
            for _ in range(3):
                if g.head[j] == j or g.is_verb(j):
                    break
                j = g.head[j]
            if m.part in _HEARING and g.is_verb(j) and (g.classes[j] & _SAYING or m.part in _WITH):
                for key in _speaker(text, g, j):
                    if key not in m.words:
                        out[key][m.phrase] += 1
                        if key != FIRST:
                            continue
                for word in m.words:
                    if party_type(g, g.subject(j)) in NAMED:
                        out[word][phrase_of(text, g, g.subject(j) or 0)] += 1
            head = g.head[m.at]
            if g.dep[m.at] == "conj" and head != m.at and party_type(g, head) in NAMED:
                other = phrase_of(text, g, head)
                alone = g.sentence.words[head] if len(content(other) - m.words) == 0 else other
                for word in content(alone) - m.words:
                    out[word][m.phrase] += 1
    return out


def _speaker(text: str, g: Graph, verb: int) -> set[str]:
    j = verb
    for _ in range(_FAR):
        subject = g.subject(j)
        if subject is not None:
            kind = party_type(g, subject)
            if kind == "first":
                return {FIRST}
            return set(content(phrase_of(text, g, subject))) if kind in NAMED else set()
        if g.head[j] == j or g.dep[j] not in ("conj", "xcomp", "advcl", "pcomp", "prep"):
            return set()
        j = g.head[j]
    return set()
