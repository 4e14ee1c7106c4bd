"""Folding of text for search: the same key for the same word in any case, with or without marks."""

from __future__ import annotations

import unicodedata

# Letters that NFKD leaves alone and that people type without their mark.
_PLAIN = str.maketrans(
    {"ə": "e", "Ə": "e", "ı": "i", "İ": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ё": "е", "ـ": "", "ى": "ي", "ة": "ه"}
)


def fold(text: str) -> str:
    """Case-folded text without combining marks, Unicode-compatible forms unified."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN).casefold())
    return "".join(ch for ch in plain if not unicodedata.combining(ch))
