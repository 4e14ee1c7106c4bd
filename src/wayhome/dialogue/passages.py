"""Passages of a document: made by offsets whose words are checked, numbered by paragraph."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.dialogue.models import Document, Passage

_BREAK = re.compile(r"\n(?:[^\S\n]*\n)+")


def paragraph_of(text: str, start: int) -> int:
    """The number, from 1, of the paragraph that holds `start`; paragraphs are parted by blank lines."""
    return len(_BREAK.findall(text[:start].lstrip())) + 1


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def passage_at(document: Document, start: int, end: int, quote: str | None = None) -> Passage:
    """The passage of these offsets, made when it is new.

    Raises:
        InvalidInput: the offsets lie outside the text, hold no words, or do not hold `quote`.
    """
    text = document.text
    if not 0 <= start < end <= len(text):
        raise InvalidInput(
            _("The selected words lie outside the document."), _("Select them again in the document."), field="passage"
        )
    if quote is not None and _same(text[start:end]) != _same(quote):
        raise InvalidInput(
            _("The selected words are not the ones that stand there; the document may have been read again."),
            _("Load the page again and select the words once more."),
            field="passage",
        )
    start, end = trimmed(text, start, end)
    if start >= end:
        raise InvalidInput(_("The selection holds no words."), _("Select at least one word."), field="passage")
    passage, _made = Passage.objects.get_or_create(
        document=document, start=start, end=end, defaults={"exact": text[start:end], "paragraph": paragraph_of(text, start)}
    )
    return passage


def whole_text(document: Document) -> Passage | None:
    """The passage of all the document's words; None while it has none."""
    start, end = trimmed(document.text, 0, len(document.text))
    return passage_at(document, start, end) if start < end else None


def _same(words: str) -> str:
    """Browsers give line ends and non-breaking spaces back in their own way."""
    return re.sub(r"\s+", " ", words).strip()
