"""From parsed sentences to described candidate passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wayhome.engines.reading.features import Features, Setting
from wayhome.engines.reading.graph import CLAUSES, Graph
from wayhome.engines.reading.parse import Parsed, Sentence
from wayhome.engines.reading.spans import Span, anchors, spans

RULER = 100_000


@dataclass(slots=True)
class Predicate:
    """A predicate that may head a finding: its feature names and its candidate passages.

    `passages` are offsets in the text (start, end exclusive) beside their token spans; `places` the same on a ruler on which all
    names are equally long, unique in the document, so that no choice hangs on the length of a name.
    """

    at: int
    graph: Graph
    features: Features
    names: list[str]
    spans: list[Span]
    passages: list[tuple[int, int]]
    places: list[tuple[int, int]]

    def edge_names(self, n: int) -> list[str]:
        """Feature names of the edges of passage *n*."""
        return self.features.of(self.spans[n])


def settings(parsed: Parsed) -> Iterator[tuple[Sentence, Setting]]:
    """Each sentence with what surrounds it."""
    letter = any(b.role == "salutation" for b in parsed.blocks)
    before: frozenset[str] = frozenset()
    lead, opened = False, -1
    for sentence in parsed.sentences:
        block = parsed.blocks[sentence.block]
        if sentence.block != opened:
            lead = lead and block.item
            opened = sentence.block
        yield sentence, Setting(block.role, block.item, letter, lead, before)
        before = _classes(sentence)
        if sentence.clean.rstrip().endswith(":"):
            lead = True


def _classes(sentence: Sentence) -> frozenset[str]:
    from wayhome.engines.reading.graph import lexicon

    lex = lexicon(sentence.language)
    out: set[str] = set()
    for word in sentence.words:
        low = word.lower()
        out |= lex.nouns.get(low, frozenset()) | lex.verbs.get(low, frozenset())
    return frozenset(out)


def predicates(parsed: Parsed) -> list[Predicate]:
    """All predicates of a document in text order."""
    out: list[Predicate] = []
    for number, (sentence, setting) in enumerate(settings(parsed)):
        if sentence.doc is None:
            continue
        graph = Graph(sentence)
        features = Features(graph, setting)
        base = number * RULER
        for anchor in anchors(graph):
            found = [(span, sentence.span(span.start, span.stop)) for span in spans(graph, anchor)]
            found = [(span, place) for span, place in found if place[1] > place[0]]
            if found:
                places = [(base + graph.ruler[span.start], base + graph.ruler[span.stop] - 1) for span, _ in found]
                out.append(
                    Predicate(
                        anchor, graph, features, features.anchor(anchor), [f[0] for f in found], [f[1] for f in found], places
                    )
                )
    return out


def apart(pool: Sequence[Predicate]) -> frozenset[tuple[int, int]]:
    """Pairs of predicates (both ways) of which the second is an action coordinated with the first's own or with its complement."""
    at = {(id(p.graph), p.at): n for n, p in enumerate(pool)}
    out: set[tuple[int, int]] = set()
    for n, p in enumerate(pool):
        g = p.graph
        if g.dep[p.at] != "conj" or not g.is_verb(p.at):
            continue
        first = p.at
        while g.dep[first] == "conj" and g.head[first] != first:
            first = g.head[first]
            _pair(out, n, at.get((id(g), first)))
        if g.dep[first] in CLAUSES and g.tag[first] == g.tag[p.at]:
            _pair(out, n, at.get((id(g), g.head[first])))
    return frozenset(out)


def _pair(out: set[tuple[int, int]], a: int, b: int | None) -> None:
    if b is not None:
        out.add((a, b))
        out.add((b, a))
