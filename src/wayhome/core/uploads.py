"""Bounds on uploads that hold before a view sees them: a file over the limit is thrown away while it arrives, the others are kept.

Put first in `FILE_UPLOAD_HANDLERS`. What was thrown away is listed on the request: `refused_uploads(request)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

MOST_FILES = 200  # in one request
MOST_BYTES_FACTOR = 4  # all files of one request together, as a multiple of the limit for one


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not kept: its name as sent, and which bound it broke: "size", "number" or "together"."""

    name: str
    bound: str


def refused_uploads(request: HttpRequest) -> list[Refused]:
    """The files of this request that were over a bound."""
    return list(getattr(request, "_refused_uploads", ()))


class BoundedUploads(FileUploadHandler):
    """Counts what arrives and skips what is over a bound; memory and disk stay bounded whatever is sent."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.files = 0
        self.bytes = 0
        self.here = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.files += 1
        self.here = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        # Refused here and not in `new_file`: a skip closes the handlers' files, which until now are those of the file before.
        if self.files > MOST_FILES:
            self._refuse("number")
        self.here += len(raw_data)
        self.bytes += len(raw_data)
        if self.here > settings.UPLOAD_MAX_BYTES:
            self._refuse("size")
        if self.bytes > settings.UPLOAD_MAX_BYTES * MOST_BYTES_FACTOR:
            self._refuse("together")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _refuse(self, bound: str) -> None:
        if self.request is not None:
            refused = self.request.__dict__.setdefault("_refused_uploads", [])
            refused.append(Refused(self.file_name or "", bound))
        raise SkipFile


__all__ = ["BoundedUploads", "Refused", "refused_uploads"]
