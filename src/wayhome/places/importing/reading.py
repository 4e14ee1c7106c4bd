"""A gazetteer file of any known habit, read into plain records and checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.engines.boundaries import Options
from wayhome.places.importing import boundaries, geonames, levels, plain
from wayhome.places.importing.columns import Said
from wayhome.places.importing.records import Contents
from wayhome.places.importing.tables import Table, tables
from wayhome.places.models import Gazetteer

Format = Gazetteer.Format


def read(
    name: str,
    data: bytes,
    *,
    more_names: tuple[str, bytes] | None = None,
    companions: Mapping[str, bytes] | None = None,
    options: Options | None = None,
    columns: Mapping[str, Said | Mapping[str, str]] | None = None,
) -> Contents:
    """Read a file; `more_names` is GeoNames' table of alternate names beside its places.

    `companions` are files that came with it (a Shapefile's, or further layers), `options` and `columns` what somebody says of
    boundaries that they do not say themselves.

    Raises: InvalidInput for a file that is none of the known kinds, with what would make it one.
    """
    files = {name: data, **(companions or {})}
    if boundaries.fits(files):
        contents = boundaries.read(files, options or Options(), columns)
        _check_parents(name, contents)
        return contents
    if companions:
        raise InvalidInput(
            _("Several files together are read only as boundaries (a Shapefile's files, several layers)."),
            _("Choose tables one by one."),
            field="file",
        )
    found = tables(name, data)
    contents = Contents("")
    for table in found:
        used = _read_table(table, contents)
        if used:
            contents.format = contents.format or used
    if not contents.format:
        raise InvalidInput(
            _("%(file)s is no gazetteer that is known: its first row is “%(head)s”.")
            % {"file": name, "head": " · ".join(found[0].rows[0][:6])[:120]},
            _("Give it columns place_id and name, or ADM1_EN and ADM1_PCODE as COD-AB has them, or a row of HXL tags."),
            field="file",
        )
    if more_names is not None:
        for table in tables(*more_names):
            if not geonames.names_fit(table.rows):
                raise InvalidInput(
                    _("%(file)s is no GeoNames table of alternate names.") % {"file": more_names[0]},
                    _("Choose alternateNamesV2.txt or that of one country."),
                    field="names",
                )
            geonames.read_names(table, contents)
    _check_parents(name, contents)
    return contents


def _read_table(table: Table, contents: Contents) -> str:
    """Read one table by its habit; nothing when it is none (a sheet of notes in a workbook)."""
    tagged = levels.tag_row(table.rows)
    if tagged is not None and levels.fits(columns := levels.by_tags(table.rows[tagged])):
        levels.read(table, columns, tagged + 1, contents)
        return Format.HXL
    heads = levels.by_heads(table.rows[0])
    if levels.fits(heads):
        levels.read(table, heads, 1 if tagged is None else tagged + 1, contents)
        return Format.COD_AB
    if plain.fits(table.rows[0]):
        plain.read(table, contents)
        return Format.PLAIN
    if geonames.fits(table.rows):
        geonames.read(table, contents)
        return Format.GEONAMES
    return ""


def _check_parents(file: str, contents: Contents) -> None:
    """Name circles of parents within the file; parents that are not in it are looked for on file when it is brought in."""
    done: set[str] = set()
    for area in contents.areas.values():
        line: list[str] = []
        at = area
        while at.code not in done and at.parent in contents.areas:
            line.append(at.code)
            at = contents.areas[at.parent]
            if at.code in line:
                circle = " → ".join([*line[line.index(at.code) :], at.code])
                problem = _("The areas lie in each other in a circle: %(circle)s.") % {"circle": circle[:200]}
                contents.fault(at.file or file, at.row, "parent", problem, _("Correct the parent of one of them."))
                break
        done.update(line)
        done.add(area.code)
