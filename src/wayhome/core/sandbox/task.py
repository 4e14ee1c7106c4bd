"""What a worker process does with a document. Imports of the engine happen here, in the worker, never in the caller."""

from __future__ import annotations

from wayhome.engines.reading.extract import Limits, extract
from wayhome.engines.reading.types import Extracted, Reading


def warm() -> None:
    """Load the language models and the extractors' libraries before the first document's clock starts."""
    warm_english()
    _run(Extracted(text="Nous demandons au ministère de nous répondre. La réponse est attendue.", media_type="text/plain"))


def warm_english() -> None:
    """For a handful of files: the French model takes four times as long to load as the English one and waits for its first document."""
    warm_text()
    _run(Extracted(text="We call on the Ministry to reply. We ask for a meeting.", media_type="text/plain"))


def warm_text() -> None:
    """Load the extractors' libraries alone."""
    from wayhome.engines.reading.extract import mail, page, pdf, word  # noqa: F401


def read_text(name: str, data: bytes, limits: Limits) -> tuple[Extracted, Reading]:
    """A file's text and what its container says, without looking for anything in it: for search and previews. No model is needed."""
    extracted = extract(name, data, limits=limits)
    return extracted, _nothing_found(extracted)


def read(name: str, data: bytes, limits: Limits) -> tuple[Extracted, Reading]:
    """A file's text and everything found in it. Raises `ReadingError`."""
    extracted = extract(name, data, limits=limits)
    # A mail may only carry attachments.
    return extracted, _run(extracted) if extracted.text.strip() else _nothing_found(extracted)


def _nothing_found(extracted: Extracted) -> Reading:
    return Reading(
        text=extracted.text,
        language="und",
        language_supported=False,
        title=extracted.title,
        publisher=extracted.publisher,
        published_on=extracted.published_on,
        kind=None,
        zones=extracted.zones,
        warnings=extracted.warnings,
    )


def _run(extracted: Extracted) -> Reading:
    from wayhome.engines.reading.run import run

    return run(extracted)
