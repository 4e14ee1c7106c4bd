"""Tables of the registry."""

from wayhome.registry.models.changes import Erasure, FieldChange
from wayhome.registry.models.consents import Consent, ProcessingPurpose, RegistrySettings
from wayhome.registry.models.displacements import Contact, Displacement
from wayhome.registry.models.households import Family, Household, HouseholdEvent, PastMembership
from wayhome.registry.models.imports import Import
from wayhome.registry.models.judgements import CandidatePair, Judgement, LinkRun, MergeRule
from wayhome.registry.models.persons import IdentityDocument, Person, PersonName, SpecificNeed, StatusRecord
from wayhome.registry.models.sealed import DataKey, SealedValue
from wayhome.registry.models.search import NameNear, NameWord, PersonWord

__all__ = [
    "CandidatePair",
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
    "Judgement",
    "LinkRun",
    "MergeRule",
    "NameNear",
    "NameWord",
    "PastMembership",
    "Person",
    "PersonName",
    "PersonWord",
    "ProcessingPurpose",
    "RegistrySettings",
    "SealedValue",
    "SpecificNeed",
    "StatusRecord",
]
