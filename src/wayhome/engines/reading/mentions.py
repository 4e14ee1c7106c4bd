"""Parties as a document mentions them: their words, their place, their part in the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wayhome.engines.reading.frame import party_type
from wayhome.engines.reading.graph import OBJECTS, SUBJECTS, Graph

NAMED = frozenset({"party", "name", "person"})
_ALLOWED = frozenset(
    "prep pobj compound flat flat:name flat:foreign nmod case amod det poss fixed appos nummod conj cc npadvmod punct nmod:poss".split()
)
_MONTHS = frozenset(
    "january february march april june july august september october november december monday tuesday wednesday thursday friday saturday"
    " sunday janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi"
    " dimanche".split()
)
_DATELINE = re.compile(
    r"^\W*[A-ZÀ-ÖØ-Þ][\w.' -]{2,30}, (?:the |le |on )?(?:\d{1,2}(?:st|nd|rd|th|er)?\.? (?:of )?\w{3,9}\.?|\w{3,9} \d{1,2}(?:st|nd|rd|th)?),? (?:1[5-9]|20)\d\d\W*$"
)
_INNER = frozenset({"compound", "flat", "flat:name", "flat:foreign", "amod", "npadvmod"})
_WITHIN = frozenset("of for in at on de du des d' à au aux en".split())
_EMPTY = frozenset(
    "the of and to le la les de du des l d et mr mrs m mme all a an in his her its their our your this that un une".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named at token `at` of sentence number `sentence`; `words` are the content words of its phrase."""

    sentence: int
    at: int
    phrase: str
    words: frozenset[str]
    kind: str
    part: str
    plural: bool


def content(phrase: str) -> frozenset[str]:
    """Words of a phrase that tell one party from another."""
    return frozenset(w for w in re.findall(r"\w+", phrase.casefold()) if w not in _EMPTY and len(w) > 1)


def phrase_of(text: str, g: Graph, i: int) -> str:
    """The noun phrase of token *i* in the document's own words, without relative clauses."""
    start = g.left[i]
    while start < i and (g.pos[start] in ("PUNCT", "CCONJ", "ADP", "SCONJ") or g.dep[start] in ("case", "mark", "relcl", "cc")):
        start += 1
    start = max(start, i - 9)
    stop = i + 1
    while stop <= g.right[i] and stop < len(g):
        low, dep = g.low[stop], g.dep[stop]
        if (dep not in _ALLOWED and g.pos[stop] != "ADJ") or low in (",", ";", "(", '"', ":", ")"):
            break
        if (dep == "prep" and low not in _WITHIN) or (dep in ("cc", "conj") and g.head[stop] != i and stop - i > 5):
            break
        stop += 1
    while stop > i + 1 and g.pos[stop - 1] in ("ADP", "PUNCT", "CCONJ", "DET"):
        stop -= 1
    a, b = g.sentence.span(start, stop)
    return re.sub(r"\s+", " ", text[a:b]).strip(" ,*_\"'’“”«»()[]")[:120]


def part_of(g: Graph, i: int) -> str:
    """The part of token *i* in its sentence: subject, object, owner, a preposition's object, or other."""
    dep = g.dep[i]
    if dep in SUBJECTS:
        return "subject"
    if dep in ("poss", "nmod:poss"):
        return "owner"
    if dep == "pobj":
        return "p:" + g.low[g.head[i]]
    if dep in ("obl:arg", "obl:mod", "nmod", "agent", "obl"):
        case = next((g.low[k] for k in g.kids[i] if g.dep[k] == "case"), "")
        return "p:" + case
    if dep in OBJECTS:
        return "object"
    if dep == "conj" and g.head[i] != i:
        return part_of(g, g.head[i]) if g.dep[g.head[i]] != "conj" else "other"
    return "other"


def mentions(text: str, g: Graph, sentence: int) -> list[Mention]:
    """Every named party of a sentence in text order; the place in a line of place and date is none."""
    out: list[Mention] = []
    if _DATELINE.match(g.sentence.clean):
        return out
    for i in range(len(g)):
        if g.pos[i] not in ("PROPN", "NOUN") or g.dep[i] in _INNER:
            continue
        kind = party_type(g, i)
        if kind not in NAMED:
            continue
        phrase = phrase_of(text, g, i)
        words = content(phrase)
        if words and not words & _MONTHS and any(c.isalpha() for c in phrase):
            plural = (g.low[i].endswith("s") and kind != "name") or any(g.dep[k] == "conj" for k in g.kids[i])
            out.append(Mention(sentence, i, phrase, words, kind, part_of(g, i), plural))
    return out
