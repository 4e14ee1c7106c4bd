"""Read the annotated documents of `corpus/reading`; run as a script, check them.

    python benchmarks/reading/annotated.py [FILE.ann ...]      # no argument: the whole corpus

The file format is described in `corpus/reading/README.md`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "reading"
KINDS = {"ask": "asks", "commitment": "commitments", "silence": "silences"}
SUBKINDS = {
    "commitment": {"promise", "obligation", "agreement"},
    "silence": {"no_reply", "refusal", "denial", "failure", "objection"},
}
TAG = re.compile(r"<(/?)(ask|commitment|silence)((?:\s+\w+=\"[^\"<>]*\")*)\s*>|&(lt|gt|amp);")
ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
ENTITY = {"lt": "<", "gt": ">", "amp": "&"}


class AnnotationError(ValueError):
    """An annotated file is malformed; the message names the place and the remedy."""


@dataclass(frozen=True)
class Annotated:
    """One document: its header fields, plain text and gold items (offsets into *text*, end exclusive)."""

    path: Path
    header: dict[str, str]
    text: str
    gold: dict[str, list[dict[str, object]]]

    @property
    def language(self) -> str:
        return self.path.parent.parent.name

    @property
    def genre(self) -> str:
        return f"{self.language}/{self.path.parent.name}"


def parse(path: Path) -> Annotated:
    """Parse one `.ann` file.

    Raises:
        AnnotationError: crossing or unclosed tags, an unknown kind, a bare `<`, a missing header.
    """
    head, mark, body = path.read_text(encoding="utf-8").partition("\n---\n")
    if not mark:
        raise AnnotationError(f"{path}: no line '---' between header and text")
    header = {}
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            raise AnnotationError(f"{path}: header line without a colon: {line!r}")
        header[key.strip()] = value.strip()
    out: list[str] = []
    length = 0
    open_tags: list[tuple[str, int, dict[str, str]]] = []
    gold: dict[str, list[dict[str, object]]] = {name: [] for name in KINDS.values()}
    position = 0

    def keep(piece: str) -> None:
        nonlocal length
        out.append(piece)
        length += len(piece)

    for m in TAG.finditer(body):
        between = body[position : m.start()]
        if "<" in between:
            raise AnnotationError(f"{path}: bare '<' near {between[between.index('<') :][:60]!r}; write &lt;")
        keep(between)
        position = m.end()
        if m[4]:
            keep(ENTITY[m[4]])
        elif not m[1]:
            open_tags.append((m[2], length, dict(ATTRIBUTE.findall(m[3]))))
        else:
            if not open_tags or open_tags[-1][0] != m[2]:
                raise AnnotationError(f"{path}: </{m[2]}> closes nothing near {body[m.start() - 40 : m.end()]!r}")
            kind, start, fields = open_tags.pop()
            if kind in SUBKINDS and fields.get("kind") not in SUBKINDS[kind]:
                raise AnnotationError(f"{path}: <{kind}> needs kind= one of {sorted(SUBKINDS[kind])}")
            if kind == "ask" and "to" not in fields:
                raise AnnotationError(f"{path}: <ask> needs to= (empty when nobody is named)")
            item: dict[str, object] = {**fields, "start": start, "end": length, "doubtful": fields.get("doubtful") == "yes"}
            if kind == "ask":
                item |= {"asker": fields.get("who"), "addressee": fields.get("to") or None}
            gold[KINDS[kind]].append(item)
    rest = body[position:]
    if "<" in rest:
        raise AnnotationError(f"{path}: bare '<' near {rest[rest.index('<') :][:60]!r}; write &lt;")
    keep(rest)
    if open_tags:
        raise AnnotationError(f"{path}: <{open_tags[-1][0]}> is never closed")
    text = "".join(out)
    for items in gold.values():
        for item in items:
            item["quote"] = text[int(str(item["start"])) : int(str(item["end"]))]
            if not str(item["quote"]).strip():
                raise AnnotationError(f"{path}: an empty passage at {item['start']}")
    return Annotated(path, header, text, gold)


def corpus(root: Path = CORPUS, *, heldout: bool | None = None) -> list[Annotated]:
    """All documents in path order; `heldout` True or False keeps only that side of `heldout.txt`."""
    lines = (root / "heldout.txt").read_text(encoding="utf-8").splitlines()
    apart = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    documents = [parse(path) for path in sorted(root.glob("*/*/*.ann"))]
    return [d for d in documents if heldout is None or (d.genre in apart) is heldout]


def main(arguments: list[str]) -> int:
    paths = [Path(a) for a in arguments] or sorted(CORPUS.glob("*/*/*.ann"))
    counts: dict[str, list[int]] = {}
    bad = 0
    for path in paths:
        try:
            document = parse(path)
        except AnnotationError as error:
            print(error)
            bad += 1
            continue
        row = counts.setdefault(document.genre, [0, 0, 0, 0, 0])
        row[0] += 1
        row[1] += len(document.text.split())
        for slot, kind in enumerate(KINDS.values(), start=2):
            row[slot] += len(document.gold[kind])
    for genre, (n, words, asks, commitments, silences) in sorted(counts.items()):
        print(f"{genre:28} {n:4} documents {words:7} words {asks:5} asks {commitments:5} commitments {silences:5} silences")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
