"""Documents as Akoma Ntoso 3.0 (OASIS standard): one `doc` each, with identification, paragraphs and who wrote to whom.

Written with lxml; the maintained library for the format, cobalt, makes acts and reads other types only (docs/decisions/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from wayhome.accounts.models import Process
from wayhome.dialogue import models as d

NS = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
# Neither XML 1.0 nor a reader of it takes these.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARAGRAPH = re.compile(r"\n\s*\n")


def clean(text: str) -> str:
    """Text without the characters that XML 1.0 forbids."""
    return _ILLEGAL.sub("\ufffd", text)


def document_xml(document: d.Document, communication: d.Communication | None, process: Process) -> bytes:
    """One document as an Akoma Ntoso `doc`."""
    date = (communication.dated if communication else "") or document.dated or "0001-01-01"
    full = (date + "-01-01")[:10] if len(date) == 4 else (date + "-01")[:10] if len(date) == 7 else date
    language = {"en": "eng", "fr": "fra", "ru": "rus", "az": "aze", "hy": "hye", "ar": "ara"}.get(document.language, "und")
    work = f"/akn/un/doc/{full}/{document.uid}"
    root = etree.Element(f"{{{NS}}}akomaNtoso", nsmap={None: NS})
    doc = etree.SubElement(root, f"{{{NS}}}doc", name=clean(document.kind or "letter") or "letter")
    meta = etree.SubElement(doc, f"{{{NS}}}meta")
    identification = etree.SubElement(meta, f"{{{NS}}}identification", source="#wayhome")
    for level, iri in (
        ("FRBRWork", work),
        ("FRBRExpression", f"{work}/{language}@{full}"),
        ("FRBRManifestation", f"{work}/{language}@{full}.akn"),
    ):
        part = etree.SubElement(identification, f"{{{NS}}}{level}")
        etree.SubElement(part, f"{{{NS}}}FRBRthis", value=f"{iri}/!main")
        etree.SubElement(part, f"{{{NS}}}FRBRuri", value=iri)
        etree.SubElement(part, f"{{{NS}}}FRBRdate", date=full, name="document")
        etree.SubElement(part, f"{{{NS}}}FRBRauthor", href="#author")
        if level == "FRBRWork":
            etree.SubElement(part, f"{{{NS}}}FRBRcountry", value="un")
        if level == "FRBRExpression":
            etree.SubElement(part, f"{{{NS}}}FRBRlanguage", language=language)
    references = etree.SubElement(meta, f"{{{NS}}}references", source="#wayhome")
    etree.SubElement(
        references, f"{{{NS}}}TLCOrganization", eId="wayhome", href="/ontology/organization/wayhome", showAs="Wayhome"
    )
    parts = sorted(communication.parts.all(), key=lambda part: part.pk) if communication else []
    authors = [part.party for part in parts if part.part == "from"]
    shown = "; ".join(party.name for party in authors) or "not named"
    etree.SubElement(
        references, f"{{{NS}}}TLCOrganization", eId="author", href="/ontology/organization/author", showAs=clean(shown)
    )
    for number, part in enumerate([one for one in parts if one.part != "from"], start=1):
        etree.SubElement(
            references,
            f"{{{NS}}}TLCOrganization",
            eId=f"recipient-{number}",
            href=f"/ontology/organization/{part.party.uid}",
            showAs=clean(part.party.name),
        )
    body = etree.SubElement(doc, f"{{{NS}}}mainBody")
    number = 0
    for block in _PARAGRAPH.split(document.text.strip()):
        if block.strip():
            number += 1
            etree.SubElement(body, f"{{{NS}}}p", eId=f"p_{number}").text = clean(block.strip())
    if number == 0:
        etree.SubElement(body, f"{{{NS}}}p", eId="p_1")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def parts(process: Process) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every document that was read, a file each."""
    documents = d.Document.objects.filter(process=process, state=d.Document.State.READ).order_by("pk")
    for document in documents.prefetch_related("communications__parts__party").iterator(chunk_size=50):
        communication = next(iter(sorted(document.communications.all(), key=lambda row: row.pk)), None)
        yield f"akn/{document.uid}.xml", iter([document_xml(document, communication, process)])
