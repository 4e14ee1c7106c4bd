"""How long a list of a million people takes to come in, and what it costs in memory, beside pandas in the same run.

    python benchmarks/registry_import.py [--rows 1000000] [--database sqlite|URL] [--out benchmarks/registry_import.md]

Writes an invented list, brings it in by the product's own steps into a database of its own (sealed file, survey, check of every
row, rows against each other, commit with search words, sealed numbers, audit entries), and then reads the same file with
pandas.read_csv and writes it with to_sql: no checks, no keys, one table. Seconds are wall and CPU (this process and its worker);
with other work on the machine the CPU seconds are what to compare. `pip install pandas` for the peer.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

HEAD = (
    *("No", "Household No", "Family name", "Given name", "Father's name", "Sex", "Date of birth", "Relation", "Document number"),
    *("Village of origin", "Lives now in", "Telephone"),
)
_SYLLABLES = "ba da ga la ma na ra sa ta va za mi ni ri li ti vo no ro lo ko su lu ru dir mer gor lan ven tor".split()
_CYRILLIC = dict(zip("abdegiklmnorstuvz", "абдегиклмнорстувз", strict=True))


def write_list(path: Path, rows: int, seed: int) -> None:
    """An invented list: households of four, two scripts, three ways to write a date, 1 row in 200 with an error."""
    chance = random.Random(seed)
    names = ["".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((2, 2, 3)))).title() for _ in range(20_000)]
    names = [name if chance.random() < 0.7 else "".join(_CYRILLIC.get(ch, "а") for ch in name.lower()).title() for name in names]
    weights = [1 / (rank + 10) for rank in range(len(names))]
    family, given = chance.choices(names, weights, k=rows // 4 + 1), chance.choices(names, weights, k=rows)
    places = [name + " Upper" for name in names[:400]]
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(HEAD)
        for number in range(rows):
            house, place = divmod(number, 4)
            year = 1950 + house % 20 + (place >= 2) * 28
            day = date(year, 1 + number % 12, 1 + number % 28)
            born = (day.strftime("%d.%m.%Y"), day.isoformat(), str(year))[number % 10 // 4]
            if number % 200 == 7:
                born = "31.02.1989"
            out.writerow(
                (
                    number + 1, f"H{house:06d}", family[house], given[number], given[number - 1], "mffm"[place], born,
                    ("head", "wife", "son", "daughter")[place], f"LV{number:07d}", places[house % 400], places[house % 37],
                    f"+9991{number:07d}" if place == 0 else "",
                )
            )  # fmt: skip


def cpu_seconds() -> float:
    """User and system time of this process and of the children that ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class Peak(threading.Thread):
    """The largest resident memory of this process and all its children together, looked at ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.1):
            self.most = max(self.most, sum(map(resident, family_of(os.getpid()))))


def family_of(pid: int) -> list[int]:
    """A process and its children."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family_of(int(child))
    return found


def resident(pid: int) -> int:
    """Resident bytes of a process."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def ours(path: Path) -> dict[str, float]:
    """Bring the list in; seconds by stage."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "wayhome.site.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from wayhome.accounts.models import Process
    from wayhome.core.actors import COMMAND_LINE
    from wayhome.registry.actions import import_work, importing
    from wayhome.registry.bridge.lists import close_spare
    from wayhome.registry.models import Import, Person, PersonWord, SealedValue

    process = Process.objects.create(slug=f"bench{os.getpid()}", name="Benchmark")
    peak = Peak()
    peak.start()
    figures: dict[str, float] = {}
    began, cpu = time.perf_counter(), cpu_seconds()

    def stage(name: str, since: float) -> float:
        now = time.perf_counter()
        figures[name] = now - since
        return now

    at = began
    with path.open("rb") as stream:
        source = importing.upload(process=process, actor=COMMAND_LINE, name=path.name, stream=stream, list_name="Benchmark")
    at = stage("upload and survey", at)
    importing.begin(source, Import.State.CHECKING)
    import_work.check_now(source.pk, COMMAND_LINE)
    at = stage("check", at)
    source.refresh_from_db()
    importing.begin(source, Import.State.COMMITTING)
    import_work.commit_now(source.pk, COMMAND_LINE)
    stage("commit", at)
    figures["wall"] = time.perf_counter() - began
    peak.over.set()
    close_spare()
    figures["cpu"] = cpu_seconds() - cpu
    figures["peak GiB"] = peak.most / 2**30
    source.refresh_from_db()
    if source.state != Import.State.DONE:
        raise SystemExit(f"not brought in: {source.state} {source.problem}")
    figures["persons"] = Person.objects.filter(process=process).count()
    figures["set apart"] = source.counts["apart"]
    figures["sealed numbers"] = SealedValue.objects.filter(process=process).count()
    figures["search words"] = PersonWord.objects.filter(person__process=process).count()
    return figures


def peer(path: Path, folder: Path) -> dict[str, float] | None:
    """pandas: read_csv, to_sql into SQLite, nothing checked."""
    try:
        import pandas
    except ImportError:
        print("pandas is not installed: no peer in this run", file=sys.stderr)
        return None
    began, cpu = time.perf_counter(), cpu_seconds()
    frame = pandas.read_csv(path, dtype=str)
    with sqlite3.connect(folder / "peer.sqlite3") as connection:
        frame.to_sql("people", connection, index=False, chunksize=20_000)
    return {
        "wall": time.perf_counter() - began,
        "cpu": cpu_seconds() - cpu,
        "peak GiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 2**30,
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--database", default="sqlite")
    arguments.add_argument("--out", type=Path)
    arguments.add_argument("--part", choices=["ours", "peer"])
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    if given.part:
        run_part(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="wayhome-bench-"))
    try:
        path = folder / "list.csv"
        write_list(path, given.rows, given.seed)
        size = path.stat().st_size / 2**20
        load = os.getloadavg()[0]
        results = {}
        for part in ("ours", "peer"):
            environment = {**os.environ, "WAYHOME_HOME": str(folder / "home"), "WAYHOME_SECRET_KEY": "benchmark"}
            if given.database != "sqlite":
                environment["DATABASE_URL"] = given.database
            command = [sys.executable, __file__, "--part", part, "--file", str(path)]
            ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            sys.stderr.write(ran.stderr[-2_000:])
            results[part] = eval(ran.stdout.strip().splitlines()[-1]) if ran.returncode == 0 and ran.stdout.strip() else None
        text = report(given.rows, size, given.database, load, results)
        print(text)
        if given.out:
            given.out.write_text(text, encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_part(given: argparse.Namespace) -> None:
    figures = ours(given.file) if given.part == "ours" else peer(given.file, given.file.parent)
    print(repr(figures))


def report(rows: int, size: float, database: str, load: float, results: dict[str, dict[str, float] | None]) -> str:
    mine, other = results["ours"], results["peer"]
    kind = "SQLite" if database == "sqlite" else "PostgreSQL"
    lines = [
        "# Bringing a list in",
        "",
        f"`python benchmarks/registry_import.py --rows {rows}`: an invented list of {rows:,} people in {rows // 4:,} households, {len(HEAD)} columns,",
        f"{size:,.0f} MB of CSV, one row in 200 with an error, into {kind}; {os.cpu_count()} cores, Python {platform.python_version()},",
        f"load of the machine at the start {load:.1f}.",
        "",
        "| | wall s | CPU s | peak GiB |",
        "|---|---|---|---|",
    ]
    if mine:
        stages = ", ".join(f"{name} {mine[name]:.0f}" for name in ("upload and survey", "check", "commit"))
        lines.append(
            f"| Wayhome: sealed, checked, searchable, logged | {mine['wall']:.0f} ({stages}) | {mine['cpu']:.0f} | {mine['peak GiB']:.2f} |"
        )
    if other:
        lines.append(
            f"| pandas read_csv and to_sql: one table, nothing checked | {other['wall']:.0f} | {other['cpu']:.0f} | {other['peak GiB']:.2f} |"
        )
    if mine:
        lines += [
            "",
            f"{mine['persons']:,} persons, {mine['set apart']:,} rows set apart, {mine['sealed numbers']:,} sealed numbers, {mine['search words']:,} words for finding.",
        ]
    if mine and other:
        lines.append(f"Ratio of CPU seconds: {mine['cpu'] / other['cpu']:.1f}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
