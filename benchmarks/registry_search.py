"""How fast a person is found among a million, by 20 people at once, on two processor cores, on SQLite and on PostgreSQL.

    .venv/bin/python -m benchmarks.registry_search                               # SQLite, adds to benchmarks/registry_search.md
    bash scripts/with_postgres.sh .venv/bin/python -m benchmarks.registry_search  # PostgreSQL
    .venv/bin/python -m benchmarks.registry_search --persons 50000 --no-write

Everything is made in a data folder of its own and thrown away. The people come from the generator (`wayhome generate registry`),
whose names are drawn anew, with further slips, until there are enough. Requests go over HTTP to two server processes through
the whole page: log-in, scope, search, places, template. The peer in the same run is what a plain page does: every typed word
somewhere in the name (LIKE, ILIKE), which finds one script and no slips.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import http.client
import os
import pickle
import platform
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).parent
TARGET = 150.0  # ms, 95 of 100 requests
USERS = 20
POOL = 60_000  # persons of the generator from which a million are drawn
LETTERS = "aeiounrlsmtk"


def percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def pool(folder: Path, persons: int) -> list[dict[str, str]]:
    """Rows of the generator."""
    from wayhome.engines.population.registry import generate_registry

    generate_registry(folder, persons, 7)
    with (folder / "people.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def slip(word: str, rng: random.Random) -> str:
    """One letter left out, doubled, exchanged with the next, or (in Latin) another one."""
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + (rng.choice(LETTERS) if word.isascii() else word[at - 1]) + word[at + 1 :]


def drawn(rows: list[dict[str, str]], persons: int, rng: random.Random) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """(given, patronymic, family, row) of as many persons as wanted: the generator's own first, then names drawn anew."""
    lists: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        lists.setdefault(row["list_id"], []).append(row)
    for row in rows[:persons]:
        yield row["given_name"], row["patronymic"], row["family_name"], row
    for _n in range(max(0, persons - len(rows))):
        row = rng.choice(rows)
        same = lists[row["list_id"]]
        given, family = rng.choice(same)["given_name"], rng.choice(same)["family_name"]
        if rng.random() < 0.04:
            family = slip(family, rng)
        phone = f"+8832{rng.randrange(10**8):08d}" if row["phone"] else ""
        yield given, row["patronymic"], family, {**row, "phone": phone}


def _columns(model: Any, given: Sequence[str]) -> tuple[list[str], list[Any]]:
    """Every column of a table, the given ones first, and what the others hold."""
    from django.utils import timezone

    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [name for name in fields if name not in given]
    values = []
    for name in rest:
        field = fields[name]
        if field.get_internal_type() == "DateTimeField":
            values.append(timezone.now())
        elif field.has_default():
            values.append(field.get_default())
        else:
            values.append(None if field.null else "")
    return [fields[name].column for name in (*given, *rest)], values


def bulk(model: Any, names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> int:
    """Write rows past the ORM: COPY on PostgreSQL, executemany on SQLite."""
    from django.db import connection

    columns, rest = _columns(model, names)
    table, listed = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    count = 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row((*row, *rest))
                count += 1
        return count
    marks = ", ".join(["?"] * len(columns))
    raw = connection.connection
    plain = [value.isoformat(" ") if hasattr(value, "isoformat") else value for value in rest]
    while chunk := list(islice(rows, 50_000)):
        raw.executemany(
            f'INSERT INTO "{table}" ({listed}) VALUES ({marks})',
            ((*row, *plain) for row in chunk),
        )
        count += len(chunk)
    return count


def build(persons: int, rng: random.Random, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """A process with so many persons, their households and the index of names; what it took."""
    import uuid

    from django.db import connection, transaction

    from wayhome.accounts.models import Membership, Process, User
    from wayhome.places.models import Area, AreaName
    from wayhome.registry import naming
    from wayhome.registry.actions.checks import phone_key
    from wayhome.registry.models import Household, NameWord, Person, PersonWord

    process = Process.objects.create(slug="valley", name="Return to the Lirva Valley")
    user = User.objects.create_user("case@example.org", None, full_name="Maren Odal")
    Membership.objects.create(user=user, process=process, role="case_worker")
    meshul = Area.objects.create(process=process, code="MSH")
    for text in ("Meshul", "Мешул", "Մեշուլ"):
        AreaName.objects.create(process=process, area=meshul, text=text)
    start = time.monotonic()
    rows = pool(folder / "pool", min(POOL, persons))
    people = list(drawn(rows, persons, rng))
    say(f"{len(people):,} names drawn in {time.monotonic() - start:.0f} s")
    size = 4

    def uid() -> str:
        made = uuid.UUID(int=rng.getrandbits(128), version=4)
        return made.hex if connection.vendor == "sqlite" else str(made)

    with connection.constraint_checks_disabled(), transaction.atomic():
        bulk(
            Household,
            ("id", "process_id", "uid", "number", "name"),
            ((n + 1, process.pk, uid(), n + 1, people[n * size][2]) for n in range(-(-persons // size))),
        )

        def records() -> Iterator[tuple[Any, ...]]:
            for n, (given, patronymic, family, row) in enumerate(people, 1):
                phone = row["phone"]
                year = row["birth_year"]
                born = (f"{year}-01-01", f"{year}-12-31", "year") if len(year) == 4 and year.isdigit() else (None, None, "")
                yield (
                    *(n, process.pk, uid(), n, given, patronymic, family, naming.key_of(given, patronymic, family)[:300]),
                    *(row["sex"].lower()[:1], row["origin_place"][:250], phone[:40], phone_key(phone)),
                    *(row["list_id"], f"{row['record_id']}/{n}", (n - 1) // size + 1, *born),
                )

        names = (
            *("id", "process_id", "uid", "number", "given_name", "patronymic", "family_name", "name_key"),
            *("sex", "origin_text", "phone", "phone_key", "list_name", "list_key", "household_id"),
            *("birth_from", "birth_to", "birth_precision"),
        )
        before = time.monotonic()
        bulk(Person, names, records())
        wrote = time.monotonic() - before
        before = time.monotonic()
        book = naming.WordBook(process)
        new = book.prepare(part for given, patronymic, family, _row in people for part in (given, patronymic, family))
        index = PersonWord._meta.indexes[0]
        with connection.cursor() as cursor:
            cursor.execute(f'DROP INDEX "{index.name}"')
        count = bulk(
            PersonWord,
            ("person_id", "word_id"),
            (
                pair
                for n, (given, patronymic, family, _row) in enumerate(people, 1)
                for pair in book.rows(n, given, patronymic, family)
            ),
        )
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE INDEX "{index.name}" ON "{PersonWord._meta.db_table}" ("word_id", "person_id")')
        book.count()
        indexed = time.monotonic() - before
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    say(f"{new:,} words, {count:,} rows of the index in {indexed:.0f} s; persons in {wrote:.0f} s")
    assert NameWord.objects.filter(process=process).count() == new
    return {
        "process": process,
        "user": user,
        "people": people,
        "words": new,
        "postings": count,
        "wrote": wrote,
        "indexed": indexed,
    }


def queries(people: list[tuple[str, str, str, Any]], number: int, rng: random.Random) -> list[tuple[str, str, int]]:
    """(kind, what is typed, the person meant)."""
    from wayhome.registry import naming

    latin = str.maketrans({"S": "sh", "Z": "zh", "C": "ch", "J": "j", "X": "kh", "G": "gh", "c": "ts"})
    made: list[tuple[str, str, int]] = []
    while len(made) < number:
        n = rng.randrange(len(people))
        given, patronymic, family, row = people[n]
        if len(given) < 3 or len(family) < 3:
            continue
        draw = rng.random()
        if draw < 0.25:
            made.append(("as written", f"{given} {family}", n + 1))
        elif draw < 0.55:
            made.append(("typed in Latin", naming.key_of(given, family).translate(latin), n + 1))
        elif draw < 0.75:
            made.append(
                ("with a slip", f"{slip(given, rng)} {family}" if rng.random() < 0.5 else f"{given} {slip(family, rng)}", n + 1)
            )
        elif draw < 0.85 and patronymic:
            made.append(("three names", f"{family} {given} {patronymic}", n + 1))
        elif draw < 0.92:
            made.append(("beginnings", f"{given[: max(3, len(given) - 2)]} {family[: max(3, len(family) - 2)]}", n + 1))
        elif draw < 0.96:
            made.append(("one name", family, n + 1))
        elif row["phone"]:
            made.append(("telephone", row["phone"][-9:], n + 1))
    return made


def alone(process: Any, asked: list[tuple[str, str, int]]) -> tuple[list[float], dict[str, list[int]]]:
    """Times of the search itself, one after another, and by kind the place at which the person meant was found (0: not)."""
    from wayhome.registry.queries import search

    times, places = [], {}
    for kind, words, meant in asked:
        start = time.perf_counter()
        found = search.find(process, words).persons(0, 50)
        times.append((time.perf_counter() - start) * 1000)
        places.setdefault(kind, []).append(_namesake(kind, found, meant))
    return times, places


def _namesake(kind: str, persons: list[Any], meant: int) -> int:
    """Somebody called the same is as good an answer; where one name was typed, somebody with that family name."""
    from wayhome.registry import naming
    from wayhome.registry.models import Person

    wanted = Person.objects.get(pk=meant)
    if kind == "telephone":
        return next((n for n, person in enumerate(persons, 1) if person.pk == meant), 0)
    if kind == "one name":
        family = set(naming.sounds_of(wanted.family_name))
        return next((n for n, person in enumerate(persons, 1) if family & set(naming.sounds_of(person.family_name))), 0)
    key = naming.key_of(wanted.given_name, wanted.family_name)
    return next((n for n, person in enumerate(persons, 1) if naming.key_of(person.given_name, person.family_name) == key), 0)


def peer(process: Any, asked: list[tuple[str, str, int]]) -> tuple[list[float], dict[str, list[int]]]:
    """The same with every word somewhere in the name as it is written, 200 at most."""
    from django.db.models import Q

    from wayhome.registry.models import Person

    times, places = [], {}
    for kind, words, meant in asked:
        start = time.perf_counter()
        rows = Person.objects.of(process)
        for word in words.split():
            rows = rows.filter(Q(given_name__icontains=word) | Q(patronymic__icontains=word) | Q(family_name__icontains=word))
        found = list(rows[:50])
        times.append((time.perf_counter() - start) * 1000)
        places.setdefault(kind, []).append(_namesake(kind, found, meant))
    return times, places


def server(port: int) -> subprocess.Popen[bytes]:
    """Two processes of ten threads, as `wayhome serve --workers 2` starts them but for the threads."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "wayhome.site.wsgi:application", "--bind", f"127.0.0.1:{port}"),
            *("--workers", "2", "--threads", "10", "--worker-class", "gthread", "--timeout", "120", "--log-level", "error"),
        ]
    )


def spent(process: subprocess.Popen[bytes]) -> float:
    """Processor seconds that the server's processes have used."""
    total = 0
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    for pid in (str(process.pid), *children):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += int(stat[11]) + int(stat[12])
    return total / os.sysconf("SC_CLK_TCK")


def warm(port: int, cookie: str, asked: list[tuple[str, str, int]]) -> None:
    """Both processes load their code and tables once, however long that takes, before anything is measured."""
    for _kind, words, _meant in asked:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("GET", f"/p/valley/registry/persons/?q={quote(words)}", headers={"Cookie": cookie})
        connection.getresponse().read()
        connection.close()


def together(
    port: int, cookie: str, asked: list[tuple[str, str, int]], *, seconds: float, pause: float, part: bool = True
) -> list[float]:
    """Times for 20 users at once, each typing its next search `pause` seconds after an answer, on average.

    Args:
        part: what the page itself asks for while somebody types, the list of those found; else the whole page.
    """
    headers = {"Cookie": cookie, **({"HX-Request": "true"} if part else {})}
    times: list[float] = []
    failed: list[int] = []
    end = time.monotonic() + seconds

    def one(user: int) -> None:
        rng = random.Random(user)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(rng.uniform(0, pause or 0.1))
        while time.monotonic() < end:
            words = rng.choice(asked)[1]
            start = time.perf_counter()
            connection.request("GET", f"/p/valley/registry/persons/?q={quote(words)}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - start) * 1000)
            if answer.status != 200:
                failed.append(answer.status)
            time.sleep(rng.uniform(0.5 * pause, 1.5 * pause))
        connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"{len(failed)} requests failed, the first with {failed[0]}")
    return times


def figures(options: argparse.Namespace, say: Callable[[str], None]) -> list[str]:
    """Run everything; the lines of the report."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("migrate", verbosity=0, interactive=False)
    rng = random.Random(options.seed)
    kept = Path(settings.WAYHOME_HOME) / "built.pickle"
    if options.keep and kept.exists():
        made = pickle.loads(kept.read_bytes())
    else:
        made = build(options.persons, rng, Path(settings.WAYHOME_HOME), say)
        made["asked"] = queries(made.pop("people"), options.queries, rng)
        if options.keep:
            kept.write_bytes(pickle.dumps(made))
    asked = made["asked"]
    alone(made["process"], asked[:30])
    times, places = alone(made["process"], asked)
    say(f"alone: median {percentile(times, 0.5):.1f} ms, 95 of 100 within {percentile(times, 0.95):.1f} ms")
    some = asked[: options.peer]
    peer_times, peer_places = peer(made["process"], some)
    client = Client()
    client.force_login(made["user"], backend="django.contrib.auth.backends.ModelBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    connection.close()
    process = server(options.port)
    try:
        for _n in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", options.port), timeout=1):
                break
            time.sleep(0.2)
        warm(options.port, cookie, asked[:40])
        before = spent(process)
        typing = together(options.port, cookie, asked, seconds=options.seconds, pause=options.pause)
        flood = together(options.port, cookie, asked, seconds=options.seconds / 2, pause=0.0)
        whole = together(options.port, cookie, asked, seconds=options.seconds, pause=options.pause, part=False)
        made["page"] = (spent(process) - before) / (len(typing) + len(flood) + len(whole)) * 1000
        made["load"] = os.getloadavg()[0]
    finally:
        process.terminate()
        process.wait(timeout=20)
    database = "SQLite" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "PostgreSQL"
    return report(database, options, made, times, places, peer_times, peer_places, typing, whole, flood)


def report(
    database: str,
    options: argparse.Namespace,
    made: dict[str, Any],
    times: list[float],
    places: dict[str, list[int]],
    peer_times: list[float],
    peer_places: dict[str, list[int]],
    typing: list[float],
    whole: list[float],
    flood: list[float],
) -> list[str]:
    def row(name: str, some: list[float]) -> str:
        return f"| {name} | {len(some):,} | {percentile(some, 0.5):.1f} | {percentile(some, 0.95):.1f} | {max(some):.0f} |"

    ratio = percentile(peer_times, 0.95) / percentile(times, 0.95)
    lines = [
        f"## {database}, {options.persons:,} persons",
        "",
        f"{made['words']:,} distinct words, {made['postings']:,} rows of the index. Persons written in {made['wrote']:.0f} s, the index of "
        f"names in {made['indexed']:.0f} s.",
        "",
        "| what | requests | median ms | 95 of 100 within ms | longest ms |",
        "|---|---|---|---|---|",
        row("search alone, one after another", times),
        row(f"over HTTP as one types, {USERS} users at once, {options.pause:g} s between two searches of one user", typing),
        row("the same, the whole page each time", whole),
        row(f"over HTTP as one types, {USERS} users without any pause", flood),
        row("peer: LIKE on the names, one after another", peer_times),
        "",
        f"Target: {TARGET:g} ms with {USERS} users at once: {'met' if percentile(typing, 0.95) <= TARGET else 'missed'}. "
        f"The peer takes {ratio:.0f} times as long at 95 of 100. Without any pause {len(flood) / (options.seconds / 2):.0f} answers a second; an answer takes the "
        f"server {made['page']:.1f} ms of processor time. Load of the machine when it ended: {made['load']:.1f}.",
        "",
        "| typed | searches | found first | among the first ten | not found | peer: among the first ten |",
        "|---|---|---|---|---|---|",
    ]
    for kind, found in sorted(places.items()):
        theirs = peer_places.get(kind, [])
        share = f"{sum(0 < p <= 10 for p in theirs) / len(theirs):.0%}" if theirs else "–"
        lines.append(
            f"| {kind} | {len(found)} | {found.count(1) / len(found):.0%} | {sum(0 < p <= 10 for p in found) / len(found):.0%} "
            f"| {found.count(0) / len(found):.0%} | {share} |"
        )
    return [*lines, ""]


HEAD = """# Finding a person

Written by `benchmarks/registry_search.py`, which says what is measured. Python {python}, {cores} processor cores; the users' own
threads run on the same cores. A figure with a high load of the machine beside it was taken while other work took most of both
cores: its times are upper bounds, the processor time tells what a quiet machine needs.

"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--peer", type=int, default=12, help="searches by the peer, which is slow")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="folder in which the SQLite database is kept, and used again")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        options.port = probe.getsockname()[1]
    folder = contextlib.nullcontext(str(options.keep)) if options.keep else tempfile.TemporaryDirectory(prefix="wayhome-search-")
    with folder as home:
        Path(home).mkdir(parents=True, exist_ok=True)
        os.environ["WAYHOME_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "wayhome.site.settings"
        import django

        django.setup()
        lines = figures(options, lambda text: print(text, file=sys.stderr, flush=True))
    print("\n".join(lines))
    if not options.no_write:
        target = HERE / "registry_search.md"
        head = HEAD.format(python=platform.python_version(), cores=os.cpu_count())
        old = target.read_text(encoding="utf-8") if target.exists() else ""
        parts = {part.split(",")[0]: part for part in old.split("## ")[1:]}
        parts[lines[0].removeprefix("## ").split(",")[0]] = "\n".join(lines).removeprefix("## ") + "\n"
        target.write_text(
            head + "".join(f"## {parts[name].rstrip()}\n\n" for name in sorted(parts, reverse=True)), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
