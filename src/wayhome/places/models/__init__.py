"""The tables of the room: areas with names and boundaries, words for places, criteria, gates, works and homes, who does what."""

from wayhome.places.models.areas import Area, AreaBoundary, AreaName, FullOutline, Gazetteer, NamePolicy
from wayhome.places.models.assessments import (
    Assessment,
    AssessmentTable,
    Indicator,
    IndicatorValue,
    Mark,
    ModelIndicator,
    ReadinessModel,
)
from wayhome.places.models.gates import Gate, GateDecision, GateKind, GateNeed, GateReview
from wayhome.places.models.homes import HomeStock, HubSeats, ServiceCapacity, TransportHub
from wayhome.places.models.matches import PlaceMatch
from wayhome.places.models.presence import Presence, PresenceImport
from wayhome.places.models.standards import Rule, RuleOption, Standard
from wayhome.places.models.succession import AreaSuccession
from wayhome.places.models.works import (
    Crew,
    CrewCapacity,
    ExchangeRate,
    Funding,
    Organisation,
    Work,
    WorkPhoto,
    WorkStateChange,
)

__all__ = [
    "Area",
    "AreaBoundary",
    "AreaName",
    "AreaSuccession",
    "Assessment",
    "AssessmentTable",
    "Crew",
    "CrewCapacity",
    "ExchangeRate",
    "FullOutline",
    "Funding",
    "Gate",
    "GateDecision",
    "GateKind",
    "GateNeed",
    "GateReview",
    "Gazetteer",
    "HomeStock",
    "HubSeats",
    "Indicator",
    "IndicatorValue",
    "Mark",
    "ModelIndicator",
    "NamePolicy",
    "Organisation",
    "PlaceMatch",
    "Presence",
    "PresenceImport",
    "ReadinessModel",
    "Rule",
    "RuleOption",
    "ServiceCapacity",
    "Standard",
    "TransportHub",
    "Work",
    "WorkPhoto",
    "WorkStateChange",
]
