"""Text as people type it, made fit for every writer: no control characters, one kind of line end, paragraphs by blank lines."""

from __future__ import annotations

import re
import unicodedata

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_SPACES = re.compile(r"[ \t\n]+")  # a no-break space stays: French sets it inside its quotation marks
_KEPT = "\n\t"


def clean(text: str) -> str:
    """Without control characters (XML 1.0 forbids them) and lone surrogates, composed to NFC, trimmed."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(
        ch for ch in plain if ch in _KEPT or not (unicodedata.category(ch) in {"Cc", "Cs"} or ord(ch) & 0xFFFE == 0xFFFE)
    )
    return unicodedata.normalize("NFC", plain).strip()


def line(text: str) -> str:
    """One line."""
    return _SPACES.sub(" ", clean(text))


def paragraphs(text: str) -> list[str]:
    """Paragraphs of a text in which blank lines part them; a single line end stays a line end."""
    return [part.strip() for part in _BLANK_LINES.split(clean(text)) if part.strip()]
