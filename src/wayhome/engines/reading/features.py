"""Describe a candidate passage by features that hold across languages, archives and parties.

Features speak of word classes (a request verb, a party, a negation), of the frame around the predicate (who is its subject,
what it governs, what governs it) and of the passage's edges. Names are never features.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wayhome.engines.reading.frame import IF_WORDS, Frame
from wayhome.engines.reading.graph import Graph
from wayhome.engines.reading.spans import Span


@dataclass(slots=True)
class Setting:
    """What surrounds a sentence: the role of its block, the document's form, the sentence before."""

    role: str = "body"
    item: bool = False
    letter: bool = False
    lead: bool = False
    before: frozenset[str] = field(default_factory=frozenset)


_COARSE_SUBJECT = {
    "party": "party", "name": "party", "person": "party", "body": "party", "third": "third", "it": "it", "message": "thing", "instrument": "thing",
    "action": "thing", "thing": "thing", "other": "thing",
}  # fmt: skip
_COARSE_MODAL = {
    "should": "must", "must": "must", "ought": "must", "devoir": "must", "need": "must", "would": "would", "could": "would", "might": "would", "'d": "would",
    "Cnd": "would", "will": "will", "shall": "will", "'ll": "will", "ll": "will", "Fut": "will", "can": "can", "may": "can", "pouvoir": "can", "Sub": "sub",
    "Imp": "imp", "vouloir": "want",
}  # fmt: skip
_ASKING = frozenset({"request", "demand", "propose", "order", "seek", "hope", "wonder", "thank", "necessity", "request_noun"})
_GIVING = frozenset({"promise", "promise_noun", "agree", "sign", "agree_noun", "ready", "oblige", "duty"})
_KEEPING = frozenset({"refuse", "deny", "object", "fail", "ignore", "refuse_noun", "silent", "await"})


def coarse_subject(value: str) -> str:
    """A participant type without what differs from genre to genre."""
    prefix = next((p for p in ("up_", "of_") if value.startswith(p)), "")
    core = value[len(prefix) :].removesuffix("_shared")
    return prefix + _COARSE_SUBJECT.get(core, core)


def coarse_modal(value: str) -> str:
    """A modal or mood as one of must, would, will, can, sub, imp, want or none."""
    for part in value.replace("-", "+").split("+"):
        if part in _COARSE_MODAL:
            return _COARSE_MODAL[part]
    return "none"


class Features:
    """Features of one sentence's candidates; what concerns the predicate alone is worked out once for each predicate."""

    def __init__(self, graph: Graph, setting: Setting) -> None:
        self.graph = graph
        self.setting = setting
        self._anchors: dict[int, list[str]] = {}
        self._known: dict[int, Frame] = {}
        low = graph.low
        self.question = "?" in low
        marks = IF_WORDS[graph.language]
        self.has_if = any(w in marks for w in low)
        self.polite = any("polite" in c for c in graph.classes)

    def frame(self, i: int) -> Frame:
        if i not in self._known:
            self._known[i] = Frame(self.graph, i)
        return self._known[i]

    def of(self, span: Span) -> list[str]:
        """Feature names of a candidate."""
        return self._edges(span)

    def anchor(self, i: int) -> list[str]:
        """Feature names of a predicate."""
        if i not in self._anchors:
            self._anchors[i] = self._anchor(i)
        return self._anchors[i]

    # what the predicate is and what stands around it -------------------------------------------------------------------
    def _anchor(self, i: int) -> list[str]:
        g, f, s = self.graph, self.frame(i), self.setting
        out = ["bias", f"pos={f.pos}", f"tag={f.tag}", f"dep={g.dep[i]}", f"tag={f.tag}|dep={g.dep[i]}", f"lang={g.language}"]
        lemma = f"{g.language}:{g.lemma[i]}" if f.pos != "PROPN" else "name"
        out.append(f"l={lemma}")
        out.append(f"st={f.subject}")
        out.append(f"md={f.modal}|st={f.subject}")
        out.append(f"md={f.modal}|st={f.subject}|tag={f.tag}")
        out.append(f"neg={f.negative}|st={f.subject}|v={f.verbal}")
        if f.passive:
            out.append(f"passive|st={f.subject}|md={f.modal}")
        for c in f.complements:
            out.append(f"cp={c}|v={f.verbal}")
        for c in f.classes:
            out += [
                f"c={c}|{f.pos}",
                f"c={c}|st={f.subject}",
                f"c={c}|neg={f.negative}",
                f"c={c}|md={f.modal}",
                f"c={c}|tag={f.tag}|{f.pos}",
            ]
            out.append(f"c={c}|dep={g.dep[i]}")
            out.append(f"c={c}|ob={f.object}")
            out.append(f"c={c}|neg={f.negative}|st={f.subject}")
            if f.passive:
                out.append(f"c={c}|passive|md={f.modal}")
            for k in f.complements:
                out += [f"c={c}|cp={k}", f"c={c}|cp={k}|st={f.subject}"]
            if not f.complements:
                out.append(f"c={c}|cp=none|ob={f.object}")
            for k in f.inner:
                out.append(f"c={c}|in={k}|neg={f.negative}")
            if f.hypothetical:
                out.append(f"c={c}|hyp")
        if not f.classes:
            out += [f"c=0|st={f.subject}|md={f.modal}", f"c=0|tag={f.tag}|dep={g.dep[i]}"]
        for k in f.inner:
            out.append(f"in={k}|neg={f.negative}|md={f.modal}")
        for relation, word in f.governors:
            out.append(f"g={relation}:{word}")
            out.append(f"g={relation}:{word}|tag={f.tag}")
            out.append(f"g={relation}:{word}|neg={f.negative}|md={f.modal}")
        for word in f.grand:
            out.append(f"gg={word}|tag={f.tag}|md={f.modal}")
        if f.governor_negative:
            out.append("gneg")
            out += [f"gneg|g={r}:{w}" for r, w in f.governors]
        if f.reported:
            out += [f"rep|md={f.modal}|st={f.subject}", f"rep={f.reported}|md={f.modal}"]
        if f.hypothetical:
            out += ["hyp", f"hyp|{f.pos}"]
        if f.determiner:
            out.append(f"det={f.determiner}|{f.pos}")
            out += [f"c={c}|det={f.determiner}" for c in f.classes]
        if self.question:
            out += ["question", f"question|st={f.subject}|md={f.modal}"]
        if f.inverted:
            out += ["inverted", f"inverted|st={coarse_subject(f.subject)}|md={coarse_modal(f.modal)}"]
        if self.polite:
            out.append(f"polite|st={f.subject}|tag={f.tag}")
        if g.sentence.operative and g.dep[i] in ("ROOT", "conj"):
            out += ["operative", *(f"operative|c={c}" for c in f.classes)]
        if s.item:
            out.append(f"item|tag={f.tag}|{'root' if g.head[i] == i else 'in'}")
        if s.lead:
            out.append(f"lead|tag={f.tag}|{'root' if g.head[i] == i else 'in'}")
        if s.letter:
            out.append(f"letter|st={f.subject}|md={f.modal}")
        if s.role != "body":
            out.append(f"role={s.role}")
        if g.head[i] == i:
            out += [f"root|tag={f.tag}|st={f.subject}", f"root|tag={f.tag}|ob={f.object}"]
        out += self._coarse(i)
        for c in ("request", "request_noun", "promise", "promise_noun", "message"):
            if c in s.before:
                out.append(f"before={c}|neg={f.negative}|st={f.subject}")
        return out

    def _coarse(self, i: int) -> list[str]:
        """Features over coarse values, which hold across genres."""
        g, f = self.graph, self.frame(i)
        who, modal = coarse_subject(f.subject), coarse_modal(f.modal)
        form = f.tag if f.tag in ("Inf", "Ger", "Part", "Bare", "Imp", "Sub") else f.pos if not f.verbal else "finite"
        polarity = "-" if f.negative else "+"
        frames = sorted({self._coarse_complement(c) for c in f.complements} | ({"np"} if f.object_at is not None else set())) or [
            "bare"
        ]
        groups = [
            name for name, members in (("ASK", _ASKING), ("GIVE", _GIVING), ("KEEP", _KEEPING)) if members.intersection(f.classes)
        ]
        classes = [c for c in f.classes if c in g.lex.triggers] + groups
        above = self._above(i)
        out = [
            f"~{form}|{who}|{modal}|{polarity}",
            f"~ab={above}|{form}",
            f"~ab={above}|{form}|{modal}|{polarity}",
            f"~ab={above}|{who}|{modal}",
        ]
        hyp = "hyp" if f.hypothetical else "real"
        for c in classes:
            out += [f"~{c}|{form}|{hyp}", f"~{c}|{who}|{polarity}|{hyp}", f"~{c}|{modal}|{polarity}|{hyp}", f"~{c}|ab={above}"]
            for k in frames:
                out += [
                    f"~{c}|{k}|{polarity}|{hyp}",
                    f"~{c}|{k}|{who}|{hyp}",
                    f"~{c}|{k}|{who}|{modal}|{polarity}",
                    f"~{c}|{k}|{form}",
                ]
        for k in frames:
            out.append(f"~fr={k}|{form}|{who}|{modal}|{polarity}")
        if f.reported:
            out.append(f"~rep={coarse_subject(f.reported)}|{who}|{modal}|{polarity}")
        if not g.is_verb(i) and g.head[i] == i:
            out.append(f"~fragment|{'colon' if g.low[-1] == ':' else 'full'}")
        return out

    @staticmethod
    def _coarse_complement(value: str) -> str:
        if value.startswith("that"):
            mood = next(
                (_COARSE_MODAL[p] for p in value.split("_") if p in _COARSE_MODAL), "bare" if "_Bare" in value else "plain"
            )
            return "that_" + mood + ("_p" if value.endswith("_p") else "")
        return value

    def _above(self, i: int) -> str:
        """What governs a predicate: the nearest asking, giving or keeping word above it, through complements and coordination."""
        g = self.graph
        path, j = "", i
        for _ in range(6):
            up = g.head[j]
            if up == j:
                return "root" if not path else "free"
            dep = "acl" if g.dep[j] == "relcl" and g.is_infinitive(j) else g.dep[j]  # "a call to engage"
            path += (
                "c"
                if dep == "conj"
                else "x"
                if dep in ("xcomp", "ccomp", "pcomp", "obl:arg", "acl", "csubj", "obj")
                else "a"
                if dep in ("advcl", "obl:mod")
                else "r"
                if dep == "relcl"
                else ""
            )
            for name, members in (("ASK", _ASKING), ("GIVE", _GIVING), ("KEEP", _KEEPING)):
                if g.classes[up] & members:
                    steps = (
                        "c"
                        if path.endswith("c") and "x" not in path
                        else "xc"
                        if "c" in path and "x" in path
                        else path[:1] or "n"
                    )
                    state = "-" if self.frame(up).negative else "?" if self.frame(up).hypothetical else ""
                    return f"{name}.{steps}{state}"
            if "speech" in g.classes[up] and "x" in path:
                return "SAY." + ("c" if "c" in path else "x")
            if "think" in g.classes[up] and "x" in path:
                return "THINK"
            j = up
        return "free"

    # where the passage begins and ends ---------------------------------------------------------------------------------
    def _edges(self, span: Span) -> list[str]:
        g, f = self.graph, self.frame(span.anchor)
        size = sum(len(w) + 1 for w in g.low[span.start : span.stop])
        bucket = next(n for n, edge in enumerate((20, 35, 55, 80, 110, 150, 200, 280, 9999)) if size <= edge)
        after = g.low[span.stop] if span.stop < len(g) else "end"
        nxt = after if not after.isalpha() or len(after) <= 4 or after == "end" else g.pos[span.stop]
        inside = range(span.start, span.stop)
        out = [
            f"left={span.left}|tag={f.tag}",
            f"left={span.left}|dep={g.dep[span.anchor]}",
            f"left={span.left}|st={f.subject}",
            f"len={bucket}",
            f"len={bucket}|{f.pos}",
        ]
        out += [f"right={span.right}", f"right={span.right}|len={bucket}", f"next={nxt}", f"left={span.left}|{f.pos}"]
        out.append(f"first={g.pos[span.start]}|{g.dep[span.start]}|left={span.left}")
        if self.question and span.stop >= len(g) - 2:
            out.append("to_question")
        for c in f.classes:
            out += [f"c={c}|left={span.left}", f"c={c}|right={span.right}", f"c={c}|len={bucket}"]
        for relation, word in f.governors:
            out.append(f"g={relation}:{word}|left={span.left}")
        stop_verb = 0
        for k in inside:
            if k == span.anchor:
                continue
            if g.dep[k] in ("conj", "relcl", "advcl") and g.is_verb(k):
                stop_verb += 1
                out.append(f"has={g.dep[k]}")
            for c in ("request", "request_noun", "promise", "refuse", "reply_noun", "oblige", "agree"):
                if c in g.classes[k] and (g.is_verb(k) or g.pos[k] == "NOUN"):
                    out.append(f"has={c}|{'b' if k < span.anchor else 'a'}")
        if f.complement_at is not None:
            out.append("covers=complement" if span.start <= f.complement_at < span.stop else "misses=complement")
        if f.object_at is not None:
            out.append("covers=object" if span.start <= f.object_at < span.stop else f"misses=object|{f.pos}")
        depth = min(sum(1 for k in inside if g.low[k] == ","), 4)
        out.append(f"commas={depth}")
        whole = max(1, g.right[span.anchor] - g.left[span.anchor] + 1)
        out.append(f"part={min(int(4 * (span.stop - span.start) / whole), 5)}")
        return out
