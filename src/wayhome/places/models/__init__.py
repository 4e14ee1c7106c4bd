"""The tables of the room: gazetteers, areas with names and boundaries, and what people decided about words for places."""

from wayhome.places.models.areas import Area, AreaBoundary, AreaName, Gazetteer, NamePolicy
from wayhome.places.models.assessments import (
    Assessment,
    AssessmentTable,
    Indicator,
    IndicatorValue,
    Mark,
    ModelIndicator,
    ReadinessModel,
)
from wayhome.places.models.homes import HomeStock, HubSeats, ServiceCapacity, TransportHub
from wayhome.places.models.matches import PlaceMatch
from wayhome.places.models.presence import Presence, PresenceImport
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
    "Assessment",
    "AssessmentTable",
    "Crew",
    "CrewCapacity",
    "ExchangeRate",
    "Funding",
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
    "ServiceCapacity",
    "TransportHub",
    "Work",
    "WorkPhoto",
    "WorkStateChange",
]
