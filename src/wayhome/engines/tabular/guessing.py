"""What each column may hold: by its heading in six languages, its HXL tag, and what stands in its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from wayhome.engines.tabular import contacts, vocabulary
from wayhome.engines.tabular.dates import read_date
from wayhome.engines.tabular.folding import ascii_digits, key
from wayhome.engines.tabular.habits import Evidence, Habit
from wayhome.engines.tabular.headings import read_heading, read_tag
from wayhome.engines.tabular.names import script
from wayhome.engines.tabular.plan import SEVERAL
from wayhome.engines.tabular.types import Cell, Column, Dated, DateHabit, Guess, Row

_NEED = re.compile(r"^[A-Z]{2}(?:-[A-Z]{2})?$")
_DOCUMENT = re.compile(r"^(?=.*\d{4})[A-Z\u0400-\u04ff\u0531-\u0556]{0,4}[\s№-]*[\d\s-]{5,16}[A-Z]?$", re.IGNORECASE)
SAMPLES = 5


@dataclass(slots=True)
class Content:
    """What stands in one column of the sample: counts of cells that look like something."""

    filled: int = 0
    rows: int = 0
    samples: list[str] = field(default_factory=list)
    distinct: set[str] = field(default_factory=set)
    dates: int = 0
    years: int = 0
    ages: int = 0
    numbers: int = 0
    rising: int = 0
    phones: int = 0
    emails: int = 0
    names: int = 0
    words: int = 0
    documents: int = 0
    needs: int = 0
    vocabulary: dict[str, int] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)
    last: float = 0.0

    def share(self, count: int) -> float:
        return count / self.filled if self.filled else 0.0

    def different(self) -> float:
        """Share of cells that stand once."""
        return len(self.distinct) / self.filled if self.filled else 0.0


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column with samples, the guesses surest first (the first is proposed where its confidence is .5 or more), and its dates' habit."""

    column: Column
    filled: int
    samples: tuple[str, ...]
    guesses: tuple[Guess, ...]
    habit: Habit


PROPOSED = 0.5


def look(columns: Sequence[Column], rows: Sequence[Row], today: date) -> list[Content]:
    """Count what stands in each column of the sample rows."""
    contents = [Content() for _ in columns]
    for row in rows:
        for content, cell in zip(contents, row.cells, strict=False):
            content.rows += 1
            if cell is not None and str(cell).strip():
                _look_at(content, cell, today)
    return contents


def guess_columns(columns: Sequence[Column], rows: Sequence[Row], today: date) -> list[ColumnGuess]:
    """Guess every column. A field that only one column can fill is proposed for the surest one."""
    contents = look(columns, rows, today)
    found = [_guess(column, content) for column, content in zip(columns, contents, strict=True)]
    _settle(found)
    return [
        ColumnGuess(column, content.filled, tuple(content.samples), tuple(guesses), content.evidence.habit(_calendar(content)))
        for column, content, guesses in zip(columns, contents, found, strict=True)
    ]


def shown(cell: Cell) -> str:
    """A cell as text for a person: dates as ISO, numbers as they are."""
    if cell.__class__ is str:
        return cell.strip()
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return "" if cell is None else str(cell).strip()


def _look_at(content: Content, cell: Cell, today: date) -> None:
    text = shown(cell)
    content.filled += 1
    content.distinct.add(text)
    if len(content.samples) < SAMPLES and text not in content.samples:
        content.samples.append(text[:80])
    content.evidence.add(cell)
    plain = ascii_digits(text)
    number = float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
    if number is None and plain.isdecimal() and len(plain) < 16:
        number = float(plain)
    if number is not None:
        content.numbers += 1
        content.years += 1880 <= number <= today.year
        content.ages += 0 <= number <= 110
        content.rising += number > content.last
        content.last = number
    elif any(ch.isdigit() for ch in plain):
        content.dates += isinstance(read_date(cell, DateHabit(), today), Dated)
    elif isinstance(cell, (date, datetime)):
        content.dates += 1
    if len(plain) >= 5 and contacts.read_phones(text):
        content.phones += 1
    content.emails += "@" in text and bool(contacts.read_email(text))
    content.documents += bool(_DOCUMENT.match(plain))
    content.needs += bool(_NEED.match(text))
    letters = [word for word in text.split() if word[:1].isalpha() and script(word[0])]
    if letters and len(letters) == len(text.split()) and len(letters) <= 6:
        content.names += 1
        content.words += len(letters)
    if len(text) <= 40:
        folded = key(text)
        for field_name in ("sex", "relation", "yes", "status", "marital_status", "document_type", "intention"):
            if folded in vocabulary.words(field_name):
                content.vocabulary[field_name] = content.vocabulary.get(field_name, 0) + 1


def _calendar(content: Content) -> str:
    evidence = content.evidence
    if evidence.hijri > 0.5 * max(1, evidence.texts + evidence.years):
        return "hijri"
    return "gregorian"


def _guess(column: Column, content: Content) -> list[Guess]:
    guesses: dict[str, Guess] = {}
    tag = read_tag(column.tag) if column.tag else None
    if tag is not None:
        guesses[tag.field] = Guess(tag.field, tag.confidence, "tag", {"tag": column.tag})
    for said in read_heading(column.heading) if column.heading else ():
        fit = _fit(said.field, content)
        confidence = round(min(0.98, said.confidence * (0.35 if fit < 0 else 1.0) + (0.03 if fit > 0 else 0.0)), 3)
        if said.field not in guesses or guesses[said.field].confidence < confidence:
            reason = "heading" if fit >= 0 else "heading_only"
            guesses[said.field] = Guess(said.field, confidence, reason, {"phrase": said.phrase, "language": said.language})
    if column.group and not guesses:
        for said in read_heading(f"{column.group} {column.heading}"):
            guesses.setdefault(said.field, Guess(said.field, said.confidence * 0.9, "heading", {"phrase": said.phrase}))
    for name, confidence in _by_content(content):
        if name not in guesses:
            guesses[name] = Guess(name, confidence, "content", {})
    return sorted(guesses.values(), key=lambda guess: (-guess.confidence, guess.field))[:4]


def _fit(name: str, content: Content) -> int:
    """1: the cells look like this field; -1: they cannot be it; 0: they don't tell."""
    if content.filled < 3:
        return 0
    share = content.share
    if name in {"birth_date", "displaced_on", "registered_on"}:
        dated = share(content.dates + content.years + content.evidence.serials + content.evidence.typed)
        return 1 if dated > 0.6 else -1 if dated < 0.1 and share(content.names) > 0.8 else 0
    if name == "birth_year":
        return 1 if share(content.years) > 0.6 else -1 if share(content.years + content.dates) < 0.1 else 0
    if name == "age":
        return 1 if share(content.ages) > 0.7 else -1 if share(content.names) > 0.8 or share(content.years) > 0.7 else 0
    if name in {"sex", "relation", "status"}:
        known = share(content.vocabulary.get(name, 0))
        return 1 if known > 0.6 else -1 if known < 0.05 and content.different() > 0.5 and content.filled > 20 else 0
    if name in {"given_name", "family_name", "patronymic", "full_name"}:
        return 1 if share(content.names) > 0.7 else -1 if share(content.numbers + content.dates) > 0.7 else 0
    if name == "phone":
        return 1 if share(content.phones) > 0.6 else -1 if share(content.phones) < 0.05 and share(content.names) > 0.7 else 0
    if name == "email":
        return 1 if share(content.emails) > 0.5 else -1 if share(content.emails) < 0.05 else 0
    if name == "is_head":
        return 1 if share(content.vocabulary.get("yes", 0)) > 0.6 else 0
    if name == "record_id":
        return 1 if content.different() > 0.95 else -1 if content.different() < 0.3 and content.filled > 20 else 0
    return 0


def _by_content(content: Content) -> list[tuple[str, float]]:
    """What the cells alone suggest; never as sure as a heading."""
    if content.filled < 3:
        return []
    share = content.share
    found: list[tuple[str, float]] = []
    if share(content.vocabulary.get("sex", 0)) > 0.9 and len(content.distinct) <= 6:
        found.append(("sex", 0.75))
    if share(content.vocabulary.get("relation", 0)) > 0.7 and len(content.distinct) > 2:
        found.append(("relation", 0.7))
    if share(content.emails) > 0.7:
        found.append(("email", 0.75))
    if share(content.dates + content.evidence.typed) > 0.8:
        found.append(("birth_date", 0.4))
    if share(content.years) > 0.9 and len(content.distinct) > 3:
        found.append(("birth_year", 0.4))
    if share(content.needs) > 0.8:
        found.append(("specific_needs", 0.6))
    if share(content.phones) > 0.9 and content.different() > 0.6 and share(content.dates) < 0.2:
        found.append(("phone", 0.45))
    if share(content.rising) > 0.98 and share(content.numbers) > 0.98 and content.filled > 5:
        found.append(("record_id", 0.45))
    if share(content.names) > 0.9 and content.different() > 0.4:
        found.append(("full_name" if content.words >= 1.8 * content.names else "given_name", 0.35))
    return found


def _settle(found: list[list[Guess]]) -> None:
    """Give each field to the column that is surest of it; the others fall back on their next guess."""
    while True:
        taken: dict[str, int] = {}
        again = False
        for place in sorted(range(len(found)), key=lambda i: (-(found[i][0].confidence if found[i] else 0.0), i)):
            if not found[place]:
                continue
            best = found[place][0]
            if best.field in SEVERAL or best.confidence < PROPOSED:
                continue
            if best.field in taken:
                lowered = Guess(best.field, round(min(0.49, best.confidence * 0.5), 3), "taken", best.params)
                found[place] = sorted([*found[place][1:], lowered], key=lambda guess: -guess.confidence)
                again = True
            else:
                taken[best.field] = place
        if not again:
            break
    # "Name" beside "family name" is the given name.
    if "full_name" in taken and "family_name" in taken and "given_name" not in taken:
        place = taken["full_name"]
        first = found[place][0]
        found[place] = [Guess("given_name", first.confidence, first.reason, first.params), *found[place][1:]]
