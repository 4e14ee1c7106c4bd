"""The only file of the room that calls the engine `gazetteer`: rows of a process in, plain answers out."""

from __future__ import annotations

import threading
from collections import OrderedDict

from django.db.models import Count, Max

from wayhome.engines.gazetteer import Answer, Index, Matcher, Name, Place, folding
from wayhome.engines.gazetteer.scripts import script_of
from wayhome.places.models import Area, AreaName

# What words for kinds of places say, by the kinds of areas.
_KINDS = {
    Area.Kind.COUNTRY: "country",
    Area.Kind.ADMIN1: "province",
    Area.Kind.ADMIN2: "district",
    Area.Kind.ADMIN3: "district",
    Area.Kind.ADMIN4: "district",
    Area.Kind.SETTLEMENT: "settlement",
    Area.Kind.QUARTER: "quarter",
    Area.Kind.CAMP: "camp",
}
_KEPT = 4  # processes whose names are kept laid out for search, in one server process
_matchers: OrderedDict[int, tuple[tuple[object, ...], Matcher]] = OrderedDict()
_lock = threading.Lock()


def name_keys(text: str) -> tuple[str, str, str]:
    """(key, sound, script) of a name, as the table of names keeps them."""
    read = folding.sounds(text)
    return folding.plain(text)[:250], folding.skeleton(read[0])[:120] if read else "", script_of(text)


def text_key(text: str, within: str = "") -> str:
    """The key of words for a place: the same for the same words, whatever their capitals, marks, spaces and commas."""
    parts = [(folding.plain(part) or " ".join(part.split()).casefold())[:300] for part in (text, within)]
    return "|".join(parts) if parts[1] else parts[0]


def _stamp(process_id: int) -> tuple[object, ...]:
    """Changes whenever an area or a name of the process does. Two queries."""
    names = AreaName.objects.filter(process_id=process_id).aggregate(n=Count("pk"), last=Max("changed_at"))
    areas = Area.objects.filter(process_id=process_id).aggregate(n=Count("pk"), last=Max("changed_at"))
    return (names["n"], names["last"], areas["n"], areas["last"])


def matcher(process_id: int) -> Matcher:
    """The names of a process laid out for search; kept until a name or an area changes."""
    stamp = _stamp(process_id)
    with _lock:
        kept = _matchers.get(process_id)
        if kept is not None and kept[0] == stamp:
            _matchers.move_to_end(process_id)
            return kept[1]
    rows = Area.objects.filter(process_id=process_id).values_list("pk", "parent_id", "kind", "population")
    places = [Place(pk, parent, _KINDS.get(Area.Kind(kind), ""), people) for pk, parent, kind, people in rows.iterator()]
    named = AreaName.objects.filter(process_id=process_id, retired_at=None).order_by("pk")
    fields = ("area_id", "text", "language", "kind", "valid_to")
    built = Matcher(Index.build(places, (Name(*row) for row in named.values_list(*fields).iterator())))
    with _lock:
        _matchers[process_id] = (stamp, built)
        _matchers.move_to_end(process_id)
        while len(_matchers) > _KEPT:
            _matchers.popitem(last=False)
    return built


def ask(process_id: int, text: str, within: str = "") -> Answer:
    """What the words may mean among the areas of a process."""
    return matcher(process_id).resolve(text, within=within)
