"""Tables of the registry."""

from wayhome.registry.models.changes import Erasure, FieldChange
from wayhome.registry.models.claims import (
    Claim,
    Claimant,
    ClaimDecision,
    ClaimEvent,
    ClaimEvidence,
    ClaimLink,
    ClaimLookup,
    ClaimsSettings,
)
from wayhome.registry.models.consents import Consent, ProcessingPurpose, RegistrySettings
from wayhome.registry.models.displacements import Contact, Displacement
from wayhome.registry.models.families import ClaimFamily, ClaimNotice, ClaimSample, SampledClaim
from wayhome.registry.models.households import Family, Household, HouseholdEvent, PastMembership
from wayhome.registry.models.imports import Import, ImportIssue, RememberedMapping, SourceCells
from wayhome.registry.models.intentions import AdultWish, Intention, IntentionCondition
from wayhome.registry.models.judgements import CandidatePair, Judgement, LinkRun, MergeRule
from wayhome.registry.models.persons import IdentityDocument, Person, PersonName, SpecificNeed, StatusRecord
from wayhome.registry.models.properties import Occupant, Property
from wayhome.registry.models.sealed import DataKey, SealedValue
from wayhome.registry.models.search import NameNear, NameWord, PersonWord
from wayhome.registry.models.wave_tables import WaveTable
from wayhome.registry.models.waves import Wave, WaveHousehold

__all__ = [
    "AdultWish",
    "CandidatePair",
    "Claim",
    "ClaimDecision",
    "ClaimEvent",
    "ClaimEvidence",
    "ClaimFamily",
    "ClaimLink",
    "ClaimLookup",
    "ClaimNotice",
    "ClaimSample",
    "Claimant",
    "ClaimsSettings",
    "Consent",
    "Contact",
    "DataKey",
    "Displacement",
    "Erasure",
    "Family",
    "FieldChange",
    "Household",
    "HouseholdEvent",
    "IdentityDocument",
    "Import",
    "ImportIssue",
    "Intention",
    "IntentionCondition",
    "Judgement",
    "LinkRun",
    "MergeRule",
    "NameNear",
    "NameWord",
    "Occupant",
    "PastMembership",
    "Person",
    "PersonName",
    "PersonWord",
    "ProcessingPurpose",
    "Property",
    "RegistrySettings",
    "RememberedMapping",
    "SampledClaim",
    "SealedValue",
    "SourceCells",
    "SpecificNeed",
    "StatusRecord",
    "Wave",
    "WaveHousehold",
    "WaveTable",
]
