"""Words around names: kinds of places, old and new, endings; and how a text is cut into a name and what stands beside it.

chunks("village of Kul, Meshul district") -> Kul (said: settlement), Meshul (said: district)
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from wayhome.engines.gazetteer.folding import lower, strip_marks
from wayhome.engines.gazetteer.scripts import repaired, script_of

_SEGMENT = re.compile(r"[,;:/|()\[\]\n\r\t،؛·•]+|\s+[-–—]\s+|(?<=\w\w\w)\.\s+")
_WORD = re.compile(r"[^\s.]+\.?")
_EDGES = '"“”„«»‹›!?*_+=&%#<>{}~^\\–—-՝։.,'
_QUOTES = re.compile(r"[’'`ʼʻ‘ʿʾ՚׳״ʹʺ\"]")


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("wayhome.engines.gazetteer.data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _key(word: str) -> str:
    return strip_marks(lower(word))


@lru_cache(maxsize=1)
def roles() -> dict[str, tuple[str, str]]:
    """Folded word -> (role, where it stands: before its name, after it, both)."""
    found: dict[str, tuple[str, str]] = {}
    for row in _rows("words.csv"):
        for word in row["words"].split():
            found.setdefault(_key(word), (row["role"], row["place"]))
    return found


@lru_cache(maxsize=1)
def qualifiers() -> dict[str, str]:
    """Folded word -> meaning (old, new, upper ...), the same in all languages."""
    return {_key(word): row["meaning"] for row in _rows("qualifiers.csv") for word in row["words"].split()}


@lru_cache(maxsize=1)
def endings() -> dict[str, tuple[str, ...]]:
    """Script -> endings of cases and adjectives, the longest first."""
    return {row["script"]: tuple(sorted(row["endings"].split(), key=len, reverse=True)) for row in _rows("endings.csv")}


def stems(word: str) -> list[str]:
    """The word without each ending that it may carry; three letters or more are left."""
    found = []
    for ending in endings().get(script_of(word), ()):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            found.append(stem)
            if ending[:2] in {"ск", "цк"}:
                found.append(stem + "ь")
    return list(dict.fromkeys(found))[:4]


@dataclass(slots=True)
class Chunk:
    """Words that may be one name. `words` are small letters with marks; `said` the kinds that words beside it say."""

    words: tuple[str, ...]
    qualities: dict[str, str] = field(default_factory=dict)  # meaning -> as written
    shortened: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()
    mended: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(slots=True)
class _Item:
    word: str
    role: str = ""
    side: str = ""
    dotted: bool = False
    mended: bool = False


def _items(segment: str, whole: str) -> list[_Item]:
    found = []
    for raw in _WORD.findall(_QUOTES.sub("", segment)):
        dotted = raw.endswith(".")
        bare = raw.strip(_EDGES)
        if not bare:
            continue
        role, side = roles().get(_key(bare), ("", ""))
        parts = [bare] if role else re.split(r"[-–_]", bare)
        for part in parts:
            if not part:
                continue
            mended, changed = repaired(part, whole)
            word = lower(mended)
            part_role, part_side = (role, side) if role else roles().get(_key(word), ("", ""))
            if (
                len(word) <= 2
                and part_role not in {"", "link"}
                and not dotted
                and len(segment.split()) > 1
                and script_of(word) == "Latn"
            ):
                part_role = ""  # a short word is a shortening of "village" only with its dot
            found.append(_Item(word, part_role, part_side, dotted and part == parts[-1], changed))
    return found


def _chunk(items: list[_Item], said: set[str]) -> Chunk | None:
    words, qualities, shortened = [], {}, []
    for item in items:
        meaning = qualifiers().get(_key(item.word))
        if meaning:
            qualities[meaning] = item.word
        elif item.dotted and len(item.word) <= 3 and len(items) > 1:
            shortened.append(item.word)
        else:
            words.append(item.word)
    if not words:  # nothing but "new" and "upper": then that is the name
        words, qualities = [item.word for item in items], {}
    if not words:
        return None
    return Chunk(tuple(words), qualities, tuple(shortened), frozenset(said), any(item.mended for item in items))


def _bare(items: list[_Item]) -> bool:
    """Whether the words only tell names apart ("old", "N.") and are none of their own."""
    return all((item.dotted and len(item.word) <= 3) or _key(item.word) in qualifiers() for item in items)


def _segment_chunks(items: list[_Item], split: tuple[int, int] | None) -> list[Chunk]:
    """Runs of name words with the kinds said beside them. `split` cuts run number `split[0]` before its word `split[1]`."""
    runs: list[tuple[list[_Item], set[str]]] = []
    ahead: set[str] = set()
    run: list[_Item] = []
    number, linked = 0, False

    def close() -> None:
        nonlocal run, number, ahead
        if run:
            if split is not None and split[0] == number and 0 < split[1] < len(run):
                runs.append((run[: split[1]], ahead))
                runs.append((run[split[1] :], set()))
            else:
                runs.append((run, ahead))
            number += 1
            run, ahead = [], set()

    for n, item in enumerate(items):
        if item.role == "link":
            close()
            linked = True
            continue
        if not item.role:
            run.append(item)
            linked = False
            continue
        follows = items[n + 1] if n + 1 < len(items) else None
        close()
        # A word that stands after names opens the segment all the same in a list or a heading: "р-н Мешул".
        before = item.side == "before" or not runs or (item.side == "both" and follows is not None and follows.role == "link")
        # "Kul village" although English also says "village of Kul": nothing follows, or a link does not.
        if before and follows is None and runs:
            before = False
        if before and item.side == "before" and runs and not linked and follows is not None and follows.role and not runs[-1][1]:
            before = False
        if before:
            ahead = ahead | {item.role}
        elif runs:
            runs[-1] = (runs[-1][0], runs[-1][1] | {item.role})
        linked = False
    close()
    if ahead and runs and not runs[-1][1]:
        runs[-1] = (runs[-1][0], runs[-1][1] | ahead)
    if split is not None and any(_bare(items_of) for items_of, _said in runs):
        return []
    found = [_chunk(items_of, said) for items_of, said in runs]
    return [chunk for chunk in found if chunk is not None]


def cuttings(text: str) -> list[list[Chunk]]:
    """The ways to cut a text into names, the plainest first; at most eight. An empty list where there are no letters."""
    whole = script_of(text)
    segments = [items for part in _SEGMENT.split(text[:300]) if (items := _items(part, whole))][:5]
    if not segments:
        return []
    plain = [_segment_chunks(items, None) for items in segments]
    if not any(plain):  # only words for kinds ("Village"): they are the name
        chunk = _chunk([_Item(item.word) for items in segments for item in items], set())
        return [[chunk]] if chunk else []
    ways = [[chunk for chunks in plain for chunk in chunks]]
    for n, items in enumerate(segments):
        for run in range(len(plain[n])):
            for at in range(1, min(len(items), 5)):
                cut = _segment_chunks(items, (run, at))
                if len(cut) > len(plain[n]):
                    ways.append([chunk for m, chunks in enumerate(plain) for chunk in (cut if m == n else chunks)])
    return ways[:8]


def name_chunk(text: str) -> Chunk | None:
    """A name of the gazetteer as one chunk: words for kinds dropped, old and new told apart from the name itself."""
    items = _items(re.sub(r"[()\[\],;/]", " ", text), script_of(text))
    kept = [item for item in items if not item.role] or [_Item(item.word) for item in items]
    return _chunk(kept, set())


def plain_words(text: str) -> list[str]:
    """All words of a text in small letters, look-alikes mended, in order."""
    whole = script_of(text)
    return [item.word for part in _SEGMENT.split(text[:300]) for item in _items(part, whole)]
