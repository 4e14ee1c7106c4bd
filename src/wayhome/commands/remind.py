"""`wayhome remind`: send the reminders whose day has come, each once. Meant for a daily timer."""

from __future__ import annotations

import click

from wayhome.commands.django_ready import start


@click.command(name="remind", help="Send the reminders that are due today or earlier and were not sent yet.")
def command() -> None:
    start()
    from django.conf import settings

    from wayhome.core.actors import COMMAND_LINE
    from wayhome.dialogue.actions.reminders import send_due_reminders

    count = send_due_reminders(actor=COMMAND_LINE)
    where = "" if "filebased" not in settings.EMAIL_BACKEND else f" They lie in {settings.EMAIL_FILE_PATH}."
    click.echo(f"{count} reminders sent.{where if count else ''}")
