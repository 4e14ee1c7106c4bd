"""Measure communications, events and parties of the reading engine.

    python benchmarks/reading/measure_communications.py [LETTERS]      # default: ../shared/letters

On the annotated letters: precision and recall of communications and events (a match: passages overlap, one to one; the document itself
matches itself), and how often a matched one has the right date, sender and addressee. On the corpus: whether the document's sender and
addressee are those of its header, by genre; genres held out are counted, not looked at. Prints Markdown.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from annotated import CORPUS, parse as parse_annotated  # noqa: I001

from wayhome.engines.reading.details import Details, details
from wayhome.engines.reading.parse import parse
from wayhome.engines.reading.parties import name_words
from wayhome.engines.reading.types import Extracted

LETTERS = Path(__file__).resolve().parents[3] / "shared" / "letters"


def read(text: str) -> Details:
    """The details of a text without asks, so without a parse."""
    return details(parse(text, wanted=lambda *_: False), Extracted(text=text, media_type="text/plain"))


def pairs(gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """One-to-one matches of overlapping spans, the best overlap first."""
    scored = []
    for i, (a, b) in enumerate(gold):
        for j, (c, d) in enumerate(found):
            common = min(b, d) - max(a, c)
            if common > 0:
                scored.append((-common / (max(b, d) - min(a, c)), i, j))
    used_i: set[int] = set()
    used_j: set[int] = set()
    out = []
    for _, i, j in sorted(scored):
        if i not in used_i and j not in used_j:
            used_i.add(i)
            used_j.add(j)
            out.append((i, j))
    return out


def same_party(gold: str | None, found: Sequence[str], language: str) -> bool:
    """Whether a name that was found is the annotated one: they share a word that is no article or title; nobody is nobody."""
    if not gold:
        return not found
    wanted = set(name_words(gold, language))
    return any(wanted & set(name_words(name, language)) for name in found)


def figures(matched: int, found: int, gold: int) -> str:
    """Precision, recall and F1 with their counts."""
    precision, recall = matched / max(found, 1), matched / max(gold, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{precision:.2f} | {recall:.2f} | {f1:.2f} | {matched}/{found}/{gold}"


def letters(folder: Path) -> None:
    total: Counter[str] = Counter()
    print(
        "| document | P | R | F1 | matched/found/gold | date right | from right | to right | events P | R | F1 | matched/found/gold |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for path in sorted(folder.glob("*.json")):
        gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        about = read(text)
        wanted, found = gold["communications"], list(about.communications)
        itself = [(i, j) for i, g in enumerate(wanted) for j, c in enumerate(found) if g["this_document"] and c.this_document]
        rest_gold = [i for i, g in enumerate(wanted) if not g["this_document"] and g["quote"]]
        rest_found = [j for j, c in enumerate(found) if not c.this_document]
        linked = pairs(
            [(wanted[i]["start"], wanted[i]["end"]) for i in rest_gold], [(found[j].start, found[j].end) for j in rest_found]
        )
        matched = itself + [(rest_gold[i], rest_found[j]) for i, j in linked]
        date = sum(wanted[i]["date"] == found[j].date for i, j in matched)
        sender = sum(same_party(wanted[i]["from"], found[j].senders, about.language) for i, j in matched)
        to = sum(same_party(wanted[i]["to"], found[j].recipients, about.language) for i, j in matched)
        events = pairs([(e["start"], e["end"]) for e in gold["events"]], [(e.start, e.end) for e in about.events])
        dated = sum(gold["events"][i]["date"] == about.events[j].date for i, j in events)
        n = len(matched)
        print(
            f"| {path.stem[:2]} | {figures(n, len(found), len(wanted))} | {date}/{n} | {sender}/{n} | {to}/{n}"
            f" | {figures(len(events), len(about.events), len(gold['events']))} |"
        )
        for key, value in {
            "n": n, "found": len(found), "gold": len(wanted), "date": date, "from": sender, "to": to,
            "events": len(events), "events_found": len(about.events), "events_gold": len(gold["events"]), "dated": dated,
        }.items():  # fmt: skip
            total[key] += value
    print(
        f"| all | {figures(total['n'], total['found'], total['gold'])} | {total['date']}/{total['n']} | {total['from']}/{total['n']}"
        f" | {total['to']}/{total['n']} | {figures(total['events'], total['events_found'], total['events_gold'])} |"
    )
    print(f"\nEvents with the right date: {total['dated']} of {total['events']} matched.")


def samples() -> None:
    """Two annotated samples of corpus documents (`communications.jsonl`). Rules were widened after each was first measured."""
    rows = [
        json.loads(line) for line in (Path(__file__).parent / "communications.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    print("\n| sample of the corpus | documents | P | R | F1 | matched/found/gold | date right | from right | to right |")
    print("|---|---|---|---|---|---|---|---|---|")
    for number, name in ((1, "first, rules were widened after it"), (2, "second, rules were widened after it too")):
        total: Counter[str] = Counter()
        for row in [row for row in rows if row["sample"] == number]:
            document = parse_annotated(CORPUS / f"{row['file']}.ann")
            flat = document.text.replace("’", "'")
            about = read(document.text)
            found = [c for c in about.communications if not c.this_document]
            places = [(flat.index(g["quote"].replace("’", "'")), len(g["quote"])) for g in row["communications"]]
            linked = pairs([(start, start + size) for start, size in places], [(c.start, c.end) for c in found])
            for key, value in {"n": 1, "found": len(found), "gold": len(places), "matched": len(linked)}.items():
                total[key] += value
            for i, j in linked:
                gold = row["communications"][i]
                total["date"] += gold["date"] == found[j].date
                total["from"] += same_party(gold["from"], found[j].senders, document.language)
                total["to"] += same_party(gold["to"], found[j].recipients, document.language)
        n = total["matched"]
        print(
            f"| {name} | {total['n']} | {figures(n, total['found'], total['gold'])} | {total['date']}/{n} | {total['from']}/{n}"
            f" | {total['to']}/{n} |"
        )


def corpus() -> None:
    held = {
        line.strip() for line in (CORPUS / "heldout.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    }
    counts: dict[str, Counter[str]] = {}
    started, size = time.perf_counter(), 0
    for path in sorted(CORPUS.glob("*/*/*.ann")):
        document = parse_annotated(path)
        about = read(document.text)
        itself = about.communications[0]
        row = counts.setdefault(document.genre, Counter())
        row["n"] += 1
        size += len(document.text)
        for field, names in (("from", itself.senders), ("to", itself.recipients)):
            row[field] += same_party(re.split(r"[;,]", document.header.get(field, ""))[0], names, document.language)
        row["language"] += about.language == document.language
    seconds = time.perf_counter() - started
    print("\n| genre | documents | sender right | addressee right | language right |\n|---|---|---|---|---|")
    for genre, row in sorted(counts.items()):
        mark = " (held out)" if genre in held else ""
        print(f"| {genre}{mark} | {row['n']} | {row['from']} | {row['to']} | {row['language']} |")
    print(
        f"\n{size / 3000 / seconds:.0f} pages of 3,000 characters a second for zones, parties, communications, statements, events."
    )


if __name__ == "__main__":
    letters(Path(sys.argv[1]) if len(sys.argv) > 1 else LETTERS)
    samples()
    corpus()
