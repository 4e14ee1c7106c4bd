"""`wayhome serve`: the web server and one worker for background reading, in one terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click

from wayhome.commands.django_ready import start


def free_port(wanted: int, host: str = "127.0.0.1", tries: int = 50) -> int:
    """The first port from `wanted` on that nothing listens on."""
    for port in range(wanted, wanted + tries):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return port
    raise click.ClickException(f"Ports {wanted} to {wanted + tries - 1} are all taken. Free one, or name another with --port.")


def migrate() -> None:
    """Bring the database to the newest schema."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def run(host: str, port: int, workers: int, *, ready: str = "") -> int:
    """Serve until interrupted; the worker ends with the server, and the server with the worker's parent."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "wayhome.site.settings"}
    environment.setdefault("WAYHOME_PUBLIC_URL", f"http://{host}:{port}")
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "wayhome.site.wsgi:application", "--bind", f"{host}:{port}", "--workers", str(workers),
            "--threads", "4", "--worker-class", "gthread", "--timeout", "120", "--log-level", "warning", "--no-control-socket",
        ],
        env=environment,
    )  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-m", "wayhome.manage", "db_worker", "--queue-name", "*", "--interval", "0.5", "--no-reload"],
        env=environment,
        stderr=subprocess.DEVNULL if not os.environ.get("WAYHOME_LOG_LEVEL") else None,
    )
    children = [server, worker]

    def stop(*_signal: object) -> None:
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
                break
            time.sleep(0.1)
        if server.poll() is None and ready:
            click.echo(ready)
        while server.poll() is None:
            if worker.poll() is not None:
                click.echo(
                    "The worker that reads documents has stopped; the pages still work. Start `wayhome serve` again to read on.",
                    err=True,
                )
                server.wait()
                break
            time.sleep(0.3)
    except KeyboardInterrupt:
        pass
    finally:
        stop()
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=15)
            if child.poll() is None:
                child.kill()
    return 0


@click.command(name="serve", help="Serve the pages and read documents in the background, until Ctrl-C.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, help="The next free one is taken when this one is not.")
@click.option("--workers", default=1, show_default=True, help="Web processes of four threads each.")
def command(host: str, port: int, workers: int) -> None:
    start()
    migrate()
    from django.conf import settings

    Path(settings.WAYHOME_HOME).mkdir(parents=True, exist_ok=True)
    found = free_port(port, host)
    sys.exit(
        run(
            host, found, workers, ready=f"Wayhome is at http://{host}:{found} (data in {settings.WAYHOME_HOME}). Ctrl-C stops it."
        )
    )
