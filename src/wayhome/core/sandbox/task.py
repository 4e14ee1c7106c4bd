"""What a worker process does with a document. Imports of the engine happen here, in the worker, never in the caller."""

from __future__ import annotations

from wayhome.engines.reading.extract import Limits, extract
from wayhome.engines.reading.types import Extracted, Reading


def warm() -> None:
    """Load the language models and the extractors' libraries before the first document's clock starts."""
    from wayhome.engines.reading.extract import mail, page, pdf, word  # noqa: F401

    _run(Extracted(text="We call on the Ministry to reply. We ask for a meeting.", media_type="text/plain"))
    _run(Extracted(text="Nous demandons au ministère de nous répondre. La réponse est attendue.", media_type="text/plain"))


def read(name: str, data: bytes, limits: Limits) -> tuple[Extracted, Reading]:
    """A file's text and everything found in it. Raises `ReadingError`."""
    extracted = extract(name, data, limits=limits)
    if not extracted.text.strip():  # a mail that only carries attachments
        return extracted, Reading(
            extracted.text,
            "und",
            False,
            extracted.title,
            extracted.publisher,
            extracted.published_on,
            None,
            warnings=extracted.warnings,
        )
    return extracted, _run(extracted)


def _run(extracted: Extracted) -> Reading:
    from wayhome.engines.reading.run import run

    return run(extracted)
