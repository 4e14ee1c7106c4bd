"""From parsed sentences to described candidate passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wayhome.engines.reading.features import Features, Setting
from wayhome.engines.reading.graph import Graph
from wayhome.engines.reading.parse import Parsed, Sentence
from wayhome.engines.reading.spans import Span, anchors, spans


@dataclass(slots=True)
class Candidate:
    """A passage (offsets in the text, end exclusive) that may state an ask, a commitment or a silence."""

    start: int
    end: int
    span: Span
    names: list[str]
    graph: Graph


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


def candidates(parsed: Parsed) -> list[Candidate]:
    """All candidates of a document in text order."""
    out: list[Candidate] = []
    for sentence, setting in settings(parsed):
        if sentence.doc is None:
            continue
        graph = Graph(sentence)
        features = Features(graph, setting)
        for anchor in anchors(graph):
            for span in spans(graph, anchor):
                start, end = sentence.span(span.start, span.stop)
                if end > start:
                    out.append(Candidate(start, end, span, features.of(span), graph))
    return out
