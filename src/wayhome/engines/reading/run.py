"""Read one document: zones, parse, finders, and everything else that a reading holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wayhome.engines.reading.addressee import document_parties
from wayhome.engines.reading.details import complete_ask, complete_commitment, complete_silence, details
from wayhome.engines.reading.find import find
from wayhome.engines.reading.parse import parse
from wayhome.engines.reading.types import Extracted, Reading
from wayhome.engines.reading.zones import zone_spans


@dataclass(frozen=True, slots=True)
class Params:
    """What a caller may set.

    `language` forces `en` or `fr`; `ask`, `commitment`, `silence` are least probabilities (0 to 1), the trained ones when None.
    """

    language: str | None = None
    ask: float | None = None
    commitment: float | None = None
    silence: float | None = None


def run(extracted: Extracted, *, params: Params = Params(), seed: int = 0, stop: Callable[[], None] | None = None) -> Reading:
    """Read *extracted*; the same input gives the same reading.

    Args:
        seed: kept with the result by callers; nothing in this engine is drawn at random.
        stop: called between batches; raises to abandon the work.
    """
    del seed
    parsed = parse(extracted.text, language=params.language, proven=extracted.zones, stop=stop)
    about = details(parsed, extracted)
    parties = document_parties(parsed.blocks, extracted.senders, extracted.recipients, parsed.language)
    parties = parties.beside(about.parties.senders, about.parties.addressees)
    limits = {"asks": params.ask, "commitments": params.commitment, "silences": params.silence}
    found = find(parsed, parties, thresholds={k: v for k, v in limits.items() if v is not None})
    return Reading(
        text=extracted.text,
        language=about.language,
        language_supported=parsed.supported,
        title=about.kind.title,
        publisher=about.kind.publisher,
        published_on=about.kind.published_on,
        kind=about.kind.kind,
        zones=parsed.zones if parsed.supported else zone_spans(about.blocks),
        communications=about.communications,
        statements=about.statements,
        events=about.events,
        asks=tuple(complete_ask(ask, extracted.text, about) for ask in found.asks),
        commitments=tuple(complete_commitment(commitment, extracted.text, about) for commitment in found.commitments),
        silences=tuple(complete_silence(silence, about) for silence in found.silences),
        warnings=extracted.warnings,
    )
