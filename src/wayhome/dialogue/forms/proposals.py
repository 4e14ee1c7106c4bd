"""The form that corrects a proposal: which fields its kind has, what they say now, and what a person sends back.

A party is a text field with the names on file as suggestions. Beside it travel the words as written and the name that was shown;
a name that comes back unchanged is no choice of the person and stays a suggestion of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.dialogue import dating
from wayhome.dialogue.dating import first_day, is_whole
from wayhome.dialogue.desk import Desk
from wayhome.dialogue.models import Commitment, Communication, Proposal, Silence
from wayhome.dialogue.payloads import MANY, Payload, Reference, reference
from wayhome.dialogue.queries.review import choices_of_asks, unit_date
from wayhome.dialogue.states import Basis


@dataclass(slots=True)
class PartyInput:
    """One party field: the name shown, the words as written, what else the words may mean."""

    shown: str
    text: str = ""
    may_be: list[tuple[str, str]] = field(default_factory=list)
    typed: str | None = None

    @property
    def value(self) -> str:
        """What the field holds: what was typed, else the name shown."""
        return self.shown if self.typed is None else self.typed


@dataclass(slots=True)
class Field:
    """One field of the form. `type` is text, area, date, dated, select or parties."""

    name: str
    label: str
    type: str = "text"
    value: Any = ""
    choices: list[tuple[Any, Any]] = field(default_factory=list)
    parties: list[PartyInput] = field(default_factory=list)
    help: str = ""
    error: str = ""


def fields(proposal: Proposal, desk: Desk) -> list[Field]:
    """The fields of this proposal, filled."""
    build = {
        Proposal.Kind.COMMUNICATION: _communication,
        Proposal.Kind.ASK: _ask,
        Proposal.Kind.COMMITMENT: _commitment,
        Proposal.Kind.SILENCE: _silence,
        Proposal.Kind.STATEMENT: _statement,
        Proposal.Kind.EVENT: _event,
    }[Proposal.Kind(proposal.kind)]
    return build(proposal, desk)


def _party(name: str, label: str, refs: list[Reference | None], desk: Desk, *, several: bool) -> Field:
    inputs = []
    for ref in refs:
        if not ref:
            continue
        found = desk.resolve(ref)
        may_be = [(one.party.name, str(one.reason)) for one in found.candidates if one.party != found.party][:4]
        inputs.append(PartyInput(found.shown, ref["text"], may_be))
    if several or not inputs:
        inputs.append(PartyInput(""))
    return Field(name, label, "parties", parties=inputs)


def _units(proposal: Proposal, desk: Desk) -> Field:
    chosen = proposal.payload.get("communication") or ""
    shown = desk.unit_for(proposal)
    suggested = shown.row.ref if shown and shown.row and not chosen else ""
    seen: dict[int, str] = {}
    for unit in desk.units:
        if unit.row is not None:
            seen.setdefault(unit.row.pk, f"{unit.row.ref} {unit.row.get_kind_display()} {unit_date(unit)}".strip())
    first = _("as suggested (%(ref)s)") % {"ref": suggested} if suggested else _("as suggested")
    return Field("communication", _("Said in"), "select", chosen, [("", first), *seen.items()])


def _communication(proposal: Proposal, desk: Desk) -> list[Field]:
    payload = proposal.payload
    same = [
        (one.row.pk, f"{one.row.ref} {dating.shown(one.row.dated)} {one.row}"[:100])
        for one in desk.existing_communication(payload)
    ]
    existing = payload.get("existing") or ""
    rows = [
        _party("from", _("From"), payload.get("from") or [], desk, several=True),
        _party("to", _("To"), payload.get("to") or [], desk, several=True),
        _party("copy", _("Copy"), payload.get("copy") or [], desk, several=True),
        Field("date", _("Date"), "dated", payload.get("date") or "", help=_("As precise as known: 2023, 2023-04 or 2023-04-07")),
        Field("kind", _("Kind"), "select", payload.get("kind"), list(Communication.Kind.choices)),
        Field(
            "this_document",
            _("Is it this document?"),
            "select",
            "1" if payload.get("this_document") else "0",
            [("1", _("yes, this document is it")), ("0", _("no, it is mentioned here"))],
        ),
        Field("title", _("Title"), "text", payload.get("title") or ""),
    ]
    choices = [("", _("as suggested")), ("new", _("a communication not on file yet")), *same]
    rows.append(Field("existing", _("On file as"), "select", existing, choices))
    return rows


def _ask(proposal: Proposal, desk: Desk) -> list[Field]:
    payload = proposal.payload
    asks = choices_of_asks(desk, proposal)
    return [
        Field("action", _("What is asked"), "area", payload.get("action") or ""),
        _party("asker", _("Asked by"), [payload.get("asker")], desk, several=False),
        _party("addressees", _("Asked of"), payload.get("addressees") or [], desk, several=True),
        Field("beneficiary", _("For whom"), "text", payload.get("beneficiary") or ""),
        Field("place", _("Places"), "text", payload.get("place") or ""),
        Field("due", _("Deadline"), "date", payload.get("due") or "", help=payload.get("due_text") or ""),
        Field("due_basis", _("On whose word"), "select", payload.get("due_basis") or Basis.REQUEST, list(Basis.choices)),
        _units(proposal, desk),
        Field("same_as", _("Puts again"), "select", payload.get("same_as") or "", [("", _("a new ask")), *asks]),
    ]


def _commitment(proposal: Proposal, desk: Desk) -> list[Field]:
    payload = proposal.payload
    found = desk.instrument(payload)
    suggested = _("as suggested: %(name)s") % {"name": found} if found and not payload.get("instrument") else _("none on file")
    table = [(one.pk, str(one)[:100]) for one in desk.instruments]
    return [
        Field("what", _("What"), "area", payload.get("what") or ""),
        _party("who", _("Whose"), [payload.get("who")], desk, several=False),
        _party("toward", _("Toward"), [payload.get("toward")], desk, several=False),
        Field("kind", _("Kind"), "select", payload.get("kind"), list(Commitment.Kind.choices)),
        Field("instrument_text", _("Instrument as named"), "text", payload.get("instrument_text") or ""),
        Field("instrument", _("Instrument"), "select", payload.get("instrument") or "", [("", suggested), *table]),
        Field("due", _("Due"), "date", payload.get("due") or ""),
        Field("made_on", _("Made on"), "date", payload.get("made_on") or ""),
        _units(proposal, desk),
    ]


def _silence(proposal: Proposal, desk: Desk) -> list[Field]:
    payload = proposal.payload
    about = _units(proposal, desk)
    about.name, about.label, about.value = "about", _("About"), payload.get("about") or ""
    return [
        Field("kind", _("Kind"), "select", payload.get("kind"), list(Silence.Kind.choices)),
        _party("who", _("Whose"), [payload.get("who")], desk, several=False),
        _party("toward", _("Toward"), [payload.get("toward")], desk, several=False),
        about,
    ]


def _statement(proposal: Proposal, desk: Desk) -> list[Field]:
    payload = proposal.payload
    return [
        _party("speaker", _("Speaker"), [payload.get("speaker")], desk, several=False),
        Field("date", _("Date"), "dated", payload.get("date") or ""),
        _units(proposal, desk),
    ]


def _event(proposal: Proposal, desk: Desk) -> list[Field]:
    payload = proposal.payload
    return [
        Field("title", _("What happened"), "area", payload.get("title") or ""),
        Field("date", _("Date"), "dated", payload.get("date") or "", help=_("As precise as known: 2023, 2023-04 or 2023-04-07")),
        _party("speaker", _("Account of"), [payload.get("speaker")], desk, several=False),
    ]


def refill(rows: list[Field], post: QueryDict, error: InvalidInput | None) -> list[Field]:
    """The fields as the person sent them, with the error at its field, so that nothing typed is lost."""
    for one in rows:
        if error is not None and error.field == one.name:
            one.error = str(error)
        if one.type == "parties" and one.name in post:
            before = {(inp.text, inp.shown): inp for inp in one.parties}
            sent = zip(post.getlist(one.name), post.getlist(f"{one.name}_text"), post.getlist(f"{one.name}_was"), strict=False)
            one.parties = [
                PartyInput(was, text, before[(text, was)].may_be if (text, was) in before else [], given)
                for given, text, was in sent
            ]
        elif one.name in post:
            one.value = post[one.name]
    return rows


LONGEST = {"action": 500, "what": 500, "title": 300, "beneficiary": 250, "place": 250, "instrument_text": 250}


def parse(post: QueryDict, proposal: Proposal, desk: Desk) -> Payload:
    """What the person sent, checked; only fields of this kind are read.

    Raises:
        InvalidInput: a date that is none, a record that is not on file; names the field.
    """
    payload: Payload = {}
    for one in fields(proposal, desk):
        if one.type == "parties":
            refs = _references(post, one.name, proposal, desk)
            payload[one.name] = refs if one.name in MANY.get(proposal.kind, ()) else (refs[0] if refs else None)
            continue
        if one.name not in post:
            continue
        given = post[one.name].strip()
        match one.type:
            case "date" | "dated":
                payload[one.name] = _date(given, one)
            case "select":
                payload[one.name] = _choice(given, one)
            case _:
                payload[one.name] = " ".join(given.split())[: LONGEST.get(one.name, 250)]
    if "this_document" in payload:
        payload["this_document"] = payload["this_document"] == "1"
    for name, words in (("action", _("what is asked")), ("what", _("what was promised or is owed"))):
        if name in payload and not payload[name]:
            raise InvalidInput(_("A few words are missing: %(what)s.") % {"what": words}, field=name)
    return payload


def _date(given: str, one: Field) -> str:
    if not given:
        return ""
    if first_day(given) is None or (one.type == "date" and not is_whole(given)):
        raise InvalidInput(
            _("%(field)s: “%(given)s” is no date.") % {"field": one.label, "given": given[:20]},
            _("Write it as 2023-04-07; where the day is not known, 2023-04 or 2023."),
            field=one.name,
        )
    return given


def _choice(given: str, one: Field) -> Any:
    allowed = {str(value): value for value, _label in one.choices}
    if given not in allowed:
        raise InvalidInput(_("%(field)s: this choice is no longer on file.") % {"field": one.label}, field=one.name)
    return allowed[given] or None


def _references(post: QueryDict, name: str, proposal: Proposal, desk: Desk) -> list[Reference]:
    now = proposal.payload.get(name)
    before = {ref["text"]: ref for ref in (now if isinstance(now, list) else [now]) if ref}
    found = []
    rows = zip(post.getlist(name), post.getlist(f"{name}_text"), post.getlist(f"{name}_was"), strict=False)
    for given, text, was in rows:
        chosen = " ".join(given.split())[:250]
        if not chosen:
            continue
        if chosen == was and text in before:
            found.append(before[text])
            continue
        party = desk.index.named(chosen)
        made = reference(text or chosen, party.pk if party else None, "" if party else chosen)
        if made:
            found.append(made)
    return found
