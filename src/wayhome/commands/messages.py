"""`wayhome messages`: collect the words of the interface into the catalogues and say how complete each is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from wayhome.commands.django_ready import start


@click.command(
    name="messages", help="Collect the interface's words (needs GNU gettext), compile, and show how complete each language is."
)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a catalogue is stale or incomplete.")
def command(check: bool) -> None:
    start()
    from django.core.management import call_command

    from wayhome.site import catalogues

    package = Path(__file__).resolve().parent.parent
    before = {path: _entries(path) for path in catalogues.catalogues()}
    kept = {path: path.read_bytes() for path in before}
    here = Path.cwd()
    os.chdir(package)
    try:
        call_command(
            "makemessages",
            locale=["fr", "ru", "az", "hy", "ar"],
            extensions=["html", "py", "txt"],
            no_location=True,
            no_obsolete=True,
            verbosity=0,
            ignore_patterns=["engines/*"],
        )
    finally:
        os.chdir(here)
    stale = [path for path in catalogues.catalogues() if before.get(path) != _entries(path)]
    if check:
        for path, content in kept.items():
            path.write_bytes(content)
    catalogues.compile_all()
    for row in catalogues.completeness():
        click.echo(f"{row.language}: {row.translated} of {row.messages} translated, {row.awaiting} awaiting review")
    incomplete = [row for row in catalogues.completeness() if row.translated < row.messages]
    if check and (stale or incomplete):
        click.echo("Stale: " + ", ".join(str(path.parent.parent.name) for path in stale) if stale else "Incomplete catalogues.")
        click.echo("Run `wayhome messages`, translate what is new, commit the .po files.")
        sys.exit(1)


def _entries(path: Path) -> list[tuple[object, object]]:
    from babel.messages.pofile import read_po

    with path.open("rb") as handle:
        return sorted((str(m.context), str(m.id)) for m in read_po(handle) if m.id)
