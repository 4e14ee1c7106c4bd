"""Tables of the dialogue room."""

from wayhome.dialogue.models.answers import Answer
from wayhome.dialogue.models.asks import (
    Ask,
    AskEvent,
    AskPassage,
    Assessment,
    Deadline,
    Escalation,
    Evidence,
    LadderStep,
    Reminder,
)
from wayhome.dialogue.models.commitments import Commitment, CommitmentPassage, Instrument, Silence
from wayhome.dialogue.models.communications import Communication, CommunicationParty, Mention
from wayhome.dialogue.models.documents import Document, Passage, ReadingRun
from wayhome.dialogue.models.feeds import CalendarFeed
from wayhome.dialogue.models.incoming import Incoming
from wayhome.dialogue.models.letters import Letter, LetterDecision, LetterVersion
from wayhome.dialogue.models.links import OutsideLink, OutsideVisit
from wayhome.dialogue.models.parties import Party, PartyMerge, PartyName
from wayhome.dialogue.models.proposals import Proposal, ProposalDecision
from wayhome.dialogue.models.search import SearchEntry
from wayhome.dialogue.models.timeline import Account, Event, Redaction, Statement, TimelineItem

__all__ = [
    "Account",
    "Answer",
    "Ask",
    "AskEvent",
    "AskPassage",
    "Assessment",
    "CalendarFeed",
    "Commitment",
    "CommitmentPassage",
    "Communication",
    "CommunicationParty",
    "Deadline",
    "Document",
    "Escalation",
    "Event",
    "Evidence",
    "Incoming",
    "Instrument",
    "LadderStep",
    "Letter",
    "LetterDecision",
    "LetterVersion",
    "Mention",
    "OutsideLink",
    "OutsideVisit",
    "Party",
    "PartyMerge",
    "PartyName",
    "Passage",
    "Proposal",
    "ProposalDecision",
    "ReadingRun",
    "Redaction",
    "Reminder",
    "SearchEntry",
    "Silence",
    "Statement",
    "TimelineItem",
]
