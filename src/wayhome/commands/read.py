"""`wayhome read`: documents in, findings out; JSON Lines for a program, tables for a person."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from wayhome.commands.sizes import Size, plain_name, shown_name
from wayhome.core.sandbox import Bounds, Outcome, Pool, Propose, Read, read_many
from wayhome.core.sandbox.pool import WARM
from wayhome.engines.reading import contract
from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract.limits import Limits

_DEFAULT = Limits()
_BOUNDS = Bounds()
_HANDFUL = 10


@click.command(name="read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, a file each, in order.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Files read at the same time.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 86_400),
    default=_BOUNDS.wall_seconds,
    show_default=True,
    help="Seconds for one file.",
)
@click.option(
    "--memory-limit", type=Size(), default="1GB", show_default=True, help="Memory for one file, beyond the language models."
)
@click.option("--max-bytes", type=Size(), default="50MB", show_default=True, help="Larger files are refused.")
@click.option(
    "--max-pages", type=click.IntRange(1), default=_DEFAULT.max_pages, show_default=True, help="Longer PDF files are refused."
)
@click.option(
    "--max-characters",
    type=click.IntRange(1),
    default=_DEFAULT.max_characters,
    show_default=True,
    help="Longer texts are refused.",
)
@click.option(
    "--max-attachments",
    type=click.IntRange(0),
    default=_DEFAULT.max_attachments,
    show_default=True,
    help="Attachments read of one mail.",
)
@click.option(
    "--extractor/--no-extractor",
    default=True,
    help="Whether to ask the extractor, where one is set up (see docs/reading-files.md).",
)
def command(
    *,
    files: tuple[Path, ...],
    as_json: bool,
    jobs: int,
    time_limit: float,
    memory_limit: int,
    max_bytes: int,
    max_pages: int,
    max_characters: int,
    max_attachments: int,
    extractor: bool,
) -> None:
    """Find asks, commitments, silences, statements and events in documents.

    Reads .txt .md .html .pdf .docx and .eml without a network. Files attached to a mail are read too, as mail.eml!file.pdf.
    The exit status is 0 when every file was read and 1 when some could not be; those are named with what to do.
    """
    limits = Limits(max_bytes=max_bytes, max_pages=max_pages, max_characters=max_characters, max_attachments=max_attachments)
    bounds = Bounds(wall_seconds=time_limit, cpu_seconds=time_limit, memory_bytes=memory_limit, queue_seconds=86_400)
    propose = _extractor() if extractor else None
    unread = 0
    warm = WARM if len(files) > _HANDFUL else "wayhome.core.sandbox.task:warm_english"
    with Pool(min(jobs, len(files)), bounds, warm=warm) as pool:
        results = _with_progress(read_many(files, jobs=jobs, limits=limits, pool=pool, extractor=propose), len(files))
        for outcomes in results:
            for outcome in outcomes:
                unread += outcome.error is not None
                if as_json:
                    sys.stdout.write(json.dumps(as_dict(outcome), ensure_ascii=True) + "\n")
                else:
                    _show(outcome)
            sys.stdout.flush()
    sys.exit(1 if unread else 0)


def _extractor() -> Propose | None:
    if not os.environ.get("WAYHOME_EXTRACTOR_URL"):
        return None  # off, as it is by default: its HTTP client is not even loaded
    from wayhome.core.extractor import configured

    try:
        return configured()
    except ReadingError as error:
        raise click.ClickException(str(error)) from None


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """A row of the reading contract; for a file that was not read `error`, `code` and `remedy`."""
    name = plain_name(outcome.name)
    if isinstance(outcome, Read):
        return contract.as_dict(outcome.reading, file=name, sha256=outcome.sha256, media_type=outcome.extracted.media_type)
    error = outcome.error
    return {"file": name, "sha256": outcome.sha256, "error": error.problem, "code": error.code, "remedy": error.remedy}


def _show(outcome: Outcome) -> None:
    from wayhome.commands.read_table import show_error, show_reading

    if isinstance(outcome, Read):
        show_reading(shown_name(outcome.name), outcome)
    else:
        show_error(shown_name(outcome.name), outcome.error)


def _with_progress(results: Iterator[list[Outcome]], total: int) -> Iterator[list[Outcome]]:
    """A bar on standard error for several files, when a person is there to see it and the results don't scroll past there."""
    if total < 2 or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=total)
        for outcomes in results:
            progress.advance(task)
            yield outcomes
