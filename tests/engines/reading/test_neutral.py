"""Exchanging the names of two sides throughout a document changes no finding but the names."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from wayhome.engines.reading.parse import parse
from wayhome.engines.reading.run import run
from wayhome.engines.reading.types import Extracted

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "benchmarks" / "reading"))
from annotated import corpus  # noqa: E402

LETTERS = ROOT.parent / "shared" / "letters"
if not LETTERS.is_dir():
    LETTERS = ROOT.parents[1] / "shared" / "letters"
NOT_SIDES = frozenset("The This That Le La Les Il Elle Un Une In On At And But He She They We Mr Mrs Sir".split())


def sides(text: str) -> tuple[str, str] | None:
    """The two names, not adjectives, that stand inside the document's sentences most often."""
    words = Counter(re.findall(r"(?<=[a-zé,] )([A-ZÉ][a-zéèïëô]{4,})\b(?!['’]?\w)", text))
    lower = set(re.findall(r"\b[a-zéèïëô]{4,}\b", text))
    from wayhome.engines.reading.names import WORDS

    common = WORDS["en"]["common"] | WORDS["fr"]["common"]
    adjective = re.compile(r"(?:ian|ean|ese|ish|[^aeiou]i|tic|lic|ien|ienne|ais|aise|ois|oise|ain|aine|ique|[^aeiou]ie)s?$|s$")
    names = [w for w, n in words.most_common() if n >= 2 and w.lower() not in common | lower and w not in NOT_SIDES]
    names = [w for w in names if not adjective.search(w)]
    return (names[0], names[1]) if len(names) >= 2 else None


def exchange(text: str, a: str, b: str) -> str:
    """*text* with the two names exchanged wherever they stand as words."""
    return re.sub(rf"\b(?:{re.escape(a)}|{re.escape(b)})\b", lambda m: b if m[0] == a else a, text)


def findings(text: str, a: str, b: str) -> Counter[tuple[str, str]]:
    """Every finding's kind and its passage with both names written alike."""
    reading = run(Extracted(text, "text/plain"))
    out: Counter[tuple[str, str]] = Counter()
    for kind in ("asks", "commitments", "silences"):
        for item in getattr(reading, kind):
            out[kind, re.sub(rf"\b(?:{re.escape(a)}|{re.escape(b)})\b", "X", text[item.start : item.end])] += 1
    return out


def compare(texts: list[str]) -> tuple[int, int]:
    """Findings that stay and findings in all, over documents that name two sides."""
    same = total = 0
    for text in texts:
        pair = sides(text)
        if pair is None:
            continue
        before = findings(text, *pair)
        after = findings(exchange(text, *pair), *pair)
        same += (before & after).total()
        total += max(before.total(), after.total())
    return same, total


def test_exchanging_the_sides_changes_no_finding_in_the_corpus() -> None:
    documents = [d.text for d in corpus(heldout=False) if sides(d.text)][::8]
    same, total = compare(documents)
    assert total > 60
    assert same >= 0.99 * total, f"{total - same} of {total} findings changed with the names"


@pytest.mark.skipif(not LETTERS.is_dir(), reason="needs ../shared/letters, which is not part of the repository")
def test_exchanging_the_sides_changes_no_finding_in_real_letters() -> None:
    texts = [f.with_suffix(".txt").read_text(encoding="utf-8") for f in sorted(LETTERS.glob("*.json"))]
    same, total = compare(texts)
    assert total > 50
    assert same >= 0.99 * total, f"{total - same} of {total} findings changed with the names"


def test_names_are_masked_before_the_parse() -> None:
    text = "Yesterday the envoy of Kestria asked Velmar to open the road. Later Velmar told Kestria that it would."
    words = [[t.text for t in s.doc] for s in parse(text).sentences]
    assert not any("Kestria" in row or "Velmar" in row for row in words)
    assert json.dumps(words) == json.dumps(
        [[t.text for t in s.doc] for s in parse(exchange(text, "Kestria", "Velmar")).sentences]
    )
