"""`wayhome gazetteer import|list`: areas and their names from files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from wayhome.commands.django_ready import start

_MOST_SHOWN = 50


@click.group(name="gazetteer", help="Areas and their names: bring a gazetteer in, list those on file.")
def command() -> None:
    start()


@command.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--process", "slug", required=True, help="Short name of the process.")
@click.option(
    "--name", default="", help="Name of the gazetteer; an earlier edition is known again by it. The file's name if empty."
)
@click.option("--names", "more", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="GeoNames' alternate names.")
@click.option("--source", default="", help="Who made it.")
@click.option("--licence", default="", help="On which terms.")
@click.option("--edition", default="", help="Which edition, e.g. a date.")
@click.option("--crs", default="", help="Coordinate system of boundaries that say none: EPSG:32638.")
@click.option("--encoding", default="", help="Encoding of a Shapefile's names, where it is said wrongly: cp1256.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="WHAT=COLUMN",
    help="What a column of boundaries holds: code=, parent=, name:en=, variant:ar=, former=; level=2 says the level. Repeat it.",
)
@click.option("--good-rows-only", is_flag=True, help="Bring in what is right although other rows have faults.")
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def bring(
    files: tuple[Path, ...],
    slug: str,
    name: str,
    more: Path | None,
    source: str,
    licence: str,
    edition: str,
    crs: str,
    encoding: str,
    columns: tuple[str, ...],
    good_rows_only: bool,
    dry_run: bool,
) -> None:
    """Bring FILES in: a table (COD-AB, GeoNames, HXL, plain; CSV, TSV, XLSX), or boundaries (GeoPackage, GeoJSON, Shapefile as ZIP or
    as its .shp, whose companions are found beside it). All of it or nothing."""
    from wayhome.accounts.models import Process
    from wayhome.commands.user import _actor
    from wayhome.core.errors import WayhomeError
    from wayhome.engines.boundaries import Options
    from wayhome.places.actions.gazetteers import bring_in

    process = Process.objects.filter(slug=slug).first()
    if process is None:
        known = ", ".join(Process.objects.values_list("slug", flat=True)) or "none"
        raise click.ClickException(f"There is no process “{slug}”. On file: {known}.")
    file, beside = _together(files)
    said = _said(columns)
    try:
        report = bring_in(
            process=process,
            actor=_actor(),
            name=name or file.stem,
            file_name=file.name,
            data=file.read_bytes(),
            companions={one.name: one.read_bytes() for one in beside},
            options=Options(crs=crs.strip().upper(), encoding=encoding.strip()),
            columns={"*": said} if said else None,
            source=source,
            licence=licence,
            edition=edition,
            more_names=(more.name, more.read_bytes()) if more else None,
            good_rows_only=good_rows_only,
            dry=dry_run,
        )
    except WayhomeError as error:
        raise click.ClickException(str(error)) from error
    for note in report.notes[:_MOST_SHOWN]:
        click.echo(f"Note: {note}")
    for fault in report.faults[:_MOST_SHOWN]:
        click.echo(str(fault), err=True)
    if len(report.faults) > _MOST_SHOWN:
        click.echo(f"... and {len(report.faults) - _MOST_SHOWN} more.", err=True)
    if report.known_file:
        click.echo(f"{file.name} is on file already as “{report.gazetteer}”. Nothing was changed.")
        return
    if report.columns_wanted:
        for layer in report.layers:
            click.echo(f"{layer.title}: {', '.join(layer.fields)}", err=True)
        click.echo("Say which column holds what: --column code=... --column name:en=... --column level=2", err=True)
    if not report.written and not dry_run:
        click.echo(
            f"{len(report.faults)} faults; nothing was brought in. Correct the file, or add --good-rows-only to leave these out."
        )
        sys.exit(1)
    said = "Would be" if dry_run else "Now"
    click.echo(
        f"{said}: {report.areas_new} areas new, {report.areas_changed} changed, {report.names_new} names new, "
        f"{report.names_retired} retired, {report.outlines} outlines; {report.missing} areas of before are not in this file and stay."
    )


def _together(files: tuple[Path, ...]) -> tuple[Path, list[Path]]:
    """The file that stands for all, and those that came with it; the companions of a single .shp are found beside it."""
    main = next((one for one in files if one.suffix.casefold() == ".shp"), files[0])
    if len(files) == 1 and main.suffix.casefold() == ".shp":
        wanted = {".dbf", ".shx", ".prj", ".cpg"}
        beside = [one for one in main.parent.iterdir() if one.stem == main.stem and one.suffix.casefold() in wanted]
        return main, sorted(beside)
    return main, [one for one in files if one != main]


def _said(columns: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in columns:
        what, mark, column = one.partition("=")
        if not mark or not what or not column:
            raise click.ClickException(f"“{one}” is not WHAT=COLUMN, as --column code=ADM2_PCODE.")
        found[what.strip()] = column.strip()
    return found


@command.command(name="list", help="The gazetteers of a process: name, edition, licence, areas.")
@click.option("--process", "slug", required=True, help="Short name of the process.")
def list_gazetteers(slug: str) -> None:
    from django.db.models import Count

    from wayhome.places.models import Gazetteer

    for row in Gazetteer.objects.filter(process__slug=slug).annotate(n=Count("areas")):
        click.echo(f"{row.name}\t{row.edition or '–'}\t{row.licence or '–'}\t{row.n} areas\t{row.imported_at:%Y-%m-%d}")
