"""`wayhome docket export|import`: a whole docket as one file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from wayhome.commands.django_ready import start


@click.group(name="docket", help="Take a whole docket out, or bring one in.")
def command() -> None:
    start()


@command.command(name="export", help="Write the docket of process SLUG to FILE.")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, file: Path) -> None:
    from wayhome.accounts.models import Process
    from wayhome.core.actors import COMMAND_LINE
    from wayhome.outputs.exchange import writing

    process = Process.objects.filter(slug=slug).first()
    if process is None:
        known = ", ".join(Process.objects.values_list("slug", flat=True)) or "none"
        raise click.ClickException(f"There is no process “{slug}”. On file: {known}.")
    partial = file.with_name(file.name + ".part")
    with partial.open("w+b") as handle:
        counts = writing.export(process, handle, actor=COMMAND_LINE, tell=_tell)
    partial.replace(file)
    click.echo(f"{file}: {counts['asks']} asks, {counts['communications']} communications, {counts['documents']} documents.")


@command.command(name="import", help="Read FILE into a process of its own.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", default="", help="Short name of the new process; the file's own when free.")
@click.option("--lead", default="", help="E-mail of the account that becomes its lead.")
def bring(file: Path, slug: str, lead: str) -> None:
    from wayhome.accounts.models import User
    from wayhome.core.actors import COMMAND_LINE
    from wayhome.outputs.exchange import reading
    from wayhome.outputs.exchange.errors import DocketFileError

    owner = User.objects.filter(email__iexact=lead, is_active=True).first() if lead else None
    if lead and owner is None:
        raise click.ClickException(f"There is no active account {lead}. Make it with: wayhome user add {lead}")
    try:
        with file.open("rb") as handle:
            process, counts, new = reading.import_docket(handle, actor=COMMAND_LINE, owner=owner, slug=slug, tell=_tell)
    except DocketFileError as error:
        click.echo(f"{file}: {error}\nNothing was brought in.", err=True)
        sys.exit(1)
    if not new:
        click.echo(f"This docket is on file already, as “{process.slug}”. Nothing was changed.")
        return
    click.echo(
        f"{process.slug}: {counts['asks']} asks, {counts['communications']} communications, {counts['documents']} documents."
    )


def _tell(table: str, rows: int) -> None:
    click.echo(f"  {table}: {rows}", err=True)
