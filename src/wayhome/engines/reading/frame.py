"""The frame of one predicate: its form, who takes part in it, what it governs and what governs it."""

from __future__ import annotations

from wayhome.engines.reading.graph import AUXILIARIES, CLAUSES, OBJECTS, SUBJECTS, Graph

_NEGATIONS = {"en": frozenset({"not", "n't", "never", "nor", "neither", "no", "hardly", "scarcely"}), "fr": frozenset({"ne", "n'", "pas", "jamais", "ni", "aucun", "aucune", "rien", "point", "guère", "nul", "nulle", "plus"})}  # fmt: skip
_NO = frozenset({"no", "aucun", "aucune", "nul", "nulle", "nothing", "none", "nobody", "neither"})
IF_WORDS = {
    "en": frozenset({"if", "unless", "should", "whenever", "provided", "lest"}),
    "fr": frozenset({"si", "s'", "pourvu", "au cas"}),
}
_WHETHER = frozenset({"whether", "if", "si", "s'"})
_MODALS = frozenset(
    ["will", "would", "shall", "should", "can", "could", "may", "might", "must", "ought", "ll", "'ll", "'d", "need"]
)


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
        return "action" if _done_by(graph, i) else "party"
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


def _done_by(graph: Graph, i: int) -> bool:
    """Whether a noun that may name a body is an action here, as its agent shows ("the organisation by the Council of a forum")."""
    if i + 1 < len(graph) and graph.low[i + 1] in ("by", "par"):
        return True
    if graph.language == "en":
        return any(graph.low[k] == "by" and graph.dep[k] in ("prep", "agent") for k in graph.kids[i])
    return any(graph.low[m] == "par" and graph.dep[m] == "case" for k in graph.kids[i] for m in graph.kids[k])


_PARTIES = frozenset({"first", "second", "party", "name", "third", "person", "body", "relative"})


class Frame:
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
        if subject is None:  # "Would the Minister, if this is so, tell me": the parser hangs the subject on the auxiliary
            subject = next((m for k in around if k < i and g.low[k] in _MODALS for m in g.kids[k] if g.dep[m] in SUBJECTS), None)
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
        if i in g.bound or holder in g.bound:
            modal.append("must")
        self.modal = "+".join(modal) or "-"
        # a modal before its subject asks, with or without a question mark ("Would the Minister, if so, tell me")
        self.inverted = bool(modal) and subject is not None and any(g.low[k] in _MODALS and k < g.left[subject] for k in around)
        negations = _NEGATIONS[g.language]
        self.negative = any(
            g.low[k] in negations
            and (g.dep[k] in ("neg", "advmod", "det", "cc", "preconj", "fixed") or g.low[k] not in ("no", "plus"))
            for k in around
        )
        self.negative = self.negative or any(
            g.low[j] in _NO for k in around if g.dep[k] in OBJECTS | SUBJECTS for j in [k, *g.kids[k]]
        )
        if g.pos[holder] == "AUX" and not self.negative:  # "was in no position to", "n'était en aucune mesure de"
            self.negative = any(
                g.low[j] in _NO for k in g.kids[holder] if g.dep[k] == "prep" for m in g.kids[k] for j in g.kids[m]
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
                    return out, negated(g, up), []
                return out, negated(g, j), []
            break
        if j == i:
            return [], False, []
        out = [(relation, c) for c in sorted(g.classes[j])] or [(relation, g.pos[j])]
        grand: list[str] = []
        if g.head[j] != j:
            grand = sorted(g.classes[g.head[j]])
        return out, negated(g, j), grand

    @staticmethod
    def _surroundings(g: Graph, i: int) -> tuple[bool, str]:
        marks = IF_WORDS[g.language]
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


def negated(g: Graph, i: int) -> bool:
    negations = _NEGATIONS[g.language]
    return any(g.low[k] in negations and g.low[k] != "plus" for k in g.kids[i])
