"""`wayhome mail fetch`, `wayhome mail import`: mail comes in from a box or from files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from wayhome.commands.django_ready import start


@click.group(name="mail", help="Take mail in: from a mail box, or from .eml files.")
def command() -> None:
    start()


@command.command(
    help="Fetch what came since the last run from the box that WAYHOME_IMAP_* names. Safe to run as often as wanted."
)
@click.option("--read/--no-read", default=False, help="Read the mails at once instead of leaving them to the worker.")
def fetch(read: bool) -> None:
    from wayhome.core.errors import WayhomeError
    from wayhome.dialogue.actions import fetching

    try:
        done = fetching.fetch()
    except WayhomeError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"{done.new} taken in: {done.taken['filed']} filed in their thread, {done.taken['done']} automatic or our own, "
        f"{done.taken['inbox']} in the inbox, {done.taken['report']} delivery reports; "
        f"{done.known} known before, {done.refused} refused."
    )
    for address, count in done.unrouted.most_common():
        click.echo(
            f"{count} left in the box: no process is named for {address}. Add {address}=PROCESS to WAYHOME_IMAP_ADDRESSES.",
            err=True,
        )
    for failure in done.failures:
        click.echo(failure, err=True)
    if read:
        _read()
    if done.failures:
        sys.exit(1)


@command.command(name="import", help="Take mails in from .eml files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--process", "slug", required=True, help="The process's name in its address, after /p/.")
@click.option("--read/--no-read", default=False, help="Read the mails at once instead of leaving them to the worker.")
def import_(files: tuple[Path, ...], slug: str, read: bool) -> None:
    from wayhome.accounts.models import Process
    from wayhome.core.actors import COMMAND_LINE
    from wayhome.core.errors import WayhomeError
    from wayhome.core.sandbox.documents import load
    from wayhome.dialogue import bridge
    from wayhome.dialogue.actions import mail
    from wayhome.dialogue.models import Incoming
    from wayhome.engines.reading.errors import ReadingError

    process = Process.objects.filter(slug=slug).first()
    if process is None:
        raise click.ClickException(f"There is no process {slug}.")
    failed = 0
    for path in files:
        try:
            data = load(path, bridge.limits())
            taken = mail.take_in(process=process, data=data, source=Incoming.Source.FILE, actor=COMMAND_LINE, name=path.name)
        except (WayhomeError, ReadingError) as error:
            failed += 1
            words = f"{error.problem} {error.remedy}"
            click.echo(f"{path}: {words}", err=True)
            continue
        state = str(taken.incoming.get_state_display()).lower()
        click.echo(f"{path}: {state}" if taken.new else f"{path}: known before ({state})")
    if read:
        _read()
    if failed:
        sys.exit(1)


def _read() -> None:
    from wayhome.dialogue.actions.reading import read_pending

    click.echo(f"{read_pending()} documents read.")
