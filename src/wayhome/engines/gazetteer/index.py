"""The names of a gazetteer, laid out for search: by letters, by sound, and by what is left of a sound when it is misheard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from wayhome.engines.gazetteer import wording
from wayhome.engines.gazetteer.errors import GazetteerError
from wayhome.engines.gazetteer.folding import loose, skeleton, strip_marks, word_sounds
from wayhome.engines.gazetteer.scripts import script_of
from wayhome.engines.gazetteer.types import Name, Place

Rows: TypeAlias = npt.NDArray[np.int32]
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
    by_loose: dict[str, list[int]] = field(default_factory=dict)
    _keys: dict[str, int] = field(
        default_factory=dict
    )  # key -> its number; the entries of key n are _rows[_starts[n]:_starts[n+1]]
    _filed: list[tuple[int, int]] = field(default_factory=list)

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
        index._lay_out()
        return index

    def _lay_out(self) -> None:
        """Turn what was filed into plain arrays: a hundred bytes a name instead of a thousand, and sets made in C."""
        filed = np.array(self._filed, dtype=np.int32).reshape(-1, 2)
        self._filed = []
        order = np.argsort(filed[:, 0], kind="stable")
        self._rows = filed[order, 1]
        self._starts = np.searchsorted(filed[order, 0], np.arange(len(self._keys) + 1))
        self._cores = np.array([entry.core for entry in self.entries], dtype=object)
        self._consonants = np.array([entry.consonants for entry in self.entries], dtype=object)
        self._classes = np.array([entry.classes for entry in self.entries], dtype=object)
        self._lengths = np.array([len(entry.core) for entry in self.entries], dtype=np.int32)

    def _file(self, key: str, at: int) -> None:
        self._filed.append((self._keys.setdefault(key, len(self._keys)), at))

    def _block(self, key: str) -> Rows | None:
        number = self._keys.get(key)
        if number is None:
            return None
        block = self._rows[self._starts[number] : self._starts[number + 1]]
        return block if len(block) <= _FULL_BLOCK else None

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
            self.by_loose.setdefault(loose(core), []).append(at)
            for key in keys_of(core):
                self._file(key, at)
            if len(chunk.words) > 1:
                for word in chunk.words:
                    for sound in word_sounds(word, name.language):
                        if len(skeleton(sound)) >= 3:
                            self._file("w" + skeleton(sound), at)

    def near(self, sound: str, words: Sequence[str], most: float, many: int = 60) -> list[tuple[int, float]]:
        """Entries whose sound is near, with the cost of the difference: 1 a wrong consonant, less a confused one or a vowel.

        The `many` nearest with a cost up to `most`, the nearest first.
        """
        keys = keys_of(sound)
        if len(words) > 1:
            keys += ["w" + skeleton(one) for word in words for one in word_sounds(word)[:2] if len(skeleton(one)) >= 3]
        blocks = [block for key in keys if (block := self._block(key)) is not None]
        if not blocks:
            return []
        rows = np.unique(np.concatenate(blocks))
        rows = rows[np.abs(self._lengths[rows] - len(sound)) <= max(3, len(sound) // 2)]
        consonants = sound.translate(_VOWELS)
        rough = _distances(consonants.translate(_TO_CLASS), self._classes[rows])
        kept = rough <= most
        rows, rough = rows[kept], rough[kept]
        fine = np.maximum(_distances(consonants, self._consonants[rows]), rough)
        every = np.maximum(_distances(sound, self._cores[rows]), fine)
        costs = rough + 0.6 * (fine - rough) + 0.4 * (every - fine)
        close = np.flatnonzero(costs <= most)
        close = close[np.lexsort((rows[close], costs[close]))][:many]
        return [(int(rows[n]), float(costs[n])) for n in close]

    def above(self, place: int) -> list[int]:
        """The places above one, the nearest first."""
        found, at = [], self.places[place].parent
        while at is not None:
            found.append(at)
            at = self.places[at].parent
        return found


def plain_whole(text: str) -> str:
    """The plain letters of a whole name, words for kinds and qualities included."""
    return " ".join(strip_marks(item) for item in wording.plain_words(text))


def _distances(one: str, others: Any) -> Rows:
    found: Rows = process.cdist([one], others.tolist(), scorer=OSA.distance, dtype=np.int32)[0]
    return found
