"""A file's bytes -> its plain text and what its container says about it (`Extracted`).

    extracted = extract("letter.docx", data, limits=Limits())

Pure functions: no file, network or clock is touched; nothing in a document is run or fetched. Whatever the bytes are, the
outcome is an `Extracted` or a `ReadingError`, never another exception. They don't bound time and memory by themselves:
`wayhome.core.sandbox` runs them in a worker process that does.
"""

from __future__ import annotations

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract import sniff
from wayhome.engines.reading.extract.limits import Limits
from wayhome.engines.reading.types import Extracted

__all__ = ["Limits", "extract", "extract_within"]


def extract(name: str, data: bytes, *, limits: Limits | None = None) -> Extracted:
    """Read `data`, a file called `name` (only its extension matters). Raises `ReadingError` with what is wrong and what to do."""
    limits = limits or Limits()
    limits.check_size(len(data))
    try:
        extracted = _by_type(sniff.media_type(name, data), data, limits)
    except ReadingError:
        raise
    except MemoryError:
        raise ReadingError("out_of_memory", "The file needs more memory than it may use.", "Split it into parts.") from None
    except RecursionError:
        raise ReadingError(
            "nested_too_deep", "The file's parts are nested too deeply to be a document.", "Save its text as a new document."
        ) from None
    except Exception as error:
        # Parsers of foreign formats raise whatever their inner libraries do; for a person it is all one: a damaged file.
        raise ReadingError(
            "damaged",
            f"The file is damaged and could not be taken apart ({type(error).__name__}).",
            "Get it again from its source, or open it in the program that made it and save it anew.",
        ) from error
    limits.check_characters(len(extracted.text))
    if not extracted.text.strip() and not extracted.attachments:
        raise ReadingError(
            "no_text", "The file holds no text.", "Check that it is the right file and that it was saved completely."
        )
    return extracted


def extract_within(name: str, data: bytes, limits: Limits) -> Extracted:
    """`extract` for callers that pass arguments by position only, such as a worker process."""
    return extract(name, data, limits=limits)


def _by_type(media_type: str, data: bytes, limits: Limits) -> Extracted:
    # Each reader loads its library only when a file of its kind comes.
    if media_type == sniff.PDF:
        from wayhome.engines.reading.extract.pdf import extract_pdf

        return extract_pdf(data, limits)
    if media_type == sniff.DOCX:
        from wayhome.engines.reading.extract.word import extract_word

        return extract_word(data, limits)
    if media_type == sniff.HTML:
        from wayhome.engines.reading.extract.page import extract_page

        return extract_page(data, limits)
    if media_type == sniff.MAIL:
        from wayhome.engines.reading.extract.mail import extract_mail

        return extract_mail(data, limits)
    from wayhome.engines.reading.extract.plain import extract_plain

    return extract_plain(data, media_type, limits)
