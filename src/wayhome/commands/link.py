"""`wayhome link`: who is who in lists of people."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

_SHOWN = 10


@click.command(name="link")
@click.argument("people", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PEOPLE...")
@click.option("--gazetteer", type=click.Path(path_type=Path), required=True, help="Places with their names: place_id, name.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the result; made when missing."
)
@click.option(
    "--backend",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Where candidate pairs are found.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Kept in the report; nothing is drawn at random.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.5,
    show_default=True,
    help="Probability for one cluster.",
)
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="Processors to use.")
@click.option("--memory", default="1200MB", show_default=True, help="Memory of the database in process before it goes to disk.")
def command(
    people: tuple[Path, ...], gazetteer: Path, out: Path, backend: str, seed: int, threshold: float, threads: int, memory: str
) -> None:
    """Find records of one person within and across lists (CSV or Parquet), in any script.

    Writes clusters.csv, pairs.csv with an explanation in words, report.json, and bad_rows.csv when rows or fields were set apart.
    """
    from wayhome.engines.linking import output
    from wayhome.engines.linking.errors import LinkingError
    from wayhome.engines.linking.run import run
    from wayhome.engines.linking.types import LinkingData, Params

    params = Params(threshold=threshold, threads=threads, memory=memory, backend=backend)
    try:
        result = run(LinkingData(list(people), [gazetteer]), params=params, seed=seed)
        output.write(result, out)
    except LinkingError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    report = result.report
    seconds = sum(report["seconds"].values())
    click.echo(
        f"{report['records']} records, {report['persons']} persons; {report['pairs']['auto']} pairs nearly sure, {report['pairs']['review']} to review."
    )
    if result.bad_rows:
        for bad in result.bad_rows[:_SHOWN]:
            click.echo(f"  {bad.file}, line {bad.line}, {bad.field}: {bad.problem} {bad.remedy}", err=True)
        rest = len(result.bad_rows) - _SHOWN
        if rest > 0:
            fields = ", ".join(
                f"{field} {number}" for field, number in sorted(Counter(bad.field for bad in result.bad_rows).items())
            )
            click.echo(f"  and {rest} more ({fields}); all are in {out / 'bad_rows.csv'}", err=True)
    click.echo(f"{seconds:.1f} s, {report['peak_memory_mib']} MiB; written to {out}")
