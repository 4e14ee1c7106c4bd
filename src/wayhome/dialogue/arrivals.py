"""A mail file dropped into the upload is an arrival like a fetched one: known as soon as its reading is written down."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from wayhome.dialogue.models import Document

MAIL = "message/rfc822"


@receiver(post_save, sender=Document, dispatch_uid="mail-arrivals")
def document_saved(sender: Any, instance: Document, **kwargs: Any) -> None:
    """Only what a person uploaded and what is no enclosure: what is fetched is an arrival already."""
    uploaded = instance.origin == Document.Origin.UPLOAD and instance.enclosed_in_id is None
    if uploaded and instance.media_type == MAIL and instance.state == Document.State.READ:
        from wayhome.dialogue.actions.mail import take_document

        transaction.on_commit(partial(take_document, instance.pk))
