"""A sentence's dependency parse as plain lists, with each token's lexical classes; what the feature extractors read.

spaCy's token objects are slow to ask one by one; here every attribute is fetched once a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from wayhome.engines.reading.data import word_groups
from wayhome.engines.reading.forms import verb_forms
from wayhome.engines.reading.parse import Sentence

SUBJECTS = frozenset({"nsubj", "csubj", "nsubj:pass", "csubj:pass"})
OBJECTS = frozenset({"dobj", "obj", "dative", "iobj", "oprd", "attr", "obl:arg"})
AUXILIARIES = frozenset({"aux", "auxpass", "aux:tense", "aux:pass", "aux:caus", "cop"})
CLAUSES = frozenset({"xcomp", "ccomp", "advcl", "acl", "acl:relcl", "relcl", "pcomp", "parataxis"})
NOUNS = frozenset({"NOUN", "PROPN", "NUM", "PRON", "X"})
PREPOSITIONS = frozenset({"prep", "obl", "obl:arg", "obl:mod", "nmod", "agent", "obl:agent"})


# One set of names for both languages' relations and verb forms.
_DEPS = {
    "dobj": "obj",
    "dative": "iobj",
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "auxpass": "aux:pass",
    "acl:relcl": "relcl",
    "obl:agent": "agent",
}
# Parts of speech by Penn tag; the English model's own rules for this cost a third of the parse.
_PENN = {
    "NN": "NOUN", "NNS": "NOUN", "NNP": "PROPN", "NNPS": "PROPN", "JJ": "ADJ", "JJR": "ADJ", "JJS": "ADJ", "AFX": "ADJ", "RB": "ADV", "RBR": "ADV",
    "RBS": "ADV", "WRB": "SCONJ", "IN": "ADP", "CC": "CCONJ", "DT": "DET", "PDT": "DET", "WDT": "PRON", "PRP": "PRON", "PRP$": "PRON", "WP": "PRON",
    "WP$": "PRON", "EX": "PRON", "TO": "PART", "RP": "ADP", "POS": "PART", "MD": "AUX", "CD": "NUM", "UH": "INTJ", "FW": "X", "LS": "X", "XX": "X",
    "VB": "VERB", "VBD": "VERB", "VBG": "VERB", "VBN": "VERB", "VBP": "VERB", "VBZ": "VERB", "_SP": "SPACE", "SYM": "SYM", "$": "SYM",
}  # fmt: skip
_HOLDING = frozenset("have has had is are was were be a ont ai avons avait avaient aura auront".split())
_BE = frozenset("be is are was were am been being 's 're 'm".split())
_TAGS = {"VBG": "Ger", "VBN": "Part", "VBD": "Past", "VBZ": "Pres", "VBP": "Pres"}


class Lexicon:
    """Classes of words of one language: trigger classes and support classes."""

    def __init__(self, language: str) -> None:
        self.verbs: dict[str, frozenset[str]] = {}
        self.nouns: dict[str, frozenset[str]] = {}
        self.others: dict[str, frozenset[str]] = {}
        self.triggers: frozenset[str]
        tables = {"v": self.verbs, "n": self.nouns, "a": self.others}
        groups = {**word_groups(f"triggers.{language}.txt")}
        self.triggers = frozenset(groups)
        lemma_of: dict[str, str] = {}
        for group, entries in [*groups.items(), *word_groups(f"classes.{language}.txt").items()]:
            for entry in sorted(entries):
                table, _, lemma = entry.partition(":")
                forms = verb_forms(lemma, language) if table == "v" else _noun_forms(lemma, language) if table == "n" else {lemma}
                for form in sorted(forms):
                    tables[table][form] = tables[table].get(form, frozenset()) | {group}
                    if table == "v":
                        lemma_of.setdefault(form, lemma)
        self.verb_lemma = lemma_of


def _noun_forms(lemma: str, language: str) -> set[str]:
    if language == "en":
        plural = (
            lemma[:-1] + "ies"
            if lemma.endswith("y") and lemma[-2:-1] not in "aeiou"
            else lemma + ("es" if lemma[-1] in "sxh" else "s")
        )
    else:
        plural = (
            lemma[:-2] + "aux"
            if lemma.endswith("al")
            else lemma + ("x" if lemma.endswith("eau") else "" if lemma[-1] in "sxz" else "s")
        )
    return {lemma, plural}


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of *language*, read once."""
    return Lexicon(language)


class Graph:
    """Tokens of one parsed sentence: `low` lower-cased masked words, `lemma`, `pos`, `tag`, `dep`, `head`, `kids`, `classes`."""

    def __init__(self, sentence: Sentence) -> None:
        doc = sentence.doc
        self.sentence = sentence
        self.language = sentence.language
        lex = lexicon(sentence.language)
        self.lex = lex
        self.low: list[str] = []
        self.lemma: list[str] = []
        self.pos: list[str] = []
        self.tag: list[str] = []
        self.dep: list[str] = []
        self.head: list[int] = []
        self.classes: list[frozenset[str]] = []
        french = self.language == "fr"
        empty: frozenset[str] = frozenset()
        for token in doc:
            low, pos = token.lower_, token.pos_ if french else _english_pos(token)
            self.low.append(low)
            self.pos.append(pos)
            self.dep.append(_DEPS.get(token.dep_, token.dep_))
            self.head.append(token.head.i)
            lemma = token.lemma_.lower() if french else low
            if pos in ("VERB", "AUX"):
                lemma = lex.verb_lemma.get(low, lemma)
                classes = lex.verbs.get(low) or lex.verbs.get(lemma) or lex.others.get(low) or empty
            elif pos in ("NOUN", "PROPN"):
                classes = lex.nouns.get(low) or lex.nouns.get(lemma) or empty
                if not classes and pos == "NOUN":
                    classes = lex.verbs.get(low, empty)
                if low in lex.others:
                    classes |= lex.others[low]
            else:
                classes = lex.others.get(low) or lex.others.get(lemma) or empty
                if pos == "ADJ" and not classes:
                    classes = lex.verbs.get(low, empty)
            self.lemma.append(lemma)
            self.classes.append(classes)
            self.tag.append(_french_tag(token) if french else _TAGS.get(token.tag_, token.tag_))
        self.bound: set[int] = set()
        self.kids: list[list[int]] = [[] for _ in self.low]
        for i, head in enumerate(self.head):
            if head != i:
                self.kids[head].append(i)
        if not french:
            for i, tag in enumerate(self.tag):
                if tag == "VB":  # to go, would go, go!
                    small = [self.low[k] for k in self.kids[i] if k < i and self.dep[k] == "aux"]
                    self.tag[i] = "Inf" if "to" in small else "Mod" if small else "Bare"
        self._bind()
        # where each token would stand if every name had its placeholder's length: selection measures passages on this ruler
        self.ruler = [0]
        for word in self.low:
            self.ruler.append(self.ruler[-1] + len(word) + 1)
        self._edges()

    def _bind(self) -> None:
        """Mark "has to open", "is to leave", "ont à répondre" as binding: the small verb holds no thing but a duty."""
        for i in range(len(self.low)):
            if self.pos[i] not in ("VERB", "AUX") or self.low[i] not in _HOLDING:
                continue
            if any(k > i and self.dep[k] in ("acomp", "attr", "prep", "obj") for k in self.kids[i]):
                continue  # "was essential to have"
            for k in self.kids[i]:
                if k > i and self.dep[k] == "xcomp" and self.is_infinitive(k):
                    self.classes[i] = frozenset({"oblige", "binding"})
                    self.bound.add(k)

    def _edges(self) -> None:
        n = len(self.low)
        self.left = list(range(n))
        self.right = list(range(n))
        order = sorted(range(n), key=self.depth_of, reverse=True)
        for i in order:
            head = self.head[i]
            if head != i:
                self.left[head] = min(self.left[head], self.left[i])
                self.right[head] = max(self.right[head], self.right[i])

    def depth_of(self, i: int) -> int:
        """Distance of token *i* from the root."""
        depth = 0
        while self.head[i] != i and depth < 300:
            i = self.head[i]
            depth += 1
        return depth

    def __len__(self) -> int:
        return len(self.low)

    def is_verb(self, i: int) -> bool:
        return self.pos[i] in ("VERB", "AUX") and self.dep[i] not in AUXILIARIES

    def is_infinitive(self, i: int) -> bool:
        """A to-infinitive (English) or an infinitive (French)."""
        return self.tag[i] == "Inf"

    def subject(self, i: int) -> int | None:
        return next((k for k in self.kids[i] if self.dep[k] in SUBJECTS), None)

    def children(self, i: int, deps: frozenset[str]) -> Iterator[int]:
        return (k for k in self.kids[i] if self.dep[k] in deps)

    def ancestors(self, i: int) -> Iterator[int]:
        seen = 0
        while self.head[i] != i and seen < 60:
            i = self.head[i]
            seen += 1
            yield i


def _english_pos(token: object) -> str:
    """Universal part of speech of an English token, by its tag and relation."""
    tag, dep = token.tag_, token.dep_  # type: ignore[attr-defined]
    pos = _PENN.get(tag, "PUNCT")
    if pos == "VERB" and (dep in ("aux", "auxpass") or token.lower_ in _BE):  # type: ignore[attr-defined]
        return "AUX"
    if pos == "ADP" and dep == "mark":
        return "SCONJ"
    return "PART" if dep == "neg" else pos


_FRENCH_TAGS = (
    ("VerbForm=Inf", "Inf"),
    ("Mood=Sub", "Sub"),
    ("Mood=Cnd", "Cnd"),
    ("Mood=Imp", "Imp"),
    ("Tense=Fut", "Fut"),
    ("VerbForm=Part|Tense=Pres", "Ger"),
)


def _french_tag(token: object) -> str:
    """Mood and tense of a French token as one word."""
    morph = str(token.morph)  # type: ignore[attr-defined]
    if "Verb" not in morph and "Mood" not in morph:
        return str(token.pos_)  # type: ignore[attr-defined]
    for mark, tag in _FRENCH_TAGS[:5]:
        if mark in morph:
            return tag
    if "VerbForm=Part" in morph:
        return "Ger" if "Tense=Pres" in morph else "Part"
    return "Past" if "Tense=Past" in morph else "Imparf" if "Tense=Imp" in morph else "Pres"
