"""What stands of a proposal: the engine's finding turned into fields that a person can correct.

A party in a payload is a reference: `{"text": words as written, "party": record or None, "name": name for a new record}`.
`party` is set only when a person chose it; what the words mean otherwise is worked out when it is shown and when it is confirmed.
"""

from __future__ import annotations

from typing import Any

from wayhome.dialogue.dating import first_day, is_whole
from wayhome.dialogue.models import Commitment, Communication, Proposal, Silence
from wayhome.dialogue.states import Basis

Payload = dict[str, Any]
Reference = dict[str, Any]

# Which fields of each kind are references: single ones and lists.
ONE: dict[str, tuple[str, ...]] = {
    "communication": (),
    "ask": ("asker",),
    "commitment": ("who", "toward"),
    "silence": ("who", "toward", "stated_by"),
    "statement": ("speaker",),
    "event": ("speaker",),
}
MANY: dict[str, tuple[str, ...]] = {"communication": ("from", "to", "copy"), "ask": ("addressees",)}


def reference(text: Any, party: int | None = None, name: str = "") -> Reference | None:
    """A reference for words as written; None for no words."""
    words = " ".join(str(text or "").split())[:250]
    return {"text": words, "party": party, "name": name} if words or party else None


def _known(value: Any, choices: Any, other: str) -> str:
    return value if value in choices.values else other


def from_finding(kind: str, found: dict[str, Any]) -> Payload:
    """The fields of a proposal as the engine found them."""
    payload: Payload = {}
    for name in ONE.get(kind, ()):
        payload[name] = reference(found.get(name))
    for name in MANY.get(kind, ()):
        payload[name] = [one for one in (reference(words) for words in found.get(name) or ()) if one]
    quote = " ".join(str(found.get("quote") or "").split())
    match kind:
        case "communication":
            payload |= {
                "date": found.get("date") if first_day(found.get("date")) else "",
                "kind": _known(found.get("kind"), Communication.Kind, Communication.Kind.OTHER),
                "this_document": bool(found.get("this_document")),
                "in_reply_to": found.get("in_reply_to") or "",
                "answered": found.get("answered") or "unknown",
                "title": "",
                "existing": None,
            }
        case "ask":
            due = found.get("due") or ""
            payload |= {
                "action": (found.get("action") or quote)[:500],
                "act": (found.get("act") or "")[:40],
                "beneficiary": (found.get("beneficiary") or "")[:250],
                "place": (found.get("place") or "")[:250],
                "due": due if is_whole(due) else "",
                "due_text": due if not is_whole(due) else "",
                "due_basis": Basis.REQUEST.value if due else "",
                "instruments": [str(one) for one in found.get("basis") or ()],
                "communication": None,
                "same_as": None,
            }
        case "commitment":
            payload |= {
                "what": (found.get("what") or quote)[:500],
                "kind": _known(found.get("kind"), Commitment.Kind, Commitment.Kind.PROMISE),
                "instrument_text": (found.get("instrument") or "")[:250],
                "instrument": None,
                "due": "",
                "made_on": "",
                "communication": None,
            }
        case "silence":
            payload |= {
                "kind": _known(found.get("kind"), Silence.Kind, Silence.Kind.NO_REPLY),
                "about": None,
                "asks": None,  # None: what is suggested; a list: what a person chose
                "communication": None,
            }
        case "statement":
            payload |= {"date": "", "communication": None}
        case "event":
            payload |= {"date": found.get("date") or "", "title": (found.get("what") or quote)[:300], "event": None}
    return payload


def title_of(proposal: Proposal) -> str:
    """The line by which a person recognises a proposal: what is asked, promised, said or happened."""
    payload = proposal.payload
    words: str = payload.get("action") or payload.get("what") or payload.get("title") or ""
    if not words:
        words = proposal.passage.exact
    words = " ".join(words.split())
    return words if len(words) <= 160 else words[:157].rsplit(" ", 1)[0] + "…"


def references(payload: Payload, kind: str) -> list[Reference]:
    """Every reference in a payload."""
    single = [payload.get(name) for name in ONE.get(kind, ())]
    several = [one for name in MANY.get(kind, ()) for one in payload.get(name) or ()]
    return [one for one in (*single, *several) if one]


def merged(kept: Payload, other: Payload, kind: str) -> Payload:
    """The fields of two proposals that are one: what stands in the first, completed by the second."""
    result = dict(kept)
    for name in MANY.get(kind, ()):
        have = {(one["text"].casefold(), one.get("party")) for one in kept.get(name) or ()}
        result[name] = [
            *(kept.get(name) or ()),
            *(o for o in other.get(name) or () if (o["text"].casefold(), o.get("party")) not in have),
        ]
    for name, value in other.items():
        if name not in MANY.get(kind, ()) and result.get(name) in (None, "", []):
            result[name] = value
    return result
