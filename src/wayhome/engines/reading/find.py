"""The finders: asks, commitments and silences of a parsed document, each with its passage, participants and confidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wayhome.engines.reading.addressee import DocumentParties, Participants
from wayhome.engines.reading.candidates import Predicate, predicates
from wayhome.engines.reading.explain import explain
from wayhome.engines.reading.model import KINDS, ClauseModel, clause_model
from wayhome.engines.reading.parse import Parsed
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
    spans: dict[tuple[int, int], Span] = {}
    for n, predicate in enumerate(pool):
        chances = model.probabilities(predicate.names)
        if max(chances) < FAINT:
            continue
        edges = [predicate.edge_names(m) for m in range(len(predicate.spans))]
        spans.update((place, span) for place, span in zip(predicate.passages, predicate.spans, strict=True) if place not in spans)
        for kind, probability in zip(KINDS, chances, strict=True):
            if probability >= FAINT:
                shares = model.shares(kind, edges)
                hypotheses[kind] += [
                    (probability * share, *place, n) for share, place in zip(shares, predicate.passages, strict=True)
                ]
    chosen = {
        kind: [_Hit(pool[n], start, end, spans[start, end], p) for p, start, end, n in choose(hypotheses[kind], least[kind])]
        for kind in KINDS
    }
    return _describe(parsed, parties, chosen, pool, model)


def _describe(
    parsed: Parsed, parties: DocumentParties, chosen: dict[str, list[_Hit]], pool: list[Predicate], model: ClauseModel
) -> Found:
    """Name the participants, walking the sentences in text order so that pronouns find whom they stand for."""
    found = Found()
    people = Participants(parsed.text, parties)
    by_sentence: dict[int, list[tuple[str, _Hit]]] = {}
    for kind in KINDS:
        for hit in chosen[kind]:
            by_sentence.setdefault(id(hit.predicate.graph), []).append((kind, hit))
    done: set[int] = set()
    for predicate in pool:
        graph = predicate.graph
        if id(graph) in done:
            continue
        done.add(id(graph))
        for kind, hit in sorted(by_sentence.get(id(graph), []), key=lambda h: (h[1].start, h[1].end)):
            _add(found, kind, hit, people, parsed.text, model)
        people.remember(graph)
        people.lead = people.asked[-1] if graph.sentence.clean.rstrip().endswith(":") and people.asked else people.lead
    found.asks.sort(key=lambda f: (f.start, f.end))
    found.commitments.sort(key=lambda f: (f.start, f.end))
    found.silences.sort(key=lambda f: (f.start, f.end))
    return found


def _add(found: Found, kind: str, hit: _Hit, people: Participants, text: str, model: ClauseModel) -> None:
    predicate, graph = hit.predicate, hit.predicate.graph
    start, end, span = hit.start, hit.end, hit.span
    said = _plain(text[start:end])
    confidence = round(hit.probability, 3)
    why = explain(kind, model.telling(kind, predicate.names), graph.language)
    if kind == "asks":
        to = people.asked_of(graph, predicate.at)
        asker = people.actor(graph, predicate.at)
        found.asks.append(Ask(asker, (to,) if to else (), said, None, None, None, None, (), start, end, confidence, why))
    elif kind == "commitments":
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


def _plain(passage: str) -> str:
    """A passage as one line without layout marks."""
    return re.sub(r"\s+", " ", re.sub(r"\*{1,3}|[_`]{1,2}", "", passage)).strip()
