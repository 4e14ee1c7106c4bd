"""Translation catalogues: compile `.po` to `.mo` without GNU tools, and say how complete and how reviewed each is.

    python -m wayhome.site.catalogues        # compile; part of `make setup`

A translation made by a machine carries the comment `awaiting review` above it until a speaker has read it; the language menu
then says so. Extraction (`wayhome messages`) needs GNU gettext and is done by whoever changes the words.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent / "locale"
AWAITING = "awaiting review"


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of one language: messages in the catalogue, those translated, those whose translation awaits review."""

    language: str
    messages: int
    translated: int
    awaiting: int


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def compile_all() -> list[Path]:
    """Write a `.mo` beside each `.po` that is newer; return those written."""
    written = []
    for source in catalogues():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle, locale=source.parent.parent.name)
        with target.open("wb") as out:
            write_mo(out, catalogue)
        written.append(target)
    return written


def completeness() -> list[Completeness]:
    """How far each catalogue is."""
    found = []
    for source in catalogues():
        with source.open("rb") as handle:
            catalogue = read_po(handle, locale=source.parent.parent.name)
        messages = [m for m in catalogue if m.id]
        done = [m for m in messages if (all(m.string) if isinstance(m.string, (tuple, list)) else m.string) and not m.fuzzy]
        waiting = [m for m in done if any(AWAITING in comment for comment in [*m.user_comments, *m.auto_comments])]
        found.append(Completeness(source.parent.parent.name, len(messages), len(done), len(waiting)))
    return found


if __name__ == "__main__":
    compile_all()
    sys.exit(0)
