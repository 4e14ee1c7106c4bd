"""The difference between two versions of a letter: whole blocks first, then words within a block that changed."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from wayhome.dialogue.models import LetterVersion
from wayhome.outputs.rendering.sheet import Sheet, sheet

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `same`, `added` or `removed`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One field or paragraph of the letter, with its label where it has one."""

    label: Any
    pieces: list[Piece]

    @property
    def changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def pieces(before: str, after: str) -> list[Piece]:
    """The words of two texts, aligned."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            found.append(Piece("removed", "".join(old[i1:i2])))
        if j2 > j1:
            found.append(Piece("added", "".join(new[j1:j2])))
    return found


def _fields(paper: Sheet) -> list[tuple[Any, str]]:
    return [
        (_("Sender"), ", ".join([paper.sender, *paper.sender_lines])),
        (_("Addressee"), ", ".join([paper.addressee, *paper.addressee_lines])),
        (_("Copies to"), ", ".join(paper.copies)),
        (_("Our reference"), paper.reference),
        (_("Place and date"), paper.dateline),
        (_("Subject"), paper.subject),
        (_("Salutation"), paper.salutation),
    ]


def _foot(paper: Sheet) -> list[tuple[Any, str]]:
    return [
        (_("Closing"), paper.closing),
        (_("Signed by"), ", ".join(filter(None, [paper.signatory, paper.signatory_title]))),
        (_("Enclosed table"), "\n".join(" · ".join("; ".join(cell.lines) for cell in row) for row in paper.rows)),
    ]


def compare(before: LetterVersion, after: LetterVersion) -> list[Block]:
    """Every field and paragraph in the order of the letter."""
    old, new = sheet(before, unsent=False), sheet(after, unsent=False)
    blocks = [Block(label, pieces(was, now)) for (label, was), (_label, now) in zip(_fields(old), _fields(new), strict=True)]
    blocks += _paragraphs(["\n".join(lines) for lines in old.paragraphs], ["\n".join(lines) for lines in new.paragraphs])
    blocks += [Block(label, pieces(was, now)) for (label, was), (_label, now) in zip(_foot(old), _foot(new), strict=True)]
    return [block for block in blocks if block.pieces]


def _paragraphs(old: list[str], new: list[str]) -> list[Block]:
    found = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Block("", [Piece("same", text)]) for text in old[i1:i2]]
            continue
        paired = min(i2 - i1, j2 - j1)
        found += [Block("", pieces(old[i1 + n], new[j1 + n])) for n in range(paired)]
        found += [Block("", [Piece("removed", text)]) for text in old[i1 + paired : i2]]
        found += [Block("", [Piece("added", text)]) for text in new[j1 + paired : j2]]
    return found
