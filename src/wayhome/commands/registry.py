"""`wayhome registry import|undo|resume|retention`: lists of people from a shell, by the same steps as on the pages; keeping."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from wayhome.commands.django_ready import start


@click.group(name="registry", help="Bring lists of people in, and take them back.")
def command() -> None:
    start()


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--process", "slug", required=True, help="Short name of the process.")
@click.option("--list", "list_name", required=True, help="Name of the list; a newer file of it comes under the same name.")
@click.option("--dry-run", is_flag=True, help="Check only; nothing is brought in, and the file is not kept.")
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="How the columns are read, as JSON."
)
@click.option(
    "--write-mapping", type=click.Path(dir_okay=False, path_type=Path), help="Write how the columns would be read, and stop."
)
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%d"]), help="Day the list speaks of; ages count back from it. Today unless said."
)
@click.option("--sheet", default="", help="Sheet of a workbook; the one that reads like a list of people unless said.")
@click.option("--header", type=int, help="Row of the headings; 0 if there are none.")
@click.option("--encoding", default="", help="Encoding of a text file, e.g. cp1251.")
@click.option(
    "--bad-rows", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows set apart to this XLSX or CSV file."
)
def bring(
    *,
    file: Path,
    slug: str,
    list_name: str,
    dry_run: bool,
    mapping: Path | None,
    write_mapping: Path | None,
    at: datetime | None,
    sheet: str,
    header: int | None,
    encoding: str,
    bad_rows: Path | None,
) -> None:
    """Bring the list in FILE (XLSX, XLS, ODS, CSV, ZIP of CSV) into a process.

    The exit status is 0 when every row was good, 1 when rows were set apart, 2 when nothing could be read.
    """
    from dataclasses import replace

    from wayhome.core.actors import COMMAND_LINE
    from wayhome.core.errors import WayhomeError
    from wayhome.engines.tabular import Choice, Plan
    from wayhome.registry.actions import import_work, importing
    from wayhome.registry.models import Import
    from wayhome.registry.reports import write_bad_rows

    process = _process(slug)
    try:
        with file.open("rb") as stream:
            source = importing.upload(process=process, actor=COMMAND_LINE, name=file.name, stream=stream, list_name=list_name)
        if sheet or header is not None or encoding:
            importing.choose(source=source, actor=COMMAND_LINE, choice=Choice(sheet, header, encoding))
        plan = importing.plan_of(source)
        if mapping is not None:
            plan = replace(Plan.from_json(json.loads(mapping.read_text(encoding="utf-8"))), needs=plan.needs)
        if at is not None:
            plan = replace(plan, at=at.date())
        if write_mapping is not None:
            write_mapping.write_text(json.dumps(plan.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")
            importing.discard(source=source, actor=COMMAND_LINE)
            click.echo(f"{write_mapping}: how the columns of {file.name} would be read. Change it and give it with --mapping.")
            return
        importing.set_plan(source=source, actor=COMMAND_LINE, plan=plan)
        importing.begin(source, Import.State.CHECKING)
        import_work.check_now(source.pk, COMMAND_LINE, _told("Checking"))
        source.refresh_from_db()
        if source.state == Import.State.FAILED:
            raise click.ClickException(f"{source.problem} {source.remedy}")
        _show(source)
        if bad_rows is not None and source.counts["apart"]:
            written = write_bad_rows(source, bad_rows)
            click.echo(f"{bad_rows}: {written} rows to correct; give the corrected file under the same list name.")
        apart = source.counts["apart"]
        if dry_run:
            importing.discard(source=source, actor=COMMAND_LINE)
            click.echo("Dry run: nothing was brought in.")
        elif not source.counts["good"]:
            same = importing.same_file(source)
            importing.discard(source=source, actor=COMMAND_LINE)
            click.echo(f"Nothing was changed{f': this file was brought in as {same.ref}' if same else ''}.")
        else:
            importing.begin(source, Import.State.COMMITTING)
            import_work.commit_now(source.pk, COMMAND_LINE, _told("Bringing in"))
            source.refresh_from_db()
            if source.state != Import.State.DONE:
                raise click.ClickException(
                    f"{source.problem} {source.remedy} Go on with: wayhome registry resume {source.ref} --process {slug}"
                )
            click.echo(
                f"{source.ref}: {source.counts.get('persons', 0):,} persons in {source.counts.get('households', 0):,} households."
            )
    except WayhomeError as error:
        click.echo(f"{file}: {error}\nNothing was brought in.", err=True)
        sys.exit(2)
    sys.exit(1 if apart else 0)


@command.command(name="undo")
@click.argument("ref")
@click.option("--process", "slug", required=True, help="Short name of the process.")
@click.option("--keep-changed", is_flag=True, help="Keep the records that were changed since, and take back the others.")
def undo(ref: str, slug: str, keep_changed: bool) -> None:
    """Take back what import REF (as I-003) brought in."""
    from wayhome.core.actors import COMMAND_LINE
    from wayhome.registry.actions import undoing
    from wayhome.registry.models import Import

    source = _import(ref, slug)
    changed = undoing.changed_since(source)
    if changed and not keep_changed:
        raise click.ClickException(
            f"{len(changed)} records of {source.ref} were changed since. Nothing was taken back. "
            "Keep them and take back the others with --keep-changed."
        )
    from wayhome.registry.actions import importing

    importing.begin(source, Import.State.UNDOING)
    undoing.undo_now(source.pk, COMMAND_LINE, _told("Taking back"))
    source.refresh_from_db()
    click.echo(f"{source.ref}: {source.counts['removed']:,} persons taken back, {source.counts['kept']:,} kept.")


@command.command(name="resume")
@click.argument("ref")
@click.option("--process", "slug", required=True, help="Short name of the process.")
def resume(ref: str, slug: str) -> None:
    """Go on with import REF after an interruption."""
    from wayhome.core.actors import COMMAND_LINE
    from wayhome.registry.actions import import_work, undoing
    from wayhome.registry.models import Import

    source = _import(ref, slug)
    work: dict[str, tuple[Callable[..., str], str]] = {
        Import.State.CHECKING: (import_work.check_now, "Checking"),
        Import.State.COMMITTING: (import_work.commit_now, "Bringing in"),
        Import.State.UNDOING: (undoing.undo_now, "Taking back"),
    }
    if source.state not in work:
        raise click.ClickException(f"{source.ref} is {source.get_state_display().lower()}: there is nothing to go on with.")
    function, words = work[source.state]
    state = function(source.pk, COMMAND_LINE, _told(words))
    click.echo(f"{source.ref}: {Import.State(state).label}.")


def _process(slug: str) -> Any:
    from wayhome.accounts.models import Process

    process = Process.objects.filter(slug=slug).first()
    if process is None:
        known = ", ".join(Process.objects.values_list("slug", flat=True)) or "none"
        raise click.ClickException(f"There is no process “{slug}”. On file: {known}.")
    return process


def _import(ref: str, slug: str) -> Any:
    from wayhome.registry.models import Import

    process = _process(slug)
    number = ref.upper().removeprefix("I-")
    source = Import.objects.of(process).filter(number=int(number)).first() if number.isdecimal() else None
    if source is None:
        raise click.ClickException(f"There is no import {ref} in “{slug}”.")
    return source


def _told(words: str) -> Callable[[int, int], None] | None:
    """Progress on standard error where a person is there to see it."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        click.echo(f"\r{words}: {done:,} of {total:,} rows", nl=False, err=True)
        if done >= total:
            click.echo("", err=True)

    return tell


def _show(source: Any) -> None:
    from wayhome.registry.import_words import kind_words

    counts = source.counts
    click.echo(
        f"{counts['rows']:,} rows: {counts['good']:,} good, {counts['apart']:,} set apart, {counts['on_file']:,} on file already."
    )
    for kind in source.summary:
        rows = ", ".join(str(row) for row in kind["rows"])
        where = f" in “{kind['column']}”" if kind["column"] else ""
        click.echo(
            f"  {kind['level']}: {kind_words(kind['code'])}{where}: {kind['count']:,} (rows {rows}{' …' if kind['count'] > len(kind['rows']) else ''})"
        )


@command.command(help="Do what the process set for records past their period of keeping: erase them, or list them.")
@click.option("--process", "slug", help="Short name of one process; all of them unless said.")
@click.option("--dry-run", is_flag=True, help="List what is due; nothing is erased.")
def retention(slug: str | None, dry_run: bool) -> None:
    from wayhome.accounts.models import Process
    from wayhome.core.actors import COMMAND_LINE
    from wayhome.registry.actions.retention import run
    from wayhome.registry.queries.retention import due

    processes = Process.objects.filter(slug=slug) if slug else Process.objects.order_by("slug")
    if slug and not processes.exists():
        raise click.ClickException(f"There is no process “{slug}”.")
    for process in processes:
        ran = run(process=process, actor=COMMAND_LINE, delete=False if dry_run else None)
        click.echo(
            f"{process.slug}: {ran.due} past their period, {len(ran.erased)} erased, {len(ran.waiting)} wait for a decision."
        )
        for ref, problem in ran.waiting:
            click.echo(f"  {ref}: {problem}", err=True)
        if not ran.erased:
            for person in due(process)[:50]:
                click.echo(f"  {person.ref}: last confirmed {person.last_confirmed:%Y-%m-%d}")
