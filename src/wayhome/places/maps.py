"""Maps: what a page draws, as GeoJSON, and the table that says the same.

    board = Map("wishes", _("Where households want to go"), columns=[_("Place"), _("Households")])
    board.area(area, name="Kul", url="...", cells=["168"], value=168, tone=3, outline=area.boundary)
    board.flow((-30.1, 10.1), (-30.4, 10.5), name="Borun → Kul", cells=["58"], value=58)
    {% load places_map %}{% map board %}

`tone` 1 to 5 colours an area (far from ready to ready), `shut` hatches it, `value` sizes a point or a flow's width. Whatever is
drawn has a row in the table; what has no position is in the table alone, and the page says how many those are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wayhome.places.models import Area, AreaBoundary


@dataclass(slots=True)
class Row:
    """A row of the table: name, address (or nothing), cells, whether it is drawn."""

    name: str
    url: str
    cells: list[Any]
    drawn: bool
    heads: list[Any] = field(default_factory=list)

    @property
    def labelled(self) -> list[tuple[Any, Any]]:
        """Each cell with the head of its column."""
        return list(zip(self.heads, self.cells, strict=False))


@dataclass
class Map:
    """A map in the making. `id` is unique on the page; `columns` are the heads of the table, the first for the name."""

    id: str
    title: Any
    columns: list[Any]
    open_table: bool = False
    source: str = ""  # address that what is drawn is fetched from, where it would weigh on the page; rows are given all the same
    nearest: int = 12  # how near the map goes by itself: 12 a village, 18 a parcel
    rows: list[Row] = field(default_factory=list)
    features: list[dict[str, Any]] = field(default_factory=list)

    def area(
        self,
        area: Area,
        *,
        name: str,
        short: str = "",
        url: str = "",
        cells: list[Any] | None = None,
        value: float | None = None,
        tone: int | None = None,
        shut: bool = False,
        here: bool = False,
        outline: AreaBoundary | None = None,
    ) -> None:
        """An area: its outline where one is on file, else its point; `here` marks the one the page is about.

        On the map stands `short` where there is one, in the table `name`.
        """
        said = {
            "name": name,
            "short": short,
            "url": url,
            "value": value,
            "tone": tone,
            "shut": shut,
            "here": here,
            "kind": area.kind,
        }
        self.shape(
            outline.geometry if outline is not None else None,
            (area.longitude, area.latitude)
            if area.longitude is not None and area.latitude is not None
            else outline.inside
            if outline is not None
            else None,
            name=name,
            url=url,
            cells=cells,
            said=said,
        )

    def shape(
        self,
        geometry: dict[str, Any] | None,
        point: tuple[float, float] | None,
        *,
        name: str,
        url: str = "",
        cells: list[Any] | None = None,
        said: dict[str, Any] | None = None,
    ) -> None:
        """Anything with a GeoJSON geometry (a parcel), a point, or neither; `said` are properties for drawing as in `area`."""
        properties = {
            key: value for key, value in {"name": name, "url": url, **(said or {})}.items() if value not in (None, "", False)
        }
        if geometry is not None:
            self.features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        if point is not None:
            properties = {**properties, "label": geometry is not None}
            self.features.append(
                {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": list(point)}}
            )
        self.rows.append(Row(name, url, cells or [], geometry is not None or point is not None, self.columns[1:]))

    def flow(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        name: str,
        value: float,
        url: str = "",
        cells: list[Any] | None = None,
    ) -> None:
        """People or things from one (longitude, latitude) to another, drawn as a bow with an arrow, `value` wide."""
        geometry = {"type": "LineString", "coordinates": [list(start), list(end)]}
        self.features.append(
            {"type": "Feature", "properties": {"name": name, "url": url, "value": value, "flow": True}, "geometry": geometry}
        )
        self.rows.append(Row(name, url, cells or [str(value)], True, self.columns[1:]))

    @property
    def script_id(self) -> str:
        return f"map-{self.id}"

    @property
    def geojson(self) -> dict[str, Any]:
        return {"type": "FeatureCollection", "features": self.features}

    @property
    def undrawn(self) -> int:
        """Rows of the table that have no position."""
        return sum(not row.drawn for row in self.rows)
