"""What stands around the words of a letter, kept with each version as plain values."""

from __future__ import annotations

from datetime import date
from typing import Any

from wayhome.dialogue.models import Letter, Party
from wayhome.outputs.composing.enclosure import name_in


def head(letter: Letter, *, copies: list[Party], as_of: date) -> dict[str, Any]:
    """The head of a version: names as they are in the letter's language today, and the letter's own fields."""
    return {
        "language": letter.language,
        "sender": name_in(letter.sender, letter.language),
        "sender_address": letter.sender.address,
        "sender_email": letter.sender.email,
        "addressee": name_in(letter.addressee, letter.language),
        "addressee_address": letter.addressee.address,
        "copies": [name_in(party, letter.language) for party in copies],
        "reference": letter.reference,
        "signatory": letter.signatory,
        "signatory_title": letter.signatory_title,
        "place": letter.place,
        "dated": letter.dated.isoformat() if letter.dated else "",
        "answer_by": letter.answer_by.isoformat() if letter.answer_by else "",
        "answer_basis": str(letter.answer_basis),
        "answer_basis_text": letter.answer_basis_text,
        "as_of": as_of.isoformat(),
    }
