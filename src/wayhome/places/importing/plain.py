"""The plain table: one row a name, with the area's number in each of its rows.

place_id, name, language, script, name_kind, from, to, source, parent, kind, lat, lon, population, area_from, area_to
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from wayhome.places.importing.records import (
    KINDS,
    Contents,
    NewArea,
    NewName,
    kind_of,
    name_kind_of,
    take_moment,
    take_people,
    take_position,
)
from wayhome.places.importing.tables import Table

_COLUMNS = {
    "place_id": "place_id", "id": "place_id", "code": "place_id", "pcode": "place_id", "p_code": "place_id", "area_id": "place_id",
    "name": "name", "place_name": "name", "language": "language", "lang": "language", "script": "script",
    "name_kind": "name_kind", "name_type": "name_kind", "from": "from", "valid_from": "from", "to": "to", "until": "to",
    "valid_to": "to", "source": "source", "parent": "parent", "parent_id": "parent", "parent_code": "parent", "kind": "kind",
    "type": "kind", "lat": "lat", "latitude": "lat", "lon": "lon", "lng": "lon", "long": "lon", "longitude": "lon",
    "population": "population", "people": "population", "area_from": "area_from", "area_to": "area_to",
}  # fmt: skip


def columns(head: list[str]) -> dict[str, int]:
    """Which column holds what, by the words of the first row."""
    found: dict[str, int] = {}
    for n, cell in enumerate(head):
        known = _COLUMNS.get("_".join(cell.strip().casefold().replace("-", " ").split()))
        if known:
            found.setdefault(known, n)
    return found


def fits(head: list[str]) -> bool:
    """Whether the first row is that of a plain table."""
    return {"place_id", "name"} <= columns(head).keys()


def read(table: Table, contents: Contents) -> None:
    """Add what the table holds to `contents`."""
    at = columns(table.rows[0])
    for row, cells in enumerate(table.rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        given = {name: cells[n].strip() if n < len(cells) else "" for name, n in at.items()}
        code, text = given["place_id"][:60], " ".join(given["name"].split())
        if not code:
            contents.fault(table.name, row, "place_id", _("The row has no number of its area."), _("Write the number or P-code."))
            continue
        area = contents.areas.get(code)
        if area is None:
            area = contents.areas[code] = NewArea(code, row)
            area.level = -1
        _area(table.name, row, contents, area, given)
        if not text:
            contents.fault(table.name, row, "name", _("The row has no name."), _("Write the name, or take the row out."))
            continue
        if len(text) > 250:
            problem = _("The name has %(n)s letters, more than 250.") % {"n": len(text)}
            contents.fault(table.name, row, "name", problem, _("Write the name alone."))
            continue
        kind = name_kind_of(given.get("name_kind", ""))
        if kind is None:
            problem = _("“%(text)s” is no kind of name.") % {"text": given["name_kind"]}
            contents.fault(
                table.name, row, "name_kind", problem, _("Write official, local, former, exonym, romanised or variant.")
            )
            continue
        start = take_moment(contents, table.name, row, given.get("from", ""), "from")
        end = take_moment(contents, table.name, row, given.get("to", ""), "to")
        if start and end and end < start[: len(end)]:
            problem = _("The name ends before it begins.")
            contents.fault(table.name, row, "to", problem, _("Correct one of the two dates, or leave it empty."))
            continue
        area.add(
            NewName(
                text, given.get("language", "")[:12], given.get("script", "")[:4], kind, given.get("source", "")[:300], start, end
            )
        )
    for area in contents.areas.values():
        area.level = KINDS[area.kind] if area.level < 0 else area.level


def _area(file: str, row: int, contents: Contents, area: NewArea, given: dict[str, str]) -> None:
    """What the row says of the area itself; a later row may add, and must not contradict."""
    parent = given.get("parent", "")[:60]
    if parent:
        if area.parent and area.parent != parent:
            problem = _("%(code)s lies in %(one)s by an earlier row and in %(two)s by this one.") % {
                "code": area.code, "one": area.parent, "two": parent,
            }  # fmt: skip
            contents.fault(file, row, "parent", problem, _("Write the same parent in each row of the area."))
        area.parent = area.parent or parent
    if given.get("kind"):
        kind = kind_of(given["kind"])
        if kind is None:
            problem = _("“%(text)s” is no kind of area.") % {"text": given["kind"]}
            remedy = _("Write adm0 to adm4, settlement, quarter, camp or other.")
            contents.fault(file, row, "kind", problem, remedy)
        elif area.level < 0:
            area.kind, area.level = kind, KINDS[kind]
    if area.latitude is None:
        take_position(contents, file, row, area, given, "lat", "lon")
    if area.population is None:
        take_people(contents, file, row, area, given.get("population", ""), "population")
    area.valid_from = area.valid_from or take_moment(contents, file, row, given.get("area_from", ""), "area_from")
    area.valid_to = area.valid_to or take_moment(contents, file, row, given.get("area_to", ""), "area_to")
