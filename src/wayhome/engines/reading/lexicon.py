"""The lexicon's rows: a trigger word with its class, the frame it stands in, and two sentences that show and test it.

`data/lexicon.LANGUAGE.tsv`, one format for every language. The positive sentence marks the passage to be found by brackets;
in the negative one the same word asks, promises or refuses nothing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from wayhome.engines.reading.data import FOLDER

KIND_OF_ROW = {"ask": "asks", "commitment": "commitments", "silence": "silences"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `passages` are offsets in `positive`, end exclusive."""

    language: str
    kind: str
    word_class: str
    lemma: str
    frame: str
    positive: str
    negative: str
    passages: tuple[tuple[int, int], ...]


def _unmark(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    plain: list[str] = []
    passages: list[tuple[int, int]] = []
    start = 0
    for char in marked:
        if char == "[":
            start = len(plain)
        elif char == "]":
            passages.append((start, len(plain)))
        else:
            plain.append(char)
    return "".join(plain), tuple(passages)


@cache
def rows(language: str) -> tuple[Row, ...]:
    """All rows of *language*."""
    out = []
    with (FOLDER / f"lexicon.{language}.tsv").open(encoding="utf-8", newline="") as lines:
        for record in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            positive, passages = _unmark(record["positive"])
            out.append(
                Row(
                    language,
                    KIND_OF_ROW[record["kind"]],
                    record["class"],
                    record["lemma"],
                    record["frame"],
                    positive,
                    record["negative"],
                    passages,
                )
            )
    return tuple(out)
