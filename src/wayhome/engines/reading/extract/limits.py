"""How much of a file is accepted, so that one file can exhaust neither memory nor patience."""

from __future__ import annotations

from dataclasses import dataclass

from wayhome.engines.reading.errors import ReadingError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one document. Sizes in bytes unless the name says otherwise.

    `max_attachments` counts the files of one mail that are read; the rest are named in a warning. `max_nesting` is how
    many mails may lie inside each other. `max_zip_ratio` is unpacked size to packed size, over the whole archive.
    """

    max_bytes: int = 50 * MEGABYTE
    max_pages: int = 2_000
    max_characters: int = 5_000_000
    max_attachments: int = 50
    max_nesting: int = 5
    max_zip_ratio: int = 200
    max_zip_entries: int = 5_000
    max_zip_bytes: int = 200 * MEGABYTE

    def check_size(self, size: int) -> None:
        """Refuse a file of `size` bytes that is empty or too large; callable before the file is opened."""
        if size == 0:
            raise ReadingError(
                "empty", "The file is empty (0 bytes).", "Check that it was saved or sent completely, then give it again."
            )
        if size > self.max_bytes:
            raise ReadingError(
                "too_large",
                f"The file has {megabytes(size)}; the limit is {megabytes(self.max_bytes)}.",
                "Split it, save it without its pictures, or raise the limit (--max-bytes).",
            )

    def check_pages(self, pages: int) -> None:
        """Refuse a document of more than `max_pages` pages."""
        if pages > self.max_pages:
            raise ReadingError(
                "too_many_pages",
                f"The document has {pages:,} pages; the limit is {self.max_pages:,}.",
                "Split it into parts, or raise the limit (--max-pages).",
            )

    def check_characters(self, characters: int) -> None:
        """Refuse a text longer than `max_characters`."""
        if characters > self.max_characters:
            raise ReadingError(
                "too_much_text",
                f"The document holds more than {self.max_characters:,} characters of text.",
                "Split it into parts, or raise the limit (--max-characters).",
            )


def megabytes(size: int) -> str:
    """A size for a person: `300.0 MB`, `1.5 KB`, `12 bytes`."""
    if size < 1024:
        return f"{size} bytes"
    if size < MEGABYTE:
        return f"{size / 1024:.1f} KB"
    return f"{size / MEGABYTE:,.1f} MB"
