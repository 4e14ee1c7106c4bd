"""Keeps `Ask.last_reply_on` in step when a communication or a party's part in it changes, in the same transaction.

Bulk writes send no signals, and an import brings the column itself: call `queries.silence.refresh` after them.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from wayhome.dialogue.models import Communication, CommunicationParty
from wayhome.dialogue.queries import silence


@receiver([post_save, post_delete], sender=CommunicationParty)
def part_changed(sender: Any, instance: CommunicationParty, **kwargs: Any) -> None:
    if instance.part == CommunicationParty.Part.FROM and not kwargs.get("raw"):
        silence.refresh([instance.party_id])


@receiver(post_save, sender=Communication)
def communication_changed(sender: Any, instance: Communication, created: bool, **kwargs: Any) -> None:
    if not created and not kwargs.get("raw"):
        silence.refresh(instance.parts.filter(part=CommunicationParty.Part.FROM).values_list("party_id", flat=True))
