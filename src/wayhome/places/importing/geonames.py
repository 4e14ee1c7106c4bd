"""GeoNames dumps: the table of places (19 columns, no head) and, beside it, the table of alternate names.

Countries, divisions and populated places are taken (feature classes A and P); divisions that are no more are kept with the
kind that they had and no parent, unless a code says one.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from wayhome.places.importing.records import Contents, NewArea, NewName, moment_of, take_people, take_position
from wayhome.places.importing.tables import Table

_NO_NAMES = {"link", "post", "iata", "icao", "faac", "tcid", "wkdt", "unlc", "abbr", "phon", "piny"}
_LEVELS = {"PCLI": 0, "PCLD": 0, "PCLF": 0, "PCLS": 0, "PCLIX": 0, "ADM1": 1, "ADM2": 2, "ADM3": 3, "ADM4": 4}
_LEVELS |= {f"ADM{n}H": n for n in (1, 2, 3, 4)}


def fits(rows: list[list[str]]) -> bool:
    """Whether the first rows look like a GeoNames dump of places."""
    some = [row for row in rows[:20] if any(row)]
    return bool(some) and all(len(row) == 19 and row[0].isdigit() and row[6] in {*"AHLPRSTUV", ""} for row in some)


def names_fit(rows: list[list[str]]) -> bool:
    """Whether the first rows look like GeoNames' table of alternate names."""
    some = [row for row in rows[:20] if any(row)]
    return bool(some) and all(len(row) in {4, 8, 10} and row[0].isdigit() and row[1].isdigit() for row in some)


def read(table: Table, contents: Contents) -> None:
    """Add areas and their plain names; parents by the codes of country and divisions."""
    divisions: dict[tuple[str, ...], str] = {}
    lines: list[tuple[int, list[str]]] = []
    for row, cells in enumerate(table.rows, 1):
        if not any(cells):
            continue
        if len(cells) != 19 or not cells[0].isdigit():
            problem = _("The row has %(n)s columns instead of 19 or no number at its start.") % {"n": len(cells)}
            contents.fault(
                table.name, row, "geonameid", problem, _("Take the dump as it was published; do not open and save it.")
            )
            continue
        if cells[6] not in {"A", "P"} or (cells[6] == "A" and cells[7] not in _LEVELS):
            continue
        lines.append((row, cells))
        level = _LEVELS.get(cells[7]) if cells[6] == "A" else None
        if level is not None and not cells[7].endswith("H"):
            divisions.setdefault((cells[8], *cells[10 : 10 + level]), cells[0])
    for row, cells in lines:
        level = _LEVELS[cells[7]] if cells[6] == "A" else 5
        kind = f"adm{level}" if level < 5 else "quarter" if cells[7] == "PPLX" else "settlement"
        area = NewArea(cells[0], row, kind=kind, level=level)
        for upto in range(min(level, 5) - 1, -1, -1):
            codes = cells[10 : 10 + upto]
            if all(codes):
                parent = divisions.get((cells[8], *codes), "")
                if parent and parent != cells[0]:
                    area.parent = parent
                    break
        named = {"latitude": cells[4], "longitude": cells[5]}
        take_position(contents, table.name, row, area, named, "latitude", "longitude")
        if cells[14] not in {"", "0"}:
            take_people(contents, table.name, row, area, cells[14], "population")
        ended = cells[7].endswith("H")
        if cells[1].strip():
            area.add(NewName(cells[1].strip()[:250], "", "", "former" if ended else "official"))
        if cells[2].strip() and cells[2] != cells[1]:
            area.add(NewName(cells[2].strip()[:250], "", "Latn", "romanised"))
        for text in cells[3].split(","):
            if text.strip() and text.strip() not in {cells[1], cells[2]}:
                area.add(NewName(text.strip()[:250], "", "", "variant"))
        contents.areas[cells[0]] = area


def read_names(table: Table, contents: Contents) -> None:
    """Give names of the alternate-names table their language and time; it may hold more countries than the places."""
    for row, cells in enumerate(table.rows, 1):
        if not any(cells):
            continue
        if len(cells) < 4:
            problem = _("The row has %(n)s columns, fewer than 4.") % {"n": len(cells)}
            contents.fault(table.name, row, "alternateNameId", problem, _("Take the dump as it was published."))
            continue
        area, language, text = contents.areas.get(cells[1]), cells[2].strip(), " ".join(cells[3].split())[:250]
        if area is None or language in _NO_NAMES or not text:
            continue
        flags = [*cells[4:8], "", "", "", ""][:4]
        start, end = (moment_of(cell) or "" for cell in [*cells[8:10], "", ""][:2])
        kind = "former" if flags[3] == "1" else "official" if flags[0] == "1" else "variant"
        if language:
            for key in [key for key in area.names if key[0] == text and not key[1] and key[2] == "variant"]:
                del area.names[key]
        elif any(key[0] == text for key in area.names):
            continue
        area.add(NewName(text, language[:12], "", kind, "", start, end))
