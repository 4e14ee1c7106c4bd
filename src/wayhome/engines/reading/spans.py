"""Candidate passages: for every predicate of a sentence the clauses that it may head, from narrow to wide.

A passage is a contiguous run of tokens. The finders score the candidates and keep the best ones that do not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

from wayhome.engines.reading.graph import AUXILIARIES, CLAUSES, NOUNS, SUBJECTS, Graph

_LEFT = AUXILIARIES | {"neg", "advmod", "mark", "expl", "expl:subj", "expl:comp", "expl:pass", "iobj", "case", "prt", "obj"}
_SUBORDINATORS = {
    "en": frozenset(["which", "who", "whom", "whose", "where", "when", "while", "because", "since", "although", "though", "as", "if", "so", "until", "unless", "whereas", "in", "for", "by", "with", "pending", "failing", "to", "without"]),
    "fr": frozenset(["qui", "que", "dont", "où", "lequel", "laquelle", "lesquels", "lorsque", "quand", "puisque", "car", "comme", "si", "afin", "pour", "alors", "tandis", "bien", "en", "dans", "par", "avec", "sans", "jusqu'", "y", "notamment", "tant"]),
}  # fmt: skip
_STOPS = frozenset({";", ":", "–", "—", "(", ")", "--"})
_CROSS_REFERENCE = frozenset({"see", "cf", "cf.", "compare", "voir", "ibid", "ibid."})
MAX_ENDS = 5


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens `start` to `stop` (exclusive) headed by token `anchor`; `left` and `right` name how the edges were chosen."""

    anchor: int
    start: int
    stop: int
    left: str
    right: str


def anchors(graph: Graph) -> list[int]:
    """Tokens that may head a finding: verbs, and nouns or adjectives of a trigger class."""
    out: list[int] = []
    triggers = graph.lex.triggers
    if graph.low[0] in _CROSS_REFERENCE and len(graph) < 25:
        return out
    if graph.low[-1] == ":" and not any(graph.is_verb(i) for i in range(len(graph))):
        return out  # a title over a list
    for i in range(len(graph)):
        if (
            graph.is_verb(i)
            or (graph.pos[i] == "AUX" and graph.head[i] == i)
            or (graph.pos[i] in ("NOUN", "ADJ", "PROPN", "ADV") and graph.classes[i] & triggers)
            or (graph.pos[i] == "NOUN" and graph.dep[i] in ("ROOT", "conj") and "action_noun" in graph.classes[i])
        ):
            out.append(i)
    return out


def _trim_left(graph: Graph, start: int, anchor: int) -> int:
    """Drop punctuation and conjunctions before the passage."""
    while start < anchor and (
        graph.pos[start] in ("PUNCT", "CCONJ", "SPACE") or graph.low[start] in ('"', "'", "that", "que", "qu'")
    ):
        start += 1
    if graph.sentence.operative and start == 0:
        start = 1
    return min(start, anchor)


def _trim_right(graph: Graph, stop: int, anchor: int) -> int:
    while stop > anchor + 1 and (
        graph.pos[stop - 1] in ("PUNCT", "CCONJ", "SPACE", "SCONJ")
        or graph.low[stop - 1]
        in ("to", "à", "de", "d'", "du", "which", "who", "qui", "que", "as", "and", "et", "in", "dont", "well", "ainsi")
    ):
        stop -= 1
    return stop


def _starts(graph: Graph, i: int) -> list[tuple[int, str]]:
    """Possible left edges: the predicate with its own small words, its subject, its whole clause."""
    own = i
    for k in graph.kids[i]:
        if k < i and graph.dep[k] in _LEFT and i - k <= 7 and graph.right[k] < i:
            own = min(own, graph.left[k])
    if graph.pos[i] in NOUNS or graph.pos[i] == "ADJ":
        for k in graph.kids[i]:
            if k < i and graph.dep[k] in ("det", "amod", "poss", "nummod", "compound", "case", "nmod:poss", "neg", "advmod"):
                own = min(own, graph.left[k])
        copula = [k for k in graph.kids[i] if graph.dep[k] == "cop" and k < i]
        own = min([own, *copula])
    while own > 0 and own > i - 5 and graph.low[own - 1] in ("to", "à", "de", "d'", "not", "ne", "n'", "se", "s'"):
        own -= 1
    out = [(_trim_left(graph, own, i), "own")]
    subject = graph.subject(i)
    holder = i
    if subject is None and graph.pos[i] == "ADJ" and graph.head[i] != i and graph.pos[graph.head[i]] in ("AUX", "VERB"):
        holder = graph.head[i]
        subject = graph.subject(holder)
        own = min(own, holder)
    if subject is not None and subject < i:
        edge = graph.left[subject]
        if i - edge > 18:
            edge = next((k for k in range(subject, edge - 1, -1) if graph.dep[k] in ("relcl", "acl")), subject)
            edge = max(graph.left[subject], min(subject, edge))
        out.append((_trim_left(graph, min(edge, own), i), "subject"))
        # auxiliaries before the subject ("would the mission ...", "nor did they")
        first = min([k for k in graph.kids[holder] if graph.dep[k] in AUXILIARIES | {"neg", "mark"}] + [edge])
        if first < edge:
            out.append((_trim_left(graph, first, i), "inverted"))
    whole = graph.left[holder]
    if whole < min(start for start, _ in out) and i - whole <= 45:
        out.append((_trim_left(graph, whole, i), "clause"))
    seen: set[int] = set()
    return [(s, name) for s, name in out if not (s in seen or seen.add(s))]  # type: ignore[func-returns-value]


def _acts_after(graph: Graph, k: int) -> bool:
    """Whether the small word at *k* opens a clause or names an action, not the second half of a noun phrase ("et de leurs alliés")."""
    if graph.low[k] not in ("à", "de", "d'"):
        return True
    return any(
        graph.is_verb(j) or (graph.low[k] == "à" and "action_noun" in graph.classes[j])
        for j in range(k + 1, min(k + 4, len(graph)))
    )


def _ends(graph: Graph, i: int) -> list[tuple[int, str]]:
    """Possible right edges of the clause that token *i* heads, widest first."""
    n = len(graph)
    full = graph.right[i] + 1
    head = graph.head[i]
    if graph.pos[i] == "ADJ" and graph.dep[i] in ("acomp", "oprd", "attr") and head != i:
        full = max(full, graph.right[head] + 1)
    if graph.pos[i] == "NOUN" and graph.dep[i] in SUBJECTS and head > i and graph.right[i] - i < 2:
        full = max(full, graph.right[head] + 1)  # "no answer has been received", "the request was refused"
    if graph.dep[i] in ("dobj", "obj", "attr", "pobj", "obl:arg"):
        for k in graph.kids[head]:
            if k > i and graph.dep[k] in CLAUSES | {"prep", "obl:mod", "obl:arg"} and graph.right[k] + 1 > full:
                full = graph.right[k] + 1  # a complement the parser hung on the verb
    for k in range(i + 1, min(full, n)):
        if graph.low[k] in _STOPS and k > i + 1:
            inner = graph.low[k] == "(" and ")" in graph.low[k:full]
            if not inner:
                full = k
                break
    wide = _trim_right(graph, full, i)
    out: list[tuple[int, str]] = [(wide, "full")]
    cuts: list[tuple[int, str]] = []
    subordinators = _SUBORDINATORS[graph.language]
    for k in range(i + 2, wide):
        dep, low = graph.dep[k], graph.low[k]
        if graph.pos[k] == "CCONJ" or (low in ("ainsi", "as") and graph.low[min(k + 1, n - 1)] in ("que", "qu'", "well")):
            conjunct = next((c for c in graph.kids[graph.head[k]] if c > k and graph.dep[c] == "conj"), None)
            if conjunct is None and graph.dep[graph.head[k]] == "conj":
                conjunct = graph.head[k]
            if conjunct is not None and (graph.is_verb(conjunct) or "action_noun" in graph.classes[conjunct]):
                cuts.append((k, "conj"))
            elif low in ("but", "mais"):
                cuts.append((k, "but"))
            elif (
                low in ("and", "et", "or", "ou")
                and k + 1 < n
                and graph.low[k + 1] in ("to", "à", "de", "d'", "that", "que", "qu'")
                and _acts_after(graph, k + 1)
            ):
                cuts.append((k, "conj"))
        elif low == ",":
            following = graph.low[min(k + 1, n - 1)]
            name = (
                "comma_conj"
                if following in ("and", "et", "but", "mais", "to", "à", "de", "d'")
                else "comma_sub"
                if following in subordinators
                else "comma"
            )
            cuts.append((k, name))
        elif low in subordinators and k > i + 3:
            if dep in ("mark", "advmod", "nsubj", "nsubj:pass", "relcl") or (
                low in ("who", "which", "whom", "dont", "qui", "so", "afin", "pending", "without", "sans", "in", "as", "for")
            ):
                purpose = low == "in" and graph.low[k + 1 : k + 3] in (["the", "hope"], ["the", "expectation"], ["the", "belief"])
                cuts.append(
                    (
                        k,
                        "sub_hope"
                        if purpose
                        else "sub_"
                        + (
                            low
                            if low in ("so", "in", "for", "as", "afin", "pour", "which", "qui", "who", "dont", "to")
                            else "other"
                        ),
                    )
                )
        elif dep in ("advcl", "relcl", "acl:relcl", "acl") and graph.left[k] > i + 3 and graph.left[k] >= k - 2:
            cuts.append((graph.left[k], "clause"))
    seen = {wide}
    for cut, name in cuts:
        stop = _trim_right(graph, cut, i)
        if stop > i + 1 and stop not in seen:
            seen.add(stop)
            out.append((stop, name))
    if len(out) > MAX_ENDS:  # the widest, and those nearest to a moderate length
        out = [out[0], *sorted(out[1:], key=lambda e: abs(e[0] - i - 14))[: MAX_ENDS - 1]]
    return out


def spans(graph: Graph, i: int) -> list[Span]:
    """Candidate passages headed by token *i*."""
    out = []
    ends = _ends(graph, i)
    for start, left in _starts(graph, i):
        for stop, right in ends:
            if stop > start and (stop - start > 1 or stop - start == len(graph)):
                out.append(Span(i, start, stop, left, right))
    return out
