"""Telephone numbers and e-mail addresses: as written, and one form to compare by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wayhome.engines.tabular.folding import ascii_digits
from wayhome.engines.tabular.types import Cell

_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_SEVERAL = re.compile(r"\s*(?:[,;|\n]|\bи\b|\bvə\b|\band\b|\bet\b)\s*")
_EXTENSION = re.compile(r"\s*(?:ext|доб|вн|poste|x)\.?\s*\d+\s*\Z", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Phone:
    """`words` as written; `number` digits, with + where the country is said. Numbers of no country are never given one."""

    words: str
    number: str


def read_phones(value: Cell) -> list[Phone]:
    """The numbers in a cell, at most four; an empty list where none has 5 to 15 digits. Never raises."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = ascii_digits(str(value)).strip() if value is not None else ""
    if text.isdecimal() and 5 <= len(text) <= 15:
        return [Phone(text, text)] if not text.startswith("00") else [Phone(text, "+" + text[2:])]
    pieces: list[str] = []
    for piece in _SEVERAL.split(text)[:8] if len(text) > 12 else [text]:
        parts = piece.split("/")
        # 091 12/34/56 is one number, 0551234567/0501112233 are two
        several = len(parts) > 1 and all(
            len(_DIGITS.findall(part)) and sum(map(len, _DIGITS.findall(part))) >= 6 for part in parts
        )
        pieces += parts if several else [piece]
    found = [phone for piece in pieces if (phone := _one(piece)) is not None]
    return found[:4]


def _one(text: str) -> Phone | None:
    bare = _EXTENSION.sub("", text)
    digits = "".join(_DIGITS.findall(bare))
    if not 5 <= len(digits) <= 15 or sum(ch.isalpha() for ch in bare) > 12:
        return None
    plus = bare.lstrip("( '").startswith("+")
    if not plus and digits.startswith("00") and len(digits) > 9:
        plus, digits = True, digits[2:]
    return Phone(text.strip(), ("+" if plus else "") + digits)


def read_email(value: Cell) -> str:
    """An address in lower case, or nothing."""
    found = _MAIL.search(str(value)) if value is not None else None
    return found[0].strip(".'\"()").lower() if found else ""
