"""Describe a candidate passage by features that hold across languages, archives and parties.

Features speak of word classes (a request verb, a party, a negation), of the frame around the predicate (who is its subject,
what it governs, what governs it) and of the passage's edges. Names are never features.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wayhome.engines.reading.graph import AUXILIARIES, CLAUSES, OBJECTS, SUBJECTS, Graph
from wayhome.engines.reading.spans import Span

_NEGATIONS = {"en": frozenset({"not", "n't", "never", "nor", "neither", "no", "hardly", "scarcely"}), "fr": frozenset({"ne", "n'", "pas", "jamais", "ni", "aucun", "aucune", "rien", "point", "guère", "nul", "nulle", "plus"})}  # fmt: skip
_NO = frozenset({"no", "aucun", "aucune", "nul", "nulle", "nothing", "none", "nobody", "neither"})
_IF = {
    "en": frozenset({"if", "unless", "should", "whenever", "provided", "lest"}),
    "fr": frozenset({"si", "s'", "pourvu", "au cas"}),
}
_WHETHER = frozenset({"whether", "if", "si", "s'"})
_MODALS = frozenset(
    ["will", "would", "shall", "should", "can", "could", "may", "might", "must", "ought", "ll", "'ll", "'d", "need"]
)
_TIGHT = (
    CLAUSES | OBJECTS | {"prep", "obl:mod", "obl:arg", "agent", "acomp", "nsubj", "nsubj:pass", "pobj", "conj", "amod", "prt"}
)


@dataclass(slots=True)
class Setting:
    """What surrounds a sentence: the role of its block, the document's form, the sentence before."""

    role: str = "body"
    item: bool = False
    letter: bool = False
    lead: bool = False
    before: frozenset[str] = field(default_factory=frozenset)


def party_type(graph: Graph, i: int | None) -> str:
    """What kind of participant token *i* is: first or second person, party, person, name, pronoun, it, thing, none."""
    if i is None:
        return "none"
    low, classes = graph.low[i], graph.classes[i]
    if "second" in classes:
        return "second"
    if "first" in classes:
        return "first"
    if graph.sentence.operative and i == 0:
        return "body"
    if low in ("it", "ce", "c'", "cela", "ça", "there") or (graph.dep[i] in ("expl", "expl:subj")):
        return "it"
    if low in ("which", "who", "that", "qui", "lequel", "laquelle", "lesquels"):
        return "relative"
    if "third" in classes:
        return "third"
    if "party" in classes:
        return "party"
    if "person" in classes:
        return "person"
    if graph.pos[i] == "PROPN" or low in (
        "canada",
        "smith",
        "canadians",
        "nato",
        "martin",
        "otan",
        "france",
        "canadiens",
        "canadian",
    ):
        return "name"
    if "message" in classes or "request_noun" in classes or "reply_noun" in classes:
        return "message"
    if "instrument" in classes:
        return "instrument"
    if "action_noun" in classes:
        return "action"
    return "thing" if graph.pos[i] == "NOUN" else "other"


_PARTIES = frozenset({"first", "second", "party", "name", "third", "person", "body", "relative"})


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
        self._known: dict[int, _Frame] = {}
        low = graph.low
        self.question = "?" in low
        marks = _IF[graph.language]
        self.has_if = any(w in marks for w in low)
        self.polite = any("polite" in c for c in graph.classes)

    def frame(self, i: int) -> _Frame:
        if i not in self._known:
            self._known[i] = _Frame(self.graph, i)
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
            dep = g.dep[j]
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


class _Frame:
    """The frame of one predicate: its classes, form, participants, complements and governors."""

    def __init__(self, g: Graph, i: int) -> None:
        self.pos = g.pos[i]
        self.verbal = g.is_verb(i)
        self.tag = g.tag[i] if self.verbal else self.pos
        self.classes = sorted(g.classes[i])
        kids = g.kids[i]
        holder = i  # a predicate adjective's frame hangs on its copula
        if g.pos[i] in ("ADJ", "NOUN") and g.dep[i] in ("acomp", "attr", "oprd") and g.head[i] != i:
            holder = g.head[i]
        around = kids if holder == i else kids + [k for k in g.kids[holder] if k != i]
        subject = next((k for k in around if g.dep[k] in SUBJECTS), None)
        shared = False
        if subject is None and g.dep[holder] == "conj":
            subject = next((k for k in g.kids[g.head[holder]] if g.dep[k] in SUBJECTS), None)
            shared = subject is not None
        if subject is None and g.dep[holder] == "relcl":
            self.subject = "relative"
        elif subject is None and g.dep[holder] == "xcomp":
            up = next((k for k in g.kids[g.head[holder]] if g.dep[k] in SUBJECTS), None)
            self.subject = "up_" + party_type(g, up)
        elif subject is None and not self.verbal and g.dep[i] not in ("acomp", "attr", "oprd"):
            owner = next((k for k in kids if g.dep[k] in ("poss", "nmod:poss")), None)
            if owner is None:
                owner = next(
                    (k for p in kids if g.dep[p] == "prep" and g.low[p] in ("of", "by", "from") for k in g.kids[p]), None
                )
            if owner is None and g.language == "fr":
                owner = next((k for k in kids if g.dep[k] in ("nmod", "det") and (party_type(g, k) in _PARTIES)), None)
            self.subject = "of_" + party_type(g, owner)
        else:
            self.subject = party_type(g, subject) + ("_shared" if shared else "")
        self.subject_at = subject
        words = {g.low[k] for k in around if g.dep[k] in AUXILIARIES or g.low[k] in _MODALS}
        modal = sorted(words & _MODALS)
        if g.language == "fr":
            auxiliary = next((g.tag[k] for k in around if g.dep[k] in AUXILIARIES), None)
            modal = [t for t in (g.tag[holder], auxiliary) if t in ("Cnd", "Fut", "Sub", "Imp")][:1]
            modal += [g.lemma[k] for k in around if g.dep[k] in AUXILIARIES and g.lemma[k] in ("pouvoir", "devoir", "vouloir")]
            if g.dep[holder] == "xcomp" and g.lemma[g.head[holder]] in ("pouvoir", "devoir", "vouloir", "falloir"):
                modal.append(g.lemma[g.head[holder]] + "-" + g.tag[g.head[holder]])
        self.modal = "+".join(modal) or "-"
        negations = _NEGATIONS[g.language]
        self.negative = any(
            g.low[k] in negations
            and (g.dep[k] in ("neg", "advmod", "det", "cc", "preconj", "fixed") or g.low[k] not in ("no", "plus"))
            for k in around
        )
        self.negative = self.negative or any(
            g.low[j] in _NO for k in around if g.dep[k] in OBJECTS | SUBJECTS for j in [k, *g.kids[k]]
        )
        self.passive = any(g.dep[k] in ("nsubj:pass", "aux:pass", "csubj:pass") for k in around)
        objects = [k for k in around if g.dep[k] in OBJECTS and k not in (subject, i)]
        self.object_at = objects[0] if objects else None
        self.object = party_type(g, self.object_at)
        self.complement_at: int | None = None
        self.complements, self.inner = self._complements(g, around, objects, i)
        self.determiner = ""
        if not self.verbal:
            det = next((g.low[k] for k in kids if g.dep[k] in ("det", "poss", "nmod:poss", "neg")), "")
            self.determiner = (
                det
                if det in ("the", "a", "an", "no", "any", "this", "le", "la", "l'", "un", "une", "aucun", "aucune", "ce", "cette")
                else "poss"
                if det
                else "bare"
            )
        self.governors, self.governor_negative, self.grand = self._governors(g, i)
        self.hypothetical, self.reported = self._surroundings(g, i)

    def _complements(self, g: Graph, around: list[int], objects: list[int], i: int) -> tuple[list[str], list[str]]:
        found: list[str] = []
        inner: set[str] = set()
        pool = list(around)
        for o in objects:
            pool += [k for k in g.kids[o] if g.dep[k] in ("relcl", "acl", "acl:relcl") and g.is_infinitive(k)]
        for k in pool:
            dep = g.dep[k]
            if k == i or (k < i and dep not in ("obj", "iobj")):
                continue
            if dep in CLAUSES or (dep == "obl:arg" and g.is_verb(k)) or (dep == "obl:mod" and g.is_infinitive(k)):
                marks = {g.low[m] for m in g.kids[k] if g.dep[m] in ("mark", "advmod", "case")}
                if g.is_infinitive(k):
                    kind = "inf"
                elif dep == "relcl":
                    kind = "relcl"
                elif marks & _WHETHER:
                    kind = "if" if dep == "advcl" else "whether"
                elif g.tag[k] == "Ger":
                    kind = "ger"
                elif dep == "advcl":
                    kind = "advcl"
                else:
                    modal = next(
                        (g.low[m] for m in g.kids[k] if g.low[m] in _MODALS),
                        g.tag[k] if g.tag[k] in ("Sub", "Cnd", "Fut", "Bare") else "",
                    )
                    kind = "that" + ("_" + modal if modal else "")
                    kind += "_p" if party_type(g, g.subject(k)) in _PARTIES else ""
                found.append(kind)
                if kind not in ("advcl", "relcl", "if"):
                    self.complement_at = k if self.complement_at is None else self.complement_at
                    inner |= {"v." + c for c in g.classes[k]}
            elif dep in ("prep", "agent"):
                found.append("p:" + g.low[k])
                for j in g.kids[k]:
                    inner |= {g.low[k] + "." + c for c in g.classes[j]}
                    if g.dep[j] == "pobj" and party_type(g, j) in _PARTIES:
                        found.append("p:" + g.low[k] + ".party")
                    for m in g.kids[j]:
                        if g.is_infinitive(m):
                            found.append("p:" + g.low[k] + ".inf")
            elif dep in ("obl:arg", "obl:mod", "nmod", "obl"):
                case = next((g.low[m] for m in g.kids[k] if g.dep[m] == "case"), "")
                found.append("p:" + case)
                inner |= {case + "." + c for c in g.classes[k]}
            elif dep in OBJECTS:
                inner |= {"o." + c for c in g.classes[k]}
                if any(g.low[m] in _NO for m in g.kids[k]):
                    inner.add("o.no")
        return sorted(set(found)), sorted(inner)

    @staticmethod
    def _governors(g: Graph, i: int) -> tuple[list[tuple[str, str]], bool, list[str]]:
        relation, j, hops = "", i, 0
        while g.head[j] != j and hops < 4:
            dep = g.dep[j]
            relation = "conj" if dep == "conj" and not relation else (dep if dep != "conj" else relation)
            j = g.head[j]
            hops += 1
            if dep in ("prep", "pobj", "case", "acomp", "attr") and not (g.classes[j] - {"time"}):
                continue
            if dep == "conj" and hops < 3:
                # a coordinated predicate is governed by what governs the first one
                out = [("sib", c) for c in sorted(g.classes[j])]
                if g.head[j] != j:
                    up = g.head[j]
                    out += [("up_" + g.dep[j], c) for c in sorted(g.classes[up])]
                    return out, _negated(g, up), []
                return out, _negated(g, j), []
            break
        if j == i:
            return [], False, []
        out = [(relation, c) for c in sorted(g.classes[j])] or [(relation, g.pos[j])]
        grand: list[str] = []
        if g.head[j] != j:
            grand = sorted(g.classes[g.head[j]])
        return out, _negated(g, j), grand

    @staticmethod
    def _surroundings(g: Graph, i: int) -> tuple[bool, str]:
        marks = _IF[g.language]
        hypothetical, reported = False, ""
        j = i
        for _ in range(12):
            if (
                g.dep[j] in ("advcl", "ROOT", "conj", "ccomp")
                and any(g.low[k] in marks and k < j and g.dep[k] in ("mark", "aux", "advmod") for k in g.kids[j])
                and g.dep[j] == "advcl"
            ):
                hypothetical = True
            if g.head[j] == j:
                break
            up = g.head[j]
            if g.dep[j] in ("ccomp", "parataxis", "obj") and not reported and "speech" in g.classes[up]:
                reported = party_type(g, g.subject(up))
            j = up
        return hypothetical, reported


def _negated(g: Graph, i: int) -> bool:
    negations = _NEGATIONS[g.language]
    return any(g.low[k] in negations and g.low[k] != "plus" for k in g.kids[i])
