"""Which area do these words mean? Names in any language and script against free text, with reasons. No Django, no network."""

from wayhome.engines.gazetteer.errors import GazetteerError
from wayhome.engines.gazetteer.index import Index
from wayhome.engines.gazetteer.run import VERSION, Matcher, run
from wayhome.engines.gazetteer.types import Answer, Candidate, Name, Params, Place, Reason

__all__ = ["VERSION", "Answer", "Candidate", "GazetteerError", "Index", "Matcher", "Name", "Params", "Place", "Reason", "run"]
