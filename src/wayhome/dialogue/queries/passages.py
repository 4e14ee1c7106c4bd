"""Passages as evidence links: where the words stand, and whether this person may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse

from wayhome.dialogue.models import Communication, Document, Passage

WITHOUT_TEXT = ("document__text", "document__zones", "document__warnings", "document__references")
POINTER_WORDS = 8  # enough to find the place, few enough for an address


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage to link to: "L-101 ¶2". `words` is empty where the document is restricted and the person may not read it."""

    label: str
    words: str
    url: str
    hidden: bool = False
    restricted: bool = False
    language: str = ""


def speaking(documents: Iterable[int]) -> dict[int, Communication]:
    """The communication that each of these documents is; the first one where a document holds several. One query."""
    found: dict[int, Communication] = {}
    rows = (
        Communication.objects.filter(document__in=set(documents)).only("number", "process_id", "document_id").order_by("-number")
    )
    for row in rows:
        if row.document_id is not None:
            found[row.document_id] = row
    return found


def text_url(document: Document, communication: Communication | None, slug: str) -> str:
    """Where the text is read: the page of its communication, else its review."""
    if communication is not None and communication.document_id == document.pk:
        return reverse("letter", args=[slug, communication.number])
    return reverse("review", args=[slug, document.number])


def _pointer(exact: str) -> str:
    """A text fragment: the browser scrolls to the words and marks them; one that does not know it opens the page."""
    words = exact.split()
    return f"#:~:text={quote(' '.join(words[:POINTER_WORDS]), safe='')}" if words else ""


def cite(passage: Passage, communication: Communication | None = None, *, restricted: bool, slug: str | None = None) -> Citation:
    """The link to a passage, named by its communication where that is known, else by its document."""
    document = passage.document
    named = communication if communication is not None and communication.document_id == document.pk else None
    label = f"{named.ref if named else document.ref} ¶{passage.paragraph}"
    hidden = document.restricted and not restricted
    url = ""
    if slug is not None and not hidden:
        # Words of a restricted document do not go into an address: addresses are kept in histories and logs.
        url = text_url(document, named, slug) + ("" if document.restricted else _pointer(passage.exact))
    return Citation(label, "" if hidden else passage.exact, url, hidden, document.restricted, document.language)
