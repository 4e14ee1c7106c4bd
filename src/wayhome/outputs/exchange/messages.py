"""Parties and communications as FollowTheMoney entities, JSON lines: Person, PublicBody, Organization, LegalEntity, Message.

Property names are those of the FollowTheMoney schema, version 4; identifiers are the docket's own, so they are stable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from wayhome.accounts.models import Process
from wayhome.dialogue import models as d
from wayhome.outputs.exchange.stream import compact

SCHEMATA = {
    d.Party.Kind.PERSON: "Person",
    d.Party.Kind.OFFICE: "PublicBody",
    d.Party.Kind.ORGAN: "PublicBody",
    d.Party.Kind.STATE: "PublicBody",
    d.Party.Kind.ORGANISATION: "Organization",
    d.Party.Kind.COMMUNITY: "Organization",
}


def _entity(uid: Any, schema: str, properties: dict[str, list[Any]]) -> bytes:
    kept = {name: sorted({str(value) for value in values if value}) for name, values in properties.items()}
    row = {"id": f"wayhome-{uid}", "schema": schema, "properties": {name: values for name, values in kept.items() if values}}
    return compact(row).encode() + b"\n"


def chunks(process: Process) -> Iterator[bytes]:
    """One entity a line: parties first, then messages that name them."""
    parties = d.Party.objects.filter(process=process, merged_into=None).prefetch_related("names").order_by("pk")
    for party in parties.iterator(chunk_size=200):
        aliases = [name.text for name in party.names.all() if name.text != party.name and name.use != d.PartyName.Use.TITLE]
        yield _entity(
            party.uid, SCHEMATA[d.Party.Kind(party.kind)], {"name": [party.name], "alias": aliases, "email": [party.email]}
        )
    parts = Prefetch("parts", d.CommunicationParty.objects.select_related("party__merged_into").order_by("pk"))
    rows = d.Communication.objects.filter(process=process).select_related("document", "in_reply_to").prefetch_related(parts)
    for row in rows.order_by("pk").iterator(chunk_size=100):
        named: dict[str, list[Any]] = {"from": [], "to": [], "copy": []}
        for part in row.parts.all():
            named[part.part].append(part.party.merged_into or part.party)
        yield _entity(
            row.uid,
            "Message",
            {
                "subject": [row.title],
                "date": [row.dated],
                "sender": [one.name for one in named["from"]],
                "emitters": [f"wayhome-{one.uid}" for one in named["from"]],
                "recipients": [f"wayhome-{one.uid}" for one in (*named["to"], *named["copy"])],
                "bodyText": [row.document.text if row.document else row.summary],
                "fileName": [row.document.name if row.document else ""],
                "contentHash": [row.document.sha256 if row.document else ""],
                "messageId": [row.document.message_id if row.document else ""],
                "inReplyToMessage": [f"wayhome-{row.in_reply_to.uid}" if row.in_reply_to else ""],
            },
        )
