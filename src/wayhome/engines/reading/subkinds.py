"""Sort a commitment into promise, obligation or agreement, and a silence into no reply, refusal, denial, failure or objection."""

from __future__ import annotations

from wayhome.engines.reading.graph import Graph
from wayhome.engines.reading.types import CommitmentKind, SilenceKind


def _classes(g: Graph, i: int, start: int, stop: int) -> tuple[set[str], set[str]]:
    """Classes of the predicate with its governor, and those of the whole passage."""
    near = set(g.classes[i])
    if g.head[i] != i:
        near |= g.classes[g.head[i]]
    inside = {c for k in range(start, stop) for c in g.classes[k]}
    return near, inside


def commitment_kind(g: Graph, i: int, start: int, stop: int) -> CommitmentKind:
    """Promise, obligation or agreement, by the classes of the predicate first and of the passage second."""
    near, inside = _classes(g, i, start, stop)
    low = set(g.low[start:stop])
    for classes in (set(g.classes[i]), near, inside):
        if classes & {"promise", "promise_noun"} and not classes & {"oblige", "duty"}:
            return "promise"
        if classes & {"agree", "sign", "agree_noun"} and not classes & {"oblige"}:
            return "agreement"
        if classes & {"oblige", "duty", "breach"}:
            return "obligation"
    if low & {"must", "shall", "doit", "doivent", "obligation", "obligations", "article"} or "instrument" in inside:
        return "obligation"
    return "promise"


def silence_kind(g: Graph, i: int, start: int, stop: int) -> SilenceKind:
    """No reply, refusal, denial, failure or objection, by the classes of the predicate first and of the passage second."""
    near, inside = _classes(g, i, start, stop)
    own = set(g.classes[i])
    if own & {"deny"} and "refuse" not in own:
        return "denial"
    lemma = g.lemma[i]
    if lemma in ("deny", "nier", "démentir", "dénier", "contradict", "refute", "denial", "déni", "dénégation", "démenti"):
        return "denial"
    if (own & {"object"} and not own & {"refuse"}) or lemma in ("objection", "protest", "protestation", "opposition"):
        return "objection"
    if own & {"reply", "reply_noun", "await"} or (inside & {"await"} and inside & {"reply_noun", "message"}):
        return "no_reply"
    if (
        inside & {"reply", "reply_noun"}
        and "refuse" not in own
        and set(g.low[start:stop])
        & {"reply", "answer", "response", "respond", "silent", "réponse", "répondre", "répondu", "silence", "unanswered"}
    ):
        return "no_reply"
    if own & {"refuse"} or lemma in ("refusal", "rejection", "refus", "rejet"):
        return "refusal"
    if near & {"refuse"}:
        return "refusal"
    if own & {"silent"} and lemma in ("silent", "unanswered", "silencieux", "muet", "sourd"):
        return "no_reply"
    if own & {"silent"} and lemma in ("unable", "unwilling", "unprepared", "impossible"):
        return "refusal"
    return "failure"
