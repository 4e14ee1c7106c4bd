"""Works as activities of the IATI standard 2.03, and a check of a document's structure: order, what is required, codes.

A work is an activity with its funders and its builder, its dates as planned and as they were, its place, its cost as a budget and
its money as incoming pledges, commitments and funds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from babel import Locale
from lxml import etree

from wayhome.places.models import Area, Funding, Work
from wayhome.places.queries.works import period_of
from wayhome.places.work_states import OrganisationKind, Stage, WorkState

VERSION = "2.03"
_S, _K = WorkState, OrganisationKind
STATUS = {
    _S.PLANNED: "1", _S.FUNDED: "1", _S.TENDERED: "1", _S.UNDER_WAY: "2", _S.FINISHED: "3", _S.CANCELLED: "5", _S.SUSPENDED: "6",
}  # fmt: skip
ORGANISATION_TYPE = {
    _K.GOVERNMENT: "10", _K.INTERNATIONAL: "21", _K.NATIONAL: "22", _K.COMMUNITY: "24", _K.UN: "40", _K.DONOR: "90", _K.RED_CROSS: "21",
    _K.PRIVATE: "70", _K.ACADEMIC: "80", _K.OTHER: "90", _K.UNKNOWN: "90",
}  # fmt: skip
TRANSACTION = {Stage.PLEDGED: "13", Stage.COMMITTED: "11", Stage.DISBURSED: "1"}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# The order in which the standard wants the elements of an activity; those that may stand once only are marked with 1.
ORDER: tuple[tuple[str, int], ...] = (
    ("iati-identifier", 1), ("reporting-org", 1), ("title", 1), ("description", 0), ("participating-org", 0), ("other-identifier", 0),
    ("activity-status", 1), ("activity-date", 0), ("contact-info", 0), ("activity-scope", 1), ("recipient-country", 0),
    ("recipient-region", 0), ("location", 0), ("sector", 0), ("tag", 0), ("country-budget-items", 1), ("humanitarian-scope", 0),
    ("policy-marker", 0), ("collaboration-type", 1), ("default-flow-type", 1), ("default-finance-type", 1), ("default-aid-type", 0),
    ("default-tied-status", 1), ("budget", 0), ("planned-disbursement", 0), ("capital-spend", 1), ("transaction", 0),
    ("document-link", 0), ("related-activity", 0), ("legacy-data", 0), ("conditions", 1), ("result", 0), ("crs-add", 1), ("fss", 1),
)  # fmt: skip
REQUIRED = ("iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status", "activity-date")
TRANSACTION_ORDER = (
    "transaction-type", "transaction-date", "value", "description", "provider-org", "receiver-org", "disbursement-channel", "sector",
    "recipient-country", "recipient-region", "flow-type", "finance-type", "aid-type", "tied-status",
)  # fmt: skip
_CODES = {
    "activity-status": frozenset("123456"),
    "activity-date": frozenset("1234"),
    "participating-org": frozenset("1234"),
    "transaction-type": frozenset(str(n) for n in range(1, 14)),
}
_IDENTIFIER = re.compile(r"[^/&|?\s]+")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: the organisation's IATI identifier (`XM-DAC-...`), its name and its kind."""

    identifier: str
    name: str
    kind: str = OrganisationKind.COMMUNITY


def is_identifier(text: str) -> bool:
    """Whether this may be an IATI identifier: no spaces and none of / & | ?."""
    return bool(_IDENTIFIER.fullmatch(text))


def activities(
    works: Iterable[Work],
    funding: dict[int, list[Funding]],
    names: dict[int, str],
    country: Area | None,
    publisher: Publisher,
    at: datetime,
) -> bytes:
    """The document. `works` come with area, implementer and process; works without any date are left out, for none can be written.

    A country is written where the gazetteer's country has a code of ISO 3166.
    """
    root = etree.Element("iati-activities", version=VERSION)
    root.set("generated-datetime", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    code = (country.code if country is not None else "").upper()
    known = len(code) == 2 and code.isalpha() and code in Locale("en").territories
    for work in works:
        if period_of(work) is not None:
            root.append(_activity(work, funding.get(work.pk, []), names, code if known else "", publisher))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _text(parent: etree._Element, tag: str, words: str, language: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, tag, attributes)
    narrative = etree.SubElement(element, "narrative")
    narrative.text = _clean(words)
    if language:
        narrative.set(_LANG, language)
    return element


def _clean(words: str) -> str:
    """Words without the characters that XML does not allow."""
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", words)


def _activity(work: Work, rows: list[Funding], names: dict[int, str], country: str, publisher: Publisher) -> etree._Element:
    element = etree.Element("iati-activity", humanitarian="1")
    if work.currency:
        element.set("default-currency", work.currency)
    if work.language:
        element.set(_LANG, work.language)
    identifier = etree.SubElement(element, "iati-identifier")
    identifier.text = work.iati_identifier or f"{publisher.identifier}-{work.process.slug}-{work.ref}"
    kind = ORGANISATION_TYPE[OrganisationKind(publisher.kind)]
    _text(element, "reporting-org", publisher.name, ref=publisher.identifier, type=kind)
    _text(element, "title", work.title, work.language)
    _text(element, "description", work.scope or work.title, work.language, type="1")
    funders = {row.funder.pk: row.funder for row in rows}
    for one in funders.values():
        _organisation(element, "participating-org", one.name, one.kind, one.iati_identifier, role="1")
    builder = work.implementer
    if builder is not None:
        _organisation(element, "participating-org", builder.name, builder.kind, builder.iati_identifier, role="4")
    elif not funders:
        _organisation(element, "participating-org", publisher.name, publisher.kind, publisher.identifier, role="2")
    if work.code:
        other = etree.SubElement(element, "other-identifier", ref=work.code, type="A2")
        _text(other, "owner-org", publisher.name, ref=publisher.identifier)
    etree.SubElement(element, "activity-status", code=STATUS[WorkState(work.state)])
    for number, day in _dates(work):
        etree.SubElement(element, "activity-date", {"type": number, "iso-date": day.isoformat()})
    if country:
        etree.SubElement(element, "recipient-country", code=country)
    place = etree.SubElement(element, "location", ref=work.area.code) if work.area.code else etree.SubElement(element, "location")
    _text(place, "name", names.get(work.area_id, str(work.area)))
    if work.area.latitude is not None and work.area.longitude is not None:
        point = etree.SubElement(place, "point", srsName="http://www.opengis.net/def/crs/EPSG/0/4326")
        etree.SubElement(point, "pos").text = f"{work.area.latitude:g} {work.area.longitude:g}"
    if work.sector:
        etree.SubElement(element, "sector", vocabulary="1", code=work.sector, percentage="100")
    period = period_of(work)
    if work.cost is not None and period is not None:
        budget = etree.SubElement(element, "budget", type="1", status="1")
        etree.SubElement(budget, "period-start", {"iso-date": period[0].isoformat()})
        etree.SubElement(budget, "period-end", {"iso-date": period[1].isoformat()})
        _value(budget, work.cost, work.currency, work.price_date or period[0])
    for row in rows:
        transaction = (
            etree.SubElement(element, "transaction", ref=row.reference)
            if row.reference
            else etree.SubElement(element, "transaction")
        )
        etree.SubElement(transaction, "transaction-type", code=TRANSACTION[Stage(row.stage)])
        etree.SubElement(transaction, "transaction-date", {"iso-date": row.on.isoformat()})
        _value(transaction, row.amount, row.currency, row.price_date or row.on)
        _organisation(transaction, "provider-org", row.funder.name, row.funder.kind, row.funder.iati_identifier)
    return element


def _organisation(parent: etree._Element, tag: str, name: str, kind: str, identifier: str, **attributes: str) -> None:
    said = {**attributes, "type": ORGANISATION_TYPE[OrganisationKind(kind)]}
    if identifier:
        said["ref"] = identifier
    _text(parent, tag, name, **said)


def _value(parent: etree._Element, amount: Decimal, currency: str, on: date) -> None:
    value = etree.SubElement(parent, "value", {"currency": currency, "value-date": on.isoformat()})
    value.text = f"{amount:f}"


def _dates(work: Work) -> list[tuple[str, date]]:
    """Dates by their kind: 1 start as planned, 2 as it was, 3 end as planned, 4 as it was."""
    period = period_of(work)
    assert period is not None
    found = [("1", work.planned_start or period[0])]
    if work.started_on is not None:
        found.append(("2", work.started_on))
    if work.finished_on is not None:
        found.append(("4", work.finished_on))
    else:
        found.append(("3", period[1]))
    return found


def faults(data: bytes) -> list[str]:
    """What is wrong with the structure of a document of activities, each with the activity and the element; nothing if it is right."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return [f"not well formed: {error}"]
    if root.tag != "iati-activities" or root.get("version") not in {"2.01", "2.02", "2.03"}:
        return ["the root is not iati-activities of version 2"]
    found: list[str] = []
    place = {name: n for n, (name, _once) in enumerate(ORDER)}
    once = {name for name, single in ORDER if single}
    seen: set[str] = set()
    for number, activity in enumerate(root.findall("iati-activity"), 1):
        name = (activity.findtext("iati-identifier") or f"activity {number}").strip()
        tags = [child.tag for child in activity if isinstance(child.tag, str) and not child.tag.startswith("{")]
        found += [f"{name}: {tag} is not an element of an activity" for tag in tags if tag not in place]
        order = [place[tag] for tag in tags if tag in place]
        found += [f"{name}: {ORDER[b][0]} stands after {ORDER[a][0]}" for a, b in pairwise(order) if b < a]
        found += [f"{name}: {tag} is missing" for tag in REQUIRED if tag not in tags]
        found += [f"{name}: {tag} stands there {tags.count(tag)} times" for tag in sorted(once) if tags.count(tag) > 1]
        if not is_identifier(name) or name in seen:
            found.append(f"{name}: the identifier is not right or stands there twice")
        seen.add(name)
        found += _codes(activity, name)
        for row in activity.findall("transaction"):
            steps = [
                TRANSACTION_ORDER.index(child.tag) if child.tag in TRANSACTION_ORDER else -1
                for child in row
                if isinstance(child.tag, str)
            ]
            if -1 in steps or steps != sorted(steps) or row.find("value") is None or row.find("transaction-type") is None:
                found.append(f"{name}: a transaction is not in order")
    return found


def _codes(activity: etree._Element, name: str) -> list[str]:
    found = []
    for element in activity.iter():
        tag = element.tag if isinstance(element.tag, str) else ""
        code = element.get({"activity-date": "type", "participating-org": "role"}.get(tag, "code"), "")
        if tag in _CODES and code not in _CODES[tag]:
            found.append(f"{name}: {tag} has the code “{code}”")
        if tag in {"value"}:
            try:
                Decimal(element.text or "")
                date.fromisoformat(element.get("value-date", ""))
            except (ArithmeticError, ValueError):
                found.append(f"{name}: a value without amount or day")
        if "iso-date" in element.attrib:
            try:
                date.fromisoformat(element.get("iso-date", "")[:10])
            except ValueError:
                found.append(f"{name}: {tag} has no day")
    return found
