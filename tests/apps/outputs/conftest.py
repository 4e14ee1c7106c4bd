"""Fixtures of the letters' tests: a writer, a second person who approves, and asks with a history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import House, ago, today
from wayhome.core.actors import Actor
from wayhome.outputs.actions import letters
from wayhome.outputs.actions.letters import Particulars


@pytest.fixture
def house(process):
    house = House(process)
    community = house.community
    community.address, community.email = "14 Weavers' Row\nSarn Ford", "office@lirva.example"
    community.save()
    house.ministry.email = "roads@velmar.example"
    house.ministry.save()
    return house


@pytest.fixture
def writer(editor):
    """An editor: drafts and sends."""
    return Actor.of(editor)


@pytest.fixture
def approver(lead):
    """The process lead: approves what others wrote."""
    return Actor.of(lead)


@pytest.fixture
def given(house):
    """Particulars of a letter to the ministry; `given(language="ar")` changes some."""

    def make(**changes):
        values = {
            "sender": house.community,
            "addressee": house.ministry,
            "language": "en",
            "reference": "LVC/31",
            "signatory": "Tamar Ayvelin",
            "signatory_title": "Chair",
            "place": "Sarn Ford",
            "dated": today(),
            "answer_by": today() + timedelta(days=45),
        }
        return Particulars(**{**values, **changes})

    return make


@pytest.fixture
def draft(process, house, writer, given):
    """A draft on two asks to the ministry: one without a reply on file, one that was never sent."""
    house.ask("Open the road to Meshul", on=ago(40))
    house.ask("Name an official for the road", drafted=True)
    return letters.start(process=process, actor=writer, asks=list(process_asks(process)), given=given())


def process_asks(process):
    from wayhome.dialogue.models import Ask

    return Ask.objects.of(process).order_by("number")


@pytest.fixture
def approved(draft, writer, approver):
    letters.step(letter=draft, to="in_review", actor=writer, seen=1)
    letters.step(letter=draft, to="approved", actor=approver, seen=1)
    return draft


def letter_of(house):
    """A draft with one ask, under a number that no letter of another process has."""
    from wayhome.core.actors import SYSTEM

    asked = Particulars(sender=house.community, addressee=house.ministry, language="en", dated=today())
    letter = letters.start(process=house.process, actor=SYSTEM, asks=[house.ask()], given=asked)
    letter.number = 100 + house.process.pk
    letter.save(update_fields=["number"])
    return letter
