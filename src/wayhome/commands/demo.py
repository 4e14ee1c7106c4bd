"""`wayhome demo`: load the invented process and serve it, with the log-in in the terminal."""

from __future__ import annotations

import os
import secrets
import sys
import time
from pathlib import Path

import click

from wayhome.commands import serve
from wayhome.commands.django_ready import start


def password_of(home: Path) -> str:
    """The demo's password: made once for this data folder and kept beside the database, readable by its owner alone."""
    path = home / "demo-password"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    word = secrets.token_urlsafe(9)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(word)
    return word


@click.command(name="demo", help="Load the invented process of the Lirva Valley, read its letters, and serve it.")
@click.option("--port", default=8000, show_default=True, help="The next free one is taken when this one is not.")
@click.option("--load-only", is_flag=True, help="Load, show the log-in, and end.")
def command(port: int, load_only: bool) -> None:
    began = time.monotonic()
    os.environ.setdefault("WAYHOME_HOME", str(Path.cwd() / "data" / "demo"))
    start()
    from django.conf import settings

    from wayhome.site.demo import load

    serve.migrate()
    home = Path(settings.WAYHOME_HOME)
    word = password_of(home)
    click.echo("Loading the invented Lirva Valley ...")
    load.load(password=word, tell=click.echo)
    click.echo(f"Loaded in {time.monotonic() - began:.0f} s.")
    roles = "\n".join(f"    {email:28} {role.replace('_', ' ')}" for email, _name, role in load.PEOPLE)
    log_in = f"Log in with one of these and the password  {word}\n{roles}"
    if load_only:
        click.echo(log_in)
        return
    found = serve.free_port(port)
    sys.exit(
        serve.run(
            "127.0.0.1", found, 1, ready=f"\nWayhome is at http://127.0.0.1:{found}\n{log_in}\n(data in {home}; Ctrl-C stops)"
        )
    )
