"""A version of a letter as every writer sets it: all words put, dates written, nothing left to decide but the looks."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from wayhome.dialogue.models import LetterVersion
from wayhome.outputs.composing.draft import basis_in_brackets
from wayhome.outputs.composing.enclosure import Row
from wayhome.outputs.composing.language import Language, language

COLUMNS = ("number", "action", "asked_on", "addressee", "earlier", "position", "clock")
_CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of a cell; `language` where it is not the letter's own."""

    lines: list[str]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All strings of a letter in the order in which they stand on paper. `unsent` is empty for one that was approved."""

    language: str
    direction: str
    title: str
    unsent: str
    sender: str
    sender_lines: list[str]
    dateline: str
    colon: str
    reference_label: str
    reference: str
    to_label: str
    addressee: str
    addressee_lines: list[str]
    copy_label: str
    copies: list[str]
    subject_label: str
    subject: str
    salutation: str
    paragraphs: list[list[str]]
    closing: str
    signatory: str
    signatory_title: str
    enclosure_label: str
    enclosure_title: str
    columns: list[str]
    rows: list[list[Cell]]

    @property
    def labelled_rows(self) -> list[list[tuple[str, Cell]]]:
        """Rows with the column's name at each cell, for tables that fold into cards."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    def values(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return asdict(self)


def sheet(version: LetterVersion, *, unsent: bool) -> Sheet:
    """Set a version. A pure function of the version's own values and the language data."""
    head = version.head
    words = language(head["language"])
    day = words.dated(head["dated"])
    return Sheet(
        language=words.code,
        direction="rtl" if words.right_to_left else "ltr",
        title=version.subject,
        unsent=words.word("unsent") if unsent else "",
        sender=head["sender"],
        sender_lines=[words.isolate(line) for line in (*head["sender_address"].splitlines(), head["sender_email"]) if line],
        dateline=words.word("separator").join(filter(None, [words.isolate(head["place"]), day])),
        colon=words.word("colon"),
        reference_label=words.word("our_reference"),
        reference=words.isolate(head["reference"]),
        to_label=words.word("to"),
        addressee=words.isolate(head["addressee"]),
        addressee_lines=[words.isolate(line) for line in head["addressee_address"].splitlines()],
        copy_label=words.word("copy"),
        copies=[words.isolate(name) for name in head["copies"]],
        subject_label=words.word("subject"),
        subject=version.subject,
        salutation=version.salutation,
        paragraphs=[paragraph.splitlines() for paragraph in version.paragraphs],
        closing=version.closing,
        signatory=words.isolate(head["signatory"]),
        signatory_title=words.isolate(head["signatory_title"]),
        enclosure_label=words.word("enclosure"),
        enclosure_title=words.say("enclosure.title", date=words.dated(head["as_of"])),
        columns=[words.tables["enclosure"][name] for name in COLUMNS],
        rows=[cells(row, words) for row in version.enclosure],
    )


def cells(row: Row, words: Language) -> list[Cell]:
    """The seven cells of an ask's row."""
    foreign = row["language"] != words.code
    action = words.quote(row["action"]) if foreign else row["action"]
    own = _CODE.fullmatch(row["language"] or "")
    position = [words.tables["position"][row["position"]]]
    if row["outcome"] in words.tables["outcome"]:
        position.append(words.tables["outcome"][row["outcome"]])
    return [
        Cell([str(row["number"])]),
        Cell([action], row["language"] if foreign and own else ""),
        Cell([words.dated(row["asked_on"])]),
        Cell([words.isolate(row["addressee"])]),
        Cell([earlier_words(entry, words) for entry in row["earlier"]] or [words.word("none")]),
        Cell(position),
        Cell(clock_words(row["clock"], words)),
    ]


def earlier_words(entry: Row, words: Language) -> str:
    """A communication in the table: its date, its reference, and to whom where that is another addressee."""
    parts = [words.dated(entry["dated"]), words.isolate(entry["reference"]), words.isolate(entry.get("to", ""))]
    return words.word("separator").join(part for part in parts if part) or words.word("none")


def clock_words(clock: Row, words: Language) -> list[str]:
    """What the table says of the time: whether a reply is on file, and the deadline with its basis."""
    lines = []
    as_of = words.dated(clock["as_of"])
    if clock["state"]:
        lines.append(words.say(f"clock.{clock['state']}", date=as_of, since=words.dated(clock["since"])))
    if clock.get("due") and clock["state"] not in {"closed", "paused"}:
        basis = basis_in_brackets(clock.get("basis_text", ""), words)
        lines.append(words.say(f"clock.due_{clock['basis']}", due=words.day(date.fromisoformat(clock["due"])), basis=basis))
    return lines or [words.word("none")]
