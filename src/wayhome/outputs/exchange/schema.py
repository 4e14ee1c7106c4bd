"""Which tables a docket file holds, in the order in which they can be read back, and how a row of each is named.

A row is named by its `uid` where the table has one, else by its table and its place in the order of the table. Reading a file
back writes the rows in the same order, so that a second export names them alike and is the same file to the byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from wayhome.dialogue import models as d


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file. `path` leads from a row to its process; `links` are fields whose target may come later in the file."""

    name: str
    model: type[models.Model]
    path: str
    links: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()


TABLES: tuple[Table, ...] = (
    Table("parties", d.Party, "process", links=("of", "merged_into")),
    Table("party_names", d.PartyName, "party__process"),
    # What a merge moved is undo information of this installation; a merge that was read back stays merged.
    Table("party_merges", d.PartyMerge, "process", skip=("moved",)),
    Table("documents", d.Document, "process", links=("earlier_version", "enclosed_in")),
    Table("passages", d.Passage, "document__process"),
    Table("reading_runs", d.ReadingRun, "document__process"),
    Table("communications", d.Communication, "process", links=("in_reply_to",)),
    Table("communication_parties", d.CommunicationParty, "communication__process"),
    Table("mentions", d.Mention, "communication__process"),
    Table("asks", d.Ask, "process", links=("escalated_from", "same_as")),
    Table("ask_passages", d.AskPassage, "ask__process"),
    Table("ask_events", d.AskEvent, "ask__process"),
    Table("deadlines", d.Deadline, "ask__process"),
    Table("ladder_steps", d.LadderStep, "process"),
    Table("escalations", d.Escalation, "parent__process"),
    Table("commitments", d.Commitment, "process"),
    Table("commitment_passages", d.CommitmentPassage, "commitment__process"),
    Table("assessments", d.Assessment, ""),
    Table("evidence", d.Evidence, ""),
    Table("silences", d.Silence, "process"),
    Table("statements", d.Statement, "process"),
    Table("events", d.Event, "process"),
    Table("accounts", d.Account, "event__process"),
    Table("answers", d.Answer, "process", skip=("link",)),
    Table("incoming", d.Incoming, "process"),
    Table("proposals", d.Proposal, "process", links=("merged_into", "split_from")),
    Table("proposal_decisions", d.ProposalDecision, "proposal__process", links=("undoes",)),
    Table("letters", d.Letter, "process"),
    Table("letter_versions", d.LetterVersion, "letter__process"),
    Table("letter_decisions", d.LetterDecision, "letter__process"),
    Table("timeline_items", d.TimelineItem, "process"),
    Table("redactions", d.Redaction, "document__process"),
)
# Left out on purpose: secrets that must not travel, what belongs to one person's account, what is derived, what ships with
# the product.
LEFT_OUT: dict[str, str] = {
    "OutsideLink": "a secret: whoever holds the link may answer",
    "OutsideVisit": "traces of people who used a link",
    "CalendarFeed": "a secret address of one person",
    "Reminder": "belongs to one person's account here",
    "SearchEntry": "derived; built again on import",
    "Instrument": "ships with the product; named by its key",
}
BY_MODEL: dict[type[models.Model], Table] = {table.model: table for table in TABLES}

# Primary keys that stand inside JSON. A key is a field name found anywhere in the JSON; the value is the model that it names.
# The `[label, pk]` pairs under "made" name their model themselves.
JSON_KEYS: dict[str, dict[str, type[models.Model]]] = {
    "proposals.payload": {
        "party": d.Party,
        "existing": d.Communication,
        "communication": d.Communication,
        "about": d.Communication,
        "same_as": d.Ask,
        "asks": d.Ask,
        "event": d.Event,
        "instrument": d.Instrument,
    },
    "proposals.found": {},
    "proposal_decisions.before": {},
    "proposal_decisions.after": {"into": d.Proposal, "parts": d.Proposal},
    "answers.before": {},
}
_inherit = JSON_KEYS["proposals.payload"]
for _field in ("proposal_decisions.before", "proposal_decisions.after"):
    JSON_KEYS[_field] = {**_inherit, **JSON_KEYS[_field]}


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of a table, sorted by what their values are."""

    plain: tuple[models.Field[Any, Any], ...]
    to_rows: tuple[models.ForeignKey[Any, Any], ...]
    to_people: tuple[models.ForeignKey[Any, Any], ...]
    to_instruments: tuple[models.ForeignKey[Any, Any], ...]
    many: tuple[Any, ...] = field(default=())


def columns(table: Table) -> Columns:
    """The fields of a table as the file holds them."""
    from wayhome.accounts.models import Process, User

    plain, rows, people, instruments = [], [], [], []
    for one in table.model._meta.concrete_fields:
        if one.primary_key or one.name in table.skip:
            continue
        if isinstance(one, models.ForeignKey):
            target = one.related_model
            if target is Process:
                continue
            if target is User:
                people.append(one)
            elif target is d.Instrument:
                instruments.append(one)
            else:
                rows.append(one)
        else:
            plain.append(one)
    return Columns(tuple(plain), tuple(rows), tuple(people), tuple(instruments), tuple(table.model._meta.many_to_many))
