"""What people wrote for places: every source's words, each different text once, with what was decided or is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from wayhome.accounts.models import Process
from wayhome.accounts.rules import Access
from wayhome.core.paging import Page, paginate
from wayhome.places import bridge, texts
from wayhome.places.models import Area, PlaceMatch
from wayhome.places.names import APART, Policy
from wayhome.places.queries import areas as area_queries
from wayhome.places.queries.matches import Resolution, resolve_many, standing_decisions
from wayhome.places.queries.succession import standing_for
from wayhome.places.reasons import in_words


@dataclass
class Item:
    """One text: as most records write it, what stood beside it, in how many records, by which sources."""

    key: str
    text: str
    within: str
    count: int = 0
    most: int = 0
    sources: set[str] = field(default_factory=set)
    match: PlaceMatch | None = None
    resolution: Resolution | None = None
    area: Area | None = None  # decided, or the first candidate


@dataclass
class Choice:
    """A candidate as the page shows it."""

    key: str
    area: Area
    path: str
    score: int
    reasons: list[str]
    after: Area | None = None  # the earlier area that the words name, where this one stands for it today


@dataclass
class Board:
    """The page: items of one view, how many there are in each, the open one with its candidates."""

    page: Page
    view: str
    open_count: int
    decided_count: int
    records_open: int
    sources: dict[str, Any]
    item: Item | None = None
    choices: list[Choice] = field(default_factory=list)
    found: list[Choice] = field(default_factory=list)
    heirs: list[Choice] = field(default_factory=list)  # areas that stand today for candidates that have ended
    certain: int = 0


def collect(process: Process, sources: Iterable[str]) -> list[Item]:
    """Every text of these sources once, the ones in most records first."""
    items: dict[str, Item] = {}
    for name, one in texts.written(process.pk, sources):
        text, within = " ".join(one.text.split()), " ".join(one.within.split())
        if not text:
            continue
        key = bridge.text_key(text, within)
        item = items.get(key)
        if item is None:
            item = items[key] = Item(key, text, within)
        if one.count > item.most:
            item.text, item.within, item.most = text, within, one.count
        item.count += one.count
        item.sources.add(name)
    return sorted(items.values(), key=lambda item: (-item.count, item.text))


def board(
    process: Process,
    access: Access,
    query: QueryDict,
    *,
    view: str,
    source: str,
    asked: tuple[str, str] | None,
    words: str,
    size: int = 30,
) -> Board:
    """The page of one view (`open` or `decided`). `asked` is the (text, within) to open; `words` searches another area for it."""
    titles = texts.titles(access)
    items = collect(process, [source] if source in titles else titles)
    decided = standing_decisions(process)
    for item in items:
        item.match = decided.get(item.key)
    open_items = [item for item in items if item.match is None]
    done = [item for item in items if item.match is not None]
    page = paginate(open_items if view == "open" else done, query, size=size)
    found = Board(page, view, len(open_items), len(done), sum(item.count for item in open_items), titles)
    rows: list[Item] = page.rows
    chosen = None
    if asked is not None:
        key = bridge.text_key(*asked)
        chosen = next((item for item in items if item.key == key), None)
    chosen = chosen or next((item for item in rows if item.match is None), None)
    wanted = [(item.text, item.within) for item in [*rows, *([chosen] if chosen else [])] if item.match is None]
    resolutions = resolve_many(process, wanted)
    for item in [*rows, *([chosen] if chosen else [])]:
        item.resolution = resolutions.get((item.text, item.within))
    found.certain = sum(item.resolution is not None and item.resolution.band == "certain" for item in rows)
    _put_areas(process, rows)
    if chosen is not None:
        found.item = chosen
        resolution = chosen.resolution or resolve_without_decision(process, chosen)
        candidates = {one.place: one for one in resolution.candidates}
        searched = [pk for pk in area_queries.find(process, words) if pk not in candidates][:20] if words else []
        heirs = _heirs(process, [*candidates, *searched])
        named = _with_paths(process, [*candidates, *searched, *(pk for some in heirs.values() for pk in some)])
        found.choices = [
            Choice(str(n), *named[one.place], round(one.score * 100), [in_words(reason) for reason in one.reasons])
            for n, one in enumerate(candidates.values(), 1)
        ]
        found.found = [Choice("", *named[pk], 0, []) for pk in searched]
        listed = {*candidates, *searched}
        for earlier, later in heirs.items():
            for pk in later:
                if pk not in listed and pk in named:
                    listed.add(pk)
                    found.heirs.append(Choice("", *named[pk], 0, [], after=named[earlier][0]))
    return found


def _heirs(process: Process, ids: list[int]) -> dict[int, list[int]]:
    """For the areas among these that have ended: those that stand for them today."""
    standing = standing_for(process, ids)
    return {
        pk: [heir.area_id for heir in some] for pk, some in standing.items() if some and [one.area_id for one in some] != [pk]
    }


def resolve_without_decision(process: Process, item: Item) -> Resolution:
    """What the machine would propose for words that were decided already."""
    answer = bridge.ask(process.pk, item.text, item.within)
    return Resolution(item.text, item.within, item.key, False, None, answer.band, answer.candidates)


def _put_areas(process: Process, rows: list[Item]) -> None:
    """The decided area of each row, or the first candidate."""
    wanted = {item.key: item.match.area_id if item.match else _first(item) for item in rows}
    named = _with_paths(process, [pk for pk in wanted.values() if pk is not None])
    for item in rows:
        pk = wanted[item.key]
        item.area = named[pk][0] if pk is not None and pk in named else None
        if item.area is not None:
            item.path = named[pk][1]  # type: ignore[attr-defined,index]


def _first(item: Item) -> int | None:
    if item.resolution is None or not item.resolution.candidates:
        return None
    return item.resolution.candidates[0].place if item.resolution.band in {"certain", "likely"} else None


def _with_paths(process: Process, ids: list[int]) -> dict[int, tuple[Area, str]]:
    """Areas with their shown names, and the names of what lies above each as one line. Queries: one a level."""
    policy = Policy.of(process.pk)
    found = {row.pk: row for row in area_queries.areas(process).filter(pk__in=set(ids))}
    missing = {row.parent_id for row in found.values() if row.parent_id is not None} - found.keys()
    every = dict(found)
    while missing:
        more = {row.pk: row for row in area_queries.areas(process).filter(pk__in=missing)}
        every |= more
        missing = {row.parent_id for row in more.values() if row.parent_id is not None} - every.keys()
    area_queries.put_labels(list(every.values()), policy)

    def line(row: Area) -> str:
        names, at, seen = [], row.parent_id, {row.pk}
        while at is not None and at in every and at not in seen:
            seen.add(at)
            names.append(every[at].shown_name.split(APART)[0])  # type: ignore[attr-defined]
            at = every[at].parent_id
        return " · ".join(names)

    return {pk: (row, line(row)) for pk, row in found.items()}
