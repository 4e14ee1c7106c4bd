"""One key for a phrase in any case, with or without marks and punctuation; used for headings and words that stand for values."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PLAIN = str.maketrans(
    {"ə": "e", "ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ё": "е", "ـ": "", "ى": "ي", "ة": "ه", "أ": "ا", "إ": "ا", "آ": "ا",
     "ք": "ք", "և": "եւ", "ә": "ә", "œ": "oe", "’": "'", "ʼ": "'", "‘": "'"}
)  # fmt: skip
_BREAKS = re.compile(r"[\s_\-–—./\\:;,()\[\]{}«»\"“”*?؟،؛։!|]+")
_DIGITS = {ord(ch): str(unicodedata.decimal(ch)) for ch in map(chr, range(0x80, 0x110000)) if ch.isdecimal()}


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """The folded phrase, single spaces between words; what holds no letter or digit keeps its signs."""
    plain = unicodedata.normalize("NFKD", text.replace("İ", "i").replace("I", "i").casefold().translate(_PLAIN))
    plain = "".join(ch for ch in plain if not unicodedata.combining(ch) or ch in "\u0653\u0654\u0655").translate(_PLAIN)
    plain = "".join(ch for ch in plain if not unicodedata.combining(ch)).replace("'", "")
    words = _BREAKS.sub(" ", plain).strip()
    return words or text.strip()


def ascii_digits(text: str) -> str:
    """Digits of every script as 0 to 9."""
    return text if text.isascii() else text.translate(_DIGITS)
