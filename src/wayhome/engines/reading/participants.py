"""Who is asked, who promised, who kept silent.

For an ask every party in reach is a candidate: the request's own object, the subject of the requested clause, whoever else the
sentence or the sentences before mention, the document's addressee and sender. A trained linear model ranks them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from wayhome.engines.reading.addressee import DocumentParties
from wayhome.engines.reading.features import coarse_subject
from wayhome.engines.reading.frame import party_type
from wayhome.engines.reading.graph import CLAUSES, OBJECTS, SUBJECTS, Graph
from wayhome.engines.reading.mentions import NAMED, Mention, content, mentions, part_of, phrase_of
from wayhome.engines.reading.partners import FIRST, partners

_ACTING = NAMED | {"second", "first", "third"}
_REQUESTING = frozenset({"request", "demand", "order", "propose", "hope", "wonder", "seek", "speech", "thank"})
_ASKING = _REQUESTING - {"speech"}
_TO = frozenset("on upon to from with à au aux auprès avec".split())
_WANTED = frozenset({"Inf", "Bare", "Mod", "Imp", "Sub", "Cnd", "Fut"})
_OWNERS = frozenset({"poss", "nmod:poss", "det"})
_BY = frozenset({"by", "par"})
# Verbs whose object is what they put forward, never whom they ask ("suggested Bali", "sought a meeting").
_PUTTING = frozenset({"propose", "seek"})


@dataclass(slots=True)
class Choice:
    """A party that may be the addressee, with the features that speak for and against it."""

    name: str
    words: frozenset[str]
    features: set[str] = field(default_factory=set)


def after_ask(choices: Sequence[tuple[str, Sequence[str]]], how: str, before: str | None) -> list[tuple[str, list[str]]]:
    """Candidates (name, features) with what speaks for the addressee of the ask before, who becomes one if not there."""
    words = content(before) if before else frozenset()
    extra = ["prev_ask", f"prev_ask|{how.split(':', maxsplit=1)[0]}", f"prev_ask|{how}"]
    out = [(name, [*features, *extra] if words and content(name) == words else list(features)) for name, features in choices]
    if before and words and not any(content(name) == words for name, _ in choices):
        out.append((before, extra))
    return out


def likeliest(
    choices: Sequence[tuple[str, Sequence[str]]], how: str, weights: dict[str, float], before: str | None
) -> str | None:
    """The candidate with the highest score; None when there is none."""
    ranked = after_ask(choices, how, before)
    if not ranked:
        return None
    return max(ranked, key=lambda c: (round(sum(weights.get(f, 0.0) for f in c[1]), 6), -len(c[0]), c[0]))[0]


class Participants:
    """The parties of one document, sentence by sentence."""

    def __init__(self, text: str, parties: DocumentParties, graphs: Sequence[Graph]) -> None:
        self.text = text
        self.parties = parties
        self.graphs = list(graphs)
        self.number = {id(g): n for n, g in enumerate(self.graphs)}
        self.mentioned = [mentions(text, g, n) for n, g in enumerate(self.graphs)]
        self.partners = partners(text, self.graphs, self.mentioned)
        self._seen: Counter[str] = Counter(w for row in self.mentioned for m in row for w in m.words)
        self.leads = self._leads()
        self._names: dict[str, str] = {}
        self._heads: set[str] = set()
        for g in self.graphs:
            for i, word in enumerate(g.sentence.words):
                if g.low[i] != word.lower() and word[:1].isupper() and len(word) >= 5:
                    self._names.setdefault(word.casefold(), word)
                elif "party" in g.classes[i]:
                    self._heads.add(word.casefold())

    def _leads(self) -> list[Mention | None]:
        """For each sentence the party of the line that opened its list ("calls on the parties:")."""
        out: list[Mention | None] = []
        lead: Mention | None = None
        for g, row in zip(self.graphs, self.mentioned, strict=True):
            out.append(lead)
            if g.low and g.low[-1] == ":":
                lead = next((m for m in reversed(row) if m.part != "subject"), None) or lead
        return out

    # syntax -----------------------------------------------------------------------------------------------------------
    def own(self, g: Graph, i: int) -> tuple[int, str] | None:
        """The token that predicate *i*, or what governs it, names as addressee, and how."""
        first: tuple[int, str] | None = None
        for hop in range(5):
            found = self._own(g, i)
            if found is not None and party_type(g, found[0]) == "first" and found[1] == "subject":
                # "I should be grateful if you would ...": the one who speaks is not the one who is asked
                first = first or (found[0], f"subject{min(hop, 2)}")
                you = next((j for j in range(i, g.right[i] + 1) if "second" in g.classes[j]), None)
                if you is not None:
                    return you, f"you{min(hop, 2)}"
                source = next(
                    (j for j in range(i, g.right[i] + 1) if part_of(g, j) == "p:from" and party_type(g, j) in NAMED), None
                )
                if source is not None:  # "we should like to have from the Ministry the list"
                    return source, f"to{min(hop, 2)}"
                return first
            if found is not None:
                owner = next((k for k in g.kids[found[0]] if "second" in g.classes[k] and g.dep[k] in _OWNERS), None)
                return (found[0] if owner is None else owner), f"{found[1]}{min(hop, 2)}"
            up = g.head[i]
            if g.dep[i] == "conj" and g.classes[i] & _ASKING and g.tag[i] in ("Past", "Pres", "Part") and g.is_verb(i):
                return None  # "indicated that ... and inquired": two acts of speech
            if g.dep[i] == "ccomp" and g.classes[i] & _ASKING and g.subject(i) is not None and not g.classes[up] & _ASKING:
                return None  # whoever is told of a request is not the one it was put to
            if up == i or g.dep[i] not in CLAUSES | OBJECTS | {
                "conj",
                "pobj",
                "prep",
                "acomp",
                "nsubj",
                "nsubj:pass",
                "obl:mod",
                "nmod",
                "appos",
            }:
                return None
            i = up
        return None

    def _own(self, g: Graph, i: int) -> tuple[int, str] | None:
        kids = g.kids[i]
        passive = any(g.dep[k] in ("nsubj:pass", "aux:pass") for k in kids)
        # "should inform the families", "tell me": to speak is what is asked for, and the one spoken to is not the one asked
        wanted = g.tag[i] in _WANTED and not g.classes[i] & _ASKING
        requesting = bool(g.classes[i] & _REQUESTING) and not wanted
        subject = next((k for k in kids if g.dep[k] in SUBJECTS), None)
        if subject is None:  # "Would the Minister, if this is so, tell me"
            subject = next((m for k in kids if g.dep[k] == "aux" for m in g.kids[k] if g.dep[m] in SUBJECTS), None)
        if g.is_verb(i) and requesting:
            if passive and subject is not None and self._acts(g, subject) and any(g.is_infinitive(k) for k in kids):
                return subject, "passive"
            putting = bool(g.classes[i] & _PUTTING) and not g.classes[i] & {"request", "order"}
            for k in kids:
                if g.dep[k] in OBJECTS and self._acts(g, k) and not (putting and g.dep[k] in ("obj", "obl:arg")):
                    return k, "object"
            reporting = not g.classes[i] & _ASKING
            for k in kids:
                if g.dep[k] in CLAUSES:
                    inner = g.subject(k)
                    # in "X indicated that Y would like to see" Y is the one who asks
                    if inner is not None and self._acts(g, inner) and not (reporting and g.classes[k] & _ASKING):
                        return inner, "clause"
            for k in kids:
                token = self._after(g, k, _TO | _BY | {"of"})
                if token is not None:
                    return token, "to"
            for k in kids:
                if g.dep[k] in OBJECTS:
                    for j in range(g.left[k], g.right[k] + 1):
                        if party_type(g, j) in ("party", "name") and part_of(g, j).startswith(
                            ("p:by", "p:from", "p:par", "p:with", "p:avec", "p:of", "p:de", "p:des", "p:du", "owner")
                        ):
                            return j, "agent"
            return None
        if g.pos[i] in ("NOUN", "PROPN"):
            for k in kids:
                token = self._after(g, k, _TO | _BY | {"for"})
                if token is not None:
                    return token, "noun_to"
            return None
        if passive:
            token = next((t for k in kids if (t := self._after(g, k, _BY)) is not None), None)
            return (token, "agent") if token is not None else None
        if subject is not None and self._acts(g, subject) and g.is_verb(i):
            return subject, "subject"
        return None

    @staticmethod
    def _acts(g: Graph, i: int) -> bool:
        return party_type(g, i) in _ACTING

    def _after(self, g: Graph, k: int, words: frozenset[str]) -> int | None:
        """The party after one of *words* when token *k* is such a preposition or its object."""
        if g.dep[k] in ("prep", "agent") and g.low[k] in words:
            return next((m for m in g.kids[k] if g.dep[m] == "pobj" and self._acts(g, m)), None)
        if any(g.dep[m] == "case" and g.low[m] in words for m in g.kids[k]) and self._acts(g, k):
            return k
        return None

    # candidates -------------------------------------------------------------------------------------------------------
    def choices(self, g: Graph, i: int) -> tuple[list[Choice], str]:
        """Candidate addressees of the ask that predicate *i* heads, and in what way the ask itself names one."""
        n = self.number[id(g)]
        own = self.own(g, i)
        pool: dict[frozenset[str], Choice] = {}

        def add(name: str | None, features: set[str]) -> None:
            words = content(name) if name else frozenset()
            if name and words:
                pool.setdefault(words, Choice(name, words)).features.update(features)

        kind = party_type(g, own[0]) if own is not None else "nobody"
        word = own[1].rstrip("0123456789") if own is not None else ""
        pronoun = kind
        if kind in NAMED:
            pronoun = "strong" if word in ("object", "to", "passive", "noun_to") else "weak"
        elif kind == "third" and own is not None:
            plural = g.low[own[0]] in ("they", "them", "their", "ils", "elles", "leur", "leurs", "eux")
            pronoun = "third_pl" if plural else "third_sg"
        how = f"{pronoun}:{word}"
        if own is not None and kind in NAMED:
            add(phrase_of(self.text, g, own[0]), {"own", f"own={how}", f"own={own[1]}", f"own={own[1]}|{kind}"})
        source = "home" if self.parties.supposed else "doc_to"
        add(self.parties.addressee, {source, f"{source}|{pronoun}", f"{source}|{how}"})
        add(self.parties.other, {"doc_to2", f"doc_to2|{pronoun}", f"doc_to2|{how}"})
        add(self.parties.sender, {"doc_from", f"doc_from|{pronoun}", f"doc_from|{how}"})
        lead = self.leads[n]
        if lead is not None and g.head[i] == i:
            add(lead.phrase, {"lead", f"lead|{pronoun}"})
        askers = self._askers(g, i)
        for m in self.mentioned[n]:
            side = "before" if m.at < i else "after"
            governor = g.head[m.at]
            spoken = "speech" if g.classes[governor] & _REQUESTING else ""
            features = {
                f"here={side}|{m.part}",
                f"here={side}|{m.part}|{pronoun}",
                f"here={m.part}|{spoken}|{m.kind}",
                f"kind={m.kind}|{pronoun}",
            }
            if m.at in askers:
                features |= {"asker", f"asker|{pronoun}"}
            if abs(m.at - i) <= 4:
                features.add(f"near={side}")
            add(m.phrase, features)
        reach = 0
        for back in range(1, 5):
            if n - back < 0:
                break
            for m in reversed(self.mentioned[n - back]):
                reach += 1
                if reach > 9:
                    break
                add(
                    m.phrase,
                    {
                        f"back={back}|{m.part.split(':')[0]}",
                        f"back={back}|{pronoun}|{'pl' if m.plural else 'sg'}",
                        f"back|{pronoun}|{m.part.split(':')[0]}",
                        f"kind={m.kind}|{pronoun}",
                        f"recent={min(reach, 5)}|{pronoun}",
                    },
                )
        if n:
            first = self.mentioned[0][:2]
            for m in first:
                add(m.phrase, {"opening", f"opening|{m.part.split(':')[0]}|{pronoun}"})
        top = max(self._seen.values(), default=1)
        to_words = content("" if self.parties.supposed else self.parties.addressee or "")
        from_words = content(self.parties.sender or "")
        asker_words = {w for a in askers for w in content(phrase_of(self.text, g, a))}
        actor = self.actor(g, i)
        actor_words = content(actor or "")
        keys = set(actor_words) | ({FIRST} if actor and actor == self.parties.author else set())
        if any(party_type(g, g.subject(j)) == "first" for j in [i, *g.ancestors(i)] if g.subject(j) is not None):
            keys.add(FIRST)
        heard: Counter[str] = Counter()
        for key in sorted(keys):
            heard.update(self.partners.get(key, Counter()))
        met = [name for name, _ in sorted(heard.items(), key=lambda p: (-p[1], p[0])) if not content(name) & actor_words][:3]
        for rank, name in enumerate(met):
            by = "first" if FIRST in keys else "named"
            add(
                name, {f"partner={rank}", f"partner={rank}|{pronoun}", f"partner={min(rank, 1)}|{how}", f"partner|{by}|{pronoun}"}
            )
        selves = self._selves(g, i)
        out = [c for c in pool.values() if c.words not in selves] or list(pool.values())
        for choice in out:
            if choice.words & actor_words:
                choice.features |= {"like_actor", f"like_actor|{pronoun}"}
            often = max((self._seen[w] for w in choice.words), default=0)
            choice.features.add(f"often={min(int(4 * often / top), 3)}|{pronoun}")
            if choice.words & to_words and "doc_to" not in choice.features:
                choice.features |= {"like_to", f"like_to|{pronoun}"}
            if choice.words & from_words and "doc_from" not in choice.features:
                choice.features |= {"like_from", f"like_from|{pronoun}"}
            if choice.words & asker_words:
                choice.features |= {"like_asker", f"like_asker|{pronoun}"}
            if not self.parties.addressee or self.parties.supposed:
                choice.features |= {f"no_to|{f}" for f in choice.features if f.startswith(("here", "back", "opening", "own"))}
        out.sort(key=lambda c: (c.name, sorted(c.words)))
        return out, how

    def _selves(self, g: Graph, i: int) -> set[frozenset[str]]:
        """Names of the one who asks: nobody puts a request to themselves."""
        for j in [i, *g.ancestors(i)]:
            subject = g.subject(j)
            if subject is None and g.head[j] != j and g.dep[j] in ("acomp", "oprd"):
                subject = g.subject(g.head[j])
            classes = g.classes[j].union(*(g.classes[k] for k in g.kids[j] if g.dep[k] in ("acomp", "oprd")))
            if classes & _ASKING and subject is not None and g.dep[subject] in ("nsubj", "expl"):
                kind = party_type(g, subject)
                if kind == "first":
                    return {content(n) for n in (self.parties.sender, self.parties.writer) if n}
                return {content(phrase_of(self.text, g, subject))} if kind in NAMED else set()
        return set()

    def _askers(self, g: Graph, i: int) -> set[int]:
        """Subjects of the request and of the speech above it."""
        out: set[int] = set()
        for j in [i, *g.ancestors(i)]:
            if g.classes[j] & (_REQUESTING | {"make"}):
                subject = g.subject(j)
                if subject is not None and party_type(g, subject) in NAMED:
                    out.add(subject)
        return out

    def asked(self, g: Graph, i: int, weights: dict[str, float], before: str | None) -> str | None:
        """The likeliest addressee of the ask that predicate *i* heads; *before* is the addressee of the ask before it."""
        ranked, how = self.choices(g, i)
        return likeliest([(c.name, sorted(c.features)) for c in ranked], how, weights, before)

    def full(self, name: str) -> str:
        """The party's fullest name in the document, with the country that its adjective comes from ("the Kestrian side (Kestria)")."""
        words = content(name)
        wider = [
            m
            for row, g in zip(self.mentioned, self.graphs, strict=True)
            for m in row
            if words < m.words
            and len(m.words) <= len(words) + 5
            and m.kind == "party"
            and g.sentence.words[m.at].casefold() in words
        ]
        if len(words) <= 2 and wider and words & self._heads:
            counted = Counter(m.phrase for m in wider)
            name = max(counted, key=lambda phrase: (counted[phrase], -len(phrase), phrase))
            words = content(name)
        linked = []
        for word in sorted(words):
            if len(word) >= 6 and word not in self._heads:
                kin = [w for w in self._names if w[:5] == word[:5] and len(w) < len(word) and w not in words]
                if kin:
                    linked.append(max(kin, key=lambda w: (self._seen[w], w)))
        shown = [self._names[w] for w in linked]
        return f"{name} ({', '.join(shown)})" if shown else name

    # actors -----------------------------------------------------------------------------------------------------------
    def name(self, g: Graph, i: int | None) -> str | None:
        """The party that token *i* stands for; pronouns go to the party mentioned last that fits."""
        if i is None:
            return None
        kind = party_type(g, i)
        if kind == "second":
            return self.parties.addressee or phrase_of(self.text, g, i)
        if kind == "first":
            return self.parties.author
        if kind == "body":
            return self.parties.author
        if kind == "relative":
            return self.name(g, g.head[g.head[i]]) if g.dep[g.head[i]] == "relcl" and g.head[g.head[i]] != i else None
        if kind in ("third", "it"):
            n = self.number[id(g)]
            plural = g.low[i] in ("they", "them", "their", "ils", "elles", "leur", "leurs", "eux")
            earlier = [m for m in self.mentioned[n] if m.at < i]
            for row in [earlier, *(self.mentioned[n - back] for back in range(1, 4) if n - back >= 0)]:
                fitting = [m for m in row if m.plural == plural or (kind == "it" and m.kind == "party")]
                fitting.sort(key=lambda m: (m.part != "subject", -m.at))
                if fitting:
                    return fitting[0].phrase
            return None
        return phrase_of(self.text, g, i) if g.pos[i] in ("NOUN", "PROPN", "ADJ", "X") else None

    def actor(self, g: Graph, i: int) -> str | None:
        """Who asks, promised, is bound or kept silent: the predicate's subject, owner or agent."""
        j = i
        for _ in range(5):
            subject = next((k for k in g.kids[j] if g.dep[k] in SUBJECTS and g.dep[k] != "nsubj:pass"), None)
            if subject is not None and (self._acts(g, subject) or party_type(g, subject) in ("relative", "body", "it")):
                found = self.name(g, subject)
                if found:
                    return found
            for k in g.kids[j]:
                if g.dep[k] in ("poss", "nmod:poss") and self._acts(g, k):
                    return self.name(g, k)
                token = self._after(g, k, _BY | {"of", "de", "du", "des", "d'"})
                if token is not None and party_type(g, token) in NAMED:
                    return self.name(g, token)
            if g.head[j] == j:
                break
            j = g.head[j]
        if g.sentence.operative or coarse_subject(party_type(g, g.subject(i))) == "first":
            return self.parties.author
        return None

    def affected(self, g: Graph, i: int) -> str | None:
        """Toward whom a silence is kept: a party that the predicate has as object or after a preposition."""
        for k in g.kids[i]:
            if g.dep[k] in OBJECTS and party_type(g, k) in NAMED | {"second", "first"}:
                return self.name(g, k)
            token = self._after(g, k, _TO | {"for", "of", "de", "du", "des"})
            if token is not None:
                return self.name(g, token)
        return None
