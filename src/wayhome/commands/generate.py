"""`wayhome generate`: invented people, for the demo, for benchmarks and to train record linkage on."""

from __future__ import annotations

import time
from pathlib import Path

import click


@click.group(name="generate")
def command() -> None:
    """Make invented people: a register's lists, or a world for record linkage."""


@command.command()
@click.option(
    "--persons", type=click.IntRange(1, 20_000_000), default=8_000, show_default=True, help="Different people (or households)."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed and options write the same files.")
@click.option("--households", "by_households", is_flag=True, help="--persons counts households.")
@click.option(
    "--duplicates", type=click.FloatRange(0, 0.5), default=0.10, show_default=True, help="Share of rows that repeat somebody."
)
@click.option(
    "--scripts",
    default="armenian,cyrillic,latin",
    show_default=True,
    help="Lists in these scripts; also georgian, arabic, ethiopic.",
)
@click.option(
    "--bad-rows", type=click.FloatRange(0, 0.5), default=0.0, show_default=True, help="Share of rows given one known error."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the files.")
def registry(
    *, persons: int, seed: int, by_households: bool, duplicates: float, scripts: str, bad_rows: float, out: Path
) -> None:
    """Lists of the invented Lirva Valley's people as communities keep them, with the truth of who is who.

    Writes one list a keeper (CSV and XLSX), intentions.csv, claims.csv, places.csv, gazetteer.csv, people.csv for `wayhome link`,
    truth.csv, bad_rows.csv and register.json. See docs/generator.md.
    """
    from wayhome.engines.population.registry import generate_registry

    start = time.monotonic()
    names = [s.strip() for s in scripts.split(",") if s.strip()]
    try:
        made = generate_registry(
            out, persons, seed, duplicates=duplicates, scripts=names, bad_rows=bad_rows, by_households=by_households
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}. Name another folder with --out.") from error
    click.echo(
        f"{made.persons:,} people in {made.households:,} households, {made.records:,} rows, {made.repeated:,} of them repeat somebody"
    )
    for name, rows in made.rows_by_file.items():
        click.echo(f"  {rows:>10,}  {name}")
    click.echo(
        f"{made.intentions:,} answers on intentions, {made.claims:,} claims, {made.places:,} places "
        f"({made.spellings_of_the_largest_village} spellings of the largest village), {made.bad_rows:,} bad rows"
    )
    click.echo(f"{out} in {time.monotonic() - start:.1f} s")


@command.command()
@click.argument("name", required=False)
@click.option("--records", type=click.IntRange(1, 20_000_000), default=60_000, show_default=True, help="Rows of people.csv.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed writes the same files.")
@click.option("--duplicates", type=click.FloatRange(0, 0.5), help="Share of rows that repeat somebody; about .12 when not given.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for people.csv, gazetteer.csv and truth.csv."
)
def world(*, name: str | None, records: int, seed: int, duplicates: float | None, out: Path | None) -> None:
    """People of many cultures in lists of many scripts, for record linkage. Without NAME: the worlds there are."""
    from wayhome.engines.population import HELD_OUT, TRAINING, generate

    worlds = {**TRAINING, **HELD_OUT}
    if name is None:
        for key, found in worlds.items():
            side = "training" if key in TRAINING else "held out"
            click.echo(f"{key:<12} {side:<9} {', '.join(sorted(found.cultures))}")
        return
    if name not in worlds:
        raise click.UsageError(f"there is no world {name!r}; the worlds are {', '.join(worlds)}.")
    if out is None:
        raise click.UsageError("--out is missing: name a folder for the files.")
    start = time.monotonic()
    made = generate(name, records, seed, duplicates)
    made.write(out)
    people = len({t[1] for t in made.truth})
    click.echo(
        f"{len(made.people):,} rows of {people:,} people, {len(made.gazetteer):,} names of places; {out} in {time.monotonic() - start:.1f} s"
    )
