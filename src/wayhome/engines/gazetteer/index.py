"""The names of a gazetteer, laid out for search: by letters, by sound, and by what is left of a sound when it is misheard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from wayhome.engines.gazetteer import wording
from wayhome.engines.gazetteer.errors import GazetteerError
from wayhome.engines.gazetteer.folding import skeleton, strip_marks, word_sounds
from wayhome.engines.gazetteer.scripts import script_of
from wayhome.engines.gazetteer.types import Name, Place

_VOWELS = str.maketrans("", "", "aeiouy")
_TO_CLASS = str.maketrans(
    {**dict.fromkeys("kgGXhq", "k"), **dict.fromkeys("td", "t"), **dict.fromkeys("bpfvw", "p"), **dict.fromkeys("szSZCJcj", "s")}
)
_FULL_BLOCK = 3_000  # names behind one key; a key that stands for more tells too little to be looked up


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of one name: `core` without words for kinds and qualities, as a sound; `whole` the plain letters."""

    name: Name
    core: str
    consonants: str
    classes: str
    plain: str
    whole: str
    qualities: dict[str, str]
    words: tuple[str, ...]
    script: str


@dataclass(slots=True)
class Spoken:
    """A chunk of what people wrote, ready for search."""

    readings: tuple[str, ...]
    plain: str
    whole: str


def read(words: Sequence[str], language: str = "") -> tuple[str, ...]:
    """The ways to read several words as one sound."""
    readings = [word_sounds(word, language) or ("",) for word in words]
    found = ["".join(parts[min(n, len(parts) - 1)] for parts in readings) for n in range(max(map(len, readings), default=0))]
    return tuple(dict.fromkeys(sound for sound in found if sound))[:4]


def _spelt(sound: str) -> str:
    """The consonants of a sound, and a vowel that begins it."""
    return sound[:1] + sound[1:].translate(_VOWELS)


def deletions(text: str) -> list[str]:
    """The text with one letter left out, each once."""
    return list(dict.fromkeys(text[:n] + text[n + 1 :] for n in range(len(text))))


def keys_of(sound: str) -> list[str]:
    """Under which keys a sound is filed and looked up: its skeleton, and that or a short sound with one letter left out."""
    bones = skeleton(sound)
    keys = ["=" + bones]
    if len(bones) >= 4:
        # Letters are left out before runs of a class are joined: what stood between two alike is then found missing too.
        keys += ["-" + bones, *dict.fromkeys("-" + skeleton(left) for left in deletions(_spelt(sound)))]
    elif len(bones) == 3:
        keys.append("-" + bones)
    if len(sound) <= 6:
        keys += ["~" + sound, *("~" + left for left in deletions(sound))]
    return keys


@dataclass
class Index:
    """Built once from places and names; only read afterwards.

    Raises: GazetteerError for a name of no place, a parent that is not there, or parents in a circle.
    """

    places: dict[int, Place]
    entries: list[Entry] = field(default_factory=list)
    by_plain: dict[str, list[int]] = field(default_factory=dict)
    by_sound: dict[str, list[int]] = field(default_factory=dict)
    by_key: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def build(cls, places: Iterable[Place], names: Iterable[Name]) -> Index:
        """An index over these places; names in any order."""
        index = cls({place.id: place for place in places})
        for place in index.places.values():
            if place.parent is not None and place.parent not in index.places:
                raise GazetteerError(f"the parent {place.parent} of place {place.id} is not there")
        for place in index.places.values():
            index._check_line(place)
        for name in names:
            if name.place not in index.places:
                raise GazetteerError(f"the name {name.text!r} is of place {name.place}, which is not there")
            index._add(name)
        return index

    def _check_line(self, place: Place) -> None:
        seen = {place.id}
        while place.parent is not None:
            if place.parent in seen:
                raise GazetteerError(f"place {place.parent} lies above itself")
            seen.add(place.parent)
            place = self.places[place.parent]

    def _add(self, name: Name) -> None:
        chunk = wording.name_chunk(name.text)
        if chunk is None:
            return
        plain = strip_marks(chunk.text)
        whole = plain_whole(name.text)
        script = script_of(name.text)
        words = tuple(sound for word in whole.split() for sound in word_sounds(word)[:1])
        for core in read(chunk.words, name.language):
            at = len(self.entries)
            consonants = core.translate(_VOWELS)
            entry = Entry(name, core, consonants, consonants.translate(_TO_CLASS), plain, whole, chunk.qualities, words, script)
            self.entries.append(entry)
            for key in {plain, whole}:
                self.by_plain.setdefault(key, []).append(at)
            self.by_sound.setdefault(core, []).append(at)
            for key in keys_of(core):
                self.by_key.setdefault(key, []).append(at)
            if len(chunk.words) > 1:
                for word in chunk.words:
                    for sound in word_sounds(word, name.language):
                        if len(skeleton(sound)) >= 3:
                            self.by_key.setdefault("w" + skeleton(sound), []).append(at)

    def near(self, sound: str, words: Sequence[str], most: float) -> dict[int, float]:
        """Entries whose sound is near, with the cost of the difference: 1 a wrong consonant, less a confused one or a vowel.

        Only costs up to `most` come back.
        """
        keys = keys_of(sound)
        if len(words) > 1:
            keys += ["w" + skeleton(one) for word in words for one in word_sounds(word)[:2] if len(skeleton(one)) >= 3]
        found: set[int] = set()
        for key in keys:
            block = self.by_key.get(key)
            if block is not None and len(block) <= _FULL_BLOCK:
                found.update(block)
        limit = max(3, len(sound) // 2)
        rows = [at for at in found if abs(len(self.entries[at].core) - len(sound)) <= limit]
        if not rows:
            return {}
        entries = self.entries
        consonants = sound.translate(_VOWELS)
        classes = consonants.translate(_TO_CLASS)
        by_class = _distances(classes, [entries[at].classes for at in rows])
        kept = [(at, cost) for at, cost in zip(rows, by_class, strict=True) if cost <= most]
        if not kept:
            return {}
        by_consonant = _distances(consonants, [entries[at].consonants for at, _cost in kept])
        by_letter = _distances(sound, [entries[at].core for at, _cost in kept])
        costs = {}
        for (at, rough), fine, all_of_it in zip(kept, by_consonant, by_letter, strict=True):
            cost = rough + 0.6 * max(0, fine - rough) + 0.4 * max(0, all_of_it - max(fine, rough))
            if cost <= most:
                costs[at] = cost
        return costs

    def above(self, place: int) -> list[int]:
        """The places above one, the nearest first."""
        found, at = [], self.places[place].parent
        while at is not None:
            found.append(at)
            at = self.places[at].parent
        return found

    @cached_property
    def shared(self) -> dict[str, int]:
        """How many places have a name with these plain letters."""
        return {key: len({self.entries[at].name.place for at in rows}) for key, rows in self.by_plain.items()}


def plain_whole(text: str) -> str:
    """The plain letters of a whole name, words for kinds and qualities included."""
    return " ".join(strip_marks(item) for item in wording.plain_words(text))


def _distances(one: str, others: list[str]) -> list[int]:
    return [int(d) for d in process.cdist([one], others, scorer=OSA.distance, dtype="int32")[0]]
