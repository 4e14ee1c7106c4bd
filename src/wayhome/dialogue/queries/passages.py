"""Passages as evidence links: where the words stand, and whether this person may read them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from wayhome.dialogue.models import Communication, Document, Passage


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage to link to: "L-101 ¶2". `words` is empty where the document is restricted and the person may not read it."""

    label: str
    words: str
    url: str
    hidden: bool = False
    restricted: bool = False
    language: str = ""


def document_url(document: Document, slug: str) -> str:
    """Where the document is read."""
    for name in ("document", "review"):
        try:
            return reverse(name, args=[slug, document.number])
        except NoReverseMatch:
            continue
    return ""


def cite(passage: Passage, communication: Communication | None = None, *, restricted: bool, slug: str | None = None) -> Citation:
    """The link to a passage, named by its communication where that is known, else by its document."""
    document = passage.document
    named = communication if communication is not None and communication.document_id == document.pk else None
    label = f"{named.ref if named else document.ref} ¶{passage.paragraph}"
    hidden = document.restricted and not restricted
    url = ""
    if slug is not None and not hidden:
        url = document_url(document, slug)
        url = f"{url}#p{passage.pk}" if url else ""
    return Citation(label, "" if hidden else passage.exact, url, hidden, document.restricted, document.language)
