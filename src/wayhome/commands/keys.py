"""`wayhome keys rewrap`: the keys of sealed values under another master key."""

from __future__ import annotations

import click

from wayhome.commands.django_ready import start


@click.group(name="keys", help="The keys of sealed values.")
def command() -> None:
    start()


@command.command(help="Wrap every data key under the present master key. Name the old file in WAYHOME_OLD_MASTER_KEY_FILES.")
def rewrap() -> None:
    from django.conf import settings

    from wayhome.core.actors import COMMAND_LINE
    from wayhome.core.errors import WayhomeError
    from wayhome.registry import sealing

    try:
        changed = sealing.rewrap(actor=COMMAND_LINE)
    except WayhomeError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror}. Nothing was changed.") from None
    click.echo(f"{changed} keys wrapped under {settings.MASTER_KEY_FILE}.")
    if changed and settings.OLD_MASTER_KEY_FILES:
        click.echo("The old master key is not needed any more, but for backups made before today.")
