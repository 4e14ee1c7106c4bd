"""Which places may be meant by what somebody wrote.

    matcher = Matcher(Index.build(places, names))
    answer = matcher.resolve("с. Куль, Мешульский р-н")
    answer.band, answer.candidates[0].place, [str(reason) for reason in answer.candidates[0].reasons]

The text is cut into names in every way that its words for kinds, commas and spaces allow; each piece in turn is taken for
the place and the others for what lies above it. A name counts by how its letters and its sound differ; what stands beside it
counts when it lies above the candidate, and against it when it is a place that does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import OSA

from wayhome.engines.gazetteer import wording
from wayhome.engines.gazetteer.folding import LOOSE_SCRIPTS, loose, strip_marks, word_sounds
from wayhome.engines.gazetteer.index import Entry, Index, read
from wayhome.engines.gazetteer.scripts import script_of
from wayhome.engines.gazetteer.types import DISTRICT, PROVINCE, SETTLEMENT, Answer, Candidate, Params, Reason
from wayhome.engines.gazetteer.wording import Chunk

VERSION = "1"
_SAME_SOUND = 0.96
_ALIKE_KINDS = {
    SETTLEMENT: {"settlement", "quarter", "camp", ""},
    DISTRICT: {"district", ""},
    PROVINCE: {"province", "district", ""},
}


class _Met:
    """A name that was met: how well, and why."""

    __slots__ = ("entry", "exact", "reasons", "score")

    def __init__(self, entry: Entry, score: float, reasons: list[Reason], exact: bool) -> None:
        self.entry, self.score, self.reasons, self.exact = entry, score, reasons, exact


class Matcher:
    """Answers questions from one index. Pieces of texts that come again (districts) are remembered while it lives."""

    def __init__(self, index: Index, params: Params | None = None) -> None:
        self.index = index
        self.params = params or Params()
        self._meet = lru_cache(maxsize=20_000)(self._meet_words)
        self._above = lru_cache(maxsize=20_000)(self._may_lie_above)

    def resolve(self, text: str, *, within: str = "") -> Answer:
        """The candidates for `text`, the best first. `within` is what stands in another column, e.g. the district."""
        ways = wording.cuttings(text)
        beside = [chunk for way in wording.cuttings(within)[:1] for chunk in way]
        best: dict[int, Candidate] = {}
        for number, way in enumerate(ways):
            if number and any(one.exact and one.score >= 0.99 for one in best.values()) and not beside and len(ways[0]) == 1:
                break  # the whole text is a name on file
            for at, chunk in enumerate(way):
                hints = [*way[:at], *way[at + 1 :]]
                lower = 1.0 if number == 0 else 0.985
                for met in self._meet(*_asked(chunk)):
                    one = self._weigh(met, chunk, hints, beside, lower * (1.0 if at == 0 else 0.97))
                    if one.score >= self.params.least and (one.place not in best or _rank(one) < _rank(best[one.place])):
                        best[one.place] = one
        ranked = self._by_population(sorted(best.values(), key=_rank))[: self.params.most]
        return Answer(text, self._band(ranked), tuple(ranked))

    # names

    def _meet_words(
        self, words: tuple[str, ...], qualities: tuple[tuple[str, str], ...], shortened: tuple[str, ...], mended: bool
    ) -> tuple[_Met, ...]:
        """Every place with a name near these words, each by its best name."""
        index = self.index
        found: dict[int, _Met] = {}
        told = dict(qualities)

        def keep(met: _Met) -> None:
            place = met.entry.name.place
            if place not in found or (met.score, met.exact) > (found[place].score, found[place].exact):
                found[place] = met

        def take(words: tuple[str, ...], weight: float, extra: list[Reason]) -> bool:
            plain = strip_marks(" ".join(words))
            hit = False
            for at in index.by_plain.get(plain, ()):
                entry = index.entries[at]
                keep(self._judge(entry, weight, [self._name_reason(entry), *extra], told, shortened, words, True))
                hit = True
            for n, sound in enumerate(read(words)):
                script = script_of(words[0])
                rows = index.by_loose.get(loose(sound), ()) if script in LOOSE_SCRIPTS else index.by_sound.get(sound, ())
                for at in rows:
                    entry = index.entries[at]
                    code = "other_script" if entry.script != script else "same_sound"
                    reasons = [Reason(code, {"name": entry.name.text}), *self._former(entry), *extra]
                    score = weight * (_SAME_SOUND - 0.02 * n)
                    exact = code == "other_script" or len(sound) > 4
                    exact = exact and not {entry.script, script} & LOOSE_SCRIPTS
                    keep(self._judge(entry, score, reasons, told, shortened, words, exact))
                    hit = True
            return hit

        start = [Reason("lookalike")] if mended else []
        whole = strip_marks(" ".join(words))
        met = take(words, 1.0, start)
        if told:  # "Old Tavrek" where the whole is the name and "old" no quality of it
            for at in index.by_plain.get(strip_marks(" ".join([*told.values(), *words])), ()):
                entry = index.entries[at]
                keep(self._judge(entry, 1.0, [self._name_reason(entry), *start], told, shortened, words, True))
        for stem in wording.stems(words[-1]):
            if take((*words[:-1], stem), 0.97, [*start, Reason("inflected", {"stem": stem})]):
                met = True
        if len(words) > 1 and not met and take(tuple(reversed(words)), 0.95, [*start, Reason("word_order")]):
            met = True
        for n, sound in enumerate(read(words)[:2]):
            for at, cost in index.near(sound, words, max(1.0, len(sound) / 4)):
                if cost == 0:
                    continue
                entry = index.entries[at]
                span = max(len(sound), len(entry.core)) - 1
                score = 0.97 - 0.8 * cost / max(span, 1) - 0.02 * n
                if score >= self.params.least - 0.1:
                    reasons = [self._letters_reason(entry, whole, cost), *self._former(entry), *start]
                    keep(self._judge(entry, score, reasons, told, shortened, words, False))
        return tuple(found.values())

    def _name_reason(self, entry: Entry) -> Reason:
        name = entry.name
        if name.kind == "former":
            return self._former(entry)[0]
        return Reason("other_name" if name.kind == "variant" else "exact_name", {"name": name.text})

    def _former(self, entry: Entry) -> list[Reason]:
        name = entry.name
        if name.kind != "former":
            return []
        if name.until:
            return [Reason("former_name", {"name": name.text, "until": name.until})]
        return [Reason("former_name_undated", {"name": name.text})]

    def _letters_reason(self, entry: Entry, plain: str, cost: float) -> Reason:
        letters = OSA.distance(plain, entry.plain) if script_of(plain) == entry.script else 0
        if letters == 1:
            return Reason("one_letter", {"name": entry.name.text})
        if letters > 1 and letters <= 3:
            return Reason("letters", {"n": letters, "name": entry.name.text})
        return Reason("spelling", {"name": entry.name.text})

    def _judge(
        self,
        entry: Entry,
        score: float,
        reasons: list[Reason],
        told: dict[str, str],
        shortened: tuple[str, ...],
        words: tuple[str, ...],
        exact: bool,
    ) -> _Met:
        """Old and new, upper and lower: told on both sides, on one, or differently; and words that were shortened."""
        if entry.name.kind == "former":
            score *= 0.985
        spare = {meaning: word for meaning, word in entry.qualities.items() if meaning not in told}
        extra = {meaning: word for meaning, word in told.items() if meaning not in entry.qualities}
        for short in shortened:
            sound = (word_sounds(short) or ("",))[0]
            fits = next((word for word in entry.words if word[:1] == sound[:1] and sound), None)
            if fits is None:
                score, exact = score * 0.85, False
                reasons.append(Reason("words_left", {"text": short + "."}))
                continue
            score *= 0.97
            reasons.append(Reason("abbreviated", {"word": short + "."}))
            for meaning, word in list(spare.items()):
                if (word_sounds(word) or ("",))[0][:1] == sound[:1]:
                    del spare[meaning]
        if spare and extra:
            score, exact = score * 0.72, False
            word, other = next(iter(extra.values())), next(iter(spare.values()))
            reasons.append(Reason("qualifier_differs", {"word": word, "other": other}))
        elif spare:
            score, exact = score * 0.88, False
            reasons.append(Reason("qualifier_missing", {"name": entry.name.text, "word": next(iter(spare.values()))}))
        elif extra:
            score, exact = score * 0.82, False
            reasons.append(Reason("qualifier_extra", {"word": next(iter(extra.values())), "name": entry.name.text}))
        return _Met(entry, score, reasons, exact)

    # what stands beside

    def _weigh(self, met: _Met, chunk: Chunk, hints: list[Chunk], beside: list[Chunk], lower: float) -> Candidate:
        index, place = self.index, self.index.places[met.entry.name.place]
        score, reasons, exact = met.score * lower, list(met.reasons), met.exact
        above = index.above(place.id)
        for hint in (*hints, *beside):
            named, known = self._above(*_asked(hint))
            strength = max((named[place] for place in above if place in named), default=0.0)
            if strength:
                score = 1 - (1 - score) * (1 - 0.6 * strength)
                reasons.insert(1, Reason("parent_named", {"text": hint.text}))
            elif known:
                score, exact = score * 0.7, False
                reasons.append(Reason("parent_differs", {"text": hint.text}))
            else:
                # What stands in a column of its own may be anything; words of the text itself are part of what was meant.
                score, exact = (score * 0.99, exact) if hint in beside else (score * 0.95, False)
                reasons.append(Reason("words_left", {"text": hint.text}))
        if chunk.said and place.kind:
            alike = any(place.kind in _ALIKE_KINDS.get(said, {said}) for said in chunk.said)
            if alike:
                reasons.append(Reason("kind_said"))
            else:
                score, exact = score * 0.88, False
                reasons.append(Reason("kind_differs"))
        if not met.exact:
            score = min(score, 0.97)
        return Candidate(place.id, round(min(score, 1.0), 4), met.entry.name.text, tuple(reasons), exact)

    def _may_lie_above(
        self, words: tuple[str, ...], qualities: tuple[tuple[str, str], ...], shortened: tuple[str, ...], mended: bool
    ) -> tuple[dict[int, float], bool]:
        """The places that words beside a name may mean, and whether one of them is meant well enough to count against."""
        found = self._meet(words, qualities, shortened, mended)
        good = {met.entry.name.place: met.score for met in found if met.score >= 0.8}
        return good, any(score >= 0.9 for score in good.values())

    # the answer

    def _by_population(self, ranked: list[Candidate]) -> list[Candidate]:
        """Of those that stand level, the one with most people first, and said so."""
        if len(ranked) < 2:
            return ranked
        top = [one for one in ranked if ranked[0].score - one.score < 1e-6]
        if len(top) < 2:
            return ranked
        people = {one.place: self.index.places[one.place].population or 0 for one in top}
        top.sort(key=lambda one: (-people[one.place], one.place))
        first = top[0]
        reasons = (*first.reasons, Reason("shared", {"n": len(top)}))
        if people[first.place] > people[top[1].place]:
            reasons = (*reasons, Reason("larger", {"population": people[first.place]}))
        top[0] = Candidate(first.place, first.score, first.name, reasons, first.exact)
        return [*top, *ranked[len(top) :]]

    def _band(self, ranked: list[Candidate]) -> str:
        if not ranked:
            return "none"
        first, bounds = ranked[0], self.params
        clear = len(ranked) == 1 or first.score - ranked[1].score >= bounds.apart
        # "Tavrek" may be the district, or Old or New Tavrek in it, unless the words say which kind is meant.
        said = any(reason.code == "kind_said" for reason in first.reasons)
        if not said and any(one.score >= bounds.likely and first.place in self.index.above(one.place) for one in ranked[1:]):
            clear = False
        if clear and first.exact and first.score >= bounds.certain:
            return "certain"
        if clear and first.score >= bounds.likely:
            return "likely"
        return "ambiguous"


def _asked(chunk: Chunk) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...], bool]:
    return chunk.words, tuple(sorted(chunk.qualities.items())), chunk.shortened, chunk.mended


def _rank(one: Candidate) -> tuple[float, int, int]:
    return (-one.score, not one.exact, one.place)


def run(data: Index, texts: Iterable[str], *, params: Params | None = None) -> list[Answer]:
    """An answer for each text, in order. The same text gives the same answer; nothing is drawn by chance."""
    matcher = Matcher(data, params)
    return [matcher.resolve(text) for text in texts]
