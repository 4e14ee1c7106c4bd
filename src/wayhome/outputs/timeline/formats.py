"""The timeline as CSV, JSON-LD and RSS. All take the entries the public page shows, so none of them can show more."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.timezone import make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wayhome.core.tables import csv_text
from wayhome.outputs.queries.timeline import Entry, Quote

COLUMNS = ("date", "until", "kind", "reference", "speakers", "to", "what", "account_of", "words", "paragraph", "link")


def as_csv(found: list[Entry], page: str) -> str:
    """One row a quote, or one for an entry without; withheld words are shown as […]."""
    rows: list[list[Any]] = []
    for entry in found:
        head = [
            entry.dated,
            entry.until,
            entry.kind,
            entry.ref,
            "; ".join(entry.speakers),
            "; ".join(entry.to),
            entry.sentence,
        ]
        link = f"{page}#e-{entry.uid}"
        said: list[tuple[str, Quote]] = [("", quote) for quote in entry.quotes]
        said += [(told.speaker, told.quote) for told in entry.accounts]
        for whose, quote in said or [("", None)]:  # type: ignore[list-item]
            rows.append([*head, whose, quote.text if quote else "", quote.paragraph if quote else "", link])
    return csv_text(COLUMNS, rows)


def _selector(quote: Quote) -> dict[str, Any]:
    """A W3C Web Annotation selector; no position where words are withheld, since the length would tell."""
    if any(piece.withheld for piece in quote.parts):
        return {"type": "TextQuoteSelector", "exact": quote.text}
    return {
        "type": "TextQuoteSelector",
        "exact": quote.text,
        "refinedBy": {"type": "TextPositionSelector", "start": quote.start, "end": quote.end},
    }


def as_jsonld(found: list[Entry], *, page: str, name: str) -> str:
    """Schema.org items with W3C Web Annotation selectors for the words."""

    def said(quote: Quote, speaker: str = "") -> dict[str, Any]:
        row: dict[str, Any] = {
            "@type": "Quotation",
            "text": quote.text,
            "inLanguage": quote.language or None,
            "oa:hasSelector": _selector(quote),
        }
        if quote.document:
            row["isPartOf"] = f"{page}documents/{quote.document}/"
        if speaker:
            row["spokenByCharacter"] = {"@type": "Organization", "name": speaker}
        return {key: value for key, value in row.items() if value is not None}

    items = []
    for entry in found:
        row: dict[str, Any] = {
            "@id": f"{page}#e-{entry.uid}",
            "@type": "Message" if entry.kind == "communication" else "Event",
            "name": entry.sentence,
        }
        if entry.kind == "communication":
            row |= {
                "dateSent": entry.dated,
                "sender": [{"@type": "Organization", "name": one} for one in entry.speakers],
                "recipient": [{"@type": "Organization", "name": one} for one in entry.to],
                "citation": [said(quote) for quote in entry.quotes],
            }
        else:
            row |= {"startDate": entry.dated, "subjectOf": [said(told.quote, told.speaker) for told in entry.accounts]}
            if entry.until:
                row["endDate"] = entry.until
        items.append(row)
    document = {
        "@context": ["https://schema.org", {"oa": "http://www.w3.org/ns/oa#"}],
        "@type": "ItemList",
        "@id": page,
        "name": name,
        "itemListElement": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_rss(found: list[Entry], *, page: str, name: str, description: str) -> str:
    """The newest entries for a feed reader."""
    from datetime import datetime, time

    feed = Rss201rev2Feed(title=name, link=page, description=description or name, language=get_language())
    for entry in found[:100]:
        quotes = [quote.text for quote in entry.quotes]
        quotes += [_("%(speaker)s: %(words)s") % {"speaker": told.speaker, "words": told.quote.text} for told in entry.accounts]
        feed.add_item(
            title=f"{entry.dated}: {entry.sentence}",
            link=f"{page}#e-{entry.uid}",
            description="".join(f"<blockquote>{escape(words)}</blockquote>" for words in quotes),
            unique_id=f"urn:uuid:{entry.uid}",
            unique_id_is_permalink=False,
            pubdate=make_aware(datetime.combine(entry.day, time(12))),
            updateddate=entry.changed_at,
        )
    return str(feed.writeString("utf-8"))
