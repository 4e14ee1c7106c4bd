"""The only file of the room that calls the engines `gazetteer` and `boundaries`: rows and files in, plain answers out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from wayhome.core.errors import InvalidInput
from wayhome.core.sandbox import Bounds, Pool
from wayhome.engines import boundaries
from wayhome.engines.boundaries import packing, shapes
from wayhome.engines.gazetteer import Answer, Index, Matcher, Name, Place, folding
from wayhome.engines.gazetteer.scripts import script_of
from wayhome.engines.reading.errors import ReadingError
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


_SMALL = 1024 * 1024  # bytes of GeoJSON that are read here: nothing in it is compiled, packed or run
_BOUNDS = Bounds(wall_seconds=180.0, cpu_seconds=180.0, memory_bytes=1536 * 1024 * 1024)
_STOPPED = {
    "took_too_long": (
        _("Reading the boundaries took longer than three minutes and was stopped."),
        _("Bring in one layer at a time, or simplify the layer first."),
    ),
    "out_of_memory": (
        _("Reading the boundaries needed more memory than is allowed and was stopped."),
        _("Bring in one layer at a time, or simplify the layer first."),
    ),
    "reader_stopped": (
        _("The reader stopped at this file; it is damaged or made to do harm."),
        _("Fetch it again from who published it, or save the layer anew as a GeoPackage."),
    ),
    "busy": (_("The reader was shut down while it worked on this file."), _("Choose the file again.")),
}
_WARM = "wayhome.engines.boundaries.run:warm"


def kind_of_boundaries(name: str, data: bytes) -> str:
    """What a single boundary file is: archive, geopackage, geojson, or its extension."""
    return packing.kind_of(name, data)


def read_boundaries(files: Mapping[str, bytes], options: boundaries.Options) -> boundaries.Reading:
    """The layers of boundary files, read in a process of its own with limits that ends with the reading.

    Raises: InvalidInput for files that take too long, need too much memory, or bring the reader down.
    """
    if sum(map(len, files.values())) <= _SMALL and all(packing.kind_of(*one) == "geojson" for one in files.items()):
        return boundaries.read(files, options)
    try:
        with Pool(1, _BOUNDS, warm=_WARM) as pool:
            found: boundaries.Reading = pool.run("wayhome.engines.boundaries:read", dict(files), options)
            return found
    except ReadingError as error:
        problem, remedy = _STOPPED.get(error.code, _STOPPED["reader_stopped"])
        raise InvalidInput(problem, remedy, field="file") from error


def joined(parts: list[bytes]) -> tuple[bytes, tuple[float, float]]:
    """One outline of several (WKB), and a point inside it."""
    return shapes.joined(parts)


def outline_of(shape: bytes) -> dict[str, Any]:
    """WKB as GeoJSON."""
    return shapes.geojson(shape)


def box_of(shape: bytes) -> tuple[float, float, float, float]:
    """West, south, east, north of an outline (WKB)."""
    return shapes.box(shape)


def touching(shape: Mapping[str, Any], others: Mapping[int, Mapping[str, Any]], apart: float) -> list[int]:
    """Which of `others` (GeoJSON, by key) touch an outline or come within `apart` degrees of it."""
    return shapes.neighbours(shape, others, apart)
