"""The finders: asks, commitments and silences of a parsed document, each with its passage, participants and confidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wayhome.engines.reading.addressee import DocumentParties
from wayhome.engines.reading.candidates import Predicate, apart, predicates
from wayhome.engines.reading.context import neighbours
from wayhome.engines.reading.explain import explain
from wayhome.engines.reading.model import KINDS, ClauseModel, clause_model
from wayhome.engines.reading.parse import Parsed
from wayhome.engines.reading.participants import Participants
from wayhome.engines.reading.select import FAINT, choose
from wayhome.engines.reading.spans import Span
from wayhome.engines.reading.subkinds import commitment_kind, silence_kind
from wayhome.engines.reading.types import Ask, Commitment, Silence


@dataclass(slots=True)
class Found:
    """What the finders saw in one document."""

    asks: list[Ask] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A chosen passage: its predicate, offsets, token span and the probability that it states a finding."""

    predicate: Predicate
    start: int
    end: int
    span: Span
    probability: float


def find(
    parsed: Parsed,
    parties: DocumentParties,
    *,
    thresholds: dict[str, float] | None = None,
    model: ClauseModel | None = None,
) -> Found:
    """Asks, commitments and silences of *parsed*.

    Args:
        parties: sender and addressee of the document itself.
        thresholds: least probability of each kind; the trained ones when None.
    """
    model = model or clause_model()
    least = {**model.thresholds, **(thresholds or {})}
    pool = predicates(parsed)
    hypotheses: dict[str, list[tuple[float, int, int, int]]] = {kind: [] for kind in KINDS}
    spans: dict[tuple[int, int], tuple[Span, tuple[int, int]]] = {}
    looks = model.look([p.names for p in pool], neighbours(pool))
    for n, (predicate, chances) in enumerate(zip(pool, looks, strict=True)):
        if max(chances) < FAINT:
            continue
        edges = [predicate.edge_names(m) for m in range(len(predicate.spans))]
        for place, span, passage in zip(predicate.places, predicate.spans, predicate.passages, strict=True):
            spans.setdefault(place, (span, passage))
        for kind, probability in zip(KINDS, chances, strict=True):
            if probability >= FAINT:
                shares = model.shares(kind, edges)
                hypotheses[kind] += [
                    (probability * share, *place, n) for share, place in zip(shares, predicate.places, strict=True)
                ]
    pairs = apart(pool)
    chosen = {
        kind: [
            _Hit(pool[n], *spans[start, end][1], spans[start, end][0], p)
            for p, start, end, n in choose(hypotheses[kind], least[kind], pairs)
        ]
        for kind in KINDS
    }
    return _describe(parsed, parties, chosen, pool, model)


def _describe(
    parsed: Parsed, parties: DocumentParties, chosen: dict[str, list[_Hit]], pool: list[Predicate], model: ClauseModel
) -> Found:
    """Name the participants, walking the sentences in text order so that pronouns find whom they stand for."""
    found = Found()
    graphs = list({id(p.graph): p.graph for p in pool}.values())
    people = Participants(parsed.text, parties, graphs)
    hits = [(kind, hit) for kind in KINDS for hit in chosen[kind]]
    asked: str | None = None
    for kind, hit in sorted(hits, key=lambda h: (h[1].start, h[1].end, h[0])):
        asked = _add(found, kind, hit, people, parsed.text, model, asked)
    return found


def _add(
    found: Found, kind: str, hit: _Hit, people: Participants, text: str, model: ClauseModel, before: str | None
) -> str | None:
    """Add one finding; returns the addressee of the last ask, which the next ask may share."""
    predicate, graph = hit.predicate, hit.predicate.graph
    start, end, span = hit.start, hit.end, hit.span
    said = _plain(text[start:end])
    confidence = round(hit.probability, 3)
    why = explain(kind, model.telling(kind, predicate.names), graph.language)
    if kind == "asks":
        to = people.asked(graph, predicate.at, model.addressees, before)
        asker = people.actor(graph, predicate.at)
        addressees = (people.full(to),) if to else ()
        found.asks.append(Ask(asker, addressees, said, None, None, None, None, (), start, end, confidence, why))
        return to or before
    if kind == "commitments":
        found.commitments.append(
            Commitment(
                people.actor(graph, predicate.at),
                said,
                commitment_kind(graph, predicate.at, span.start, span.stop),
                None,
                start,
                end,
                confidence,
                why,
            )
        )
    else:
        found.silences.append(
            Silence(
                people.actor(graph, predicate.at),
                people.affected(graph, predicate.at),
                silence_kind(graph, predicate.at, span.start, span.stop),
                start,
                end,
                confidence,
                why,
            )
        )
    return before


def _plain(passage: str) -> str:
    """A passage as one line without layout marks."""
    return re.sub(r"\s+", " ", re.sub(r"\*{1,3}|[_`]{1,2}", "", passage)).strip()
