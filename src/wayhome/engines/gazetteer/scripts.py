"""Scripts of words, and letters of another script that only look like the right ones."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# First word of a letter's Unicode name -> ISO 15924.
_CODES = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "GREEK": "Grek",
    "ETHIOPIC": "Ethi",
    "SYRIAC": "Syrc",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "MYANMAR": "Mymr",
    "THAI": "Thai",
    "HANGUL": "Hang",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "CJK": "Hani",
    "FULLWIDTH": "Latn",
}

# Letters that look alike, in columns: Latin, Cyrillic, Greek, Armenian; a blank where a script has none.
_ALIKE = (
    ("a", "а", "α", " "), ("c", "с", " ", " "), ("e", "е", " ", " "), ("h", "һ", " ", "հ"), ("i", "і", "ι", " "),
    ("j", "ј", "ϳ", "յ"), ("n", "п", " ", "ո"), ("o", "о", "ο", "օ"), ("p", "р", "ρ", " "), ("s", "ѕ", " ", "տ"),
    ("u", "и", "υ", "ս"), ("x", "х", "χ", " "), ("y", "у", "γ", " "), ("A", "А", "Α", " "), ("B", "В", "Β", " "),
    ("C", "С", " ", " "), ("E", "Е", "Ε", " "), ("H", "Н", "Η", " "), ("I", "І", "Ι", " "), ("J", "Ј", " ", " "),
    ("K", "К", "Κ", " "), ("M", "М", "Μ", " "), ("N", " ", "Ν", " "), ("O", "О", "Ο", "Օ"), ("P", "Р", "Ρ", " "),
    ("S", "Ѕ", " ", "Տ"), ("T", "Т", "Τ", " "), ("U", " ", " ", "Ս"), ("X", "Х", "Χ", " "), ("Y", "У", "Υ", " "),
    ("Z", " ", "Ζ", " "), ("k", "к", "κ", " "), ("m", "м", " ", " "), ("t", "т", "τ", " "), ("v", "ѵ", "ν", " "),
    ("ə", "ә", " ", " "), ("Ə", "Ә", " ", " "), ("g", " ", " ", "ց"), ("L", " ", " ", "Լ"), ("q", "ԛ", " ", "զ"),
)  # fmt: skip
_COLUMN = {"Latn": 0, "Cyrl": 1, "Grek": 2, "Armn": 3}


@lru_cache(maxsize=4096)
def script_of_letter(letter: str) -> str:
    """ISO 15924 code of a letter's script, or nothing for what is no letter."""
    if not letter.isalpha():
        return ""
    return _CODES.get(unicodedata.name(letter, "").split(" ")[0], "Zzzz")


def script_of(text: str) -> str:
    """The script that most letters of `text` are in; nothing where there are no letters. The first one wins a draw."""
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else ""
    counts: dict[str, int] = {}
    for letter in text:
        code = script_of_letter(letter)
        if code:
            counts[code] = counts.get(code, 0) + 1
    return max(counts, key=lambda code: counts[code]) if counts else ""


def _table(into: str) -> dict[int, str]:
    column = _COLUMN[into]
    table: dict[int, str] = {}
    for row in _ALIKE:
        for n, letter in enumerate(row):
            if n != column and letter != " " and row[column] != " ":
                table.setdefault(ord(letter), row[column])
    return table


_REPAIRS = {into: _table(into) for into in _COLUMN}


def repaired(word: str, script: str = "") -> tuple[str, bool]:
    """`word` with look-alike letters of other scripts turned into those of its own (`script`, or its majority).

    Returns the word and whether anything changed. A word in one script only is left as it is, even where every letter of it
    has a double: which alphabet was meant cannot be told from the word alone.
    """
    if word.isascii():
        return word, False
    found = {script_of_letter(letter) for letter in word} - {""}
    if len(found) < 2:
        return word, False
    own = script if script in found else script_of(word)
    if own not in _REPAIRS:
        return word, False
    mended = "".join(
        letter if script_of_letter(letter) in {own, ""} else _REPAIRS[own].get(ord(letter), letter) for letter in word
    )
    return mended, mended != word
