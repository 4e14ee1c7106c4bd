"""How fast the docket, an ask and the search answer with 10,000 asks and 2,000 documents on SQLite.

    .venv/bin/python -m benchmarks.docket            # writes benchmarks/docket.md
    .venv/bin/python -m benchmarks.docket --asks 1000 --documents 200 --requests 40 --no-write

Everything is made in a data folder of its own and thrown away. Requests go through Django's test client: all middleware,
permission checks, queries and templates, without the network. Parties, letters and words are invented.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

HERE = Path(__file__).parent
TARGET = 150.0  # ms, 95 of 100 requests

WORDS = {
    "en": [
        "road",
        "bridge",
        "school",
        "water",
        "clearance",
        "mission",
        "visit",
        "houses",
        "list",
        "families",
        "return",
        "valley",
        "schedule",
        "reply",
        "office",
        "land",
        "register",
        "winter",
        "harvest",
        "permit",
        "protect",
        "cemetery",
        "open",
        "publish",
        "allow",
        "assist",
        "restore",
        "inform",
        "meet",
        "answer",
        "dialogue",
        "community",
        "village",
    ],
    "fr": [
        "route",
        "pont",
        "école",
        "eau",
        "déminage",
        "mission",
        "visite",
        "maisons",
        "liste",
        "familles",
        "retour",
        "vallée",
        "calendrier",
        "réponse",
        "bureau",
        "terre",
    ],
    "ru": [
        "дорога",
        "мост",
        "школа",
        "вода",
        "разминирование",
        "миссия",
        "посещение",
        "дома",
        "список",
        "семьи",
        "возвращение",
        "долина",
        "ответ",
        "земля",
        "село",
    ],
    "ar": [
        "طريق",
        "جسر",
        "مدرسة",
        "ماء",
        "إزالة",
        "بعثة",
        "زيارة",
        "منازل",
        "قائمة",
        "عائلات",
        "عودة",
        "وادي",
        "جواب",
        "أرض",
        "قرية",
    ],
}


def chunks(rows: list, size: int = 1000) -> Iterator[list]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def sentence(random_: random.Random, language: str, length: int) -> str:
    return " ".join(random_.choices(WORDS[language], k=length)).capitalize() + "."


def build(asks: int, documents: int, seed: int) -> None:
    """A process with so many asks and documents, its log and its audit log, consistent as the actions would have made it."""
    from django.db import transaction
    from django.utils import timezone

    from wayhome.accounts.models import Membership, Process, User
    from wayhome.core.models import AuditEntry, AuditHead
    from wayhome.dialogue import search
    from wayhome.dialogue.models import (
        Ask,
        AskEvent,
        AskPassage,
        Communication,
        CommunicationParty,
        Deadline,
        Document,
        Evidence,
        Party,
        PartyName,
        Passage,
    )
    from wayhome.dialogue.queries import silence
    from wayhome.dialogue.states import ANSWERED_POSITIONS, Position

    chance = random.Random(seed)
    today = timezone.localdate()
    process = Process.objects.create(slug="bench", name="Return to the Lirva Valley")
    user = User.objects.create_user("lead@example.org", full_name="Maren Odal")
    Membership.objects.create(user=user, process=process, role="process_lead")
    with transaction.atomic():
        parties = Party.objects.bulk_create(
            Party(process=process, name=f"{sentence(chance, 'en', 2)[:-1]} office {n}", ours=n == 0) for n in range(60)
        )
        PartyName.objects.bulk_create(
            PartyName(party=party, text=f"{sentence(chance, 'ru', 2)[:-1]} {n}", language="ru", key=f"k{n}")
            for n, party in enumerate(parties)
        )
        texts = []
        for n in range(documents):
            language = chance.choice(list(WORDS))
            texts.append(
                (language, [sentence(chance, language, chance.randint(8, 30)) for _ in range(chance.randint(10, 30))], n)
            )
        made: list[Document] = []
        for part in chunks(texts, 500):
            made += Document.objects.bulk_create(
                Document(
                    process=process, number=n + 1, sha256=f"{n:064x}", name=f"letter-{n}.txt", language=language,
                    text="\n\n".join(paragraphs), state="read", restricted=n % 50 == 0,
                )
                for language, paragraphs, n in part
            )  # fmt: skip
        days = [today - timedelta(days=chance.randint(1, 900)) for _ in range(documents)]
        communications = Communication.objects.bulk_create(
            Communication(
                process=process, number=n + 1, kind="letter" if n % 4 else "reply", day=days[n], dated=days[n].isoformat(),
                title=sentence(chance, "en", 5), document=made[n], delivery="received",
            )
            for n in range(documents)
        )  # fmt: skip
        others = parties[1:]
        sides = []
        for n, communication in enumerate(communications):
            far = chance.choice(others)
            ends = (parties[0], far) if n % 4 else (far, parties[0])
            sides += [
                CommunicationParty(communication=communication, party=party, part=part)
                for party, part in zip(ends, ("from", "to"), strict=True)
            ]
        CommunicationParty.objects.bulk_create(sides)
        passages = []
        for document, (_language, paragraphs, _n) in zip(made, texts, strict=True):
            at = 0
            for number, words in enumerate(paragraphs[:8], start=1):
                passages.append(Passage(document=document, start=at, end=at + len(words), exact=words, paragraph=number))
                at += len(words) + 2
        passages = [row for part in chunks(passages) for row in Passage.objects.bulk_create(part)]
        by_document: dict[int, list[Passage]] = {}
        for passage in passages:
            by_document.setdefault(passage.document_id, []).append(passage)
        positions = [p for p in Position if p not in {Position.DRAFTED, Position.CLARIFICATION_ASKED}]
        rows = []
        for n in range(asks):
            at = chance.randrange(documents)
            position = chance.choices(positions, weights=[30, 15, 8, 6, 8, 4, 6, 10])[0]
            asked = days[at]
            answered = position in ANSWERED_POSITIONS or position == Position.CLOSED
            running = position in {Position.MADE, Position.ACKNOWLEDGED, Position.DEFERRED}
            rows.append(
                Ask(
                    process=process, number=n + 1, action=sentence(chance, "en", chance.randint(5, 14)), asker=parties[0],
                    addressee=chance.choice(others), communication=communications[at], position=position,
                    outcome="fulfilled" if position == Position.CLOSED and n % 2 else "none", delivery="received", asked_on=asked,
                    due_on=asked + timedelta(days=42) if running else None, due_basis="request" if running else "",
                    acknowledged_on=min(today, asked + timedelta(days=9)) if position == Position.ACKNOWLEDGED else None,
                    answered_on=min(today, asked + timedelta(days=30)) if answered else None, place=chance.choice(["Meshul", "Kul", ""]),
                )
            )  # fmt: skip
        rows = [row for part in chunks(rows) for row in Ask.objects.bulk_create(part)]
        links, events, deadlines, evidence = [], [], [], []
        for ask in rows:
            own = chance.choice(by_document[ask.communication.document_id])
            links.append(AskPassage(ask=ask, passage=own))
            common = {"ask": ask, "on": ask.asked_on, "communication": ask.communication, "by": user, "by_label": "Maren Odal"}
            events += [
                AskEvent(axis="delivery", before="unsent", after="sent", **common),
                AskEvent(axis="delivery", before="sent", after="received", **common),
                AskEvent(axis="position", before="drafted", after="made", passage=own, **common),
                AskEvent(axis="deadline", after=f"{ask.asked_on + timedelta(days=42)} request", **common),
            ]
            if ask.position != Position.MADE:
                events.append(AskEvent(axis="position", before="made", after=ask.position, **{**common, "note": "as written"}))
            deadlines.append(
                Deadline(
                    ask=ask, due_on=ask.asked_on + timedelta(days=42), basis="request", working_days=30, counted_from=ask.asked_on
                )
            )
            if ask.number % 4 == 0:
                evidence.append(
                    Evidence(ask=ask, title="Families counted", figure=ask.number % 300, as_of=today, source="Register")
                )
        for model, made_rows in ((AskPassage, links), (AskEvent, events), (Deadline, deadlines), (Evidence, evidence)):
            for part in chunks(made_rows, 2000):
                model.objects.bulk_create(part)
        entries = [
            AuditEntry(
                seq=n + 1, at=timezone.now(), actor_id=user.pk, actor_label="Maren Odal", via="job", action=f"ask.{event.axis}",
                subject_type="dialogue.ask", subject_id=str(event.ask_id), process_id=process.pk,
                detail={"event": n, "before": event.before, "after": event.after}, previous="", digest=f"{n:064x}",
            )
            for n, event in enumerate(events)
        ]  # fmt: skip
        for part in chunks(entries, 2000):
            AuditEntry.objects.bulk_create(part)
        AuditHead.objects.update_or_create(id=1, defaults={"seq": len(entries), "digest": entries[-1].digest})
        silence.refresh([party.pk for party in parties])
        search.index_all(process)


def addresses(asks: int, seed: int) -> dict[str, Callable[[], str]]:
    chance = random.Random(seed + 1)
    words = [*WORDS["en"], *WORDS["fr"], *WORDS["ru"], *WORDS["ar"]]
    parties = list(range(2, 60))
    docket = [
        lambda: "docket/",
        lambda: f"docket/?view={chance.choice(['open', 'no_reply', 'due_soon', 'overdue', 'refused', 'fulfilled'])}",
        lambda: (
            f"docket/?sort={chance.choice(['', '-'])}{chance.choice(['number', 'action', 'party', 'position', 'outcome', 'clock', 'asked'])}"
        ),
        lambda: f"docket/?party={chance.choice(parties)}&time={chance.choice(['overdue', 'long_overdue', 'answered'])}",
        lambda: f"docket/?q={chance.choice(words)}",
        lambda: f"docket/?q={chance.choice(words)}+{chance.choice(words)[:3]}&sort=party",
        lambda: f"docket/?page={chance.randint(2, max(2, asks // 50))}",
    ]

    def any_docket() -> str:
        return chance.choice(docket)()

    return {
        "docket": any_docket,
        "ask": lambda: f"docket/asks/{chance.randint(1, asks)}/",
        "search": lambda: f"search/?q={chance.choice(words)}" + (f"+{chance.choice(words)[:3]}" if chance.random() < 0.5 else ""),
    }


def measure(requests: int, asks: int, seed: int) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of each request, by the clock and by the processor."""
    from django.test import Client

    from wayhome.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    taken: dict[str, list[tuple[float, float]]] = {}
    for name, address in addresses(asks, seed).items():
        for n in range(requests + 10):
            where = f"/p/bench/dialogue/{address()}"
            began, worked = time.perf_counter(), time.process_time()
            response = client.get(where)
            seconds, work = time.perf_counter() - began, time.process_time() - worked
            if response.status_code != 200:
                raise SystemExit(f"{where} answered {response.status_code}")
            if n >= 10:  # the first ones load templates
                taken.setdefault(name, []).append((seconds * 1000, work * 1000))
    return taken


def slowest(asks: int, seed: int) -> None:
    """Print, for addresses of each kind, the processor's time and the queries that took longest."""
    from django.db import connection
    from django.test import Client

    from wayhome.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    for name, address in addresses(asks, seed).items():
        for n in range(14):
            where = f"/p/bench/dialogue/{address()}"
            connection.force_debug_cursor = n > 1
            connection.queries_log.clear()
            worked = time.process_time()
            client.get(where)
            work = (time.process_time() - worked) * 1000
            if n > 1:
                longest = sorted(connection.queries, key=lambda query: -float(query["time"]))[:3]
                print(f"{name} {work:.0f} ms, {len(connection.queries)} queries: {where}")
                for query in longest:
                    print(f"    {query['time']} s {query['sql'][:260]}")


def at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--asks", type=int, default=10_000)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-write", action="store_true")
    parser.add_argument("--slowest", action="store_true", help="instead: each kind of address with its slowest queries")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WAYHOME_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ["WAYHOME_HOSTS"] = "testserver"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayhome.site.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        began = time.perf_counter()
        build(options.asks, options.documents, options.seed)
        built = time.perf_counter() - began
        size = (Path(folder) / "wayhome.sqlite3").stat().st_size / 1e6
        if options.slowest:
            slowest(options.asks, options.seed)
            return
        taken = measure(options.requests, options.asks, options.seed)
    lines = [
        "# The docket at size",
        "",
        f"{options.asks:,} asks with their log, {options.documents:,} documents, {options.requests} requests of each kind in one process, "
        f"seed {options.seed}. SQLite {sqlite3.sqlite_version}, Python {platform.python_version()}, {os.cpu_count()} cores. "
        f"Load of the machine while measuring {os.getloadavg()[0]:.1f}. Built in {built:.0f} s, {size:.0f} MB. Through Django's test client: everything but the network.",
        "",
        "| page | median ms | p95 ms | slowest ms | processor median ms | processor p95 ms | target p95 |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {at([w for w, _ in values], 0.5):.0f} | {at([w for w, _ in values], 0.95):.0f} "
            f"| {max(w for w, _ in values):.0f} | {at([c for _, c in values], 0.5):.0f} | {at([c for _, c in values], 0.95):.0f} "
            f"| {TARGET:.0f} |"
            for name, values in taken.items()
        ),
        "",
        "The processor's time is what a request costs; the clock adds waiting for whatever else the machine does meanwhile.",
        "Docket requests are drawn from all views, sorts, filters, word searches in four languages, and pages deep in the list.",
        "Made by `python -m benchmarks.docket`.",
        "",
    ]
    print("\n".join(lines))
    if not options.no_write:
        (HERE / "docket.md").write_text("\n".join(lines), encoding="utf-8")
    if any(at([work for _, work in values], 0.95) > TARGET for values in taken.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
