"""File names as they may be stored and shown: no path, no control or direction marks, of bounded length."""

from __future__ import annotations

import re
import unicodedata

# Control, format (direction overrides among them), surrogate and private-use characters; and what a file system or a shell reads.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED = re.compile(r'[<>:"|?*\\/]+')
_MOST = 150


def safe_name(given: str, fallback: str = "document") -> str:
    """The last part of `given` without anything that could mislead a reader, a browser or a file system.

    Letters of every script stay. The ending is kept when the rest is cut to the longest length.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    plain = "".join(" " if unicodedata.category(ch) in _UNSAFE_CATEGORIES else ch for ch in last)
    plain = re.sub(r"\s+", " ", _RESERVED.sub("_", plain)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = plain, ""
    stem = stem[: _MOST - len(ending) - 1].strip() or fallback
    return f"{stem}.{ending}" if ending else stem
