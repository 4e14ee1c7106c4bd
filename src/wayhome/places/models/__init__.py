"""The tables of the room: gazetteers, areas with names and boundaries, and what people decided about words for places."""

from wayhome.places.models.areas import Area, AreaBoundary, AreaName, Gazetteer, NamePolicy
from wayhome.places.models.matches import PlaceMatch

__all__ = ["Area", "AreaBoundary", "AreaName", "Gazetteer", "NamePolicy", "PlaceMatch"]
