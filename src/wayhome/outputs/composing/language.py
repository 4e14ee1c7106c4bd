"""The words of letters in six languages: sentence patterns as data, plural forms, dates, quotes, directions.

The patterns lie in `outputs/data/letter.<language>.toml`. A pattern is filled with `str.format`; what is filled in is never
read as a pattern again. Names stand where no case bends them, so a pattern needs no grammar of the name.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date

FOLDER = Path(__file__).resolve().parent.parent / "data"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def _runs_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(ch) in {"R", "AL"} for ch in text)


def _runs_left_to_right(text: str) -> bool:
    return any(unicodedata.bidirectional(ch) == "L" for ch in text)


def _ranges(numbers: list[int]) -> list[str]:
    """Numbers in order, three or more in a row as "4–7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    found: list[str] = []
    for run in runs:
        found += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    return found


@dataclass(frozen=True, slots=True)
class Language:
    """One language of letters. Get it with `language(code)`."""

    code: str
    awaiting_review: bool
    tables: dict[str, dict[str, Any]]
    locale: Locale

    @property
    def right_to_left(self) -> bool:
        return self.code in RIGHT_TO_LEFT

    def pick(self, forms: str | dict[str, str], n: int | None) -> str:
        """The plural form for `n`: exactly that number if the data has it, else its CLDR category, else `other`."""
        if isinstance(forms, str):
            return forms
        if n is None:
            raise ValueError("a pattern with plural forms needs a number")
        return forms.get(str(n)) or forms.get(self.locale.plural_form(n)) or forms["other"]

    def say(self, key: str, n: int | None = None, **values: Any) -> str:
        """The sentence `key` of the data, filled in.

        Args:
            key: `table.name`, or a name in `sentences`.
            n: the number that chooses the plural form; also fills `{n}`.
        """
        table, _dot, name = key.rpartition(".")
        return self.pick(self.tables[table or "sentences"][name], n).format(n=n, **values)

    def word(self, name: str) -> str:
        """A word that takes nothing in."""
        return str(self.tables["words"][name])

    def day(self, day: date) -> str:
        """A date as this language writes it in a letter."""
        text = format_date(day, format=self.tables["date"]["day"], locale=self.locale)
        first = self.tables["date"].get("first_of_month")
        return f"{first}{text[1:]}" if first and day.day == 1 else text

    def dated(self, iso: str) -> str:
        """The date of a communication, as precise as it is known: `2027`, `2027-04`, `2027-04-03`; empty for none."""
        if len(iso) == 10:
            return self.day(date.fromisoformat(iso))
        if len(iso) == 7:
            month = date.fromisoformat(f"{iso}-01")
            return format_date(month, format=self.tables["date"]["month"], locale=self.locale)
        return iso

    def when(self, iso: str) -> str:
        """The date as the beginning of a sentence: "On 3 April 2027", "In April 2027"."""
        name = {10: "on_day", 7: "in_month", 4: "in_year"}[len(iso)]
        return str(self.tables["date"][name]).format(date=self.dated(iso))

    def listed(self, items: list[str]) -> str:
        """ "1, 3 and 4"."""
        if len(items) < 2:
            return "".join(items)
        return self.word("separator").join(items[:-1]) + self.word("last_separator") + items[-1]

    def about(self, labels: list[int], of: int) -> str:
        """Which requests are meant, in brackets; nothing where the letter has a single one or all are meant."""
        if of == 1 or len(labels) == of:
            return ""
        return self.say("about", len(labels), labels=self.listed(_ranges(sorted(labels))))

    def isolate(self, text: str) -> str:
        """Foreign words inside a sentence, held together where they run against its direction."""
        against = _runs_left_to_right(text) if self.right_to_left else _runs_right_to_left(text)
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if against else text

    def quote(self, text: str) -> str:
        """Words of somebody else between this language's quotation marks."""
        return f"{self.word('quote_open')}{self.isolate(text.strip())}{self.word('quote_close')}"


@lru_cache(maxsize=16)
def language(code: str) -> Language:
    """The language with this code.

    Raises:
        KeyError: when letters are not written in it.
    """
    path = FOLDER / f"letter.{code}.toml"
    if code not in codes():
        raise KeyError(code)
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name: table for name, table in data.items() if isinstance(table, dict)}
    # British order of day and month in English; the others are as their locale says.
    return Language(data["language"], bool(data["awaiting_review"]), tables, Locale.parse("en_GB" if code == "en" else code))


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """The languages in which letters can be written."""
    return tuple(sorted(path.name.split(".")[1] for path in FOLDER.glob("letter.*.toml")))
