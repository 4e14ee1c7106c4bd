"""Records for tests, made the way the product makes them: an ask is created by its use case, so its log and audit are real.

Everything is invented. `House(process)` makes parties, documents with a text and passages, communications and asks in one
process; a test takes what it needs.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.accounts.numbers import next_number
from wayhome.core.actors import SYSTEM
from wayhome.dialogue.actions import asks as ask_actions
from wayhome.dialogue.models import Ask, Communication, CommunicationParty, Document, Instrument, Party, PartyName, Passage
from wayhome.dialogue.states import Delivery

_unique = count(1)


def today() -> date:
    return timezone.localdate()


def ago(days: int) -> date:
    return today() - timedelta(days=days)


class House:
    """The records of one process. `community` asks, `ministry` and `envoy` answer or do not."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._parties: dict[str, Party] = {}

    def party(self, name: str, **fields: Any) -> Party:
        if name not in self._parties:
            party = Party.objects.create(process=self.process, name=name, **fields)
            PartyName.objects.create(party=party, text=name, language="en")
            self._parties[name] = party
        return self._parties[name]

    @property
    def community(self) -> Party:
        return self.party("Office of the Lirva Valley Community", kind=Party.Kind.COMMUNITY, ours=True)

    @property
    def ministry(self) -> Party:
        return self.party("Ministry of Roads, Velmar", kind=Party.Kind.ORGAN)

    @property
    def envoy(self) -> Party:
        return self.party("Regional Envoy", kind=Party.Kind.OFFICE)

    def document(self, text: str = "We ask the ministry to open the road to Meshul.", **fields: Any) -> Document:
        data = f"{next(_unique)} {text}".encode()
        fields.setdefault("name", "letter.txt")
        fields.setdefault("language", "en")
        return Document.objects.create(
            process=self.process,
            number=next_number(Document, self.process),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            text=text,
            state=Document.State.READ,
            **fields,
        )

    def passage(self, document: Document, words: str | None = None) -> Passage:
        words = words or document.text
        start = document.text.index(words)
        paragraph = document.text.count("\n\n", 0, start) + 1
        return Passage.objects.get_or_create(
            document=document, start=start, end=start + len(words), defaults={"exact": words, "paragraph": paragraph}
        )[0]

    def communication(
        self, *, of: Party | None = None, to: Party | None = None, on: date | None = None, **fields: Any
    ) -> Communication:
        """A letter from `of` (the community by default) to `to` (the ministry), received on its day unless said otherwise."""
        on = on or ago(40)
        fields.setdefault("delivery", Delivery.RECEIVED)
        communication = Communication.objects.create(
            process=self.process,
            number=next_number(Communication, self.process),
            day=on,
            dated=on.isoformat(),
            **fields,
        )
        CommunicationParty.objects.create(communication=communication, party=of or self.community, part="from")
        CommunicationParty.objects.create(communication=communication, party=to or self.ministry, part="to")
        return communication

    def ask(
        self,
        action: str = "Open the road to Meshul",
        *,
        addressee: Party | None = None,
        on: date | None = None,
        drafted: bool = False,
        with_document: bool = False,
        **fields: Any,
    ) -> Ask:
        """An ask made on a day (40 days ago by default) in a letter of its own, or a draft."""
        addressee = addressee or self.ministry
        if not drafted and "communication" not in fields:
            document = self.document(f"To the addressee.\n\nWe ask that you {action}.") if with_document else None
            fields["communication"] = self.communication(to=addressee, on=on, document=document)
            if document is not None:
                fields.setdefault("passages", [self.passage(document, f"We ask that you {action}.")])
        return ask_actions.create_ask(
            process=self.process,
            actor=SYSTEM,
            action=action,
            addressee=addressee,
            asker=self.community,
            **fields,
        )

    def reply(self, *, of: Party | None = None, on: date | None = None, kind: str = "reply", text: str = "") -> Communication:
        """A communication from the addressee to the community, with a document when `text` is given."""
        document = self.document(text) if text else None
        return self.communication(of=of or self.ministry, to=self.community, on=on or ago(10), kind=kind, document=document)


def instrument(key: str = "TEST_1", **fields: Any) -> Instrument:
    return Instrument.objects.get_or_create(key=key, defaults={"name": "Principles for tests", "provision": "art. 1", **fields})[
        0
    ]
