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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--process", "slug", required=True, help="Short name of the process.")
@click.option(
    "--name", default="", help="Name of the gazetteer; an earlier edition is known again by it. The file's name if empty."
)
@click.option("--names", "more", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="GeoNames' alternate names.")
@click.option("--source", default="", help="Who made it.")
@click.option("--licence", default="", help="On which terms.")
@click.option("--edition", default="", help="Which edition, e.g. a date.")
@click.option("--good-rows-only", is_flag=True, help="Bring in what is right although other rows have faults.")
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def bring(
    file: Path,
    slug: str,
    name: str,
    more: Path | None,
    source: str,
    licence: str,
    edition: str,
    good_rows_only: bool,
    dry_run: bool,
) -> None:
    """Bring FILE in: COD-AB, GeoNames, HXL or plain tables (CSV, TSV, XLSX), or outlines (GeoJSON). All of it or nothing."""
    from wayhome.accounts.models import Process
    from wayhome.commands.user import _actor
    from wayhome.core.errors import WayhomeError
    from wayhome.places.actions.gazetteers import bring_in

    process = Process.objects.filter(slug=slug).first()
    if process is None:
        known = ", ".join(Process.objects.values_list("slug", flat=True)) or "none"
        raise click.ClickException(f"There is no process “{slug}”. On file: {known}.")
    try:
        report = bring_in(
            process=process,
            actor=_actor(),
            name=name or file.stem,
            file_name=file.name,
            data=file.read_bytes(),
            source=source,
            licence=licence,
            edition=edition,
            more_names=(more.name, more.read_bytes()) if more else None,
            good_rows_only=good_rows_only,
            dry=dry_run,
        )
    except WayhomeError as error:
        raise click.ClickException(str(error)) from error
    for fault in report.faults[:_MOST_SHOWN]:
        click.echo(str(fault), err=True)
    if len(report.faults) > _MOST_SHOWN:
        click.echo(f"... and {len(report.faults) - _MOST_SHOWN} more.", err=True)
    if report.known_file:
        click.echo(f"{file.name} is on file already as “{report.gazetteer}”. Nothing was changed.")
        return
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


@command.command(name="list", help="The gazetteers of a process: name, edition, licence, areas.")
@click.option("--process", "slug", required=True, help="Short name of the process.")
def list_gazetteers(slug: str) -> None:
    from django.db.models import Count

    from wayhome.places.models import Gazetteer

    for row in Gazetteer.objects.filter(process__slug=slug).annotate(n=Count("areas")):
        click.echo(f"{row.name}\t{row.edition or '–'}\t{row.licence or '–'}\t{row.n} areas\t{row.imported_at:%Y-%m-%d}")
